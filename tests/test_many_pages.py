"""Pages of a release of many articles: they come in parts, and what they count is all there is."""

import json
import re
import xml.etree.ElementTree as ET
from functools import cache

import published
import pytest
import releases
from flask.testing import FlaskClient
from pyoxigraph import DefaultGraph, Literal, NamedNode, Quad, RdfFormat, Store, parse

from graph.rdf.namespaces import INFERRED, expand
from graph.rdf.store import read
from web.crawlers import routes as crawlers
from web.evidence import statements
from web.resources import resource_rdf
from web.site import release_view
from web.site.release_view import is_claim

pytestmark = pytest.mark.slow  # needs a release of many articles

PAGE = 300_000
"""Bytes of a page, at most."""
OFFICE, PAPER = "agt:cpc-general-office", "agt:peoples-daily"
"""What many articles speak of."""


@pytest.fixture(scope="module")
def client() -> FlaskClient:
    """A client of the release of many articles."""
    return published.app_of_many().test_client()


@pytest.fixture(scope="module")
def store() -> Store:
    return read(releases.many() / "store")


def page_of(thing: NamedNode) -> str:
    """The address of the page about a thing."""
    return f"/page/{thing.value.partition('/id/')[2]}"


def leading_to(store: Store, thing: NamedNode) -> set[str]:
    """The things that something stated leads from to this one."""
    inferred = {q.triple for q in store.quads_for_pattern(None, None, thing, INFERRED)}
    found = store.quads_for_pattern(None, None, thing, DefaultGraph())
    return {
        q.subject.value
        for q in found
        if isinstance(q.subject, NamedNode) and q.triple not in inferred
    }


@pytest.mark.parametrize("most", [release_view.MOST, 10])
@pytest.mark.parametrize("name", [PAPER, "c:voice-reporter", "c:confidence-high"])
def test_what_leads_to_a_thing_is_counted_in_full(
    store: Store, name: str, most: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The pages together list each thing once, also where it is too many to be put in order."""
    monkeypatch.setattr(release_view, "MOST", most)
    view = release_view.view(published.app_of_many().extensions["policyprov"].pool.release)
    thing = expand(name)
    expected = leading_to(store, thing)
    assert len(expected) > 60
    assert view.mentions(thing) == len(expected)
    listed = [
        subject.value
        for start in range(0, len(expected) + 50, 50)
        for subject, _ in view.mentioning(thing, slice(start, start + 50))
    ]
    assert len(listed) == len(expected)
    assert set(listed) == expected


def test_the_page_says_how_many_there_are(client: FlaskClient, store: Store) -> None:
    text = client.get(page_of(expand(PAPER))).text
    total = len(leading_to(store, expand(PAPER)))
    assert f'<span class="quiet num">{total}</span>' in text


@pytest.mark.parametrize("name", [OFFICE, PAPER, "plc:430000", f"art:{releases.SLUG}"])
def test_the_page_of_what_many_speak_of_stays_small(client: FlaskClient, name: str) -> None:
    reply = client.get(page_of(expand(name)))
    assert reply.status_code == 200
    assert len(reply.data) <= PAGE
    assert reply.text.count('class="quotation ') <= statements.CARDS


@cache
def told_most() -> tuple[Quad, frozenset[str]]:
    """The statement that most claims make, and those claims."""
    found: dict[Quad, set[str]] = {}
    for quad in read(releases.many() / "store"):
        if isinstance(quad.graph_name, NamedNode) and is_claim(quad.graph_name):
            key = Quad(quad.subject, quad.predicate, quad.object)
            found.setdefault(key, set()).add(quad.graph_name.value)
    most, claims = max(found.items(), key=lambda each: (len(each[1]), str(each[0])))
    return most, frozenset(claims)


def test_a_statement_that_many_claims_make_leads_to_all_of_them(
    client: FlaskClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Its page shows some and how many more; the evidence has each of them once, by the page."""
    monkeypatch.setattr(statements, "EACH", 3)
    monkeypatch.setattr(statements, "CARDS", 8)
    statement, claims = told_most()
    assert isinstance(statement.subject, NamedNode)
    assert len(claims) > 8
    text = client.get(f"{page_of(statement.subject)}?lang=en").text
    assert text.count('class="quotation ') <= 8
    assert f">and {len(claims) - 3} more claims</a>" in text
    target = statement.object
    assert isinstance(target, NamedNode | Literal)
    asked = {"s": statement.subject.value, "p": statement.predicate.value, "o": target.value}
    if isinstance(target, Literal) and target.language:
        asked["language"] = target.language
    stated: list[str] = []
    for number in range(1, len(claims) // 8 + 2):
        body = client.get("/evidence", query_string=asked | {"format": "nq", "page": str(number)})
        quads = parse(body.data, RdfFormat.N_QUADS)
        stated += {q.graph_name.value for q in quads if isinstance(q.graph_name, NamedNode)}
    assert len(stated) == len(claims)
    assert set(stated) == claims


def test_the_pages_of_the_data_about_a_thing_are_all_of_it(
    client: FlaskClient, store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Each page leads to the next; together they have every claim's graph once."""
    monkeypatch.setattr(resource_rdf, "CLAIMS", 10)
    thing = told_most()[0].subject
    assert isinstance(thing, NamedNode)
    expected = {
        q
        for q in store.quads_for_pattern(thing, None, None, None)
        if isinstance(q.graph_name, NamedNode) and is_claim(q.graph_name)
    }
    path: str | None = f"/data{page_of(thing).removeprefix('/page')}.nq"
    found: list[Quad] = []
    pages = 0
    while path:
        reply = client.get(path)
        pages += 1
        found += [q for q in parse(reply.data, RdfFormat.N_QUADS) if q.graph_name != DefaultGraph()]
        ways = ", ".join(reply.headers.getlist("Link"))
        following = re.search(r'<([^>]+)>; rel="next"', ways)
        path = following[1].removeprefix(published.PUBLIC) if following else None
        assert '.nq?page=1>; rel="first"' in ways
    assert pages > 2
    assert len(found) == len(expected)
    assert set(found) == expected


def test_a_long_sitemap_comes_in_parts(
    client: FlaskClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The parts have the addresses of the whole, each once, and there is no part beyond."""

    def listed(path: str) -> tuple[str, list[str]]:
        root = ET.fromstring(client.get(path).data)  # noqa: S314 (our own)
        return root.tag.rpartition("}")[2], [str(e.text) for e in root.iter() if e.text]

    kind, whole = listed("/sitemap.xml")
    assert kind == "urlset"
    monkeypatch.setattr(crawlers, "_PART", 300)
    kind, parts = listed("/sitemap.xml")
    assert kind == "sitemapindex"
    found = [
        address for part in parts for address in listed(part.removeprefix(published.PUBLIC))[1]
    ]
    assert len(parts) > 3
    assert sorted(found) == sorted(whole)
    assert client.get(f"/sitemap/{len(parts) + 1}.xml").status_code == 404
    assert client.get("/sitemap/0.xml").status_code == 404


def test_the_graphs_of_many_claims_are_described_as_a_class(client: FlaskClient) -> None:
    """The description names the other graphs and counts the claims, as a query does."""
    quads = list(parse(client.get("/sparql").data, RdfFormat.TURTLE))
    sd = "http://www.w3.org/ns/sparql-service-description#"
    names = {q.object.value for q in quads if q.predicate.value == f"{sd}name"}
    assert len(names) == 4
    assert not any(map(is_claim, map(NamedNode, names)))
    query = "SELECT (COUNT(*) AS ?n) { ?c a <https://w3id.org/policyprov/ns#Claim> }"
    answer = json.loads(client.get("/sparql", query_string={"query": query}).data)
    counted = answer["results"]["bindings"][0]["n"]["value"]
    assert int(counted) > 500
    (part,) = (q.subject for q in quads if q.object == expand("pp:Claim"))
    told = {q.predicate: q.object for q in quads if q.subject == part}
    assert told[expand("void:entities")] == Literal(counted, datatype=expand("xsd:integer"))
