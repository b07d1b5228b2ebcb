"""What was proven before, each under a digest of what it follows from.

`.proofs/{two digits}/{digest}` is a line of JSON. What is not whole is proven again.
"""

import hashlib
import json
import os
from collections.abc import Collection, Iterable
from dataclasses import dataclass
from functools import cache
from importlib.metadata import version
from pathlib import Path
from typing import Any

from graph.release import part

NAME = ".proofs"


def key(told: Iterable[bytes]) -> str:
    """What a proof of all that is told here is kept under; the code is in it, too."""
    found = hashlib.sha256(_code())
    for each in told:
        found.update(each)
    return found.hexdigest()


@cache
def _code() -> bytes:
    libraries = " ".join(f"{name} {version(name)}" for name in ("owlrl", "pyshacl", "rdflib"))
    return f"{part.code()} {libraries}\n".encode()


@dataclass(frozen=True)
class Notes:
    """The notes under one folder of releases; several processes may use them at once."""

    build: Path

    def _path(self, name: str) -> Path:
        return self.build / NAME / name[:2] / name

    def find(self, name: str) -> Any:
        """The note of this name, or None."""
        try:
            return json.loads(self._path(name).read_bytes())
        except (OSError, ValueError):
            return None

    def keep(self, name: str, note: Any) -> None:
        """Keep a note; a reader never meets half of one."""
        path = self._path(name)
        path.parent.mkdir(parents=True, exist_ok=True)
        fresh = path.with_name(f".{name}-{os.getpid()}")
        fresh.write_text(json.dumps(note, ensure_ascii=False), "utf-8")
        fresh.replace(path)

    def prune(self, used: Collection[str]) -> None:
        """Remove every note but those of these names."""
        for path in (self.build / NAME).glob("*/*"):
            if path.name not in used:
                path.unlink(missing_ok=True)
