"""docs/second-article.md is walked: its commands run, its codes are added, its facts are shown."""

import re
import shutil
import subprocess
import tempfile
from collections.abc import Iterator
from pathlib import Path

import published
import pytest
import yaml
from checkout import Checkout
from gathered import SAMPLES
from playwright.sync_api import Browser
from reviewer import REJECT, Reviewer

from graph.paths import ROOT

pytestmark = pytest.mark.slow

SLUG = "bulletin-20220110"
COUNTY = {"scope": "plc:130534"}
DECIDED = {
    "date-3": REJECT,
    "statistic-30": {"indicator": "sign-plates", "printed": COUNTY},
    "statistic-39": {"indicator": "meetings-held", "printed": COUNTY},
    "statistic-57": {"indicator": "training-participants", "printed": COUNTY},
}
"""What is decided at the desk: the title names no event, and what the figures measure."""


def blocks(language: str) -> list[str]:
    """Every fenced block of a language on the page."""
    page = (ROOT / "docs" / "second-article.md").read_text("utf-8")
    return re.findall(rf"```{language}\n(.*?)```", page, re.DOTALL)


@pytest.fixture
def checkout() -> Iterator[Checkout]:
    """A copy of the program with the text of the walk, gone afterwards."""
    with tempfile.TemporaryDirectory(prefix="policyprov-walk-") as made:
        found = Checkout.made(Path(made))
        shutil.copytree(SAMPLES, found.root / SAMPLES.relative_to(ROOT))
        yield found


def follow(line: str, checkout: Checkout, browser: Browser) -> None:
    """Carry out one command of the page; at the desk, decide until no proposal is left."""
    name, *words = line.split()
    if name != "policyprov":
        subprocess.run(["bash", "-c", line], cwd=checkout.root, check=True)
    elif words[0] == "desk":
        with checkout.desk(browser, words[1]) as page:
            names = {"agt:qinghe-statistics": "清河县统计局"}
            Reviewer(page, checkout.article(words[1]), DECIDED, names).review()
    else:
        checkout.run(*words)


def test_the_walk_leads_from_the_text_to_highlighted_facts(
    browser: Browser, checkout: Checkout
) -> None:
    figure, background = blocks("yaml")
    with (checkout.root / "graph" / "background.yaml").open("a", encoding="utf-8") as file:
        file.write("\n" + background)
    with (checkout.root / "ontology" / "concepts.ttl").open("a", encoding="utf-8") as file:
        file.write("".join(f"\n{block}" for block in blocks("turtle")))
    lines = [line for block in blocks("sh") for line in block.splitlines()]
    assert len(lines) == 7
    for line in lines:
        follow(line, checkout, browser)
    claims = yaml.safe_load((checkout.article(SLUG) / "claims.yaml").read_text("utf-8"))
    assert yaml.safe_load(figure)[0] in [f for claim in claims["claims"] for f in claim["facts"]]
    client = published.made(checkout.root / "build" / "current").test_client()
    shown = client.get(f"/reader/{SLUG}").text
    marked = "".join(re.findall(r"<mark\b[^>]*>(.*?)</mark>", shown, re.DOTALL))
    assert "320块" in re.sub("<[^>]*>", "", marked)
    for code in ("indicator-benches-set-up", "unit-bench", "article-type-interview"):
        assert client.get(f"/concept/{code}", follow_redirects=True).status_code == 200
