"""Examples of the canned queries: what the release has, and if possible what has an answer."""

from pathlib import Path

import published
import pytest
from gathered import DATA, SAMPLES, together
from hypothesis import given
from hypothesis import strategies as st
from pyoxigraph import DefaultGraph, NamedNode, QueryBoolean, Store

from graph import examples, queries, snapshot
from graph.rdf.namespaces import IDS, expand
from graph.rdf.store import in_memory
from graph.release import build
from graph.sample import SIZE, Sample, kind

QUERIES = queries.canned()
TWICE = "figures-told-differently"
FIRST = f"{IDS}article/rmrb-20210111-11"
THINGS = [
    *(f"{IDS}agent/a{number:03}" for number in range(60)),
    *(f"{IDS}deed/{name}" for name in "ab"),
    "https://example.org/not/ours",
]


@pytest.fixture(scope="module")
def samples() -> Store:
    """A transcript and a bulletin, without the first article."""
    found = build.read(SAMPLES, SAMPLES / "entities.csv", SAMPLES / "background.yaml")
    return in_memory(found.quads)


@pytest.fixture(scope="module")
def chosen(samples: Store) -> examples.Examples:
    """The examples of a release of them."""
    return examples.chosen(samples, QUERIES.values(), drawn(samples).drawn)


def drawn(store: Store) -> Sample:
    """What is drawn of what has a type."""
    typed = store.quads_for_pattern(None, expand("rdf:type"), None, DefaultGraph())
    return Sample(q.subject.value for q in typed if isinstance(q.subject, NamedNode))


def answered(store: Store, text: str) -> bool:
    """Whether a query finds anything."""
    found = store.query(text)
    return bool(found) if isinstance(found, QueryBoolean) else bool(list(found))


def test_a_file_s_own_example_stays_where_it_is_there() -> None:
    """Of the published release only what is not in it is replaced, and an article by its own."""
    found, store = snapshot.release(published.folder()).examples, published.dataset()
    for name, values in found.items():
        for parameter in QUERIES[name].parameters:
            if parameter.name in values:
                replaced, put = NamedNode(parameter.default), NamedNode(values[parameter.name])
                assert not list(store.quads_for_pattern(replaced, None, None, None))
                assert list(store.quads_for_pattern(put, None, None, None))
    articles = {f"{IDS}article/{slug}" for slug in published.articles()}
    assert {found[TWICE]["article"]} <= articles
    assert not {"sections", "timeline", "issuer-of-document"} & found.keys()


def test_a_question_about_an_article_is_about_one_that_is_there(
    samples: Store, chosen: examples.Examples
) -> None:
    both = {f"{IDS}article/{slug}" for slug in ("broadcast-20220105", "bulletin-20220110")}
    about = {n for n, q in QUERIES.items() if "article" in {p.name for p in q.parameters}}
    given = {name: chosen[name]["article"] for name in about & chosen.keys()}
    assert len(given) > 15
    assert set(given.values()) == both, "each has answers that the other has not"
    for name in given:
        texts = [QUERIES[name].bound({"article": each}) for each in sorted(both)]
        best = QUERIES[name].exampled(chosen[name])
        assert answered(samples, best.text) is any(answered(samples, text) for text in texts)


def test_an_example_is_of_the_kind_that_the_query_takes(chosen: examples.Examples) -> None:
    for name, values in chosen.items():
        for parameter in QUERIES[name].parameters:
            if parameter.name in values:
                kind = parameter.default.rpartition("/")[0]
                assert values[parameter.name].rpartition("/")[0] == kind


@given(st.permutations([*THINGS, THINGS[0]]))
def test_what_is_drawn_is_the_same_in_any_order_and_bounded(things: list[str]) -> None:
    found = Sample(things).drawn
    assert found == Sample(THINGS).drawn
    assert {name: len(iris) for name, iris in found.items()} == {
        f"{IDS}agent": SIZE,
        f"{IDS}deed": 2,
    }
    for name, iris in found.items():
        assert list(iris) == sorted(set(iris))
        assert {kind(iri) for iri in iris} == {name}


def test_what_is_drawn_is_not_the_first_by_name() -> None:
    assert set(Sample(THINGS).drawn[f"{IDS}agent"]) != set(sorted(THINGS)[:SIZE])


def test_a_query_with_another_example_is_the_same_question() -> None:
    query = QUERIES[TWICE]
    other = query.exampled({"article": f"{IDS}article/broadcast-20220105"})
    assert other.parameters[0].default.endswith("broadcast-20220105")
    assert (other.summary, other.description, other.tags) == (
        query.summary, query.description, query.tags,
    )  # fmt: skip
    assert query.exampled({}) is query


@pytest.mark.slow
def test_a_release_without_the_first_article_asks_about_its_own(tmp_path: Path) -> None:
    """On the page, in the list, in the query editor, in what is answered when nothing is chosen."""
    together(tmp_path / "articles", SAMPLES, DATA / "notices").build(tmp_path / "build")
    client = published.made(tmp_path / "build" / "current").test_client()
    page = client.get("/queries/sections?lang=en", headers={"Accept": "text/html"}).text
    assert f'<option value="{IDS}article/broadcast-20220105" selected' in page
    assert len(client.get("/queries/sections.csv").text.splitlines()) > 1
    listed = client.get("/queries?format=json").get_json()["queries"]
    defaults = {
        p["default"] for each in listed for p in each["parameters"] if p["name"] == "article"
    }
    assert FIRST not in defaults
    assert "rmrb-20210111-11" not in client.get("/query?example=sections").text
    # What the files take from the notices is there, and stays.
    assert "qinghe-townships" in client.get("/queries/documents-sent-to.rq").text
