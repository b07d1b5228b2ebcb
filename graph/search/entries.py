"""What can be found in a release: its things by their names, its passages by their words.

Everything is looked up in the store of a release, for one thing at a time, and put in order on
disk: nothing is held of all of them.
"""

import sqlite3
from collections.abc import Iterable, Iterator, Mapping
from contextlib import closing
from dataclasses import dataclass
from functools import cache, lru_cache

from pyoxigraph import Literal, NamedNode, Quad, Store

from graph.rdf.namespaces import DEFAULT, expand
from graph.search import drawn
from graph.search.drawn import Facet

KINDS: Mapping[str, str] = {
    "articles": "pp:Article",
    "documents": "pp:OfficialDocument",
    "measures": "pp:PolicyMeasure",
    "obligations": "pp:Obligation",
    "effects": "pp:Effect",
    "problems": "pp:Problem",
    "figures": "pp:Observation",
    "changes": "pp:Change",
    "events": "pp:Event",
    "cases": "pp:LocalCase",
    "platforms": "pp:DigitalPlatform",
    "bodies": "org:Organization",
    "groups": "pp:ActorGroup",
    "people": "foaf:Person",
    "places": "pp:AdministrativeDivision",
    "terms": "skos:Concept",
    "passages": "pp:Passage",
}
"""Kind, as it is asked for → its class; a thing is of the first kind that it fits."""
PASSAGES = "passages"
_NAMES = ("skos:prefLabel", "rdfs:label", "dcterms:title", "skos:altLabel")
_CODES = ("pp:divisionCode", "skos:notation", "pp:valueText", "dcterms:identifier")
_REMEMBERED = 4096
"""How many claims, periods and the like are remembered, since things that are told together share
them."""

Name = NamedNode
_TYPE = expand("rdf:type")
_iri = cache(expand)
_KINDS = tuple(KINDS)
_ORDER = {kind: number for number, kind in enumerate(KINDS)}


@dataclass(frozen=True)
class Entry:
    """One thing or passage: what it is called and said to be, and by what it can be narrowed.

    `spans` are the (start, end, at) of a passage in reading order, in code points: where a piece of
    it stands in the source, end exclusive, and where that piece begins in the quotation.
    `codes` find it when they are typed whole: identifiers and IRIs.
    """

    iri: str
    kind: str
    labels: Mapping[str, str]
    names: tuple[str, ...]
    quote: str
    claims: tuple[str, ...]
    article: str
    spans: tuple[tuple[int, int, int], ...]
    codes: tuple[str, ...]
    facets: frozenset[tuple[str, str]]


class _Data:
    """What the default graph says of one thing, looked up when it is asked for."""

    def __init__(self, store: Store) -> None:
        self._store = store
        self.claim_facets = lru_cache(_REMEMBERED)(self._claim_facets)
        self.stated = lru_cache(_REMEMBERED)(self._stated)
        self.years = lru_cache(_REMEMBERED)(self._years)
        self.called = lru_cache(_REMEMBERED)(self._called)
        self.lines = lru_cache(_REMEMBERED)(self._lines)

    def literals(self, subject: Name, name: str) -> Iterator[Literal]:
        """The literals of a property of this subject."""
        for quad in self._store.quads_for_pattern(subject, _iri(name), None, DEFAULT):
            if isinstance(quad.object, Literal):
                yield quad.object

    def things(self, subject: Name, name: str) -> Iterator[Name]:
        """The things that a property of this subject leads to."""
        for quad in self._store.quads_for_pattern(subject, _iri(name), None, DEFAULT):
            if isinstance(quad.object, NamedNode):
                yield quad.object

    def subjects(self, name: str, thing: Name) -> list[Name]:
        """The subjects of which a property leads to this thing, in the order of their IRIs."""
        found = self._store.quads_for_pattern(None, _iri(name), thing, DEFAULT)
        subjects = [q.subject for q in found if isinstance(q.subject, NamedNode)]
        return sorted(subjects, key=lambda each: each.value)

    def kinds(self) -> Iterator[tuple[Name, str]]:
        """Every thing with the first kind it fits."""
        earlier: list[NamedNode] = []
        for kind, name in KINDS.items():
            for quad in self._store.quads_for_pattern(None, _TYPE, expand(name), DEFAULT):
                thing = quad.subject
                if isinstance(thing, NamedNode) and not any(
                    Quad(thing, _TYPE, each) in self._store for each in earlier
                ):
                    yield thing, kind
            earlier.append(expand(name))

    def kind(self, thing: Name) -> str:
        """The first kind that a thing fits; empty for none."""
        types = set(self.things(thing, "rdf:type"))
        return next((kind for kind, name in KINDS.items() if _iri(name) in types), "")

    def codes(self, thing: Name) -> list[str]:
        """What a thing is known by beside its names."""
        return [value.value for name in _CODES for value in self.literals(thing, name)]

    def _called(self, thing: Name) -> tuple[Mapping[str, str], tuple[str, ...]]:
        """The first label of a thing in each language, and every name."""
        values = [value for name in _NAMES for value in self.literals(thing, name)]
        labels: dict[str, str] = {}
        for value in values:
            labels.setdefault(value.language or "", value.value)
        # An index keeps names apart by line ends.
        return labels, tuple(" ".join(value.value.splitlines()) for value in values)

    def _claim_facets(self, claim: Name) -> frozenset[Facet]:
        """What narrows a search to a claim: its voice, its speakers, its articles."""
        told = (("pp:voice", "voice"), ("pp:saidBy", "speaker"))
        found = {(facet, value.value) for n, facet in told for value in self.things(claim, n)}
        for passage in self.things(claim, "pp:statedIn"):
            found |= {("article", value.value) for value in self.things(passage, "pp:inArticle")}
        return frozenset(found)

    def _stated(self, thing: Name) -> frozenset[Facet]:
        """The places and years that are stated of a thing."""
        found: set[Facet] = set()
        for place in self.things(thing, "pp:place"):
            # What a place lies within is told at every level: the axioms infer it.
            within = (place, *self.things(place, "pp:within"))
            found |= {("place", each.value) for each in within}
        for period in self.things(thing, "pp:during"):
            found |= {("year", year) for year in self.years(period)}
        found |= {("year", day.value[:4]) for day in self.literals(thing, "dcterms:issued")}
        for event in self.things(thing, "pp:issuedThrough"):
            found |= self.stated(event)
        return frozenset(found)

    def _lines(self, claim: Name) -> frozenset[str]:
        """The lines of work of the cases in whose sections a claim is stated."""
        return frozenset(
            line.value
            for passage in self.things(claim, "pp:statedIn")
            for section in self.things(passage, "pp:inSection")
            for case in self.subjects("dcterms:isPartOf", section)
            for line in self.things(case, "pp:workLine")
        )

    def _years(self, period: Name) -> tuple[str, ...]:
        """Every year that a period touches."""
        first = [int(day.value[:4]) for day in self.literals(period, "dcat:startDate")]
        last = [int(day.value[:4]) for day in self.literals(period, "dcat:endDate")] or first
        return tuple(str(n) for n in range(first[-1], last[-1] + 1)) if first else ()


Rank = tuple[bool, int, int, int, str]
"""Whether it is a passage, how many claims tell of it (negated), the number of its kind, where its
words begin, its IRI: the place of an entry in every list of hits."""


def _rank(thing: Name, kind: str, data: _Data) -> Rank:
    passage = kind == PASSAGES
    told = data.subjects("pp:statedIn" if passage else "pp:about", thing)
    first = next((start for start, *_ in _spans(thing, data)), 0) if passage else 0
    return ranked(thing.value, kind, len(told), first)


def ranked(iri: str, kind: str, told: int, first: int) -> Rank:
    """The place of an entry of which so many claims tell, and whose words begin at `first`."""
    return kind == PASSAGES, -told, _ORDER[kind], first, iri


def entries(store: Store) -> Iterator[Entry]:
    """Everything that can be found in this dataset, things before passages, the much told first."""
    data = _Data(store)
    for passage, _, number, _, iri in _in_order(_rank(*each, data) for each in data.kinds()):
        name = NamedNode(iri)
        yield _passage(name, data) if passage else _thing(name, _KINDS[number], data)


def _in_order(ranks: Iterable[Rank]) -> Iterator[Rank]:
    """These in order, for which a temporary database is sorted: there are too many for memory."""
    with closing(sqlite3.connect("", isolation_level=None)) as found:
        found.execute("CREATE TABLE rank (passage, told, kind, first, iri)")
        found.execute("BEGIN")
        found.executemany("INSERT INTO rank VALUES (?, ?, ?, ?, ?)", ranks)
        found.execute("COMMIT")
        yield from found.execute("SELECT * FROM rank ORDER BY passage, told, kind, first, iri")


def some(store: Store, things: Iterable[Name]) -> Iterator[Entry]:
    """The entries of these; of what cannot be found there is none."""
    data = _Data(store)
    kinds = ((thing, data.kind(thing)) for thing in things)
    found = ((thing, kind) for thing, kind in kinds if kind)
    return (_passage(t, data) if k == PASSAGES else _thing(t, k, data) for t, k in found)


def _thing(thing: Name, kind: str, data: _Data) -> Entry:
    claims = data.subjects("pp:about", thing)
    labels, names = data.called(thing)
    codes, indicators = data.codes(thing), [*data.things(thing, "pp:indicator")]
    if indicators:
        labels = labels or data.called(indicators[-1])[0]
        labels = {tag: f"{text}: {' '.join(data.codes(thing))}" for tag, text in labels.items()}
    told = (data.claim_facets(claim) for claim in claims)
    return Entry(
        iri=thing.value,
        kind=kind,
        labels=labels,
        names=_distinct([*names, *labels.values(), *codes]),
        quote="",
        claims=tuple(claim.value for claim in claims),
        article="",
        spans=(),
        codes=_distinct([thing.value, *codes]),
        facets=frozenset({("kind", kind)}).union(
            *told, data.stated(thing), drawn.facets(thing, kind, claims, data)
        ),
    )


def _passage(passage: Name, data: _Data) -> Entry:
    own = data.subjects("pp:statedIn", passage)
    about = {thing for claim in own for thing in data.things(claim, "pp:about")}
    facets = (data.claim_facets(claim) for claim in own)
    return Entry(
        iri=passage.value,
        kind=PASSAGES,
        labels=data.called(own[0])[0] if own else {},
        names=_distinct(name for claim in own for name in data.called(claim)[1]),
        quote=next((words.value for words in data.literals(passage, "pp:quote")), ""),
        claims=tuple(claim.value for claim in own),
        article=next((each.value for each in data.things(passage, "pp:inArticle")), ""),
        spans=_spans(passage, data),
        codes=_distinct(c for each in (passage, *own) for c in (each.value, *data.codes(each))),
        facets=frozenset({("kind", PASSAGES)}).union(*facets, *map(data.stated, about)),
    )


def _spans(passage: Name, data: _Data) -> tuple[tuple[int, int, int], ...]:
    quote = next((words.value for words in data.literals(passage, "pp:quote")), "")
    found: list[tuple[int, int, int, str]] = []
    for span in data.things(passage, "pp:hasSpan"):
        number, start, end = (
            int(next(data.literals(span, name)).value)
            for name in ("pp:sequence", "oa:start", "oa:end")
        )
        found.append((number, start, end, next(data.literals(span, "oa:exact")).value))
    at = 0
    placed: list[tuple[int, int, int]] = []
    for _, first, last, exact in sorted(found):
        # Pieces of a torn sentence are joined with a sign that is not in the source.
        at = max(at, quote.find(exact, at))
        placed.append((first, last, at))
        at += last - first
    return tuple(placed)


def _distinct(texts: Iterable[str]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(texts))
