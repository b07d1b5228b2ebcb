"""The inventory that a program fills in: what follows from claims and source, and what stays."""

import csv
import shutil
from collections.abc import Callable
from pathlib import Path

import pytest

from graph.authoring import listing
from graph.authoring.listing import MECHANICAL, Listing
from graph.coverage import inventory
from graph.draft import arrival
from graph.draft.arrival import Told
from graph.errors import InputError
from graph.mapping import article
from graph.paths import ARTICLES, ROOT
from graph.release.cli import main

FIRST = "rmrb-20210111-11"
REGISTRY = ROOT / "graph" / "entities.csv"
DATA = Path(__file__).parent / "data"


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A copy of the first article, for one test."""
    return Path(shutil.copytree(ARTICLES / FIRST, tmp_path / FIRST))


def rows(folder: Path) -> list[dict[str, str]]:
    """The rows of an inventory."""
    with (folder / "inventory.csv").open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def rewrite(folder: Path, change: Callable[[list[dict[str, str]]], list[dict[str, str]]]) -> None:
    """Write the rows of an inventory anew, changed."""
    changed = change(rows(folder))
    (folder / "inventory.csv").write_text(Listing(tuple(changed), 0, 0, ()).text, "utf-8")


def test_what_a_person_wrote_stays(folder: Path) -> None:
    """To the byte; it says nothing otherwise than the claims, and nothing of it is missing."""
    before = (folder / "inventory.csv").read_bytes()
    found = listing.refresh(folder, REGISTRY)
    assert found.differing == ()
    assert (found.of_claims, found.of_source) == (0, 0)
    assert (folder / "inventory.csv").read_bytes() == before


def test_the_mechanical_columns_follow_from_the_claims(folder: Path) -> None:
    """Emptied, they are filled again: as they were, but for what was left open."""
    before = {row["record"]: row for row in rows(folder)}
    rewrite(folder, lambda all_: [row | dict.fromkeys(MECHANICAL, "") for row in all_])
    listing.refresh(folder, REGISTRY)
    told = set()
    for row in rows(folder):
        was = before[row["record"]]
        assert (row["en"], row["zh"], row["corrected"]) == (was["en"], was["zh"], was["corrected"])
        told |= {
            f"{row['record']}: the {key} is {was[key]}, its claims say {row[key]}"
            for key in ("section", "basis", "confidence")
            if row[key] != was[key] and row[key]
        }
        assert (
            row["voice"] == was["voice"] or was["voice"] in ("paper", "mapper") or not row["voice"]
        )
        assert points(was["spans"]) <= points(row["spans"]) or not row["spans"]
    assert told == set()
    bare = [row["record"] for row in rows(folder) if not row["section"]]
    assert bare == ["ERR-014"]  # a contradiction, which no claim and no erratum is


def test_where_it_says_otherwise_than_the_claims_is_told(folder: Path) -> None:
    """Row and column; what a person wrote is not changed."""
    wrong = {"STA-019": {"confidence": "high"}, "STA-032": {"basis": "explicit"}}
    rewrite(folder, lambda all_: [row | wrong.get(row["record"], {}) for row in all_])
    before = (folder / "inventory.csv").read_bytes()
    assert set(listing.refresh(folder, REGISTRY).differing) == {
        "STA-019: the confidence is high, its claims say medium",
        "STA-032: the basis is explicit, its claims say inferred",
    }
    assert (folder / "inventory.csv").read_bytes() == before


def points(spans: str) -> set[int]:
    """The code points of spans."""
    pairs = (span.split("-") for span in spans.split())
    return {point for start, end in pairs for point in range(int(start), int(end))}


def test_a_record_that_claims_name_is_listed(folder: Path) -> None:
    gone = {"STA-001", "QUO-001"}
    lost = [row for row in rows(folder) if row["record"] in gone]
    rewrite(folder, lambda all_: [row for row in all_ if row["record"] not in gone])
    found = listing.refresh(folder, REGISTRY)
    assert found.of_claims == len(gone)
    made = {row["record"]: row for row in rows(folder)}
    for row in lost:
        assert made[row["record"]]["kind"] == row["kind"]
        assert made[row["record"]]["section"] == row["section"]
        assert points(row["spans"]) <= points(made[row["record"]]["spans"])
    source = article.load(folder)
    assert len(inventory.load(folder, source)) == len(made)


def test_an_article_without_claims_has_its_numbers_dates_and_quotations(tmp_path: Path) -> None:
    """Each with the words it rests on, in a file that the coverage check reads; twice the same."""
    text = DATA / "drafts" / "report.txt"
    told = Told(publisher="agt:peoples-daily")
    made = arrival.new("gazette-20211220-9", text, tmp_path, told)
    found = listing.refresh(made, REGISTRY)
    assert found.of_source == len(found.rows) > 8
    words = {(row["kind"], row["zh"]) for row in rows(made)}
    assert {
        ("statistic", "27.7%"), ("statistic", "近3万户"), ("event", "去年3月"),
        ("quote", "王小明表示：“标牌少了，办事快了。”"),
    } <= words  # fmt: skip
    source = article.load(made)
    for row in rows(made):
        start, end = map(int, row["spans"].split("-"))
        assert source.text[start:end] == row["zh"]
    assert len(inventory.load(made, source)) == len(found.rows)
    again = listing.refresh(made, REGISTRY)
    assert (again.text, again.of_source) == (found.text, 0)


def test_the_command_tells_and_writes_nothing_if_it_is_only_to_tell(
    folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    rewrite(folder, lambda all_: all_[1:])
    before = (folder / "inventory.csv").read_bytes()
    given = ["--articles", str(folder.parent), "--entities", str(REGISTRY)]
    assert main(["inventory", FIRST, "--dry-run", *given]) == 0
    assert "1 new of records that claims name" in capsys.readouterr().out
    assert (folder / "inventory.csv").read_bytes() == before
    assert main(["inventory", "nowhere", *given]) == 1
    assert "there is no such article" in capsys.readouterr().err


def test_a_file_that_is_no_inventory_is_refused(folder: Path) -> None:
    for text, told in (("a,b\n1,2\n", "no inventory"), (None, "a row of other columns")):
        good = (ARTICLES / FIRST / "inventory.csv").read_text("utf-8")
        (folder / "inventory.csv").write_text(text or f"{good}a,b\n", "utf-8")
        with pytest.raises(InputError, match=told):
            listing.refresh(folder, REGISTRY)
        assert (folder / "inventory.csv").read_text("utf-8") == (text or f"{good}a,b\n")
