"""What follows from triples of several parts together, with memory for a batch of them.

Two triples meet in a thing that one leads to and the other is about. Sorted by that thing they
stand side by side, whatever parts they are from. What follows may meet others: there are rounds,
until one brings nothing new.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import count, groupby
from pathlib import Path

import pyoxigraph as ox

from graph.mapping import inference
from graph.rdf import order
from graph.runs.buckets import SEAM
from graph.runs.merge import JOINS, united
from graph.runs.pieces import Walk

_BATCH = 4096
"""From how many triples on they are looked at."""
_FILE = 8 << 20
"""From how many bytes on lines to be sorted go on in another file."""
_ABOUT, _LEADING = b"0", b"1"
"""How a triple meets a thing: the few about it come before the many that lead to it."""


def together(
    folders: Sequence[Path], ontology: tuple[ox.Triple, ...], work: Path
) -> Iterator[bytes]:
    """The lines of what follows from several triples of these parts together, in order, each once.

    What follows from a triple alone is told by its part. `work` is a folder for files that are
    needed on the way.
    """
    rounds = _Rounds(ontology, work)
    known = work / "joins"
    _write(known, united([folder / JOINS for folder in folders], work, "known"))
    found: list[Path] = []
    for number in count():
        made = list(_filed(rounds.follow(known), work, f"round-{number}"))
        new = rounds.new(united(made, work, "made"), known)
        found += made
        if not _write(fresh := work / f"new-{number}", new):
            break
        _write(wider := work / f"joins-{number}", united([known, fresh], work, "wider"))
        known = wider
    yield from united(found, work, "found")


@dataclass(frozen=True)
class _Rounds:
    ontology: tuple[ox.Triple, ...]
    work: Path

    @property
    def _sides(self) -> tuple[frozenset[bytes], frozenset[bytes]]:
        """The properties of triples that meet others by what they lead to, and are about."""
        pairs = inference.joining(self.ontology)
        first, second = (frozenset(str(pair[at]).encode() for pair in pairs) for at in (0, 1))
        return first, second

    def follow(self, known: Path) -> Iterator[bytes]:
        """The lines of what follows from two of these triples, and of what follows from that."""
        ends = list(_filed(self._ends(known), self.work, "ends"))
        for batch in _meeting(united(ends, self.work, "meeting")):
            text = b"".join(map(order.nquad, batch))
            triples = {quad.triple for quad in ox.parse(text, format=ox.RdfFormat.N_QUADS)}
            for t in inference.follow_together(triples, self.ontology):
                yield order.line(ox.Quad(t.subject, t.predicate, t.object))
        for path in ends:
            path.unlink()

    def _ends(self, known: Path) -> Iterator[bytes]:
        """Each triple once for each thing that it may meet others in."""
        leading, about = self._sides
        with known.open("rb") as rows:
            for row in rows:
                _, subject, predicate, thing = row[:-1].split(b"\t")
                if predicate in about:
                    yield SEAM.join((subject, _ABOUT, row))
                if predicate in leading:
                    yield SEAM.join((thing, _LEADING, row))

    def new(self, rows: Iterable[bytes], known: Path) -> Iterator[bytes]:
        """Those of these lines that may meet others, and are not known."""
        meeting = frozenset[bytes]().union(*self._sides)
        with known.open("rb") as lines:
            before = Walk((line, line) for line in lines)
            for row in rows:
                if row.split(b"\t")[2] in meeting and before.find(row) is None:
                    yield row


def _meeting(ends: Iterable[bytes]) -> Iterator[set[bytes]]:
    """Batches of lines of triples in which any two that meet are together."""
    batch: set[bytes] = set()
    for _, group in groupby(ends, key=lambda end: end.partition(SEAM)[0]):
        about: list[bytes] = []
        for end in group:
            _, side, row = end.split(SEAM, 2)
            if side == _ABOUT:
                about.append(row)
            elif about:
                batch.update((*about, row))
                if len(batch) >= _BATCH:
                    yield batch
                    batch = set()
    if batch:
        yield batch


def _write(path: Path, lines: Iterable[bytes]) -> bool:
    """Write these lines; whether there are any."""
    with path.open("wb") as out:
        out.writelines(lines)
        return out.tell() > 0


def _filed(lines: Iterable[bytes], work: Path, name: str) -> Iterator[Path]:
    """Files with these lines, each of a size that can be sorted in memory."""
    source = iter(lines)
    first = next(source, None)
    for number in count():
        if first is None:
            return
        path = work / f"{name}-{number}"
        with path.open("wb") as out:
            out.write(first)
            while (first := next(source, None)) is not None and out.tell() < _FILE:
                out.write(first)
        yield path
