"""The shortest stretch of an article that holds given words and stands in it once."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property

from graph.mapping.article import Article
from graph.mapping.sections import Paragraph

_CLAUSE = re.compile(r"[，。；：！？]")
_SENTENCE = re.compile(r"[。；！？]")


@dataclass(frozen=True)
class Quote:
    """Words of one paragraph; `section` and `line` are set where they stand more than once."""

    text: str
    section: str = ""
    line: int = 0

    @property
    def passage(self) -> dict[str, str]:
        """It as a value of `statedIn`."""
        found = {"quote": self.text}
        if self.section:
            found["inSection"] = self.section
        return found | ({"line": str(self.line)} if self.line else {})


@dataclass(frozen=True)
class Quotes:
    """Quotes of one article, by the offsets of the words they are wanted for."""

    article: Article

    @cached_property
    def _paragraphs(self) -> tuple[tuple[str, Paragraph], ...]:
        return tuple((str(s.slug), p) for s in self.article.sections for p in s.paragraphs)

    @cached_property
    def _home(self) -> dict[int, tuple[int, int]]:
        """Source offset → the number of its paragraph, and its index there."""
        return {
            offset: (number, index)
            for number, (_, paragraph) in enumerate(self._paragraphs)
            for index, offset in enumerate(paragraph.offsets)
        }

    def _places(self, text: str) -> Iterator[tuple[int, int]]:
        for number, (_, paragraph) in enumerate(self._paragraphs):
            at = paragraph.text.find(text)
            while at >= 0:
                yield number, at
                at = paragraph.text.find(text, at + 1)

    def around(self, start: int, end: int, *, exact: bool = False) -> Quote | None:
        """The clause, or else the sentence, that holds the words at [start, end) of the source.

        `exact` asks for those very words. None when they stand in two paragraphs; where even the
        sentence stands more than once, the quote says in which section and line.
        """
        first, last = self._home.get(start), self._home.get(end - 1)
        if first is None or last is None or first[0] != last[0]:
            return None
        number, (low, high) = first[0], (first[1], last[1] + 1)
        text = self._paragraphs[number][1].text
        tried = ((low, high),) if exact else (
            _bounds(text, low, high, _CLAUSE), _bounds(text, low, high, _SENTENCE), (0, len(text)),
        )  # fmt: skip
        for begin, stop in tried:
            words = text[begin:stop]
            if len(list(self._places(words))) == 1:
                return Quote(words)
        return self._told_apart(text[slice(*tried[0])], number, tried[0][0])

    def _told_apart(self, words: str, number: int, at: int) -> Quote | None:
        """Words that stand twice, with their section and line; None if that does not tell them."""
        section, paragraph = self._paragraphs[number]
        line = self.article.line(paragraph.offsets[at])
        alike = [
            1
            for other, index in self._places(words)
            if self._paragraphs[other][0] == section
            and self.article.line(self._paragraphs[other][1].offsets[index]) == line
        ]
        return Quote(words, section, line) if len(alike) == 1 else None


def _bounds(text: str, low: int, high: int, mark: re.Pattern[str]) -> tuple[int, int]:
    """The stretch around [low, high) between two marks, without the marks."""
    before = [m.end() for m in mark.finditer(text, 0, low)]
    after = mark.search(text, high)
    start = before[-1] if before else 0
    while start < low and text[start] in "”）》 　":
        start += 1
    return start, after.start() if after else len(text)
