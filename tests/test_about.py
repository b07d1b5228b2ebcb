"""What the site says of itself: /about with its documents, and what machines look for."""

import html
import json
import re
import struct
from datetime import UTC, date, datetime, timedelta
from itertools import groupby
from urllib.parse import urlsplit

import jsonschema_rs
import published
import pytest
import yaml
from flask.testing import FlaskClient

from graph.paths import ROOT, STATIC
from graph.settings import Settings
from server import create_app
from web.about.documents import ABOUT, DOCUMENTS, document, path_of
from web.middleware.stack import EXTENSION
from web.site.language import LANGUAGES, messages

CONTACT = "mailto:desk@paper.example"
PAGES = [
    "/", "/reader", f"/reader/{published.SLUG}", "/browse", "/measures", "/explore",
    "/explore/timeline", "/query", "/queries", "/dumps/",
    "/ontology", "/about", "/about/endpoint", "/about/changelog", "/evidence", "/problems",
    "/search?q=减负", "/page/place/330503", f"/page/claim/{published.SLUG}-0ddffad1-2",
    f"/page/article/{published.SLUG}",
]  # fmt: skip


@pytest.fixture(scope="module")
def client() -> FlaskClient:
    """A client of the application over the release."""
    return published.client()


def meta(page: str, name: str) -> str:
    """What a page says of itself under this name."""
    found = re.findall(rf'<meta (?:name|property)="{name}" content="([^"]*)">', page)
    assert len(found) == 1, name
    return html.unescape(found[0])


@pytest.mark.parametrize("lang", LANGUAGES)
def test_about_says_who_how_and_how_far_in_both_languages(client: FlaskClient, lang: str) -> None:
    page = client.get(f"/about?lang={lang}").text
    here = document(ABOUT, lang)
    assert here.language == lang
    assert len(here.headings) == 5
    for anchor, words in here.headings:
        assert f'<h2 id="{anchor}">{words}</h2>' in page
    assert published.folder().resolve().name in page
    assert "creativecommons.org/licenses/by/4.0" in page
    assert messages()["about.contact.none"][lang] in page
    for name in DOCUMENTS:
        assert f'href="{path_of(name)}?lang={lang}"' in page


def test_both_forms_of_about_have_the_same_parts() -> None:
    english, chinese = (document(ABOUT, lang) for lang in LANGUAGES)
    assert [a for a, _ in english.headings] == [a for a, _ in chinese.headings]
    assert english.body.count("<li>") == chinese.body.count("<li>")


@pytest.mark.parametrize("lang", LANGUAGES)
@pytest.mark.parametrize("name", DOCUMENTS)
def test_a_document_is_whole_and_says_its_language(
    client: FlaskClient, name: str, lang: str
) -> None:
    page = client.get(f"{path_of(name)}?lang={lang}").text
    here = document(name, lang)
    tag = "zh-Hans" if here.language == "zh" else "en"
    assert f'<div class="document" lang="{tag}">' in page
    assert (messages()["about.english"][lang] in page) == (here.language != lang)
    text = (ROOT / DOCUMENTS[name]).read_text("utf-8")
    assert here.language == "zh" or here.body.count("<pre") == text.count("\n```") // 2
    assert here.body.count("<table") == here.body.count("</table>\n</div>")


@pytest.mark.parametrize("name", DOCUMENTS)
def test_every_link_of_a_document_leads_somewhere(client: FlaskClient, name: str) -> None:
    for href in re.findall(r'href="([^"]+)"', document(name, "en").body):
        if not urlsplit(href).scheme:
            assert client.get(href, headers={"Accept": "text/html"}).status_code == 200, href


def test_documents_can_be_reached_from_every_page(client: FlaskClient) -> None:
    for path in PAGES:
        page = client.get(path, headers={"Accept": "text/html"}).text
        assert 'href="/about"' in page
        assert 'href="/about/endpoint"' in page


@pytest.mark.parametrize("name", ["nothing", "about", "..%2Fpyproject", "%00", "a" * 5000])
def test_there_are_no_other_documents(client: FlaskClient, name: str) -> None:
    answer = client.get(f"/about/{name}")
    assert (answer.status_code, answer.mimetype) == (404, "application/problem+json")


def test_the_citation_file_follows_its_schema(client: FlaskClient) -> None:
    answer = client.get("/CITATION.cff")
    assert answer.mimetype == "application/yaml"
    cited = yaml.load(answer.text, yaml.BaseLoader)  # noqa: S506 (the schema wants all as text)
    schema = json.loads((ROOT / "tests/data/schemas/cff-1.2.0.json").read_text("utf-8"))
    jsonschema_rs.validator_for(schema).validate(cited)
    described = yaml.safe_load((ROOT / "graph" / "dataset.yaml").read_text("utf-8"))
    assert cited["title"] == described["title"]["en"]
    assert date.fromisoformat(cited["date-released"]) == described["issued"]
    assert f'version = "{cited["version"]}"' in (ROOT / "pyproject.toml").read_text("utf-8")
    with pytest.raises(jsonschema_rs.ValidationError):
        jsonschema_rs.validator_for(schema).validate(cited | {"license": "CC"})


def test_without_a_contact_there_is_no_security_txt(client: FlaskClient) -> None:
    answer = client.get("/.well-known/security.txt")
    assert answer.status_code == 404
    assert "POLICYPROV_CONTACT" in answer.get_json()["remedy"]


def test_a_contact_is_shown_wherever_one_looks_for_it() -> None:
    settings = Settings(
        release=published.folder(), workers=1, spares=0, rate=0, log="off", contact=CONTACT
    )
    app = create_app(settings)
    try:
        client = app.test_client()
        answer = client.get("/.well-known/security.txt")
        assert answer.content_type == "text/plain; charset=utf-8"
        fields = dict(line.split(": ", 1) for line in answer.text.splitlines())
        assert fields["Contact"] == CONTACT
        left = datetime.fromisoformat(fields["Expires"]) - datetime.now(UTC)
        assert timedelta(days=100) < left < timedelta(days=365)
        assert fields["Canonical"].endswith("/.well-known/security.txt")
        assert f'<a href="{CONTACT}">desk@paper.example</a>' in client.get("/about").text
    finally:
        app.extensions[EXTENSION].pool.close()


@pytest.mark.parametrize("path", PAGES)
@pytest.mark.parametrize("lang", LANGUAGES)
def test_a_page_introduces_itself(client: FlaskClient, path: str, lang: str) -> None:
    where = f"{path}{'&' if '?' in path else '?'}lang={lang}"
    page = client.get(where, headers={"Accept": "text/html"}).text
    title = re.search(r"<title>(.*?) · policyprov</title>", page, re.DOTALL)
    assert title
    assert meta(page, "og:title") == html.unescape(title[1])
    assert meta(page, "og:description") == meta(page, "description")
    assert meta(page, "og:url").startswith(published.PUBLIC + "/")
    assert meta(page, "og:locale")[:2] == lang
    assert "<" not in meta(page, "description")
    shown = meta(page, "og:image").removeprefix(published.PUBLIC)
    image = client.get(shown)
    assert image.mimetype == "image/png"
    image.close()


def test_no_two_pages_describe_themselves_alike(client: FlaskClient) -> None:
    kinds = groupby(published.names(), key=lambda iri: iri.split("/")[-2])
    things = [f"/page/{next(g).partition('/id/')[2]}" for k, g in kinds if k != "policyprov"]
    told: dict[str, list[str]] = {}
    for path in [*PAGES, *(each for each in things if "#" not in each)]:
        answer = client.get(path, headers={"Accept": "text/html"})
        if answer.status_code == 200:
            told.setdefault(meta(answer.text, "description"), []).append(path)
    assert len(told) > len(PAGES)
    assert messages()["site.tagline"]["en"] not in told
    claim = f"/page/claim/{published.SLUG}-0ddffad1-2"
    assert [paths for paths in told.values() if len(set(paths) - {claim}) > 1] == []


def test_the_icon_is_an_icon_at_its_usual_address(client: FlaskClient) -> None:
    answer = client.get("/favicon.ico")
    assert answer.status_code == 200
    assert answer.data == (STATIC / "favicon.ico").read_bytes()
    answer.close()
    content = (STATIC / "favicon.ico").read_bytes()
    reserved, kind, count = struct.unpack_from("<HHH", content)
    assert (reserved, kind) == (0, 1)
    entries = [struct.unpack_from("<BBBBHHII", content, 6 + 16 * n) for n in range(count)]
    assert [entry[:2] for entry in entries] == [(16, 16), (32, 32), (48, 48)]
    for *_, length, start in entries:
        assert content[start : start + 8] == b"\x89PNG\r\n\x1a\n"
        assert start + length <= len(content)
