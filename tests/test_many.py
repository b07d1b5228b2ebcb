"""A release of many articles: each query and each page costs what it shows, not what there is."""

import re

import published
import pytest
import releases
from flask.testing import FlaskClient

from graph.errors import LimitError
from web.explore.routes import PICTURES
from web.site import release_queries

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


@pytest.mark.parametrize("name", PICTURES)
def test_a_picture_is_of_one_article(client: FlaskClient, name: str) -> None:
    """Without a choice it is the first's, as if that were alone; the others are offered."""
    page = client.get(f"/explore/{name}")
    assert page.status_code == 200
    assert len(page.data) <= PICTURE
    rows = client.get(f"/explore/{name}?format=csv").text
    assert rows == published.client().get(f"/explore/{name}?format=csv").text
    offered = re.findall(r'<option value="([\w-]+)"', page.text)
    assert len(offered) == releases.MANY
    assert page.text.count(" selected>") == 1
    assert f'value="{releases.SLUG}" selected' in page.text


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
