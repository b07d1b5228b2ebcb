"""The page on the truth of the mapping counts what its table holds, and the table names claims."""

import csv
import re
from collections import Counter

from graph.paths import ROOT
from graph.release.build import Sources

TABLE = ROOT / "docs" / "truth" / "settled.csv"
PAGE = (ROOT / "docs" / "truth.md").read_text("utf-8")


def rows() -> list[dict[str, str]]:
    """The findings."""
    with TABLE.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def test_the_page_counts_the_table() -> None:
    found = Counter((row["kind"], row["verdict"]) for row in rows())
    printed = re.findall(r"^\| (\w+) \| (\d+) \| (\d+) \|$", PAGE, re.MULTILINE)
    assert {kind for kind, _, _ in printed} == {kind for kind, _ in found}
    for kind, settled, disputed in printed:
        assert (found[kind, "settled"], found[kind, "disputed"]) == (int(settled), int(disputed))


def test_every_finding_says_what_became_of_it() -> None:
    assert all(row["finding"] and row["how"] for row in rows())


def test_every_claim_named_is_a_claim(sources: Sources) -> None:
    claims = {c.name.removeprefix("clm:") for each in sources.mapped for c in each.claims}
    named = {name for row in rows() for name in row["claim"].split()}
    assert named
    assert not named - claims
