"""`policyprov check` proves piece by piece what it would prove of the whole dataset."""

import re
import shutil
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import corpus
import pyoxigraph as ox
import pytest
import releases

from graph.mapping import quads
from graph.paths import ONTOLOGY
from graph.rdf.namespaces import shorten
from graph.rdf.store import in_memory
from graph.rdf.vocabulary import vocabulary
from graph.release import build, checks, cli, shelf
from graph.release.proof import conformance, pieces, proving
from graph.runs.crew import Crew, silent

pytestmark = pytest.mark.slow  # closures take seconds


def _proven(folder: Path, target: Path) -> dict[str, tuple[str, ...]]:
    """Check → what it finds wrong."""
    sources = proving.Sources(
        folder / "articles", folder / "entities.csv", folder / "background.yaml"
    )
    with Crew(1) as crew:
        return {each.name: each.problems for each in proving.prove(sources, target, crew, silent)}


def _whole(folder: Path) -> dict[str, tuple[str, ...]]:
    """The same of all articles at once, in memory."""
    sources = build.read(folder / "articles", folder / "entities.csv", folder / "background.yaml")
    found = (
        checks.spans(sources.mapped),
        checks.coverage(sources.mapped, folder / "articles"),
        checks.violations(in_memory(sources.quads), sources.places),
        conformance.shapes(sources.quads),
        conformance.consistency(sources.quads),
    )
    return {each.name: each.problems for each in found}


def _background(folder: Path, facts: str) -> None:
    path = folder / "background.yaml"
    group = f"  - source: made up\n    facts:\n      - {facts}\n"
    path.write_text(path.read_text("utf-8").rstrip("\n") + "\n" + group, "utf-8")


def _county(folder: Path) -> str:
    """A county that an article names and the background tells of."""
    text = (folder / "background.yaml").read_text("utf-8")
    found = re.findall(r"id: (plc:\d{6}),[^}]*within", text) or re.findall(r"plc:\d{6}", text)
    return str(max(found))


def _two_parents(folder: Path) -> None:
    """A place within two places."""
    county = _county(folder)
    places = re.findall(r"plc:\d{4}00", (folder / "entities.csv").read_text("utf-8"))
    for other in sorted(set(places))[-2:]:
        _background(folder, f"{{id: {county}, within: {other}}}")


def _place_that_speaks(folder: Path) -> None:
    """A place that is a body, which a rule and the closure each find."""
    _background(folder, f"{{id: {_county(folder)}, type: org:Organization}}")


_DEFECTS: dict[str, tuple[Callable[[Path], None], frozenset[str]]] = {
    "nothing": (lambda _: None, frozenset()),
    "a place within two": (_two_parents, frozenset({"forbidden rows", "shapes"})),
    "a place that is a body": (_place_that_speaks, frozenset({"forbidden rows", "consistency"})),
}
"""What is wrong → how it is planted, and the checks that find it."""


@pytest.fixture(scope="module")
def few(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A few made-up articles."""
    folder = tmp_path_factory.mktemp("few")
    corpus.write(folder / "sources", 4, real=False)
    return folder


@pytest.mark.parametrize("defect", _DEFECTS)
def test_pieces_show_what_the_whole_shows(defect: str, few: Path, tmp_path: Path) -> None:
    """Each defect is found by the same checks, in the same words."""
    folder = Path(shutil.copytree(few / "sources", tmp_path / "sources"))
    plant, wanted = _DEFECTS[defect]
    plant(folder)
    found, whole = _proven(folder, few / "build"), _whole(folder)
    assert {name for name, problems in found.items() if problems} == wanted
    for name, problems in whole.items():
        told = set(found[name])
        assert {_plain(each) for each in told} == {_plain(each) for each in problems}


def _plain(problem: str) -> str:
    """A message without the names that a library makes up for each run."""
    return re.sub(r"\bN?[0-9a-f]{32}\b", "…", problem)


WARNED = {"report-as-policy-document"}
"""Examples that shapes only warn of."""
EXAMPLES = sorted(
    each for each in (ONTOLOGY / "examples" / "invalid").glob("*.ttl") if each.stem not in WARNED
)
ARTICLE = "/rmrb-20210111-11"
"""What the names of an article's own things have, in the examples."""


@pytest.mark.parametrize("path", EXAMPLES, ids=lambda path: path.stem)
def test_surroundings_show_what_is_wrong_with_a_thing(path: Path) -> None:
    """Of each invalid example of the ontology: no less than all that is stated around it shows."""
    triples = {quad.triple for quad in ox.parse(path=path, format=ox.RdfFormat.TURTLE)}
    around = pieces.surroundings(in_memory(ox.Quad(*triple) for triple in triples))
    everything = replace(around, deep=frozenset(t.predicate for t in triples))
    terms = {term for t in triples for term in (t.subject, t.object)}
    named = {term for term in terms if isinstance(term, ox.NamedNode)}
    whole = _judged(triples)
    wrong = {thing for thing in named if any(_is_about(thing, each) for each in whole)}
    own = {thing for thing in named if ARTICLE in thing.value}
    assert wrong
    shown = set[str]()
    # An article is a piece, and so may be any other thing.
    for piece in [own] * bool(own & wrong) + [{thing} for thing in wrong - own]:
        near, all_near = around.around(piece), everything.around(piece)
        found = _judged(near)
        all_found = found if near == all_near else _judged(all_near)
        told = {each for each in found if any(_is_about(thing, each) for thing in piece)}
        assert told >= {each for each in all_found if any(_is_about(t, each) for t in piece)}
        shown |= told
    assert shown & whole


def _is_about(thing: ox.NamedNode, problem: str) -> bool:
    return problem.startswith(f"{shorten(thing.value)}: ") or thing.value in problem


def _judged(triples: set[ox.Triple]) -> set[str]:
    """What shapes and the closure find."""
    every = triples | {quad.triple for quad in quads.terms(vocabulary())}
    return {*conformance.shaped(every).problems, *conformance.closed(every).problems}


def test_one_defect_among_many_is_told(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Of the release of many articles: it is sound; with one defect it is not, and says where."""
    folder = tmp_path / "many"
    corpus.write(folder, releases.MANY)
    command = [
        "check", "--articles", str(folder / "articles"), "--entities", str(folder / "entities.csv"),
        "--background", str(folder / "background.yaml"), "--target", str(tmp_path / "build"),
    ]  # fmt: skip
    assert cli.main(command) == 0
    assert "every check passed" in capsys.readouterr().out
    county = _county(folder)
    _two_parents(folder)
    assert cli.main(command) == 1
    told = " ".join(capsys.readouterr().out.split())
    # Between the two stands where each is told.
    assert re.search(rf"division-with-two-parents-violation: [^—]*this={county}, parent=", told)
    assert not (tmp_path / "build" / "current").exists()
    assert not list((tmp_path / "build").glob(".checking-*"))


def test_what_a_killed_check_left_is_cleared_away(tmp_path: Path) -> None:
    """But not the folder of one that is at work."""
    (tmp_path / ".checking-gone").mkdir()
    with shelf.beside(tmp_path) as one, shelf.beside(tmp_path) as other:
        assert set(tmp_path.glob(".checking-*")) == {one, other}
    assert not list(tmp_path.glob(".checking-*"))
