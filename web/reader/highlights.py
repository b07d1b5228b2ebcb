"""A text cut where evidence begins and ends, so that overlapping quotations can all be marked."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise

from web.evidence.passages import Passage
from web.site.source_text import Run


@dataclass(frozen=True)
class Mark:
    """Something that covers spans of the text: a passage, or an erratum."""

    slug: str
    runs: tuple[Run, ...]

    @property
    def length(self) -> int:
        """How many characters it covers."""
        return sum(end - start for start, end in self.runs)


@dataclass(frozen=True)
class Piece:
    """Characters covered alike; `marks` are the passages on them, the shortest first.

    `starts` are the anchors of the spans that begin here, `seam` whether the source goes on
    elsewhere before this piece, `noted` the errata that end with it.
    """

    start: int
    end: int
    marks: tuple[str, ...]
    starts: tuple[str, ...]
    errata: tuple[str, ...]
    noted: tuple[str, ...]
    seam: bool


def marks(passages: Iterable[Passage]) -> list[Mark]:
    """The marks of these passages, the shortest first."""
    found = [Mark(p.slug, tuple((s.start, s.end) for s in p.spans)) for p in passages]
    return sorted(found, key=lambda m: (m.length, m.runs))


class Cutter:
    """Cuts paragraphs into pieces at the boundaries of passages and errata."""

    def __init__(self, passages: Sequence[Mark], errata: Sequence[Mark]) -> None:
        self._passages = _by_run(passages)
        self._errata = _by_run(errata)
        self._ends = {mark.runs[-1][1]: mark.slug for mark in errata}
        runs = [run for mark in (*passages, *errata) for run in mark.runs]
        self._edges = sorted({edge for run in runs for edge in run})
        self._starts: dict[int, list[str]] = {}
        for start, end in sorted(set(runs)):
            self._starts.setdefault(start, []).append(f"c{start}-{end}")

    def pieces(self, runs: Sequence[Run]) -> Iterator[Piece]:
        """The pieces of a paragraph, in reading order."""
        for n, (start, end) in enumerate(runs):
            inner = [edge for edge in self._edges if start < edge < end]
            for left, right in pairwise((start, *inner, end)):
                yield self._piece(left, right, seam=n > 0 and left == start)

    def _piece(self, start: int, end: int, *, seam: bool) -> Piece:
        errata = _covering(self._errata, start, end)
        return Piece(
            start=start,
            end=end,
            marks=_covering(self._passages, start, end),
            starts=tuple(self._starts.get(start, ())),
            errata=errata,
            noted=tuple(slug for slug in errata if self._ends.get(end) == slug),
            seam=seam,
        )


def _by_run(found: Sequence[Mark]) -> list[tuple[Run, str]]:
    return [(run, mark.slug) for mark in found for run in mark.runs]


def _covering(runs: Sequence[tuple[Run, str]], start: int, end: int) -> tuple[str, ...]:
    covering = (slug for (left, right), slug in runs if left <= start and end <= right)
    return tuple(dict.fromkeys(covering))


def covered(found: Iterable[Mark], text: str) -> float:
    """The share of the printed characters that stand in some mark."""
    inside = {at for mark in found for start, end in mark.runs for at in range(start, end)}
    printed = [at for at, character in enumerate(text) if not character.isspace()]
    return sum(at in inside for at in printed) / len(printed) if printed else 0.0
