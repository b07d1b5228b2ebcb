"""A release of many articles: each query and each page costs what it shows, not what there is."""

import re
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from typing import Any

import plans
import published
import pytest
import releases
from flask.testing import FlaskClient

from graph.errors import LimitError
from graph.paths import QUERIES
from graph.queries import Query, canned, load
from graph.rdf import namespaces
from graph.rdf.store import read
from web.explore.pictures import PICTURES
from web.resources.routes import KEPT
from web.site import release_queries, release_view

pytestmark = pytest.mark.slow  # needs a release of many articles

ASKED = {**canned(), **{f"pictures/{n}": q for n, q in load(QUERIES / "pictures").items()}}
GROWING: Mapping[str, str] = {
    "acts-of-year": "it looks at each act there is for those of the year",
    "events-between": "the engine has no index of days: it looks at each dated event",
    "evidence-of-figure": "a number may be printed in any article",
    "facts-within-place": "what is in a place is looked for from the bodies and cases there are",
    "problem-measure-effect": "what led to something is looked for among all that did",
    "things-by-kind": "it counts everything",
}
"""Questions whose work grows with what there is → why; that of all others does not."""
ANSWER = 300_000
"""Bytes of an answer to a question as it stands, at most."""
PICTURE = 150_000
"""Bytes of a picture, at most."""
PAGE = 300_000
"""Bytes of any other page, at most."""


@pytest.fixture(scope="module")
def client() -> FlaskClient:
    return published.app_of_many().test_client()


def slugs(client: FlaskClient) -> list[str]:
    """The articles that the reader lists."""
    return re.findall(r'href="/reader/([\w-]+)"', client.get("/reader").text)


@pytest.mark.parametrize("name", ASKED)
def test_a_question_costs_what_its_answer_holds(name: str, tmp_path: Path) -> None:
    """With 19 articles beside it, the engine looks at no more rows than with the first one alone.

    Twice as much, and 1,500, is let through: some things are told in more than one article.
    """
    query = ASKED[name]
    alone = plans.explained(releases.article() / "store", query.text, tmp_path)
    many = plans.explained(releases.many() / "store", query.text, tmp_path)
    assert many.work <= (releases.MANY if name in GROWING else 2) * alone.work + 1_500
    assert (tmp_path / "answer").stat().st_size <= ANSWER
    assert not plans.multiplied(many)
    if name not in GROWING:
        assert many.rows <= 2 * alone.rows + 20, many.rows


def _article_questions() -> Iterator[tuple[str, Query]]:
    for name, query in canned().items():
        if [each.name for each in query.parameters] == ["article"]:
            yield name, query


def test_other_articles_are_answered_too(client: FlaskClient) -> None:
    """Most questions about an article have an answer in one of the others."""
    others = [slug for slug in slugs(client) if slug != releases.SLUG]
    answered = []
    for name, _ in _article_questions():
        for slug in others:
            article = f"https://w3id.org/policyprov/id/article/{slug}"
            rows = client.get(f"/queries/{name}.csv", query_string={"article": article}).text
            if rows.count("\n") > 1:
                answered.append(name)
                break
    assert len(answered) > len(list(_article_questions())) / 2


class Counting:
    """A store that counts the quads it hands out."""

    def __init__(self, store: Any) -> None:
        self._store = store
        self.quads = 0

    def __getattr__(self, name: str) -> Any:
        return getattr(self._store, name)

    def quads_for_pattern(self, *pattern: Any) -> Iterator[Any]:
        """The quads, each counted when it is taken."""
        for quad in self._store.quads_for_pattern(*pattern):
            self.quads += 1
            yield quad


def _looked_at(release: Path, paths: Iterable[str], patched: pytest.MonkeyPatch) -> list[int]:
    """How many quads each page looks at, when all that it may remember is remembered.

    A page that is kept whole is made again: its address is another one then.
    """
    client, store = _counted(release, patched)
    looked = []
    for path in paths:
        assert client.get(path).status_code == 200
        before = store.quads
        reply = client.get(f"{path}{'&' if '?' in path else '?'}n=2")
        assert len(reply.data) <= PAGE
        looked.append(store.quads - before)
    return looked


def _counted(release: Path, patched: pytest.MonkeyPatch) -> tuple[FlaskClient, Counting]:
    """A client of a server of a release, and its store, which counts."""
    found: list[Counting] = []

    def counting(path: Path) -> Counting:
        found.append(Counting(read(path)))
        return found[-1]

    patched.setattr(release_view, "read_store", counting)
    client = published.made(release).test_client()
    client.get("/")
    return client, found[0]


def test_a_page_looks_at_no_more_than_it_shows(monkeypatch: pytest.MonkeyPatch) -> None:
    """Home, reader, picture, thing and evidence: what other articles say costs them nothing."""
    paths = (
        "/", f"/reader/{releases.SLUG}", "/explore/timeline", "/page/agent/li-xiang",
        "/page/document/notice-2019-03", "/evidence?s=doc:notice-2019-03",
        f"/page/article/{releases.SLUG}", "/data/agent/li-xiang.ttl",
    )  # fmt: skip
    one = _looked_at(releases.article(), paths, monkeypatch)
    many = _looked_at(releases.many(), paths, monkeypatch)
    for path, alone, among in zip(paths, one, many, strict=True):
        assert among <= 1.5 * alone + 100, path


def test_of_the_pages_of_things_a_number_is_kept(monkeypatch: pytest.MonkeyPatch) -> None:
    """Each in its language; the ones asked for last, so that memory does not grow with visits."""
    client, store = _counted(releases.article(), monkeypatch)
    paths = [f"/page/claim/{each}" for each in _claims()[: KEPT + 1]]
    looked = []
    for path in (*paths, paths[-1], paths[0], f"{paths[0]}?lang=zh"):
        before = store.quads
        assert client.get(path).status_code == 200
        looked.append(store.quads - before)
    first, last, again, anew, other = looked[0], *looked[-4:]
    assert again < last / 2, "kept"
    assert anew > 2 * again, "another page took its place"
    assert other > 2 * again, "another language is another page"
    assert first >= anew


def _claims() -> list[str]:
    start = namespaces.IDS + "claim/"
    return [name.removeprefix(start) for name in published.names() if name.startswith(start)]


@pytest.mark.parametrize("name", PICTURES)
def test_a_picture_is_of_one_article(client: FlaskClient, name: str) -> None:
    """Without a choice it is the first's, as if that were alone; the others are offered."""
    page = client.get(f"/explore/{name}")
    assert page.status_code == 200
    assert len(page.data) <= PICTURE
    rows = client.get(f"/explore/{name}?format=csv").text
    assert rows == published.client().get(f"/explore/{name}?format=csv").text
    (articles,) = re.findall(r'<select name="article">(.*?)</select>', page.text, re.DOTALL)
    offered = re.findall(r'<option value="([\w-]+)"', articles)
    assert set(offered) - {"all"} == {
        slug for slug in slugs(client) if has_rows(client, f"{name}?article={slug}")
    }
    assert page.text.count(" selected>") == 1
    assert f'value="{releases.SLUG}" selected' in articles


def has_rows(client: FlaskClient, picture: str) -> bool:
    """Whether there is anything in this picture."""
    return client.get(f"/explore/{picture}&format=csv").text.count("\n") > 1


@pytest.mark.parametrize("name", PICTURES)
def test_a_picture_of_another_article_is_another(client: FlaskClient, name: str) -> None:
    """Some of the others have what the picture shows, and none has the first one's."""
    first = client.get(f"/explore/{name}?format=csv").text
    found = []
    for slug in slugs(client):
        page = client.get(f"/explore/{name}?article={slug}")
        assert page.status_code == 200
        assert len(page.data) <= PICTURE
        rows = client.get(f"/explore/{name}?article={slug}&format=csv").text
        assert (rows == first) == (slug == releases.SLUG)
        found.append(rows.count("\n") > 1)
    assert sum(found) > 3


def test_an_article_is_named_by_its_iri_too(client: FlaskClient) -> None:
    *_, slug = slugs(client)
    assert slug != releases.SLUG
    short, whole = (
        client.get("/explore/timeline", query_string={"article": name, "format": "csv"}).text
        for name in (slug, f"https://w3id.org/policyprov/id/article/{slug}")
    )
    assert short == whole


@pytest.mark.parametrize("slug", ["nowhere", "a b", "../section/x", "%00", "<>"])
def test_an_article_that_is_not_there_is_unknown(client: FlaskClient, slug: str) -> None:
    reply = client.get("/explore/timeline", query_string={"article": slug})
    assert reply.status_code == 404
    assert "/reader" in reply.text


def test_home_asks_no_more_of_many_than_of_one(client: FlaskClient) -> None:
    """The answers it shows are of one article, the same as if that were alone."""
    pattern = r'<section aria-labelledby="answers">.*?</section>'
    many, one = (
        re.findall(pattern, each.get("/").text, re.DOTALL) for each in (client, published.client())
    )
    assert many == one
    assert many
    assert len(client.get("/").data) <= PAGE


def test_a_query_that_failed_is_not_asked_again_for_a_while(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """Within the while the very same error comes back; after it, the query is tried anew."""
    dear = "SELECT (COUNT(*) AS ?n) { ?a ?b ?c . ?d ?e ?f . ?g ?h ?i }"

    def failure(query: str, again: float) -> LimitError:
        monkeypatch.setattr(release_queries, "AGAIN", again)
        with pytest.raises(LimitError) as told:
            release_queries.ask(query)
        return told.value

    with published.app_of_many().test_request_context("/"):
        assert failure(dear, 60.0) is failure(dear, 60.0)
        other = f"{dear} # another"
        assert failure(other, -1.0) is not failure(other, -1.0)
