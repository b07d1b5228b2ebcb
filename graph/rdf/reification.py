"""Triple-level provenance in plain RDF: a triple of a named graph as an rdf:Statement.

A statement is named by the graph it is of, by its subject where the graph is not a claim's (whose
facts are few), and by a digest of its triple. So a name leads back to its triple by one look-up:

    id/statement/{claim}.{digest}
    id/statement/{background or inferred}.{kind}.{name of the subject}.{digest}
"""

import base64
import binascii
import hashlib
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from pyoxigraph import BlankNode, NamedNode, Quad, Triple

from graph.rdf import order
from graph.rdf.namespaces import BACKGROUND, CANONICAL_BASE, DEFAULT, IDS, INFERRED, expand

_STATEMENTS = IDS + "statement/"
_CLAIMS = IDS + "claim/"
_DIGITS = 10
"""Hex digits of a digest: 40 bits tell the triples of one claim, or of one subject, apart."""
_SHARED = {"background": BACKGROUND, "inferred": INFERRED}
_FOREIGN = "iri"
"""Stands for the kind where the subject is not ours; its name is then its IRI in base64url."""
_TYPE = expand("rdf:type")
_RECORDS = {
    _CLAIMS: (
        "pp:Claim",
        ("rdfs:label", "pp:statedIn", "pp:saidBy", "pp:voice", "pp:confidence"),
    ),
    IDS + "passage/": ("pp:Passage", ("pp:quote", "pp:inSection")),
    IDS + "graph/": ("prov:Entity", ("rdfs:label", "dcterms:source")),
}
"""How the names of a kind begin → its class, and what the dump of statements tells of it."""
_TOLD = {
    start: {(_TYPE, expand(kind)), *((expand(name), None) for name in names)}
    for start, (kind, names) in _RECORDS.items()
}


@dataclass(frozen=True)
class Home:
    """Where the triple of a statement is: in a graph, about one subject or, if None, any."""

    graph: NamedNode
    subject: NamedNode | None


def _slug(subject: NamedNode | BlankNode | Triple) -> str:
    """A subject as a kind and a name, with a dot between."""
    if isinstance(subject, NamedNode) and subject.value.startswith(CANONICAL_BASE):
        tail = subject.value[len(CANONICAL_BASE) :].removeprefix("id/")
        kind, slash, rest = tail.partition("/")
        if slash and "/" not in rest:
            return f"{kind}.{rest}"
    raw = str(subject)[1:-1].encode()
    return f"{_FOREIGN}.{base64.urlsafe_b64encode(raw).decode().rstrip('=')}"


def _subject(slug: str) -> NamedNode | None:
    kind, _, rest = slug.partition(".")
    try:
        if kind == _FOREIGN:
            return NamedNode(base64.urlsafe_b64decode(rest + "=" * (-len(rest) % 4)).decode())
        base = CANONICAL_BASE if kind == "concept" else IDS
        return NamedNode(f"{base}{kind}/{rest}")
    except (ValueError, binascii.Error):
        return None


def name(triple: Triple, graph: NamedNode) -> NamedNode:
    """The IRI of this triple as a statement of this graph."""
    digest = hashlib.sha256(str(triple).encode()).hexdigest()[:_DIGITS]
    for word, shared in _SHARED.items():
        if graph == shared:
            return NamedNode(f"{_STATEMENTS}{word}.{_slug(triple.subject)}.{digest}")
    return NamedNode(f"{_STATEMENTS}{graph.value.removeprefix(_CLAIMS)}.{digest}")


def home(statement: NamedNode) -> Home | None:
    """Where the triple that a statement's IRI names would be; None for any other IRI."""
    if not statement.value.startswith(_STATEMENTS):
        return None
    stem, dot, digest = statement.value[len(_STATEMENTS) :].rpartition(".")
    if not dot or not digest:
        return None
    word, dot, slug = stem.partition(".")
    if not dot:
        return Home(NamedNode(_CLAIMS + stem), None)
    subject = _subject(slug)
    return Home(_SHARED[word], subject) if word in _SHARED and subject else None


def is_stated(graph: object) -> bool:
    """Whether the triples of a graph have statements: a claim's, the background's, the inferred."""
    return isinstance(graph, NamedNode) and (
        graph in _SHARED.values() or graph.value.startswith(_CLAIMS)
    )


def statement(triple: Triple, graph: NamedNode) -> Iterator[Triple]:
    """The triples that say which graph, a claim's or another, makes this triple."""
    node = name(triple, graph)
    yield Triple(node, _TYPE, expand("rdf:Statement"))
    yield Triple(node, expand("rdf:subject"), triple.subject)
    yield Triple(node, expand("rdf:predicate"), triple.predicate)
    yield Triple(node, expand("rdf:object"), triple.object)
    yield Triple(node, expand("prov:wasDerivedFrom"), graph)


def statements(quads: Iterable[Quad]) -> Iterator[Quad]:
    """What the claims, passages and graphs are, then a statement for each fact of each.

    Quads come in order (graph.rdf.order), and statements go in the order of the graphs and subjects
    they are about; one subject is held at a time. All of it is in the default graph. A statement
    has no property whose domain is a claim or a passage: it is neither.
    """
    for block in order.subjects(quads):
        graph = block[0].graph_name
        if graph == DEFAULT:
            yield from _records(block)
        elif isinstance(graph, NamedNode) and is_stated(graph):
            told = (t for q in block for t in statement(q.triple, graph))
            yield from order.ordered(Quad(t.subject, t.predicate, t.object) for t in told)


def _records(block: list[Quad]) -> Iterator[Quad]:
    subject = block[0].subject
    for start, told in _TOLD.items():
        if isinstance(subject, NamedNode) and subject.value.startswith(start):
            for quad in block:
                if {(quad.predicate, quad.object), (quad.predicate, None)} & told:
                    yield quad
