"""The query page helps whoever writes a query: in both languages, with scripts and without."""

import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect
from visits import Visit, faults

from web.site.language import messages

pytestmark = pytest.mark.slow


@pytest.fixture
def plain(browser: Browser) -> Iterator[Page]:
    """A page where no scripts run."""
    context = browser.new_context(java_script_enabled=False, locale="en")
    yield context.new_page()
    context.close()


def opened(visit: Visit, lang: str) -> None:
    """Open the page and wait until the editor knows its vocabulary."""
    visit.go(f"/query?lang={lang}")
    visit.page.wait_for_selector("html[data-editor=ready]", state="attached")


def ask(visit: Visit, query: str, lang: str) -> None:
    """Put a query into the editor and run it."""
    visit.page.evaluate("q => document.querySelector('.CodeMirror').CodeMirror.setValue(q)", query)
    visit.page.get_by_role("button", name=messages()["query.run"][lang], exact=True).click()
    visit.page.wait_for_selector("#query-results > *")


@pytest.mark.parametrize(
    ("lang", "place", "meant"),
    [
        ("en", "Line 2, column 3", "did you mean OPTIONAL?"),
        ("zh", "第2行，第3列", "是否想写 OPTIONAL？"),
    ],
)
def test_a_mistake_is_shown_where_it_is(visit: Visit, lang: str, place: str, meant: str) -> None:
    """Place, line with caret, what is likely meant; the cursor stands there; axe finds nothing."""
    opened(visit, lang)
    ask(visit, 'SELECT * { ?s ?p "减负" .\n  OPTINAL { ?s ?p ?o } }', lang)
    alert = visit.page.get_by_role("alert")
    expect(alert).to_contain_text(place)
    expect(alert).to_contain_text(meant)
    expect(alert.locator("pre")).to_have_text(re.compile(r"OPTINAL .*\n  \^$"))
    cursor = visit.page.evaluate(
        "() => { const c = document.querySelector('.CodeMirror').CodeMirror.getCursor();"
        " return [c.line, c.ch] }"
    )
    assert cursor == [1, 2]
    expect(visit.page.locator("#query-downloads a")).to_have_count(0)
    assert faults(visit.page, "moderate", "serious", "critical") == []
    # The browser itself notes the 400.
    visit.faults[:] = [fault for fault in visit.faults if "400" not in fault]


def test_a_mistake_is_mended_without_scripts(plain: Page, origin: str) -> None:
    plain.goto(f"{origin}/query?lang=en")
    plain.locator("textarea").fill("SELCT ?s WHERE { ?s ?p ?o } LIMIT 2")
    plain.get_by_role("button", name="Run").click()
    expect(plain.locator("main")).to_contain_text("did you mean SELECT?")
    assert faults_of_layout(plain) == 0
    plain.locator("textarea").fill("SELECT ?s WHERE { ?s ?p ?o } LIMIT 2")
    plain.get_by_role("button", name="Run").click()
    expect(plain.locator("#query-results tbody tr")).to_have_count(2)


def test_other_prefixes_are_still_marked(visit: Visit) -> None:
    opened(visit, "en")
    visit.page.evaluate(
        "q => document.querySelector('.CodeMirror').CodeMirror.setValue(q)",
        "SELECT * WHERE { ?s zzz:a ?o }",
    )
    expect(visit.page.locator(".parseErrorIcon")).to_have_count(1)


def test_a_printed_answer_has_its_query(visit: Visit) -> None:
    opened(visit, "en")
    ask(visit, UNDECLARED, "en")
    printed = visit.page.locator("#query-printed")
    expect(printed).to_be_hidden()
    visit.page.emulate_media(media="print")
    expect(printed).to_have_text(UNDECLARED)
    expect(printed).to_be_visible()
    expect(visit.page.locator("#query-results table")).to_be_visible()
    expect(visit.page.locator("aside.examples")).to_be_hidden()


UNDECLARED = "SELECT ?claim ?quote WHERE { ?claim pp:statedIn/pp:quote ?quote } LIMIT 3"


@pytest.mark.parametrize("lang", ["en", "zh"])
def test_a_published_prefix_may_be_left_out(visit: Visit, lang: str, tmp_path: Path) -> None:
    """The answer says what was declared; what one takes away declares it itself."""
    opened(visit, lang)
    ask(visit, UNDECLARED, lang)
    expect(visit.page.locator("#query-results tbody tr")).to_have_count(3)
    said = messages()["query.added"][lang].format(prefixes="pp:")
    expect(visit.page.locator("#query-notes")).to_have_text(said)
    expect(visit.page.locator(".parseErrorIcon")).to_have_count(0)
    with visit.page.expect_download() as waiting:
        visit.page.get_by_role("link", name="CSV").click()
    waiting.value.save_as(tmp_path / "rows.csv")
    assert len((tmp_path / "rows.csv").read_text("utf-8").splitlines()) == 4
    snippet = visit.page.locator("#query-snippets details", has_text="curl")
    snippet.locator("summary").click()
    expect(snippet.locator("pre")).to_contain_text(
        "query='PREFIX pp: <https://w3id.org/policyprov/ns#>\nSELECT ?claim"
    )


def test_a_published_prefix_may_be_left_out_without_scripts(plain: Page, origin: str) -> None:
    plain.goto(f"{origin}/query?lang=en")
    plain.locator("textarea").fill(UNDECLARED)
    plain.get_by_role("button", name="Run").click()
    expect(plain.locator("#query-results tbody tr")).to_have_count(3)
    expect(plain.locator("main")).to_contain_text("Declared for you: pp:")


MEETINGS = (
    "SELECT ?meeting ?day ?quote WHERE { ?claim pp:about ?meeting ; pp:statedIn/pp:quote ?quote ."
    " ?meeting a pp:Meeting ; pp:during/dcat:startDate ?day }"
)
SEEN = "td.quote"
ROOMY = """cell => {
  const box = document.querySelector(cell)?.getBoundingClientRect();
  return box && box.width >= 280 && box.right <= 1280;
}"""


@pytest.mark.parametrize("lang", ["en", "zh"])
def test_rows_are_sorted_narrowed_and_called_by_name(visit: Visit, lang: str) -> None:
    """A thing by its name in the reader's language, its prefixed name beside it; room for words."""
    opened(visit, lang)
    ask(
        visit, "SELECT ?s ?label WHERE { ?s a pp:PolicyMeasure ; rdfs:label ?label } LIMIT 20", lang
    )
    thing = visit.page.locator("#query-results tbody td").first
    expect(thing.locator("code")).to_have_text(re.compile("^mea:"))
    name = thing.locator("a").inner_text()
    assert bool(re.search("[\u3400-\u9fff]", name)) is (lang == "zh")
    expect(thing.locator("a")).to_have_attribute("href", re.compile(rf"^/id/measure/.*lang={lang}"))
    rows = visit.page.locator("#query-results tbody tr")
    names = rows.locator("td:nth-child(2)")
    before = names.all_text_contents()
    head = visit.page.get_by_role("button", name="label", exact=True)
    head.click()
    expect(visit.page.locator("th[aria-sort=ascending]")).to_have_text("label")
    assert sorted(names.all_text_contents()) == sorted(before)
    assert names.all_text_contents() != before
    visit.page.locator(".sieve input").fill(before[0])
    said = rows.filter(has_text=before[0])
    expect(rows.filter(visible=True)).to_have_count(said.count())
    assert said.count() < len(before)
    ask(visit, MEETINGS, lang)
    # In one look: rows are drawn again when the names of things have come.
    visit.page.wait_for_function(ROOMY, arg=SEEN)


@pytest.mark.parametrize("lang", ["en", "zh"])
def test_an_answer_is_looked_at_as_a_timeline(visit: Visit, lang: str, tmp_path: Path) -> None:
    """In place with scripts; the picture is taken as a file, and the table stays."""
    opened(visit, lang)
    ask(visit, MEETINGS, lang)
    visit.page.get_by_role("link", name=messages()["views.timeline"][lang], exact=True).click()
    marks = visit.page.locator("#query-views svg .mark")
    expect(marks).to_have_count(3)
    expect(visit.page.locator("#query-results tbody tr").first).to_be_visible()
    assert "/query" in visit.page.url
    assert "view=timeline" in visit.page.url
    visit.page.reload()
    expect(marks).to_have_count(3)
    assert faults(visit.page, "moderate", "serious", "critical") == []
    with visit.page.expect_download() as waiting:
        visit.page.get_by_role("link", name="SVG").click()
    waiting.value.save_as(tmp_path / "drawn.svg")
    assert (tmp_path / "drawn.svg").read_text("utf-8").startswith("<svg")
    marks.first.click()
    visit.page.wait_for_url("**/page/event/**")


def test_an_answer_is_looked_at_as_a_chart_without_scripts(plain: Page, origin: str) -> None:
    plain.goto(f"{origin}/query?lang=en")
    plain.locator("textarea").fill(
        "SELECT ?kind (COUNT(?thing) AS ?n) WHERE { ?thing a ?kind } GROUP BY ?kind"
    )
    plain.get_by_role("button", name="Run").click()
    plain.get_by_role("link", name="Chart", exact=True).click()
    expect(plain.locator("#query-views svg .mark").first).to_be_visible()
    expect(plain.locator("#query-results tbody tr").first).to_be_visible()
    plain.get_by_role("link", name="Table", exact=True).click()
    expect(plain.locator("#query-views svg")).to_have_count(0)
    assert faults_of_layout(plain) == 0


def test_a_long_query_is_looked_at_by_a_button(visit: Visit, plain: Page, origin: str) -> None:
    """With scripts in place, without them on the next page; no address holds the query."""
    query = f"# {'x' * 4000}\n{MEETINGS}"
    opened(visit, "en")
    ask(visit, query, "en")
    visit.page.get_by_role("button", name="Timeline", exact=True).click()
    expect(visit.page.locator("#query-views svg .mark")).to_have_count(3)
    plain.set_content(
        f'<form method="post" action="{origin}/sparql?lang=en"><input type="hidden" name="prefixes"'
        ' value="published"><textarea name="query"></textarea><button>Run</button></form>'
    )
    plain.locator("textarea").fill(query)
    plain.get_by_role("button", name="Run").click()
    plain.get_by_role("button", name="Timeline", exact=True).click()
    expect(plain.locator("#query-views svg .mark")).to_have_count(3)
    with plain.expect_download() as waiting:
        plain.get_by_role("button", name="SVG").click()
    assert waiting.value.suggested_filename == "policyprov-timeline.svg"
    assert faults_of_layout(plain) == 0


def complete(visit: Visit, query: str) -> list[str]:
    """What the editor offers at the end of this query."""
    visit.page.evaluate(
        "q => { const e = document.querySelector('.CodeMirror').CodeMirror;"
        " e.setValue(q); e.focus(); e.setCursor(e.lineCount(), 0) }",
        query,
    )
    visit.page.keyboard.press("Control+Space")
    visit.page.wait_for_selector(".CodeMirror-hint")
    return visit.page.locator(".CodeMirror-hint b").all_text_contents()


@pytest.mark.parametrize("lang", ["en", "zh"])
def test_properties_of_the_class_in_scope_come_first(visit: Visit, lang: str) -> None:
    """Where nothing is typed yet only they are offered, the most frequent first."""
    uses = visit.page.request.get(f"{visit.origin}/query/vocabulary.json").json()["uses"]
    expected = uses["pp:PolicyMeasure"]
    opened(visit, lang)
    typed = "SELECT * WHERE {\n  ?x a pp:PolicyMeasure ; "
    assert complete(visit, typed) == expected[:60]
    assert "pp:statedIn" not in expected
    some = complete(visit, typed + "pp:in")
    own = [name for name in expected if name.startswith("pp:") and "in" in name[3:].lower()]
    assert own
    assert some[: len(own)] == own
    assert len(some) > len(own)
    visit.page.locator(".CodeMirror-hint").first.click()
    text = visit.page.evaluate("document.querySelector('.CodeMirror').CodeMirror.getValue()")
    assert f"?x a pp:PolicyMeasure ; {own[0]}" in text


def test_what_is_picked_where_nothing_was_typed_keeps_its_space(visit: Visit) -> None:
    opened(visit, "en")
    first = complete(visit, "SELECT * WHERE { ?x a pp:PolicyMeasure ; ")[0]
    visit.page.keyboard.press("Enter")
    text = visit.page.evaluate("document.querySelector('.CodeMirror').CodeMirror.getValue()")
    assert text.endswith(f"?x a pp:PolicyMeasure ; {first}")


@pytest.mark.parametrize("lang", ["en", "zh"])
def test_an_empty_answer_offers_what_was_meant(visit: Visit, lang: str) -> None:
    """A click puts the nearest name in place and asks again."""
    opened(visit, lang)
    ask(visit, "SELECT * WHERE { ?s a pp:Meeetings }", lang)
    notes = visit.page.locator("#query-notes")
    said = messages()["query.absent"][lang].format(name="pp:Meeetings")
    expect(notes).to_contain_text(said)
    assert faults(visit.page, "moderate", "serious", "critical") == []
    notes.get_by_role("link", name="pp:Meeting", exact=True).click()
    expect(visit.page.locator("#query-results tbody tr").first).to_be_visible()
    expect(notes).not_to_contain_text(said)


def test_an_empty_answer_offers_what_was_meant_without_scripts(plain: Page, origin: str) -> None:
    plain.goto(f"{origin}/query?lang=en")
    plain.locator("textarea").fill("SELECT * WHERE { ?s a pp:Meeetings }")
    plain.get_by_role("button", name="Run").click()
    plain.locator("#query-notes").get_by_role("link", name="pp:Meeting", exact=True).click()
    expect(plain.locator("#query-results tbody tr").first).to_be_visible()


FIRST = "SELECT ?first WHERE { ?first a pp:Meeting }"
SECOND = "PREFIX x: <urn:x>\n# the second\nASK { ?s ?p ?o }"


@pytest.mark.parametrize("lang", ["en", "zh"])
def test_ones_own_queries_are_kept_in_the_browser(visit: Visit, lang: str) -> None:
    """The last first, each once, also after a reload; asked again by a click; cleared for good."""
    history = visit.page.locator("#query-history")
    opened(visit, lang)
    expect(history).to_be_hidden()
    for query in (FIRST, SECOND, FIRST):
        ask(visit, query, lang)
        expect(history.locator("li").first.locator("button")).to_have_attribute("title", query)
    opened(visit, lang)
    history.get_by_text(messages()["query.history"][lang], exact=True).click()
    expect(history.locator("li")).to_have_text([FIRST, "the second"])
    assert faults(visit.page, "moderate", "serious", "critical") == []
    history.locator("li").nth(1).locator("button").click()
    expect(visit.page.locator("#query-results .boolean")).to_be_visible()
    history.get_by_role("button", name=messages()["query.history.clear"][lang]).click()
    expect(history).to_be_hidden()
    opened(visit, lang)
    expect(history).to_be_hidden()


def test_only_so_many_queries_are_kept_and_only_answered_ones(visit: Visit) -> None:
    opened(visit, "en")
    kept = [f"ASK {{ ?s ?p {n} }}" for n in range(40)]
    visit.page.evaluate(
        "q => localStorage.setItem('policyprov-queries', JSON.stringify(q))", kept[:30]
    )
    ask(visit, kept[39], "en")
    expect(visit.page.locator("#query-history li")).to_have_count(30)
    ask(visit, "ASK { ?s ?p }", "en")
    visit.page.get_by_role("alert").wait_for()
    ask(visit, f"ASK {{ ?s ?p '{'x' * 9000}' }}", "en")
    stored = visit.page.evaluate("JSON.parse(localStorage.getItem('policyprov-queries'))")
    assert stored == [kept[39], *kept[:29]]
    visit.faults[:] = [fault for fault in visit.faults if "400" not in fault]


@pytest.mark.parametrize("stored", ["{", '{"a": 1}', "[1, null]", '"text"'])
def test_what_is_stored_and_not_ours_does_no_harm(visit: Visit, stored: str) -> None:
    visit.go("/query?lang=en")
    visit.page.evaluate("s => localStorage.setItem('policyprov-queries', s)", stored)
    opened(visit, "en")
    expect(visit.page.locator("#query-history")).to_be_hidden()


def test_without_scripts_there_is_no_history(plain: Page, origin: str) -> None:
    plain.goto(f"{origin}/query?lang=en")
    expect(plain.locator("#query-history")).to_be_hidden()


def faults_of_layout(page: Page) -> int:
    """How many pixels the page is wider than its window."""
    box = page.locator("html").bounding_box()
    size = page.viewport_size
    assert box is not None
    assert size is not None
    return max(0, round(box["width"]) - size["width"])
