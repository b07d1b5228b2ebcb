"""The claims of an article: who says what in which words, checked against those words.

`claims.yaml` is YAML-LD: with the context that `vocabulary.context` generates, `facts` is the named
graph of its claim. What the file leaves out follows from the rest and is completed here: the IRIs
of claims, passages, observations, changes and memberships, and the spans of every quote.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from graph.errors import InputError, Place
from graph.mapping import yaml_positions
from graph.mapping.article import Article
from graph.mapping.facts import LANGUAGES, Facts, Node, digest, listed, nodes
from graph.mapping.sections import Span
from graph.mapping.yaml_positions import Text, only

CLAIM_KEYS = {
    "records", "number", "rdfs:label", "rdfs:comment", "statedIn", "voice", "saidBy", "confidence",
    "readings", "mention", "facts",
}  # fmt: skip
"""What a claim may hold."""
PASSAGE_KEYS = {"quote", "inSection", "line"}
"""What a passage may hold."""
MAPPER = "c:voice-mapper"
"""The voice of what nobody says and the mapper infers."""
_OURS = ("agt:policyprov",)


@dataclass(frozen=True)
class Passage:
    """The words a claim rests on: broken text as it is read, the labels of a graphic one by one."""

    name: str
    section: str
    words: tuple[str, ...]
    spans: tuple[Span, ...]

    @property
    def quote(self) -> str:
        """Its words as one text."""
        return " / ".join(self.words)

    @property
    def offsets(self) -> tuple[int | None, ...]:
        """The source offset of each character of the quote; None for those between two labels."""
        printed = (i for span in self.spans for i in range(span.start, span.end))
        found: list[int | None] = []
        for number, words in enumerate(self.words):
            found += [None] * len(" / ") if number else []
            found += [next(printed) for _ in words]
        return tuple(found)


@dataclass(frozen=True)
class Claim:
    """One claim; `name` is the prefixed name of the claim and of its graph."""

    name: str
    records: tuple[str, ...]
    label: Mapping[str, str]
    comment: Mapping[str, str]
    passages: tuple[Passage, ...]
    voice: str
    speakers: tuple[str, ...]
    confidence: str
    facts: tuple[Node, ...]
    readings: Mapping[str, Text]
    """A period's slug → the words it is read from."""
    mention: Mapping[str, Text]
    """A thing → the words of a passage that mean it."""
    place: Place = field(compare=False)

    @property
    def quote(self) -> str:
        """The words of all its passages."""
        return " / ".join(p.quote for p in self.passages)

    @property
    def nodes(self) -> Iterator[Node]:
        """Every node of its facts, those inside others too."""
        return (node for fact in self.facts for node in nodes(fact))

    @property
    def inferred(self) -> bool:
        """Whether the mapper speaks, who alone may say what no words print.

        Of a quotation, an inferred confidence says that its speaker is inferred: its words are
        printed.
        """
        return self.voice == MAPPER


def _required(entry: yaml_positions.Mapping, key: str, what: str) -> Any:
    if not entry.get(key):
        raise InputError(f"a {what} without {key}", entry.place, f"write {key}: …")
    return entry[key]


def _lines(written: yaml_positions.Mapping, quotes: int) -> list[int | None]:
    """The line hints of a passage: none, one for its only quote, or one a quote."""
    hints = written.get("line")
    if hints is None:
        return [None] * quotes
    each = listed(hints)
    if len(each) != quotes or not all(hint.isdecimal() for hint in each):
        raise InputError(
            f"{quotes} quotes and {len(each)} lines",
            written.places["line"],
            "write one line number a quote",
        )
    return [int(hint) for hint in each]


@dataclass(frozen=True)
class _Reader:
    article: Article
    facts: Facts

    def passage(self, written: Any, place: Place) -> Passage:
        if not isinstance(written, yaml_positions.Mapping):
            raise InputError("a passage is not a mapping", place, "write statedIn: {quote: …}")
        only(written, PASSAGE_KEYS, "a passage")
        words = listed(_required(written, "quote", "passage"))
        found = [
            self.article.resolve(w, written.get("inSection"), line)
            for w, line in zip(words, _lines(written, len(words)), strict=True)
        ]
        sections = {section for section, _ in found}
        if len(sections) > 1:
            raise InputError(
                f"one passage in {len(sections)} sections", written.place, "write two passages"
            )
        section = sections.pop()
        name = f"psg:{self.article.slug}-{digest(section, ' / '.join(words), length=8)}"
        spans = tuple(s for _, spans in found for s in spans)
        return Passage(name, section, tuple(str(w) for w in words), spans)

    def claim(self, written: Any, place: Place) -> Claim:
        if not isinstance(written, yaml_positions.Mapping):
            raise InputError("a claim is not a mapping", place, "write - records: …")
        only(written, CLAIM_KEYS, "a claim")
        stated = listed(_required(written, "statedIn", "claim"))
        passages = tuple(self.passage(p, written.place) for p in stated)
        facts = _required(written, "facts", "claim")
        number = written.get("number") or "1"
        claim = Claim(
            name=f"clm:{passages[0].name.removeprefix('psg:')}-{number}",
            records=tuple(written.get("records") or ()),
            label=_told(written, "rdfs:label"),
            comment=_told(written, "rdfs:comment"),
            passages=passages,
            voice=self.facts.known(_required(written, "voice", "claim")),
            speakers=tuple(
                self.facts.known(s) for s in listed(_required(written, "saidBy", "claim"))
            ),
            confidence=self.facts.known(_required(written, "confidence", "claim")),
            facts=tuple(self.facts.node(f, facts.place) for f in facts),
            readings=_words(written, "readings"),
            mention=_words(written, "mention"),
            place=written.place,
        )
        self.judge(claim, written)
        return claim

    def judge(self, claim: Claim, written: yaml_positions.Mapping) -> None:
        """Refuse a claim that gives an inference out as print, or one of ours as somebody's."""
        if claim.readings and not claim.inferred:
            raise InputError(
                "readings under a confidence that is not inferred",
                written.places["readings"],
                "put what is read into a claim of its own (number: 2) in the mapper's voice",
            )
        if claim.inferred != (claim.speakers == _OURS):
            raise InputError(
                f"{MAPPER} and saidBy: {_OURS[0]} go together",
                written.places["voice"],
                "write both for an inference of ours, or the voice and the speaker of the words",
            )
        if claim.inferred and not claim.confidence.endswith("-inferred"):
            raise InputError(
                "the mapper's voice under a confidence that is not inferred",
                written.places["voice"],
                "give the voice of the words, or mark the confidence as inferred",
            )
        for name, words in claim.mention.items():
            self.mentioned(claim, name, words)

    def mentioned(self, claim: Claim, name: str, words: Text) -> None:
        """Refuse a mention of nothing known, or by words that no passage holds."""
        known = Text(name)
        known.place = words.place
        self.facts.known(known)
        if not words or words not in claim.quote:
            raise InputError(
                f"the mention {str(words)!r} of {name} is not in the quote",
                words.place,
                "give words of the passage, or quote the sentence that holds them",
            )


def _told(written: yaml_positions.Mapping, key: str) -> Mapping[str, str]:
    """What a claim says of itself, by language."""
    told = written.get(key)
    if told is None:
        return {}
    if not isinstance(told, yaml_positions.Mapping):
        raise InputError(f"{key} is no text in languages", written.places[key], "write {zh: …}")
    only(told, LANGUAGES, f"{key}, which is text in languages")
    return told


def _words(written: yaml_positions.Mapping, key: str) -> Mapping[str, Text]:
    """The printed words a claim names, by what they mean."""
    words = written.get(key) or {}
    if not isinstance(words, Mapping) or not all(isinstance(w, Text) for w in words.values()):
        raise InputError(f"{key} is no list of names and words", written.places[key], "write a: …")
    return words


def read(folder: Path, article: Article, facts: Facts) -> tuple[Claim, ...]:
    """The claims of `claims.yaml` in this folder, in its order, their quotes found in the source.

    Raises InputError with file, line and remedy for the first thing that is wrong.
    """
    written = yaml_positions.load(folder / "claims.yaml")
    if not isinstance(written, yaml_positions.Mapping) or "claims" not in written:
        raise InputError("no claims", Place(f"{folder.name}/claims.yaml", 1), "write claims: […]")
    reader = _Reader(article, facts)
    claims = tuple(reader.claim(entry, written.place) for entry in written["claims"])
    seen: dict[str, Claim] = {}
    for claim in claims:
        if claim.name in seen:
            raise InputError(
                f"two claims rest on one passage as number {claim.name.rpartition('-')[2]}",
                claim.place,
                f"give it the next number: (the other is at {seen[claim.name].place})",
            )
        seen[claim.name] = claim
    return claims
