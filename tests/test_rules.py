"""What the rules find in texts, and that they find it in whatever text."""

import csv
import re
from datetime import date
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from graph.draft.proposal import KINDS
from graph.draft.rules import gazetteer
from graph.draft.rules.finding import Source
from graph.draft.rules.grammar import findings, fingerprint

DATA = Path(__file__).parent / "data" / "drafts"


def _notice(name: str) -> str:
    return (DATA.parent / "notices" / name / "article.txt").read_text("utf-8")


TEXTS = {
    "notice": Source((DATA / "notice.txt").read_text("utf-8"), date(2021, 12, 6)),
    "report": Source((DATA / "report.txt").read_text("utf-8"), date(2021, 12, 20)),
    "rules": Source(_notice("gazette-20210203-1"), date(2021, 2, 3)),
    "amendment": Source(_notice("gazette-20220608-1"), date(2022, 6, 8)),
}
ROWS = list(csv.DictReader((DATA / "findings.csv").read_text("utf-8").splitlines()))
PHRASES = list(csv.DictReader((DATA / "phrases.csv").read_text("utf-8").splitlines()))


@pytest.mark.parametrize("row", ROWS, ids=[f"{r['kind']} {r['words'][:12]}" for r in ROWS])
def test_a_text_is_read(row: dict[str, str]) -> None:
    source = TEXTS[row["text"]]
    wanted = dict(pair.split("=", 1) for pair in row["fields"].split(";"))
    found = [
        f for f in findings(source)
        if f.kind == row["kind"] and source.text[f.start : f.end].replace("\n", "") == row["words"]
    ]  # fmt: skip
    assert [f for f in found if wanted.items() <= dict(f.fields).items()], found


@pytest.mark.parametrize("row", PHRASES, ids=[f"{r['kind']} {r['text'][:16]}" for r in PHRASES])
def test_a_phrase_names_this_and_nothing_else(row: dict[str, str]) -> None:
    """All the words of this kind that the phrase names, parted by |."""
    source = Source(row["text"], date(2021, 6, 1))
    found = [source.text[f.start : f.end] for f in findings(source) if f.kind == row["kind"]]
    assert "|".join(found) == row["words"]


@given(
    st.text(
        st.sampled_from("二〇一九年月日至截前5近万个%第、，。《》“”\n浙江省杭州市县委王说要"),
        max_size=60,
    )
)
def test_whatever_the_text_findings_lie_in_it(text: str) -> None:
    source = Source(text, date(2021, 1, 11))
    for found in findings(source):
        assert 0 <= found.start < found.end <= len(text)
        assert found.kind in KINDS
        assert re.fullmatch(r"[a-z]+/\d+", found.rule)


@given(st.text(max_size=80))
def test_any_text_at_all_can_be_read(text: str) -> None:
    findings(Source(text, date(2021, 1, 11)))


def test_the_gazetteer_is_whole() -> None:
    """34 provinces, and every county in one of them; the names are of one year."""
    levels = [d.level for d in gazetteer.divisions()]
    assert levels.count(1) == 34
    assert levels.count(3) > 2800
    assert gazetteer.name("330500") == "湖州市"


def test_what_replaces_is_not_the_document_that_tells_of_it() -> None:
    """One list replaces another, the notice none; a report relates nothing at all."""
    replaced = [f for f in findings(TEXTS["amendment"]) if f.fields.get("property") == "replaces"]
    assert replaced == []
    assert [f for f in findings(TEXTS["report"]) if f.kind == "relation"] == []


def test_only_the_opening_of_a_document_names_its_basis() -> None:
    more = "三、按照《清河县标牌手册办法》办理，经清河县民政局批准，"
    found = findings(Source(TEXTS["rules"].text.replace("三、", more), date(2021, 2, 3)))
    based = [f.fields["title"] for f in found if f.fields.get("property") == "basedOn"]
    leave = [f.fields["names"] for f in found if f.fields.get("property") == "approvedBy"]
    assert (based, leave) == (["清河县会议管理办法"], ["清河县人民政府"])


def test_the_rules_are_named_by_their_hash() -> None:
    assert re.fullmatch("[0-9a-f]{12}", fingerprint())
