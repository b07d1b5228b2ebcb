"""A release as an rdflib dataset: the same answers, nothing copied, nothing changed."""

import re
from pathlib import Path

import pandas as pd
import pyoxigraph as ox
import pytest
import rdflib
import releases
from rdflib.graph import ModificationException
from rdflib.query import ResultRow

from graph import queries
from graph.errors import ReleaseError
from graph.paths import ROOT
from graph.rdf.dataset import opened

PAGE = (ROOT / "docs" / "python.md").read_text("utf-8")
SNIPPETS = re.findall(r"```python\n(.*?)```", PAGE, re.DOTALL)
EVERYTHING = "SELECT (COUNT(*) AS ?n) WHERE { GRAPH ?g { ?s ?p ?o } }"


@pytest.fixture(scope="module")
def release() -> Path:
    """A release of the first article."""
    return releases.article().resolve()


@pytest.fixture(params=["folder", "file"])
def data(request: pytest.FixtureRequest, release: Path) -> rdflib.Dataset:
    """The release, opened where it lies, and as somebody has downloaded it."""
    return opened(release if request.param == "folder" else release / "policyprov.nq")


def test_it_holds_every_quad(data: rdflib.Dataset, release: Path) -> None:
    quads = list(ox.parse(path=str(release / "policyprov.nq"), format=ox.RdfFormat.N_QUADS))
    named = [quad for quad in quads if not isinstance(quad.graph_name, ox.DefaultGraph)]
    (row,) = data.query(EVERYTHING)
    assert isinstance(row, ResultRow)
    assert int(row[0]) == len(named)
    assert len(data.default_graph) == len(quads) - len(named)


@pytest.mark.parametrize("name", ["voices-by-section", "timeline", "sections"])
def test_both_engines_answer_a_canned_query_alike(data: rdflib.Dataset, name: str) -> None:
    text = queries.canned()[name].text
    ours, theirs = data.query(text), data.query(text, use_store_provided=False)
    assert list(map(str, ours.vars or ())) == list(map(str, theirs.vars or ()))
    rows = [
        [tuple(map(str, row)) for row in found if isinstance(row, ResultRow)]
        for found in (ours, theirs)
    ]
    assert rows[0]
    assert sorted(rows[0]) == sorted(rows[1])


def test_nothing_can_be_changed(data: rdflib.Dataset) -> None:
    fact = next(iter(data.default_graph))
    before = len(data)
    x = rdflib.URIRef("http://example.org/x")
    for change in (
        lambda: data.add((x, x, x)),
        lambda: data.addN([(x, x, x, data.default_graph)]),
        lambda: data.remove(fact),
        lambda: data.update("INSERT DATA { <x:a> <x:a> <x:a> }"),
        lambda: data.graph(x).add((x, x, x)),
        lambda: data.parse(data="<x:a> <x:a> <x:a> .", format="nt"),
        lambda: data.remove_graph(x),
    ):
        with pytest.raises(ModificationException):
            change()
    assert len(data) == before


def test_a_release_is_not_copied(release: Path) -> None:
    """Two can have it open at once, and its files stay as they are."""
    files = sorted((p, p.stat().st_mtime_ns) for p in release.rglob("*") if p.is_file())
    first, second = opened(release), opened(release)
    assert len(first) == len(second) > 0
    assert sorted((p, p.stat().st_mtime_ns) for p in release.rglob("*") if p.is_file()) == files


def test_what_is_no_release_is_refused(tmp_path: Path) -> None:
    with pytest.raises(ReleaseError, match="no store at"):
        opened(tmp_path / "nowhere")
    (tmp_path / "page.html").write_text("<html>not found</html>", "utf-8")
    with pytest.raises(ReleaseError, match="is no N-Quads"):
        opened(tmp_path / "page.html")


def test_the_page_runs(
    release: Path,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    """Its snippets are one program: a table with the printed shares, and a picture of them."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr("graph.paths.BUILD", tmp_path)
    (tmp_path / "current").symlink_to(release)
    names: dict[str, object] = {}
    exec("".join(SNIPPETS), names)  # noqa: S102 - our own page
    assert len(SNIPPETS) == 5
    printed = capsys.readouterr().out
    assert printed.startswith("True\n")
    assert "下降27.7%" in printed
    table = names["table"]
    assert isinstance(table, pd.DataFrame)
    assert -27.7 in set(table["value"])
    assert isinstance(figures := names["figures"], set)
    assert figures
    assert (tmp_path / "shares.png").read_bytes().startswith(b"\x89PNG")
