"""The parts that were made before, each under a digest of what it follows from.

`.parts/{two digits}/{digest}/` holds the files of a part and their checksums. An entry is renamed
into its place when it is whole, and read only if every checksum holds, its name is the one it was
made under, and the registry rows it looked up are still the same. Any other is made again.
"""

import hashlib
import json
import os
import shutil
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from graph.mapping.entities import Entity
from graph.release import part
from graph.runs import files

NAME = ".parts"
SUMS = "SHA256SUMS"
"""The file of a part that has the checksums of the others."""


@dataclass(frozen=True)
class Kept:
    """A part on disk, of which nothing is held in memory."""

    folder: Path

    @property
    def summary(self) -> Mapping[str, Any]:
        """What the part tells of itself."""
        found: Mapping[str, Any] = json.loads((self.folder / part.SUMMARY).read_bytes())
        return found

    @property
    def slug(self) -> str:
        """The name of its article."""
        return str(self.summary["slug"])

    @property
    def sums(self) -> Mapping[str, str]:
        """The SHA-256 of each of its files."""
        rows = (self.folder / SUMS).read_text("ascii").splitlines()
        return {name: digest for digest, name in (row.split("  ") for row in rows)}

    @property
    def places(self) -> Mapping[str, str]:
        """Where its claims, and what they are about, are written."""
        found: Mapping[str, str] = json.loads((self.folder / part.PLACES).read_bytes())
        return found

    def run(self, name: str) -> Path:
        """One of its runs."""
        return self.folder / name


class Cache:
    """The parts under one folder of releases; several processes may use it at once."""

    def __init__(self, build: Path) -> None:
        self._root = build / NAME

    def _path(self, key: str) -> Path:
        return self._root / key[:2] / key

    def find(self, key: str, registry: Mapping[str, Entity]) -> Kept | None:
        """The part kept under a key, if it is whole and its registry rows are still the same."""
        kept = Kept(self._path(key))
        try:
            sums = kept.sums
            if sums.keys() != part.FILES or not all(
                files.sha256(kept.folder / name) == digest for name, digest in sums.items()
            ):
                return None
            told = kept.summary
            same = told["part"] == key and all(
                part.rows(registry.get(name)) == row for name, row in told["rows"].items()
            )
        except (OSError, ValueError, KeyError, TypeError, AttributeError):
            return None
        return kept if same else None

    def keep(self, key: str, made: Mapping[str, bytes]) -> Kept:
        """Keep a part; what stood in its place is gone."""
        target, fresh = self._path(key), self._root / f".new-{os.getpid()}-{key[:16]}"
        shutil.rmtree(fresh, ignore_errors=True)
        fresh.mkdir(parents=True)
        for name, content in made.items():
            (fresh / name).write_bytes(content)
        for name in part.TEXTS:
            files.sync(fresh / name)
        rows = (f"{hashlib.sha256(text).hexdigest()}  {name}\n" for name, text in made.items())
        (fresh / SUMS).write_text("".join(rows), "ascii")
        target.parent.mkdir(exist_ok=True)
        if target.exists():
            shutil.rmtree(target)
        fresh.rename(target)
        return Kept(target)

    def prune(self, used: Collection[Path]) -> None:
        """Remove every part but these, and what a killed build left behind."""
        for group in self._root.iterdir():
            if group.name.startswith(".new-"):
                shutil.rmtree(group)
                continue
            for each in group.iterdir():
                if each not in used:
                    shutil.rmtree(each)
