"""Periods, their names, and dates as Chinese texts print them."""

import csv
from datetime import date, timedelta
from pathlib import Path

import pytest
import releases
from hypothesis import given
from hypothesis import strategies as st
from rdflib import RDF, URIRef
from rdflib.query import ResultRow

from graph import periods
from graph.periods import Period
from graph.rdf.dataset import opened
from graph.rdf.namespaces import expand

TABLE = Path(__file__).parent / "data" / "periods.csv"
ROWS = list(csv.DictReader(TABLE.read_text("utf-8").splitlines()))
PUBLISHED = date(2021, 1, 11)


@pytest.mark.parametrize("row", ROWS, ids=[r["text"] for r in ROWS])
def test_a_printed_date_is_read_as_seen_on_the_day_of_publication(row: dict[str, str]) -> None:
    """The first reading of the words is the period; words that name no day give none."""
    found = [p.slug for p in periods.readings(row["text"], PUBLISHED)]
    assert found[:1] == ([row["period"]] if row["period"] else [])


@pytest.mark.parametrize("words", ["截至2020年11月底", "截至2020年11月30日"])
def test_what_counts_up_to_a_day_prints_the_day_and_not_its_start(words: str) -> None:
    """截至 prints where the count ends; that it starts with the year is a reading."""
    assert [p.slug for p in periods.until(words, PUBLISHED)] == ["2020-11-30"]
    assert [p.slug for p in periods.cumulated(words, PUBLISHED)] == ["2020-01-01--2020-11-30"]


def test_the_table_has_every_row() -> None:
    """The table was read, not lost."""
    assert len(ROWS) >= 16


@given(st.dates(date(1950, 1, 1), date(2100, 1, 1)), st.integers(0, 4000) | st.none())
def test_a_period_is_the_period_of_its_slug(start: date, days: int | None) -> None:
    """Parsing a slug gives the period back: names are unique and complete."""
    period = Period(start, None if days is None else start + timedelta(days=days))
    assert periods.parse(period.slug) == period


@pytest.mark.parametrize(
    "slug", ["2020-13", "2020-01--2019", "20", "2020-01-01--2020-12-31", "", "x--", "2021-02-30"]
)
def test_a_slug_that_is_wrong_or_not_the_shortest_is_refused(slug: str) -> None:
    """One period has one name."""
    with pytest.raises(ValueError, match=r".+"):
        periods.parse(slug)


def test_a_year_earlier_keeps_the_last_day_of_february() -> None:
    """What 同比 compares with ends on a real day."""
    assert periods.parse("2020-02").year_before() == periods.parse("2019-02")


@given(st.text(max_size=60))
def test_no_text_breaks_the_reader(text: str) -> None:
    """Any text prints some periods or none."""
    list(periods.readings(text, PUBLISHED))


@pytest.mark.parametrize(
    ("words", "slugs"),
    [
        ("自2021年3月1日起施行", ["2021-03-01--"]),
        ("自2021年3月1日起施行，有效期至2026年2月28日", ["2021-03-01--2026-02-28"]),
        ("自2021年3月1日至2021年3月31日", ["2021-03"]),
        ("自2021年3月1日起施行，有效期至2020年2月28日", []),
        ("自2021年2月30日起施行", []),
        ("自3月1日起施行", []),
        ("2021年3月1日", []),
    ],
)
def test_entry_into_force_prints_a_period(words: str, slugs: list[str]) -> None:
    """自…起 opens it, 至 ends it; a day without its year is not named, and 2月30日 is no day."""
    assert [p.slug for p in periods.in_force(words, PUBLISHED)] == slugs


def test_a_period_is_an_interval_of_owl_time_with_the_days_it_has() -> None:
    """Every period of a release begins on its first day and, unless open, ends on its last."""
    found = opened(releases.article())
    rows = found.query(
        """SELECT ?period ?start ?end ?first ?last WHERE {
             ?period a pp:Period, time:ProperInterval ; dcat:startDate ?start .
             OPTIONAL { ?period dcat:endDate ?end }
             OPTIONAL { ?period time:hasBeginning ?b . ?b a time:Instant ; time:inXSDDate ?first }
             OPTIONAL { ?period time:hasEnd ?e . ?e a time:Instant ; time:inXSDDate ?last } }"""
    )
    told = [row for row in rows if isinstance(row, ResultRow)]
    assert len(told) == len(set(found.subjects(RDF.type, URIRef(expand("pp:Period").value)))) > 10
    assert [row for row in told if (row[1], row[2]) != (row[3], row[4])] == []
