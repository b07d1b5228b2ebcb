"""What can be chosen for a picture: each choice draws what fits it, all of it or so many of all.

What fits is asked of the store by queries of these tests, not of the index that the pages ask.
"""

import csv
import html
import re
from collections.abc import Iterable
from functools import cache

import published
import pytest
import releases
from flask.testing import FlaskClient
from pyoxigraph import QuerySolutions, Store

from graph.errors import UnavailableError
from graph.queries import ALL
from graph.rdf.namespaces import CANONICAL_BASE, IDS, PREFIXES
from graph.rdf.store import read
from web.explore import choice, drawing
from web.explore.pictures import PICTURES
from web.site import release_index, release_queries
from web.site.language import messages

pytestmark = pytest.mark.slow  # needs a release of many articles

PAGE = 150_000
"""Bytes of a picture, at most."""
EACH = 7
"""Values of a choice that are tried: the first, which leave most, and the last."""
WHERE = {
    "event": "(pp:place|pp:actor/pp:place)",
    "observation": "(pp:place|pp:scope)",
    "change": "pp:before/(pp:place|pp:scope)",
}
WHEN = {"change": "(pp:before|pp:after)/pp:during"}
FITTING = {
    "article": "?claim pp:about ?mark ; pp:statedIn/pp:inSection/pp:inArticle {iri}",
    "topic": "{{ ?mark pp:workLine {iri} }} UNION {{ ?claim pp:about ?mark ;"
    " pp:statedIn/pp:inSection ?section . ?case dcterms:isPartOf ?section ; pp:workLine {iri} }}",
    "place": "?place pp:within? {iri} . ?mark {where} ?place",
    "indicator": "?mark pp:indicator|pp:before/pp:indicator {iri}",
    "year": "?mark {when} ?period . ?period dcat:startDate ?first ; dcat:endDate ?last ."
    " FILTER(YEAR(?first) <= {value} && YEAR(?last) >= {value})",
}
"""Choice → what the store must say of a mark that fits it."""
IRIS = {
    "article": f"{IDS}article/",
    "topic": f"{CANONICAL_BASE}concept/",
    "place": f"{IDS}place/",
    "indicator": f"{CANONICAL_BASE}concept/indicator-",
}
CHOICES = [(name, each) for name, picture in PICTURES.items() for each in picture.choices]


@pytest.fixture(scope="module")
def client() -> FlaskClient:
    """A client of the release of many articles."""
    return published.app_of_many().test_client()


@cache
def store() -> Store:
    return read(releases.many() / "store")


def found(pattern: str) -> set[str]:
    """What ?mark is in this pattern."""
    rows = store().query(f"SELECT DISTINCT ?mark {{ {pattern} }}", prefixes=PREFIXES)
    assert isinstance(rows, QuerySolutions)
    return {row["mark"].value for row in rows}


@cache
def drawable(name: str) -> frozenset[str]:
    """All things that the query of a picture draws when it is asked for whatever there is."""
    query, mark = release_queries.pictures()[name], PICTURES[name].mark
    rows = store().query(query.bound({"article": ALL, mark: ALL}))
    assert isinstance(rows, QuerySolutions)
    return frozenset(row[mark].value for row in rows)


@cache
def fitting(name: str, by: str, value: str) -> frozenset[str]:
    """The things of a picture that fit a value of a choice."""
    mark = PICTURES[name].mark
    iri = f"<{IRIS.get(by, '')}{value}>"
    where, when = WHERE.get(mark, ""), WHEN.get(mark, "pp:during")
    pattern = FITTING[by].format(iri=iri, value=value, where=where, when=when)
    if (mark, by) == ("place", "place"):
        pattern = f"?mark pp:within? {iri}"
    return drawable(name) & found(pattern)


def marks(client: FlaskClient, name: str, **chosen: str) -> set[str]:
    """The things in the rows of a picture."""
    reply = client.get(f"/explore/{name}", query_string=chosen | {"format": "csv"})
    assert reply.status_code == 200
    return {row[PICTURES[name].mark] for row in csv.DictReader(reply.text.splitlines())}


def offers(text: str, by: str) -> dict[str, int]:
    """The values that a page offers for a choice, with how many marks each leaves."""
    (select,) = re.findall(rf'<select name="{by}"[^>]*>(.*?)</select>', text, re.DOTALL) or [""]
    listed = re.findall(r'<option value="([^"]+)"[^>]*>[^<]*\(([\d,]+)\)</option>', select)
    return {value: int(n.replace(",", "")) for value, n in listed}


def tried(values: Iterable[str]) -> list[str]:
    """Some of these values."""
    known = list(values)
    return list(dict.fromkeys([*known[: EACH - 2], *known[-2:]]))


def shown(text: str) -> str:
    """What a page says was drawn."""
    (words,) = re.findall(
        r'<span class="drawn"[^>]*>(.*?)</span>\s*<span class="ways"', text, re.DOTALL
    )
    return html.unescape(re.sub("<[^>]+>", "", words))


@pytest.mark.parametrize("name", PICTURES)
def test_the_index_knows_what_can_be_drawn(client: FlaskClient, name: str) -> None:
    """Its marks of a picture are those that the picture's query gives, no more and no fewer."""
    with client.application.test_request_context("/"):
        asked = choice.Wanted(name, {}).question
        hits = release_index.index().search(asked, size=10_000).hits
    assert {hit.iri for hit in hits} == drawable(name)


@pytest.mark.parametrize(("name", "by"), CHOICES)
def test_a_choice_draws_all_that_fits_it_and_nothing_else(
    client: FlaskClient, name: str, by: str
) -> None:
    offered = offers(client.get(f"/explore/{name}?article=all").text, by)
    assert len(offered) > 1
    for value in tried(offered):
        expected = fitting(name, by, value)
        assert expected, "no offer leads to an empty picture"
        assert offered[value] == len(expected)
        drawn = marks(client, name, **{by: value})
        assert drawn <= expected
        assert len(drawn) == min(len(expected), choice.MARKS)
        page = client.get(f"/explore/{name}", query_string={by: value, "lang": "en"})
        assert len(page.data) <= PAGE
        assert 'class="chart' in page.text
        assert f'<option value="{value}" selected>' in page.text
        cut = f"{choice.MARKS} of {len(expected)} are shown"
        assert (cut in shown(page.text)) == (len(expected) > choice.MARKS)


@pytest.mark.parametrize("lang", ["en", "zh"])
@pytest.mark.parametrize("name", PICTURES)
def test_choices_are_made_one_after_another(client: FlaskClient, name: str, lang: str) -> None:
    """The offers under one choice keep the others, and what is drawn fits all of them."""
    chosen: dict[str, str] = {}
    for by in PICTURES[name].choices[1:]:
        sofar = chosen or {"article": "all"}
        offered = offers(client.get(f"/explore/{name}", query_string=sofar).text, by)
        if not offered:
            continue
        chosen[by] = next(iter(offered))
        drawn = marks(client, name, **chosen)
        assert len(drawn) == min(offered[chosen[by]], choice.MARKS)
        for each, value in chosen.items():
            assert drawn <= fitting(name, each, value)
    assert len(chosen) > 1
    text = client.get(f"/explore/{name}", query_string=chosen | {"lang": lang}).text
    for by in chosen:
        assert messages()[f"explore.choice.{by}"][lang] in shown(text)


@pytest.mark.parametrize("name", PICTURES)
def test_a_picture_of_all_is_of_the_most_told(client: FlaskClient, name: str) -> None:
    page = client.get(f"/explore/{name}?article=all&lang=en")
    assert len(page.data) <= PAGE
    drawn, all_ = marks(client, name, article="all"), drawable(name)
    assert drawn <= all_
    assert len(drawn) == min(len(all_), choice.MARKS)
    if len(all_) <= choice.MARKS:
        return
    assert f"{choice.MARKS} of {len(all_)} are shown" in shown(page.text)

    def told(mark: str) -> int:
        rows = store().query(f"SELECT ?c {{ ?c pp:about <{mark}> }}", prefixes=PREFIXES)
        assert isinstance(rows, QuerySolutions)
        return sum(1 for _ in rows)

    assert min(map(told, drawn)) >= max(map(told, all_ - drawn))


def test_what_is_chosen_is_in_the_caption_the_address_and_the_files(client: FlaskClient) -> None:
    place = next(iter(offers(client.get("/explore/indicators?article=all").text, "place")))
    offered = offers(client.get(f"/explore/indicators?place={place}").text, "year")
    chosen = {"place": place, "year": next(iter(offered))}
    text = client.get("/explore/indicators", query_string=chosen | {"lang": "en"}).text
    assert f"Year: {chosen['year']}" in shown(text)
    address = f"/explore/indicators?place={place}&year={chosen['year']}"
    assert f"{published.PUBLIC}{address}" in html.unescape(text)
    for form, label in (("svg", "SVG"), ("png", "PNG"), ("xlsx", "Excel"), ("csv", "CSV")):
        (href,) = re.findall(rf'<a href="([^"]+)" download>{label}</a>', text)
        reply = client.get(html.unescape(href))
        assert reply.status_code == 200
        name = f"indicators-{place}-{chosen['year']}.{form}"
        assert name in reply.headers["Content-Disposition"]
        if form == "svg":
            words = re.sub(r"\s", "", html.unescape(re.sub("<[^>]+>", "", reply.text)))
            assert f"Year:{chosen['year']}" in words
            assert address in words


@pytest.mark.parametrize("name", PICTURES)
def test_other_pictures_are_of_the_same_choice(client: FlaskClient, name: str) -> None:
    text = client.get(f"/explore/{name}?place=430000").text
    for other in PICTURES:
        if other != name:
            assert f'href="/explore/{other}?place=430000"' in text


@pytest.mark.parametrize("by", IRIS | {"year": ""})
def test_what_the_release_lacks_is_unknown(client: FlaskClient, by: str) -> None:
    reply = client.get("/explore/indicators", query_string={by: "nowhere"})
    assert reply.status_code == 404
    assert "nowhere" in reply.text


def test_a_choice_that_leaves_nothing_says_so(client: FlaskClient) -> None:
    """It is no error: the form is there to choose anew."""
    years = offers(client.get("/explore/timeline?article=all").text, "year")
    places = offers(client.get("/explore/timeline?article=all").text, "place")
    empty = next(
        {"year": year, "place": place}
        for year in years
        for place in places
        if not fitting("timeline", "year", year) & fitting("timeline", "place", place)
    )
    page = client.get("/explore/timeline", query_string=empty | {"lang": "en"})
    assert page.status_code == 200
    assert messages()["explore.none"]["en"] in page.text
    assert f'value="{empty["year"]}" selected' in page.text
    assert (
        client.get("/explore/timeline", query_string=empty | {"format": "svg"}).status_code == 404
    )
    assert marks(client, "timeline", **empty) == set()


def test_many_rows_of_a_mark_are_counted_not_shown(
    client: FlaskClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    """As the cases of one place: the page has the first, and says how many more a file has."""
    monkeypatch.setattr(drawing, "EACH", 1)
    rows = client.get("/explore/places?article=all&format=csv").text.count("\n") - 1
    more = rows - len(marks(client, "places", article="all"))
    assert more > 0
    text = client.get("/explore/places?article=all&lang=en").text
    assert messages()["explore.rows"]["en"].format(n=more) in text


def test_without_the_index_an_article_is_still_drawn(monkeypatch: pytest.MonkeyPatch) -> None:
    """All of it, up to the bound; the article is the one choice there is, others have to wait."""

    def gone() -> None:
        raise UnavailableError("no index", "build again")

    monkeypatch.setattr(choice, "index", gone)
    alone = published.made(releases.article()).test_client()
    for name in PICTURES:
        assert marks(alone, name) == drawable_of_the_first(name)
        assert 'name="year"' not in alone.get(f"/explore/{name}").text
    assert alone.get("/explore/timeline?year=2019").status_code == 503
    monkeypatch.setattr(drawing, "MARKS", 2)
    assert shown(alone.get("/explore/timeline?lang=en").text).endswith(
        messages()["explore.cut"]["en"].format(n=2, m=len(drawable_of_the_first("timeline")))
    )


def drawable_of_the_first(name: str) -> set[str]:
    """The marks of the first article."""
    return set(fitting(name, "article", releases.SLUG))
