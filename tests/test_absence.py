"""An empty answer names what of the query is in no triple, and offers the nearest by spelling."""

from typing import Any, cast
from unittest.mock import patch

import published
import pytest
from flask.testing import FlaskClient

from graph.errors import UnavailableError
from web.sparql.vocabulary import absence

HTML = {"Accept": "text/html"}
PP = "PREFIX pp: <https://w3id.org/policyprov/ns#>\n"
MEASURE = "https://w3id.org/policyprov/id/measure/"


@pytest.fixture
def client() -> FlaskClient:
    """A client of the pages."""
    return published.client()


def absent(client: FlaskClient, query: str) -> dict[str, list[dict[str, str]]]:
    """Name of each absent term → what is offered instead."""
    answer = client.get("/query/absent.json", query_string={"query": query})
    found = cast("dict[str, Any]", answer.get_json())["absent"]
    return {each["name"]: each["near"] for each in found}


@pytest.mark.parametrize(
    ("term", "first"),
    [
        ("pp:Meeetings", "pp:Meeting"),
        ("pp:PolicyMesure", "pp:PolicyMeasure"),
        ("pp:statedin", "pp:statedIn"),
        ("rdfs:prefLabel", "skos:prefLabel"),
        ("c:voice-derect", "c:voice-direct"),
        ("mea:acountability-and-incentive", "mea:accountability-and-incentive"),
        (f"<{MEASURE}accountability-and-incentives>", "mea:accountability-and-incentive"),
    ],
)
def test_the_nearest_by_spelling_is_offered_first(
    client: FlaskClient, term: str, first: str
) -> None:
    near = absent(client, f"SELECT * {{ ?s ?p {term} }}")[term]
    assert near[0]["name"] == first
    assert len(near) <= 3


def test_what_is_offered_occurs_and_its_query_can_be_asked(client: FlaskClient) -> None:
    """In place of the absent name, wherever that stands, and nowhere else."""
    triples = '?s a pp:Meeetings ; ?p "pp:Meeetings" . ?t a pp:Meeetings'
    query = f"{PP}SELECT * {{ {triples} }} # pp:Meeetings"
    (near,) = absent(client, query)["pp:Meeetings"][:1]
    assert near["query"].count("pp:Meeting") == 2
    assert near["query"].count("pp:Meeetings") == 2
    answer = client.post("/sparql", data={"query": near["query"]}, headers={"Accept": "text/csv"})
    assert answer.status_code == 200
    assert absent(client, near["query"]) == {}


def test_a_prefix_of_ones_own_is_no_obstacle(client: FlaskClient) -> None:
    query = (
        "PREFIX pp: <urn:x:> PREFIX n: <https://w3id.org/policyprov/ns#> SELECT * { ?s a n:Clam }"
    )
    (near, *_) = absent(client, query)["n:Clam"]
    assert "<https://w3id.org/policyprov/ns#Claim>" in near["query"]


@pytest.mark.parametrize(
    "query",
    [
        "SELECT * { ?s a pp:Claim ; pp:statedIn ?p }",
        "SELECT * { ?s ?p '1'^^xsd:nothing FILTER(xsd:foo(?s)) }",
        "PREFIX ex: <https://nowhere.example/> SELECT * { ?s ?p ?o }",
        "BASE <https://nowhere.example/> SELECT * { ?s ?p ?o }",
        'SELECT * { ?s ?p "pp:Meeetings" } # pp:Meeetings',
        "SELECT * { GRAPH gr:background { ?s ?p ?o } }",
        "not a query at all",
        "",
        "\ud800 pp:",
        "pp:\\u0000 <\\u0000> <no iri> <a b>",
    ],
)
def test_nothing_is_said_of_what_occurs_or_is_no_term(client: FlaskClient, query: str) -> None:
    sent = query.encode("utf-8", "surrogatepass")
    answer = client.get("/query/absent.json", query_string={"query": sent})
    assert [e for e in answer.get_json()["absent"] if e["name"] != "pp:"] == []


@pytest.mark.parametrize(
    ("lang", "words"),
    [("en", "is in no triple of this release"), ("zh", "在本版本的任何三元组中都没有出现")],
)
@pytest.mark.parametrize("form", ["SELECT *", "ASK", "CONSTRUCT { ?s ?p ?o }"])
def test_the_page_of_an_empty_answer_says_so(
    client: FlaskClient, form: str, lang: str, words: str
) -> None:
    """Without scripts: with a link that asks the query with the other name."""
    query = f"{PP}{form} WHERE {{ ?s a pp:Meeetings ; ?p ?o }}"
    sent = {"query": query, "lang": lang}
    page = client.get("/sparql", query_string=sent, headers=HTML).text
    assert words in page
    assert ">pp:Meeting</a>" in page
    assert "a+pp%3AMeeting+%3B" in page or "a%20pp%3AMeeting%20%3B" in page


def test_an_answer_with_rows_says_nothing(client: FlaskClient) -> None:
    query = f"{PP}SELECT * {{ {{ ?s a pp:Claim }} UNION {{ ?s a pp:Meeetings }} }} LIMIT 3"
    page = client.get("/sparql", query_string={"query": query}, headers=HTML).text
    assert '<p class="hint">pp:Meeetings' not in page


def test_it_looks_at_so_much_and_no_more(client: FlaskClient) -> None:
    """At 24 names, and offers others for eight of them; not at all at a long text."""
    many = " . ".join(f"?s{n} a pp:Mesure{n}" for n in range(100))
    found = absent(client, f"SELECT * {{ {many} }}")
    assert len(found) == 24
    assert sum(bool(near) for near in found.values()) == 8
    assert absent(client, f"SELECT * {{ ?s a pp:Mesure }} #{'x' * (1 << 14)}") == {}


def test_without_the_index_the_rest_is_said(client: FlaskClient) -> None:
    """A damaged index takes away what it offers, and nothing else."""
    with patch.object(absence, "index", side_effect=UnavailableError("damaged")):
        found = absent(client, f"SELECT * {{ ?s a pp:Meeetings ; ?p <{MEASURE}x> }}")
    assert found["pp:Meeetings"]
    assert found[f"<{MEASURE}x>"] == []
