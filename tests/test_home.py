"""The home page and the query page: what they show, and what a program finds from them."""

import gzip
import json
import re

import published
import pytest
from flask.testing import FlaskClient

from graph.paths import ROOT
from graph.queries import canned
from web.home import FEATURED

LANGUAGES = ("en", "zh")
BUDGET = 150_000


@pytest.fixture(scope="module")
def client() -> FlaskClient:
    return published.client()


def data_block(page: str) -> dict[str, object]:
    """The JSON-LD of a page."""
    found = re.search(r'<script type="application/ld\+json">(.+?)</script>', page, re.DOTALL)
    assert found
    block: dict[str, object] = json.loads(found[1])
    return block


@pytest.mark.parametrize("lang", LANGUAGES)
def test_the_counts_are_the_release_s_own(client: FlaskClient, lang: str) -> None:
    counts = json.loads((published.folder() / "release.json").read_bytes())["counts"]
    page = client.get(f"/?lang={lang}").text
    for key in ("articles", "claims", "passages", "measures", "triples"):
        assert f"<b>{counts[key]:,}</b>" in page


@pytest.mark.parametrize("lang", LANGUAGES)
def test_three_questions_are_answered_with_their_words(client: FlaskClient, lang: str) -> None:
    page = client.get(f"/?lang={lang}").text
    assert page.count('<article class="card answer">') == len(FEATURED) == 3
    for name in FEATURED:
        assert canned()[name].summary[lang] in page.replace("&#39;", "'")
    for article in page.split('<article class="card answer">')[1:]:
        assert f"/reader/{published.SLUG}?passage=" in article
        assert "#char=" in article


def test_the_fact_on_top_stands_in_its_sentence(client: FlaskClient) -> None:
    page = client.get("/?lang=en").text
    found = re.search(r"<blockquote[^>]*><a [^>]*>(.*?)<mark>(.*?)</mark>(.*?)</a>", page)
    assert found
    assert "".join(found.groups()) in published.text().replace("\n", "")
    assert found[2] in page.partition("<blockquote")[0].replace("−", "").replace(" %", "%")


def test_no_words_are_shown_where_rights_forbid_it() -> None:
    page = published.client("offsets").get("/").text
    assert "<mark>" not in page
    assert "同比下降" not in page


def test_search_engines_for_data_find_a_dataset(client: FlaskClient) -> None:
    block = data_block(client.get("/").text)
    assert (block["@context"], block["@type"]) == ("https://schema.org/", "Dataset")
    assert {"name", "description", "license", "version", "distribution"} <= block.keys()
    files = block["distribution"]
    assert isinstance(files, list)
    for file in files:
        path = file["contentUrl"].removeprefix(published.PUBLIC)
        assert client.head(path, buffered=True).status_code == 200


def test_a_harvester_finds_everything_from_the_home_page(client: FlaskClient) -> None:
    reply = client.get("/", headers={"Accept": "text/html"})
    links = dict(re.findall(r'<([^>]+)>; rel="([^"]+)"', ", ".join(reply.headers.getlist("Link"))))
    for path in ("/.well-known/void", "/openapi.json", "/sparql", "/dumps/policyprov.ttl"):
        assert published.PUBLIC + path in links
        assert f'href="{published.PUBLIC}{path}"' in reply.text
        assert client.get(path, buffered=True).status_code == 200


@pytest.mark.parametrize("path", ["/", "/dataset"])
def test_a_client_that_wants_rdf_is_sent_to_the_description(client: FlaskClient, path: str) -> None:
    reply = client.get(path, headers={"Accept": "text/turtle"})
    assert reply.status_code == 303
    assert reply.headers["Location"] == f"{published.PUBLIC}/.well-known/void"
    assert "Accept" in reply.headers["Vary"]


def test_the_dataset_s_own_name_leads_to_its_page(client: FlaskClient) -> None:
    reply = client.get("/dataset", headers={"Accept": "text/html"})
    assert (reply.status_code, reply.headers["Location"]) == (303, f"{published.PUBLIC}/")


def test_home_stays_light(client: FlaskClient) -> None:
    page = client.get("/")
    paths = re.findall(r'(?:src|href)="(/static/[^"]+\.(?:css|js)[^"]*)"', page.text)
    loaded = [page.data, *(client.get(path, buffered=True).data for path in paths)]
    assert len(loaded) >= 3
    assert sum(len(gzip.compress(each)) for each in loaded) < BUDGET


@pytest.mark.parametrize("lang", LANGUAGES)
def test_the_query_page_works_without_scripts(client: FlaskClient, lang: str) -> None:
    page = client.get(f"/query?lang={lang}").text
    assert '<form action="/sparql" method="get"' in page
    assert '<textarea id="query" name="query"' in page
    assert page.count("data-example=") == len(canned())


def test_a_link_to_a_query_fills_the_form(client: FlaskClient) -> None:
    page = client.get("/query?query=ASK%20%7B%7D").text
    assert ">ASK {}</textarea>" in page


def test_an_example_is_shown_without_its_metadata(client: FlaskClient) -> None:
    page = client.get("/query?example=timeline&lang=en").text
    inside = page.partition("<textarea")[2].partition("</textarea>")[0]
    assert "#+" not in inside
    assert canned()["timeline"].summary["en"] in inside
    assert "SELECT" in inside


@pytest.mark.parametrize("lang", LANGUAGES)
def test_completion_knows_every_term_of_ours(client: FlaskClient, lang: str) -> None:
    told = client.get(f"/query/vocabulary.json?lang={lang}").get_json()
    names = {term["name"]: term for term in told["terms"]}
    assert names["pp:Claim"]["kind"] == "class"
    assert names["pp:statedIn"]["kind"] == "property"
    assert names["c:voice-direct"]["kind"] == "concept"
    assert told["prefixes"]["pp"] == "https://w3id.org/policyprov/ns#"
    assert all(names[name]["label"] for name in names if name.startswith("pp:"))


def test_nothing_of_the_editor_names_another_server() -> None:
    """What the bundle could ask for lies on this origin; its libraries' own services stay off."""
    main = (ROOT / "web" / "client" / "main.js").read_text("utf-8")
    for switch in ("prefixCcApi: null", "autocompleters = []", "persistenceId: null"):
        assert switch in main
    for path in (ROOT / "web" / "client").glob("*.js"):
        assert not re.findall(r"""fetch\(\s*["'`]https?:""", path.read_text("utf-8"))


def test_what_is_kept_of_a_page_is_of_its_language(client: FlaskClient) -> None:
    """Asked in turn, no page has anything of the one before it."""
    zh, en, again = (client.get(f"/?lang={lang}").text for lang in ("zh", "en", "zh"))
    assert zh == again
    cards = [page.split('<article class="card answer">')[1:] for page in (zh, en)]
    assert all(one != other for one, other in zip(*cards, strict=True))
