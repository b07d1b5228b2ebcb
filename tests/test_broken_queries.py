"""A query that does not parse is told line, column, the place under its line, and what is meant."""

import json
import re
from functools import cache
from typing import Any, cast

import published
import pytest
import yaml
from flask.testing import FlaskClient
from pyoxigraph import Store

from graph.paths import ROOT
from graph.queries import canned
from graph.rdf.namespaces import NS
from graph.sparql.mistakes import diagnosis as mistakes
from graph.sparql.mistakes.clauses import braces
from graph.sparql.mistakes.reading import Reading

PP = f"PREFIX pp: <{NS}>\n"


@cache
def cases() -> list[dict[str, Any]]:
    """The rows of the table, with the whole text of each query."""
    rows = yaml.safe_load((ROOT / "tests/data/broken-queries.yaml").read_text("utf-8"))
    return [{**row, "query": PP * row.get("pp", False) + row["query"]} for row in rows]


@pytest.fixture
def client() -> FlaskClient:
    """A client of the pages."""
    return published.client()


def told(client: FlaskClient, query: str, **headers: str) -> dict[str, Any]:
    """The problem that answers this query."""
    answer = client.post("/sparql", data={"query": query}, headers={"Accept": "*/*", **headers})
    assert answer.status_code == 400
    assert answer.mimetype == "application/problem+json"
    return cast("dict[str, Any]", answer.get_json(force=True))


@pytest.mark.parametrize("case", cases(), ids=lambda case: case["query"][-40:])
def test_a_broken_query_is_told_its_place_and_a_remedy(
    client: FlaskClient, case: dict[str, Any]
) -> None:
    problem = told(client, case["query"])
    line, column = map(int, str(case["at"]).split(":"))
    assert (problem["mistake"], problem["line"], problem["column"]) == (
        case["mistake"], line, column,
    )  # fmt: skip
    assert case["remedy"] in problem["remedy"]


def test_the_document_shows_what_is_answered(client: FlaskClient) -> None:
    document = (ROOT / "docs/endpoint.md").read_text("utf-8")
    shown = json.loads(re.findall(r"```json\n(.*?)```", document, re.DOTALL)[-1])
    problem = told(client, "SELECT ?s WHER { ?s ?p ?o }")
    assert problem == shown | {"type": f"{published.PUBLIC}/problems#query-syntax"}


def test_every_kind_of_mistake_has_a_query() -> None:
    """No rule is untried."""
    assert {case["mistake"] for case in cases()} == mistakes.kinds()


def test_the_table_is_long_enough() -> None:
    assert len(cases()) >= 25


@pytest.mark.parametrize("case", cases(), ids=lambda case: case["query"][-40:])
def test_the_caret_stands_under_the_place(client: FlaskClient, case: dict[str, Any]) -> None:
    """As many columns of a terminal before the caret as before the place."""
    problem = told(client, case["query"])
    shown, caret = problem["excerpt"].split("\n")
    whole = case["query"].split("\n")[problem["line"] - 1]
    assert shown in whole
    assert caret.endswith("^")
    assert shown[: len(caret) - 1] == whole[: problem["column"] - 1]
    wide = [c == "\u3000" for c in caret[:-1]]
    assert wide == [ord(c) > 0x2E80 for c in shown[: len(caret) - 1]]


def test_a_long_line_is_cut_around_the_place(client: FlaskClient) -> None:
    names = " ".join(f"?v{n}" for n in range(200))
    problem = told(client, f"SELECT {names}, ?x WHERE {{ ?x ?y ?z }}")
    shown, caret = problem["excerpt"].split("\n")
    assert problem["mistake"] == "select-comma"
    assert len(shown) <= 72
    assert shown[len(caret) - 1] == ","


def test_it_is_told_in_chinese_to_who_reads_chinese(client: FlaskClient) -> None:
    problem = told(client, "SELECT ?s WHERE { ?s a pp:Measure }", **{"Accept-Language": "zh-CN"})
    assert problem["detail"] == "前缀 pp: 没有声明"
    assert f"PREFIX pp: <{NS}>" in problem["remedy"]


def test_plain_text_has_the_caret_too(client: FlaskClient) -> None:
    query = "SELCT * WHERE { ?s ?p ?o }"
    answer = client.post("/sparql", data={"query": query}, headers={"Accept": "text/plain"})
    assert f"{query}\n^\n" in answer.get_data(as_text=True)


@pytest.mark.parametrize(
    ("lang", "words"), [("en", "did you mean SELECT?"), ("zh", "是否想写 SELECT？")]
)
def test_the_page_says_so_and_lets_one_mend_it(client: FlaskClient, lang: str, words: str) -> None:
    """Without scripts: the place, the remedy, and the query in a form that asks again."""
    answer = client.get(
        "/sparql",
        query_string={"query": "SELCT <x>", "lang": lang},
        headers={"Accept": "text/html"},
    )
    page = answer.get_data(as_text=True)
    assert answer.status_code == 400
    assert words in page
    assert ">SELCT &lt;x&gt;\n^</pre>" in page
    assert 'name="query" rows="10" spellcheck="false">SELCT &lt;x&gt;</textarea>' in page


def test_no_rule_finds_fault_with_a_sound_query() -> None:
    """What the engine accepts, every canned query among it, is right by every rule."""
    for name, query in canned().items():
        text = query.text
        reading = Reading(text, len(text), "")
        found = [each for rule in mistakes.RULES for each in rule(reading)]
        # Parameters of a template stand where the page puts values.
        assert found == [], name


def test_a_text_of_any_length_is_told_in_bounded_time() -> None:
    """Rules look at no text that is longer than the engine's own error is quick to find."""
    text = "SELECT * { " + "?s ?p ?o ?x " * 100_000
    with pytest.raises(SyntaxError):
        Store().query(text)
    assert mistakes.diagnosis(text, None, "").kind == "other"


@pytest.mark.parametrize(
    "bad", ["((((" * 500, "{" * 3000, "'" * 3000, "<" * 3000, "\\" * 3000, "?" * 3000]
)
def test_odd_texts_are_told_something(bad: str) -> None:
    found = mistakes.diagnosis(f"SELECT {bad}", None, "")
    assert found.kind in mistakes.kinds()


def test_where_behind_a_name_is_no_keyword() -> None:
    """A prefixed name that ends like a keyword is none."""
    assert list(braces(Reading("SELECT * { ?s pp:where ?o }", 99, ""))) == []
