"""What can be found in a release: its things by their names, its passages by their words.

Everything is read from the store of a release, one property at a time.
"""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field

from pyoxigraph import Literal, NamedNode, Store

from graph.rdf.namespaces import DEFAULT, expand

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
_CODES = ("pp:divisionCode", "skos:notation", "pp:valueText")

Name = NamedNode


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

    @property
    def rank(self) -> tuple[int, int, int, str]:
        """Its place in every list of hits: things before passages, the much told first."""
        first = self.spans[0][0] if self.spans else 0
        return (self.kind == PASSAGES, -len(self.claims), first, self.iri)


@dataclass
class _Told:
    """What claims say of a thing, and when and where it was."""

    claims: list[Name] = field(default_factory=list)
    facets: set[tuple[str, str]] = field(default_factory=set)


class _Data:
    """The properties that entries are made of, each read once."""

    def __init__(self, store: Store) -> None:
        self._store = store
        self.labels: dict[Name, dict[str, str]] = defaultdict(dict)
        self.names: dict[Name, list[str]] = defaultdict(list)
        for name in _NAMES:
            for thing, value in self.literals(name):
                self.labels[thing].setdefault(value.language or "", value.value)
                self.names[thing].append(value.value)
        self.codes: dict[Name, list[str]] = defaultdict(list)
        for name in (*_CODES, "dcterms:identifier"):
            for thing, value in self.literals(name):
                self.codes[thing].append(value.value)

    def pairs(self, name: str) -> Iterator[tuple[Name, Name]]:
        """The subjects and things of a property."""
        for quad in self._store.quads_for_pattern(None, expand(name), None, DEFAULT):
            if isinstance(quad.subject, NamedNode) and isinstance(quad.object, NamedNode):
                yield quad.subject, quad.object

    def literals(self, name: str) -> Iterator[tuple[Name, Literal]]:
        """The subjects and literals of a property."""
        for quad in self._store.quads_for_pattern(None, expand(name), None, DEFAULT):
            if isinstance(quad.subject, NamedNode) and isinstance(quad.object, Literal):
                yield quad.subject, quad.object

    def grouped(self, name: str) -> dict[Name, list[Name]]:
        """Subject → what the property leads to."""
        found: dict[Name, list[Name]] = defaultdict(list)
        for subject, thing in self.pairs(name):
            found[subject].append(thing)
        return found

    def kinds(self) -> dict[Name, str]:
        """Thing → the first kind it fits."""
        found: dict[Name, str] = {}
        for kind, name in KINDS.items():
            for quad in self._store.quads_for_pattern(None, expand("rdf:type"), expand(name)):
                if isinstance(quad.subject, NamedNode):
                    found.setdefault(quad.subject, kind)
        return found


def entries(store: Store) -> Iterator[Entry]:
    """Everything that can be found in this dataset, in the order of its rank."""
    data = _Data(store)
    kinds = data.kinds()
    claims, told = _claims(data), _places_and_years(data)
    found = [
        *_things(data, kinds, claims, told),
        *_passages(data, kinds, claims, told),
    ]
    order = {kind: n for n, kind in enumerate(KINDS)}
    yield from sorted(found, key=lambda e: (e.rank[0], *e.rank[1:2], order[e.kind], *e.rank[2:]))


@dataclass(frozen=True)
class _Claims:
    """Claim → what it is about, the passages it stands in, and what narrows a search to it."""

    about: Mapping[Name, list[Name]]
    passages: Mapping[Name, list[Name]]
    facets: Mapping[Name, set[tuple[str, str]]]


def _claims(data: _Data) -> _Claims:
    passages, facets = data.grouped("pp:statedIn"), defaultdict[Name, set[tuple[str, str]]](set)
    article = dict(data.pairs("pp:inArticle"))
    for name, facet in (("pp:voice", "voice"), ("pp:saidBy", "speaker")):
        for claim, value in data.pairs(name):
            facets[claim].add((facet, value.value))
    for claim, where in passages.items():
        facets[claim] |= {("article", article[each].value) for each in where if each in article}
    return _Claims(data.grouped("pp:about"), passages, facets)


def _places_and_years(data: _Data) -> dict[Name, set[tuple[str, str]]]:
    """Thing → the places and years that are stated of it."""
    found: dict[Name, set[tuple[str, str]]] = defaultdict(set)
    within = dict(data.pairs("pp:within"))
    for thing, place in data.pairs("pp:place"):
        at: Name | None = place
        while at is not None:
            found[thing].add(("place", at.value))
            at = within.get(at)
    years = _years(data)
    for thing, period in data.pairs("pp:during"):
        found[thing] |= {("year", year) for year in years.get(period, ())}
    for thing, issued in data.literals("dcterms:issued"):
        found[thing].add(("year", issued.value[:4]))
    for document, event in data.pairs("pp:issuedThrough"):
        found[document] |= found.get(event, set())
    return found


def _years(data: _Data) -> dict[Name, list[str]]:
    """Period → every year that it touches."""
    ends = {period: int(value.value[:4]) for period, value in data.literals("dcat:endDate")}
    return {
        period: [str(n) for n in range(first, ends.get(period, first) + 1)]
        for period, value in data.literals("dcat:startDate")
        for first in (int(value.value[:4]),)
    }


def _things(
    data: _Data, kinds: Mapping[Name, str], claims: _Claims,
    stated: Mapping[Name, set[tuple[str, str]]],
) -> Iterator[Entry]:  # fmt: skip
    told: dict[Name, _Told] = defaultdict(_Told)
    for claim, about in claims.about.items():
        for thing in about:
            told[thing].claims.append(claim)
            told[thing].facets |= claims.facets[claim]
    indicators = dict(data.pairs("pp:indicator"))
    for thing, kind in kinds.items():
        if kind == PASSAGES:
            continue
        labels = data.labels.get(thing) or data.labels.get(indicators.get(thing, thing), {})
        if thing in indicators:
            labels = {k: f"{v}: {' '.join(data.codes[thing])}" for k, v in labels.items()}
        yield Entry(
            iri=thing.value,
            kind=kind,
            labels=labels,
            names=_distinct([*data.names[thing], *labels.values(), *data.codes[thing]]),
            quote="",
            claims=tuple(sorted(c.value for c in told[thing].claims)),
            article="",
            spans=(),
            codes=_codes(thing, data),
            facets=frozenset({("kind", kind), *told[thing].facets, *stated.get(thing, ())}),
        )


def _passages(
    data: _Data, kinds: Mapping[Name, str], claims: _Claims,
    stated: Mapping[Name, set[tuple[str, str]]],
) -> Iterator[Entry]:  # fmt: skip
    backing: dict[Name, list[Name]] = defaultdict(list)
    for claim, where in claims.passages.items():
        for each in where:
            backing[each].append(claim)
    quotes = {passage: words.value for passage, words in data.literals("pp:quote")}
    articles, spans = dict(data.pairs("pp:inArticle")), _spans(data, quotes)
    for passage in (thing for thing, kind in kinds.items() if kind == PASSAGES):
        own = sorted(backing[passage], key=lambda each: each.value)
        about = {thing for claim in own for thing in claims.about.get(claim, ())}
        facets = {("kind", PASSAGES)}.union(
            *(claims.facets[claim] for claim in own), *(stated.get(thing, ()) for thing in about)
        )
        yield Entry(
            iri=passage.value,
            kind=PASSAGES,
            labels=data.labels.get(own[0], {}) if own else {},
            names=_distinct(name for claim in own for name in data.names[claim]),
            quote=quotes.get(passage, ""),
            claims=tuple(each.value for each in own),
            article=articles[passage].value if passage in articles else "",
            spans=spans.get(passage, ()),
            codes=_distinct(code for each in (passage, *own) for code in _codes(each, data)),
            facets=frozenset(facets),
        )


def _spans(data: _Data, quotes: Mapping[Name, str]) -> dict[Name, tuple[tuple[int, int, int], ...]]:
    start, end, order = (
        {span: int(value.value) for span, value in data.literals(name)}
        for name in ("oa:start", "oa:end", "pp:sequence")
    )
    exact = {span: value.value for span, value in data.literals("oa:exact")}
    found = {}
    for passage, spans in data.grouped("pp:hasSpan").items():
        at, placed = 0, []
        for span in sorted(spans, key=lambda each: order[each]):
            # Pieces of a torn sentence are joined with a sign that is not in the source.
            at = max(at, quotes.get(passage, "").find(exact[span], at))
            placed.append((start[span], end[span], at))
            at += end[span] - start[span]
        found[passage] = tuple(placed)
    return found


def _codes(thing: Name, data: _Data) -> tuple[str, ...]:
    return _distinct([thing.value, *data.codes[thing]])


def _distinct(texts: Iterable[str]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(texts))
