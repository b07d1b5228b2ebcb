import re
from pathlib import Path

import published
import pytest
from flask.testing import FlaskClient

from graph.paths import ROOT
from graph.search.entries import KINDS
from web.site.language import LANGUAGES, Language, messages

TEMPLATES = sorted((ROOT / "web" / "templates").rglob("*.html"))
USED = re.compile(r"""\bt\(\s*["']([a-z0-9_.:-]+)["']\s*[,)]""", re.IGNORECASE)


@pytest.fixture(scope="module")
def client() -> FlaskClient:
    """A client of the application over the release."""
    return published.client()


def test_every_message_has_every_language() -> None:
    assert not {key: words for key, words in messages().items() if set(words) != set(LANGUAGES)}
    texts = {(key, text) for key, words in messages().items() for text in words.values()}
    assert not {(key, text) for key, text in texts if not isinstance(text, str) or not text.strip()}


def test_languages_take_the_same_values() -> None:
    holes = {
        key: {frozenset(re.findall(r"\{(\w+)\}", text)) for text in words.values()}
        for key, words in messages().items()
    }
    assert not {key: found for key, found in holes.items() if len(found) != 1}


def test_there_are_templates() -> None:
    assert len(TEMPLATES) >= 8


@pytest.mark.parametrize("path", TEMPLATES, ids=lambda p: p.name)
def test_templates_use_known_messages(path: Path) -> None:
    assert set(USED.findall(path.read_text("utf-8"))) <= set(messages())


def test_one_thing_may_have_words_of_its_own() -> None:
    assert Language("en").text("passages", n=1) == "1 passage"
    assert Language("en").text("passages", n=2) == "told in 2 passages"


def test_what_is_counted_has_words_for_one() -> None:
    """English has two plural forms (CLDR): each message that counts in the plural has its other."""
    plural = re.compile(r"\{n\} (?:more )?[a-z]+s\b")
    counted = {key for key, words in messages().items() if plural.search(words["en"])}
    assert counted
    assert not {key for key in counted if f"{key}.one" not in messages()}


@pytest.mark.parametrize(("code", "words"), [("en", "11 January 2021"), ("zh", "2021年1月11日")])
def test_days_are_written_as_the_language_has_it(
    client: FlaskClient, code: str, words: str
) -> None:
    page = client.get(f"/page/claim/{published.SLUG}-0ddffad1-2?lang={code}").text
    assert f'<time datetime="2021-01-11">{words}</time>' in page


@pytest.mark.parametrize(
    ("query", "accept", "tag"),
    [
        ("", None, "en"),
        ("", "zh-CN,zh;q=0.9,en;q=0.8", "zh-Hans"),
        ("", "fr", "en"),
        ("", "en-GB,zh;q=0.5", "en"),
        ("?lang=zh", "en", "zh-Hans"),
        ("?lang=en", "zh", "en"),
    ],
)
def test_language_is_asked_for_or_negotiated(
    client: FlaskClient, query: str, accept: str | None, tag: str
) -> None:
    headers = {"Accept": "text/html"} | ({"Accept-Language": accept} if accept else {})
    answer = client.get(f"/reader{query}", headers=headers)
    assert f'<html lang="{tag}">' in answer.text
    assert answer.headers["Content-Language"] == tag
    assert "Accept-Language" in answer.headers["Vary"]
    assert "Set-Cookie" not in answer.headers


def test_the_switch_keeps_the_address(client: FlaskClient) -> None:
    page = client.get("/reader/rmrb-20210111-11?voice=direct&voice=editor&lang=zh").text
    assert 'href="/reader/rmrb-20210111-11?voice=direct&amp;voice=editor&amp;lang=en"' in page


def test_a_chosen_language_stays_chosen(client: FlaskClient) -> None:
    assert 'href="/explore?lang=zh"' in client.get("/reader?lang=zh").text
    assert 'href="/explore"' in client.get("/reader").text


def test_an_unknown_language_is_refused_in_a_page(client: FlaskClient) -> None:
    answer = client.get("/reader?lang=tlh", headers={"Accept": "text/html"})
    assert answer.status_code == 400
    assert "tlh" in answer.text


def test_no_message_is_given_twice() -> None:
    """No message is given twice: YAML would keep the last in silence."""
    lines = (ROOT / "web" / "messages.yaml").read_text("utf-8").splitlines()
    keys = [line.partition(": ")[0] for line in lines if line and line[0] not in "# "]
    assert len(keys) == len(set(keys))


@pytest.mark.parametrize("kind", KINDS)
def test_every_kind_that_search_finds_has_its_words(kind: str) -> None:
    """For a list of them, and for one."""
    assert {f"kinds.{kind}", f"kind.one.{kind}"} <= messages().keys()
