"""Files of a release: written whole, their digests, their packed forms."""

import filecmp
import hashlib
import os
import zlib
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO

_PIECE = 1 << 20
_GZIP = 31
"""zlib's number for a gzip stream with the largest window; its header has no time stamp."""


@dataclass(frozen=True)
class Written:
    """A file of a release on disk; `triples` counts what a dump holds."""

    name: str
    bytes: int
    sha256: str
    triples: int | None = None


def sha256(path: Path) -> str:
    """The digest of a file, read piece by piece."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def written(folder: Path, name: str, triples: int | None = None) -> Written:
    """What is told of a file of a release in this folder, made safe on disk."""
    path = folder / name
    sync(path)
    return Written(name, path.stat().st_size, sha256(path), triples)


def write(folder: Path, name: str, content: bytes) -> Written:
    """Write a file of a release and what is told of it."""
    path = folder / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(content)
    return written(folder, name)


def packed(folder: Path, name: str, triples: int | None = None) -> Written:
    """Write the gzip form of a file beside it: the same bytes for the same content."""
    target = f"{name}.gz"
    with (folder / name).open("rb") as file, (folder / target).open("wb") as out:
        packer = zlib.compressobj(9, wbits=_GZIP)
        for piece in _pieces(file):
            out.write(packer.compress(piece))
        out.write(packer.flush())
    return written(folder, target, triples)


def _pieces(file: BinaryIO) -> Iterator[bytes]:
    while piece := file.read(_PIECE):
        yield piece


def sync(path: Path) -> None:
    """Make a file or a folder safe on disk."""
    handle = os.open(path, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def link(source: Path, target: Path) -> None:
    """The same file under a second name; a copy where the disk knows no links."""
    target.parent.mkdir(parents=True, exist_ok=True)
    try:
        target.hardlink_to(source)
    except OSError:
        target.write_bytes(source.read_bytes())
        sync(target)


def share(old: Path, new: Path) -> None:
    """Make a file another name of an older one, if that holds the very same bytes."""
    if old.is_file() and filecmp.cmp(old, new, shallow=False):
        beside = new.with_name(f".{new.name}")
        link(old, beside)
        beside.replace(new)
