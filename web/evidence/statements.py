"""The statements of a page: property by property, each value with its numbered sources."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from itertools import groupby

from pyoxigraph import Literal, NamedNode, Triple

from graph.rdf.namespaces import shorten
from web.evidence.cards import Card
from web.site.release_view import Statement, Term
from web.site.source_text import Rights, verbatim

_FIRST = (
    "rdf:type",
    "rdfs:label",
    "skos:prefLabel",
    "dcterms:title",
    "skos:altLabel",
    "dcterms:type",
    "pp:before",
    "pp:after",
    "pp:indicator",
    "pp:statisticType",
    "pp:valueText",
    "pp:value",
    "pp:valueMax",
    "pp:unit",
    "pp:comparator",
    "pp:scope",
    "pp:place",
    "pp:during",
    "pp:basePeriod",
    "pp:sequence",
    "oa:start",
    "oa:end",
)
"""What a reader looks for first; all other properties follow by name."""


@dataclass(frozen=True)
class StatedValue:
    """One object of a property; `sources` are the numbers of the cards that state it."""

    triple: Triple
    term: Term
    origin: str
    sources: tuple[int, ...]
    passages: int
    withheld: bool

    @property
    def thing(self) -> str:
        """The IRI, where the value is a thing."""
        return self.term.value if isinstance(self.term, NamedNode) else ""


@dataclass(frozen=True)
class Property:
    """A property with its values."""

    iri: str
    values: tuple[StatedValue, ...]


def ordered(statements: Iterable[Statement]) -> list[Statement]:
    """Statements as a page lists them: what it is and is called first, then by property."""

    def rank(statement: Statement) -> tuple[int, str, str]:
        name = shorten(statement.triple.predicate.value)
        first = _FIRST.index(name) if name in _FIRST else len(_FIRST)
        return first, name, str(statement.triple.object)

    return sorted(statements, key=rank)


def properties(
    statements: Iterable[Statement], cards: Iterable[Card], rights: Rights
) -> list[Property]:
    """The statements grouped by property, with the numbers of the cards that are their sources."""
    known = {card.claim.iri: card for card in cards}
    values = [_value(s, known, rights) for s in statements]
    grouped = groupby(values, key=lambda v: v.triple.predicate.value)
    return [Property(iri, tuple(each)) for iri, each in grouped]


def _value(statement: Statement, known: Mapping[NamedNode, Card], rights: Rights) -> StatedValue:
    triple = statement.triple
    sources = [known[claim] for claim in statement.claims if claim in known]
    passages = {passage.iri for card in sources for passage in card.claim.passages}
    term = triple.object
    return StatedValue(
        triple=triple,
        term=term if isinstance(term, NamedNode | Literal) else Literal(str(term)),
        origin=statement.origin,
        sources=tuple(sorted(card.number for card in sources)),
        passages=len(passages),
        withheld=not rights.quotes and verbatim(triple),
    )


def agreed(shown: Iterable[Property]) -> int:
    """How many passages every stated value stands in, if more than one and all alike; else 0."""
    counts = {v.passages for each in shown for v in each.values if v.origin == "claim"}
    return next(iter(counts)) if len(counts) == 1 and counts != {1} else 0


def mentions(triples: Iterable[Triple]) -> list[tuple[str, list[str]]]:
    """The things that lead to a thing, each with the properties by which it does."""
    found: dict[str, list[str]] = {}
    for triple in triples:
        if isinstance(triple.subject, NamedNode):
            found.setdefault(triple.subject.value, []).append(triple.predicate.value)
    return list(found.items())
