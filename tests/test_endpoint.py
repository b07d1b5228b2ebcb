"""The application over the example, in this process: what the request table cannot say."""

import io
import json
from collections.abc import Iterator, Mapping
from pathlib import Path

import pytest
import servers
from flask import Flask
from flask.testing import FlaskClient
from hypothesis import given, settings
from hypothesis import strategies as st
from pyoxigraph import (
    Literal,
    NamedNode,
    QueryBoolean,
    QueryResultsFormat,
    QuerySolutions,
    RdfFormat,
    Store,
    parse,
    parse_query_results,
)

from graph.errors import RequestError
from graph.paths import ROOT
from graph.queries import load
from graph.rdf.formats import RDF_FORMATS, RESULT_FORMATS, Format
from graph.rdf.namespaces import PREFIXES
from graph.settings import Settings
from graph.sparql.inspection import VOLATILE
from graph.sparql.protocol import DIRECT
from server import create_app
from web.middleware.stack import EXTENSION

SD = "http://www.w3.org/ns/sparql-service-description#"
SPO = "SELECT ?s ?p ?o WHERE { ?s ?p ?o }"
COUNT = "SELECT (COUNT(*) AS ?n) WHERE { ?s ?p ?o }"


@pytest.fixture(scope="module")
def app(example: Path) -> Iterator[Flask]:
    """The application with three canned queries of its own."""
    environ: Mapping[str, str] = {**servers.CAPPED, "POLICYPROV_RELEASE": str(example)}
    found = create_app(environ, known=load(ROOT / "tests" / "data" / "queries"))
    yield found
    found.extensions[EXTENSION].pool.close()


@pytest.fixture(scope="module")
def client(app: Flask) -> FlaskClient:
    """A client of the application."""
    return app.test_client()


# Formats.


@pytest.mark.parametrize("format_", RESULT_FORMATS, ids=lambda f: f.name)
def test_rows_in_every_format(client: FlaskClient, format_: Format) -> None:
    """Each result format says the same rows, and the engine's own parser reads them."""
    reply = client.get(
        "/sparql", query_string={"query": SPO}, headers={"Accept": format_.media_type}
    )
    assert reply.headers["Content-Type"] == format_.content_type
    if format_.name == "csv":
        assert reply.data.startswith(b"s,p,o\r\n")
        return
    assert isinstance(format_.engine, QueryResultsFormat)
    found = parse_query_results(reply.data, format_.engine)
    assert isinstance(found, QuerySolutions)
    assert len(list(found)) == 222


@pytest.mark.parametrize("format_", RDF_FORMATS, ids=lambda f: f.name)
def test_graphs_in_every_format(client: FlaskClient, format_: Format) -> None:
    """Each RDF format says the same triples."""
    query = {"query": "CONSTRUCT WHERE { ?s ?p ?o }", "format": format_.suffix}
    reply = client.get("/sparql", query_string=query)
    assert reply.headers["Content-Type"] == format_.content_type
    assert isinstance(format_.engine, RdfFormat)
    assert len({q.triple for q in parse(reply.data, format_.engine)}) == 222


def test_jsonld_is_compact(client: FlaskClient) -> None:
    """JSON-LD has our context inside, so that reading it needs no network."""
    query = {"query": "CONSTRUCT WHERE { ?s a <https://w3id.org/policyprov/ns#Article> ; ?p ?o }"}
    headers = {"Accept": "application/ld+json"}
    compact = json.loads(client.get("/sparql", query_string=query, headers=headers).data)
    assert compact["@graph"][0]["id"] == "art:rmrb-20210111-11"
    assert isinstance(compact["@context"], dict)
    headers = {"Accept": 'application/ld+json;profile="http://www.w3.org/ns/json-ld#expanded"'}
    expanded = json.loads(client.get("/sparql", query_string=query, headers=headers).data)
    assert expanded[0]["@id"].startswith("https://w3id.org/")


def test_turtle_has_only_the_prefixes_it_uses(client: FlaskClient) -> None:
    """A small answer starts with few lines."""
    query = {"query": "DESCRIBE <https://w3id.org/policyprov/id/graph/none>", "format": "ttl"}
    assert b"@prefix" not in client.get("/sparql", query_string=query).data


def test_excel(client: FlaskClient) -> None:
    """CSV for Excel has a byte-order mark, and no cell that is a formula."""
    cells = ["=1+1", "+a", "-a", "@a", "\t=a", "-2.5", "+3", "1e5", "减负", 'a"b,c', "%0A=1", "|a"]
    values = " ".join(json.dumps(cell, ensure_ascii=False) for cell in cells)
    query = {"query": f"SELECT ?x {{ VALUES ?x {{ {values} }} }}", "format": "excel"}
    reply = client.get("/sparql", query_string=query)
    assert reply.data.startswith(b"\xef\xbb\xbfx\r\n'=1+1\r\n'+a\r\n'-a\r\n'@a\r\n")
    assert "\r\n-2.5\r\n+3\r\n1e5\r\n减负\r\n".encode() in reply.data
    assert reply.headers["Content-Disposition"].startswith("attachment")


def test_page_escapes(client: FlaskClient) -> None:
    """What a query or a value holds is text on the page, never markup."""
    text = '<script>alert("x")</script>'
    query = {"query": f"SELECT ('''{text}''' AS ?x) (<javascript:alert(1)> AS ?y) {{}}"}
    for path in ("/sparql", f"/queries/{text}", f"/dumps/{text}", f"/{text}"):
        reply = client.get(path, query_string=query, headers={"Accept": "text/html"})
        assert b"<script>alert" not in reply.data
        assert b'href="javascript:' not in reply.data


# The description.


@pytest.mark.parametrize("format_", RDF_FORMATS, ids=lambda f: f.name)
def test_description(client: FlaskClient, format_: Format) -> None:
    """The service description is the same in every format."""
    reply = client.get("/sparql", headers={"Accept": format_.media_type})
    assert reply.headers["Content-Type"] == format_.content_type
    assert isinstance(format_.engine, RdfFormat)
    assert len(list(parse(reply.data, format_.engine))) > 50


def test_formats_have_names_that_the_w3c_gave() -> None:
    """All are in the list at https://www.w3.org/ns/formats/."""
    space, listed = "http://www.w3.org/ns/formats/", {
        "JSON-LD", "LD_Patch", "N3", "N-Quads", "N-Triples", "OWL_Functional", "OWL_Manchester",
        "OWL_XML", "POWDER", "POWDER-S", "RDFa", "RDF_JSON", "RDF_XML", "RIF_XML",
        "SPARQL_Results_CSV", "SPARQL_Results_JSON", "SPARQL_Results_TSV", "SPARQL_Results_XML",
        "Turtle", "TriG", "microdata",
    }  # fmt: skip
    named = {f.iri for f in (*RDF_FORMATS, *RESULT_FORMATS)}
    assert len(named) > 8
    assert named <= {space + name for name in listed}


def test_the_description_is_true(client: FlaskClient) -> None:
    """Formats, sizes and named graphs are those that queries find; nothing more is claimed."""
    store = Store()
    store.load(client.get("/sparql").data, RdfFormat.TURTLE)
    formats = {
        q.object for q in store.quads_for_pattern(None, NamedNode(SD + "resultFormat"), None)
    }
    engines = (*RDF_FORMATS, *RESULT_FORMATS)
    assert formats == {NamedNode(f.iri) for f in engines}
    assert not list(store.quads_for_pattern(None, NamedNode(SD + "feature"), None))
    names = {q.object for q in store.quads_for_pattern(None, NamedNode(SD + "name"), None)}
    for name in names:
        assert isinstance(name, NamedNode)
        size = json.loads(
            client.get(
                "/sparql", query_string={"query": COUNT, "default-graph-uri": name.value}
            ).data
        )["results"]["bindings"][0]["n"]["value"]
        query = f"""
            PREFIX sd: <{SD}> PREFIX void: <{PREFIXES["void"]}>
            ASK {{ ?n sd:name {name} ; sd:graph [ void:triples {size} ] }}
        """
        assert store.query(query)
    assert len(names) == 8


def test_federation_is_described_when_allowed(example: Path) -> None:
    """The feature appears only with an allow-list."""
    environ = {
        **servers.CAPPED,
        "POLICYPROV_RELEASE": str(example),
        "POLICYPROV_SERVICE_ALLOW": "http://127.0.0.1:9/sparql",
    }
    app = create_app(environ, known={})
    try:
        client = app.test_client()
        assert b"sd:BasicFederatedQuery" in client.get("/sparql").data
        query = {"query": "SELECT * { SERVICE <http://127.0.0.1:9/> { ?s ?p ?o } }"}
        assert client.get("/sparql", query_string=query).status_code == 403
    finally:
        app.extensions[EXTENSION].pool.close()


# Sharing.


def test_answers_are_shared_unless_volatile(client: FlaskClient) -> None:
    """The second answer is from the cache; one with a volatile function never is."""
    query = {"query": "SELECT ('cache' AS ?x) {}"}
    first = client.get("/sparql", query_string=query)
    second = client.post("/sparql", data=query["query"], content_type=DIRECT)
    assert "hit" in second.headers["Cache-Status"]
    assert first.headers["ETag"] == second.headers["ETag"]
    assert "X-Policyprov-Cache" not in first.headers
    for name in VOLATILE:
        query = {"query": f"SELECT ({name}() AS ?x) {{}}"}
        for _ in range(2):
            assert "Cache-Status" not in client.get("/sparql", query_string=query).headers


def test_release_is_named(client: FlaskClient) -> None:
    """An answer says which release it comes from."""
    reply = client.get("/sparql", query_string={"query": COUNT})
    assert reply.headers["Policyprov-Release"] == "example"


def test_preflight(client: FlaskClient) -> None:
    """A script of any origin may send what the protocol needs, without credentials."""
    headers = {"Origin": "https://example.org", "Access-Control-Request-Method": "POST"}
    reply = client.options("/sparql", headers=headers)
    assert reply.status_code == 204
    assert reply.headers["Access-Control-Allow-Origin"] == "*"
    assert "QUERY" in reply.headers["Access-Control-Allow-Methods"]
    assert "Content-Type" in reply.headers["Access-Control-Allow-Headers"]
    assert "Access-Control-Allow-Credentials" not in reply.headers


# Problems.


def test_every_problem_type_is_explained(client: FlaskClient) -> None:
    """The `type` of a problem leads to its explanation."""
    page = client.get("/problems").text
    for kind in RequestError.__subclasses__():
        assert f'id="{kind.type}"' in page
    problem = client.get("/sparql?query=SELECT").get_json(force=True)
    assert problem["type"].endswith("/problems#query-syntax")


def test_own_mistakes_are_not_shown(
    app: Flask, caplog: pytest.LogCaptureFixture, monkeypatch: pytest.MonkeyPatch
) -> None:
    """An unexpected exception is a 500 that says nothing, and is logged whole."""
    app.config["PROPAGATE_EXCEPTIONS"] = False
    request = app.test_client()
    meter = app.extensions[EXTENSION].meter
    with monkeypatch.context() as patch:
        patch.setattr(type(meter), "answer", lambda *_: 1 / 0)
        reply = request.get("/sparql", query_string={"query": "ASK { <urn:a> ?p ?o }"})
    assert reply.status_code == 500
    assert reply.get_json(force=True)["title"] == "Internal Server Error"
    assert "ZeroDivision" not in reply.text
    assert "ZeroDivision" in caplog.text


_TEXT = st.text(st.characters(codec="utf-8"), max_size=200)
_WORDS = st.lists(
    st.sampled_from(
        ["SELECT", "*", "ASK", "{", "}", "?s ", "?p ", "?o ", "WHERE", "FILTER", "(", ")", '"', "'",
         "<", ">", "<urn:a>", "GROUP BY", "COUNT", "LIMIT 1", "#", "\n", "OPTIONAL", "BIND", "AS",
         "VALUES", "UNION", "PREFIX", ":", "/", "+", "1", ".", "DESCRIBE", "CONSTRUCT", "\\u0041",
         "@zh", "^^", "MINUS", "EXISTS", "GRAPH", "FROM", "NAMED", "ORDER BY", "HAVING", "SERVICE"]
    ),
    max_size=25,
).map(" ".join)  # fmt: skip


@settings(max_examples=300, deadline=None)
@given(st.one_of(_TEXT, _WORDS))
def test_any_text_is_answered(client: FlaskClient, text: str) -> None:
    """Any text as query: an answer, or a problem that is well-formed; never a 500."""
    reply = client.post("/sparql", data=text.encode(), content_type=DIRECT)
    if reply.status_code == 200:
        assert reply.headers["Policyprov-Release"] == "example"
        return
    problem = reply.get_json(force=True)
    assert reply.headers["Content-Type"] == "application/problem+json"
    assert reply.status_code in (400, 403, 503), problem
    assert problem["status"] == reply.status_code
    assert problem["detail"]


@settings(max_examples=200, deadline=None)
@given(st.binary(max_size=100), st.text(st.characters(codec="latin-1"), max_size=50))
def test_any_bytes_are_answered(client: FlaskClient, data: bytes, accept: str) -> None:
    """Any query string, body and Accept: an answer or a problem, never a 500."""
    accept = accept.replace("\r", " ").replace("\n", " ")
    query = data.decode("latin-1").replace("#", "%23").replace("\n", " ").replace("\r", " ")
    reply = client.get(f"/sparql?{query}", headers={"Accept": accept})
    assert reply.status_code < 500
    reply = client.post("/sparql", data=data, content_type="application/x-www-form-urlencoded")
    assert reply.status_code < 500


# Dumps.


def test_every_listed_dump_is_served(client: FlaskClient) -> None:
    """Each file has the size and checksum that the list says."""
    files = client.get("/dumps/").get_json()["files"]
    assert len(files) == 11
    for file in files:
        reply = client.get(f"/dumps/{file['name']}", buffered=True)
        assert reply.status_code == 200
        assert len(reply.data) == file["bytes"]
        assert reply.headers["Content-Type"].startswith(file["media_type"])


def test_dump_is_conditional(client: FlaskClient) -> None:
    """A file unchanged is not sent twice, and a range is only a piece of it."""
    reply = client.get("/dumps/policyprov.nt", buffered=True)
    etag = reply.headers["ETag"]
    again = client.get("/dumps/policyprov.nt", headers={"If-None-Match": etag}, buffered=True)
    assert (again.status_code, again.data) == (304, b"")
    part = client.get(
        "/dumps/policyprov.nt", headers={"Range": "bytes=5-9", "If-Range": etag}, buffered=True
    )
    assert (part.status_code, part.data) == (206, reply.data[5:10])
    other = client.get(
        "/dumps/policyprov.nt", headers={"Range": "bytes=5-9", "If-Range": '"x"'}, buffered=True
    )
    assert other.status_code == 200


# Canned queries.


def test_list_of_queries(client: FlaskClient) -> None:
    """The list has what is needed to call each query."""
    found = client.get("/queries/").get_json()["queries"]
    assert [q["name"] for q in found] == ["claims-of", "facts-of", "is-said"]
    assert found[0]["parameters"][0]["default"].endswith("notice-2019-03")
    chinese = client.get("/queries/?lang=zh", headers={"Accept": "text/html"})
    assert "谈到" in chinese.text


def test_run_a_query(client: FlaskClient) -> None:
    """With its default, with a value, in any format, by suffix or parameter or Accept."""
    assert len(client.get("/queries/claims-of").get_json(force=True)["results"]["bindings"]) == 1
    value = {"thing": "https://w3id.org/policyprov/id/observation/docs-provinces-ytd2020-yoy"}
    rows = client.get("/queries/claims-of", query_string=value).get_json(force=True)
    assert len(rows["results"]["bindings"]) == 2
    for target in ("/queries/claims-of.csv", "/queries/claims-of?format=csv"):
        assert client.get(target).data.startswith(b"thing,claim,quote\r\n")
    assert client.get("/queries/facts-of.ttl").headers["Content-Type"].startswith("text/turtle")
    assert client.get("/queries/is-said").get_json(force=True)["boolean"] is True
    assert client.get("/queries/claims-of.excel").data.startswith(b"\xef\xbb\xbf")
    assert "<form" in client.get("/queries/claims-of", headers={"Accept": "text/html"}).text
    html = {"format": "html", **value}
    assert "<table" in client.get("/queries/claims-of", query_string=html).text


def test_text_of_a_query(client: FlaskClient) -> None:
    """The .rq form is the text as it would be run."""
    reply = client.get("/queries/claims-of.rq", query_string={"thing": "urn:x"})
    assert reply.headers["Content-Type"].startswith(DIRECT)
    assert "VALUES ?thing { <urn:x> } # parameter" in reply.text


@pytest.mark.parametrize(
    ("target", "status", "words"),
    [
        ("/queries/claims-of?thing=x", 400, "not of type iri"),
        ("/queries/claims-of?thing=urn:a%3E%20%7D%20%23", 400, "not of type iri"),
        ("/queries/claims-of?other=1", 400, "no parameter"),
        ("/queries/claims-of?thing=urn:a&thing=urn:b", 400, "more than one"),
        ("/queries/claims-of?thing=%FF", 400, "UTF-8"),
        ("/queries/claims-of?format=foo", 400, "foo"),
        ("/queries/claims-of?format=turtle", 406, "turtle"),
        ("/queries/claims-of.exe", 404, "no query"),
        ("/queries/..%2Fserver.py", 404, "no"),
        ("/queries/none", 404, "no query"),
    ],
)
def test_wrong_calls(client: FlaskClient, target: str, status: int, words: str) -> None:
    """Each mistake is named."""
    reply = client.get(target)
    assert reply.status_code == status
    assert words in reply.text


@given(st.text(st.characters(codec="utf-8", exclude_characters="\0"), max_size=50))
@settings(max_examples=100, deadline=None)
def test_no_value_becomes_syntax(client: FlaskClient, word: str) -> None:
    """Any string as a parameter is a string in the query, and nothing else."""
    reply = client.get("/queries/facts-of.nt", query_string={"word": word})
    assert reply.status_code == 200
    for quad in parse(reply.data, RdfFormat.N_TRIPLES):
        shown = quad.object.value if isinstance(quad.object, Literal | NamedNode) else ""
        assert word in shown


def test_queries_as_shacl(client: FlaskClient) -> None:
    """Each query is an executable whose text runs as it stands."""
    quads = list(parse(client.get("/queries.ttl").data, RdfFormat.TURTLE))
    sh = PREFIXES["sh"]
    texts = [
        q.object
        for q in quads
        if q.predicate.value in (sh + "select", sh + "ask", sh + "construct")
    ]
    assert len(texts) == 3
    for text in texts:
        assert isinstance(text, Literal)
        Store().query(text.value)
    assert not isinstance(quads, QueryBoolean)
    rdf = client.get("/queries/", headers={"Accept": "application/ld+json"}).data
    assert len(list(parse(io.BytesIO(rdf), RdfFormat.JSON_LD))) == len(quads)


def test_openapi(client: FlaskClient) -> None:
    """The document names every query, with its parameters and formats."""
    document = client.get("/openapi.json").get_json()
    assert document["openapi"] == "3.1.0"
    call = document["paths"]["/queries/claims-of"]["get"]
    assert [p["name"] for p in call["parameters"]] == ["thing", "view", "format"]
    assert "text/csv" in call["responses"]["200"]["content"]
    assert (
        "text/turtle"
        in document["paths"]["/queries/facts-of"]["get"]["responses"]["200"]["content"]
    )
    assert document["servers"] == [{"url": Settings().public_url}]


def test_settings_may_be_given(example: Path) -> None:
    """The factory takes settings as an object too."""
    app = create_app(Settings(release=example, workers=1, spares=0), known={})
    try:
        assert app.test_client().get("/health/ready").status_code == 200
    finally:
        app.extensions[EXTENSION].pool.close()
