"""Where the engine leaves the specification: what is found in a query, and what a worker mends."""

import csv
import io
from collections.abc import Iterable

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pyoxigraph import (
    DefaultGraph,
    Literal,
    NamedNode,
    Quad,
    QueryResultsFormat,
    QuerySolutions,
    Store,
)

from graph.errors import ParameterError
from graph.sparql.deviations import dataset, zero_paths
from graph.workers import dataset as merging
from graph.workers.serialization import CharacterError, Xml, is_torn, quoted_csv

BASE = "https://example.org/sparql"
GRAPHS = [NamedNode(f"urn:g{n}") for n in range(4)]
NODES = [NamedNode(f"urn:n{n}") for n in range(3)]

quads = st.lists(
    st.builds(
        Quad,
        st.sampled_from(NODES),
        st.sampled_from(NODES),
        st.sampled_from(NODES),
        st.sampled_from(GRAPHS),
    ),
    max_size=40,
)


def _store(found: Iterable[Quad]) -> Store:
    store = Store()
    store.extend(found)
    return store


@pytest.mark.parametrize(
    ("text", "prologue", "found"),
    [
        ("SELECT * { ?from ?p 'FROM <urn:a>' } # FROM <urn:b>", "", (None, None)),
        ("SELECT * FROM <urn:a> {}", "", (("urn:a",), ())),
        ("SELECT*FROM<urn:a>from named<urn:b>{}", "", (("urn:a",), ("urn:b",))),
        ("SELECT * FROM # one\n <urn:a> FROM <urn:a> {}", "", (("urn:a",), ())),
        ("SELECT * FROM <x> {}", "", (("https://example.org/x",), ())),
        ("SELECT * FROM g:x {}", "PREFIX g: <urn:>", (("urn:x",), ())),
        ("SELECT * FROM g:x {}", "", (None, None)),
        ("SELECT * { ?s from:x <urn:a> ; <urn:from> ?o }", "PREFIX from: <urn:>", (None, None)),
        ("SELECT * { ?s fromage:x <urn:a> }", "PREFIX age: <urn:>", (None, None)),
    ],
)
def test_dataset_clauses(
    text: str, prologue: str, found: tuple[tuple[str, ...] | None, tuple[str, ...] | None]
) -> None:
    """FROM outside strings, comments and names, its IRIs resolved as the engine does."""
    assert dataset(text, prologue, BASE) == found


def test_a_thousand_graphs_are_enough() -> None:
    """More are refused before anything is evaluated."""
    text = "SELECT * " + "FROM <urn:g> " * 1001 + "{}"
    with pytest.raises(ParameterError, match="1000"):
        dataset(text, "", BASE)


@pytest.mark.parametrize(
    ("pattern", "found"),
    [
        ("{ <urn:a> <urn:p>* ?x }", ["<urn:a> <urn:p>* ?x"]),
        ("{ <urn:a> (<urn:p>|^<urn:q>)* ?x . }", ["<urn:a> (<urn:p>|^<urn:q>)* ?x"]),
        ("{ ?s ?p ?o . ?x <urn:p>? <urn:a> }", ["?x <urn:p>? <urn:a>"]),
        ("{ <urn:a> <urn:p>+ ?x }", []),
        ("{ <urn:a> <urn:p>* ?x ; <urn:q> ?y }", []),
        ("{ <urn:a> <urn:p>*/<urn:q> ?x }", []),
        ("{ ?a <urn:p> '{ <urn:a> <urn:p>* ?x }' }", []),
        ("{ BIND(?a*?b AS ?c) }", []),
    ],
)
def test_paths_of_length_zero(pattern: str, found: list[str]) -> None:
    """Only a whole triple pattern between an IRI and a variable, whose path may be empty."""
    text = "SELECT * " + pattern
    assert [text[p.start : p.end] for p in zero_paths(text, "", BASE)] == found


@given(quads, st.lists(st.sampled_from(GRAPHS), max_size=6))
def test_graphs_are_merged(held: list[Quad], named: list[NamedNode]) -> None:
    """However often and whichever graphs are named: each of their triples is there once."""
    store = _store(held)
    where, default, among = merging.chosen(store, [g.value for g in named], [])
    rows = where.query("SELECT * { ?s ?p ?o }", default_graph=default, named_graphs=among)
    assert isinstance(rows, QuerySolutions)
    seen = [(row["s"], row["p"], row["o"]) for row in rows]
    assert len(seen) == len(set(seen))
    assert set(seen) == {(q.subject, q.predicate, q.object) for q in held if q.graph_name in named}


def test_merging_is_bounded() -> None:
    """Graphs of more triples than a worker merges are refused."""
    graph = NamedNode("urn:many")
    many = (Quad(NODES[0], NODES[1], Literal(n), graph) for n in range(merging.MOST + 1))
    store = _store(many)
    assert merging.chosen(store, ["urn:many"], [])[0] is store
    with pytest.raises(merging.TooMuchError):
        merging.chosen(store, ["urn:many", "urn:other"], [])


@given(st.lists(st.tuples(st.text(), st.sampled_from(["urn:a", "urn:a,b"])), max_size=5))
def test_csv_is_read_back(rows: list[tuple[str, str]]) -> None:
    """What a CSV reader finds is what was told, torn by the engine's writer or not."""
    store = _store(
        Quad(NamedNode(iri), NODES[0], Literal(text), DefaultGraph()) for text, iri in rows
    )
    query = "SELECT ?s ?o { ?s ?p ?o }"
    solutions = store.query(query)
    assert isinstance(solutions, QuerySolutions)
    out = io.BytesIO()
    quoted_csv(solutions, out.write)
    text = out.getvalue()
    assert not is_torn(text)
    found = list(csv.reader(io.StringIO(text.decode(), newline="")))
    assert found[0] == ["s", "o"]
    assert {(o, s) for s, o in found[1:]} == set(rows)
    again = store.query(query)
    assert isinstance(again, QuerySolutions)
    engines = io.BytesIO()
    again.serialize(engines, QueryResultsFormat.CSV)
    assert is_torn(engines.getvalue()) == any("," in iri for _, iri in rows)


def test_xml_names_what_it_cannot_hold() -> None:
    """A control character is told by its number; a carriage return becomes a reference."""
    assert Xml()(b"a\r\n\tb", last=True) == b"a&#xD;\n\tb"
    for text in ("\x01", "\ufffe", "\uffff", "\x1f"):
        with pytest.raises(CharacterError, match=f"U\\+{ord(text):04X}"):
            Xml()(text.encode(), last=True)


def test_xml_is_mended_wherever_it_is_cut() -> None:
    """In pieces it is what it is whole, and a character across two of them is found."""
    text = "甲\r\n乙\ufffd丙".encode()
    for cut in range(len(text) + 1):
        mended = Xml()
        pieces = mended(text[:cut], last=False), mended(text[cut:], last=True)
        assert b"".join(pieces) == text.replace(b"\r", b"&#xD;")
    bad = "甲\uffff乙".encode()
    for cut in range(len(bad) + 1):
        mended = Xml()
        with pytest.raises(CharacterError, match="U\\+FFFF"):
            mended(bad[:cut], last=False), mended(bad[cut:], last=True)
