"""Feeds as a feed reader has them, and earlier releases by their time."""

import json
import re
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import urlsplit

import feedparser
import published
import pytest
from flask.testing import FlaskClient
from test_changes import OTHER, claim_of, edited
from test_history import noted, removal, served_folder, site

from graph.history import writer

ARTICLE_IRI = f"https://w3id.org/policyprov/id/article/{published.SLUG}"
HTML = {"Accept": "text/html"}
ARTICLE = f"/feeds/article/{published.SLUG}.atom"


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Three releases: another number, then a removed claim; written a day apart."""
    return served_folder(tmp_path_factory.mktemp("followed"))


@pytest.fixture(scope="module")
def client(folder: Path) -> Iterator[FlaskClient]:
    with site(folder) as app:
        yield app.test_client()


def entries(client: FlaskClient, path: str) -> list[feedparser.FeedParserDict]:
    """The entries of a feed, as a feed reader has them; the feed is well-formed."""
    reply = client.get(path)
    assert reply.status_code == 200
    assert reply.content_type == "application/atom+xml; charset=utf-8"
    found = feedparser.parse(reply.data)
    assert not found.bozo, found.get("bozo_exception")
    assert found.version == "atom10"
    assert found.feed.id
    assert found.feed.updated
    return list(found.entries)


def test_the_feed_of_the_site_has_the_last_changes(client: FlaskClient) -> None:
    found = entries(client, "/feed.atom?lang=en")
    assert len(found) == 50
    assert [each.tags[0].term for each in found[:2]] == ["Delete", "Create"]
    assert [each.tags[0].term for each in found[2:4]] == ["Update", "Update"]
    assert found[2].title.startswith("Changed: ")
    assert entries(client, "/feed.atom?lang=zh")[2].title.startswith("修改: ")
    assert len({each.id for each in found}) == 50


def test_every_entry_leads_to_its_claim(client: FlaskClient) -> None:
    for each in entries(client, "/feed.atom")[:6]:
        links = {link.rel: urlsplit(link.href) for link in each.links}
        status = client.get(links["alternate"].path, headers={"Accept": "text/html"}).status_code
        assert status == (410 if each.tags[0].term == "Delete" else 200)
        assert client.get(links["related"].path).status_code == 200
        assert each.id == links["related"].geturl()


def test_things_have_their_own_feeds(client: FlaskClient) -> None:
    """An article has all, a document those of the claims about it, a place elsewhere none of it."""
    assert len(entries(client, ARTICLE)) == 50
    gone = claim_of("notice-2019-03").rpartition("/")[2]
    document = entries(client, "/feeds/document/notice-2019-03.atom")
    assert any(gone in each.title for each in document)
    place = entries(client, "/feeds/place/330503.atom")
    assert place
    assert not any(gone in each.title for each in place)
    assert client.get("/feeds/place/999999.atom").status_code == 404


def test_a_question_has_a_feed_of_the_claims_it_rests_on(client: FlaskClient) -> None:
    """Two changed claims: each is in the feed of the question that shows it, and in no other."""
    changed = {
        each.links[0].href.rpartition("/")[2]: each.id
        for each in entries(client, "/feed.atom")
        if each.tags[0].term == "Update"
    }
    assert changed
    seen = set()
    for question in ("percentages-with-base", "meetings", "effects", "policy-documents"):
        rows = json.loads(client.get(f"/queries/{question}.json").data)["results"]["bindings"]
        told = {cell["value"].rpartition("/")[2] for row in rows for cell in row.values()}
        updates = {
            each.id
            for each in entries(client, f"/queries/{question}.atom")
            if each.tags[0].term == "Update"
        }
        assert updates == {changed[name] for name in told & set(changed)}
        seen |= updates
    assert seen, "some question shows a changed claim"


def test_a_question_s_feed_names_its_page_and_keeps_its_parameters(client: FlaskClient) -> None:
    path = f"/queries/meetings.atom?article={ARTICLE_IRI}&lang=en"
    feed = feedparser.parse(client.get(path).data).feed
    links = {link.rel: link.href for link in feed.links}
    assert links["self"] == feed.id
    assert urlsplit(links["self"]).path == "/queries/meetings.atom"
    assert ARTICLE_IRI.rpartition("/")[2] in links["self"]
    page = client.get(urlsplit(links["alternate"]).path + "?lang=en", headers=HTML).text
    assert 'type="application/atom+xml"' in page
    again = client.get(path, headers={"If-None-Match": client.get(path).headers["ETag"]})
    assert again.status_code == 304


def test_a_question_without_claims_is_not_followed(client: FlaskClient) -> None:
    assert client.get("/queries/things-by-kind.atom").status_code == 400
    assert client.get("/queries/meetings.atom?article=x").status_code == 400


@pytest.mark.parametrize("name", ["x", "%00", "agent/<>", "a" * 3000, "claim/%ED%A0%80"])
def test_a_feed_of_nothing_is_unknown(client: FlaskClient, name: str) -> None:
    assert client.get(f"/feeds/{name}.atom").status_code == 404


def test_a_release_that_changes_nothing_leaves_every_feed_as_it_was(tmp_path: Path) -> None:
    """… and one that changes two claims adds just these, where they belong."""
    feeds = ("/feed.atom", ARTICLE, "/feeds/place/330503.atom")
    noted(tmp_path, {})
    (tmp_path / "current").symlink_to("0")
    with site(tmp_path) as app:
        client = app.test_client()
        before = [client.get(feed).data for feed in feeds]
        writer.record(edited(tmp_path, {}, "same"))
        assert [client.get(feed).data for feed in feeds] == before
        known = {each.id for each in entries(client, ARTICLE)}
        writer.record(edited(tmp_path, OTHER, "other"))
        fresh = [each for each in entries(client, ARTICLE) if each.id not in known]
        assert [each.tags[0].term for each in fresh] == ["Update", "Update"]


def test_pages_announce_their_feeds(client: FlaskClient) -> None:
    page = client.get("/page/place/330503?lang=en").text
    feeds = re.findall(r'type="application/atom\+xml" href="([^"]+)"', page)
    assert len(feeds) == 2
    for each in feeds:
        assert entries(client, each)


def test_a_feed_is_asked_for_again_for_nothing(client: FlaskClient) -> None:
    tag = {"If-None-Match": client.get("/feed.atom").headers["ETag"]}
    assert client.get("/feed.atom", headers=tag).status_code == 304


def links(header: str) -> dict[str, str]:
    """Relation → target, of a Link header or a link-format document."""
    found: dict[str, str] = {}
    for target, relations in re.findall(r'<([^>]+)>;\s*rel="([^"]+)"', header):
        found |= dict.fromkeys(relations.split(), urlsplit(target).path)
    return found


def test_a_file_leads_to_its_earlier_forms(client: FlaskClient, folder: Path) -> None:
    reply = client.get("/dumps/policyprov.ttl", buffered=True)
    told = links(", ".join(reply.headers.getlist("Link")))
    assert told["original"] == "/dumps/policyprov.ttl"
    whole = client.get(told["timemap"])
    assert whole.content_type == "application/link-format"
    assert links(whole.text)["self"] == told["timemap"]
    mementos = re.findall(r'<([^>]+)>;rel="[^"]*memento";datetime="([^"]+)"', whole.text)
    assert [urlsplit(url).path for url, _ in mementos] == [
        f"/dumps/releases/{n}/policyprov.ttl" for n in range(3)
    ]
    for url, moment in mementos:
        memento = client.get(urlsplit(url).path, buffered=True)
        assert memento.headers["Memento-Datetime"] == moment
        assert memento.data == (folder / url.split("/")[-2] / "policyprov.ttl").read_bytes()


@pytest.mark.parametrize(("moment", "version"), [
    ("Thu, 01 Jan 1970 00:00:00 GMT", "0"), ("Fri, 02 Jan 2026 12:00:00 GMT", "1"),
    ("Sun, 04 Jan 2026 00:00:00 GMT", "2"), ("Fri, 02 Jan 2026 00:00:00 GMT", "1"), (None, "2"),
])  # fmt: skip
def test_the_time_gate_leads_to_what_was_current(
    client: FlaskClient, moment: str | None, version: str
) -> None:
    headers = {"Accept-Datetime": moment} if moment else {}
    reply = client.get("/timegate/dumps/policyprov.ttl", headers=headers)
    assert reply.status_code == 302
    assert "Accept-Datetime" in reply.headers["Vary"]
    assert reply.headers["Location"].endswith(f"/dumps/releases/{version}/policyprov.ttl")


@pytest.mark.parametrize("moment", ["yesterday", "", "2026-01-01", "Thu, 99 Jan 1970 00:00:00 GMT"])
def test_what_is_no_date_is_refused(client: FlaskClient, moment: str) -> None:
    reply = client.get("/timegate/dumps/policyprov.ttl", headers={"Accept-Datetime": moment})
    assert reply.status_code == 400


@pytest.mark.parametrize("path", ["/timemap/dumps/none.ttl", "/timegate/dumps/../release.json"])
def test_a_file_nobody_has_is_unknown(client: FlaskClient, path: str) -> None:
    assert client.get(path).status_code == 404


def test_removed_claims_are_known_to_the_edits() -> None:
    """The edits of these releases do what their names say."""
    assert claim_of("notice-2019-03") in next(iter(removal()))
