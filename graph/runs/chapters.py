"""Pieces in a row as one: most of a dump is alike in the last release, and is not looked through.

The table of a dump tells its pieces by chapters: a line of a chapter, then those of its pieces.
"""

import hashlib
import zlib
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO, Self

from graph.runs.buckets import SEAM
from graph.runs.pieces import Piece, StaleError, head


@dataclass(frozen=True)
class Chapter:
    """Pieces in a row, told as one: `whole` is of their texts and of what stands between them.

    `tail` is the last piece that has a text: its name, and how many bytes it is. `lines` are those
    of the pieces in the table, in bytes, with their CRC-32.
    """

    whole: Piece
    tail: tuple[bytes, int]
    lines: tuple[int, int]

    @property
    def line(self) -> bytes:
        """A line of a table, with a CRC-32 of itself."""
        name, *numbers = (*self.tail, *self.lines)
        told = SEAM.join((name or _NONE, *(b"%d" % each for each in numbers), self.whole.line))
        return SEAM.join((_CHAPTER, b"%d" % zlib.crc32(told), told))

    @classmethod
    def read(cls, line: bytes) -> Self:
        """What `line` gave; raises StaleError for any other."""
        try:
            sign, wanted, told = line.split(SEAM, 2)
            start, key, size, lines, sum_, whole = told.split(SEAM, 5)
            if sign != _CHAPTER or int(wanted) != zlib.crc32(told):
                raise StaleError
        except ValueError as error:
            raise StaleError from error
        name = start + SEAM + key
        tail = b"" if name == _NONE else name
        return cls(Piece.read(whole), (tail, int(size)), (int(lines), int(sum_)))


_CHAPTER = b"\x02"
"""What the line of a chapter begins with."""
_NONE = SEAM
"""The name of no piece."""
_LONG = 32
"""One stretch in so many begins a chapter."""


def chapters(stretches: Iterable[bytes]) -> Iterator[tuple[bytes, list[bytes]]]:
    """The names of stretches by chapters, each with a name of its own.

    Where a chapter begins is told by where a stretch does, so that it is alike in every release;
    and chapters of one name are of the same stretches.
    """
    found: list[bytes] = []
    for name in stretches:
        # The low bits of this sum tell where stretches begin.
        if found and (zlib.crc32(name.partition(SEAM)[0]) >> 8) % _LONG == 0:
            yield _named(found), found
            found = []
        found.append(name)
    if found:
        yield _named(found), found


def _named(stretches: list[bytes]) -> bytes:
    digest = hashlib.blake2b(b"\n".join(stretches), digest_size=12).hexdigest()
    return stretches[0].partition(SEAM)[0] + SEAM + digest.encode()


class Table:
    """The lines of a table, if there is one written by this code; a context manager."""

    def __init__(self, path: Path, code: str) -> None:
        self._file = path.open("rb") if path.is_file() else None
        self.known = self._file is not None and next(self._file, b"") == head(code)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        if self._file:
            self._file.close()

    def __iter__(self) -> Iterator[bytes]:
        if self._file and self.known:
            yield from self._file

    def chapters(self) -> Iterator[tuple[Chapter, int]]:
        """The chapters of the table of a dump, and where in it the lines of their pieces begin."""
        if self._file and self.known:
            while line := self._file.readline():
                chapter = Chapter.read(line)
                at = self._file.tell()
                yield chapter, at
                self._file.seek(at + chapter.lines[0])

    def lines(self, chapter: Chapter, at: int) -> bytes:
        """The lines of the pieces of a chapter; raises StaleError when they are damaged."""
        assert self._file  # noqa: S101 - who has a chapter has it from the file
        return checked(self._file, at, *chapter.lines)


def checked(file: BinaryIO, at: int, size: int, wanted: int) -> bytes:
    """So many bytes from here on; raises StaleError when their CRC-32 is not what is `wanted`."""
    if file.tell() != at:
        file.seek(at)
    content = file.read(size)
    if zlib.crc32(content) != wanted:
        raise StaleError
    return content
