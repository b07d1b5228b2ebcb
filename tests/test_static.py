"""The files that pages load: packed ahead of time, and fresh whatever happens to their packing."""

import gzip
import re
from pathlib import Path

import brotli  # type: ignore[import-untyped]  # it ships no types
import published
import pytest
from flask.testing import FlaskClient

from graph.paths import STATIC
from web.site import static_files

BROWSER = "gzip, deflate, br, zstd"


@pytest.fixture
def client() -> FlaskClient:
    """A client of the application over the release."""
    static_files.pack()
    return published.client()


def loaded(client: FlaskClient, path: str) -> list[str]:
    """The addresses of the scripts and styles of a page."""
    page = client.get(path, headers={"Accept": "text/html"}, buffered=True).text
    found = re.findall(r'(?:src|href)="(/static/[^"]+\.(?:js|css)\?v=[^"]+)"', page)
    return sorted(set(found))


def test_what_a_page_loads_is_packed_and_kept(client: FlaskClient) -> None:
    addresses = loaded(client, "/query")
    assert len(addresses) >= 4
    for address in addresses:
        packed = client.get(address, headers={"Accept-Encoding": BROWSER}, buffered=True)
        plain = client.get(address, buffered=True)
        if len(plain.data) >= 512:
            assert packed.headers["Content-Encoding"] == "br"
            assert brotli.decompress(packed.data) == plain.data
            assert packed.headers["Vary"] == plain.headers["Vary"] == "Accept-Encoding"
            assert packed.headers["ETag"] != plain.headers["ETag"]
        assert packed.mimetype == plain.mimetype
        assert packed.headers["Cache-Control"] == "public, max-age=31536000, immutable"


@pytest.mark.skipif(not (STATIC / "dist" / "editor.js").is_file(), reason="needs `make web` (npm)")
def test_the_query_page_with_all_it_loads_is_170_kb_at_most(client: FlaskClient) -> None:
    coded = {"Accept-Encoding": BROWSER}
    page = client.get("/query", headers={"Accept": "text/html", **coded})
    sent = [
        client.get(address, headers=coded, buffered=True) for address in loaded(client, "/query")
    ]
    assert any("editor.js" in address for address in loaded(client, "/query"))
    assert len(page.data) + sum(len(each.data) for each in sent) <= 170_000


@pytest.mark.parametrize(
    ("accept", "coding"),
    [("br", "br"), ("gzip", "gzip"), ("br;q=0, gzip", "gzip"), ("identity", None), ("", None)],
)
def test_a_client_gets_a_coding_it_takes(
    client: FlaskClient, accept: str, coding: str | None
) -> None:
    answer = client.get("/static/style.css", headers={"Accept-Encoding": accept}, buffered=True)
    assert answer.headers.get("Content-Encoding") == coding
    if coding == "gzip":
        assert gzip.decompress(answer.data) == (STATIC / "style.css").read_bytes()
    tag = {"If-None-Match": answer.headers["ETag"], "Accept-Encoding": accept}
    again = client.get("/static/style.css", headers=tag, buffered=True)
    assert again.status_code == 304


def test_a_file_that_changed_is_not_sent_in_its_old_packing(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(static_files, "STATIC", tmp_path)
    monkeypatch.setattr(static_files, "PACKED", tmp_path / "dist" / "packed")
    (tmp_path / "a.css").write_text("a { color: red }\n" * 100)
    client = published.client()
    assert static_files.pack() == 2
    assert static_files.pack() == 0
    changed = "a { color: blue }\n" * 100
    (tmp_path / "a.css").write_text(changed)
    for coding in ("br", "gzip", ""):
        answer = client.get("/static/a.css", headers={"Accept-Encoding": coding}, buffered=True)
        assert answer.text == changed
    assert static_files.pack() == 2
    answer = client.get("/static/a.css", headers={"Accept-Encoding": "br"}, buffered=True)
    assert brotli.decompress(answer.data).decode() == changed


@pytest.mark.parametrize(
    "path", ["dist/packed/style.css.br", "../home.py", "%00", "style.css/", "dist", "nothing.css"]
)
def test_nothing_else_is_sent(client: FlaskClient, path: str) -> None:
    assert client.get(f"/static/{path}", buffered=True).status_code == 404
