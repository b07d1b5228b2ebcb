"""How much of an article its claims rest on: what nobody quotes, and which quotes are too long.

A passage is the shortest stretch that suffices. A sentence inside a quote of several that holds no
word of any of its facts (no end of a link, no figure, no name, no word pointed at) is idle: it is
quoted, and covers nothing.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import islice

from graph.mapping.claims import Claim, Passage
from graph.mapping.facts import listed
from graph.mapping.links import folded
from graph.mapping.mapped import Mapped

COVERED = 0.97
"""The least share of the printed characters of a complete article that facts rest on."""
LISTED = 20
"""How many stretches of an article are listed that nothing obliges anybody to map."""
LEFT = 200
"""How many lines tell what articles leave out, all of them together."""
_SHOWN = 60
"""How many characters of such a stretch are shown."""
_SENTENCE = re.compile(r"[^。！？；\n]+[。！？；”’』」]*")
_NAMES = ("rdfs:label", "dcterms:title", "skos:altLabel", "pp:valueText", "pp:documentNumber")


@dataclass(frozen=True)
class Stretch:
    """Words of the source that no fact rests on, and the line they stand on."""

    line: int
    words: str


@dataclass(frozen=True)
class Coverage:
    """What the claims of an article rest on.

    `covered` of `printed` characters, blanks left out; `unquoted` stands in no quote, `idle` in
    quotes that are longer than their facts need, each with the name of its passage.
    """

    covered: int
    printed: int
    unquoted: tuple[Stretch, ...]
    idle: tuple[tuple[str, Stretch], ...]

    @property
    def share(self) -> float:
        """The covered share of the printed characters; 1 for a text without any."""
        return self.covered / self.printed if self.printed else 1.0

    @property
    def told(self) -> str:
        """The share, and how much is left out, in one line."""
        return (
            f"{self.share:.1%} of {self.printed} printed characters back a fact, "
            f"{len(self.unquoted)} stretches unquoted, {len(self.idle)} in quotes that are too long"
        )

    def problems(self, each: Mapped) -> tuple[str, ...]:
        """What is wrong if the article is given out as complete: each stretch with its line."""
        if each.article.state != "complete" or self.share >= COVERED:
            return ()
        name = f"{each.article.slug}/article.txt"
        first = (
            f"{name}: only {self.share:.1%} of the printed characters back a fact, want "
            f"{COVERED:.0%}; map the words below, or say `state: partial` in article.yaml"
        )
        return (first, *(f"{name}:{told}" for told in self._missing()))

    def left(self, each: Mapped) -> tuple[str, ...]:
        """The stretches an article leaves out and may: LISTED at most, then how many more."""
        if self.problems(each):
            return ()
        name = f"{each.article.slug}/article.txt"
        listed = tuple(f"{name}:{told}" for told in islice(self._missing(_SHOWN), LISTED))
        more = len(self.unquoted) + len(self.idle) - len(listed)
        return (*listed, f"{name}: {more} more stretches that no fact rests on") if more else listed

    def _missing(self, shown: int | None = None) -> Iterator[str]:
        """What is left out, each with its line, and so many characters of its words."""
        for s in self.unquoted:
            yield f"{s.line}: no claim quotes {_cut(s.words, shown)!r}"
        for passage, s in self.idle:
            words = _cut(s.words, shown)
            yield f"{s.line}: {words!r} is quoted by {passage}, whose facts do not need it"


def _cut(words: str, shown: int | None) -> str:
    return words if shown is None or len(words) <= shown else f"{words[: shown - 1]}…"


def _named(claim: Claim) -> Iterator[str]:
    """What the facts of a claim are called, as far as its own words say."""
    for node in claim.nodes:
        for key in _NAMES:
            for value in listed(node.get(key, [])):
                yield str(value["@value"] if isinstance(value, dict) else value)
    yield from (str(words) for words in (*claim.mention.values(), *claim.readings.values()))


def _busy(each: Mapped, passage: Passage, claims: list[Claim]) -> set[int]:
    """The source offsets of the words of facts in a passage."""
    found: set[int] = set()
    names = {claim.name for claim in claims}
    for link in each.links:
        if link.claim in names:
            for end in (*link.start, *link.end):
                found |= {i for start, stop in end.runs for i in range(start, stop)}
    text, at = folded(passage.quote)
    offsets = passage.offsets
    for name in (name for claim in claims for name in _named(claim)):
        for part in filter(None, (folded(piece)[0] for piece in re.split("[…0-9.]+", name))):
            start = text.find(part)
            if start >= 0 and len(part) > 1:
                kept = (offsets[at[i]] for i in range(start, start + len(part)))
                found |= {offset for offset in kept if offset is not None}
    return found


def _idle(each: Mapped, passage: Passage, claims: list[Claim]) -> Iterator[list[int]]:
    """The source offsets of each idle sentence of a passage."""
    sentences = list(_SENTENCE.finditer(passage.quote))
    if len(sentences) < 2 or len(passage.words) > 1:
        return
    busy, offsets = _busy(each, passage, claims), passage.offsets
    for match in sentences:
        found = [o for o in offsets[match.start() : match.end()] if o is not None]
        if not busy & set(found):
            yield found


def _stretches(each: Mapped, points: set[int]) -> Iterator[Stretch]:
    text = each.article.text
    run: list[int] = []
    for point in sorted(points):
        between = text[run[-1] + 1 : point] if run else ""
        if "\n" in between or not (between.isspace() or not between):
            yield Stretch(each.article.line(run[0]), text[run[0] : run[-1] + 1])
            run = []
        run.append(point)
    if run:
        yield Stretch(each.article.line(run[0]), text[run[0] : run[-1] + 1])


def measure(each: Mapped) -> Coverage:
    """What the claims of an article rest on, and what they leave out."""
    claims: dict[str, list[Claim]] = {}
    passages: dict[str, Passage] = {}
    for claim in each.claims:
        for passage in claim.passages:
            passages[passage.name] = passage
            claims.setdefault(passage.name, []).append(claim)
    printed = {i for i, c in enumerate(each.article.text) if not c.isspace()}
    quoted: set[int] = set()
    covered: set[int] = set()
    idle: list[tuple[str, Stretch]] = []
    for name, passage in passages.items():
        points = {i for span in passage.spans for i in range(span.start, span.end)}
        lazy = {i for run in _idle(each, passage, claims[name]) for i in run}
        quoted |= points
        covered |= points - lazy
        idle += [(name, stretch) for stretch in _stretches(each, lazy & printed)]
    idle = [(name, s) for name, s in idle if not _elsewhere(each, s, covered)]
    return Coverage(
        covered=len(covered & printed),
        printed=len(printed),
        unquoted=tuple(
            s for s in _stretches(each, printed - quoted) if any(c.isalnum() for c in s.words)
        ),
        idle=tuple(idle),
    )


def _elsewhere(each: Mapped, stretch: Stretch, covered: set[int]) -> bool:
    """Whether another quote has the words of a stretch."""
    starts = [m.start() for m in re.finditer(re.escape(stretch.words), each.article.text)]
    return any(set(range(s, s + len(stretch.words))) <= covered for s in starts)
