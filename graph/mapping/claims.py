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
from graph.mapping.article import Article, Span
from graph.mapping.facts import Facts, Node, digest, listed, nodes
from graph.mapping.verification import Dated, Proofs, prove_date, prove_number
from graph.mapping.yaml_positions import Text

_CLAIM_KEYS = {
    "records", "number", "rdfs:label", "rdfs:comment", "statedIn", "voice", "saidBy", "confidence",
    "readings", "facts",
}  # fmt: skip
_PASSAGE_KEYS = {"quote", "inSection", "line"}
_PERIODS = ("pp:during", "pp:basePeriod", "org:memberDuring")


@dataclass(frozen=True)
class Passage:
    """The words a claim rests on; `quote` joins broken text as it is read and labels with ' / '."""

    name: str
    section: str
    quote: str
    spans: tuple[Span, ...]


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
    place: Place = field(compare=False)


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
        section, quote = sections.pop(), " / ".join(words)
        name = f"psg:{self.article.slug}-{digest(section, quote, length=8)}"
        return Passage(name, section, quote, tuple(s for _, spans in found for s in spans))

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
            facts=tuple(self.facts.node(f, facts.place) for f in facts),
            place=written.place,
        )
        self.prove(claim, written.get("readings") or {})
        return claim

    def prove(self, claim: Claim, stated: Mapping[str, Text]) -> None:
        quote = " / ".join(p.quote for p in claim.passages)
        section = self.article.section[claim.passages[0].section]
        frame = "\n".join(p.text for p in section.paragraphs)
        signs = self.facts.vocabulary.notation
        for fact in claim.facts:
            for node in nodes(fact):
                if "pp:Observation" in node.get("type", ()):
                    prove_number(node, quote, signs, claim.place, self.proofs)
                dated = Dated(
                    node, self.article.issued, quote, frame, stated,
                    claim.confidence.endswith("-inferred"), claim.place,
                )  # fmt: skip
                for name, slug in _dates(node):
                    prove_date(dated, name, slug, self.proofs)


def _dates(node: Node) -> Iterator[tuple[str, str]]:
    for name in (*_PERIODS, "dcterms:issued"):
        for value in listed(node.get(name, [])):
            yield name, value["@value"] if "@value" in value else str(value["id"])[4:]


def load(folder: Path, article: Article, facts: Facts) -> Mapped:
    """The claims of `claims.yaml` in this folder, each proven against the source.

    Raises InputError with file, line and remedy for the first thing that is wrong; writes nothing.
    """
    written = yaml_positions.load(folder / "claims.yaml")
    if not isinstance(written, yaml_positions.Mapping) or "claims" not in written:
        raise InputError("no claims", Place(f"{folder.name}/claims.yaml", 1), "write claims: […]")
    reader = _Reader(article, facts, Proofs())
    claims = [reader.claim(entry, written.place) for entry in written["claims"]]
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
