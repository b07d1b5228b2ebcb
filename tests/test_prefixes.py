"""The query page may leave published prefixes undeclared; the endpoint by itself is strict."""

from dataclasses import replace
from urllib.parse import urlencode

import published
import pytest
from flask.testing import FlaskClient
from servers import Site

from graph.queries import canned
from graph.rdf.namespaces import PREFIXES
from graph.settings import Settings
from graph.sparql.plan import plan
from graph.sparql.prefixes import declaring, undeclared
from graph.sparql.protocol import Incoming, operation
from server import create_app
from web.middleware.stack import EXTENSION

QUERY = "SELECT ?claim WHERE { ?claim pp:statedIn/pp:quote ?q } LIMIT 3"
ROWS = {"Accept": "application/sparql-results+json"}
ADDED = "Policyprov-Added-Prefixes"


@pytest.fixture
def client() -> FlaskClient:
    """A client of the pages."""
    return published.client()


@pytest.mark.parametrize(
    ("query", "found"),
    [
        (QUERY, ("pp",)),
        ("SELECT * { ?s a skos:Concept ; rdfs:label ?l }", ("rdfs", "skos")),
        ("PREFIX pp: <urn:own> SELECT * { ?s pp:x ?o }", ()),
        ("PREFIX pp: <urn:own>\nSELECT * { ?s pp:x skos:y }", ("skos",)),
        ('SELECT * { ?s ?p "pp:x" } # skos:y', ()),
        ("SELECT * { ?s ?p <pp:x> }", ()),
        ("SELECT * { ?s ex:p _:pp }", ()),
        ("SELECT * { ?s ?p '1'^^xsd:integer }", ("xsd",)),
        ("prefix pp: <urn:own> SELECT * { ?s pp:x ?o }", ()),
        ("", ()),
    ],
)
def test_what_is_used_and_not_declared_is_found(query: str, found: tuple[str, ...]) -> None:
    assert undeclared(query) == found


def test_no_canned_query_lacks_a_declaration() -> None:
    assert {name: undeclared(query.text) for name, query in canned().items()} == dict.fromkeys(
        canned(), ()
    )


def test_a_very_long_query_has_to_declare() -> None:
    assert undeclared(QUERY + " " * (1 << 16)) == ()


def test_declarations_are_one_line_so_that_places_move_by_one() -> None:
    assert declaring(("pp", "skos")).count("\n") == 1
    assert declaring(()) == ""


@pytest.mark.parametrize("method", ["GET", "POST"])
def test_the_page_may_leave_them_out_and_the_answer_says_so(
    client: FlaskClient, method: str
) -> None:
    sent = {"query": QUERY, "prefixes": "published"}
    where = {"query_string": sent} if method == "GET" else {"data": sent}
    answer = client.open("/sparql", method=method, headers=ROWS, **where)  # type: ignore[arg-type]
    assert len(answer.get_json(force=True)["results"]["bindings"]) == 3
    assert answer.headers[ADDED] == "pp"
    assert ADDED in answer.headers["Access-Control-Expose-Headers"]


def test_without_the_page_nothing_is_added(client: FlaskClient) -> None:
    answer = client.post("/sparql", data={"query": QUERY}, headers=ROWS)
    assert answer.status_code == 400
    assert answer.get_json(force=True)["mistake"] == "undeclared"


def test_a_query_that_declares_is_answered_as_ever(client: FlaskClient) -> None:
    whole = f"PREFIX pp: <{PREFIXES['pp']}> {QUERY}"
    answer = client.post("/sparql", data={"query": whole, "prefixes": "published"}, headers=ROWS)
    assert ADDED not in answer.headers
    assert answer.data == client.post("/sparql", data={"query": whole}, headers=ROWS).data


@pytest.mark.parametrize("value", ["", "all", "PUBLISHED"])
def test_another_value_is_refused(client: FlaskClient, value: str) -> None:
    answer = client.post("/sparql", data={"query": QUERY, "prefixes": value}, headers=ROWS)
    assert answer.status_code == 400
    assert "prefixes=published" in answer.get_json(force=True)["remedy"]


@pytest.mark.parametrize(
    ("query", "place"),
    [
        ("SELECT * { ?s pp:x ?o FILTER ?o = 1 }", (1, 30)),
        ("SELECT * {\n  ?s pp:x ?o .\n  OPTINAL { ?s ex:y ?z } }", (3, 3)),
        ("SELECT * { ?s pp:x ?o }\nINSERT", (2, 1)),
    ],
)
def test_places_are_those_of_the_query_as_it_was_sent(
    client: FlaskClient, query: str, place: tuple[int, int]
) -> None:
    answer = client.post("/sparql", data={"query": query, "prefixes": "published"}, headers=ROWS)
    problem = answer.get_json(force=True)
    assert (problem["line"], problem["column"]) == place


@pytest.mark.parametrize(
    ("lang", "words"), [("en", "Declared for you"), ("zh", "已代为声明的前缀")]
)
def test_without_scripts_the_page_sends_it_and_says_so(
    client: FlaskClient, lang: str, words: str
) -> None:
    html = {"Accept": "text/html"}
    form = client.get(f"/query?lang={lang}", headers=html).text
    assert '<input type="hidden" name="prefixes" value="published">' in form
    sent = {"query": QUERY, "prefixes": "published", "format": "html", "lang": lang}
    page = client.get("/sparql", query_string=sent, headers=html).text
    assert words in page
    assert f">{QUERY}</textarea>" in page


def test_a_setting_turns_it_off() -> None:
    """No query is completed, and the page no longer asks for it."""
    settings = Settings(
        release=published.folder(), prefixes="none", workers=1, spares=0, rate=0, log="off"
    )
    app = create_app(settings)
    try:
        client = app.test_client()
        sent = {"query": QUERY, "prefixes": "published"}
        assert client.post("/sparql", data=sent, headers=ROWS).status_code == 400
        page = client.get("/query", headers={"Accept": "text/html"}).text
        assert 'name="prefixes"' not in page
        assert "may be left undeclared" not in page
    finally:
        app.extensions[EXTENSION].pool.close()


def test_graphs_and_paths_are_read_with_the_prefixes_that_were_added() -> None:
    """What the server itself reads in a query sees them, too."""
    body = b"query=SELECT+*+FROM+gr:background+{pp:Claim+rdfs:subClassOf*+?o}&prefixes=published"
    sent = Incoming("POST", content_type="application/x-www-form-urlencoded", body=body)
    planned = plan(operation(sent, 1 << 20), None, Settings(), pages=False)
    assert planned.job.default_graphs == (PREFIXES["gr"] + "background",)
    (path,) = planned.job.zero_paths
    assert planned.job.query[path.start : path.end] == "pp:Claim rdfs:subClassOf* ?o"
    strict = replace(operation(sent, 1 << 20), published_prefixes=False)
    assert plan(strict, None, Settings(), pages=False).job.default_graphs is None


def test_past_the_application_it_is_the_same(site: Site) -> None:
    """Over a real server, which answers such a query from its event loop."""
    sent = urlencode({"query": "SELECT * { pp:Claim ?p ?o }", "prefixes": "published"})
    answer = site.ask(f"/sparql?{sent}", headers=ROWS)
    assert answer.status == 200
    assert answer.headers[ADDED.lower()] == "pp"
