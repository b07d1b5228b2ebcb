"""What was published: the names that other people may have written down.

A registry row may be mended until a release with it was published. `policyprov publish` says that
the current release is; the registry it holds is kept beside the releases, and builds are held to
it.
"""

import os
from collections.abc import Mapping
from pathlib import Path

from graph.errors import ReleaseError
from graph.mapping.entities import Entity, load, only_appended

_KEPT = "published.csv"


def publish(build: Path) -> str:
    """Take the registry of the current release as published; the name of that release.

    Raises ReleaseError when there is no release, and InputError when its registry lost or changed a
    row that was published before.
    """
    current = build / "current" / "entities.csv"
    if not current.is_file():
        raise ReleaseError(f"no release under {build}; run `policyprov build` first")
    check(build, load(current))
    beside = build / f".{_KEPT}.{os.getpid()}"
    beside.write_bytes(current.read_bytes())
    beside.replace(build / _KEPT)
    return (build / "current").resolve().name


def check(build: Path, registry: Mapping[str, Entity]) -> None:
    """Check that a registry still means what was published.

    Raises InputError for every row that is gone or means something else.
    """
    if (build / _KEPT).is_file():
        only_appended(load(build / _KEPT), registry)
