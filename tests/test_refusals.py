"""Whoever reads Chinese is told in Chinese what is wrong and what to do: every error there is."""

import html
import re

import error_words
import published
import pytest
from flask.testing import FlaskClient
from hypothesis import given
from hypothesis import strategies as st

from web.site.language import LANGUAGES, TAGS
from web.site.refusals import retold, table

PAGE = {"Accept": "text/html"}
HAN = re.compile("[\u3400-\u9fff]")
HOLE = re.compile(r"\{\d*\}")


@pytest.fixture(scope="module")
def client() -> FlaskClient:
    return published.client()


def test_every_error_there_is_has_its_words_in_both_languages() -> None:
    said = set(error_words.messages())
    assert len(said) > 150
    assert said - table().keys() == set()
    assert table().keys() - said == set()


def test_what_is_filled_in_stands_in_both() -> None:
    for english, chinese in table().items():
        assert HAN.search(chinese), english
        assert not HAN.search(english), english
        holes = HOLE.findall(chinese)
        numbers = [int(hole[1:-1] or at) for at, hole in enumerate(holes)]
        assert sorted(numbers) == list(range(english.count("{}"))), english


@given(st.sampled_from(sorted(table())), st.lists(st.text(), min_size=4, max_size=4))
def test_whatever_is_filled_in_comes_through(english: str, values: list[str]) -> None:
    """Braces, line ends and words of another error included; nothing is lost."""
    told = english
    for value in values:
        told = told.replace("{}", value.replace("{}", "{ }"), 1)
    words, lang = retold(told, "zh")
    assert lang == "zh"
    assert HAN.search(words)
    assert retold(told, "en") == (told, "en")


def test_what_nobody_wrote_down_is_told_as_it_is() -> None:
    assert retold("something else entirely", "zh") == ("something else entirely", "en")


ADDRESSES = (
    ("/nothing", 404),
    ("/queries/none", 404),
    ("/queries/meetings?article=%20", 400),
    ("/queries/meetings?nothing=1", 400),
    ("/queries/meetings?view=pie", 400),
    ("/search?kind=none", 400),
    (f"/search?q={'a' * 900}", 400),
    ("/page/place/1", 404),
    ("/page/claim/none", 404),
    ("/data/agent/xu-leipeng.zip", 404),
    ("/reader/nothing", 404),
    ("/reader/rmrb-20210111-11?voice=x", 400),
    ("/evidence?s=x", 400),
    ("/evidence?s=doc:nothing", 404),
    ("/explore/nothing", 404),
    ("/explore/timeline?article=none", 404),
    ("/cite/nothing/1", 404),
    ("/cite/agent/xu-leipeng?style=x", 400),
    ("/dumps/nothing", 404),
    ("/measures?sort=x", 400),
    ("/sparql?query=ASK%7B%7D&format=nothing", 400),
    ("/sparql?query=ASK%7B%7D&prefixes=x", 400),
    ("/sparql?query=%FF", 400),
    ("/sparql?query=%ZZ", 400),
    ("/sparql?update=x", 403),
    ("/sparql?query=ASK%7BSERVICE%20%3Curn:x%3E%7B%7D%7D", 403),
    ("/data?graph=x", 400),
    ("/about/nothing", 404),
)


@pytest.mark.parametrize("lang", LANGUAGES)
@pytest.mark.parametrize(("path", "status"), ADDRESSES)
def test_a_page_of_an_error_is_in_the_reader_s_language(
    client: FlaskClient, path: str, status: int, lang: str
) -> None:
    """Heading, detail and remedy, marked as what they are; as data it stays what it was."""
    reply = client.get(path, headers={**PAGE, "Accept-Language": lang})
    assert reply.status_code == status
    told = re.search(r'<pre [^>]*lang="([\w-]+)">(.*?)</pre>', reply.text, re.DOTALL)
    assert told is not None
    assert told[1] == TAGS[lang]
    assert bool(HAN.search(html.unescape(told[2]))) is (lang == "zh")
    remedy = re.search(r'</b> *\s*<span lang="([\w-]+)">(.*?)</span>', reply.text, re.DOTALL)
    if remedy is not None:
        assert remedy[1] == TAGS[lang]
    data = {"Accept": "application/problem+json", "Accept-Language": lang}
    assert not HAN.search(client.get(path, headers=data).get_json(force=True)["detail"])
