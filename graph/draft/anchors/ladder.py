"""Where words of an old text stand in a new one: exactly, but for their spelling, or likely.

Each step is tried after the surer ones. The last allows few edits, and none at all of a number, of
how near it is, of a negation or of a direction: words that may say something else are lost.
"""

from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from difflib import SequenceMatcher

from graph.draft.anchors.folded import Folded, edges, fold, locked

CONTEXT = 32
"""Characters before and after the words that tell two places apart."""
_SHORTEST = 6
_EDITS = 0.15
_AROUND = 400
"""How far from where they should be likely words are looked for, in characters."""


@dataclass(frozen=True)
class Anchor:
    """Words of the old text with what stands before and after them there."""

    exact: str
    left: str
    right: str
    at: int


@dataclass(frozen=True)
class Found:
    """The words in the new text: `how` is `exact`, `folded` or `likely`; the last needs a look."""

    start: int
    end: int
    how: str


def anchor(text: str, start: int, end: int) -> Anchor:
    """The words at [start, end) of a text, with their context."""
    left = text[max(0, start - CONTEXT) : start]
    return Anchor(text[start:end], left, text[end : end + CONTEXT], start)


def _starts(words: str, text: str) -> Iterator[int]:
    at = text.find(words)
    while at >= 0:
        yield at
        at = text.find(words, at + 1)


def _common(one: str, other: str) -> int:
    """How many characters two texts share from their start."""
    count = 0
    for a, b in zip(one, other, strict=False):
        if a != b:
            break
        count += 1
    return count


def _told_apart(places: Iterable[int], words: Anchor, text: str) -> int | None:
    """The one place with the most of the context around it; None if two have as much."""
    size = len(words.exact)
    scores = sorted(
        (
            _common(words.left[::-1], text[max(0, at - CONTEXT) : at][::-1])
            + _common(words.right, text[at + size : at + size + CONTEXT]),
            at,
        )
        for at in places
    )
    if not scores or (len(scores) > 1 and scores[-1][0] == scores[-2][0]):
        return None
    return scores[-1][1]


class Ladder:
    """The way from one text to another."""

    def __init__(self, old: str, new: str) -> None:
        self.old, self.new = old, new
        matcher = SequenceMatcher(None, old.split("\n"), new.split("\n"), autojunk=False)
        self._steps = matcher.get_opcodes()
        self._starts = [0, *(at + 1 for at, c in enumerate(new) if c == "\n")]
        self._folded = fold(new)

    def find(self, start: int, end: int) -> Found | None:
        """Where the words at [start, end) of the old text stand in the new one; or None.

        Words that stand there more than once are told apart by what is around them, or are lost; so
        are words beside which a number, a negation or a direction was changed.
        """
        words = anchor(self.old, start, end)
        at = _told_apart(_starts(words.exact, self.new), words, self.new)
        if at is not None:
            found: Found | None = Found(at, at + len(words.exact), "exact")
        else:
            found = None if words.exact in self.new else self._but_for_spelling(words)
        if found and edges(self.old, start, end) == edges(self.new, found.start, found.end):
            return found
        return None

    def _but_for_spelling(self, words: Anchor) -> Found | None:
        new = self._folded
        exact, left, right = (fold(text).text for text in (words.exact, words.left, words.right))
        plain = Anchor(exact, left, right, words.at)
        if not plain.exact:
            return None
        at = _told_apart(_starts(plain.exact, new.text), plain, new.text)
        if at is not None:
            return Found(*new.span(at, at + len(plain.exact)), "folded")
        return None if plain.exact in new.text else self._likely(plain, new)

    def _likely(self, plain: Anchor, new: Folded) -> Found | None:
        """The stretch near where they should be that differs least, in nothing that is locked."""
        if len(plain.exact) < _SHORTEST:
            return None
        near = self.expected(plain.at)
        first, last = bisect_left(new.at, near - _AROUND), bisect_right(new.at, near + _AROUND)
        most = int(len(plain.exact) * _EDITS)
        edits, start, end = _nearest(plain.exact, new.text[first:last])
        if edits > most or end <= start:
            return None
        if locked(new.text[first + start : first + end]) != locked(plain.exact):
            return None
        return Found(*new.span(first + start, first + end), "likely")

    def expected(self, at: int) -> int:
        """Where an offset of the old text should lie in the new one, by the lines both share."""
        line = self.old.count("\n", 0, at)
        column = at - (self.old.rfind("\n", 0, at) + 1)
        shift = next((j - i for _, i, _, j, _ in reversed(self._steps) if i <= line), 0)
        return self._starts[max(0, min(line + shift, len(self._starts) - 1))] + column

    def line(self, number: int) -> int | None:
        """The number, from 1, of the line that a line of the old text has become, if it is there.

        Where as many lines were changed as there are now, each is its own successor.
        """
        for _, first, last, then, end in self._steps:
            if first < number <= last and last - first == end - then:
                return number + then - first
        return None


def _nearest(words: str, text: str) -> tuple[int, int, int]:
    """The fewest edits that make a stretch of text these words, and its [start, end) (Sellers)."""
    row = [(0, at) for at in range(len(text) + 1)]
    for count, character in enumerate(words, 1):
        above, row = row, [(count, 0)]
        for at, other in enumerate(text, 1):
            cost, start = above[at - 1]
            same = (cost + (character != other), start)
            row.append(min(same, (above[at][0] + 1, above[at][1]), (row[-1][0] + 1, row[-1][1])))
    edits, end = min((cost, at) for at, (cost, _) in enumerate(row))
    return edits, row[end][1], end
