"""Taking words along exactly as printed: selecting, copying, quoting, citing, printing."""

import io
import re
from collections.abc import Iterator
from pathlib import Path

import openpyxl
import published
import pytest
from playwright.sync_api import Browser, Page
from visits import Visit, serious_faults

from graph.mapping import article
from graph.paths import ARTICLES

pytestmark = pytest.mark.slow

READER = f"/reader/{published.SLUG}"
CLAIM = f"/page/claim/{published.SLUG}-0ddffad1-2"
SELECT = """element => {
  const range = document.createRange();
  range.selectNodeContents(element);
  getSelection().removeAllRanges();
  getSelection().addRange(range);
}"""


@pytest.fixture
def visit(browser: Browser, origin: str) -> Iterator[Visit]:
    """A page that may use the clipboard."""
    context = browser.new_context(viewport={"width": 1280, "height": 844}, accept_downloads=True)
    context.grant_permissions(["clipboard-read", "clipboard-write"])
    found = Visit(context.new_page(), origin)
    found.watch()
    yield found
    context.close()
    assert found.faults == []


def clipboard(page: Page) -> str:
    """What was copied."""
    text = page.evaluate("navigator.clipboard.readText()")
    assert isinstance(text, str)
    return text


def paragraphs() -> list[str]:
    """The words of every paragraph in the order they are read, as slices of the source."""
    source = article.load(ARTICLES / published.SLUG)
    heads = [s for s in source.sections if s.type.endswith("-page")]
    rest = [s for s in source.sections if s not in heads]
    return [
        "".join(source.text[run.start : run.end] for run in p.spans(0, len(p.text)))
        for section in rest
        for p in section.paragraphs
    ]


def test_every_paragraph_is_copied_as_its_slice_of_the_source(visit: Visit) -> None:
    visit.go(READER)
    found = visit.page.locator(".text section > p:not(.rendered), .text section > h2:not(.added)")
    expected = paragraphs()
    assert found.count() == len(expected)
    for n, words in enumerate(expected):
        found.nth(n).evaluate(SELECT)
        visit.page.keyboard.press("Control+c")
        assert clipboard(visit.page) == words, n


def test_words_can_be_selected_by_dragging_over_marks(visit: Visit) -> None:
    visit.go(READER)
    mark = visit.page.locator(".text p mark a").nth(3)
    mark.scroll_into_view_if_needed()
    box = mark.bounding_box()
    assert box is not None
    y = box["y"] + 12
    visit.page.mouse.move(box["x"] + 2, y)
    visit.page.mouse.down()
    visit.page.mouse.move(box["x"] + min(120, box["width"] - 4), y, steps=8)
    visit.page.mouse.up()
    selected = visit.page.evaluate("getSelection().toString()")
    assert len(selected) >= 2
    assert selected in published.text()
    assert visit.page.url.endswith(READER)


def test_the_chosen_passage_is_copied_from_the_reader(visit: Visit) -> None:
    visit.go(f"{READER}?lang=en")
    visit.page.locator(".text mark a", has_text="27.7%").first.click()
    visit.page.locator("#copy").click()
    assert clipboard(visit.page) in published.text()
    assert "27.7%" in clipboard(visit.page)


def test_back_closes_what_was_chosen_and_stays_in_the_reader(visit: Visit) -> None:
    visit.go(f"{READER}?lang=en")
    visit.page.locator(".text mark a").nth(5).click()
    visit.page.locator(".text mark a").nth(9).click()
    assert "#char=" in visit.page.url
    visit.page.go_back()
    assert visit.page.url.endswith(f"{READER}?lang=en")
    assert visit.page.locator("#close").is_hidden()


def test_on_a_phone_the_sheet_leaves_its_words_in_sight(visit: Visit) -> None:
    visit.page.set_viewport_size({"width": 390, "height": 844})
    visit.go(f"{READER}?lang=zh")
    assert visit.page.evaluate("document.documentElement.scrollHeight") < 25_000
    mark = visit.page.locator(".text mark a", has_text="27.7%").first
    mark.scroll_into_view_if_needed()
    mark.click()
    sheet, words = visit.page.locator("#panel").bounding_box(), mark.bounding_box()
    assert sheet is not None
    assert words is not None
    assert words["y"] + 20 < sheet["y"]
    visit.page.get_by_role("button", name="关闭").click()
    assert visit.page.locator("#panel").is_hidden()


def test_sections_are_a_jump_away(visit: Visit) -> None:
    visit.go(f"{READER}?lang=en")
    visit.page.locator(".contents summary").click()
    link = visit.page.locator(".contents a").nth(4)
    words = link.inner_text()
    link.click()
    assert (
        visit.page.locator(":target")
        .inner_text()
        .replace("\n", "")
        .startswith(words.replace("\n", "")[:4])
        or words in visit.page.locator(":target").inner_text()
    )


def test_the_quotation_of_a_claim_is_copied_exactly(visit: Visit) -> None:
    visit.go(f"{CLAIM}?lang=en")
    visit.page.get_by_role("button", name="Copy the quotation").first.click()
    assert clipboard(visit.page) in published.text()
    assert clipboard(visit.page).endswith("同比下降27.7%和29.5%")


def test_from_home_to_a_citation_in_three_clicks(visit: Visit) -> None:
    visit.go("/?lang=zh")
    visit.page.locator(".seek input[type=search]").fill("27.7%")
    visit.page.locator(".seek button").click()  # 1
    visit.page.locator(".hits blockquote a").first.click()  # 2
    visit.page.locator("details.cite summary").click()  # 3
    cited = visit.page.locator("#cite-gbt7714").inner_text()
    assert cited.startswith("徐雷鹏. 整治形式主义为基层减负")
    assert "[N]. 人民日报, 2021-01-11(11)" in cited
    visit.page.locator("button[data-copy='cite-gbt7714']").click()
    assert clipboard(visit.page) == cited


def test_measures_are_taken_as_excel_in_three_clicks(visit: Visit, tmp_path: Path) -> None:
    visit.go("/?lang=en")
    visit.page.locator(".counts a", has_text="measures").click()  # 1
    with visit.page.expect_download() as taken:
        visit.page.get_by_role("link", name="Excel").click()  # 2
    taken.value.save_as(tmp_path / "measures.xlsx")
    assert taken.value.suggested_filename == "measures.xlsx"
    book = openpyxl.load_workbook(io.BytesIO((tmp_path / "measures.xlsx").read_bytes()))
    assert [cell.value for cell in next(book.active.iter_rows())][:5] == [
        "IRI", "Name", "Who", "Where", "Local case",
    ]  # fmt: skip


@pytest.mark.parametrize("width", [390, 1280])
@pytest.mark.parametrize("path", [CLAIM, "/search?q=27.7%25", "/search?q=%E2%80%A6"])
def test_axe_finds_no_serious_fault(visit: Visit, path: str, width: int) -> None:
    visit.page.set_viewport_size({"width": width, "height": 844})
    visit.go(path)
    for box in visit.page.locator("details.cite summary").all():
        box.click()
    assert serious_faults(visit.page) == []
    assert visit.page.evaluate("document.documentElement.scrollWidth") <= width


@pytest.mark.parametrize("path", [READER, CLAIM, "/explore/indicators", "/search?q=27.7%25"])
def test_paper_holds_the_words_and_where_they_are_from(visit: Visit, path: str) -> None:
    visit.go(path)
    visit.page.emulate_media(media="print")
    assert visit.page.locator(".top").is_hidden()
    assert visit.page.locator(".printed-from").is_visible()
    assert visit.page.evaluate("document.documentElement.scrollWidth") <= 1280
    assert len(visit.page.pdf(format="A4")) > 5000


ANSWER = "/queries/percentages-with-base?lang=en&view=chart"


@pytest.mark.parametrize("path", [READER, CLAIM, "/explore/indicators", ANSWER])
def test_paper_is_light_and_as_wide_as_it_is(visit: Visit, path: str) -> None:
    """A dark theme stays on the screen; no table is cut at the edge of A4."""
    visit.page.emulate_media(color_scheme="dark")
    visit.go(path)
    read = "n => getComputedStyle(document.documentElement).getPropertyValue(n)"
    names = ("--ok-soft", "--warn-soft", "--voice-graphic", "--card")
    dark = [visit.page.evaluate(read, name) for name in names]
    visit.page.emulate_media(media="print", color_scheme="light")
    light = [visit.page.evaluate(read, name) for name in names]
    visit.page.emulate_media(media="print", color_scheme="dark")
    visit.page.evaluate("document.documentElement.dataset.theme = 'dark'")
    assert [visit.page.evaluate(read, name) for name in names] == light
    assert not set(light) & set(dark)
    visit.page.set_viewport_size({"width": 672, "height": 900})  # A4 within its margins
    assert visit.page.evaluate("document.documentElement.scrollWidth") <= 672


@pytest.mark.parametrize("lang", ["en", "zh"])
def test_rows_of_an_answer_are_sorted_by_a_column(visit: Visit, lang: str) -> None:
    """Upwards, downwards and as they were sent; numbers by what they say; nothing comes last."""
    visit.go(f"/queries/percentages-with-base?lang={lang}")
    head = visit.page.locator("table.rows thead th")
    rows = visit.page.locator("table.rows tbody tr")
    sent = rows.all_inner_texts()
    for column in range(head.count()):
        cells = rows.locator(f"td:nth-child({column + 1})")
        for order in ("ascending", "descending"):
            head.nth(column).get_by_role("button").press("Enter")
            assert head.nth(column).get_attribute("aria-sort") == order
            said = [text.strip() for text in cells.all_inner_texts()]
            told = [text for text in said if text]
            assert said[: len(told)] == told
            figures = [float(text) for text in told if re.fullmatch(r"-?\d+(\.\d+)?", text)]
            assert figures == sorted(figures, reverse=order == "descending")
        head.nth(column).get_by_role("button").press("Enter")
        assert rows.all_inner_texts() == sent


@pytest.mark.parametrize("lang", ["en", "zh"])
def test_rows_of_an_answer_are_narrowed_by_words(visit: Visit, lang: str) -> None:
    visit.go(f"/queries/percentages-with-base?lang={lang}")
    rows = visit.page.locator("table.rows tbody tr")
    every = rows.count()
    visit.page.locator(".sieve input").fill("27.7")
    left = rows.filter(visible=True)
    assert 0 < left.count() < every
    assert all("27.7" in text for text in left.all_inner_texts())
    assert visit.page.locator(".sieve output").inner_text() == f"{left.count()} / {every}"
    assert serious_faults(visit.page) == []
    visit.page.locator(".sieve input").fill("")
    assert left.count() == every


QUOTING = ("measures-of-level", "effects", "problem-measure-effect", "acts-of-year")


@pytest.mark.parametrize("lang", ["en", "zh"])
@pytest.mark.parametrize("name", QUOTING)
def test_the_quoted_words_are_read_without_scrolling(visit: Visit, name: str, lang: str) -> None:
    """At 1280 px a column of words is on the screen, sixteen characters wide at least."""
    visit.go(f"/queries/{name}?lang={lang}")
    head = visit.page.locator("table.rows td.quote").first
    box = head.bounding_box()
    assert box is not None
    size = head.evaluate("e => parseFloat(getComputedStyle(e).fontSize)")
    assert box["width"] >= 16 * size
    assert box["x"] + box["width"] <= 1280
