"""Queries that are answered without a worker: which they are, and that nobody can tell."""

import json
from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pyoxigraph import BlankNode, DefaultGraph, Literal, NamedNode, Quad, QuerySolutions
from servers import Site
from test_hostile import CASES, text
from test_isolation import HOSTILE

from graph.rdf.formats import RESULT_FORMATS
from graph.rdf.store import in_memory
from graph.snapshot import Release
from graph.sparql.near import MOST, near, rows
from graph.sparql.reach import reach
from graph.workers.evaluator import evaluate
from graph.workers.job import Job, ZeroPath
from graph.workers.serialization import CharacterError

RELEASE = Release(Path("nowhere"), "1", "1")
FORMATS = [f.name for f in RESULT_FORMATS if not f.rendered_from]
HUB = "<x:hub>"


def _quads() -> Iterator[Quad]:
    def node(name: str) -> NamedNode:
        return NamedNode(f"x:{name}")

    blank, default = BlankNode("b"), DefaultGraph()
    words: list[Literal | BlankNode] = [
        Literal("a", language="en"),
        Literal('"\r\n,'),
        Literal(1),
        Literal("\u0001"),
        blank,
    ]
    for graph in (default, node("g"), node("h")):
        for number, word in enumerate(words):
            yield Quad(node("s"), node(f"p{number % 2}"), word, graph)
        yield Quad(node("s"), node("p0"), node("t"), graph)
        yield Quad(node("s"), node("p0"), NamedNode("x:a,b"), graph)
        yield Quad(node("t"), node("p1"), node("s"), graph)
        yield Quad(node("t"), node("p0"), node("g"), graph)
        yield Quad(blank, node("p1"), Literal("deep"), graph)
    for number in range(MOST + 50):
        yield Quad(node("hub"), node("p0"), Literal(number), default)
        yield Quad(node(f"m{number}"), node("p1"), node("t"), default)
    yield Quad(node("t"), node("long"), Literal("x" * 300 * MOST), default)
    yield Quad(node("s"), node("leads"), node("hub"), default)


STORE = in_memory(_quads())

ACCEPTED = [
    "SELECT * { <x:s> ?p ?o }",
    "SELECT ?p ?o WHERE { <x:s> ?p ?o }\nVALUES ?cold { 'run-1' }",
    "PREFIX x: <x:> SELECT DISTINCT ?o # a comment\n WHERE{x:s x:p0 ?o.} LIMIT 2 OFFSET 1",
    "PREFIX x: <x:> SELECT ?o ?d { x:s x:p0 ?o . ?o x:p1 ?d }",
    "PREFIX x: <x:> SELECT ?o { x:s x:p0 ?o ; x:p1 ?q, 1 . ?o x:p1 ?d . ?o x:p0 ?e }",
    "ASK { <x:s> <x:p0> 'a'@en }",
    'ASK { <x:s> a "1"^^<http://www.w3.org/2001/XMLSchema#integer> }',
    "SELECT * { GRAPH ?g { <x:s> ?p ?o } }",
    "SELECT * { GRAPH <x:g> { <x:s> <x:p0> ?o . ?o <x:p1> ?d } GRAPH ?h { <x:t> <x:p1> ?v } }",
    "SELECT * { VALUES ?o { 1 <x:t> true } <x:s> ?p ?o }",
    f"SELECT * {{ {HUB} <x:none> ?o }}",
    "SELECT ?nothing { <x:nowhere> ?p ?o }",
]
"""Queries that are answered without a worker."""

LEFT = [
    "SELECT * { ?s ?p ?o }",
    "SELECT * { ?s <x:p1> <x:t> }",
    f"SELECT DISTINCT ?p {{ {HUB} ?p ?o }}",
    f"SELECT * {{ {HUB} <x:p0> ?o }} LIMIT 1",
    "SELECT * { <x:s> <x:leads> ?h . ?h <x:p0> ?o }",
    "SELECT * { <x:t> <x:long> ?o }",
    "SELECT * { " + "<x:s> ?p ?o . " * 9 + "}",
    "SELECT * { <x:s> ?a ?b . <x:s> ?c ?d . <x:s> ?e ?f }",
    "SELECT * { VALUES ?x { " + "1 " * 300 + "} <x:s> ?p ?o }",
    # A join could come to the second step from its other end, or from a graph's name.
    "SELECT * { <x:s> <x:p0> ?o . ?o <x:p1> ?d . <x:t> <x:p1> ?d }",
    "SELECT * { <x:s> <x:p0> ?o . ?o <x:p1> ?d VALUES ?d { <x:t> } }",
    "SELECT * { <x:s> <x:p0> ?o . ?o <x:p1> ?d VALUES ?o { <x:t> } }",
    "SELECT * { <x:s> <x:p0> ?o . GRAPH ?o { <x:t> ?p ?q } ?o <x:p1> ?d }",
    "SELECT * { <x:s> <x:p0> ?o . GRAPH ?g { <x:s> ?q ?r } GRAPH ?g { ?o <x:p1> ?d } }",
    "SELECT * { <x:s> <x:p0> ?o . ?o ?p ?d }",
    "SELECT * { <x:s> <x:p0> ?o . ?o <x:p1> ?d . ?d <x:p0> ?e }",
    "SELECT * { <x:s> ?p ?o OPTIONAL { ?a ?b ?c } }",
    "SELECT * { { <x:s> ?p ?o } UNION { ?a ?b ?c } }",
    "SELECT * { <x:s> ?p ?o FILTER EXISTS { ?a ?b ?c } }",
    "SELECT * { <x:s> ?p ?o MINUS { ?a ?b ?c } }",
    "SELECT * { <x:s> <x:p0>* ?o }",
    "SELECT * { <x:s> <x:p0>/<x:p1> ?o }",
    "SELECT * { <x:s> !<x:p0> ?o }",
    "SELECT * { <x:s> ^<x:p0> ?o }",
    "SELECT (COUNT(*) AS ?n) { <x:s> ?p ?o }",
    "SELECT ?o { <x:s> ?p ?o } ORDER BY ?o",
    "SELECT ?o { <x:s> ?p ?o } GROUP BY ?o",
    "SELECT * FROM <x:g> { <x:s> ?p ?o }",
    "SELECT * { SERVICE <x:s> { <x:s> ?p ?o } }",
    "SELECT * { { SELECT * { ?a ?b ?c } } <x:s> ?p ?o }",
    "SELECT * { <x:s> ?p [ ?q ?o ] }",
    "SELECT * { <x:s> ?p ( 1 2 ) }",
    "SELECT * { _:b ?p ?o }",
    "SELECT * { << <x:s> ?p ?o >> ?q ?r }",
    "BASE <x:> SELECT * { <s> ?p ?o }",
    "SELECT * { <s> ?p ?o }",
    "SELECT * { y:s ?p ?o }",
    "SELECT * { <x:s> ?p '''a''' }",
    "SELECT * { <x:s> ?p '\\u0041' }",
    "CONSTRUCT { ?a ?b ?c } { <x:s> ?p ?o }",
    "DESCRIBE <x:s>",
    "SELECT * { <x:s> ?p ?o",
    "SELECT * { <x:s> ?p ?o } }",
    "SELECT * {}",
    "",
    " ",
    "SELECT",
    "INSERT DATA { <x:s> <x:p> 1 }",
    "SELECT * { <x:s> ?p ?o } #" + "x" * 9000,
]
"""Queries that are left to a worker."""


def of_a_worker(query: str, rows_in: str) -> bytes | None:
    """What a worker writes; None for an answer that the format cannot hold."""
    try:
        head = json.loads(Job(query, rows_in, base_iri="http://127.0.0.1/sparql").head)
        return evaluate(STORE, head, query, 1 << 26)[1]
    except CharacterError:
        return None


def of_the_front(query: str, rows_in: str = "json") -> bytes | None:
    """What is answered without a worker, if it is."""
    answer = near(Job(query, rows_in, base_iri="http://127.0.0.1/sparql"), RELEASE, STORE)
    return None if answer is None else answer.body


@pytest.mark.parametrize("rows_in", FORMATS)
@pytest.mark.parametrize("query", ACCEPTED)
def test_the_answer_is_a_workers_byte_for_byte(query: str, rows_in: str) -> None:
    """In every format; what a format cannot hold is left to a worker, which refuses it."""
    assert of_the_front(query, rows_in) == of_a_worker(query, rows_in)
    assert reach(query) is not None


@pytest.mark.parametrize("query", LEFT)
def test_what_may_reach_far_is_left_to_a_worker(query: str) -> None:
    """By its shape, or because a thing in it has too many triples."""
    assert of_the_front(query) is None


def test_hostile_queries_are_left_to_a_worker() -> None:
    """Every one that the other tests know."""
    texts = [*HOSTILE.values(), *(text(case) for case in CASES if "parts" in case)]
    assert len(texts) > 50
    assert not [text[:80] for text in texts if reach(text)]


def test_graphs_and_paths_are_left_to_a_worker() -> None:
    """Graphs given by the protocol, and paths of length zero, are a worker's to mend."""
    query = ACCEPTED[0]
    jobs = [
        Job(query, default_graphs=("x:g",), named_graphs=()),
        Job(query, zero_paths=(ZeroPath(0, 1, "x:s", "?x"),)),
    ]
    assert [near(job, RELEASE, STORE) for job in jobs] == [None, None]


TERMS = st.sampled_from(["<x:s>", "<x:t>", "x:s", HUB, "<x:g>", "?a", "?b", "?c", "$a"])
VERBS = st.sampled_from(["<x:p0>", "x:p1", "a", "?p", "?a", "<x:leads>"])
ENDS = TERMS | st.sampled_from(["1", "'a'@en", "true"])
TRIPLES = st.builds(" ".join, st.tuples(TERMS, VERBS, ENDS))
BLOCKS = st.lists(TRIPLES, min_size=1, max_size=3).map(" . ".join)
ELEMENTS = st.one_of(
    BLOCKS,
    st.builds("GRAPH {0} {{ {1} }}".format, st.sampled_from(["?g", "?a", "<x:g>"]), BLOCKS),
    st.builds("VALUES {0} {{ <x:t> 1 }}".format, st.sampled_from(["?a", "?b", "?v"])),
)
QUERIES = st.builds(
    "PREFIX x: <x:> {0} {{ {1} }} {2}".format,
    st.sampled_from(["SELECT *", "SELECT DISTINCT ?a", "SELECT ?b ?g", "ASK"]),
    st.lists(ELEMENTS, min_size=1, max_size=3).map(" . ".join),
    st.sampled_from(["", "LIMIT 3", "OFFSET 1 LIMIT 2", "VALUES ?a { 1 <x:s> }"]),
)
WORDS = (
    "SELECT * ASK WHERE { } { } . ; , ?a ?b <x:s> <x:p0> x:t a 1 'a' GRAPH VALUES OPTIONAL FILTER "
    "UNION MINUS SERVICE { ( ) [ ] ^ / | ! + # \\ \" ' < > @en :"
)
PIECES = st.sampled_from([*WORDS.split(), "\n"])
SOUP = st.lists(PIECES, max_size=14).map(lambda pieces: "ASK { <x:s> " + " ".join(pieces) + " }")
GLUED = st.lists(PIECES, max_size=14).map(lambda pieces: "ASK{<x:s>" + "".join(pieces) + "}")


@settings(max_examples=400, deadline=None)
@given(QUERIES | SOUP | GLUED, st.sampled_from(FORMATS))
def test_whatever_is_answered_is_what_a_worker_answers(query: str, rows_in: str) -> None:
    """Queries put together at random: the same bytes, and no more rows than were counted."""
    found = reach(query)
    body = of_the_front(query, rows_in)
    if body is None:
        return
    assert body == of_a_worker(query, rows_in)
    assert found is not None
    told = STORE.query(query)
    if isinstance(told, QuerySolutions):
        assert sum(1 for _ in told) <= rows(found, RELEASE, STORE) <= MOST


def test_the_served_answer_is_the_same(site: Site) -> None:
    """A look-up and the same question as a worker must answer it, asked of a real server."""
    iri = "<https://w3id.org/policyprov/id/agent/li-xiang>"
    kind = {"Content-Type": "application/sparql-query", "Accept": "text/csv"}
    plain, other = (
        site.ask("/sparql", "POST", kind, f"SELECT ?p ?o {{ {iri} ?p ?o {rest} }}".encode())
        for rest in ("", "FILTER(true)")
    )
    assert plain.body == other.body
    assert plain.headers.keys() == other.headers.keys()
