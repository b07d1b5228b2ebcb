"""The articles that growth is measured with: the same each time, and accepted like any others."""

from pathlib import Path

import corpus
import pytest

from graph.rdf import store
from graph.release import build, checks
from graph.release.proof import conformance


def _written(folder: Path) -> dict[str, bytes]:
    return {
        str(path.relative_to(folder)): path.read_bytes()
        for path in folder.rglob("*")
        if path.is_file()
    }


def _read(folder: Path) -> build.Sources:
    return build.read(folder / "articles", folder / "entities.csv", folder / "background.yaml")


def test_a_corpus_is_the_same_each_time(tmp_path: Path) -> None:
    for name, seed in (("one", 1), ("again", 1), ("other", 2)):
        corpus.write(tmp_path / name, 5, seed)
    one, again, other = (_written(tmp_path / name) for name in ("one", "again", "other"))
    assert one == again
    assert one != other


def test_a_larger_corpus_only_adds(tmp_path: Path) -> None:
    corpus.write(tmp_path / "few", 4)
    corpus.write(tmp_path / "more", 12)
    few, more = _written(tmp_path / "few"), _written(tmp_path / "more")
    articles = {name for name in few if name.startswith("articles/")}
    assert {name: more[name] for name in articles} == {name: few[name] for name in articles}
    assert more["entities.csv"].startswith(few["entities.csv"])
    assert len({name.split("/")[1] for name in more if name.startswith("articles/")}) == 12


def test_articles_share_things_and_tell_events_again() -> None:
    """Few things are in most articles, most in one; some issuances stand in several."""
    told = [each for _, each in corpus.corpus(60, 1)]
    times: dict[str, int] = {}
    for each in told:
        for name in each.things:
            times[name] = times.get(name, 0) + 1
    events = [count for name, count in times.items() if name.startswith("evt:sample-")]
    assert max(events) > 5
    assert sum(count == 1 for count in times.values()) > len(times) / 2
    assert any(each.errata for each in told)
    assert any(each.conflicts for each in told)
    assert {each.title for each in told} == {"为基层减负", "减负通知"}


def test_three_articles_are_read_and_nothing_in_them_is_forbidden(tmp_path: Path) -> None:
    corpus.write(tmp_path, 4, real=False)
    sources = _read(tmp_path)
    assert len(sources.mapped) == 3
    found = [
        checks.spans(sources.mapped),
        checks.coverage(sources.mapped, tmp_path / "articles"),
        checks.violations(store.in_memory(sources.quads), sources.places),
    ]
    assert [problem for each in found for problem in each.problems] == []


@pytest.mark.slow
def test_three_articles_pass_every_check(tmp_path: Path) -> None:
    """What `policyprov build` and `policyprov check` look at, over generated articles alone."""
    corpus.write(tmp_path, 4, real=False)
    sources = _read(tmp_path)
    found = [conformance.shapes(sources.quads), conformance.consistency(sources.quads)]
    assert [problem for each in found for problem in each.problems] == []
    release = build.build(
        tmp_path / "build", tmp_path / "articles", tmp_path / "entities.csv",
        tmp_path / "background.yaml",
    )  # fmt: skip
    assert (release / "release.json").is_file()
