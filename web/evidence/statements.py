"""The statements of a page: property by property, each value with its numbered sources."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from itertools import groupby

from pyoxigraph import Literal, NamedNode, Triple

from graph.rdf.namespaces import shorten
from web.evidence.cards import Card
from web.site.pagination import Slice
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


_PRINTED = frozenset(
    ("dcterms:title", "pp:documentNumber", "pp:valueText", "skos:altLabel", "skos:example")
)
"""What is told as it is printed, beside what `verbatim` says."""
EACH, CARDS = 20, 100
"""Claims shown of one statement where many are told, and of all statements of one page."""


@dataclass(frozen=True)
class StatedValue:
    """One object of a property; `sources` are the numbers of the cards that state it.

    `more` counts claims that state it and have no card on this page; then `passages`, which counts
    those of all its claims, is not known and 0.
    """

    triple: Triple
    term: Term
    origin: str
    sources: tuple[int, ...]
    passages: int
    more: int
    withheld: bool

    @property
    def printed(self) -> bool:
        """Whether it is words of an article: names and remarks may be ours."""
        return verbatim(self.triple) or shorten(self.triple.predicate.value) in _PRINTED

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
        passages=0 if statement.unshown else len(passages),
        more=statement.unshown,
        withheld=not rights.quotes and verbatim(triple),
    )


def agreed(shown: Iterable[Property]) -> int:
    """How many passages every stated value stands in, if more than one and all alike; else 0."""
    counts = {v.passages for each in shown for v in each.values if v.origin == "claim"}
    return next(iter(counts)) if len(counts) == 1 and counts != {1} else 0


def sourced(shown: Iterable[Statement]) -> list[Statement]:
    """The statements of a page, each with at most EACH of its claims, and CARDS claims in all.

    A claim that is shown already is taken first: it costs no further card.
    """
    chosen: set[NamedNode] = set()
    found = []
    for each in shown:
        taken = sorted(each.claims, key=lambda claim: claim not in chosen)[:EACH]
        room = CARDS - len(chosen)
        fresh = [claim for claim in taken if claim not in chosen][:room]
        kept = set(fresh) | (chosen & set(taken))
        chosen |= kept
        found.append(each.of(claim for claim in each.claims if claim in kept))
    return found


def part(ordered: Iterable[Statement], written: str | None) -> tuple[list[Statement], Slice]:
    """A page of statements that shows all their claims, CARDS a page; one may go on on the next."""
    pairs = [(each, claim) for each in ordered for claim in each.claims or (None,)]
    page = Slice.of(len(pairs), written, CARDS)
    shown = groupby(pairs[page.bounds], key=lambda pair: pair[0])
    return [
        replace(each, claims=tuple(claim for _, claim in some if claim is not None))
        for each, some in shown
    ], page
