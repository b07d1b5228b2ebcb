"""Parts merged into one dataset: from sorted runs to N-Quads in the order of all dumps.

Memory does not grow with the articles: runs are merged in groups of a fixed size, each sorted in
memory (which is fast, since it is made of sorted pieces) and written, then the groups by a heap.
"""

import heapq
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from contextlib import ExitStack
from dataclasses import dataclass, field
from pathlib import Path
from typing import BinaryIO

import pyoxigraph as ox

from graph.mapping import inference
from graph.rdf import order
from graph.rdf.namespaces import INFERRED, expand

STATED = "stated.run"
"""What a part states, as the default graph has it."""
FOLLOWS = "follows.run"
"""What follows from a part alone, as the default graph has it."""
NAMED = "named.run"
"""The quads of named graphs of a part, but for what follows."""
JOINS = "joins.run"
"""Triples that may make something follow together with those of another part."""
RUNS = (STATED, FOLLOWS, NAMED, JOINS)
"""The files of a part that are merged."""
_GROUP = 32 << 20
"""How many bytes of runs are sorted in memory at once."""
_INFERRED = str(INFERRED).encode()
_ARTICLE = str(expand("pp:Article")).encode()
_DAYS = {str(expand(name)).encode() for name in ("dcat:startDate", "dcat:endDate")}


@dataclass
class Tally:
    """What is counted of a dataset while it is written; terms by their N-Triples form.

    `days` are the first and the last day that a period begins or ends with.
    """

    quads: int = 0
    triples: int = 0
    graphs: int = 0
    subjects: int = 0
    predicates: Counter[bytes] = field(default_factory=Counter)
    types: Counter[str] = field(default_factory=Counter)
    articles: list[str] = field(default_factory=list)
    """The IRI of every article, in order."""
    days: tuple[bytes, ...] = ()


class _Counting:
    """Counts lines of runs as they pass."""

    def __init__(self) -> None:
        self.tally = Tally()
        self._graph, self._subject = b"", b""

    def count(self, row: bytes) -> bytes:
        """Take note of a line; returns it."""
        tally = self.tally
        tally.quads += 1
        graph, subject, predicate, thing = row[:-1].split(b"\t")
        if graph:
            if graph != self._graph:
                self._graph = graph
                tally.graphs += 1
            return row
        tally.triples += 1
        if subject != self._subject:
            self._subject = subject
            tally.subjects += 1
        tally.predicates[predicate or order.TYPE] += 1
        if predicate in _DAYS:
            days = (*tally.days, thing[1:11])
            tally.days = min(days), max(days)
        if not predicate:
            tally.types[thing.decode()] += 1
            if thing == _ARTICLE:
                tally.articles.append(subject[1:-1].decode())
        return row


def _groups(runs: Iterable[Path]) -> Iterator[list[Path]]:
    group: list[Path] = []
    size = 0
    for run in runs:
        length = run.stat().st_size
        if group and size + length > _GROUP:
            yield group
            group, size = [], 0
        group.append(run)
        size += length
    yield group


def _sorted(runs: Iterable[Path]) -> Iterable[bytes]:
    rows = [row for run in runs for row in run.read_bytes().splitlines(keepends=True)]
    rows.sort()
    return dict.fromkeys(rows)


def _each_once(rows: Iterable[bytes]) -> Iterator[bytes]:
    last = b""
    for row in rows:
        if row != last:
            yield row
            last = row


def united(runs: Sequence[Path], work: Path, name: str) -> Iterator[bytes]:
    """The lines of these runs in order, each once; files of its own in `work` begin with `name`."""
    groups = list(_groups(runs))
    if len(groups) == 1:
        yield from _sorted(groups[0])
        return
    spilled = [work / f"{name}-{number}" for number in range(len(groups))]
    for path, group in zip(spilled, groups, strict=True):
        with path.open("wb") as out:
            out.writelines(_sorted(group))
    with ExitStack() as opened:
        yield from _each_once(
            heapq.merge(*(opened.enter_context(path.open("rb")) for path in spilled))
        )
    for path in spilled:
        path.unlink()


def _triples(rows: Iterable[bytes]) -> Iterator[ox.Triple]:
    text = b"".join(map(order.nquad, rows))
    return (quad.triple for quad in ox.parse(text, format=ox.RdfFormat.N_QUADS))


def _together(folders: Sequence[Path], ontology: tuple[ox.Triple, ...], work: Path) -> Path:
    """A run of what follows from triples of several parts together."""
    joins = set(_triples(united([folder / JOINS for folder in folders], work, "joins")))
    found = (ox.Quad(t.subject, t.predicate, t.object) for t in inference.infer(joins, ontology))
    path = work / "together.run"
    path.write_bytes(b"".join(sorted(map(order.line, found))))
    return path


def _default(stated: Iterable[bytes], follows: Iterable[bytes]) -> Iterator[tuple[bytes, bool]]:
    """The lines of the default graph in order, and whether each only follows."""
    last = b""
    for row, inferred in heapq.merge(
        ((row, False) for row in stated), ((row, True) for row in follows)
    ):
        if row != last:
            yield row, inferred
            last = row


def dataset(
    folders: Sequence[Path], ontology: tuple[ox.Triple, ...], work: Path, out: BinaryIO
) -> Tally:
    """Write the dataset that these parts make as N-Quads, in order; returns what was counted.

    What follows from one part and is stated in another is stated. `work` is an empty folder for
    files that are needed on the way.
    """
    counting = _Counting()
    together = _together(folders, ontology, work)
    stated = united([folder / STATED for folder in folders], work, "stated")
    follows = united([*(folder / FOLLOWS for folder in folders), together], work, "follows")
    inferred = work / "inferred.run"
    with inferred.open("wb") as kept:
        for row, only_follows in _default(stated, follows):
            out.write(order.nquad(counting.count(row)))
            if only_follows:
                kept.write(_INFERRED + row)
    named = united([folder / NAMED for folder in folders], work, "named")
    with inferred.open("rb") as kept:
        for row in heapq.merge(named, kept):
            out.write(order.nquad(counting.count(row)))
    return counting.tally
