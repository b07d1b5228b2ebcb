"""Answers looked at: which columns allow which view, and what is never on one axis."""

import html
import re
import xml.etree.ElementTree as ET
from collections.abc import Mapping
from decimal import Decimal
from typing import Any
from urllib.parse import parse_qs, urlsplit

import published
import pytest
import yaml
from flask.testing import FlaskClient
from hypothesis import given
from hypothesis import strategies as st

from graph.paths import ROOT
from graph.queries import canned
from graph.rdf.namespaces import IDS
from web.site.language import LANGUAGES, TAGS, messages
from web.views import chart, columns, timeline
from web.views.chart import Figure, Known
from web.views.columns import Answer, Row, Term
from web.views.view import VIEWS

CASES = yaml.safe_load((ROOT / "tests" / "data" / "views.yaml").read_text("utf-8"))
XSD = "http://www.w3.org/2001/XMLSchema#"
PAGE = {"Accept": "text/html"}


@pytest.fixture(scope="module")
def client() -> FlaskClient:
    return published.client()


def term(cell: object) -> Term | None:
    """A cell of the table of cases as SPARQL JSON has it."""
    text = str(cell)
    if not text:
        return None
    if match := re.fullmatch(r"<(observation/)?(.+)>", text):
        return {"type": "uri", "value": (IDS + match[1] if match[1] else "") + match[2]}
    if match := re.fullmatch(r'"(.*)"(?:@(\w+))?', text):
        return {"type": "literal", "value": match[1]} | ({"xml:lang": match[2]} if match[2] else {})
    if isinstance(cell, str):
        value, _, kind = text.partition("^^")
        return {"type": "literal", "value": value, "datatype": XSD + kind}
    kind = "integer" if isinstance(cell, int) else "decimal"
    written = "29.50" if cell == 29.5 else text
    return {"type": "literal", "value": written, "datatype": XSD + kind}


def answered(case: Mapping[str, Any]) -> Answer:
    """The answer of a case."""
    rows = [
        {c: t for c, cell in zip(case["columns"], row, strict=True) if (t := term(cell))}
        for row in case["rows"]
    ]
    return columns.answer(case["columns"], rows, case.get("query", ""))


def called(given: Term) -> str:
    return str(given["value"])


def known(case: Mapping[str, Any]) -> Known:
    """What the data of a case knows."""
    figures = {
        IDS + name: Figure(
            frozenset(Decimal(str(n)) for n in f["numbers"]), f["unit"], f["statistic"]
        )
        for name, f in case.get("figures", {}).items()
    }
    return Known(called, lambda column: column, figures.get)


@pytest.mark.parametrize("case", CASES, ids=lambda case: case["what"])
def test_columns_allow_what_the_table_says(case: Mapping[str, Any]) -> None:
    answer = answered(case)
    drawn = timeline.layout(answer, called)
    marks = [mark for lane in drawn.lanes for mark in lane.marks] if drawn else []
    assert len(marks) == case.get("timeline", len(marks) if "chart" in case else 0)
    bars = chart.layout(answer, known(case))
    panels = bars.panels if bars else ()
    found = {
        panel.title: {" ".join(bar.lines): bar.written for bar in panel.bars} for panel in panels
    }
    assert found == case.get("chart", {})
    assert (bars.left if bars else 0) == case.get("left", 0)
    for panel in panels:
        for bar in panel.bars:
            assert 0 <= bar.x <= bar.x + bar.width <= 78.01
            assert panel.zero in (bar.x, round(bar.x + bar.width, 2))
        assert 2 <= len(panel.ticks) <= 8
        assert panel.ticks[0][0] == 0


numbers = st.lists(
    st.decimals(allow_nan=False, allow_infinity=False, min_value=-(10**14), max_value=10**14)
    | st.integers(-(10**14), 10**14),
    min_size=2,
    max_size=90,
)


@given(numbers)
def test_whatever_the_numbers_the_picture_is_bounded(values: list[Decimal | int]) -> None:
    rows: list[Row] = [
        {
            "label": {"type": "literal", "value": f"{n}th", "xml:lang": "en"},
            "n": {"type": "literal", "value": f"{value:f}", "datatype": XSD + "decimal"},
        }
        for n, value in enumerate(map(Decimal, values))
    ]
    drawn = chart.layout(
        Answer(("label", "n"), rows, frozenset("n")), Known(called, str, lambda _: None)
    )
    assert drawn is not None
    (panel,) = drawn.panels
    assert len(panel.bars) == min(len(values), chart.MOST)
    assert drawn.left == len(values) - len(panel.bars)
    assert len(panel.ticks) <= 8
    assert all(0 <= bar.x <= bar.x + bar.width <= 78.02 for bar in panel.bars)


@given(st.lists(st.dates(), min_size=2, max_size=90, unique=True))
def test_whatever_the_days_the_picture_is_bounded(days: list[Any]) -> None:
    rows: list[Row] = [
        {
            "label": {"type": "literal", "value": f"{n}th", "xml:lang": "en"},
            "day": {"type": "literal", "value": str(day), "datatype": XSD + "date"},
        }
        for n, day in enumerate(days)
    ]
    drawn = timeline.layout(Answer(("label", "day"), rows), called)
    there = sum(day.year < 9999 for day in days)
    assert (drawn is not None) is (there > 1)
    if drawn is not None:
        (lane,) = drawn.lanes
        assert len(lane.marks) == min(there, timeline.MOST)
        assert len(drawn.ticks) <= 20
        assert all(mark.x >= 0 and mark.x + mark.width <= 100.81 for mark in lane.marks)


def offered(page: str) -> list[str]:
    """The views that a page offers beside its table."""
    return re.findall(r'href="[^"]*[?&]view=(\w+)[^"]*#answer"', html.unescape(page))


@pytest.mark.parametrize("lang", LANGUAGES)
def test_questions_offer_the_views_their_answers_allow(client: FlaskClient, lang: str) -> None:
    """Each drawing has title, description and its table; the address of a view is its own."""
    seen = set()
    for name, query in canned().items():
        if query.form != "SELECT":
            continue
        path = f"/queries/{name}?lang={lang}"
        for view in offered(client.get(path, headers=PAGE).text):
            seen.add(view)
            page = client.get(f"{path}&view={view}", headers=PAGE).text
            drawings = re.findall(r'<svg class="chart.*?</svg>', page, re.DOTALL)
            assert drawings
            for drawing in drawings:
                assert re.search(r"<title id=[^>]+>[^<]+</title>\s*<desc id=[^>]+>[^<]+<", drawing)
            assert '<table class="list rows"' in page
            assert f"view={view}" in page
            assert "style=" not in page
            assert messages()[f"views.{view}"][lang] in page
    assert seen == set(VIEWS)


@pytest.mark.parametrize("lang", LANGUAGES)
@pytest.mark.parametrize(("name", "view"), [("meetings", "timeline"), ("things-by-kind", "chart")])
def test_a_view_is_taken_as_a_file(client: FlaskClient, name: str, view: str, lang: str) -> None:
    reply = client.get(f"/queries/{name}.svg?view={view}&lang={lang}")
    assert (reply.status_code, reply.mimetype) == (200, "image/svg+xml")
    assert f"{name}-{view}.svg" in reply.headers["Content-Disposition"]
    words = re.sub(r"\s", "", " ".join(ET.fromstring(reply.data).itertext()))  # noqa: S314 (ours)
    assert re.sub(r"\s", "", canned()[name].summary[lang]) in words
    assert f"/queries/{name}?view={view}" in words
    assert re.sub(r"\s", "", messages()["footer.licence"][lang]) in words
    picture = client.get(f"/queries/{name}?view={view}&format=png")
    assert (picture.status_code, picture.mimetype) == (200, "image/png")
    assert picture.data.startswith(b"\x89PNG")


@pytest.mark.parametrize("view", VIEWS)
def test_a_view_that_the_columns_do_not_allow_is_told_so(client: FlaskClient, view: str) -> None:
    """The table is there all the same; as a file there is nothing."""
    page = client.get(f"/queries/errata?view={view}&lang=en", headers=PAGE)
    assert page.status_code == 200
    assert messages()[f"views.refused.{view}"]["en"] in page.text
    assert '<table class="list rows"' in page.text
    assert client.get(f"/queries/errata.svg?view={view}").status_code == 400


@pytest.mark.parametrize("path", ["?view=pie", ".svg", ".svg?view=", ".png?view=pie"])
def test_a_view_that_is_none_is_refused(client: FlaskClient, path: str) -> None:
    assert client.get(f"/queries/meetings{path}", headers=PAGE).status_code == 400


DAYS = "SELECT ?e ?day WHERE { ?e a pp:Meeting ; pp:during/dcat:startDate ?day }"


@pytest.mark.parametrize("lang", LANGUAGES)
def test_an_answer_of_ones_own_query_is_drawn(client: FlaskClient, lang: str) -> None:
    """On the page of the endpoint and as a file in the reader's language; graphs have no views."""
    asked = {"query": DAYS, "prefixes": "published", "lang": lang}
    page = client.get("/sparql", query_string=asked, headers=PAGE).text
    assert offered(page) == ["timeline"]
    drawn = client.get("/sparql", query_string={**asked, "view": "timeline"}, headers=PAGE).text
    assert drawn.count('class="mark') == 3
    for form in ("svg", "png"):
        file = {**asked, "view": "timeline", "format": form}
        reply = client.get("/sparql", query_string=file)
        assert reply.status_code == 200
        assert f"policyprov-timeline.{form}" in reply.headers["Content-Disposition"]
    assert client.get("/sparql", query_string={**asked, "view": "pie"}).status_code == 200
    refused = client.get("/sparql", query_string={**asked, "view": "pie"}, headers=PAGE)
    assert refused.status_code == 400
    chart = client.get("/sparql", query_string={**asked, "view": "chart"}, headers=PAGE).text
    assert messages()["views.refused.chart"][lang] in html.unescape(chart)
    graph = {"query": "CONSTRUCT WHERE { ?s ?p ?o } LIMIT 1", "view": "chart"}
    assert client.get("/sparql", query_string=graph, headers=PAGE).status_code == 200
    assert client.get("/sparql", query_string={**graph, "format": "svg"}).status_code == 400


@pytest.mark.parametrize("lang", LANGUAGES)
def test_a_query_too_long_for_an_address_is_drawn_by_a_form(client: FlaskClient, lang: str) -> None:
    """Buttons send the query: to the page in each view, and to each file of the picture."""
    asked = {"query": f"# {'x' * 4000}\n{DAYS}", "prefixes": "published"}
    page = client.post("/sparql", query_string={"lang": lang}, data=asked, headers=PAGE).text
    assert offered(page) == []
    buttons = re.findall(r'formaction="([^"#]+)#answer"', page)
    assert [parse_qs(urlsplit(each).query).get("view") for each in buttons] == [None, ["timeline"]]
    assert page.count(f'name="query" value="# {"x" * 4000}') == 1
    to = html.unescape(buttons[1])
    drawn = client.post(to, data=asked, headers=PAGE).text
    assert drawn.count('class="mark') == 3
    assert f'<html lang="{TAGS[lang]}">' in drawn
    for form in re.findall(r'name="format" value="(\w+)"', drawn):
        file = client.post(to, data={**asked, "format": form})
        assert f"policyprov-timeline.{form}" in file.headers["Content-Disposition"]
    assert re.findall(r'name="format" value="(\w+)"', drawn) == ["svg", "png"]


def test_a_picture_in_one_language_is_not_another_s(client: FlaskClient) -> None:
    """The cache, which knows no languages, keeps no picture."""
    asked = {"query": DAYS, "prefixes": "published", "view": "timeline", "format": "svg"}
    english, chinese, again = (
        client.get("/sparql", query_string=asked, headers={"Accept-Language": lang}).text
        for lang in ("en", "zh", "en")
    )
    assert english == again != chinese


def test_a_graph_on_its_page_leads_on(client: FlaskClient) -> None:
    """Each IRI to where it is; a prefix to nowhere."""
    thing = "https://w3id.org/policyprov/id/event/politburo-democratic-life-2019-12"
    query = f"CONSTRUCT {{ <{thing}/x> <https://x.example/y> '<b>' }} WHERE {{ <{thing}> ?p ?o }}"
    page = client.get("/sparql", query_string={"query": query, "lang": "en"}, headers=PAGE).text
    inside = page.partition('<pre tabindex="0">')[2].partition("</pre>")[0]
    assert '<a href="https://x.example/y">&lt;https://x.example/y&gt;</a>' in inside
    assert "@prefix evt: &lt;https://w3id.org/policyprov/id/event/&gt; ." in inside
    assert "&lt;b&gt;" in inside


def test_a_mark_leads_to_its_words(client: FlaskClient) -> None:
    page = client.get("/queries/meetings?view=timeline&lang=en", headers=PAGE).text
    marks = re.findall(r'<a href="([^"]+)" class="mark', page)
    assert marks
    assert all(mark.startswith(f"/reader/{published.SLUG}?passage=") for mark in marks)
