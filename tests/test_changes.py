"""What changed between two releases, told claim by claim."""

import gzip
import json
import shutil
import sqlite3
from collections.abc import Iterable
from contextlib import closing
from pathlib import Path

import published
import pytest
from flask.testing import FlaskClient
from hypothesis import HealthCheck, given, settings, strategies

from graph.changes import ClaimState
from graph.errors import UnavailableError, UnknownError
from graph.history import writer
from graph.history.difference import Counts, Difference
from graph.history.ledger import History
from graph.history.schema import NAME
from graph.rdf.namespaces import BACKGROUND, IDS, NS, expand, turtle
from graph.settings import Settings
from server import create_app
from web.follow import report
from web.middleware.stack import EXTENSION

VALUE = f"<{NS}value>"
NUMBER = f'{VALUE} "-27.7"^^<http://www.w3.org/2001/XMLSchema#decimal>'
OTHER = {NUMBER: NUMBER.replace("27.7", "27.8")}


def edited(folder: Path, edit: dict[str, str], version: str) -> Path:
    """A copy of the published release beside `folder`, its N-Quads lines edited."""
    target = folder / version
    shutil.copytree(published.folder().resolve(), target)
    path = target / "policyprov.nq.gz"
    text = gzip.decompress(path.read_bytes()).decode()
    for old, new in edit.items():
        assert old in text
        text = text.replace(old, new)
    path.write_bytes(gzip.compress(text.encode(), mtime=0))
    manifest = json.loads((target / "release.json").read_text("utf-8"))
    (target / "release.json").write_text(json.dumps(manifest | {"version": version}), "utf-8")
    return target


def claim_of(text: str) -> str:
    """The IRI of the first claim whose graph holds this text."""
    path = published.folder() / "policyprov.nq.gz"
    for line in gzip.decompress(path.read_bytes()).decode().splitlines():
        if text in line and line.rpartition("<")[2].startswith(f"{IDS}claim/"):
            return line.rpartition("<")[2].partition(">")[0]
    raise AssertionError(text)


def told(folder: Path, edit: dict[str, str]) -> Difference:
    """What a release with this edit says differently from the published one."""
    for version, each in (("old", {}), ("new", edit)):
        writer.record(edited(folder, each, version))
    return Difference(History(folder / "new"), "old", "new")


def test_a_release_does_not_differ_from_itself(tmp_path: Path) -> None:
    same = told(tmp_path, {})
    assert same.total == 0
    assert same.articles(slice(None)) == ()
    assert same.totals == same.background == Counts(0, 0, 0)


def test_another_number_changes_its_claim(tmp_path: Path) -> None:
    found = told(tmp_path, OTHER)
    assert found.articles(slice(None)) == ((published.SLUG, Counts(0, 0, 2)),)
    changed = found.of(published.SLUG)
    assert changed.counts == found.totals == Counts(0, 0, 2)
    for edit in changed.edited:  # the sentence and the graphic both state it
        assert any('pp:value "-27.7"' in line for line in edit.lost)
        assert any('pp:value "-27.8"' in line for line in edit.gained)
        assert all(each.startswith(f"{IDS}passage/") for each in edit.claim.passages)


def test_another_name_is_another_claim(tmp_path: Path) -> None:
    claim = claim_of("notice-2019-03")
    found = told(tmp_path, {f"<{claim}>": f"<{claim}9>"})
    changed = found.of(published.SLUG)
    assert [each.iri for each in changed.removed] == [claim]
    assert [each.iri for each in changed.added] == [f"{claim}9"]
    assert changed.removed[0].facts == changed.added[0].facts
    back = Difference(History(tmp_path / "new"), "new", "old")
    assert [each.iri for each in back.of(published.SLUG).added] == [claim]
    assert back.articles(slice(None)) == ((published.SLUG, Counts(1, 1, 0)),)


def test_background_knowledge_is_told_apart(tmp_path: Path) -> None:
    found = told(tmp_path, {'"Shanxi Province"': '"Shansi Province"'})
    assert found.total == 0
    assert found.background == Counts(1, 1, 0)
    (gone, lost), (here, gained) = found.lines(slice(0, 9))
    assert (gone, here) == ("lost", "gained")
    assert "Shanxi" in lost
    assert "Shansi" in gained
    back = Difference(History(tmp_path / "new"), "new", "old")
    assert back.lines(slice(0, 9)) == (("lost", gained), ("gained", lost))


def test_what_was_undone_between_two_releases_is_no_difference(tmp_path: Path) -> None:
    """The article is named, since something happened to it; nothing in it differs."""
    shanxi = {'"Shanxi Province"': '"Shansi Province"'}
    for number, edit in enumerate(({}, OTHER | shanxi, {}, OTHER)):
        writer.record(edited(tmp_path, edit, str(number)))
    history = History(tmp_path / "0")
    undone = Difference(history, "0", "2")
    assert undone.totals is None
    assert undone.articles(slice(None)) == ((published.SLUG, Counts(0, 0, 0)),)
    assert undone.background == Counts(0, 0, 0)
    assert Difference(history, "0", "3").of(published.SLUG).counts == Counts(0, 0, 2)
    assert Difference(history, "3", "1").of(published.SLUG).counts == Counts(0, 0, 0)


def test_a_release_that_is_not_in_the_history_is_unknown(tmp_path: Path) -> None:
    found = told(tmp_path, {})
    assert found.of("no-such-article").counts == Counts(0, 0, 0)
    with pytest.raises(UnknownError, match="'9'"):
        Difference(History(tmp_path / "new"), "9", "new")


def test_a_history_of_the_first_form_is_read_and_brought_up_to_date(tmp_path: Path) -> None:
    """Its events stay what they were, and are counted by article; background begins later."""
    told(tmp_path, OTHER)
    path = tmp_path / NAME
    with closing(sqlite3.connect(path)) as file:
        file.executescript(
            "DROP TABLE article; DROP TABLE touched; DROP TABLE background;"
            "DROP INDEX claim_of_article; ALTER TABLE claim DROP COLUMN article;"
            "ALTER TABLE release DROP COLUMN background; PRAGMA user_version = 1;"
        )
    history = History(tmp_path / "new")
    events = [history.page(n) for n in range(1, history.pages + 1)]
    with pytest.raises(UnavailableError, match="format 1"):
        Difference(history, "old", "new")
    writer.record(edited(tmp_path, {}, "next"))
    history = History(tmp_path / "new")
    assert [history.page(n) for n in range(1, len(events))] == events[:-1]
    found = Difference(history, "old", "new")
    assert found.articles(slice(None)) == ((published.SLUG, Counts(0, 0, 2)),)
    assert found.background is None
    assert found.lines(slice(0, 9)) == ()


def _of(article: str, state: dict[str, int]) -> dict[str, int]:
    return {name: value for name, value in state.items() if name.startswith(article)}


def _named(claims: Iterable[ClaimState]) -> set[str]:
    return {each.iri.rpartition("/")[2] for each in claims}


@settings(deadline=None, max_examples=15, suppress_health_check=list(HealthCheck))
@given(states=strategies.lists(
    strategies.dictionaries(strategies.sampled_from(["a-1-1", "a-1-2", "b-1-1", "c-1-1"]),
                            strategies.integers(0, 2), max_size=4),
    min_size=2, max_size=5,
))  # fmt: skip
def test_any_two_releases_differ_in_what_they_say(
    states: list[dict[str, int]], tmp_path_factory: pytest.TempPathFactory
) -> None:
    """Whatever came and went between them, and in whichever direction one looks."""
    folder = tmp_path_factory.mktemp("any")
    for number, state in enumerate(states):
        release = folder / str(number)
        release.mkdir()
        quads = [f'<{IDS}x> {VALUE} "{n}" <{IDS}claim/{name}> .\n' for name, n in state.items()]
        quads += [f'<{IDS}x> {VALUE} "{value}" {BACKGROUND} .\n' for value in state.values()]
        (release / "policyprov.nq.gz").write_bytes(gzip.compress("".join(quads).encode()))
        (release / "release.json").write_text(json.dumps({"version": str(number), "files": []}))
        writer.record(release)
    history = History(folder / "0")
    for one, old in enumerate(states):
        for other, new in enumerate(states):
            found = Difference(history, str(one), str(other))
            listed = dict(found.articles(slice(None)))
            for article in "abc":
                mine, theirs = (_of(article, state) for state in (old, new))
                changed = found.of(article)
                assert _named(changed.added) == theirs.keys() - mine.keys()
                assert _named(changed.removed) == mine.keys() - theirs.keys()
                assert _named(each.claim for each in changed.edited) == {
                    name for name in mine.keys() & theirs.keys() if mine[name] != theirs[name]
                }
                assert listed.get(article, Counts(0, 0, 0)) == changed.counts
            lines = found.lines(slice(0, 99))
            lost, gained = (
                {int(line.split('"')[1]) for told, line in lines if told == kind}
                for kind in ("lost", "gained")
            )
            assert lost == {*old.values()} - {*new.values()}
            assert gained == {*new.values()} - {*old.values()}
            assert found.background == Counts(len(gained), len(lost), 0)
    shutil.rmtree(folder)


def test_terms_are_written_short_only_where_turtle_allows_it() -> None:
    assert turtle(expand("pp:Claim")) == "pp:Claim"
    assert turtle(expand("schema:a/b")) == "<https://schema.org/a/b>"


@pytest.fixture
def client(tmp_path: Path) -> FlaskClient:
    """The site over two releases, the second of which says another number."""
    for version, edit in (("1", {}), ("2", OTHER | {'"Shanxi Province"': '"Shansi Province"'})):
        writer.record(edited(tmp_path, edit, version))
    for version in "12":  # what a page says is in the history: no request reads a dataset
        (tmp_path / version / "policyprov.nq.gz").unlink()
    (tmp_path / "current").symlink_to("2")
    served = Settings(release=tmp_path / "current", workers=1, spares=0, rate=0, log="off")
    app = create_app(served)
    yielded = app.test_client()
    app.extensions[EXTENSION].pool.close()
    return yielded


def test_the_page_and_its_json_say_the_same(client: FlaskClient) -> None:
    where = "/dumps/changes?from=1&to=2"
    told = client.get(where, headers={"Accept": "application/json"}).get_json()
    page = client.get(where, headers={"Accept": "text/html"}).text
    assert (told["from"], told["to"], told["added"], told["removed"]) == ("1", "2", [], [])
    assert (told["of"], told["touched"], told["next"]) == (published.SLUG, 1, None)
    assert told["totals"] == {"added": 0, "removed": 0, "changed": 2}
    assert len(told["changed"]) == 2
    for edit in told["changed"]:
        assert edit["iri"].removeprefix(IDS) in page
        assert edit["label"]["en"] in page or edit["label"]["en"].replace("'", "&#39;") in page
    lines = client.get(f"{where}&of=background&format=json").get_json()["background"]
    assert "Shanxi" in "".join(lines["lost"])
    assert "Shansi" in "".join(lines["gained"])
    assert "Shansi" in client.get(f"{where}&of=background", headers={"Accept": "text/html"}).text


def test_what_changed_is_paged_and_every_claim_stands_on_one_page(
    client: FlaskClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(report, "CLAIMS", 1)
    following, found = "/dumps/changes?from=1&to=2&format=json", []
    while following:
        told = client.get(following).get_json()
        found += [each["iri"] for each in told["changed"]]
        assert len(told["changed"]) == 1
        following = told["next"] and f"{told['next']}&format=json"
    assert len(found) == told["pages"] == len(set(found)) == 2


def test_an_earlier_release_can_still_be_downloaded(client: FlaskClient) -> None:
    path = "/dumps/releases/1/policyprov.ttl"
    reply = client.get(path, buffered=True)
    assert reply.status_code == 200
    assert "immutable" in reply.headers["Cache-Control"]
    part = client.get(path, headers={"Range": "bytes=0-9"}, buffered=True)
    assert (part.status_code, part.data) == (206, reply.data[:10])
    tag = {"If-None-Match": reply.headers["ETag"]}
    assert client.get(path, headers=tag, buffered=True).status_code == 304


@pytest.mark.parametrize(
    "path",
    [
        "/dumps/releases/9/policyprov.ttl",
        "/dumps/releases/1/store/CURRENT",
        "/dumps/releases/1/../2/policyprov.ttl",
        "/dumps/changes?from=9",
        "/dumps/changes?to=../..",
    ],
)
def test_what_is_not_kept_is_unknown(client: FlaskClient, path: str) -> None:
    assert client.get(path).status_code == 404


def test_the_dumps_page_lists_every_file_with_its_checksum(client: FlaskClient) -> None:
    page = client.get("/dumps/", headers={"Accept": "text/html"}).text
    for file in client.get("/dumps/?format=json").get_json()["files"]:
        assert f"/dumps/{file['name']}" in page
        assert file["sha256"] in page
    assert "/dumps/releases/1/policyprov.trig.gz" in page
    assert "creativecommons.org/licenses/by/4.0" in page
