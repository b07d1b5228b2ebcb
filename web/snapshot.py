"""What a release says of itself: its counts, its files and the masthead of the dataset."""

import json
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any

import yaml

from graph.errors import ReleaseError
from graph.paths import ROOT

_MASTHEAD = ROOT / "graph" / "dataset.yaml"


@dataclass(frozen=True)
class File:
    """One file of a release; `triples` counts what it holds, where that is known."""

    name: str
    media_type: str
    bytes: int
    sha256: str
    triples: int | None


@dataclass(frozen=True)
class Snapshot:
    """One release on disk."""

    folder: Path
    version: str
    counts: Mapping[str, int]
    files: tuple[File, ...]

    def file(self, name: str) -> File | None:
        """The file of this name."""
        return next((file for file in self.files if file.name == name), None)


@lru_cache(maxsize=32)
def _read(folder: Path, _written: int) -> Snapshot:
    manifest = json.loads((folder / "release.json").read_bytes())
    files = tuple(
        File(row["name"], row["media_type"], row["bytes"], row["sha256"], row.get("triples"))
        for row in manifest["files"]
    )
    return Snapshot(folder, str(manifest["version"]), manifest.get("counts", {}), files)


def snapshot(folder: Path) -> Snapshot:
    """The release in this folder.

    Raises ReleaseError if there is none.
    """
    try:
        return _read(folder, (folder / "release.json").stat().st_mtime_ns)
    except (OSError, ValueError, KeyError) as error:
        raise ReleaseError(f"no readable release at {folder}; build again") from error


def kept(folder: Path) -> tuple[Snapshot, ...]:
    """The readable releases in the folder that holds this one, the newest first."""
    found = []
    for path in folder.parent.iterdir():
        if not path.is_symlink():
            with suppress(ReleaseError):  # another build's working folder
                found.append(snapshot(path))
    return tuple(sorted(found, key=_written, reverse=True))


def _written(each: Snapshot) -> float:
    return (each.folder / "release.json").stat().st_mtime


@lru_cache(maxsize=1)
def masthead() -> Mapping[str, Any]:
    """Title, description, licence, rights and keywords of the dataset."""
    found: Mapping[str, Any] = yaml.safe_load(_MASTHEAD.read_text("utf-8"))
    return found
