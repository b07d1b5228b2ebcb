"""Pieces of dumps: what each stretch is in each format, made now or found in the last release.

A release holds, in `pieces/`, a table for each dump of the pieces it is put together of, and one of
what was counted of each stretch. The pieces themselves are not kept twice: they lie in the dumps.
"""

import zlib
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO, Generic, Self, TypeVar

from graph.rdf.joints import Taken
from graph.runs.buckets import SEAM

T = TypeVar("T")

FOLDER = "pieces"
"""The folder of the tables in a release."""
STRETCHES = "stretches"
"""The table of stretches and what was counted of them."""
SHADOWS = ".shadows"
"""How the spool of what only follows ends."""


class StaleError(Exception):
    """The last release does not hold what its tables say: it was changed or damaged."""


@dataclass(frozen=True)
class Piece:
    """What is told of the text of a stretch in a dump; `packed` is of its deflated form.

    `name` is that of the stretch, `first` and `last` open the graphs that it begins and ends in.
    Sizes are in bytes, sums are CRC-32.
    """

    name: bytes
    triples: int
    first: bytes
    last: bytes
    size: int
    sum: int
    packed: int = 0
    packed_sum: int = 0

    @property
    def line(self) -> bytes:
        """A line of a table."""
        numbers = (self.triples, self.size, self.sum, self.packed, self.packed_sum)
        told = (self.name, self.first, self.last, *(b"%d" % each for each in numbers))
        return SEAM.join(told) + b"\n"

    @classmethod
    def read(cls, line: bytes) -> Self:
        """What `line` gave; raises StaleError for any other."""
        try:
            start, key, first, last, *numbers = line[:-1].split(SEAM)
            triples, size, sum_, packed, packed_sum = map(int, numbers)
        except ValueError as error:
            raise StaleError from error
        return cls(start + SEAM + key, triples, first, last, size, sum_, packed, packed_sum)


def spooled(out: BinaryIO, name: bytes, triples: int, taken: Taken | None) -> None:
    """Write a piece that was made, for the dump that it will be put into."""
    first, body, last = (taken.first, taken.body, taken.last) if taken else (b"", b"", b"")
    piece = Piece(name, triples, first, last, len(body), zlib.crc32(body))
    out.write(piece.line)
    out.write(body)


def made(paths: list[Path]) -> Iterator[tuple[Piece, bytes]]:
    """The pieces in these spools, one after another; a spool that is read is removed."""
    for path in paths:
        with path.open("rb") as file:
            for line in file:
                piece = Piece.read(line)
                yield piece, file.read(piece.size)
        path.unlink()


class Walk(Generic[T]):
    """Things that come in the order of their names, found by names that come in order, too."""

    def __init__(self, items: Iterator[tuple[bytes, T]]) -> None:
        self._items = items
        self._next = next(items, None)

    def find(self, name: bytes) -> T | None:
        """The thing of this name, if there is one."""
        start = name.partition(SEAM)[0]
        while self._next and self._next[0].partition(SEAM)[0] < start:
            self._next = next(self._items, None)
        return self._next[1] if self._next and self._next[0] == name else None


def head(code: str) -> bytes:
    """The first line of a table, which tells what code wrote it."""
    return f"{code}\n".encode()
