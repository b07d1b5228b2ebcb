"""From real texts to a release that passes every check, through the desk in a browser.

The texts belong to others and are not part of the project: POLICYPROV_TEXTS names a folder that has
them. All that is made of them lies in a temporary folder and goes away with it.
"""

import os
import re
import shutil
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import yaml
from checkout import Checkout
from gathered import DATA, SAMPLES, together
from playwright.sync_api import Browser
from pyoxigraph import QuerySolutions
from reviewer import REJECT, Reviewer
from visits import browsing

from desk.journal import Journal
from graph.draft import proposal
from graph.mapping import yaml_positions
from graph.mapping.short.writer import lines_a_claim
from graph.rdf import store
from graph.rdf.namespaces import PREFIXES

pytestmark = pytest.mark.slow

TEXTS = os.environ.pop("POLICYPROV_TEXTS", "")
"""Taken out of the environment: it is no setting of the server that other tests start."""
ROUTE: dict[str, Any] = yaml.safe_load((DATA / "route.yaml").read_text("utf-8"))


@pytest.fixture
def checkout() -> Iterator[Checkout]:
    """A copy of the program with the codes these texts need, gone afterwards."""
    with tempfile.TemporaryDirectory(prefix="policyprov-route-") as made:
        found = Checkout.made(Path(made))
        found.codes(DATA / "route.ttl")
        yield found
    assert not found.root.exists()


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    """A headless chromium."""
    with browsing() as found:
        yield found


def told(folder: Path, written: dict[str, Any]) -> dict[str, Any]:
    """What was decided on each proposal, with the periods of the dates it names."""
    proposals = {each.id: each for each in proposal.read(folder)}
    found: dict[str, Any] = {}
    for name, decided in written.items():
        found[name] = decided
        if decided != REJECT and "of" in decided:
            date = proposals[decided["of"]]
            (period,) = set(re.findall(r"during: (per:[\d-]+)", date.claim))
            found[name] = decided | {"during": period, "words": date.quote}
    return found


@pytest.mark.skipif(not TEXTS, reason="POLICYPROV_TEXTS names no folder with the texts")
def test_two_real_texts_are_drafted_reviewed_and_built(
    browser: Browser, checkout: Checkout
) -> None:
    """Counted and printed: builds until clean, decisions, seconds of one, lines a claim."""
    lines, decisions = [], 0
    for slug, each in ROUTE.items():
        folder, text = checkout.article(slug), str(Path(TEXTS) / each["text"])
        new = ["article", "new", slug, "--text", text, "--publisher", each["publisher"]]
        checkout.run(*new, "--genre", each.get("genre", ""))
        checkout.run("draft", slug)
        with checkout.desk(browser, slug) as page:
            called = {each["publisher"]: each["called"]["zh"]}
            Reviewer(page, folder, told(folder, each["told"]), called).review()
        checkout.known(each["publisher"], each["called"]["zh"], each["called"]["source"])
        checkout.state(slug, "partial")
        lines.append(lines_of(folder))
        decisions += len(proposal.read(folder))
        say(f"{slug}: {figures(folder)}, {lines[-1]} lines a claim (median)")
    checkout.run("build")
    say(f"built at the first try, {decisions} decisions")
    say(checkout.run("check"))
    assert max(lines) <= 8


FIGURES = {
    "date-3": REJECT,
    "statistic-30": {"indicator": "sign-plates", "printed": {"scope": "agt:qinghe"}},
    "statistic-39": {"indicator": "meetings-held", "printed": {"scope": "agt:qinghe"}},
    "statistic-57": {"indicator": "training-participants", "printed": {"scope": "agt:qinghe"}},
}
"""What is decided on the bulletin: its title names no event, and what its figures measure."""
_FIGURES = """
SELECT ?value (COUNT(DISTINCT ?o) AS ?figures) (COUNT(DISTINCT ?article) AS ?articles) {
  ?o pp:indicator ?i ; pp:scope agt:qinghe ; pp:during per:2021 ; pp:value ?value .
  ?claim pp:about ?o ; pp:statedIn/pp:inSection/pp:inArticle ?article
} GROUP BY ?value ORDER BY ?value"""


def test_a_sample_is_drafted_reviewed_and_built_beside_another(
    browser: Browser, checkout: Checkout
) -> None:
    """Without the first article; the figure both tell is one, the one they disagree in is two."""
    graph, slug = checkout.root / "graph", "bulletin-20220110"
    shutil.rmtree(graph / "articles")
    sources = together(graph / "articles", SAMPLES, only="broadcast-20220105")
    sources.entities.replace(graph / "entities.csv")
    sources.background.replace(graph / "background.yaml")
    text = str(SAMPLES / slug / "article.txt")
    new = ["--text", text, "--publisher", "agt:qinghe-statistics"]
    checkout.run("article", "new", slug, *new, "--genre", "statistical-bulletin")
    checkout.run("draft", slug)
    with checkout.desk(browser, slug) as page:
        Reviewer(page, checkout.article(slug), FIGURES).review()
    checkout.state(slug, "partial")  # a full stop is quoted by nothing
    checkout.run("build")
    checkout.run("check")
    found = store.read(checkout.root / "build" / "current" / "store").query(
        _FIGURES, prefixes=PREFIXES
    )
    assert isinstance(found, QuerySolutions)
    told = [tuple(row[n].value for n in ("value", "figures", "articles")) for row in found]
    assert told == [("96", "1", "1"), ("98", "1", "1"), ("320", "1", "2"), ("500", "1", "1")]


def say(words: str) -> None:
    """Show what was measured, to whoever runs the test with -s."""
    sys.stdout.write(f"\n{words}\n")


def figures(folder: Path) -> str:
    """What the journal tells of the work at the desk."""
    found = Journal(folder).figures()
    counts = ", ".join(f"{found[k]} {k}" for k in ("accept", "edit", "reject", "register"))
    return f"{counts}; {found['seconds']} s a decision (median; a robot's)"


def lines_of(folder: Path) -> float:
    """How many lines a claim takes at the median."""
    path = folder / "claims.yaml"
    return lines_a_claim(path.read_text("utf-8"), yaml_positions.load(path)["claims"])
