"""The canned queries as data: each a sh:SPARQLExecutable (SHACL 1.0 Advanced Features §5)."""

from collections.abc import Iterable, Iterator

from pyoxigraph import Literal, NamedNode, Triple

from graph.queries import Query
from graph.rdf.namespaces import expand

_FORMS = {
    "SELECT": ("sh:SPARQLSelectExecutable", "sh:select"),
    "ASK": ("sh:SPARQLAskExecutable", "sh:ask"),
    "CONSTRUCT": ("sh:SPARQLConstructExecutable", "sh:construct"),
    "DESCRIBE": ("sh:SPARQLExecutable", "sh:describe"),
}


def executables(site: str, queries: Iterable[Query]) -> Iterator[Triple]:
    """The triples that describe these queries, as served at this site."""
    for query in queries:
        yield from _executable(site, query)


def _executable(site: str, query: Query) -> Iterator[Triple]:
    node = NamedNode(f"{site}/queries/{query.name}")
    kind, text = _FORMS[query.form]
    for name in dict.fromkeys(("sh:SPARQLExecutable", kind)):
        yield Triple(node, expand("rdf:type"), expand(name))
    yield Triple(node, expand(text), Literal(query.text))
    yield Triple(node, expand("schema:target"), NamedNode(f"{site}/sparql"))
    for tag, words in query.summary.items():
        yield Triple(node, expand("rdfs:label"), Literal(words, language=tag))
    for tag, words in query.description.items():
        yield Triple(node, expand("rdfs:comment"), Literal(words, language=tag))
    for keyword in query.tags:
        yield Triple(node, expand("schema:keywords"), Literal(keyword))
