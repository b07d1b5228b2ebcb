"""Pages show the words of both ends of every link, as the build proved them."""

import json
import re
from functools import cache
from html import unescape
from pathlib import Path
from typing import Any

import published
import pytest
from flask.testing import FlaskClient
from published import SLUG
from pyoxigraph import NamedNode

from graph.rdf.namespaces import expand
from graph.snapshot import release
from web.evidence import links, passages
from web.evidence.links import End, Link
from web.site import iris, release_view

_MARK = re.compile(r'<mark class="((?:subject|object)[^"]*)">(.*?)</mark>')


@cache
def proven() -> list[dict[str, Any]]:
    """The links as the build wrote them."""
    path = published.folder() / "articles" / SLUG / "links.json"
    found: list[dict[str, Any]] = json.loads(path.read_text("utf-8"))["links"]
    return found


def words(written: dict[str, Any], side: str) -> list[str]:
    """The words of one end, as the source prints them."""
    return [
        "".join(published.text()[start:stop] for start, stop in end["runs"])
        for end in written[side]
        if end["runs"]
    ]


def marked(html: str, end: str) -> str:
    """What a piece of a page marks as one end of a link."""
    return "".join(unescape(text) for ends, text in _MARK.findall(html) if end in ends.split())


def shown(page: str, written: dict[str, Any]) -> str:
    """The item of a page that shows this link."""
    block = page.partition('<details class="linked"')[2].partition("</details>")[0]
    names = [iris.local(expand(written[name]).value) for name in ("subject", "object")]
    items = re.findall(r"<li>.*?</li>", block, re.DOTALL)
    (found,) = [
        item
        for item in items
        if re.findall(r'href="([^"?]+)', item) == names and told(written["predicate"]) in item
    ]
    return str(found)


def told(predicate: str) -> str:
    """The English name of a property as the page prints it."""
    with published.app().test_request_context("/?lang=en"):
        template = published.app().jinja_env.from_string("{{ iri|term }}")
        return f'<span class="by">{template.render(iri=expand(predicate).value)}</span>'


def path(claim: str) -> str:
    """The page of a claim."""
    return iris.page(expand(claim).value)


@pytest.fixture(scope="module")
def client() -> FlaskClient:
    """A client of the application over the release."""
    return published.client()


def test_the_words_of_every_link_are_laid_over_its_sentences() -> None:
    """No script, no request: what the page is made of says exactly what the build proved."""
    view = release_view.view(release(published.folder()))
    claims = {each["claim"]: passages.claim(view, expand(each["claim"])) for each in proven()}
    laid = {claim: list(links.of(view, found)) for claim, found in claims.items()}
    for written in proven():
        link = laid[written["claim"]].pop(0)
        pieces = [
            piece
            for passage in claims[written["claim"]].passages
            for piece in link.sentence(passage)
        ]
        for end, side in ((links.SUBJECT, "start"), (links.OBJECT, "end")):
            text = "".join(piece.text for piece in pieces if end in piece.ends)
            assert sorted(text) == sorted("".join(words(written, side))), written
            assert link.told(end) == ("words" if words(written, side) else "section")
    assert not any(laid.values())


FIRST = {each["predicate"] + "+" * each["inferred"]: each for each in reversed(proven())}
"""A link of each property, printed and inferred."""


@pytest.mark.parametrize("written", FIRST.values(), ids=FIRST)
def test_a_claim_shows_the_words_of_both_ends(client: FlaskClient, written: dict[str, Any]) -> None:
    item = shown(client.get(path(written["claim"]) + "?lang=en").text, written)
    for end, side in (("subject", "start"), ("object", "end")):
        assert sorted(marked(item, end)) == sorted("".join(words(written, side)))
    assert ("our inference" in item) == written["inferred"]


@pytest.mark.parametrize(("lang", "legend"), [("en", "subject"), ("zh", "主体")])
def test_the_marks_have_a_legend_in_both_languages(
    client: FlaskClient, lang: str, legend: str
) -> None:
    for page in (path(proven()[0]["claim"]), f"/reader/{SLUG}"):
        text = client.get(f"{page}?lang={lang}").text
        assert f'<mark class="subject">{legend}</mark>' in text


def test_the_reader_shows_the_links_of_every_claim(client: FlaskClient) -> None:
    """Each passage tells how many links its claims have, and shows them where it is chosen."""
    page = client.get(f"/reader/{SLUG}?lang=en").text
    told = re.findall(r'href="\?passage=(\w+)[^"]*">[^<]*\((\d+)\)</a>', page)
    # A claim on two passages stands in the panel under each.
    assert sum(int(n) for _, n in told) >= len(proven())
    assert len(told) >= len({each["claim"] for each in proven()})
    for passage in sorted({passage for passage, _ in told})[::12]:
        alone = client.get(f"/reader/{SLUG}?lang=en&passage={passage}").text
        items = re.findall(r'<details class="linked" open>.*?</details>', alone, re.DOTALL)
        mine = [int(n) for each, n in told if each == passage]
        assert [item.count("<li>") for item in items] == mine


def test_evidence_shows_the_links_asked_for_and_no_others(client: FlaskClient) -> None:
    written = next(each for each in proven() if each["predicate"] == "pp:reviewed")
    asked = {"s": written["subject"], "p": "pp:reviewed", "o": written["object"], "lang": "en"}
    page = client.get("/evidence", query_string=asked).text
    blocks = re.findall(r'<details class="linked" open>.*?</details>', page, re.DOTALL)
    assert blocks
    for block in blocks:
        assert set(re.findall(r'<span class="by">.*?</span>', block)) == {told("pp:reviewed")}


def test_a_membership_is_one_link_by_whichever_property(client: FlaskClient) -> None:
    written = next(each for each in proven() if each["predicate"] == "org:organization")
    assert written["node"].startswith("mem:")
    for predicate in ("org:member", "org:organization"):
        page = client.get("/evidence", query_string={"s": written["node"], "p": predicate}).text
        assert marked(page, "subject").endswith("".join(words(written, "start")))


def test_without_words_positions_are_shown() -> None:
    written = next(each for each in proven() if each["start"][0]["runs"] and each["end"][0]["runs"])
    page = published.client("offsets").get(path(written["claim"]) + "?lang=en").text
    assert not _MARK.search(page)
    ((start, stop), *_) = written["start"][0]["runs"]
    assert f"Subject: characters {start}–{stop}" in shown(page, written)


def test_an_end_that_no_words_name_is_told_as_such() -> None:
    ends = {links.SUBJECT: (), links.OBJECT: (End("b", "section", "p", ()),)}
    link = Link("a", "linked", "a", "b", inferred=True, ends=ends)
    assert (link.told(links.SUBJECT), link.told(links.OBJECT)) == ("nothing", "section")


def test_a_release_without_the_words_of_links_shows_none(tmp_path: Path) -> None:
    assert links.read(tmp_path, SLUG) == {}


def test_words_that_mean_both_ends_are_marked_as_both() -> None:
    passage = passages.Passage(
        iri=NamedNode("https://example.org/p"),
        quote="甲县委 / 乙",
        spans=(passages.Span(5, 8, "甲县委", "s1"), passages.Span(20, 21, "乙", "s2")),
        section=NamedNode("https://example.org/s"),
        article=NamedNode("https://example.org/a"),
        correction="",
    )
    ends = {
        links.SUBJECT: (End("a", "label", passage.iri.value, ((5, 8),)),),
        links.OBJECT: (End("b", "label", passage.iri.value, ((5, 7), (20, 21))),),
    }
    link = Link("a", "linked", "a", "b", inferred=False, ends=ends)
    assert [(w.text, w.ends) for w in link.sentence(passage)] == [
        ("甲县", ("subject", "object")),
        ("委", ("subject",)),
        (" / ", ()),
        ("乙", ("object",)),
    ]
