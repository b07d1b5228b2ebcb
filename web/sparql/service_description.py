"""The service description: what this endpoint does, in RDF, and nothing it does not do.

SPARQL 1.1 Service Description. No union default graph, no dereferencing; federation only when an
operator allows it.
"""

import json
from collections.abc import Iterator

from pyoxigraph import BlankNode, Literal, NamedNode, Triple

from graph.rdf.formats import FORMATS, Format
from graph.rdf.namespaces import (
    BACKGROUND,
    CONCEPTS_GRAPH,
    INFERRED,
    ONTOLOGY_GRAPH,
    PREFIXES,
    expand,
)
from graph.workers.job import Job
from web.middleware.context import address, front

_SD = "http://www.w3.org/ns/sparql-service-description#"
_PREFIXES = {"sd": _SD, "void": PREFIXES["void"], "xsd": PREFIXES["xsd"]}
_CLAIMS = "Each claim names the graph of its facts; these graphs are not listed one by one."
_ENTAILMENT = NamedNode("http://www.w3.org/ns/entailment/Simple")
NAMED = 500
"""Claims whose graphs are described one by one; more are told as a class, with a count."""
_GRAPHS = "SELECT ?g (COUNT(*) AS ?n) WHERE { GRAPH ?g { ?s ?p ?o } } GROUP BY ?g ORDER BY ?g"
_OTHERS = " ".join(
    f"<{graph.value}>" for graph in (BACKGROUND, CONCEPTS_GRAPH, INFERRED, ONTOLOGY_GRAPH)
)
_FEW = f"""SELECT ?g (COUNT(*) AS ?n)
WHERE {{ VALUES ?g {{ {_OTHERS} }} GRAPH ?g {{ ?s ?p ?o }} }} GROUP BY ?g ORDER BY ?g"""
_SIZE = "SELECT (COUNT(*) AS ?n) WHERE { ?s ?p ?o }"

Node = NamedNode | BlankNode


def service(format_: Format) -> bytes:
    """The description in this format."""
    federated = bool(front().settings.service_allow)

    def written() -> bytes:
        return format_.write(list(_triples(address("/sparql"), federated=federated)), _PREFIXES)

    return front().pool.release.remember("service", format_.name, written)


def _sd(name: str) -> NamedNode:
    return NamedNode(_SD + name)


def _triples(endpoint: str, *, federated: bool) -> Iterator[Triple]:
    me, dataset = NamedNode(endpoint + "#service"), NamedNode(endpoint + "#dataset")
    yield Triple(me, expand("rdf:type"), _sd("Service"))
    yield Triple(me, _sd("endpoint"), NamedNode(endpoint))
    for language in ("SPARQL10Query", "SPARQL11Query"):
        yield Triple(me, _sd("supportedLanguage"), _sd(language))
    for format_ in FORMATS:
        yield Triple(me, _sd("resultFormat"), NamedNode(format_.iri))
    if federated:
        yield Triple(me, _sd("feature"), _sd("BasicFederatedQuery"))
    yield Triple(me, _sd("defaultEntailmentRegime"), _ENTAILMENT)
    yield Triple(me, _sd("defaultDataset"), dataset)
    yield Triple(dataset, expand("rdf:type"), _sd("Dataset"))
    yield from _graphs(dataset, endpoint)


def _graphs(dataset: NamedNode, endpoint: str) -> Iterator[Triple]:
    default = NamedNode(endpoint + "#default-graph")
    yield Triple(dataset, _sd("defaultGraph"), default)
    counts = front().pool.release.counts
    claims = counts.get("claims", 0)
    size = counts.get("triples")
    yield from _graph(default, str(size) if size else _rows(_SIZE)[0]["n"]["value"])
    if claims > NAMED:
        part = BlankNode("claims")
        yield Triple(dataset, expand("void:classPartition"), part)
        yield Triple(part, expand("void:class"), expand("pp:Claim"))
        yield Triple(
            part, expand("void:entities"), Literal(str(claims), datatype=expand("xsd:integer"))
        )
        yield Triple(part, expand("rdfs:comment"), Literal(_CLAIMS, language="en"))
    for number, row in enumerate(_rows(_FEW if claims > NAMED else _GRAPHS), 1):
        entry, graph = BlankNode(f"n{number}"), BlankNode(f"g{number}")
        yield Triple(dataset, _sd("namedGraph"), entry)
        yield Triple(entry, expand("rdf:type"), _sd("NamedGraph"))
        yield Triple(entry, _sd("name"), NamedNode(row["g"]["value"]))
        yield Triple(entry, _sd("graph"), graph)
        yield from _graph(graph, row["n"]["value"])


def _graph(node: Node, size: str) -> Iterator[Triple]:
    yield Triple(node, expand("rdf:type"), _sd("Graph"))
    yield Triple(node, expand("void:triples"), Literal(size, datatype=expand("xsd:integer")))


def _rows(query: str) -> list[dict[str, dict[str, str]]]:
    # By the pool, not by the meter: the first to ask for a description is not charged for it.
    answer = front().pool.answer(Job(query))
    found: list[dict[str, dict[str, str]]] = json.loads(answer.body)["results"]["bindings"]
    return found
