"""What may be written at a place of a claim: terms, codes, registered things, by any name."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property

from graph.mapping.article import Article
from graph.mapping.entities import Entity
from graph.rdf.vocabulary import Vocabulary
from graph.search import pinyin
from graph.search.fold import fold

MOST = 12
"""How many are offered at once."""
KINDS: Mapping[str, tuple[str, ...]] = {
    "voice": ("c:voice-",), "confidence": ("c:confidence-",), "saidBy": ("agt:",),
    "thing": ("agt:", "app:", "doc:", "eff:", "evt:", "mea:", "obl:", "plc:", "prb:", "say:"),
    "any": (),
}  # fmt: skip
"""What is asked for → how its names begin; nothing for all."""


@dataclass(frozen=True)
class Candidate:
    """Something that may be written, and what it is called."""

    value: str
    called: str

    def rank(self, words: str, found: Sequence[pinyin.Way]) -> int | None:
        """How well it fits, 0 best; None when it does not."""
        name, called = self.value.lower(), fold(self.called)
        local = name.rpartition(":")[2]
        if name.startswith(words) or local.startswith(words):
            return 0
        if words in called:
            return 1
        if words in name:
            return 2
        if found and any(True for _ in pinyin.found_in(found, self.called)):
            return 3
        return None


@dataclass(frozen=True)
class Completion:
    """Everything that can be written in claims of one article."""

    vocabulary: Vocabulary
    registry: Mapping[str, Entity]
    article: Article

    @cached_property
    def candidates(self) -> tuple[Candidate, ...]:
        """All of them, things first."""
        return tuple(self._all())

    def _all(self) -> Iterator[Candidate]:
        for name, entity in self.registry.items():
            apart = f"（{entity.of}）" if entity.of else ""
            yield Candidate(name, f"{entity.zh}{apart} {entity.en}".strip())
        for name in sorted(self.article.names):
            yield Candidate(name, self.article.title)
        for code in sorted(self.vocabulary.codes):
            yield Candidate(code, " ".join(self.vocabulary.labels.get(code, ())))
        for term in sorted(self.vocabulary.properties):
            yield Candidate(term.removeprefix("pp:"), "")
        for term in sorted(self.vocabulary.classes):
            yield Candidate(term.removeprefix("pp:"), "")

    def offered(self, words: str, kind: str) -> tuple[Candidate, ...]:
        """The best candidates for what was typed so far; for nothing typed, the first of a kind."""
        starts = KINDS.get(kind, ())
        among = [c for c in self.candidates if not starts or c.value.startswith(starts)]
        typed = fold(words.strip())
        if not typed:
            return tuple(among[:MOST]) if starts else ()
        ways = pinyin.ways(typed) if len(typed) > 1 and typed.isascii() else []
        ranked = [(rank, c) for c in among if (rank := c.rank(typed, ways)) is not None]
        ranked.sort(key=lambda each: (each[0], len(each[1].value)))
        return tuple(c for _, c in ranked[:MOST])
