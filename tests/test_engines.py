"""An engine elsewhere: how it is named and asked, and what becomes of it when it misbehaves."""

import json
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
import yaml
from engines import DEFAULT, Flood, Plain, Scripted, Secure
from pyoxigraph import (
    DefaultGraph,
    Literal,
    NamedNode,
    Quad,
    QueryBoolean,
    QuerySolutions,
    Store,
    Triple,
)
from servers import free_port

from graph.engines.address import Address
from graph.engines.engine import Engine
from graph.engines.failure import EngineFailure
from graph.engines.lookups import Lookups
from graph.engines.rewriting import RELEASE_GRAPH, based, reworded
from graph.errors import ReleaseError, RequestError, SettingError
from graph.memory import Memory
from graph.paths import ROOT
from graph.queries import canned
from graph.settings import Settings
from graph.workers import limits
from graph.workers.evaluator import respond
from graph.workers.job import Job
from graph.workers.pool import Pool

SECONDS = 0.5
SELECT = "SELECT ?s WHERE { ?s ?p ?o }"
ROWS = b'{"head":{"vars":["s"]},"results":{"bindings":[{"s":{"type":"uri","value":"http://x/1"}}]}}'
JSON = b"Content-Type: application/sparql-results+json\r\n"
SOUND = b"HTTP/1.1 200 OK\r\n" + JSON + b"Content-Length: %d\r\n\r\n" % len(ROWS) + ROWS

CASES: list[dict[str, Any]] = yaml.safe_load(
    (ROOT / "tests" / "data" / "misbehaviour.yaml").read_text("utf-8")
)


@contextmanager
def scripted(*scripts: tuple[bytes, str]) -> Iterator[Scripted]:
    server = Scripted(scripts)
    try:
        yield server
    finally:
        server.close()


@contextmanager
def engine(setting: str) -> Iterator[Engine]:
    found = Engine(Address.of(setting, "1", SECONDS), SECONDS)
    try:
        yield found
    finally:
        found.close()


def told(setting: str, query: str = SELECT) -> RequestError:
    """The error that a client gets when this engine is asked."""
    job, setup = json.loads(Job(query).head), {"answer_bytes": 1 << 20}
    with engine(setting) as here:
        head, _ = respond(here, setup, job, query)
    error = limits.told(head, Settings(store=setting))
    assert isinstance(error, RequestError)
    return error


@pytest.mark.parametrize("case", CASES, ids=lambda case: case["name"])
def test_an_engine_that_misbehaves_is_told_in_one_sentence(case: dict[str, Any]) -> None:
    """No answer is made of half of one, and the client learns whose fault it is."""
    answer = case["answer"].format(rows=ROWS.decode(), size=len(ROWS)).encode()
    with scripted((answer, case.get("then", "close"))) as server:
        error = told(server.setting)
    assert error.status == case["status"]
    assert case["says"] in error.detail
    assert error.remedy
    assert (error.retry_after is None) == (error.status == 502)


def test_an_engine_that_is_not_there() -> None:
    """A port that nobody listens on: 503, with when to ask again."""
    error = told(f"sparql+http://127.0.0.1:{free_port()}/sparql")
    assert (error.status, error.type) == (503, "engine-gone")
    assert "accepts no connection" in error.detail


def test_an_engine_behind_tls_is_trusted_by_its_certificate(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Who signed it himself is named in SSL_CERT_FILE; without that, nothing is asked of him."""
    with scripted((SOUND, "keep")) as server:
        secure = Secure(server.port, tmp_path)
        error = told(secure.setting("/sparql"))
        assert (error.status, error.type) == (502, "engine-fault")
        assert "SSL_CERT_FILE" in error.detail
        assert server.requests == []
        monkeypatch.setenv("SSL_CERT_FILE", str(secure.certificate))
        with engine(secure.setting("/sparql")) as here:
            found = here.query(SELECT, None)
            assert isinstance(found, QuerySolutions)
            assert [str(row[0]) for row in found] == ["<http://x/1>"]
        assert len(server.requests) == 1
        secure.close()


def test_a_certificate_of_another_host_is_refused(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with scripted((SOUND, "keep")) as server:
        secure = Secure(server.port, tmp_path, "DNS:engine.example")
        monkeypatch.setenv("SSL_CERT_FILE", str(secure.certificate))
        error = told(secure.setting("/sparql"))
        assert (error.status, "not trusted" in error.detail) == (502, True)
        assert server.requests == []
        secure.close()


def test_an_engine_that_does_not_speak_tls_is_told() -> None:
    plain = Plain()
    error = told(f"sparql+https://127.0.0.1:{plain.port}/sparql")
    plain.close()
    assert (error.status, "TLS" in error.detail) == (502, True)


def test_an_answer_without_end_is_read_no_further_than_it_may_be_long() -> None:
    """Rows are written as they come, so a worker holds what one answer may have, and no more."""
    flood = Flood()
    error = told(flood.setting)
    flood.close()
    assert (error.status, error.type) == (503, "limit")
    assert flood.sent < 16 << 20


def test_a_graph_whose_end_is_not_told_is_refused() -> None:
    """N-Triples cut between two lines would pass for the whole."""
    triple = b"<http://x/1> <http://x/p> <http://x/2> .\n"
    head = b"HTTP/1.1 200 OK\r\nContent-Type: application/n-triples\r\n"
    construct = "CONSTRUCT WHERE { ?s ?p ?o }"
    with scripted((head + b"\r\n" + triple, "close")) as server:
        assert "does not say where its answer ends" in told(server.setting, construct).detail
    whole = head + b"Content-Length: 41\r\n\r\n" + triple
    with scripted((whole, "close")) as server, engine(server.setting) as here:
        found = here.query(construct, None)
        assert isinstance(found, Iterator)
        assert [str(t.object) for t in found if isinstance(t, Triple)] == ["<http://x/2>"]


def rows(found: object) -> list[str]:
    assert isinstance(found, QuerySolutions)
    return [str(row[0]) for row in found]


def test_one_connection_is_kept_and_a_dropped_one_replaced() -> None:
    """A connection that rested may have been closed: the query was not begun, and is sent again."""
    with scripted((SOUND, "keep"), (b"", "close"), (SOUND, "keep")) as server:
        with engine(server.setting) as here:
            assert rows(here.query(SELECT, None)) == ["<http://x/1>"]
            assert rows(here.query(SELECT, None)) == ["<http://x/1>"]
        assert len(server.requests) == 3


def test_a_query_that_may_have_begun_is_not_sent_again() -> None:
    """A new connection that ends without an answer: perhaps the query ended the engine."""
    with scripted((b"", "close"), (SOUND, "keep")) as server:
        with engine(server.setting) as here, pytest.raises(EngineFailure) as failure:
            here.query(SELECT, None)
        assert failure.value.kind == "gone"
        assert len(server.requests) == 1


def test_what_is_no_query_never_leaves() -> None:
    """Errors of syntax are told by our own parser, with their place."""
    with scripted((SOUND, "keep")) as server:
        error = told(server.setting, "SELECT ?s WHERE { ?s ?p }")
        assert (error.status, error.type) == (400, "query-syntax")
        assert error.position is not None
        assert server.requests == []


def test_the_deadline_and_the_graphs_are_passed_on() -> None:
    """Parameters of the setting are sent as they are written, the graphs with each query."""
    with scripted((SOUND, "keep")) as server:
        setting = f"{server.setting}?timeout={{milliseconds}}&default-graph-uri={DEFAULT}"
        with engine(setting) as here:
            rows(here.query(SELECT, None))
            rows(here.query(SELECT, None, default=("http://x/g",), named=()))
    line, given = server.requests[0].split(b"\r\n")[0], server.requests[1]
    assert line == b"POST /sparql?timeout=500 HTTP/1.1"
    assert b"default-graph-uri" not in server.requests[0]
    assert b"default-graph-uri=http%3A%2F%2Fx%2Fg&named-graph-uri=urn%3Apolicyprov" in given


def test_a_password_goes_to_the_engine_and_into_no_message() -> None:
    """Basic authentication, from the setting."""
    with scripted((SOUND, "keep")) as server:
        setting = server.setting.replace("//", "//reader:s%20cret@")
        with engine(setting) as here:
            rows(here.query(SELECT, None))
        assert b"Authorization: Basic cmVhZGVyOnMgY3JldA==" in server.requests[0]
    address = Address.of(setting, "1", 1)
    assert "cret" not in repr(address) + address.shown


@pytest.mark.parametrize(
    ("setting", "says"),
    [
        ("http://127.0.0.1/sparql", "must begin with sparql+http"),
        ("sparql+ftp://127.0.0.1/", "must begin with sparql+http"),
        ("sparql+http://", "must begin with sparql+http"),
        ("sparql+http:///sparql", "needs a host"),
        ("sparql+http://u:secret@h:99999/", "its port is no number"),
        ("sparql+http://u:secret@h/?default-graph-uri=x", "is one absolute IRI"),
        ("sparql+http://u:secret@h/?query=ASK{}", "{} stands for nothing"),
        ("sparql+http://u:secret@h/?query=x", "query is written for each query"),
        ("sparql+http://u:secret@h/{version}", "{version} stands for nothing"),
    ],
)
def test_a_setting_that_names_no_engine_stops_the_start(setting: str, says: str) -> None:
    """What is wrong is told, and never the password."""
    with pytest.raises(SettingError, match="POLICYPROV_STORE") as error:
        Pool(ROOT, Settings(store=setting))
    assert says in str(error.value)
    assert "secret" not in str(error.value)


def test_an_engine_elsewhere_calls_nobody_for_us() -> None:
    """Federation and an engine elsewhere are not offered together."""
    with pytest.raises(SettingError, match="leave one of the two empty"):
        Settings(store="sparql+http://h/", service_allow=("http://x/",))


@pytest.mark.parametrize("held", [(), ("2",), ("1", "2")])
def test_another_release_is_refused(held: Sequence[str]) -> None:
    """The engine must hold the release of the folder, and that one only."""
    told_rows = [{"version": {"type": "literal", "value": version}} for version in held]
    body = json.dumps({"head": {"vars": ["version"]}, "results": {"bindings": told_rows}}).encode()
    answer = b"HTTP/1.1 200 OK\r\n" + JSON + b"Content-Length: %d\r\n\r\n" % len(body) + body
    with (
        scripted((answer, "keep")) as server,
        engine(server.setting) as here,
        pytest.raises(ReleaseError) as error,
    ):
        here.prove("1")
    assert "the folder 1; load policyprov.nq" in str(error.value)


REWORDED = [
    ("SELECT * WHERE { ?s ?p ?o }", "SELECT * WHERE { GRAPH <D> { ?s ?p ?o } }"),
    ("SELECT*{?s ?p ?o}", "SELECT*{ GRAPH <D> {?s ?p ?o} }"),
    ("ASK { GRAPH <g> { ?s ?p '}' } }", "ASK { GRAPH <D> { GRAPH <g> { ?s ?p '}' } } }"),
    ("ASK { ?s <a#b> ?o # }\n }", "ASK { GRAPH <D> { ?s <a#b> ?o # }\n } }"),
    (
        "SELECT (EXISTS { ?s ?q ?r } AS ?e) { ?s ?p ?o }",
        "SELECT (EXISTS { ?s ?q ?r } AS ?e) { GRAPH <D> { ?s ?p ?o } }",
    ),
    ("CONSTRUCT { ?s a ?o } { ?s ?p ?o }", "CONSTRUCT { ?s a ?o } { GRAPH <D> { ?s ?p ?o } }"),
    (
        "CONSTRUCT WHERE { ?s ?p ?o }",
        "CONSTRUCT { ?s ?p ?o } WHERE { GRAPH <D> { ?s ?p ?o } }",
    ),
    ("DESCRIBE <x>", "DESCRIBE <x>"),
]


def spaced(text: str) -> str:
    return " ".join(text.replace("{", " { ").replace("}", " } ").split())


@pytest.mark.parametrize(("query", "wanted"), REWORDED)
def test_the_pattern_of_a_query_is_put_into_the_graph(query: str, wanted: str) -> None:
    """Braces of templates, strings, IRIs and comments are left alone."""
    assert spaced(reworded(query, "D", dataset=False)) == spaced(wanted)


def test_a_query_with_graphs_of_its_own_is_left_as_it_is() -> None:
    """But for FROM, which the graphs of the request override."""
    query = "SELECT * FROM <x> # FROM\n FROM NAMED a:b { GRAPH ?g { ?s ?p ?o } }"
    left = "SELECT *  # FROM\n  { GRAPH ?g { ?s ?p ?o } }"
    assert reworded(query, DEFAULT, dataset=True) == left
    assert reworded(left, DEFAULT, dataset=True) == left


def test_relative_names_have_the_base_of_the_endpoint() -> None:
    """Unless the query has one of its own."""
    assert based("ASK { <x> ?base ?o }", "http://b/") == "BASE <http://b/>\nASK { <x> ?base ?o }"
    own = "PREFIX base: <x> base <http://c/> ASK { <x> ?p ?o }"
    assert based(own, "http://b/") == own


@pytest.fixture(scope="module")
def elsewhere(dataset: Store) -> Store:
    """The dataset as an engine holds it that has no default graph of its own."""
    store, default = Store(), NamedNode(DEFAULT)
    for quad in dataset:
        graph = default if quad.graph_name == DefaultGraph() else quad.graph_name
        store.add(Quad(quad.subject, quad.predicate, quad.object, graph))
    release = NamedNode(RELEASE_GRAPH)
    store.add(Quad(release, NamedNode("http://www.w3.org/ns/dcat#version"), Literal("1"), release))
    return store


def results(store: Store, query: str) -> object:
    found = store.query(query)
    if isinstance(found, QueryBoolean):
        return bool(found)
    if isinstance(found, QuerySolutions):
        return Counter(tuple(map(str, row)) for row in found)
    return Counter(map(str, found))


EVERY_GRAPH = "SELECT ?g (COUNT(*) AS ?n) WHERE { GRAPH ?g { ?s ?p ?o } } GROUP BY ?g"
ASKED = {name: query.text for name, query in canned().items() if query.form != "DESCRIBE"} | {
    "every graph": EVERY_GRAPH,
    "a sub-select": f"SELECT ?n {{ {{ {EVERY_GRAPH} }} FILTER(?n > 20) }}",
    "within MINUS": "SELECT (COUNT(*) AS ?n) { ?s ?p ?o MINUS { GRAPH ?g { ?s ?p ?o } } }",
}


@pytest.mark.parametrize("name", ASKED)
def test_a_reworded_query_finds_the_same(name: str, dataset: Store, elsewhere: Store) -> None:
    """In an engine whose default graph is empty, with graphs that are not of the dataset."""
    wanted = results(dataset, ASKED[name])
    assert results(elsewhere, reworded(ASKED[name], DEFAULT, dataset=False)) == wanted


def test_those_queries_find_something(dataset: Store) -> None:
    """Nearly all of them: equal answers are not all empty ones."""
    assert sum(bool(results(dataset, text)) for text in ASKED.values()) > len(ASKED) - 10


def asking(store: Store) -> Callable[[str], bytes]:
    def ask(query: str) -> bytes:
        _, body = respond(store, {"answer_bytes": 1 << 24}, json.loads(Job(query).head), query)
        return body

    return ask


def test_look_ups_find_what_a_store_finds(dataset: Store) -> None:
    """By each part of a quad, in the default graph, in a named graph and in any."""
    memory = Memory()
    here = Lookups(asking(dataset), memory.recall)
    article = NamedNode("https://w3id.org/policyprov/id/article/rmrb-20210111-11")
    claim = NamedNode("https://w3id.org/policyprov/id/claim/rmrb-20210111-11-94368501-1")
    kind = NamedNode("http://www.w3.org/1999/02/22-rdf-syntax-ns#type")
    value = NamedNode("https://w3id.org/policyprov/ns#value")
    for pattern in (
        (article, None, None, DefaultGraph()),
        (article, kind, None, DefaultGraph()),
        (None, None, article, DefaultGraph()),
        (None, kind, NamedNode("https://w3id.org/policyprov/ns#Article"), DefaultGraph()),
        (None, None, None, claim),
        (article, None, None, None),
        (None, value, Literal(27), None),
        (NamedNode("http://x/nothing"), None, None, None),
    ):
        wanted = set(dataset.quads_for_pattern(*pattern))
        found = list(here.quads_for_pattern(*pattern))
        assert set(found) == wanted
        assert len(found) == len(wanted)
        assert found == sorted(found, key=str)
    assert here.contains_named_graph(claim)
    assert not here.contains_named_graph(article)


def test_what_was_gathered_is_not_asked_again(dataset: Store) -> None:
    """One query for many things and for what leads to them; what it did not find is asked."""
    memory, asked = Memory(), []
    article = NamedNode("https://w3id.org/policyprov/id/article/rmrb-20210111-11")
    part = NamedNode("https://w3id.org/policyprov/ns#inArticle")

    def ask(query: str) -> bytes:
        asked.append(query)
        return asking(dataset)(query)

    here = Lookups(ask, memory.recall)
    here.gather(f"?s {part} {article}", [part])
    few = len(asked)
    here.gather(f"?s {part} {article}", [part])
    patterns: list[Any] = [(None, part, article, DefaultGraph())]
    patterns += [
        (q.subject, None, None, DefaultGraph()) for q in here.quads_for_pattern(*patterns[0])
    ]
    assert len(patterns) > 20 * few
    for pattern in patterns:
        assert set(here.quads_for_pattern(*pattern)) == set(dataset.quads_for_pattern(*pattern))
    assert len(asked) == few
    assert list(here.quads_for_pattern(article, None, None, DefaultGraph()))
    assert len(asked) == few + 1
