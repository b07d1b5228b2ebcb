"""What the page about a thing shows, gathered before it is shown."""

from dataclasses import dataclass

from pyoxigraph import Literal, NamedNode

from graph.rdf.namespaces import CANONICAL_BASE, CONCEPTS_GRAPH
from web.evidence import cards, statements
from web.evidence.cards import Card
from web.evidence.passages import Passage
from web.evidence.statements import Property
from web.site import iris, pagination
from web.site.page_context import Frame
from web.site.pagination import Slice
from web.site.release_view import Statement, is_claim


@dataclass(frozen=True)
class Resource:
    """One thing as its page shows it.

    `card` and `facts` are a claim's own, `claims` those that rest on a passage or a span; `stated`
    is one page of what is said of it, resting on `cards`; `toward` is one page of what leads to it,
    and `schemes` the code lists, on the page of all of them. `printed` are the articles whose words
    a document is; `notes` are caveats to a claim.
    """

    thing: NamedNode
    types: tuple[str, ...]
    card: Card | None
    facts: tuple[tuple[str, list[Property]], ...]
    claims: tuple[Card, ...]
    stated: list[Property]
    part: Slice
    cards: list[Card]
    inferred: list[Property]
    toward: list[tuple[str, list[str]]]
    links: Slice
    schemes: tuple[NamedNode, ...]
    printed: tuple[NamedNode, ...]
    notes: tuple[Literal, ...]

    @property
    def iri(self) -> str:
        """Its IRI."""
        return self.thing.value

    @property
    def kind(self) -> str:
        """The kind its IRI says it is of."""
        return iris.kind(self.iri)

    @property
    def evident(self) -> bool:
        """Whether it is evidence itself: a claim, or the words that claims rest on."""
        return self.card is not None or bool(self.claims)

    @property
    def spoken(self) -> Passage | None:
        """The printed words that this page is about: a claim's first, or a passage itself."""
        quotes = (self.card.quotes if self.card else ()) or (
            quote
            for card in self.claims
            for quote in card.quotes
            if quote.passage.iri == self.thing
        )
        return next((quote.passage for quote in quotes), None)

    @property
    def agreed(self) -> int:
        """How many passages every stated value stands in, if more than one and all alike."""
        return statements.agreed(self.stated)


def gather(here: Frame, thing: NamedNode, page: str | None, links: str | None) -> Resource:
    """What is known of a thing; `page` and `links` are the numbers asked for, as they came."""
    found = statements.ordered(here.view.matching(thing, None, None))
    stated = [s for s in found if s.origin != "inferred"]
    inferred = [s for s in found if s.origin == "inferred"]
    part = Slice.of(len(stated), page)
    shown = statements.sourced(stated[part.bounds])
    own = cards.numbered(here, {claim for s in shown for claim in s.claims}, about=thing)
    linked = Slice.of(here.view.mentions(thing), links)
    return Resource(
        thing=thing,
        types=_types(here, thing),
        card=cards.card(here, thing) if is_claim(thing) else None,
        facts=_facts(here, thing) if is_claim(thing) else (),
        claims=tuple(cards.numbered(here, _resting(here, thing))),
        stated=statements.properties(shown, own, here.rights),
        part=part,
        cards=own,
        inferred=statements.properties(inferred[: pagination.PAGE], (), here.rights),
        toward=[
            (each.value, [by.value for by in properties])
            for each, properties in here.view.mentioning(thing, linked.bounds)
        ],
        links=linked,
        schemes=_schemes(here) if thing == CONCEPTS_GRAPH else (),
        printed=tuple(here.view.sources_of(thing, "pp:prints")),
        notes=_notes(here, thing) if is_claim(thing) else (),
    )


def _types(here: Frame, thing: NamedNode) -> tuple[str, ...]:
    """The classes of a thing that this vocabulary names, or else all of them."""
    types = tuple(t.value for t in here.view.things(thing, "rdf:type"))
    return tuple(t for t in types if t.startswith(CANONICAL_BASE)) or types


def _schemes(here: Frame) -> tuple[NamedNode, ...]:
    return tuple(here.view.of_type("skos:ConceptScheme"))


def _notes(here: Frame, claim: NamedNode) -> tuple[Literal, ...]:
    """The comments on a claim in the page's language, or else in any."""
    found = [v for v in here.view.values(claim, "rdfs:comment") if isinstance(v, Literal)]
    return tuple([v for v in found if v.language == here.lang] or found)


def _resting(here: Frame, thing: NamedNode) -> set[NamedNode]:
    """The claims that rest on a passage or a span; none for anything else."""
    kind, view = iris.kind(thing.value), here.view
    passages = {"passage": [thing], "span": view.sources_of(thing, "pp:hasSpan")}.get(kind, [])
    return {claim for each in passages for claim in view.sources_of(each, "pp:statedIn")}


def _facts(here: Frame, claim: NamedNode) -> tuple[tuple[str, list[Property]], ...]:
    """What a claim says, by subject."""
    grouped: dict[str, list[Statement]] = {}
    for triple in here.view.inside(claim):
        if isinstance(triple.subject, NamedNode):
            grouped.setdefault(triple.subject.value, []).append(here.view.source(triple))
    return tuple(
        (subject, statements.properties(statements.ordered(each), (), here.rights))
        for subject, each in grouped.items()
    )
