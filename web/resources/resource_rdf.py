"""The data about one thing, as quads: what dereferencing its IRI gives a program.

A claim is its named graph and its evidence records. An entity is what is said of it, with the
claims that say so. A term or a code list is the whole file it is defined in.
"""

from collections.abc import Iterable, Iterator

from pyoxigraph import NamedNode, Quad, RdfFormat, Triple, parse

from graph.errors import UnknownError
from graph.rdf import reification
from graph.rdf.namespaces import CONCEPTS_GRAPH, ONTOLOGY_GRAPH, expand
from web.evidence import passages
from web.evidence.records import SD, Description, default, records
from web.site.pagination import Slice
from web.site.release_view import View, is_claim

CLAIMS = 100
"""Claims about a thing on one page of its data."""
_FILES = {ONTOLOGY_GRAPH.value: "policyprov.ttl", CONCEPTS_GRAPH.value: "concepts.ttl"}


def known(view: View, thing: NamedNode) -> bool:
    """Whether the release says anything of a thing, or uses it to name a graph or a statement."""
    if thing.value in _FILES or _version(view, thing):
        return True
    return view.known(thing) or statement(view, thing) is not None


def describe(view: View, thing: NamedNode, page: str | None = None) -> tuple[Description, Slice]:
    """The data about a thing, and which page of it: CLAIMS claims a page, with where they stand.

    What is said of the thing in all is on each page; what says so, and where, is on one.
    Raises UnknownError for what the release does not know.
    """
    if not known(view, thing):
        raise UnknownError(f"there is nothing about {thing.value}", "look for it with a query")
    part = Slice.of(view.remember("claims of", thing, lambda: _claims(view, thing)), page, CLAIMS)
    return Description(view, thing, tuple(_quads(view, thing, part))), part


def _claims(view: View, thing: NamedNode) -> int:
    return len(_stating(view, thing))


def _stating(view: View, thing: NamedNode) -> list[NamedNode]:
    found: Iterable[Quad] = view.store.quads_for_pattern(thing, None, None, None)
    graphs = {q.graph_name for q in found if isinstance(q.graph_name, NamedNode)}
    return sorted(filter(is_claim, graphs), key=str)


def _quads(view: View, thing: NamedNode, part: Slice) -> Iterator[Quad]:
    stated = statement(view, thing)
    if stated is not None:
        yield from map(default, _reified(view, stated))
    elif thing.value in _FILES or _version(view, thing):
        yield from map(default, _defined(view, thing))
    elif is_claim(thing):
        yield from _claim(view, thing)
    else:
        yield from map(default, view.about(thing))
        yield from _support(view, thing, part)
        yield from map(default, _members(view, thing))
        if view.store.contains_named_graph(thing):
            yield default(Triple(thing, expand("rdf:type"), NamedNode(SD + "NamedGraph")))


def _claim(view: View, claim: NamedNode) -> Iterator[Quad]:
    for triple in view.inside(claim):
        yield Quad(triple.subject, triple.predicate, triple.object, claim)
    yield from map(default, records(view, claim))
    for article in {p.article for p in passages.claim(view, claim).passages}:
        yield from map(default, view.about(article))


def _support(view: View, thing: NamedNode, part: Slice) -> Iterator[Quad]:
    """What each claim of a page says of a thing, in its graph, and where the claim stands."""
    for claim in _stating(view, thing)[part.bounds]:
        yield from view.store.quads_for_pattern(thing, None, None, claim)
        yield from map(default, records(view, claim))


def _members(view: View, thing: NamedNode) -> Iterator[Triple]:
    """The concepts of a scheme, the spans and claims of a passage, by their link to it."""
    for name in ("skos:inScheme", "pp:statedIn"):
        for member in view.sources_of(thing, name):
            yield Triple(member, expand(name), thing)


def _version(view: View, thing: NamedNode) -> bool:
    """Whether a thing is a version of the vocabulary: the present one, or the one before."""
    names = ("owl:versionIRI", "owl:priorVersion")
    return any(thing in view.things(ONTOLOGY_GRAPH, name) for name in names)


def _defined(view: View, thing: NamedNode) -> Iterator[Triple]:
    name = _FILES.get(thing.value)
    if name is None:
        name = _FILES[ONTOLOGY_GRAPH.value]
        yield Triple(thing, expand("dcterms:isVersionOf"), ONTOLOGY_GRAPH)
        for present in view.things(ONTOLOGY_GRAPH, "owl:versionIRI"):
            if present != thing:
                # The files define the present version; of the one before only this is known.
                yield Triple(thing, expand("dcterms:isReplacedBy"), present)
                return
    path = view.folder / "ontology" / name
    yield from (q.triple for q in parse(path=path, format=RdfFormat.TURTLE))
    if thing == CONCEPTS_GRAPH:
        for scheme in view.of_type("skos:ConceptScheme"):
            yield Triple(thing, expand("dcterms:hasPart"), scheme)


def statement(view: View, name: NamedNode) -> Quad | None:
    """The triple, with its graph, that a name in statements.ttl stands for."""
    home = reification.home(name)
    if home is None:
        return None
    found = view.store.quads_for_pattern(home.subject, None, None, home.graph)
    return next((q for q in found if reification.name(q.triple, home.graph) == name), None)


def _reified(view: View, quad: Quad) -> Iterator[Triple]:
    graph = quad.graph_name
    assert isinstance(graph, NamedNode)  # noqa: S101 - only named graphs have statements
    yield from reification.statement(quad.triple, graph)
    yield from records(view, graph) if is_claim(graph) else view.about(graph)
