"""A leaf of an article: the paragraphs that stand on one page, and what rests on their words."""

import re
from bisect import bisect_right
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from functools import cached_property
from itertools import groupby

from web.reader.model import Entry, Erratum, Paragraph, Reading, Section

WHOLE = 250
"""Passages of an article that stands on one page; at about 1 kB each it has less than 300 kB."""
_CHARACTER = re.compile(r"(?:c|char=)(\d{1,8})[-,]")
_LEAF = 180
"""Passages on a leaf of a longer one, unless one paragraph backs more."""


@dataclass(frozen=True)
class Leaf:
    """One page of an article; `sections` are numbered as in the whole."""

    sections: tuple[tuple[int, Section], ...]
    entries: tuple[Entry, ...]
    errata: tuple[Erratum, ...]

    @cached_property
    def slugs(self) -> frozenset[str]:
        """The passages whose claims stand here."""
        return frozenset(each.passage.slug for each in self.entries)

    def notes(self, slip: str) -> bool:
        """Whether a slip of the printer is told here."""
        return any(each.slug == slip for each in self.errata)

    def prints(self, at: int) -> bool:
        """Whether the character at this place of the source stands here."""
        paragraphs = (each for _, section in self.sections for each in section.paragraphs)
        return any(piece.start <= at < piece.end for each in paragraphs for piece in each.pieces)

    @cached_property
    def numbers(self) -> frozenset[int]:
        """The sections of which something stands here."""
        return frozenset(number for number, _ in self.sections)


def named(anchor: str) -> str:
    """The name of the passage that a fragment would be of: `p-…`, or the name alone."""
    return anchor.removeprefix("p-")


@dataclass(frozen=True)
class Leaves:
    """All leaves of an article, in reading order; there is one at least."""

    each: tuple[Leaf, ...]

    def of_passage(self, slug: str) -> int | None:
        """The number, from 1, of the leaf that holds the claims on a passage."""
        return next((n for n, leaf in enumerate(self.each, 1) if slug in leaf.slugs), None)

    def of_section(self, number: int) -> int | None:
        """The number, from 1, of the leaf that a section begins on."""
        return next((n for n, leaf in enumerate(self.each, 1) if number in leaf.numbers), None)

    def of_anchor(self, anchor: str) -> int | None:
        """The number, from 1, of the leaf that a fragment of the article's address stands on.

        It is of a passage (`p-…`, or its name alone), a section (`s-…`), a slip (`e-…`) or of
        characters of the source (`c12-30`, `char=12,30`); None for anything else.
        """
        kind, _, name = anchor.partition("-")
        found = _CHARACTER.match(anchor)
        if found:
            return self._of_character(int(found[1]))
        if kind == "s" and name.isdecimal() and len(name) < 9:
            return self.of_section(int(name))
        if kind == "e":
            return next((n for n, leaf in enumerate(self.each, 1) if leaf.notes(name)), None)
        return self.of_passage(named(anchor))

    def _of_character(self, at: int) -> int | None:
        return next((n for n, leaf in enumerate(self.each, 1) if leaf.prints(at)), None)


def cut(reading: Reading) -> Leaves:
    """The leaves of an article.

    What rests on the words that head the whole page stands on the first.
    """
    body = [section for section in reading.sections if not section.heads]
    paragraphs = [(n, each) for n, section in enumerate(body, 1) for each in section.paragraphs]
    at = _Places(each for _, each in paragraphs)
    resting = Counter(at.of(entry) for entry in reading.entries)
    bounds = list(_bounds(resting, len(paragraphs), len(reading.entries)))
    leaves = []
    for first, end in bounds:
        sections = tuple(
            (n, replace(body[n - 1], paragraphs=tuple(each for _, each in group)))
            for n, group in groupby(paragraphs[first:end], key=lambda pair: pair[0])
        )
        entries = tuple(e for e in reading.entries if first <= at.of(e) < end)
        errata = tuple(e for e in reading.errata if first <= at.noted.get(e.slug, 0) < end)
        leaves.append(Leaf(sections, entries, errata))
    return Leaves(tuple(leaves))


class _Places:
    """In which paragraph something stands; 0 for what stands in none."""

    def __init__(self, paragraphs: Iterable[Paragraph]) -> None:
        self.noted: dict[str, int] = {}
        pieces = []
        for n, paragraph in enumerate(paragraphs):
            for piece in paragraph.pieces:
                pieces.append((piece.start, piece.end, n))
                self.noted.update(dict.fromkeys(piece.noted, n))
        self._pieces = sorted(pieces)

    def of(self, entry: Entry) -> int:
        """The paragraph in which a passage begins."""
        first = entry.passage.spans[0].start
        before = bisect_right(self._pieces, first, key=lambda piece: piece[0]) - 1
        if before < 0:
            return 0
        _, end, paragraph = self._pieces[before]
        return paragraph if first < end else 0


def _bounds(resting: Counter[int], paragraphs: int, total: int) -> Iterator[tuple[int, int]]:
    """The [first, end) paragraphs of each leaf."""
    most = WHOLE if total <= WHOLE else _LEAF
    first = held = 0
    for number in range(paragraphs):
        if number > first and held + resting[number] > most:
            yield first, number
            first, held = number, 0
        held += resting[number]
    # An article of which nothing is printed but its head has a leaf for what rests on that.
    yield first, max(paragraphs, 1)
