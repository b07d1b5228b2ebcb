"""The claims of an article: who says what in which words, checked against those words.

`claims.yaml` is YAML-LD: with the context that `vocabulary.context` generates, `facts` is the named
graph of its claim. What the file leaves out follows from the rest and is completed here: the IRIs
of claims, passages, observations, changes and memberships, and the spans of every quote.
"""

import hashlib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from decimal import Decimal, InvalidOperation
from pathlib import Path
from typing import Any

from graph import document, periods
from graph.article import Article, Span
from graph.document import Text
from graph.errors import InputError, Place
from graph.proof import Dated, Proofs, prove_date, prove_number
from graph.registry import Entity
from graph.vocabulary import Vocabulary

Node = dict[str, Any]
"""A JSON-LD node object."""

_CLAIM_KEYS = {
    "records", "number", "rdfs:label", "rdfs:comment", "statedIn", "voice", "saidBy", "confidence",
    "readings", "facts",
}  # fmt: skip
_PASSAGE_KEYS = {"quote", "inSection", "line"}
_OBSERVATION_KEY = (
    "pp:indicator", "pp:statisticType", "pp:scope", "pp:place", "pp:during", "pp:basePeriod",
    "pp:unit", "pp:value",
)  # fmt: skip
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


def digest(*parts: str, length: int) -> str:
    """The first hex digits of the SHA-256 of these parts, one a line."""
    return hashlib.sha256("\n".join(parts).encode()).hexdigest()[:length]


def _each(value: Any) -> list[Any]:
    return list(value) if isinstance(value, list) else [value]


def _only(entry: document.Mapping, known: set[str], what: str) -> None:
    for key in entry.keys() - known:
        raise InputError(
            f"a {what} has no {key!r}",
            entry.places[key],
            f"use: {', '.join(sorted(known))}",
        )


def _required(entry: document.Mapping, key: str, what: str) -> Any:
    if not entry.get(key):
        raise InputError(f"a {what} without {key}", entry.place, f"write {key}: …")
    return entry[key]


@dataclass(frozen=True)
class Facts:
    """Completes the nodes of `facts:` into JSON-LD, refusing every term nobody has declared."""

    vocabulary: Vocabulary
    registry: Mapping[str, Entity]
    sections: frozenset[str] = frozenset()
    """Prefixed names of the article and its sections."""

    def node(self, written: Any, place: Place) -> Node:
        """The JSON-LD node for a mapping, with its IRI and with typed values."""
        if not isinstance(written, document.Mapping):
            raise InputError("a fact is not a mapping", place, "write - id: …")
        types = [
            self.vocabulary.type(t, t.place)
            for t in _each(written.get("type", []))
            if t is not None
        ]
        node: Node = {"type": types} if types else {}
        for key, value in written.items():
            if key not in ("id", "type"):
                at = written.places[key]
                name = self.vocabulary.property(key, at)
                node[name] = self.value(name, value, at)
        return {"id": self.identity(node, types, written), **node}

    def identity(self, node: Node, types: list[str], written: document.Mapping) -> str:
        """The prefixed name of a node: computed where the content decides it, else as written."""
        for kind, mint in _MINTED.items():
            if kind in types:
                return mint(node, written)
        name = written.get("id")
        if name is None:
            raise InputError("a fact without id", written.place, "write id: …")
        return self.known(name)

    def known(self, name: Text) -> str:
        """The prefixed name a reference writes.

        Raises InputError for a thing, code or period that does not exist.
        """
        kind, _, local = name.partition(":")
        if kind == "c":
            return self.vocabulary.code(name, name.place)
        if kind == "per":
            self.period(local, name.place)
        elif name not in self.registry and name not in self.sections:
            raise InputError(
                f"unknown entity {str(name)!r}",
                name.place,
                f"register it: add `{name},中文名,,English name` to graph/entities.csv",
            )
        return str(name)

    def period(self, slug: str, place: Place) -> periods.Period:
        """The period a slug names; raises InputError when it names none."""
        try:
            return periods.parse(slug)
        except ValueError as error:
            raise InputError(str(error), place, "write YYYY[-MM[-DD]] or START--END") from error

    def value(self, name: str, written: Any, place: Place) -> Any:
        """A value or a list of values of this property, as JSON-LD."""
        if isinstance(written, list):
            return [self.value(name, each, place) for each in written]
        if written is None:
            raise InputError(f"{name} has no value", place, "write one or leave the key out")
        coercion = self.vocabulary.properties[name]
        if coercion == "@id":
            if isinstance(written, document.Mapping):
                return self.node(written, place)
            return {"id": self.known(written)}
        if isinstance(written, document.Mapping):
            return [{"@value": str(text), "@language": tag} for tag, text in written.items()]
        return self.literal(name, coercion, written)

    def literal(self, name: str, datatype: str, written: Text) -> Any:
        """A literal in canonical form: the engine keeps values, not spellings."""
        if name == "dcterms:issued":
            parts = written.count("-")
            self.period(written, written.place)
            datatype = ("xsd:gYear", "xsd:gYearMonth", "xsd:date")[min(parts, 2)]
        elif datatype == "xsd:decimal":
            return {"@value": canonical(written), "@type": datatype}
        elif datatype == "xsd:integer":
            return {"@value": canonical(written).partition(".")[0], "@type": datatype}
        return {"@value": str(written), "@type": datatype} if datatype else {"@value": str(written)}


def canonical(written: Text) -> str:
    """A decimal without exponent, leading or trailing zeros.

    Raises InputError for text that is no number.
    """
    try:
        number = Decimal(written)
    except InvalidOperation as error:
        raise InputError(
            f"{str(written)!r} is not a number", written.place, "write digits, such as -27.7"
        ) from error
    text = format(number, "f")
    return text.rstrip("0").rstrip(".") if "." in text else text


def _local(value: Any) -> str:
    one = value[0] if isinstance(value, list) else value
    return str(one["id"]).partition(":")[2]


def _key_part(value: Any) -> str:
    if value is None:
        return ""
    return " ".join(sorted(str(v.get("id", v.get("@value"))) for v in _each(value)))


def _mint_observation(node: Node, _: document.Mapping) -> str:
    return "obs:" + digest(*(_key_part(node.get(key)) for key in _OBSERVATION_KEY), length=12)


def _mint_change(node: Node, written: document.Mapping) -> str:
    if not {"pp:before", "pp:after"} <= node.keys():
        raise InputError("a Change needs before and after", written.place, "write both")
    return f"chg:{_local(node['pp:before'])}-{_local(node['pp:after'])}"


def _mint_membership(node: Node, written: document.Mapping) -> str:
    parts = ("org:member", "org:organization", "org:role")
    if not set(parts) <= node.keys():
        raise InputError(f"a membership needs {', '.join(parts)}", written.place, "write all three")
    return "mem:" + "-".join(_local(node[p]).removeprefix("role-") for p in parts)


_MINTED = {
    "pp:Observation": _mint_observation,
    "pp:Change": _mint_change,
    "org:Membership": _mint_membership,
}
"""Types whose IRI follows from their content: the same figure told twice is one observation."""


def nodes(node: Node) -> Iterator[Node]:
    """A node and every node nested in it."""
    yield node
    for key, value in node.items():
        if key not in ("id", "type"):
            for each in _each(value):
                if isinstance(each, dict) and len(each) > 1 and "id" in each:
                    yield from nodes(each)


def _lines(written: document.Mapping, quotes: int) -> list[int | None]:
    """The line hints of a passage: none, one for its only quote, or one a quote."""
    hints = written.get("line")
    if hints is None:
        return [None] * quotes
    each = _each(hints)
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
        if not isinstance(written, document.Mapping):
            raise InputError("a passage is not a mapping", place, "write statedIn: {quote: …}")
        _only(written, _PASSAGE_KEYS, "passage")
        words = _each(_required(written, "quote", "passage"))
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
        if not isinstance(written, document.Mapping):
            raise InputError("a claim is not a mapping", place, "write - records: …")
        _only(written, _CLAIM_KEYS, "claim")
        stated = _each(_required(written, "statedIn", "claim"))
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
                self.facts.known(s) for s in _each(_required(written, "saidBy", "claim"))
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
        for value in _each(node.get(name, [])):
            yield name, value["@value"] if "@value" in value else str(value["id"])[4:]


def load(folder: Path, article: Article, facts: Facts) -> Mapped:
    """The claims of `claims.yaml` in this folder, each proven against the source.

    Raises InputError with file, line and remedy for the first thing that is wrong; writes nothing.
    """
    written = document.load(folder / "claims.yaml")
    if not isinstance(written, document.Mapping) or "claims" not in written:
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
