"""What changed between two releases, told claim by claim."""

import gzip
import json
import shutil
from pathlib import Path

import published
import pytest
from flask.testing import FlaskClient

from graph.changes import compare
from graph.errors import ReleaseError
from graph.rdf.namespaces import IDS, NS, expand, turtle
from graph.settings import Settings
from server import create_app
from web.middleware.stack import EXTENSION

VALUE = f"<{NS}value>"


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


def test_a_release_does_not_differ_from_itself(tmp_path: Path) -> None:
    same = compare(published.folder(), edited(tmp_path, {}, "copy"))
    assert same.empty
    assert same.same > 200


def test_another_number_changes_its_claim(tmp_path: Path) -> None:
    value = f'{VALUE} "-27.7"^^<http://www.w3.org/2001/XMLSchema#decimal>'
    new = edited(tmp_path, {value: value.replace("27.7", "27.8")}, "new")
    told = compare(published.folder(), new)
    assert not told.added
    assert not told.removed
    assert len(told.edited) == 2  # the sentence and the graphic both state it
    for edit in told.edited:
        assert any('pp:value "-27.7"' in line for line in edit.lost)
        assert any('pp:value "-27.8"' in line for line in edit.gained)
        assert "27.7%" in "".join(edit.claim.quotes)


def test_another_name_is_another_claim(tmp_path: Path) -> None:
    claim = claim_of("notice-2019-03")
    new = edited(tmp_path, {f"<{claim}>": f"<{claim}9>"}, "new")
    told = compare(published.folder(), new)
    assert [each.iri for each in told.removed] == [claim]
    assert [each.iri for each in told.added] == [f"{claim}9"]
    assert told.removed[0].facts == told.added[0].facts
    back = compare(new, published.folder())
    assert [each.iri for each in back.added] == [claim]


def test_background_knowledge_is_told_apart(tmp_path: Path) -> None:
    told = compare(
        published.folder(), edited(tmp_path, {'"Shanxi Province"': '"Shansi Province"'}, "new")
    )
    assert not told.added
    assert not told.edited
    lost, gained = told.background
    assert any("Shanxi" in line for line in lost)
    assert any("Shansi" in line for line in gained)


def test_a_release_without_quads_is_refused(tmp_path: Path) -> None:
    with pytest.raises(ReleaseError, match=r"policyprov\.nq\.gz"):
        compare(published.folder(), tmp_path)


def test_terms_are_written_short_only_where_turtle_allows_it() -> None:
    assert turtle(expand("pp:Claim")) == "pp:Claim"
    assert turtle(expand("schema:a/b")) == "<https://schema.org/a/b>"


@pytest.fixture
def client(tmp_path: Path) -> FlaskClient:
    """The site over two releases, the second of which says another number."""
    value = f'{VALUE} "-27.7"^^<http://www.w3.org/2001/XMLSchema#decimal>'
    edited(tmp_path, {}, "1")
    edited(tmp_path, {value: value.replace("27.7", "27.8")}, "2")
    (tmp_path / "current").symlink_to("2")
    settings = Settings(release=tmp_path / "current", workers=1, spares=0, rate=0, log="off")
    app = create_app(settings)
    yielded = app.test_client()
    app.extensions[EXTENSION].pool.close()
    return yielded


def test_the_page_and_its_json_say_the_same(client: FlaskClient) -> None:
    where = "/dumps/changes?from=1&to=2"
    told = client.get(where, headers={"Accept": "application/json"}).get_json()
    page = client.get(where, headers={"Accept": "text/html"}).text
    assert (told["from"], told["to"], told["added"], told["removed"]) == ("1", "2", [], [])
    assert len(told["changed"]) == 2
    for edit in told["changed"]:
        assert edit["iri"].removeprefix(IDS) in page
        assert edit["label"]["en"] in page or edit["label"]["en"].replace("'", "&#39;") in page


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
