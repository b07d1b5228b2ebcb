"""What five people come for, done by clicking: each with the most clicks it may take."""

import io
from collections.abc import Iterator

import openpyxl
import published
import pytest
from playwright.sync_api import Browser
from visits import Visit, browsing, faults, serving

from web.site.language import messages

pytestmark = pytest.mark.slow

STEWARD = {
    "licence": ("/about", "about.licence"),
    "citation": ("/about", "about.cite"),
    "contact": ("/about", "about.contact"),
    "history": ("/about/changelog", "about.document.changelog"),
}
"""What a steward looks for → the address in the footer, and the words that say it is there."""


@pytest.fixture(scope="module")
def origin() -> Iterator[str]:
    """The address of a server of these pages."""
    with serving() as found:
        yield found


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    """A headless chromium."""
    with browsing() as found:
        yield found


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


@pytest.mark.parametrize("width", [1280, 390])
@pytest.mark.parametrize(
    "path",
    [
        "/queries",
        "/queries/meetings",
        "/queries/case-as-graph",
        "/queries/problem-measure-effect?case=urn:x",
        "/queries/meetings?article=x",
        "/nothing",
        "/search",
        "/search?q=减负",
        "/search?q=龘龘",
        "/browse",
        "/measures",
        "/about",
        "/query",
        "/explore/timeline",
        "/query?example=meetings",
        "/sparql?query=SELECT%20*%20WHERE%20%7B%3Fs%20%3Fp%20%3Fo%7D%20LIMIT%205",
        "/dumps/",
        "/ontology",
        "/changes",
        f"/reader/{published.SLUG}",
        f"/page/claim/{published.SLUG}-0ddffad1-2",
    ],
)
def test_nothing_is_serious_or_moderate(
    browser: Browser, origin: str, path: str, width: int
) -> None:
    """Empty, answered and refused: axe finds nothing, and nothing is wider than the screen."""
    context = browser.new_context(viewport={"width": width, "height": 844}, locale="en")
    visit = Visit(context.new_page(), origin)
    visit.go(path)
    assert faults(visit.page, "moderate", "serious", "critical") == []
    assert visit.page.evaluate("document.documentElement.scrollWidth - innerWidth") <= 0
    context.close()
