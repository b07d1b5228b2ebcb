"""The competency questions of the ontology: each is a canned query with an expected answer."""

import csv
from pathlib import Path

import pyoxigraph as ox
import pytest

from graph.queries import canned
from graph.rdf.namespaces import expand

QUESTIONS = tuple(
    csv.DictReader(
        (Path(__file__).parent / "data" / "competency.csv").read_text("utf-8").splitlines()
    )
)
QUERIES = canned()
EXPECTED = Path(__file__).parent / "queries"


def title(row: dict[str, str]) -> str:
    """The name a test case goes by."""
    return f"{row['number']}-{row['query']}"


def answers(row: dict[str, str], dataset: ox.Store) -> list[str]:
    """The answer to a question, one string a row or triple."""
    query = QUERIES[row["query"]]
    kinds = {p.name: p.type for p in query.parameters}
    given = dict(pair.split("=") for pair in row["parameters"].split())
    values = {k: expand(v).value if kinds[k] == "iri" else v for k, v in given.items()}
    found = dataset.query(query.bound(values) if values else query.text)
    if isinstance(found, ox.QueryBoolean):
        return [str(bool(found)).lower()]
    return [str(each) for each in found]


def row_of(number: int) -> dict[str, str]:
    """The question of this number."""
    return next(row for row in QUESTIONS if row["number"] == str(number))


def test_forty_questions_in_order() -> None:
    """None is left out, and each names a canned query that has an expected answer."""
    assert [int(row["number"]) for row in QUESTIONS] == list(range(1, 41))
    stems = {path.stem for path in EXPECTED.iterdir()}
    assert {row["query"] for row in QUESTIONS} <= QUERIES.keys() & stems


@pytest.mark.parametrize("row", QUESTIONS, ids=title)
def test_a_question_is_answered(row: dict[str, str], dataset: ox.Store) -> None:
    """With its parameters a question has an answer in the first article."""
    assert answers(row, dataset)


def test_plates_lead_through_three_plus_one_to_no_more_worry(dataset: ox.Store) -> None:
    """One row holds the chain of 道县: problem, measure, effect, and whose words link them."""
    found = dataset.query(QUERIES["problem-measure-effect"].text)
    assert isinstance(found, ox.QuerySolutions)
    names = ("problem", "because", "means", "voice", "outcome")
    chains = [tuple(row[name].value for name in names if row[name]) for row in found]
    chain = ("会议室里有15块流动标牌", "整理者推断", "“3+1”政策", "整理者推断")
    assert chains.count((*chain, "不用再为挂牌迎检而烦恼")) == 1


def test_the_demand_of_the_centre_stands_beside_the_plates_of_the_village(
    dataset: ox.Store,
) -> None:
    """The plates of the villages are a case of what the overview wants rectified."""
    assert any(
        "村级组织挂牌多、负担重" in row and "推进村级组织负担过重问题整治" in row
        for row in answers(row_of(13), dataset)
    )


def test_each_quotation_has_one_row_with_its_speakers_body_and_place(dataset: ox.Store) -> None:
    """Eighteen quotations, eighteen rows, and no cell of speaker, post, body or place empty."""
    found = dataset.query(QUERIES["direct-quotes"].text)
    assert isinstance(found, ox.QuerySolutions)
    rows = list(found)
    assert len({row["statement"] for row in rows}) == len(rows) == 18
    assert all(
        row[name] is not None for row in rows for name in ("name", "posts", "bodies", "places")
    )
