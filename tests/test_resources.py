import json
import re
from itertools import groupby

import published
import pytest
from flask.testing import FlaskClient
from published import PUBLIC, SLUG
from pyoxigraph import NamedNode, RdfFormat, parse

from graph.rdf.formats import RDF_FORMATS, Format, Kind
from graph.rdf.namespaces import CANONICAL_BASE, IDS, expand

CLAIM = f"{SLUG}-0ddffad1-2"


def kind(iri: str) -> str:
    """The part of a name that says what kind of thing it is."""
    tail = iri[len(CANONICAL_BASE) :].split("/")
    return tail[1] if tail[0] == "id" else tail[0]


def samples() -> list[str]:
    """One name of each kind."""
    return [next(group) for _, group in groupby(sorted(published.names(), key=kind), key=kind)]


@pytest.fixture(scope="module")
def client() -> FlaskClient:
    """A client of the application over the release."""
    return published.client()


def subjects(body: bytes, fmt: Format) -> set[str]:
    """What the statements in a body are about."""
    assert isinstance(fmt.engine, RdfFormat)
    return {q.subject.value for q in parse(body, format=fmt.engine) if hasattr(q.subject, "value")}


def dereference(client: FlaskClient, iri: str, fmt: Format) -> bytes:
    """The data that a client asking for this format is led to."""
    path = "/" + iri[len(CANONICAL_BASE) :]
    first = client.get(path, headers={"Accept": fmt.media_type})
    assert first.status_code == 303, (path, first.text)
    assert "Accept" in first.headers["Vary"]
    answer = client.get(first.location)
    assert answer.status_code == 200, (first.location, answer.text)
    assert answer.content_type == fmt.content_type
    body: bytes = answer.data
    return body


def test_every_kind_is_sampled() -> None:
    assert len(samples()) >= 22


@pytest.mark.parametrize("iri", samples(), ids=kind)
@pytest.mark.parametrize("fmt", RDF_FORMATS, ids=lambda f: f.name)
def test_a_name_leads_a_program_to_data_about_it(
    client: FlaskClient, iri: str, fmt: Format
) -> None:
    assert iri in subjects(dereference(client, iri, fmt), fmt)


@pytest.mark.parametrize("iri", samples(), ids=kind)
@pytest.mark.parametrize("lang", ["en", "zh"])
def test_a_name_leads_a_browser_to_a_page(client: FlaskClient, iri: str, lang: str) -> None:
    path = "/" + iri[len(CANONICAL_BASE) :]
    accept = {"Accept": "text/html,application/xhtml+xml,*/*;q=0.8"}
    first = client.get(f"{path}?lang={lang}", headers=accept)
    assert first.status_code == 303
    if kind(iri) == "ns":
        assert first.location.startswith("/ontology")
        return
    page = client.get(first.location, headers=accept)
    assert page.status_code == 200
    assert iri in page.text
    assert "<h1" in page.text


@pytest.mark.parametrize("suffix", [f.suffix for f in RDF_FORMATS])
@pytest.mark.parametrize("path", ["/id/document/notice-2019-03", "/concept/unit-percent", "/ns"])
def test_suffixes_name_formats(client: FlaskClient, path: str, suffix: str) -> None:
    first = client.get(f"{path}.{suffix}", headers={"Accept": "text/html"})
    assert first.status_code == 303
    assert first.location.endswith(f".{suffix}")
    assert client.get(first.location).status_code == 200


@pytest.mark.slow
@pytest.mark.parametrize("fmt", RDF_FORMATS, ids=lambda f: f.name)
def test_every_name_in_the_release_dereferences(client: FlaskClient, fmt: Format) -> None:
    names = published.names()
    assert len(names) > 1200
    missing = [n for n in names if n not in subjects(dereference(client, n, fmt), fmt)]
    assert missing == []


@pytest.mark.slow
def test_every_page_of_the_release_shows(client: FlaskClient) -> None:
    names = [n for n in published.names() if kind(n) != "ns"]
    for iri in names:
        page = client.get("/page/" + iri[len(CANONICAL_BASE) :].removeprefix("id/"))
        assert page.status_code == 200, (iri, page.text)


def test_terms_are_defined_where_their_names_lead(client: FlaskClient) -> None:
    fmt = RDF_FORMATS[0]
    told = subjects(dereference(client, CANONICAL_BASE + "ns", fmt), fmt)
    used = {
        term.value
        for quad in published.dataset()
        for term in (quad.subject, quad.predicate, quad.object)
        if isinstance(term, NamedNode) and term.value.startswith(CANONICAL_BASE + "ns#")
    }
    assert used
    assert used <= told


@pytest.mark.parametrize("name", ["statements.ttl"])
def test_statements_of_the_dump_dereference(client: FlaskClient, name: str) -> None:
    fmt = RDF_FORMATS[0]
    dump = (published.folder() / name).read_bytes()
    told = sorted(subjects(dump, fmt))
    assert len(told) > 1000
    for iri in told[::40]:
        assert iri in subjects(dereference(client, iri, fmt), fmt)
        assert client.get("/page/" + iri[len(IDS) :]).status_code == 200


def test_a_claim_in_trig_is_its_graph_and_its_evidence(client: FlaskClient) -> None:
    claim = NamedNode(f"{IDS}claim/{CLAIM}")
    quads = list(parse(client.get(f"/data/claim/{CLAIM}.trig").data, format=RdfFormat.TRIG))
    inside = {q.triple for q in quads if q.graph_name == claim}
    assert inside == {q.triple for q in published.facts() if q.graph_name == claim}
    outside = {q.predicate for q in quads if q.graph_name != claim}
    wanted = ("pp:statedIn", "pp:voice", "pp:saidBy", "pp:quote", "oa:start", "oa:end", "oa:exact")
    assert {expand(n) for n in wanted} <= outside


def test_an_entity_comes_with_the_claims_about_it(client: FlaskClient) -> None:
    body = client.get("/data/document/notice-2019-03.trig").data
    quads = list(parse(body, format=RdfFormat.TRIG))
    assert any(q.predicate == expand("pp:quote") for q in quads)
    assert any(
        q.predicate == expand("pp:issuedBy") and "claim/" in str(q.graph_name) for q in quads
    )


def test_data_is_never_rewritten(client: FlaskClient) -> None:
    for fmt in RDF_FORMATS:
        body = client.get(f"/data/claim/{CLAIM}.{fmt.suffix}").text
        assert PUBLIC not in body
        assert IDS + "claim/" in body or fmt.kind is Kind.GRAPH


@pytest.mark.parametrize("accept", ["text/turtle", "text/html", "application/json"])
@pytest.mark.parametrize(
    "path",
    [
        "/id/agent/nobody",
        "/id/agent/nobody.ttl",
        "/concept/nothing",
        "/ns/9.9.9",
        "/page/agent/nobody",
        "/data/agent/nobody.ttl",
        "/data/agent/xu-leipeng.docx",
        "/linkset/agent/nobody",
        "/id/a b",
        "/id/%00",
        "/id/agent/",
        "/id/agent/xu-leipeng/",
        "/data/.ttl",
        "/page/..%2f..%2fserver",
        "/static/../server.py",
        "/id/%3Cx%3E",
        f"/id/claim/{CLAIM}/t/0000000000000000",
    ],
)
def test_unknown_names_are_not_found_in_the_type_asked_for(
    client: FlaskClient, path: str, accept: str
) -> None:
    answer = client.get(path, headers={"Accept": accept})
    assert answer.status_code == 404
    expected = "text/html" if accept == "text/html" else "application/problem+json"
    assert answer.mimetype == expected


def test_nothing_acceptable_is_refused(client: FlaskClient) -> None:
    answer = client.get("/id/agent/xu-leipeng", headers={"Accept": "image/png"})
    assert answer.status_code == 406


def links(header: list[str]) -> dict[str, list[str]]:
    """The targets of Link headers by relation."""
    found: dict[str, list[str]] = {}
    for value in header:
        match = re.fullmatch(r'<([^>]+)>; rel="([^"]+)"(?:; type="[^"]+")?', value)
        assert match, value
        found.setdefault(match[2], []).append(match[1])
    return found


def test_pages_are_signposted(client: FlaskClient) -> None:
    page = client.get(f"/page/claim/{CLAIM}")
    found = links(page.headers.getlist("Link"))
    assert found["cite-as"] == [f"{IDS}claim/{CLAIM}"]
    assert len(found["describedby"]) == len(RDF_FORMATS)
    assert all(url.startswith(f"{PUBLIC}/data/claim/") for url in found["describedby"])
    assert "https://schema.org/Claim" in found["type"]
    assert found["license"]
    assert found["item"]
    for url in (*found["describedby"], *found["linkset"], *found["item"]):
        assert client.get(url.removeprefix(PUBLIC)).status_code == 200


def test_a_link_set_says_what_the_headers_say(client: FlaskClient) -> None:
    page = links(client.get("/page/agent/xu-leipeng").headers.getlist("Link"))
    answer = client.get("/linkset/agent/xu-leipeng")
    assert answer.mimetype == "application/linkset+json"
    entry = json.loads(answer.data)["linkset"][0]
    assert entry["anchor"] == f"{PUBLIC}/page/agent/xu-leipeng"
    for relation in ("cite-as", "describedby", "license", "type"):
        assert [each["href"] for each in entry[relation]] == page[relation]


def test_data_points_back_to_its_page(client: FlaskClient) -> None:
    answer = client.get("/data/agent/xu-leipeng.ttl")
    assert links(answer.headers.getlist("Link"))["describes"] == [f"{PUBLIC}/page/agent/xu-leipeng"]
    again = client.get(
        "/data/agent/xu-leipeng.ttl", headers={"If-None-Match": answer.headers["ETag"]}
    )
    assert again.status_code == 304


@pytest.mark.parametrize(
    ("path", "type_"), [(f"claim/{CLAIM}", "Claim"), (f"article/{SLUG}", "NewsArticle")]
)
def test_pages_tell_search_engines_what_they_are(
    client: FlaskClient, path: str, type_: str
) -> None:
    page = client.get(f"/page/{path}").text
    block = re.search(r'<script type="application/ld\+json">(.*?)</script>', page, re.DOTALL)
    assert block
    assert json.loads(block[1])["@type"] == type_


def test_every_statement_shows_its_sources(client: FlaskClient) -> None:
    page = client.get("/page/document/notice-2019-03?lang=en").text
    sources = set(re.findall(r'href="#(source-\d+)"', page))
    assert sources
    assert sources == set(re.findall(r'id="(source-\d+)"', page))


def test_a_fact_told_twice_says_so(client: FlaskClient) -> None:
    page = client.get("/page/observation/cf607bca62a8?lang=en").text
    assert "told in 2 passages" in page


def test_long_lists_come_in_pages(client: FlaskClient) -> None:
    first = client.get("/page/agent/xu-leipeng?lang=en").text
    assert "links=2" in first
    second = client.get("/page/agent/xu-leipeng?lang=en&links=2").text
    listed = [set(re.findall(r"/id/claim/[^\"?]+", page)) for page in (first, second)]
    assert listed[0]
    assert listed[1]
    assert client.get("/page/agent/xu-leipeng?links=99999999999").status_code == 200


def test_things_are_called_in_the_language_of_the_page(client: FlaskClient) -> None:
    assert "南浔区" in client.get("/page/place/330503?lang=zh").text
    assert "Nanxun District" in client.get("/page/place/330503?lang=en").text


def test_pages_hold_no_inline_code_or_style(client: FlaskClient) -> None:
    for path in (f"/page/claim/{CLAIM}", f"/reader/{SLUG}", "/evidence", "/page/concept"):
        page = client.get(path).text
        assert not re.search(r"<style|\sstyle=|\son[a-z]+=|javascript:", page), path
        scripts = re.findall(r"<script([^>]*)>", page)
        assert all("src=" in s or "application/ld+json" in s for s in scripts), path
