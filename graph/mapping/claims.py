"""The claims of an article: who says what in which words, checked against those words.

`claims.yaml` is YAML-LD: with the context that `vocabulary.context` generates, `facts` is the named
graph of its claim. What the file leaves out follows from the rest and is completed here: the IRIs
of claims, passages, observations, changes and memberships, and the spans of every quote.
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

from graph.errors import InputError, Place
from graph.mapping import yaml_positions
from graph.mapping.article import Article, Span
from graph.mapping.facts import FIGURE, Facts, Node, digest, listed, nodes
from graph.mapping.figures import Figure, identified, merged, stated
from graph.mapping.verification import Dated, Printed, Proofs, prove_date, prove_number
from graph.mapping.yaml_positions import Text

_CLAIM_KEYS = {
    "records", "number", "rdfs:label", "rdfs:comment", "statedIn", "voice", "saidBy", "confidence",
    "readings", "mention", "facts",
}  # fmt: skip
_PASSAGE_KEYS = {"quote", "inSection", "line"}
_PERIODS = ("pp:during", "pp:basePeriod", "pp:asOf", "org:memberDuring")
_MAPPER, _SOFTWARE = "c:voice-mapper", "agt:policyprov"


@dataclass(frozen=True)
class Passage:
    """The words a claim rests on: broken text as it is read, the labels of a graphic apart."""

    name: str
    section: str
    words: tuple[str, ...]
    spans: tuple[Span, ...]

    @property
    def quote(self) -> str:
        """The words as one text."""
        return " / ".join(self.words)

    @property
    def offsets(self) -> tuple[int | None, ...]:
        """The source offset of each character of the quote; None between two labels."""
        printed = iter([i for span in self.spans for i in range(span.start, span.end)])
        parts = [[next(printed) for _ in word] for word in self.words]
        found: list[int | None] = list(parts[0])
        for part in parts[1:]:
            found += [None, None, None, *part]
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
    readings: Mapping[str, Text]
    """Period by slug → the printed words it is inferred from."""
    mention: Mapping[str, Text]
    """Prefixed name of a thing → the words of the passage that name it."""
    facts: tuple[Node, ...]
    place: Place = field(compare=False)

    @property
    def quote(self) -> str:
        """The words of all its passages."""
        return " / ".join(p.quote for p in self.passages)

    @property
    def inferred(self) -> bool:
        """Whether the mapper speaks, who may say what no words print."""
        return self.voice == _MAPPER


@dataclass(frozen=True)
class Mapped:
    """An article's claims in the order of their IRIs, and what was proven of them."""

    article: Article
    claims: tuple[Claim, ...]
    proofs: Proofs


def _only(entry: yaml_positions.Mapping, known: set[str], what: str) -> None:
    for key in entry.keys() - known:
        raise InputError(
            f"a {what} has no {key!r}",
            entry.places[key],
            f"use: {', '.join(sorted(known))}",
        )


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
    proofs: Proofs

    def passage(self, written: Any, place: Place) -> Passage:
        if not isinstance(written, yaml_positions.Mapping):
            raise InputError("a passage is not a mapping", place, "write statedIn: {quote: …}")
        _only(written, _PASSAGE_KEYS, "passage")
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
        _only(written, _CLAIM_KEYS, "claim")
        stated = listed(_required(written, "statedIn", "claim"))
        passages = tuple(self.passage(p, written.place) for p in stated)
        facts = _required(written, "facts", "claim")
        number = written.get("number") or "1"
        claim = Claim(
            name=f"clm:{passages[0].name.removeprefix('psg:')}-{number}",
            records=tuple(written.get("records") or ()),
            label=written.get("rdfs:label") or {},
            comment=written.get("rdfs:comment") or {},
            passages=passages,
            voice=self.facts.known(_required(written, "voice", "claim")),
            speakers=tuple(
                self.facts.known(s) for s in listed(_required(written, "saidBy", "claim"))
            ),
            confidence=self.facts.known(_required(written, "confidence", "claim")),
            readings=self.named(written, "readings"),
            mention=self.named(written, "mention"),
            facts=tuple(self.facts.node(f, facts.place) for f in facts),
            place=written.place,
        )
        _refuse_false_voice(claim, written)
        for name in claim.mention:
            self.mentioned(claim, name, written.places["mention"])
        return claim

    def named(self, written: yaml_positions.Mapping, key: str) -> Mapping[str, Text]:
        """The printed words that a claim names for its dates or its things."""
        words = written.get(key) or {}
        if not isinstance(words, Mapping) or not all(isinstance(w, Text) for w in words.values()):
            raise InputError(f"{key} is not a mapping", written.places[key], "write name: words")
        return words

    def mentioned(self, claim: Claim, name: str, place: Place) -> None:
        """Check that the words named for a thing stand in the claim's passages."""
        words = claim.mention[name]
        key = Text(name)
        key.place = place
        self.facts.known(key)
        if not words or not any(words in part for p in claim.passages for part in p.words):
            raise InputError(
                f"the words {str(words)!r} that mention {name} do not stand in the passage",
                words.place,
                "give the printed words, or quote the sentence that holds them",
            )

    def prove(self, claim: Claim, figures: Mapping[str, Figure]) -> None:
        """Read the numbers and dates of a claim again from its own words."""
        section = self.article.section[claim.passages[0].section]
        frame = "\n".join(p.text for p in section.paragraphs)
        signs = self.facts.vocabulary.notation
        for fact in claim.facts:
            for node in nodes(fact):
                whole = figures[node[FIGURE]].node | node if FIGURE in node else node
                if "pp:Observation" in node.get("type", ()):
                    printed = Printed(node, whole, claim.quote, signs, claim.place)
                    prove_number(printed, self.proofs)
                dated = Dated(
                    whole, self.article.issued, claim.quote, frame, claim.readings,
                    claim.inferred, claim.place,
                )  # fmt: skip
                for name, slug in _dates(node):
                    prove_date(dated, name, slug, self.proofs)


def _refuse_false_voice(claim: Claim, written: yaml_positions.Mapping) -> None:
    """The mapper speaks for nobody else, and only the mapper infers."""
    if claim.inferred != (claim.speakers == (_SOFTWARE,)):
        raise InputError(
            f"{_MAPPER} and {_SOFTWARE} belong together",
            written.places["voice"],
            f"write voice: {_MAPPER} and saidBy: {_SOFTWARE}, or neither",
        )
    if claim.inferred and not claim.confidence.endswith("-inferred"):
        raise InputError(
            f"{_MAPPER} with the plain {claim.confidence}",
            written.places["confidence"],
            f"what the mapper says is inferred: write {claim.confidence}-inferred",
        )
    if claim.readings and not claim.inferred:
        raise InputError(
            f"readings: in the voice {claim.voice}",
            written.places["readings"],
            f"move the date into a claim of its own, with voice: {_MAPPER}, "
            f"saidBy: {_SOFTWARE} and an inferred confidence",
        )


def _dates(node: Node) -> Iterator[tuple[str, str]]:
    for name in (*_PERIODS, "dcterms:issued"):
        for value in listed(node.get(name, [])):
            yield name, value["@value"] if "@value" in value else str(value["id"])[4:]


def _settled(reader: _Reader, claims: Iterable[Claim]) -> list[Claim]:
    """The claims with every number and date proven and every figure identified."""
    claims = list(claims)
    parts = (
        stated(node, printed=not claim.inferred)
        for claim in claims
        for fact in claim.facts
        for node in nodes(fact)
        if FIGURE in node
    )
    figures = merged(parts)
    for claim in claims:
        reader.prove(claim, figures)
    return [
        replace(claim, facts=tuple(identified(fact, figures) for fact in claim.facts))
        for claim in claims
    ]


def load(folder: Path, article: Article, facts: Facts) -> Mapped:
    """The claims of `claims.yaml` in this folder, each proven against the source.

    Raises InputError with file, line and remedy for the first thing that is wrong; writes nothing.
    """
    written = yaml_positions.load(folder / "claims.yaml")
    if not isinstance(written, yaml_positions.Mapping) or "claims" not in written:
        raise InputError("no claims", Place(f"{folder.name}/claims.yaml", 1), "write claims: […]")
    reader = _Reader(article, facts, Proofs())
    claims = _settled(reader, [reader.claim(e, written.place) for e in written["claims"]])
    seen: dict[str, Claim] = {}
    for claim in claims:
        if claim.name in seen:
            raise InputError(
                f"two claims rest on one passage as number {claim.name.rpartition('-')[2]}",
                claim.place,
                f"give it the next number: (the other is at {seen[claim.name].place})",
            )
        seen[claim.name] = claim
    return Mapped(article, tuple(sorted(claims, key=lambda c: c.name)), reader.proofs)
