"""Proposals of a draft: what a line may be, and what becomes of a file of them."""

import json
from dataclasses import replace
from pathlib import Path

import jsonschema_rs
import pytest
from hypothesis import given
from hypothesis import strategies as st

from graph.draft import proposal
from graph.draft.proposal import KINDS, Proposal, parse, read, write
from graph.errors import InputError, Place

AT = Place("a/draft.jsonl", 7)
TEXT = "近日，该县印发清单。\n检查从20项减至8项。\n"
ONE = Proposal("statistic-14", 14, 17, "20项", "statistic", "figure/1", "- records: []\n")
GOOD = json.loads(proposal.line(ONE))
SCHEMA = jsonschema_rs.validator_for(json.loads(proposal.SCHEMA.read_text("utf-8")))


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """An article's folder with its source."""
    (tmp_path / "article.txt").write_text(TEXT, "utf-8")
    return tmp_path


def test_what_is_written_is_read_in_the_order_of_the_text(folder: Path) -> None:
    later = replace(ONE, id="statistic-19", start=19, end=21, quote="8项")
    write(folder, [later, ONE])
    assert read(folder) == (ONE, later)
    assert [p.name for p in folder.iterdir() if p.name.startswith(".")] == []


def test_an_article_without_a_draft_has_no_proposals(folder: Path) -> None:
    assert read(folder) == ()


def test_a_draft_of_nothing_is_empty(folder: Path) -> None:
    assert write(folder, []).read_bytes() == b""
    assert read(folder) == ()


BAD = {
    "not JSON": "{",
    "an array": "[]",
    "nested without end": "[" * 100_000,
    "an empty line": "",
    "a number of 5000 digits": '{"start": ' + "9" * 5000 + "}",
    "a key twice": json.dumps(GOOD)[:-1] + ', "start": 14}',
    "a key too many": json.dumps({**GOOD, "confidence": 1}),
    "a key too few": json.dumps({k: v for k, v in GOOD.items() if k != "rule"}),
    "an unknown kind": json.dumps({**GOOD, "kind": "rumour"}),
    "a truth for a number": json.dumps({**GOOD, "start": True}),
    "a fraction": json.dumps({**GOOD, "start": 14.0}),
    "an offset before the text": json.dumps({**GOOD, "start": -1}),
    "offsets of other words": json.dumps({**GOOD, "end": 18}),
    "an empty quote": json.dumps({**GOOD, "quote": "", "end": 14}),
    "half a surrogate pair": json.dumps({**GOOD, "claim": "\ud800"}),
}


@pytest.mark.parametrize("line", BAD.values(), ids=BAD)
def test_a_bad_line_is_told_with_its_place_and_a_remedy(line: str) -> None:
    with pytest.raises(InputError) as caught:
        parse(line, AT)
    assert caught.value.where == AT
    assert "draft again" in caught.value.remedy


def test_a_quote_that_is_not_there_is_refused(folder: Path) -> None:
    write(folder, [ONE])
    (folder / "article.txt").write_text(TEXT.replace("20项", "30项"), "utf-8")
    with pytest.raises(InputError, match=r"draft\.jsonl:1: the quote '20项' is not at 14"):
        read(folder)


def test_a_name_twice_is_refused(folder: Path) -> None:
    write(folder, [ONE, replace(ONE, start=19, end=21, quote="8项")])
    with pytest.raises(InputError, match=r":2: two proposals are called 'statistic-14'"):
        read(folder)


def test_a_file_that_is_not_text_is_refused(folder: Path) -> None:
    (folder / proposal.NAME).write_bytes(proposal.line(ONE).encode() + b"\n\xff\n")
    with pytest.raises(InputError, match=r"draft\.jsonl:2: not UTF-8"):
        read(folder)


def test_a_file_past_all_measure_is_refused(folder: Path) -> None:
    with (folder / proposal.NAME).open("wb") as file:
        file.truncate(16_000_001)
    with pytest.raises(InputError, match="more than 16000000 bytes"):
        read(folder)


WORDS = st.text(st.characters(exclude_categories=["Cs"]), min_size=1).filter(str.strip)


@given(words=WORDS, rule=WORDS, claim=WORDS, start=st.integers(0), kind=st.sampled_from(KINDS))
def test_every_proposal_reads_back_and_fits_the_schema(
    words: str, rule: str, claim: str, start: int, kind: str
) -> None:
    one = Proposal(f"x{start}", start, start + len(words), words, kind, rule, claim)
    written = proposal.line(one)
    assert "\n" not in written
    assert parse(written, AT) == one
    assert SCHEMA.is_valid(json.loads(written))


VALUE = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=3),
    lambda inner: st.lists(inner, max_size=2) | st.dictionaries(st.text(max_size=3), inner),
    max_leaves=4,
)


@given(st.fixed_dictionaries({key: st.just(GOOD[key]) | VALUE for key in GOOD}))
def test_whatever_a_line_holds_it_is_a_proposal_or_an_input_error(entry: dict[str, object]) -> None:
    text = json.dumps(entry)
    try:
        parse(text, AT)
    except InputError:
        return
    assert SCHEMA.is_valid(json.loads(text))


def test_the_schema_knows_the_kinds_and_the_keys() -> None:
    written = json.loads(proposal.SCHEMA.read_text("utf-8"))
    assert tuple(written["properties"]["kind"]["enum"]) == KINDS
    assert set(written["properties"]) == set(GOOD) == set(written["required"])
