"""The data about one thing, as quads: what dereferencing its IRI gives a program.

A claim is its named graph and its evidence records. An entity is what is said of it, with the
claims that say so. A term or a code list is the whole file it is defined in.
"""

import hashlib
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import cache

from pyoxigraph import NamedNode, Quad, RdfFormat, Triple, parse

from graph.errors import UnknownError
from graph.formats import Format, Kind
from graph.jsonld import Writer
from graph.namespaces import CONCEPTS_GRAPH, ONTOLOGY_GRAPH, PREFIXES, expand
from graph.vocabulary import vocabulary
from web import addresses, passages
from web.graphview import Statement, View, is_claim

SD = "http://www.w3.org/ns/sparql-service-description#"
_FILES = {ONTOLOGY_GRAPH.value: "policyprov.ttl", CONCEPTS_GRAPH.value: "concepts.ttl"}
_TOLD = "/t/"
"""What parts a claim's IRI from the name of one of its statements in statements.ttl."""


@dataclass(frozen=True)
class Description:
    """Quads about a thing: records in the default graph, facts in the graphs of their claims."""

    thing: NamedNode
    quads: tuple[Quad, ...]

    def write(self, fmt: Format) -> bytes:
        """The description in this format; where it has no graphs, their triples stand together."""
        ordered = sorted(set(self.quads), key=lambda q: (str(q.graph_name), str(q.triple)))
        if fmt.name == "jsonld":
            return _writer().document(ordered)
        prefixes = PREFIXES | {"sd": SD}
        if fmt.kind is Kind.DATASET:
            return fmt.write(ordered, prefixes)
        return fmt.write(sorted({q.triple for q in ordered}, key=str), prefixes)


@cache
def _writer() -> Writer:
    return Writer(vocabulary())


def known(view: View, thing: NamedNode) -> bool:
    """Whether the release says anything of a thing, or uses it to name a graph or a statement."""
    if thing.value in _FILES or _version(view, thing):
        return True
    return view.known(thing) or statement(view, thing) is not None


def describe(view: View, thing: NamedNode) -> Description:
    """The data about a thing.

    Raises UnknownError for what the release does not know.
    """
    if not known(view, thing):
        raise UnknownError(f"there is nothing about {thing.value}", "look for it with a query")
    return Description(thing, tuple(_quads(view, thing)))


def _quads(view: View, thing: NamedNode) -> Iterator[Quad]:
    told = statement(view, thing)
    if told is not None:
        yield from map(_default, _reified(view, thing, told))
    elif thing.value in _FILES or _version(view, thing):
        yield from map(_default, _defined(view, thing))
    elif is_claim(thing):
        yield from _claim(view, thing)
    else:
        yield from map(_default, view.about(thing))
        yield from _support(view, thing)
        yield from map(_default, _members(view, thing))
        if view.store.contains_named_graph(thing):
            yield _default(Triple(thing, expand("rdf:type"), NamedNode(SD + "NamedGraph")))


def _default(triple: Triple) -> Quad:
    return Quad(triple.subject, triple.predicate, triple.object)


def _claim(view: View, claim: NamedNode) -> Iterator[Quad]:
    for triple in view.inside(claim):
        yield Quad(triple.subject, triple.predicate, triple.object, claim)
    yield from map(_default, records(view, claim))
    for article in {p.article for p in passages.claim(view, claim).passages}:
        yield from map(_default, view.about(article))


def records(view: View, claim: NamedNode) -> Iterator[Triple]:
    """The evidence records of a claim: itself, its passages, their spans and sections."""
    yield from view.about(claim)
    for passage in view.things(claim, "pp:statedIn"):
        yield from view.about(passage)
        for name in ("pp:hasSpan", "pp:inSection"):
            for part in view.things(passage, name):
                yield from view.about(part)


def _support(view: View, thing: NamedNode) -> Iterator[Quad]:
    """What each claim says of a thing, in the claim's graph, and where the claim stands."""
    found: Iterable[Quad] = view.store.quads_for_pattern(thing, None, None, None)
    stated = [q for q in found if isinstance(q.graph_name, NamedNode) and is_claim(q.graph_name)]
    yield from stated
    for claim in sorted({q.graph_name for q in stated}, key=str):
        if isinstance(claim, NamedNode):
            yield from map(_default, records(view, claim))


def _members(view: View, thing: NamedNode) -> Iterator[Triple]:
    """The concepts of a scheme, the spans and claims of a passage, by their link to it."""
    for name in ("skos:inScheme", "pp:statedIn"):
        for member in view.sources_of(thing, name):
            yield Triple(member, expand(name), thing)


def _version(view: View, thing: NamedNode) -> bool:
    return thing in view.things(ONTOLOGY_GRAPH, "owl:versionIRI")


def _defined(view: View, thing: NamedNode) -> Iterator[Triple]:
    name = _FILES.get(thing.value)
    if name is None:
        name = _FILES[ONTOLOGY_GRAPH.value]
        yield Triple(thing, expand("dcterms:isVersionOf"), ONTOLOGY_GRAPH)
    path = view.folder / "ontology" / name
    yield from (q.triple for q in parse(path=path, format=RdfFormat.TURTLE))
    if thing == CONCEPTS_GRAPH:
        for scheme in view.of_type("skos:ConceptScheme"):
            yield Triple(thing, expand("dcterms:hasPart"), scheme)


def statement(view: View, name: NamedNode) -> Triple | None:
    """The triple of a claim that a name in statements.ttl stands for."""
    claim, _, digest = name.value.partition(_TOLD)
    if not digest or addresses.kind(claim) != "claim":
        return None
    for triple in view.inside(NamedNode(claim)):
        if hashlib.sha256(str(triple).encode()).hexdigest()[:16] == digest:
            return triple
    return None


def _reified(view: View, name: NamedNode, triple: Triple) -> Iterator[Triple]:
    claim = NamedNode(name.value.partition(_TOLD)[0])
    yield Triple(name, expand("rdf:type"), expand("rdf:Statement"))
    yield Triple(name, expand("rdf:subject"), triple.subject)
    yield Triple(name, expand("rdf:predicate"), triple.predicate)
    yield Triple(name, expand("rdf:object"), triple.object)
    yield Triple(name, expand("prov:wasDerivedFrom"), claim)
    for passage in view.things(claim, "pp:statedIn"):
        yield Triple(name, expand("pp:statedIn"), passage)
    yield from records(view, claim)


def supported(view: View, told: Statement) -> Iterator[Quad]:
    """A statement in the graph of each claim that makes it, with the claim's evidence records."""
    triple = told.triple
    if not told.claims:
        yield _default(triple)
    for claim in told.claims:
        yield Quad(triple.subject, triple.predicate, triple.object, claim)
        yield from map(_default, records(view, claim))
