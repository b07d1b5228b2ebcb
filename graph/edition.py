"""Which release is served: the folder a symlink leads to, and a key that names its content."""

import hashlib
import json
from dataclasses import dataclass
from pathlib import Path

from graph.errors import ReleaseError


@dataclass(frozen=True)
class Edition:
    """One release on disk.

    `key` is its version and a digest of its manifest, so two builds of one version differ in it.
    """

    folder: Path
    version: str
    key: str

    @property
    def store(self) -> Path:
        """The store directory."""
        return self.folder / "store"


def edition(release: Path) -> Edition:
    """The edition that `release`, a folder or a symlink to one, stands for at this moment.

    Raises ReleaseError if there is none, or it has no readable manifest.
    """
    folder = release.resolve()
    manifest = folder / "release.json"
    try:
        text = manifest.read_bytes()
        version = json.loads(text)["version"]
    except OSError as error:
        raise ReleaseError(f"no release at {release}; run `policyprov build` first") from error
    except (ValueError, KeyError, TypeError) as error:
        raise ReleaseError(f"{manifest} names no version; build again") from error
    digest = hashlib.sha256(text).hexdigest()[:12]
    return Edition(folder, str(version), f"{version}-{digest}")
