"""From real texts to a release that passes every check, through the desk in a browser.

The texts belong to others and are not part of the project: POLICYPROV_TEXTS names a folder that has
them. All that is made of them lies in a temporary folder and goes away with it.
"""

import json
import os
import re
import shutil
import sys
import tempfile
from collections.abc import Iterator
from datetime import date
from pathlib import Path
from typing import Any

import published
import pytest
import yaml
from checkout import Checkout
from gathered import DATA, SAMPLES, together
from playwright.sync_api import Browser
from pyoxigraph import QuerySolutions, Store
from reviewer import REJECT, Reviewer

from desk.journal import Journal
from graph.draft import proposal
from graph.draft.rules.finding import Source
from graph.mapping import yaml_positions
from graph.mapping.short.writer import lines_a_claim
from graph.queries import canned
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


def worded(written: Any, text: str) -> Any:
    """Claims with the words of a text for their offsets: $12-18, and $title for its title."""
    if isinstance(written, dict):
        return {key: worded(value, text) for key, value in written.items()}
    if isinstance(written, list):
        return [worded(each, text) for each in written]
    if written == "$title":
        heading = Source(text, date.min).heading
        assert heading, "a text without a heading"
        return text[slice(*heading)].replace("\n", "")
    at = re.fullmatch(r"\$(\d+)-(\d+)", str(written))
    return text[int(at[1]) : int(at[2])] if at else written


def serve(checkout: Checkout) -> None:
    """Every canned query and the pages of each article answer over the release."""
    release = checkout.root / "build" / "current"
    client = published.made(release).test_client()
    for name in canned():
        answer = client.get(f"/queries/{name}", headers={"Accept": "*/*"})
        assert answer.status_code == 200, (name, answer.text)
    for path in ("/explore", *(f"/{of}/{slug}" for slug in ROUTE for of in ("reader", _ARTICLE))):
        for lang in ("en", "zh"):
            assert client.get(path, query_string={"lang": lang}).status_code == 200, path


_ARTICLE = "page/article"
SLOW = (
    "browser/test_accessible", "browser/test_explore_pages", "browser/test_reader_pages",
    "test_any_articles", "test_evidence", "test_examples", "test_queries", "test_reasoning",
    "test_release", "test_resources", "test_samples", "test_two_articles",
)  # fmt: skip
"""Modules with slow tests of the published articles and of their pages."""
_LEFT = """
import json, sys
from pathlib import Path
from graph.coverage.coverage import measure
from graph.mapping import article, entities, mapped
from graph.mapping.facts import Facts
from graph.rdf.vocabulary import vocabulary
folder = Path("graph/articles") / sys.argv[1]
text = article.load(folder)
facts = Facts(vocabulary(), entities.load(Path("graph/entities.csv")), text.names)
found = measure(mapped.load(folder, text, facts))
stretches = [*found.unquoted, *(stretch for _, stretch in found.idle)]
print(json.dumps([found.told, [[each.line, each.words] for each in stretches]]))
"""
"""Run in the copy, whose code lists are its own."""


def uncovered(checkout: Checkout, slug: str) -> list[str]:
    """The offsets of what no fact of an article rests on, stops and blanks apart."""
    told, stretches = json.loads(checkout.python(_LEFT, slug))
    say(f"{slug}: {told}")
    text = (checkout.article(slug) / "article.txt").read_text("utf-8")
    lines = [0, *(match.end() for match in re.finditer("\n", text))]
    starts = [(text.index(words, lines[line - 1]), words) for line, words in stretches]
    return [f"{start}-{start + len(words)}" for start, words in sorted(starts)]


@pytest.mark.skipif(not TEXTS, reason="POLICYPROV_TEXTS names no folder with the texts")
def test_two_real_texts_are_drafted_reviewed_and_built(
    browser: Browser, checkout: Checkout
) -> None:
    """Counted and printed: builds until clean, decisions, seconds of one, lines a claim.

    What no fact rests on in the end was said beforehand to state nothing that has a term. The tests
    of this checkout pass with them, too.
    """
    lines, decisions = [], 0
    for slug, each in ROUTE.items():
        folder, text = checkout.article(slug), str(Path(TEXTS) / each["text"])
        new = ["article", "new", slug, "--text", text, "--publisher", each["publisher"]]
        checkout.run(*new, "--genre", each.get("genre", ""))
        checkout.run("draft", slug)
        with checkout.desk(browser, slug) as page:
            called = {each["publisher"]: each["called"]["zh"]}
            reviewer = Reviewer(page, folder, told(folder, each["told"]), called)
            reviewer.review()
            words = (folder / "article.txt").read_text("utf-8")
            reviewer.add(worded(each["by_hand"], words))
        checkout.known(each["publisher"], each["called"])
        checkout.state(slug, "complete")
        lines.append(lines_of(folder))
        decisions += len(proposal.read(folder))
        say(f"{slug}: {figures(folder)}, {lines[-1]} lines a claim (median)")
    checkout.run("build")
    say(f"built at the first try, {decisions} decisions")
    say(checkout.run("check"))
    assert max(lines) <= 8
    serve(checkout)
    for slug, each in ROUTE.items():
        assert uncovered(checkout, slug) == [str(left["at"]) for left in each["left"]]
    checkout.equip()
    say(checkout.tested("-m", "not slow"))
    say(checkout.tested("-m", "slow", *(f"tests/{name}.py" for name in SLOW)))


PLATES = {"indicator": "sign-plates", "printed": {"scope": "plc:130534"}}
MEETINGS = {"indicator": "meetings-held", "printed": {"scope": "plc:130534"}}
IN_2021 = {"during": "per:2021", "words": "2021年"}
SAMPLED: dict[str, tuple[Path, str, str, dict[str, Any]]] = {
    "gazette-20210203-1": (
        DATA / "notices", "agt:gazette", "official-document",
        {"statistic-227": {"indicator": "funds", "printed": {"scope": "agt:qinghe-finance"}}},
    ),
    "broadcast-20220105": (
        SAMPLES, "agt:qinghe-radio", "broadcast",
        {"statistic-26": PLATES, "statistic-35": MEETINGS, "statistic-50": PLATES | IN_2021},
    ),
    "bulletin-20220110": (
        SAMPLES, "agt:qinghe-statistics", "statistical-bulletin",
        {
            "date-3": REJECT,  # its title names no event
            "statistic-30": PLATES,
            "statistic-39": MEETINGS,
            "statistic-57": {
                "indicator": "training-participants", "printed": {"scope": "plc:130534"}
            },
        },
    ),
}  # fmt: skip
"""Sample → where it is, who published it, its genre, and what is decided on its proposals."""
_FIGURES = """
SELECT ?value (COUNT(DISTINCT ?o) AS ?figures) (COUNT(DISTINCT ?article) AS ?articles) {
  ?o pp:indicator ?i ; pp:scope plc:130534 ; pp:during per:2021 ; pp:value ?value .
  ?claim pp:about ?o ; pp:statedIn/pp:inSection/pp:inArticle ?article
} GROUP BY ?value ORDER BY ?value"""


def test_three_samples_are_drafted_reviewed_and_built_together(
    browser: Browser, checkout: Checkout
) -> None:
    """Without the first article; a figure told alike is one, one told differently is two."""
    graph = checkout.root / "graph"
    shutil.rmtree(graph / "articles")
    sources = together(graph / "articles", SAMPLES, DATA / "notices", only="none")
    sources.entities.replace(graph / "entities.csv")
    sources.background.replace(graph / "background.yaml")
    registered = (graph / "entities.csv").read_text("utf-8").splitlines()
    for slug, (home, publisher, genre, decided) in SAMPLED.items():
        text = str(home / slug / "article.txt")
        checkout.run(
            "article", "new", slug, "--text", text, "--publisher", publisher, "--genre", genre
        )
        checkout.run("draft", slug)
        with checkout.desk(browser, slug) as page:
            Reviewer(page, checkout.article(slug), decided).review()
        checkout.state(slug, "partial")  # a full stop is quoted by nothing
    checkout.run("build")
    checkout.run("check")
    found = store.read(checkout.root / "build" / "current" / "store")
    told = rows(found, _FIGURES)
    assert told == [("96", "1", "1"), ("98", "1", "1"), ("320", "1", "2"), ("500", "1", "1")]
    ((one, other, difference),) = {
        (row[2], row[4], row[5]) for row in rows(found, canned()[TWICE].text)
    }
    assert (one, other, difference) == ("96次", "98次", "2")
    # What was registered is spoken of under that name; nothing is registered under a second one.
    named = {name.partition(":")[2] for (name,) in rows(found, _SPOKEN_OF)}
    assert {"agent/qinghe-government-office", "agent/li-guiying"} <= named
    now = (graph / "entities.csv").read_text("utf-8").splitlines()
    assert now[: len(registered)] == registered
    called = [(line.partition(":")[0], line.split(",")[1]) for line in now]
    assert len(called) == len(set(called)), called


TWICE = "figures-told-differently"
_SPOKEN_OF = """
SELECT DISTINCT ?name { ?claim pp:about ?thing BIND(
  CONCAT(":", STRAFTER(STR(?thing), "/id/")) AS ?name) FILTER(STRSTARTS(?name, ":agent/")) }"""


def rows(found: Store, query: str) -> list[tuple[str, ...]]:
    """The rows of a query over a store."""
    answer = found.query(query, prefixes=PREFIXES)
    assert isinstance(answer, QuerySolutions)
    names = [variable.value for variable in answer.variables]
    return [tuple(row[name].value for name in names) for row in answer]


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
