"""What happened to claims, release after release, and the event stream of it."""

import gzip
import json
import os
import re
import shutil
import sqlite3
import subprocess
import threading
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from urllib.parse import urlsplit
from wsgiref.simple_server import WSGIRequestHandler, make_server

import published
import pyoxigraph as ox
import pytest
import servers
from flask import Flask
from flask.testing import FlaskClient
from hypothesis import HealthCheck, given, settings, strategies
from test_changes import OTHER, VALUE, claim_of, edited

from graph.errors import ReleaseError, UnavailableError, UnknownError
from graph.history import ledger, writer
from graph.history.ledger import History
from graph.history.schema import NAME, Event
from graph.paths import ROOT
from graph.rdf.namespaces import IDS, expand
from graph.settings import Settings
from server import create_app
from web.middleware.stack import EXTENSION

AS = "https://www.w3.org/ns/activitystreams#"
TREE = "https://w3id.org/tree#"
CLIENT = ROOT / "tests" / "ldes" / "node_modules" / "ldes-client" / "dist" / "bin" / "cli.js"


def removal() -> dict[str, str]:
    """The edit after which one claim is gone and another of other words is there."""
    claim = claim_of("notice-2019-03")
    return {f"<{claim}>": f"<{claim}9>"}


def noted(folder: Path, *edits: dict[str, str]) -> History:
    """The history of releases with these edits, taken note of one after the other."""
    for number, edit in enumerate(edits):
        writer.record(edited(folder, edit, str(number)))
    return History(folder / "0")


def all_events(history: History) -> list[Event]:
    """Every event, page by page."""
    return [each for n in range(1, history.pages + 1) for each in history.page(n)]


def claims() -> set[str]:
    """The claims of the published release."""
    quads = published.dataset().quads_for_pattern(
        None, expand("rdf:type"), expand("pp:Claim"), ox.DefaultGraph()
    )
    return {q.subject.value for q in quads if isinstance(q.subject, ox.NamedNode)}


def test_the_first_release_creates_every_claim(tmp_path: Path) -> None:
    found = all_events(noted(tmp_path, {}))
    assert {each.kind for each in found} == {"Create"}
    assert {each.claim for each in found} == claims()
    assert [each.number for each in found] == list(range(1, len(claims()) + 1))


def test_a_release_that_says_the_same_is_no_event(tmp_path: Path) -> None:
    history = noted(tmp_path, {}, {})
    assert len(all_events(history)) == len(claims())
    assert [each.version for each in history.releases(9)] == ["1", "0"]


def test_another_number_another_name_and_back(tmp_path: Path) -> None:
    """The same differences that `compare` tells, in order; a claim that comes back is created."""
    history = noted(tmp_path, {}, OTHER, removal(), {})
    later = all_events(history)[len(claims()) :]
    gone = claim_of("notice-2019-03")
    told = Counter((each.kind, each.release.version, each.claim == gone) for each in later)
    assert told == {
        ("Update", "1", False): 2, ("Update", "2", False): 2, ("Create", "2", False): 1,
        ("Delete", "2", True): 1, ("Create", "3", True): 1, ("Delete", "3", False): 1,
    }  # fmt: skip
    times = [each.release.at for each in all_events(history)]
    assert times == sorted(times)
    assert len(set(times)) == 4


def test_a_tombstone_says_nothing_and_a_claim_says_its_triples(tmp_path: Path) -> None:
    history = noted(tmp_path, {}, removal())
    gone = claim_of("notice-2019-03")
    last = history.last(gone)
    assert last is not None
    assert (last.kind, last.said) == ("Delete", "")
    for each in all_events(history)[:20]:
        told = set(ox.parse(each.said, format=ox.RdfFormat.N_TRIPLES))
        graph = published.dataset().quads_for_pattern(None, None, None, ox.NamedNode(each.claim))
        assert {q.triple for q in graph} <= {q.triple for q in told}
        assert f"<{expand('pp:quote').value}>" not in each.said


def test_a_thing_has_the_events_of_the_claims_about_it(tmp_path: Path) -> None:
    history = noted(tmp_path, {}, removal())
    gone = claim_of("notice-2019-03")
    document = f"{IDS}document/notice-2019-03"
    assert gone in {each.claim for each in history.latest(document, 99) if each.kind == "Delete"}
    article = f"{IDS}article/{published.SLUG}"
    of_article = {claim for claim in claims() if f"/claim/{published.SLUG}-" in claim}
    assert len(history.latest(article, 9999)) == len(of_article) + 2
    assert history.latest(f"{IDS}place/999999", 9) == ()


def test_a_history_begins_with_what_is_kept(tmp_path: Path) -> None:
    """Whoever had releases before there was a history loses none of them."""
    edited(tmp_path, {}, "0")
    writer.record(edited(tmp_path, OTHER, "1"))
    history = History(tmp_path / "1")
    assert [each.version for each in history.releases(9)] == ["1", "0"]
    assert [each.kind for each in all_events(history)][-2:] == ["Update", "Update"]


def test_the_same_release_again_leaves_the_file_alone(tmp_path: Path) -> None:
    noted(tmp_path, {})
    before = (tmp_path / NAME).stat()
    writer.record(tmp_path / "0")
    assert (tmp_path / NAME).stat().st_ino == before.st_ino


def test_a_release_that_cannot_be_read_leaves_the_history_as_it_was(tmp_path: Path) -> None:
    noted(tmp_path, {})
    before = (tmp_path / NAME).read_bytes()
    broken = edited(tmp_path, {}, "broken")
    path = broken / "policyprov.nq.gz"
    path.write_bytes(path.read_bytes()[:-2000])
    with pytest.raises(ReleaseError, match="cannot be read"):
        writer.record(broken)
    assert (tmp_path / NAME).read_bytes() == before
    assert not list(tmp_path.glob(".building-*"))


def test_no_history_and_a_damaged_one_are_told_apart(tmp_path: Path) -> None:
    release = edited(tmp_path, {}, "0")
    with pytest.raises(UnknownError, match="no history"):
        History(release)
    (tmp_path / NAME).write_bytes(b"SQLite format 3\0" + bytes(4000))
    with pytest.raises(UnavailableError):
        History(release).page(1)
    with sqlite3.connect(tmp_path / "other") as other:
        other.execute("PRAGMA user_version = 99")
        other.execute("CREATE TABLE t (x)")
    other.close()
    (tmp_path / "other").replace(tmp_path / NAME)
    with pytest.raises(UnavailableError, match="format 99"):
        History(release)


@settings(deadline=None, max_examples=12, suppress_health_check=list(HealthCheck))
@given(states=strategies.lists(strategies.dictionaries(
    strategies.sampled_from("abcdefgh"), strategies.integers(0, 2), max_size=8
), min_size=1, max_size=6))  # fmt: skip
def test_events_replayed_are_the_release(
    states: list[dict[str, int]], tmp_path_factory: pytest.TempPathFactory
) -> None:
    """Whatever comes and goes, whoever replays the events has the claims of the last release."""
    folder = tmp_path_factory.mktemp("replayed")
    for number, state in enumerate(states):
        release = folder / str(number)
        release.mkdir()
        lines = [
            f'<{IDS}x> <{VALUE[1:-1]}> "{value}" <{IDS}claim/{name}> .\n'
            for name, value in state.items()
        ]
        (release / "policyprov.nq.gz").write_bytes(gzip.compress("".join(lines).encode()))
        (release / "release.json").write_text(json.dumps({"version": str(number), "files": []}))
        writer.record(release)
    replayed: dict[str, str] = {}
    for event in all_events(History(folder / "0")):
        if event.kind == "Delete":
            del replayed[event.claim]
        else:
            assert (event.kind == "Create") == (event.claim not in replayed)
            replayed[event.claim] = event.said
    assert replayed.keys() == {f"{IDS}claim/{name}" for name in states[-1]}
    for name, value in states[-1].items():
        assert f'"{value}"' in replayed[f"{IDS}claim/{name}"]
    shutil.rmtree(folder)


@contextmanager
def site(folder: Path, public_url: str = published.PUBLIC) -> Iterator[Flask]:
    """The application over `current` in this folder."""
    app = create_app(Settings(
        release=folder / "current", public_url=public_url, workers=1, spares=0, rate=0, log="off"
    ))  # fmt: skip
    try:
        yield app
    finally:
        app.extensions[EXTENSION].pool.close()


def served_folder(found: Path) -> Path:
    """Three releases and their history, written a day apart: another number, a removed claim."""
    for number, edit in enumerate(({}, OTHER, OTHER | removal())):
        release = edited(found, edit, str(number))
        written = datetime(2026, 1, 1 + number, tzinfo=UTC).timestamp()
        os.utime(release / "release.json", (written, written))
        writer.record(release)
    shutil.rmtree(found / "2" / "store")
    quads = ox.parse(_packed(found / "2"), format=ox.RdfFormat.N_QUADS)
    store = ox.Store(str(found / "2" / "store"))
    store.bulk_extend(quads)
    store.flush()
    del store
    (found / "current").symlink_to("2")
    return found


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Three releases and their history: another number, then a removed claim."""
    return served_folder(tmp_path_factory.mktemp("history"))


def _packed(release: Path) -> bytes:
    return gzip.decompress((release / "policyprov.nq.gz").read_bytes())


@pytest.fixture(scope="module")
def client(folder: Path) -> Iterator[FlaskClient]:
    with site(folder) as app:
        yield app.test_client()


def test_pages_lead_from_the_root_to_the_last(client: FlaskClient, folder: Path) -> None:
    found, path = [], "/changes.trig"
    while path:
        reply = client.get(path)
        assert reply.content_type == "application/trig; charset=utf-8"
        quads = list(ox.parse(reply.data, format=ox.RdfFormat.TRIG))
        found += [q.object for q in quads if str(q.predicate) == f"<{TREE}member>"]
        nodes = [q.object for q in quads if str(q.predicate) == f"<{TREE}node>"]
        assert len(nodes) <= 1
        path = urlsplit(nodes[0].value).path if nodes and isinstance(nodes[0], ox.NamedNode) else ""
    events = all_events(History(folder / "2"))
    numbers = [int(f.value.rpartition("#")[2]) for f in found if isinstance(f, ox.NamedNode)]
    assert numbers == [each.number for each in events]


def test_a_full_page_never_changes_and_the_last_is_asked_for_again(
    client: FlaskClient, folder: Path, tmp_path: Path
) -> None:
    last = History(folder / "2").pages
    assert last > 2
    full = client.get("/changes/1.trig")
    assert "immutable" in full.headers["Cache-Control"]
    assert "immutable" not in client.get(f"/changes/{last}.trig").headers["Cache-Control"]
    tag = {"If-None-Match": full.headers["ETag"]}
    assert client.get("/changes/1.trig", headers=tag).status_code == 304
    # Two releases more, the first one deleted: the page is byte for byte the same.
    shutil.copytree(folder, tmp_path / "later", symlinks=True)
    writer.record(edited(tmp_path / "later", {}, "3"))
    shutil.rmtree(tmp_path / "later" / "0")
    with site(tmp_path / "later") as app:
        again = app.test_client().get("/changes/1.trig")
    assert again.data == full.data


@pytest.mark.parametrize("path", ["/changes/0.trig", "/changes/99.trig", "/changes/x.trig"])
def test_a_page_that_is_not_there_is_unknown(client: FlaskClient, path: str) -> None:
    assert client.get(path).status_code == 404


@pytest.mark.parametrize("where", ["/id/claim/{}", "/page/claim/{}", "/data/claim/{}.ttl"])
def test_a_removed_claim_is_gone_and_says_where_that_is_told(
    client: FlaskClient, where: str
) -> None:
    gone = claim_of("notice-2019-03")
    reply = client.get(
        where.format(gone.rpartition("/")[2]), headers={"Accept": "application/json"}
    )
    assert reply.status_code == 410
    see = reply.get_json()["see"]
    assert reply.headers["Link"] == f'<{see}>; rel="describedby"'
    page = client.get(urlsplit(see).path)
    quads = list(ox.parse(page.data, format=ox.RdfFormat.TRIG))
    assert ox.Quad(ox.NamedNode(see), ox.NamedNode(f"{AS}object"), ox.NamedNode(gone)) in quads
    tombstone = ox.NamedNode(f"{AS}Tombstone")
    assert ox.Quad(ox.NamedNode(gone), expand("rdf:type"), tombstone, ox.NamedNode(see)) in quads
    assert client.get("/id/claim/never-was-1").status_code == 404


def test_the_documented_member_is_one_of_ours(client: FlaskClient) -> None:
    """The example in the documents parses, and its parts have the shape that pages have."""
    text = (ROOT / "docs" / "following.md").read_text("utf-8")
    block = text.partition("```trig\n")[2].partition("```")[0]
    shown = list(ox.parse(block, format=ox.RdfFormat.TRIG))
    page = list(ox.parse(client.get("/changes/3.trig").data, format=ox.RdfFormat.TRIG))
    names = {q.subject for q in shown if q.predicate == ox.NamedNode(f"{AS}object")}
    assert {q.graph_name for q in shown if q.subject not in names} == names
    assert {q.predicate for q in shown if q.subject in names} <= {q.predicate for q in page}


class _Quiet(WSGIRequestHandler):
    def log_message(self, *_: object) -> None:
        """Nothing is printed among the tests."""


def _long(printed: str) -> str:
    """Quads as the client prints them, in N-Quads: it writes numbers as Turtle may."""
    for pattern, kind in (
        (r"[+-]?\d+", "integer"),
        (r"[+-]?\d*\.\d+", "decimal"),
        ("true|false", "boolean"),
    ):
        long = rf'> "\1"^^<{expand(f"xsd:{kind}").value}> \2'
        printed = re.sub(rf"> ({pattern}) ([<.])", long, printed)
    return printed


@pytest.mark.slow
def test_ldes_client_replicates_the_stream(folder: Path) -> None:
    """The reference client gets every member with the triples of its graph, in order."""
    if not CLIENT.exists():
        pytest.fail("ldes-client is missing: install Node.js 20 and run `npm ci` in tests/ldes")
    port = servers.free_port()
    url = f"http://127.0.0.1:{port}"
    with site(folder, url) as app, make_server("127.0.0.1", port, app, handler_class=_Quiet) as web:
        threading.Thread(target=web.serve_forever, daemon=True).start()
        done = subprocess.run(
            ["node", str(CLIENT), f"{url}/changes.trig", "--ordered", "ascending"],
            capture_output=True, text=True, check=True, timeout=120,
        )  # fmt: skip
        web.shutdown()
    quads = set(ox.parse(_long(done.stdout), format=ox.RdfFormat.N_QUADS))
    events = all_events(History(folder / "2"))
    assert len(events) > ledger.PAGE
    kinds = Counter(
        q.object.value.removeprefix(AS)
        for q in quads
        if str(q.predicate) == str(expand("rdf:type")) and isinstance(q.object, ox.NamedNode)
        and q.object.value.removeprefix(AS) in ("Create", "Update", "Delete")
    )  # fmt: skip
    assert kinds == Counter(each.kind for each in events)
    for each in events:
        name = ox.NamedNode(
            f"{url}/changes/{(each.number - 1) // ledger.PAGE + 1}.trig#{each.number}"
        )
        for triple in ox.parse(each.said, format=ox.RdfFormat.N_TRIPLES):
            assert ox.Quad(triple.subject, triple.predicate, triple.object, name) in quads
