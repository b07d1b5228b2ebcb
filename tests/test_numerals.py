"""Numbers as Chinese texts print them."""

import csv
from decimal import Decimal
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from graph import numerals

TABLE = Path(__file__).parent / "data" / "numbers.csv"
ROWS = list(csv.DictReader(TABLE.read_text("utf-8").splitlines()))
DERIVED = list(csv.DictReader((TABLE.parent / "derived.csv").read_text("utf-8").splitlines()))


@pytest.mark.parametrize("row", ROWS, ids=[r["text"] for r in ROWS])
def test_a_printed_number_is_read(row: dict[str, str]) -> None:
    """One of the readings of the words is the number, with its comparator and its unit."""
    wanted = (Decimal(row["value"]), Decimal(row["max"]) if row["max"] else None, row["comparator"])
    found = [
        (r.value, r.value_max, r.comparator)
        for r in numerals.readings(row["text"])
        if numerals.has_unit(r, row["unit"])
    ]
    assert wanted in found


@pytest.mark.parametrize("row", DERIVED, ids=[f"{r['text']}={r['value']}" for r in DERIVED])
def test_what_has_to_be_computed_or_counted_is_not_read(row: dict[str, str]) -> None:
    """A difference, a sum, a count of weekdays and an ordinal are no printed numbers."""
    found = [r.value for r in numerals.readings(row["text"]) if numerals.has_unit(r, row["unit"])]
    assert Decimal(row["value"]) not in found


def test_the_table_has_every_row() -> None:
    """The table was read, not lost."""
    assert len(ROWS) >= 24


@given(st.integers(0, 10**9))
def test_every_whole_number_in_digits_is_read_as_itself(number: int) -> None:
    """Digits before a unit are exactly that number."""
    assert numerals.readings(f"{number}项")[0] == numerals.Reading(Decimal(number), "exactly", "项")


@given(st.decimals(0, 100, places=1))
def test_a_fall_year_on_year_is_negative(number: Decimal) -> None:
    """同比下降 turns the sign, so the direction is readable from the value."""
    assert numerals.readings(f"同比下降{number}%")[0].value == -number


@given(st.text(max_size=60))
def test_no_text_breaks_the_reader(text: str) -> None:
    """Any text is read as some numbers or none; never an exception."""
    assert isinstance(numerals.readings(text), tuple)


@pytest.mark.parametrize("text", ["九九", "百度", "3"])
def test_what_is_no_numeral_is_refused(text: str) -> None:
    """Characters that write no integer raise instead of guessing."""
    with pytest.raises(ValueError, match=r"numeral|digits"):
        numerals.integer(text)


@pytest.mark.parametrize(
    ("text", "quote", "stands"),
    [
        ("同比下降27.7%", "同比下降27.7%和29.5%", True),
        ("同比下降29.5%", "同比下降27.7%和29.5%", True),
        ("同比下降27.7%", "文件数量 / 同比下降 / 27.7%", True),
        ("7.7%", "同比下降27.7%", False),
        ("27%", "同比下降27.7%", False),
        ("86%以上", "85%以上的受访干部", False),
        ("上午9点…中午12点", "上午9点发来通知，中午12点就要材料", True),
        ("中午12点…上午9点", "上午9点发来通知，中午12点就要材料", False),
    ],
)
def test_words_stand_in_a_quote_in_order_and_whole(text: str, quote: str, stands: bool) -> None:  # noqa: FBT001 - a column
    """A number counts only whole, and its words only in the order of the quote."""
    assert numerals.supported(text, quote) is stands
