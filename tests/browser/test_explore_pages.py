"""Looking, asking and taking along, as a person does it in a browser."""

import hashlib
import re
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

import published
import pyoxigraph
import pytest
from playwright.sync_api import Browser, ViewportSize, expect
from visits import Visit, serious_faults

from web.explore.pictures import PICTURES

pytestmark = pytest.mark.slow

PLACES = (
    "/",
    "/explore",
    *(f"/explore/{name}" for name in PICTURES),
    "/explore/indicators?place=430000&article=all",
    "/query",
    "/dumps/",
    "/dumps/changes",
    "/ontology",
    "/search",
    "/browse",
    "/measures",
    "/figures",
)
ASKED = "SELECT ?claim ?quote WHERE { ?claim pp:statedIn/pp:quote ?quote } ORDER BY ?claim LIMIT 3"
PREFIX = "PREFIX pp: <https://w3id.org/policyprov/ns#>\n"


BROKEN = """() => {
  const found = [];
  for (const cell of document.querySelectorAll(".scroll th, .scroll td")) {
    const texts = document.createTreeWalker(cell, NodeFilter.SHOW_TEXT);
    for (let text; (text = texts.nextNode()); ) {
      for (const word of text.data.matchAll(/[A-Za-z]{3,}/g)) {
        const range = document.createRange();
        range.setStart(text, word.index);
        range.setEnd(text, word.index + word[0].length);
        const lines = [...range.getClientRects()].filter((each) => each.width);
        if (new Set(lines.map((each) => Math.round(each.top))).size > 1) found.push(word[0]);
      }
    }
  }
  return found;
}"""
"""The words of tables that are broken between two lines."""
LOOSE = """() => {
  for (const cell of document.querySelectorAll(".scroll th, .scroll td")) {
    cell.style.setProperty("overflow-wrap", "anywhere", "important");
    cell.style.setProperty("font-size", "30pt", "important");
  }
}"""
"""Lets words be broken, in type too large for the paper."""
PAPER: ViewportSize = {"width": 672, "height": 1000}
"""An upright A4 between its margins, in CSS pixels."""


def spoken(path: str, lang: str) -> str:
    """The address of a page in this language."""
    return f"{path}{'&' if '?' in path else '?'}lang={lang}"


def ready(visit: Visit) -> None:
    """Wait until the editor stands and knows its vocabulary."""
    visit.page.wait_for_selector("html[data-editor=ready]", state="attached")


def write(visit: Visit, query: str) -> None:
    """Put a query into the editor."""
    visit.page.evaluate("q => document.querySelector('.CodeMirror').CodeMirror.setValue(q)", query)


def run(visit: Visit) -> None:
    """Run what is in the editor and wait for its rows."""
    visit.page.get_by_role("button", name=re.compile("^(Run|运行)$")).click()
    visit.page.wait_for_selector("#query-results > *")


def lit(visit: Visit) -> str:
    """The words the reader has lit."""
    return "".join(visit.page.locator("mark.lit").all_text_contents())


def test_from_a_number_in_a_chart_to_its_sentence(visit: Visit) -> None:
    visit.go("/explore?lang=en")
    visit.page.locator('.cards a[href^="/explore/indicators"]').click()
    visit.page.locator("svg .mark", has_text="−27.7 %").first.click()
    visit.page.wait_for_url(f"**/reader/{published.SLUG}?**")
    visit.page.wait_for_selector("mark.lit")
    assert "27.7%" in lit(visit)


def test_from_a_contradiction_to_its_sentence_in_one_click(visit: Visit) -> None:
    visit.go("/explore/changes?lang=en")
    visit.page.locator("svg .doubtful").click()
    visit.page.wait_for_selector("mark.lit")
    assert "822项" in lit(visit)
    assert "73%" in lit(visit)


def test_the_first_fact_leads_to_its_words(visit: Visit) -> None:
    visit.go("/?lang=zh")
    figure = visit.page.locator(".proof mark").inner_text()
    visit.page.locator(".proof blockquote a").click()
    visit.page.wait_for_selector("mark.lit")
    assert figure in lit(visit)


@pytest.mark.parametrize("name", PICTURES)
def test_every_picture_opens_its_query_in_the_editor(visit: Visit, name: str) -> None:
    visit.go(f"/explore/{name}?lang=en")
    visit.page.locator('figcaption .ways a[href^="/query"]').click()
    visit.page.wait_for_selector("#query-results table tbody tr")
    assert visit.page.locator("#query-results tbody tr").count() >= 3


@pytest.mark.parametrize("lang", ["en", "zh"])
def test_a_picture_is_chosen_without_scripts(browser: Browser, origin: str, lang: str) -> None:
    """By the form: what is drawn changes, and the address and the files follow."""
    context = browser.new_context(java_script_enabled=False)
    page = context.new_page()
    page.goto(f"{origin}/explore/indicators?lang={lang}")
    whole = page.locator("svg .mark").count()
    page.locator("select[name=topic]").select_option("work-line-documents-meetings")
    page.locator("form.choose button").click()
    assert "topic=work-line-documents-meetings" in page.url
    assert f"lang={lang}" in page.url
    assert 0 < page.locator("svg .mark").count() < whole
    chosen = page.locator("select[name=topic] option:checked").inner_text()
    expect(page.locator("figcaption .drawn")).to_contain_text(chosen.partition(" (")[0])
    href = page.locator(".ways a[download]", has_text="SVG").get_attribute("href")
    assert href is not None
    assert "topic=work-line-documents-meetings" in href
    context.close()


def test_a_query_is_written_run_shared_and_downloaded(visit: Visit, tmp_path: Path) -> None:
    visit.go("/query?lang=en")
    ready(visit)
    write(visit, PREFIX + ASKED)
    run(visit)
    rows = visit.page.locator("#query-results tbody tr")
    expect(rows).to_have_count(3)
    shared = parse_qs(urlsplit(visit.page.url).query)["query"]
    assert shared == [PREFIX + ASKED]

    with visit.page.expect_download() as waiting:
        visit.page.get_by_role("link", name="CSV").click()
    target = tmp_path / "rows.csv"
    waiting.value.save_as(target)
    assert target.read_text("utf-8").splitlines()[0] == "claim,quote"

    link = rows.first.locator("a").first
    expect(link).to_have_attribute("href", re.compile("^/id/claim/"))
    link.click()
    visit.page.wait_for_url("**/page/claim/**")


def test_a_shared_link_runs_on_arrival(visit: Visit) -> None:
    visit.go("/query?lang=zh&query=ASK%20%7B%20%3Fs%20%3Fp%20%3Fo%20%7D")
    expect(visit.page.locator("#query-results .boolean")).to_have_text("是（true）")


def test_a_graph_is_downloaded_as_turtle(visit: Visit, tmp_path: Path) -> None:
    visit.go("/query?lang=en")
    ready(visit)
    write(visit, PREFIX + "CONSTRUCT WHERE { ?claim pp:statedIn ?passage } LIMIT 20")
    run(visit)
    with visit.page.expect_download() as waiting:
        visit.page.get_by_role("link", name="Turtle").click()
    target = tmp_path / "result.ttl"
    waiting.value.save_as(target)
    assert len(list(pyoxigraph.parse(path=target, format=pyoxigraph.RdfFormat.TURTLE))) == 20


def test_a_wrong_query_says_where_it_is_wrong(visit: Visit) -> None:
    visit.go("/query?lang=en")
    ready(visit)
    write(visit, "SELECT * WHERE {\n  ?s ?p\n}")
    run(visit)
    expect(visit.page.get_by_role("alert")).to_contain_text("refused")
    # The browser itself notes the 400.
    visit.faults[:] = [fault for fault in visit.faults if "400" not in fault]


def test_terms_are_completed_with_their_prefix(visit: Visit) -> None:
    visit.go("/query?lang=en")
    ready(visit)
    write(visit, "SELECT * WHERE {\n?claim pp:stated")
    visit.page.evaluate(
        "() => { const e = document.querySelector('.CodeMirror').CodeMirror;"
        " e.focus(); e.setCursor(1, 16) }"
    )
    visit.page.keyboard.press("Control+Space")
    hint = visit.page.locator(".CodeMirror-hint", has_text="pp:statedIn")
    expect(hint).to_contain_text("stated in")
    hint.click()
    text = visit.page.evaluate("document.querySelector('.CodeMirror').CodeMirror.getValue()")
    assert "PREFIX pp: <https://w3id.org/policyprov/ns#>" in text
    assert "?claim pp:statedIn" in text


def test_an_example_fills_and_runs(visit: Visit) -> None:
    visit.go("/query?lang=en")
    ready(visit)
    visit.page.locator(".examples li a").first.click()
    visit.page.wait_for_selector("#query-results tbody tr")
    snippet = visit.page.locator("#query-snippets details", has_text="curl")
    snippet.locator("summary").click()
    expect(snippet.locator("pre")).to_contain_text(f"{published.PUBLIC}/sparql")


def test_without_scripts_the_form_answers(browser: Browser, origin: str) -> None:
    context = browser.new_context(java_script_enabled=False, locale="en")
    page = context.new_page()
    page.goto(f"{origin}/query?lang=en")
    page.locator("textarea").fill(PREFIX + ASKED)
    page.get_by_role("button", name="Run").click()
    assert page.locator("#query-results tbody tr").count() == 3
    context.close()


@pytest.mark.parametrize("name", ["policyprov.ttl", "policyprov.trig.gz"])
def test_a_dump_is_what_its_checksum_says(visit: Visit, tmp_path: Path, name: str) -> None:
    visit.go("/dumps/?lang=en")
    link = visit.page.locator(f'.files a[href="/dumps/{name}"]')
    stated = link.locator("xpath=ancestor::tr").locator("code.sum").all_text_contents()
    with visit.page.expect_download() as waiting:
        link.click()
    target = tmp_path / name
    waiting.value.save_as(target)
    digest = hashlib.sha256(target.read_bytes()).hexdigest()
    assert digest in stated
    sums = visit.page.request.get(f"{visit.origin}/dumps/SHA256SUMS").text()
    assert re.search(rf"^{digest}\s+\*?{re.escape(name)}$", sums, re.MULTILINE)


def test_a_term_s_iri_lands_on_its_term(visit: Visit) -> None:
    visit.go("/ns#Claim")
    assert visit.page.url.endswith("/ontology#Claim")
    expect(visit.page.locator("#Claim")).to_be_in_viewport()


def test_one_can_switch_language_everywhere(visit: Visit) -> None:
    for path in PLACES:
        visit.go(spoken(path, "en"))
        visit.page.get_by_role("link", name="中文").click()
        expect(visit.page.locator("html")).to_have_attribute("lang", re.compile("^zh"))
        assert "lang=zh" in visit.page.url


@pytest.mark.parametrize("width", [390, 1280])
@pytest.mark.parametrize("lang", ["en", "zh"])
@pytest.mark.parametrize("path", PLACES)
def test_no_page_is_wider_than_its_window(visit: Visit, path: str, lang: str, width: int) -> None:
    visit.page.set_viewport_size({"width": width, "height": 844})
    visit.go(spoken(path, lang))
    assert visit.page.evaluate("document.documentElement.scrollWidth") <= width


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("path", PLACES)
def test_axe_finds_no_serious_fault(visit: Visit, path: str, scheme: str) -> None:
    visit.page.emulate_media(color_scheme="dark" if scheme == "dark" else "light")
    visit.go(spoken(path, "en"))
    assert serious_faults(visit.page) == []


@pytest.mark.parametrize("name", PICTURES)
def test_a_printed_table_of_a_picture_breaks_no_word_and_fits_its_paper(
    visit: Visit, name: str
) -> None:
    visit.page.set_viewport_size(PAPER)
    visit.go(f"/explore/{name}?lang=en")
    visit.page.emulate_media(media="print")
    assert visit.page.locator(".scroll td").count() > 3
    assert visit.page.evaluate(BROKEN) == []
    assert visit.page.evaluate("document.documentElement.scrollWidth") <= PAPER["width"]
    expect(visit.page.locator(".cite dl > div").first).to_be_visible()
    visit.page.evaluate(LOOSE)
    assert visit.page.evaluate(BROKEN) != []


def test_the_embed_code_is_not_printed(visit: Visit) -> None:
    visit.go(f"/page/claim/{published.SLUG}-0ddffad1-2?lang=en")
    visit.page.emulate_media(media="print")
    expect(visit.page.get_by_text("Permanent link")).to_be_visible()
    expect(visit.page.locator("#cite-embed")).to_be_hidden()
