"""Cards of claims that other sites may frame, and oEmbed that tells them how."""

import html
import re

import published
import pytest
from flask.testing import FlaskClient

from web.cite.embed import HEIGHT, WIDTH
from web.site.language import messages

PAGE = {"Accept": "text/html"}
NAME = f"{published.SLUG}-0ddffad1-2"
CLAIM = f"/page/claim/{NAME}"


@pytest.fixture(scope="module")
def client() -> FlaskClient:
    """A client of the application over the release."""
    return published.client()


def code(client: FlaskClient) -> str:
    """The code to embed that the page of the claim offers."""
    found = re.search(r'<code id="cite-embed">(.*?)</code>', client.get(CLAIM, headers=PAGE).text)
    assert found
    return html.unescape(found[1])


def framed(text: str) -> str:
    """The path that some code frames."""
    found = re.search(r' src="([^"]+)"', text)
    assert found
    return html.unescape(found[1]).removeprefix(published.PUBLIC)


def test_the_code_of_a_claim_frames_its_words(client: FlaskClient) -> None:
    """Words, paper and day; any site may frame it, no script runs, nothing has changed."""
    reply = client.get(framed(code(client)), headers={"Accept-Language": "en"})
    assert reply.status_code == 200
    assert "27.7%" in reply.text
    assert "2021" in reply.text
    assert "frame-ancestors *" in reply.headers["Content-Security-Policy"]
    assert "<script" not in reply.text
    assert messages()["embed.changed"]["en"].partition("{")[0] not in reply.text
    assert "frame-ancestors 'none'" in client.get(CLAIM).headers["Content-Security-Policy"]


def test_a_card_says_that_its_claim_has_changed(client: FlaskClient) -> None:
    """The state in the code is another: the card names the release that it was copied from."""
    path = re.sub(r"state=[0-9a-f]+", "state=0123456789ab", framed(code(client)))
    release = re.search(r"release=([^&]+)", path)
    assert release
    shown = client.get(path, headers={"Accept-Language": "en"}).text
    assert messages()["embed.changed"]["en"].format(release=release[1]) in html.unescape(shown)


def test_a_card_of_no_claim_says_so(client: FlaskClient) -> None:
    reply = client.get("/embed/claim/none?lang=en")
    assert reply.status_code == 404
    assert messages()["embed.gone"]["en"] in reply.text


def test_where_words_are_not_shown_a_card_has_none() -> None:
    shown = published.client("offsets").get(f"/embed/claim/{NAME}").text
    assert "<blockquote" not in shown


@pytest.mark.parametrize(
    "query", ["state=x", "state=0123456789AB", "release=%3Cb%3E", "release=" + "a" * 41, "lang=fr"]
)
def test_what_no_code_holds_is_refused(client: FlaskClient, query: str) -> None:
    assert client.get(f"/embed/claim/{NAME}?{query}").status_code == 400


def test_oembed_gives_the_same_code(client: FlaskClient) -> None:
    """The page names the address; its answer holds what oEmbed 1.0 demands of rich content."""
    page = client.get(CLAIM, headers=PAGE).text
    found = re.search(r'type="application/json\+oembed" href="([^"]+)"', page)
    assert found
    told = client.get(html.unescape(found[1]).removeprefix(published.PUBLIC)).get_json()
    assert {k: told[k] for k in ("version", "type", "width", "height")} == {
        "version": "1.0", "type": "rich", "width": WIDTH, "height": HEIGHT,
    }  # fmt: skip
    assert told["html"] == code(client)
    small = client.get(
        f"/oembed?url={published.PUBLIC}{CLAIM}&maxwidth=300&maxheight=90"
    ).get_json()
    assert (small["width"], small["height"]) == (300, 90)
    assert 'width="300" height="90"' in small["html"]


@pytest.mark.parametrize(
    ("query", "status"),
    [
        ("", 404),
        ("url=http://elsewhere.example/page/claim/x", 404),
        (f"url={published.PUBLIC}/page/claim/none", 404),
        (f"url={published.PUBLIC}{CLAIM}&format=xml", 400),
        (f"url={published.PUBLIC}{CLAIM}&maxwidth=0", 400),
        (f"url={published.PUBLIC}{CLAIM}&maxwidth=x", 400),
    ],
)
def test_oembed_of_something_else_is_refused(client: FlaskClient, query: str, status: int) -> None:
    assert client.get(f"/oembed?{query}").status_code == status
