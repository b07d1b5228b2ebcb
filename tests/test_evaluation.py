"""How a draft is measured against what a person marked, on counts worked out by hand."""

import json
import shutil
from pathlib import Path

import pytest

from graph.draft.rules.finding import Finding
from graph.draft.scores import evaluation, gold, report
from graph.draft.scores.evaluation import Score, compare, said
from graph.draft.scores.gold import Span
from graph.errors import InputError
from graph.mapping import entities
from graph.release.cli import main

DATA = Path(__file__).parent / "data" / "drafts"


def figure(start: int, end: int, **fields: str) -> Finding:
    """A figure that a rule found."""
    told = {"value": "3", "unit": "天", "comparator": "exactly"}
    return Finding("statistic", start, end, "figure/1", {**told, **fields})


GOLD = (
    Span("statistic", 0, 2, {"value": 3, "unit": "天"}),
    Span("statistic", 4, 7, {"value": 30000, "unit": "户", "comparator": "<", "scope": "全市"}),
    Span("statistic", 9, 12, {"value": 5, "unit": "个"}),
)


def test_counts_by_hand() -> None:
    kept = [
        figure(0, 2),
        figure(4, 7, value="30000.0", unit="户", comparator="nearly"),
        figure(9, 11, value="5", unit="个"),
        figure(20, 22),
    ]
    score = compare(GOLD, kept, [figure(30, 31)])["statistic"]
    assert (score.found, score.grounded, score.gold) == (5, 4, 3)
    assert (score.exact, score.overlap, score.touching, score.value) == (2, 3, 3, 2)
    assert (score.expected, score.proposed, score.equal, score.invented) == (5, 5, 5, 0)
    assert (score.precision, score.recall) == (2 / 4, 2 / 3)
    assert score.f1 == pytest.approx(4 / 7)


def test_a_wrong_value_is_exact_and_invented() -> None:
    score = compare(GOLD[1:2], [figure(4, 7, value="50000", unit="户", comparator="nearly")], ())
    wrong = score["statistic"]
    assert (wrong.exact, wrong.value, wrong.equal, wrong.invented) == (1, 0, 2, 1)


def test_a_comparator_that_is_left_out_is_no_equal_value() -> None:
    wrong = compare(GOLD[1:2], [figure(4, 7, value="30000", unit="户")], ())["statistic"]
    assert (wrong.exact, wrong.value, wrong.expected, wrong.equal) == (1, 0, 3, 2)


def test_kinds_do_not_mix() -> None:
    place = Finding("place", 0, 2, "place/1", {"name": "浙江", "level": "province"})
    scores = compare(GOLD[:1], [place], ())
    assert scores["statistic"] == Score(gold=1)
    assert scores["place"] == Score(found=1, grounded=1)


def test_a_date_is_said_as_the_guide_writes_it() -> None:
    fields = {"value": "2022-02-04--2022-02-10", "precision": "day", "basis": "title"}
    told = said(Finding("date", 0, 2, "date/1", fields))
    assert told == {"value": "2022-02-04/2022-02-10", "precision": "day", "relative": "true"}


def test_gold_of_a_text_of_our_own() -> None:
    """Ten of eleven spans are found, all of them as they are; 平台 is no body."""
    ((name, scores),) = evaluation.evaluate(
        gold.read(DATA), entities.load(DATA.parent / "notices" / "entities.csv")
    )
    assert name == "report"
    total = sum(scores.values(), Score())
    assert (total.gold, total.exact, total.grounded) == (11, 10, total.found)
    assert (scores["statistic"].exact, scores["statistic"].value) == (3, 2)


def test_the_table_says_what_is_marked_whole() -> None:
    scores = {"place": Score(1, 1, 1, 1), "measure": Score(2, 2, 1, 1), "speech": Score(1, 1)}
    lines = list(report.table(scores))
    assert lines[2] == "| place | 1 | 1/1 | 1 | 1.00 | 1.00 | 1.00 | 0/1 | 0/1 | 0/0 | 0/0 |"
    assert lines[3] == "| speech | 0 | 1/1 | 0 | – | – | – | 0/0 | 0/0 | 0/0 | 0/0 |"
    assert lines[4] == "| measure | 1 | 2/2 | 1 | – | 1.00 | – | 0/1 | 0/1 | 0/0 | 0/0 |"
    assert lines[5].startswith("| all marked whole | 1 | 1/1 | 1 |")


def test_the_command_prints_the_hash_of_the_rules(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["evaluate", "--gold", str(DATA)]) == 0
    first, _, head, *_ = capsys.readouterr().out.splitlines()
    assert first.startswith("rules ")
    assert first.endswith(", texts report")
    assert head.startswith("| kind | gold | grounded | exact |")


BROKEN = {
    "not JSON": ("gold.jsonl", "{"),
    "an array": ("gold.jsonl", "[]"),
    "an unknown kind": ("gold.jsonl", '{"kind": "rumour", "start": 0, "end": 1, "fields": {}}'),
    "no fields": ("gold.jsonl", '{"kind": "date", "start": 0, "end": 1}'),
    "past the end": ("gold.jsonl", '{"kind": "date", "start": 0, "end": 9999, "fields": {}}'),
    "not the quote": (
        "gold.jsonl",
        '{"kind": "date", "quote": "x", "start": 0, "end": 1, "fields": {}}',
    ),
    "no day": ("meta.json", "{}"),
    "half a day": ("meta.json", '{"date": "2021-13-01"}'),
    "no object": ("meta.json", "1"),
}


@pytest.mark.parametrize(("suffix", "content"), BROKEN.values(), ids=BROKEN)
def test_gold_that_is_wrong_is_told_with_its_file(
    tmp_path: Path, suffix: str, content: str
) -> None:
    for each in ("txt", "meta.json", "gold.jsonl"):
        shutil.copy(DATA / f"report.{each}", tmp_path)
    (tmp_path / f"report.{suffix}").write_text(content, "utf-8")
    with pytest.raises(InputError) as caught:
        list(gold.read(tmp_path))
    assert caught.value.where.file == f"report.{suffix}"


@pytest.mark.parametrize("missing", ["txt", "meta.json", "gold.jsonl"])
def test_gold_that_lacks_a_file_is_refused(tmp_path: Path, missing: str) -> None:
    for each in {"txt", "meta.json", "gold.jsonl"} - {missing}:
        shutil.copy(DATA / f"report.{each}", tmp_path)
    with pytest.raises(InputError, match=r"missing|no gold"):
        list(gold.read(tmp_path))


def test_every_span_of_our_gold_is_what_it_quotes() -> None:
    text = (DATA / "report.txt").read_text("utf-8")
    rows = [json.loads(line) for line in (DATA / "report.gold.jsonl").read_text().splitlines()]
    assert all(text[row["start"] : row["end"]] == row["quote"] for row in rows)
