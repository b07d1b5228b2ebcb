"""Words that name no whole date: what they can be read as, by a rule, and what they cannot."""

import csv
from datetime import date
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from graph import datings
from graph.datings import Seen

DATA = Path(__file__).parent / "data"


def rows(name: str) -> list[dict[str, str]]:
    """The cases of a table."""
    return list(csv.DictReader((DATA / name).read_text("utf-8").splitlines()))


READ, FALSE = rows("datings.csv"), rows("false-readings.csv")


def read(row: dict[str, str]) -> list[tuple[str, str]]:
    """Period and rule of everything the words of a case can be read as."""
    seen = Seen(date.fromisoformat(row["published"]), row["before"])
    return [(each.period.slug, each.rule) for each in datings.datings(row["words"], seen)]


@pytest.mark.parametrize("row", READ, ids=[row["words"] for row in READ])
def test_words_are_read_by_a_rule(row: dict[str, str]) -> None:
    assert (row["period"], row["rule"]) in read(row)


@pytest.mark.parametrize("row", FALSE, ids=[f"{r['words']}-{r['period']}" for r in FALSE])
def test_no_rule_gives_a_false_reading(row: dict[str, str]) -> None:
    assert row["period"] not in {period for period, _ in read(row)}


def test_every_rule_is_tried() -> None:
    """Each relative word group, and each other rule, has a case of its own or more."""
    assert len({row["rule"] for row in READ}) >= 15


@given(
    st.text("年月日至到底今去明上下周季度第一二三四0123456789，（）", max_size=24),
    st.text("年0123456789", max_size=8),
    st.dates(date(1950, 1, 1), date(2100, 1, 1)),
)
def test_no_words_break_the_rules(words: str, before: str, published: date) -> None:
    """Any words have some readings or none, and each ends no earlier than it starts."""
    for each in datings.datings(words, Seen(published, before)):
        assert each.period.end is not None
        assert each.period.start <= each.period.end


def test_a_range_with_its_year_names_its_days() -> None:
    """What prints the year of its first day is no reading: any voice may state it."""
    assert [p.slug for p in datings.ranges("2019年2月4日至10日放假，2月2日上班")] == [
        "2019-02-04--2019-02-10"
    ]
    assert list(datings.ranges("2月4日至10日放假")) == []
