"""Proposals made elsewhere: each format is read, each proposal is put to the test."""

import csv
import json
import shutil
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import jsonschema_rs
import openpyxl
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from graph.draft import acceptance, arrival, drafting, proposal
from graph.draft.acceptance import Taken
from graph.draft.drafting import Drafter
from graph.draft.intake import reading
from graph.draft.intake.offer import SCHEMA, Offer
from graph.draft.proposal import KINDS, Proposal
from graph.errors import InputError, Place
from graph.mapping import article, entities
from graph.release.cli import main

DATA = Path(__file__).parent / "data" / "drafts"
REGISTRY = DATA.parent / "notices" / "entities.csv"
NAME = "gazette-20211220-9"


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """An article made from the report that was written for the tests."""
    articles = tmp_path_factory.mktemp("articles")
    return arrival.new(NAME, DATA / "report.txt", articles, arrival.Told(publisher="agt:gazette"))


@pytest.fixture(scope="module")
def drafter(folder: Path) -> Iterator[Drafter]:
    """Makes proposals for it."""
    with Drafter(article.load(folder), entities.load(REGISTRY)) as made:
        yield made


def taken(path: Path, folder: Path) -> Taken:
    """What becomes of a file of offers for the article."""
    _, offers = reading.read(path)
    with Drafter(article.load(folder), entities.load(REGISTRY)) as made:
        return acceptance.take(offers, "model/1", made)


FORMATS = {
    "offers.jsonl": ("json-lines", 8, 0, 1),
    "recogito.json": ("web-annotation", 3, 1, 0),
    "inception.json": ("web-annotation", 1, 0, 0),
    "label-studio.json": ("label-studio", 2, 1, 0),
    "offers.csv": ("sheet", 3, 2, 0),
}
"""File → its format, how many are taken and refused, how many fields are dropped."""


@pytest.mark.parametrize(("name", "wanted"), FORMATS.items(), ids=FORMATS)
def test_a_format_is_read(name: str, wanted: tuple[str, int, int, int], folder: Path) -> None:
    form, _ = reading.read(DATA / name)
    found = taken(DATA / name, folder)
    counts = len(found.proposals), len(found.refused), found.dropped_fields
    assert (form, *counts) == wanted, found.refused


def test_an_excel_sheet_is_read_as_its_csv(folder: Path, tmp_path: Path) -> None:
    book = openpyxl.Workbook()
    for row in csv.reader((DATA / "offers.csv").read_text("utf-8").splitlines()):
        book.active.append([int(c) if c.isdecimal() else c or None for c in row])
    book.save(tmp_path / "offers.xlsx")
    assert taken(tmp_path / "offers.xlsx", folder).proposals == taken(
        DATA / "offers.csv", folder
    ).proposals  # fmt: skip


def test_of_two_places_the_offset_or_the_words_before_tell_which(folder: Path) -> None:
    text = (folder / "article.txt").read_text("utf-8")
    second = text.index("王小明", text.index("王小明") + 1)
    (by_offset,) = (
        p for p in taken(DATA / "recogito.json", folder).proposals if p.kind == "person"
    )
    assert by_offset.start == second
    (by_words,) = (p for p in taken(DATA / "offers.jsonl", folder).proposals if p.kind == "person")
    assert by_words.start == text.index("王小明")


def test_browsers_count_in_utf_16() -> None:
    text = "𠮷𠮷王小明，王小明"
    offer = Offer("person", "王小明", Place("x"), at=8)
    assert acceptance.anchor(offer, text) == 6


REFUSED = (
    "the quote '近5万户' is not in the source",
    "the quote '王小明' stands 2 times in the source",
    "its value is '50000', its words say '30000'",
    "unknown kind 'rumour'",
    "print none",
    "print 2 of them",
    "not JSON",
    "no kind or no quote",
    "unknown key 'sure'",
    "do not name its actor",
    "no claim can be made of its words",
    "a claim without statedIn",
    "an alias",
    "no claim can be made of its words",
    "a line that is no object",
    "is proposed as a organization already",
)
"""What is said of the lines of refused.jsonl, in their order; of two alike of the second."""


def test_each_refusal_has_its_line_and_reason(folder: Path) -> None:
    found = taken(DATA / "refused.jsonl", folder)
    assert [p.quote for p in found.proposals] == ["中办"]
    told = [(e.where.line, e.what) for e in found.refused]
    lines = [n for n in range(1, 18) if n != 16]
    assert [line for line, _ in told] == lines
    assert all(e.remedy for e in found.refused)
    for (_, what), wanted in zip(told, REFUSED, strict=True):
        assert wanted in what
    assert found.refusal_rate == pytest.approx(16 / 17)


def test_a_whole_claim_may_be_offered(folder: Path) -> None:
    """A draft's own claims come in again as offers of somebody else."""
    known = entities.load(REGISTRY)
    made = drafting.draft(article.load(folder), known)
    (one, _), *_ = made.proposals
    offer = Offer(one.kind, one.quote, Place("x", 1), at=one.start, claim=one.claim)
    with Drafter(article.load(folder), known) as drafter:
        drafter.names.added.update({e.name: e for e in made.unregistered})
        found = acceptance.take([offer], "model/2", drafter)
    assert found.proposals == (replace(one, rule="model/2"),)


def test_what_is_taken_stands_beside_what_the_rules_propose(
    tmp_path: Path, folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """Each proposer's last word counts, and nobody's replaces another's."""
    shutil.copytree(folder, tmp_path / NAME)
    common = ["--articles", str(tmp_path), "--entities", str(REGISTRY)]
    assert main(["draft", NAME, *common]) == 0
    rules = proposal.read(tmp_path / NAME)
    for _ in range(2):
        command = ["draft", NAME, "--from", str(DATA / "offers.jsonl"), "--by", "model", *common]
        assert main(command) == 0
        added = [p for p in proposal.read(tmp_path / NAME) if p not in rules]
        assert [(p.quote, p.rule) for p in added] == [("县", "model/1")]
    assert "is proposed as a statistic already" in capsys.readouterr().out
    (tmp_path / "new.jsonl").write_text('{"kind": "place", "quote": "全市"}\n', "utf-8")
    command = ["draft", NAME, "--from", str(tmp_path / "new.jsonl"), "--by", "model", *common]
    assert main(command) == 0
    assert main(["draft", NAME, *common]) == 0
    both = proposal.read(tmp_path / NAME)
    assert [p.rule for p in both if p not in rules] == ["model/1"]
    assert [p for p in both if p.rule != "model/1"] == list(rules)


def test_nothing_is_written_when_all_are_refused(tmp_path: Path, folder: Path) -> None:
    shutil.copytree(folder, tmp_path / NAME)
    (tmp_path / "bad.jsonl").write_text('{"kind": "place", "quote": "天上"}\n', "utf-8")
    common = ["--articles", str(tmp_path), "--entities", str(REGISTRY)]
    assert main(["draft", NAME, "--from", str(tmp_path / "bad.jsonl"), *common]) == 1
    assert not (tmp_path / NAME / proposal.NAME).exists()


FILES = {
    "not UTF-8": ("a.jsonl", "减负".encode("gbk"), "not UTF-8"),
    "no workbook": ("a.xlsx", b"PK\x03\x04nothing", "not an Excel file"),
    "no columns": ("a.csv", "甲,乙\n1,2\n".encode(), "the columns are 甲, 乙"),
    "two columns of one name": ("a.csv", b"kind,quote,value,value\n", "the columns are"),
    "an open quote": ("a.csv", b'kind,quote\nplace,"x', "not CSV"),
    "empty": ("a.csv", b"", "the columns are none"),
    "a bomb of rows": ("a.csv", b"kind,quote\n" + b"place,x\n" * 20_001, "more than 20000 rows"),
}


@pytest.mark.parametrize(("name", "raw", "what"), FILES.values(), ids=FILES)
def test_a_file_that_is_none_of_them_is_refused(
    name: str, raw: bytes, what: str, tmp_path: Path
) -> None:
    (tmp_path / name).write_bytes(raw)
    with pytest.raises(InputError, match=what):
        list(reading.read(tmp_path / name)[1])


def test_a_file_that_is_missing_or_huge_is_refused(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="no such file"):
        reading.read(tmp_path / "a.jsonl")
    with (tmp_path / "a.jsonl").open("wb") as file:
        file.truncate(20_000_001)
    with pytest.raises(InputError, match="more than 20000000 bytes"):
        reading.read(tmp_path / "a.jsonl")


def test_the_schema_fits_the_lines_that_are_read() -> None:
    schema = jsonschema_rs.validator_for(json.loads(SCHEMA.read_text("utf-8")))
    lines = (DATA / "offers.jsonl").read_text("utf-8").splitlines()
    assert all(schema.is_valid(json.loads(line)) for line in lines)
    for line in ('{"kind": "x"}', '{"kind": "x", "quote": ""}', '{"kind": 1, "quote": "x"}', "[]"):
        assert not schema.is_valid(json.loads(line))


TEXT = (DATA / "report.txt").read_text("utf-8")
PIECES = st.tuples(st.integers(0, len(TEXT)), st.integers(1, 30)).map(
    lambda at: TEXT[at[0] : at[0] + at[1]]
)
WORD = PIECES | st.text(max_size=4)
CLAIMS = (
    st.just("")
    | st.text(max_size=20)
    | st.sampled_from(
        [
            "- records: []\n",
            "- a: &x [1]\n  b: *x\n",
            "[" * 99,
            "- facts: {id: agt:x}\n",
            "- 1\n- 2",
        ]
    )
)
FIELDS = st.sampled_from(["value", "unit", "actor", "speaker", "role", "genre", "x"])
OFFERS = st.builds(
    Offer,
    st.sampled_from(KINDS) | WORD,
    WORD,
    st.just(Place("x", 1)),
    st.just("") | WORD,
    st.just("") | WORD,
    st.none() | st.integers(-5, 300),
    st.dictionaries(FIELDS, WORD),
    CLAIMS,
)


@pytest.mark.slow
@settings(max_examples=2000, deadline=None, suppress_health_check=list(HealthCheck))
@given(OFFERS)
def test_whatever_is_offered_it_is_taken_or_refused_with_its_place(
    drafter: Drafter, offer: Offer
) -> None:
    """And what is taken quotes the text."""
    found = acceptance.take([offer], "fuzz/1", drafter)
    assert len(found.proposals) + len(found.refused) == 1
    for each in found.proposals:
        assert isinstance(each, Proposal)
        assert TEXT[each.start : each.end] == each.quote
    assert all(e.remedy for e in found.refused)


KEYS = [
    *("target", "selector", "body", "type", "exact", "items", "first", "refinedBy", "annotations"),
    *("result", "value", "labels", "text", "start", "id", "kind", "quote", "fields"),
]
JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=4),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(st.sampled_from(KEYS) | st.text(max_size=3), inner)
    ),
    max_leaves=12,
)


@pytest.mark.slow
@settings(max_examples=1000, deadline=None, suppress_health_check=list(HealthCheck))
@given(document=JSON, ending=st.sampled_from([".json", ".jsonl", ".csv", ".xlsx"]))
def test_whatever_a_file_holds_it_is_read_or_refused(
    tmp_path_factory: pytest.TempPathFactory, document: object, ending: str
) -> None:
    path = tmp_path_factory.getbasetemp() / f"fuzz{ending}"
    path.write_text(json.dumps(document), "utf-8")
    try:
        found = list(reading.read(path)[1])
    except InputError:
        return
    assert all(isinstance(each, Offer | InputError) for each in found)


@settings(max_examples=300, deadline=None)
@given(st.binary(max_size=200))
def test_whatever_bytes_a_file_has(tmp_path_factory: pytest.TempPathFactory, raw: bytes) -> None:
    for ending in (".jsonl", ".csv", ".xlsx"):
        path = tmp_path_factory.getbasetemp() / f"bytes{ending}"
        path.write_bytes(raw)
        try:
            list(reading.read(path)[1])
        except InputError:
            continue
