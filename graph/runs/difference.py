"""The quads in which a release differs from the last one, read from the stretches that differ."""

import heapq
from collections.abc import Iterable, Iterator
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path
from typing import TypeVar

import pyoxigraph as ox

from graph.runs import pieces
from graph.runs.chapters import Chapter, Table, checked
from graph.runs.pieces import Piece

T = TypeVar("T")

_MOST = 16 << 20
"""From how many bytes of lines on a difference is so large that all is made anew."""
_MANY = 20_000
"""From how many pieces on, on one side, in chapters that differ."""


@dataclass(frozen=True)
class Difference:
    """What the last release has and a new one has not, and the other way round."""

    removed: frozenset[ox.Quad]
    added: frozenset[ox.Quad]

    @property
    def quads(self) -> frozenset[ox.Quad]:
        """All in which they differ."""
        return self.removed | self.added

    @property
    def things(self) -> frozenset[str]:
        """The IRIs of all that these quads are about or lead to."""
        terms = (term for quad in self.quads for term in (quad.subject, quad.object))
        return frozenset(term.value for term in terms if isinstance(term, ox.NamedNode))


def difference(last: Path, new: Path, name: str, head: int, code: str) -> Difference | None:
    """How the N-Quads of this name in two releases differ; they open with `head` bytes.

    None where the last release was written by other code, is not there, or differs in so much that
    it is of no use. Raises StaleError when one of them is not what it was.
    """
    with (
        Table(last / pieces.FOLDER / name, code) as old,
        Table(new / pieces.FOLDER / name, code) as fresh,
        ExitStack() as opened,
    ):
        if not (old.known and fresh.known):
            return None
        placed = _differing((old, fresh), head)
        if placed is None:
            return None
        files = [opened.enter_context((folder / name).open("rb")) for folder in (last, new)]
        found = _Lines()
        for side, _, (at, piece) in _alone(*placed):
            found.met(side, checked(files[side], at, piece.size, piece.sum))
            if found.size > _MOST:
                return None
    return Difference(*map(_quads, found.sides))


_Placed = tuple[bytes, tuple[int, Piece]]
"""The name of a piece, where it lies in its file, and the piece."""


def _differing(
    tables: tuple[Table, Table], head: int
) -> tuple[list[_Placed], list[_Placed]] | None:
    """The pieces of all chapters that are in one of two tables only; None if they are too many."""
    sides: tuple[list[_Placed], list[_Placed]] = ([], [])
    for side, _, (start, chapter, lines_at) in _alone(*(_chapters(each, head) for each in tables)):
        at = start
        for line in tables[side].lines(chapter, lines_at).splitlines(keepends=True):
            piece = Piece.read(line)
            sides[side].append((piece.name, (at, piece)))
            at += piece.size
        if len(sides[side]) > _MANY:
            return None
    return sides


def _chapters(table: Table, at: int) -> Iterator[tuple[bytes, tuple[int, Chapter, int]]]:
    for chapter, lines_at in table.chapters():
        yield chapter.whole.name, (at, chapter, lines_at)
        at += chapter.whole.size


def _alone(
    old: Iterable[tuple[bytes, T]], fresh: Iterable[tuple[bytes, T]]
) -> Iterator[tuple[int, bytes, T]]:
    """What is in one of two only, in the order of names: which it is in, its name, what it is."""
    sides = _sided(0, old), _sided(1, fresh)
    waiting: tuple[int, bytes, T] | None = None
    for name, side, each in heapq.merge(*sides, key=lambda row: row[0]):
        if waiting and waiting[1] == name:
            waiting = None
            continue
        if waiting:
            yield waiting
        waiting = side, name, each
    if waiting:
        yield waiting


def _sided(side: int, rows: Iterable[tuple[bytes, T]]) -> Iterator[tuple[bytes, int, T]]:
    return ((name, side, each) for name, each in rows)


class _Lines:
    """The lines that were met on one side only, and how many bytes they are.

    Where stretches begin elsewhere, a line is in another one: it is forgotten when it is met again.
    """

    def __init__(self) -> None:
        self.sides: tuple[set[bytes], set[bytes]] = (set(), set())
        self.size = 0

    def met(self, side: int, text: bytes) -> None:
        """The lines of a stretch that only this side has."""
        lines, other = set(text.splitlines(keepends=True)), self.sides[1 - side]
        again = lines & other
        other -= again
        self.sides[side].update(lines - again)
        self.size += len(text) - 2 * sum(map(len, again))


def _quads(lines: Iterable[bytes]) -> frozenset[ox.Quad]:
    return frozenset(ox.parse(b"".join(lines), format=ox.RdfFormat.N_QUADS))
