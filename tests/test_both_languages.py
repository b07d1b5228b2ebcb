"""Pages are whole in both languages: words of the other one stand in an element that says so."""

import published
import pytest
import spoken
from flask.testing import FlaskClient

S = published.SLUG
PAGES = (
    "/",
    "/reader",
    f"/reader/{S}",
    f"/reader/{S}?passage=f40017d8",
    "/browse",
    *(
        f"/{kind}"
        for kind in [
            "articles",
            "documents",
            "measures",
            "obligations",
            "effects",
            "policy-problems",
            "figures",
            "changes",
            "events",
            "cases",
            "platforms",
            "bodies",
            "groups",
            "people",
            "places",
            "terms",
        ]
    ),
    "/search",
    "/search?q=减负",
    "/search?q=27.7%25",
    "/search?q=龘龘",
    "/queries",
    "/queries/meetings",
    "/queries/effects",
    "/queries/measures-of-level",
    "/queries/case-as-graph",
    "/queries/meetings?article=x",
    "/query",
    "/query?example=meetings",
    "/explore",
    *(f"/explore/{name}" for name in ["timeline", "lineage", "changes", "indicators", "places"]),
    "/dumps/",
    "/dumps/changes",
    "/ontology",
    "/about",
    "/about/changelog",
    "/about/endpoint",
    "/problems",
    "/nothing",
    "/evidence",
    "/evidence?s=doc:notice-2019-03&p=pp:issuedBy",
    f"/page/claim/{S}-0ddffad1-2",
    f"/page/article/{S}",
    f"/page/section/{S}-editor-note",
    f"/page/erratum/{S}-err-013",
    "/page/observation/cf607bca62a8",
    "/page/agent/xu-leipeng",
    "/page/document/notice-2019-03",
    "/page/place/330503",
    "/page/event/politburo-democratic-life-2020-12",
    "/page/measure/luojiang-ten-measures",
    "/page/concept",
    f"/embed/claim/{S}-0ddffad1-2",
)
"""Every kind of page, empty, answered and refused."""


@pytest.fixture(scope="module")
def client() -> FlaskClient:
    """A client of the application over the release."""
    return published.client()


def said(client: FlaskClient, path: str, language: str) -> list[spoken.Words]:
    """The words of a page in a language."""
    separator = "&" if "?" in path else "?"
    reply = client.get(f"{path}{separator}lang={language}", headers={"Accept": "text/html"})
    assert reply.mimetype == "text/html"
    found = spoken.words(reply.text)
    assert len(found) > 3
    return found


@pytest.mark.parametrize("path", PAGES)
def test_chinese_words_of_an_english_page_say_that_they_are(client: FlaskClient, path: str) -> None:
    unmarked = [
        words.text
        for words in said(client, path, "en")
        if words.chinese and words.markable and not words.language.startswith("zh")
    ]
    assert unmarked == []


@pytest.mark.parametrize("path", PAGES)
def test_english_phrases_of_a_chinese_page_say_that_they_are(
    client: FlaskClient, path: str
) -> None:
    unmarked = [
        words.text
        for words in said(client, path, "zh")
        if words.english and not words.language.startswith("en")
    ]
    assert unmarked == []


@pytest.mark.parametrize("path", ["/nothing", "/queries/meetings?article=x", "/search?kind=x"])
@pytest.mark.parametrize("language", ["en", "zh"])
def test_errors_stand_in_the_frame_of_the_site(
    client: FlaskClient, path: str, language: str
) -> None:
    separator = "&" if "?" in path else "?"
    reply = client.get(f"{path}{separator}lang={language}", headers={"Accept": "text/html"})
    assert reply.status_code >= 400
    assert 'class="menu"' in reply.text
    assert 'role="search"' in reply.text
    title = next(words for words in spoken.words(reply.text) if words.text.endswith("policyprov"))
    assert title.chinese == (language == "zh")
