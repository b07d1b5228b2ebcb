"""The page on the truth of the mapping counts what its table holds, and the table names claims."""

import csv
import re
from collections import Counter

from graph.coverage import second_reading
from graph.coverage.second_reading import FIELDS, Drawn
from graph.mapping.entities import load
from graph.paths import ROOT
from graph.release.build import ENTITIES, Sources

TABLE = ROOT / "docs" / "truth" / "settled.csv"
READING = ROOT / "docs" / "truth" / "second-reading.csv"
VERSIONS = ROOT / "docs" / "truth" / "versions.csv"
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


def versions() -> list[dict[str, str]]:
    """The claims of the release that was read, with what became of each."""
    with VERSIONS.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def test_what_became_of_a_claim_is_so(sources: Sources) -> None:
    """What was removed is gone, what was kept is there, and each leads to claims of today."""
    today = {c.name.removeprefix("clm:") for each in sources.mapped for c in each.claims}
    told = versions()
    assert len({row["claim"] for row in told}) == len(told) == 229
    for row in told:
        assert (row["claim"] in today) == (row["became"] != "removed"), row
        assert row["now"], row
        assert set(row["now"].split()) <= today, row
        assert bool(row["properties"]) == (row["became"] == "changed"), row
    counted = Counter(row["became"] for row in told)
    of_first = {name for name in today if name.startswith("rmrb-20210111-11-")}
    counted["new"] = len(of_first - {row["claim"] for row in told})
    printed = re.findall(r"^\| (same|changed|removed|new) \| (\d+) \|$", PAGE, re.MULTILINE)
    assert {kind: int(number) for kind, number in printed} == counted


def test_every_finding_is_about_a_claim_that_was_read() -> None:
    lines = {row["line"] for row in rows()} - {""}
    assert len(lines) > 100
    assert lines == {row["finding"] for row in versions()} - {""}


def reading() -> list[dict[str, str]]:
    """The form as the second reader filled it, with what became of each difference."""
    with READING.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def test_the_page_counts_the_second_reading() -> None:
    rows = reading()
    agreed = [sum(field not in row["differs"].split() for row in rows) for field in FIELDS]
    line = " | ".join(map(str, (len(rows), *agreed)))
    assert f"| second | {line} |" in PAGE


def test_every_difference_of_the_second_reading_is_settled() -> None:
    for row in reading():
        assert set(row["differs"].split()) <= set(FIELDS)
        assert bool(row["differs"]) <= bool(row["mapping"] and row["how"])
        assert row["right"] in ({"mapping", "reader", "both"} if row["how"] else {""})


def test_the_claims_answer_as_the_table_of_the_second_reading_says(sources: Sources) -> None:
    """Fields differ where the table says so; where the reader was right the claim has changed."""
    claims = {c.name: c for each in sources.mapped for c in each.claims}
    links = [link for each in sources.mapped for link in each.links]
    named = {name: entity.zh for name, entity in load(ENTITIES).items()}
    rows, drawn = reading(), []
    for row in rows:
        claim = claims[f"clm:{row['iri']}"]
        own = tuple(link for link in links if link.claim == claim.name)
        drawn.append(Drawn(claim, own[0], own))
    compared = second_reading.compared(drawn, second_reading.filled(READING, drawn), named)
    for row, agreed in zip(rows, compared, strict=True):
        if row["right"] != "reader":
            assert set(FIELDS) - agreed == set(row["differs"].split()), row["claim"]
    moved = next(row for row in rows if row["right"] == "reader")
    new = next(link for link in links if link.claim == "clm:rmrb-20210111-11-d462bc81-1"
               and link.predicate == moved["relation"])  # fmt: skip
    assert claims[new.claim].voice == f"c:voice-{moved['voice']}"
