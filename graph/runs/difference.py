"""The quads in which a release differs from the last one, read from the stretches that differ."""

import heapq
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pyoxigraph as ox

from graph.runs import pieces
from graph.runs.pieces import Piece, Table

_MOST = 16 << 20
"""From how many bytes of N-Quads on a difference is so large that all is made anew."""


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
    it is of no use.
    """
    with (
        Table(last / pieces.FOLDER / name, code) as old,
        Table(new / pieces.FOLDER / name, code) as fresh,
    ):
        if not (old.known and fresh.known):
            return None
        texts: tuple[list[bytes], list[bytes]] = ([], [])
        size = 0
        for side, (at, piece) in _alone(_placed(old, head), _placed(fresh, head)):
            size += piece.size
            if size > _MOST:
                return None
            with (last, new)[side].joinpath(name).open("rb") as file:
                file.seek(at)
                texts[side].append(file.read(piece.size))
    before, after = (frozenset(b"".join(each).splitlines(keepends=True)) for each in texts)
    return Difference(_quads(before - after), _quads(after - before))


def _quads(lines: frozenset[bytes]) -> frozenset[ox.Quad]:
    return frozenset(ox.parse(b"".join(lines), format=ox.RdfFormat.N_QUADS))


_Placed = tuple[int, Piece]


def _placed(table: Table, at: int) -> Iterator[_Placed]:
    for line in table:
        piece = Piece.read(line)
        yield at, piece
        at += piece.size


def _named(table: Iterator[_Placed], side: int) -> Iterator[tuple[bytes, int, _Placed]]:
    return ((each[1].name, side, each) for each in table)


def _alone(old: Iterator[_Placed], fresh: Iterator[_Placed]) -> Iterator[tuple[int, _Placed]]:
    """What is in one of two tables only, and in which."""
    sides = _named(old, 0), _named(fresh, 1)
    waiting: tuple[bytes, int, _Placed] | None = None
    for item in heapq.merge(*sides, key=lambda each: each[0]):
        if waiting and waiting[0] == item[0]:
            waiting = None
            continue
        if waiting:
            yield waiting[1:]
        waiting = item
    if waiting:
        yield waiting[1:]
