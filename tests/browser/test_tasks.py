"""What five people come for, done by clicking: each with the most clicks it may take."""

import io
import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import openpyxl
import published
import pytest
from playwright.sync_api import Browser
from rdflib import Graph
from visits import Visit

from web.site.language import messages

pytestmark = pytest.mark.slow

STEWARD = {
    "licence": ("/about", "about.licence"),
    "citation": ("/about", "about.cite"),
    "contact": ("/about", "about.contact"),
    "history": ("/about/changelog", "about.document.changelog"),
}
"""What a steward looks for → the address in the footer, and the words that say it is there."""


class Person:
    """A visitor whose clicks are counted; typing and pressing Enter in a field is none."""

    def __init__(self, visit: Visit) -> None:
        self.visit, self.page, self.clicks = visit, visit.page, 0

    def click(self, selector: str) -> None:
        """Click the first of these, and wait for what it opens."""
        self.clicks += 1
        self.page.locator(selector).first.click()
        self.page.wait_for_load_state("load")


@pytest.fixture(params=["en", "zh"])
def person(browser: Browser, origin: str, request: pytest.FixtureRequest) -> Iterator[Person]:
    """Somebody on the home page who reads this language."""
    context = browser.new_context(
        viewport={"width": 1280, "height": 844}, locale=request.param, accept_downloads=True
    )
    visit = Visit(context.new_page(), origin)
    visit.watch()
    visit.go("/")
    yield Person(visit)
    context.close()
    assert visit.faults == []


def test_a_journalist_finds_the_sentence_and_cites_it(person: Person) -> None:
    """From home by search to the printed words and their GB/T 7714 citation, in three clicks."""
    person.page.fill('.seek input[name="q"]', "27.7%")
    person.page.press('.seek input[name="q"]', "Enter")
    person.page.wait_for_url("**/search?**")
    person.click('.hits blockquote a:has-text("27.7%")')
    assert "27.7%" in person.page.locator("h1").inner_text()
    person.click(".cite summary")
    assert "人民日报" in person.page.locator(".cite").inner_text()
    assert "[N]" in person.page.locator(".cite").inner_text()
    assert person.clicks <= 3


def test_a_researcher_takes_measures_of_counties_as_excel(person: Person) -> None:
    """Measures of the county level with their effects, without a query language."""
    person.click('.menu a[href*="/queries"]')
    person.click('a[href*="/queries/measures-of-level"]')
    with person.page.expect_download() as waiting:
        person.clicks += 1
        person.page.locator('a[href*="/queries/measures-of-level.xlsx"]').click()
    assert waiting.value.suggested_filename == "measures-of-level.xlsx"
    book = openpyxl.load_workbook(io.BytesIO(waiting.value.path().read_bytes()))
    assert book.active is not None
    head, *lines = [[cell.value for cell in line] for line in book.active.iter_rows()]
    assert len({line[0] for line in lines}) > 1
    assert any("effect" in str(name).lower() or "成效" in str(name) for name in head)
    assert person.clicks <= 4


def read_on_the_way(person: Person, last: str) -> float:
    """Minutes of reading from the top of the page to the end of this: all that stands before it.

    English at 200 words a minute, Chinese at 300 characters; each reads what is in their language.
    """
    words: str = person.page.evaluate(
        """last => {
          const end = document.querySelector(last), range = document.createRange();
          range.setStart(document.querySelector('main'), 0);
          range.setEndAfter(end);
          return range.toString();
        }""",
        last,
    )
    if person.page.locator("html").get_attribute("lang") == "en":
        return len(re.findall(r"[A-Za-z][\w'’-]*", words)) / 200
    return len(re.findall(r"[\u3400-\u9fff]", words)) / 300


def taken(person: Person, selector: str) -> bytes:
    """What one click on this downloads."""
    with person.page.expect_download() as waiting:
        person.clicks += 1
        person.page.locator(selector).click()
    return waiting.value.path().read_bytes()


def test_a_developer_takes_dump_query_and_json_ld(person: Person, tmp_path: Path) -> None:
    """All three from the home page, each in a click at most, in two minutes of reading."""
    jsonld = '.ways a[href$="/policyprov.jsonld"]'
    assert read_on_the_way(person, jsonld) <= 2
    dump = Graph().parse(data=taken(person, '.ways a[href$="/policyprov.ttl"]'), format="turtle")
    linked = Graph().parse(data=taken(person, jsonld), format="json-ld")
    assert len(dump) == len(linked) > 10_000
    assert person.clicks <= 2
    code = person.page.locator(".ways pre", has_text="import io, pandas")
    script = code.inner_text().replace(published.PUBLIC, person.visit.origin)
    ran = subprocess.run(
        [sys.executable, "-c", script], cwd=tmp_path, capture_output=True, check=True, timeout=60
    )
    shell = person.page.locator(".ways pre", has_text="curl").first.inner_text()
    asked = subprocess.run(
        ["bash", "-c", shell.replace(published.PUBLIC, person.visit.origin)],
        cwd=tmp_path, capture_output=True, check=True, timeout=60,
    )  # fmt: skip
    rows = asked.stdout.decode().splitlines()
    assert len(rows) > 1
    assert len(ran.stdout.decode().splitlines()) >= 2
    assert all(column in ran.stdout.decode() for column in rows[0].split(",")[:1])


def test_a_newcomer_learns_who_met_and_issued_in_2020(person: Person) -> None:
    """The meetings of the year and what was issued, by whom, in the reader's language."""
    person.click('.menu a[href*="/queries"]')
    person.click('a[href*="/queries/acts-of-year"]')
    shown = person.page.locator("table.rows").inner_text()
    english = person.page.locator("html").get_attribute("lang") == "en"
    assert (
        "Political Bureau of the CPC Central Committee" if english else "中共中央政治局"
    ) in shown
    assert "2020-12" in shown
    assert person.clicks <= 3


@pytest.mark.parametrize("wanted", STEWARD)
def test_a_steward_finds_what_a_catalogue_asks(person: Person, wanted: str) -> None:
    """Licence, citation, contact and history are one click away in the footer."""
    where, words = STEWARD[wanted]
    person.click(f'.foot a[href$="{where}"], .foot a[href*="{where}?"]')
    lang = "en" if person.page.locator("html").get_attribute("lang") == "en" else "zh"
    shown = person.page.locator("main").inner_text()
    # The changelog is in English for everybody, and says so.
    assert messages()[words]["en" if wanted == "history" else lang] in shown
    assert person.clicks <= 2
