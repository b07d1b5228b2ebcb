"""What a person does with the pages, in a real browser; Debian's chromium and axe-core drive it."""

from collections.abc import Iterator

import published
import pytest
from playwright.sync_api import Browser, Page, expect
from published import SLUG
from visits import Visit, serious_faults, serving

from web.reader import leaf

pytestmark = pytest.mark.slow

READER = f"/reader/{SLUG}"
PLACES = (
    "/reader",
    READER,
    f"{READER}?passage=0ddffad1&voice=direct",
    "/page/observation/cf607bca62a8",
    "/page/agent/xu-leipeng",
    f"/page/claim/{SLUG}-0ddffad1-2",
    f"/page/article/{SLUG}",
    "/page/concept",
    "/evidence",
    "/evidence?s=doc:notice-2019-03",
)


def visiting(browser: Browser, origin: str, *, scripts: bool = True, width: int = 1280) -> Visit:
    """A fresh page in this browser, watched for faults."""
    context = browser.new_context(
        viewport={"width": width, "height": 844}, java_script_enabled=scripts, locale="en"
    )
    visit = Visit(context.new_page(), origin)
    visit.page.on("console", lambda m: visit.faults.append(m.text) if m.type != "log" else None)
    visit.page.on("pageerror", lambda error: visit.faults.append(str(error)))
    visit.page.on(
        "request",
        lambda r: None if r.url.startswith(origin) else visit.faults.append(f"left for {r.url}"),
    )
    return visit


@pytest.fixture
def visit(browser: Browser, origin: str) -> Iterator[Visit]:
    """A page that must stay without fault."""
    found = visiting(browser, origin)
    yield found
    found.page.context.close()
    assert found.faults == []


def lit(page: Page) -> str:
    """The words that are lit."""
    return "".join(page.locator("mark.lit > a").all_text_contents())


@pytest.mark.parametrize("scripts", [True, False], ids=["with scripts", "without scripts"])
def test_from_a_figure_to_its_sentence_in_two_clicks(
    browser: Browser, origin: str, *, scripts: bool
) -> None:
    visit = visiting(browser, origin, scripts=scripts)
    visit.go("/page/observation/cf607bca62a8?lang=en")
    row = visit.page.locator(".statements > div", has_text="value as printed")
    # A graphic of the page prints the figure too; the sentence is the other source.
    row.locator("a.source").nth(1).click()
    visit.page.locator('a.goto[href*="passage=0ddffad1"]:visible').first.click()
    visit.page.wait_for_url(f"**{READER}?passage=0ddffad1**")
    assert "同比下降27.7%和29.5%" in lit(visit.page)
    assert visit.page.locator("mark.lit").first.evaluate(
        "e => { const b = e.getBoundingClientRect(); return b.top >= 0 && b.bottom < innerHeight }"
    )
    visit.page.context.close()
    assert visit.faults == []


def test_a_deep_link_lights_both_halves_of_a_broken_sentence(visit: Visit) -> None:
    visit.go(f"{READER}#char=1281,1285;613,625")
    words = lit(visit.page)
    assert "“一票否" in words
    assert "决”" in words
    assert visit.page.locator("#close").is_visible()


def test_choosing_a_mark_shows_its_claims_only(visit: Visit) -> None:
    visit.go(f"{READER}?lang=en")
    visit.page.locator("mark[data-c^='3509-'] a, mark[data-c^='1081-'] a").first.click()
    shown = visit.page.locator(".entries > li:visible")
    assert 1 <= shown.count() < 6
    assert "#char=" in visit.page.url
    assert visit.page.evaluate("document.activeElement.id").startswith("p-")
    visit.page.keyboard.press("Escape")
    assert visit.page.locator(".entries > li:visible").count() > 100
    assert visit.page.evaluate("document.activeElement.parentElement.tagName") == "MARK"


@pytest.mark.parametrize("width", [390, 1280])
@pytest.mark.parametrize("where", [".printed", "h1", ".text"])
def test_the_sheet_opens_and_closes_by_keys(visit: Visit, where: str, width: int) -> None:
    """Also from what is printed over the text; the focus comes back to the words."""
    visit.page.set_viewport_size({"width": width, "height": 844})
    visit.go(READER)
    visit.page.locator(f"{where} mark a").first.press("Enter")
    close = visit.page.locator("#close")
    close.wait_for()
    assert visit.page.evaluate("document.activeElement.matches('.entries > li.lit')")
    for _ in range(8):
        visit.page.keyboard.press("Shift+Tab")
        if visit.page.evaluate("document.activeElement.id") == "close":
            break
    visit.page.keyboard.press("Enter")
    assert close.is_hidden()
    assert visit.page.evaluate("w => document.activeElement.closest(w) !== null", f"{where} mark")


def test_halves_light_up_together_on_focus(visit: Visit) -> None:
    visit.go(READER)
    visit.page.locator("mark[data-c^='1281-'] a, mark[data-c$='-1285'] a").first.focus()
    words = "".join(visit.page.locator("mark.near > a").all_text_contents())
    assert "“一票否" in words
    assert "决”" in words


def test_filters_answer_at_once_and_stay_in_the_address(visit: Visit) -> None:
    visit.go(f"{READER}?lang=en")
    every = visit.page.locator("mark:not(.off)").count()
    visit.page.locator("label.chip", has_text="direct speech").click()
    some = visit.page.locator("mark:not(.off)").count()
    assert 0 < some < every
    assert "voice=direct" in visit.page.url
    assert "lang=en" in visit.page.url
    visit.page.reload()
    assert visit.page.locator("mark:not(.off)").count() == some
    visit.page.locator("#reset").click()
    assert visit.page.locator("mark:not(.off)").count() == every


def test_filters_are_a_form_without_scripts(browser: Browser, origin: str) -> None:
    visit = visiting(browser, origin, scripts=False)
    visit.go(f"{READER}?lang=en")
    visit.page.locator("label.chip", has_text="direct speech").click()
    visit.page.locator("#apply").click()
    assert "voice=direct" in visit.page.url
    assert visit.page.locator("mark.off").count() > 100
    visit.page.context.close()


def test_the_keyboard_alone_will_do(visit: Visit) -> None:
    visit.go(f"{READER}?lang=en")
    visit.page.keyboard.press("Tab")
    assert visit.page.evaluate("document.activeElement.className") == "skip"
    visit.page.keyboard.press("Enter")
    assert visit.page.evaluate("document.activeElement.id") == "main"
    for _ in range(60):
        visit.page.keyboard.press("Tab")
        if visit.page.evaluate("document.activeElement.closest('.text mark') !== null"):
            break
    visit.page.keyboard.press("Enter")
    assert visit.page.evaluate("document.activeElement.id").startswith("p-")
    visit.page.keyboard.press("Tab")
    assert visit.page.evaluate("document.activeElement.closest('.entries') !== null")


def test_light_and_dark_are_a_switch_that_lasts(visit: Visit) -> None:
    visit.go("/reader")
    ground = "getComputedStyle(document.body).backgroundColor"
    before = visit.page.evaluate(ground)
    visit.page.locator("#theme").click()
    after = visit.page.evaluate(ground)
    assert before != after
    visit.page.reload()
    assert visit.page.evaluate(ground) == after


@pytest.mark.parametrize("width", [390, 1280])
@pytest.mark.parametrize("lang", ["en", "zh"])
@pytest.mark.parametrize("path", PLACES)
def test_no_page_is_wider_than_its_window(
    browser: Browser, origin: str, path: str, lang: str, width: int
) -> None:
    visit = visiting(browser, origin, width=width)
    visit.go(f"{path}{'&' if '?' in path else '?'}lang={lang}")
    assert visit.page.evaluate("document.documentElement.scrollWidth") <= width
    visit.page.context.close()
    assert visit.faults == []


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("width", [390, 1280])
@pytest.mark.parametrize("path", PLACES)
def test_axe_finds_no_serious_fault(visit: Visit, path: str, width: int, scheme: str) -> None:
    dark = scheme == "dark"
    visit.page.emulate_media(color_scheme="dark" if dark else "light", reduced_motion="reduce")
    visit.page.set_viewport_size({"width": width, "height": 844})
    visit.go(path)
    assert serious_faults(visit.page) == []


@pytest.mark.parametrize("scripts", [True, False], ids=["with scripts", "without scripts"])
@pytest.mark.parametrize("width", [390, 1280])
def test_a_claim_in_the_reader_opens_on_the_words_of_its_links(
    browser: Browser, origin: str, *, scripts: bool, width: int
) -> None:
    """Both ends are marked, each in its own way, and not by colour alone."""
    visit = visiting(browser, origin, scripts=scripts, width=width)
    visit.go(f"{READER}?passage=29e099c9&lang=en#char=15,29")
    card = visit.page.locator("#p-29e099c9 details.linked")
    assert card.locator("ul").is_visible()
    link = card.locator("li").first
    subject, target = link.locator("mark.subject"), link.locator("mark.object")
    assert (subject.inner_text(), target.inner_text()) == ("民主生活会", "中共中央政治局")
    styles = [
        each.evaluate("e => getComputedStyle(e).textDecorationStyle") for each in (subject, target)
    ]
    assert styles == ["solid", "dashed"]
    assert visit.page.evaluate("document.documentElement.scrollWidth") <= width
    assert visit.faults == []
    visit.page.context.close()


@pytest.mark.parametrize("scripts", [True, False], ids=["with scripts", "without scripts"])
def test_the_words_of_a_link_are_one_click_away(
    browser: Browser, origin: str, *, scripts: bool
) -> None:
    """Where the reader only tells of links, one click shows their words, in the reader."""
    visit = visiting(browser, origin, scripts=scripts)
    visit.go(f"{READER}?lang=en")
    entry = visit.page.locator("#p-f40017d8")
    entry.locator(".said > a").click()
    entry.locator("details.linked mark.object").first.wait_for()
    assert entry.locator("mark.subject").first.inner_text() == "就落实为基层减负的各项规定作出部署"
    assert entry.locator("details.linked li").count() == 3
    assert READER in visit.page.url
    visit.page.context.close()
    assert visit.faults == []


def test_axe_finds_no_serious_fault_in_open_links(visit: Visit) -> None:
    for scheme in ("light", "dark"):
        visit.page.emulate_media(color_scheme=scheme)
        visit.go(f"{READER}?passage=29e099c9&lang=en#p-29e099c9")
        assert visit.page.locator("#p-29e099c9 details.linked ul").is_visible()
        assert serious_faults(visit.page) == []
        visit.go("/evidence?s=mea:luojiang-ten-measures&p=pp:implementedBy")
        assert visit.page.locator("mark.object").last.is_visible()
        assert serious_faults(visit.page) == []


@pytest.fixture
def leafed(browser: Browser, monkeypatch: pytest.MonkeyPatch) -> Iterator[Visit]:
    """A server to which 60 passages are a long article, shown in leaves of 40."""
    monkeypatch.setattr(leaf, "WHOLE", 60)
    monkeypatch.setattr(leaf, "_LEAF", 40)
    with serving(published.made(published.folder())) as origin:
        found = visiting(browser, origin)
        yield found
        found.page.context.close()
    assert found.faults == []


@pytest.mark.parametrize("kind", ["p-", "", "c", "char=", "s-"])
def test_a_bare_fragment_arrives_on_a_later_leaf(leafed: Visit, kind: str) -> None:
    """The first leaf opens, and then the one that holds what was asked for, once."""
    leafed.go(f"{READER}?page=4&lang=en")
    page = leafed.page
    entry = page.locator(".entries > li").last
    slug = str(entry.get_attribute("id"))[2:]
    spot = str(page.locator(f"#p-{slug} > q > a").get_attribute("href"))[1:]
    section = page.locator("article section").last.get_attribute("id")
    span = spot[1:].replace("-", ",")
    fragment = {
        "p-": f"p-{slug}", "": slug, "c": spot, "char=": f"char={span}", "s-": section,
    }[kind]  # fmt: skip
    leafed.go("/reader?lang=en")
    leafed.go(f"{READER}?lang=en#{fragment}")
    page.wait_for_url(f"**{READER}?*to=*")
    shown = {"p-": f"#p-{slug}", "": f"#p-{slug}", "s-": f"#{section}"}.get(kind, f"#{spot}")
    expect(page.locator(shown)).to_be_in_viewport()
    if kind in ("c", "char=", "p-", ""):
        expect(page.locator("mark.lit").first).to_be_attached()
    page.go_back()
    assert page.url.endswith("/reader?lang=en"), "one step back leads to where one was"


def test_a_fragment_that_is_nowhere_stays_on_the_first_leaf(leafed: Visit) -> None:
    leafed.go(f"{READER}?lang=en#p-00000000")
    leafed.page.wait_for_url(f"**{READER}?*to=*")
    leafed.page.wait_for_load_state("load")
    expect(leafed.page.locator(".pager [aria-current]").first).to_have_text("1")
