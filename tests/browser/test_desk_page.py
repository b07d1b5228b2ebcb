"""The desk in a real browser: a claim read, judged as one types, decided on by keyboard alone."""

import json
import shutil
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest
import yaml
from playwright.sync_api import Browser, Page, expect
from visits import Visit, serious_faults, visiting

from desk import blocks
from desk.run import server
from desk.site import Desk
from desk.workbench import Order, Workbench
from graph.paths import ROOT

pytestmark = pytest.mark.slow

NOTICES = ROOT / "tests" / "data" / "notices"
SLUG = "gazette-20210203-1"
_LIT = """["quoted", "starts", "ends"].map(
  name => [...CSS.highlights.get(name)].map(range => range.toString()).join("")
)"""


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A notice whose first three claims are proposals again."""
    shutil.copy(NOTICES / "entities.csv", tmp_path / "entities.csv")
    shutil.copytree(NOTICES / SLUG, tmp_path / "articles" / SLUG)
    folder = tmp_path / "articles" / SLUG
    bench = Workbench(folder, tmp_path / "entities.csv")
    state = bench.state()
    rows = []
    for index in range(3):
        claim = state.verdict.claims[index]
        span = claim.passages[0].spans[0]
        rows.append(
            {
                "id": f"p{index}", "start": span.start, "end": span.end, "quote": span.exact,
                "kind": "policy_document", "rule": "test/1",
                "claim": blocks.body(state.blocks.entries[index]),
            }
        )  # fmt: skip
    for _ in rows:
        state = bench.decide(Order("remove", state.revision, "", 0, 1))
    (folder / "journal.jsonl").unlink()
    lines = (json.dumps(row, ensure_ascii=False) + "\n" for row in rows)
    (folder / "draft.jsonl").write_text("".join(lines), "utf-8")
    return folder


@pytest.fixture
def visit(browser: Browser, folder: Path) -> Iterator[Visit]:
    """The desk of that notice, open in a window of which nothing may go wrong."""
    made, gate = server(Desk(folder.parent, folder.parent.parent / "entities.csv"))
    thread = threading.Thread(target=made.serve_forever)
    thread.start()
    with visiting(browser, f"http://127.0.0.1:{gate.port}") as found:
        found.page.set_viewport_size({"width": 1400, "height": 900})
        found.page.goto(gate.address(SLUG) + "&lang=en")
        ready(found.page)
        yield found
    made.shutdown()
    thread.join()
    made.server_close()


def ready(page: Page) -> None:
    """Wait until the page shows the article."""
    page.wait_for_selector("html[data-desk=ready]", state="attached")


def claims(folder: Path) -> list[dict[str, object]]:
    """The claims on disk."""
    found: list[dict[str, object]] = yaml.load(
        (folder / "claims.yaml").read_text("utf-8"),
        yaml.BaseLoader,  # noqa: S506 - text only
    )["claims"]
    return found


def decisions(folder: Path) -> list[str]:
    """What the journal holds."""
    path = folder / "journal.jsonl"
    lines = path.read_text("utf-8").splitlines() if path.exists() else []
    return [json.loads(line)["action"] for line in lines]


def forgive(visit: Visit, status: int) -> None:
    """The browser's own note of a request that was refused, as it had to be."""
    refused = [fault for fault in visit.faults if f"status of {status} " in fault]
    assert refused
    visit.faults[:] = [fault for fault in visit.faults if fault not in refused]


def test_three_proposals_are_decided_on_with_four_keys(visit: Visit, folder: Path) -> None:
    page, before = visit.page, len(claims(folder))
    page.keyboard.press("n")
    expect(page.locator("#what")).to_have_text("Proposal: policy_document")
    expect(page.locator("#findings .good")).to_be_visible()
    page.keyboard.press("a")
    expect(page.locator("#state")).to_contain_text("2 proposals wait")
    expect(page.locator("#form")).to_be_visible()
    page.keyboard.press("r")
    expect(page.locator("#state")).to_contain_text("1 proposals wait")
    expect(page.locator("#form")).to_be_visible()
    page.keyboard.press("a")
    expect(page.locator("#state")).to_contain_text("0 proposals wait")
    assert decisions(folder) == ["accept", "reject", "accept"]
    assert len(claims(folder)) == before + 2
    page.keyboard.press("u")
    expect(page.locator("#state")).to_contain_text("1 proposals wait")
    assert len(claims(folder)) == before + 1


def test_the_validators_answer_while_one_types(visit: Visit, folder: Path) -> None:
    page, before = visit.page, (folder / "claims.yaml").read_text("utf-8")
    page.keyboard.press("n")
    voice = page.locator("[name=voice]")
    voice.fill("c:voice-documents")
    expect(page.locator("#findings .bad")).to_contain_text("unknown code 'c:voice-documents'")
    page.keyboard.press("Control+Enter")
    expect(page.locator("#problem")).to_contain_text("unknown code")
    forgive(visit, 422)
    assert (folder / "claims.yaml").read_text("utf-8") == before
    voice.fill("c:voice-docu")
    expect(page.locator("#offers [role=option]").first).to_contain_text("c:voice-document")
    page.keyboard.press("ArrowDown")
    page.keyboard.press("Enter")
    expect(voice).to_have_value("c:voice-document")
    expect(page.locator("#findings .good")).to_be_visible()


def test_the_rules_of_the_whole_answer_when_the_keys_rest(visit: Visit) -> None:
    """The claim by itself is judged at once; then the article, and after a decision its badge."""
    page = visit.page
    page.keyboard.press("n")
    expect(page.locator("#findings .good")).to_be_visible()
    with page.expect_request(lambda asked: "/judge" in asked.url) as first:
        page.locator("[name='label.en']").fill("Typed.")
    assert json.loads(first.value.post_data or "")["whole"] is False
    with page.expect_request(lambda asked: "/judge" in asked.url) as then:
        pass
    assert json.loads(then.value.post_data or "")["whole"] is True
    expect(page.locator("#findings .good")).to_be_visible()
    page.keyboard.press("Control+Enter")
    expect(page.locator("#state")).to_contain_text("2 proposals wait")
    page.keyboard.press("Escape")
    page.keyboard.press("Escape")
    expect(page.locator("#form")).to_be_hidden()
    expect(page.locator("#verdict")).to_have_text("the build would take them all")


def test_a_new_claim_on_words_selected_by_keyboard(visit: Visit, folder: Path) -> None:
    page, before = visit.page, len(claims(folder))
    page.locator(".sentence", has_text="2021年2月3日印发").first.focus()
    page.keyboard.press("j")
    page.keyboard.press("k")
    for _ in range(9):
        page.keyboard.press("Shift+ArrowRight")
    chosen = page.evaluate("getSelection().toString()")
    assert len(chosen) == 9
    page.keyboard.press("Enter")
    expect(page.locator(".passage .quoted")).to_have_value(chosen)
    page.locator("[name='label.zh']").fill("一处日期。")
    page.locator("[name='label.en']").fill("A date, as printed.")
    page.locator("[name=voice]").fill("c:voice-document")
    page.locator("[name=saidBy]").fill("agt:qinghe-government-office")
    page.locator("[name=facts]").fill("- id: doc:qinghe-plates-notice\n  type: PolicyDocument")
    page.locator("details summary").last.click()
    page.locator("[name=number]").fill("7")
    expect(page.locator("#findings .good")).to_be_visible()
    page.keyboard.press("Control+Enter")
    expect(page.locator("#form")).to_be_hidden()
    assert len(claims(folder)) == before + 1
    (made,) = (c for c in claims(folder) if c.get("number") == "7")
    assert made["statedIn"] == {"quote": chosen}
    assert decisions(folder) == ["add"]


def test_both_ends_of_each_link_are_shown_in_the_sentence(visit: Visit) -> None:
    page = visit.page
    for _ in range(3):
        # What is said of the proposal before is not what is waited for.
        page.evaluate("for (const e of findings.children) e.className = 'before'")
        page.keyboard.press("n")
        expect(page.locator("#findings .good")).to_be_visible()
    expect(page.locator("#ends mark.start").first).to_be_visible()
    lit = page.evaluate(_LIT)
    shown = page.locator("#ends mark.end").all_inner_texts()
    assert all(lit)
    assert set("".join(shown)) - set("、") <= set(lit[2])


def test_edit_split_merge_remove_and_undo(visit: Visit, folder: Path) -> None:
    page, before = visit.page, (folder / "claims.yaml").read_text("utf-8")
    index = next(i for i, c in enumerate(claims(folder)) if len(c["facts"]) > 1)  # type: ignore[arg-type]
    page.locator("#claims button").nth(index).click()
    expect(page.locator("#what")).to_have_text(f"Claim {index + 1}")
    page.locator("[name='label.en']").fill("Said in other words.")
    page.keyboard.press("Control+Enter")
    expect(page.locator("#form")).to_be_hidden()
    assert "Said in other words." in (folder / "claims.yaml").read_text("utf-8")
    page.locator("#claims button").nth(index).click()
    page.locator("#split").click()
    page.locator("#part").click()
    expect(page.locator("[name=text]")).to_be_visible()
    expect(page.locator("#findings .good")).to_be_visible()
    page.locator("#save").click()
    expect(page.locator("#form")).to_be_hidden()
    page.locator("#claims button").nth(index).click()
    page.locator("#merge").click()
    expect(page.locator("#findings .good")).to_be_visible()
    page.locator("#save").click()
    expect(page.locator("#form")).to_be_hidden()
    page.locator("#claims button").nth(index).click()
    page.locator("#remove").click()
    expect(page.locator("#form")).to_be_hidden()
    assert decisions(folder) == ["edit", "split", "merge", "remove"]
    for _ in range(4):  # as fast as one can: each rests on what the one before made of it
        page.keyboard.press("u")
    expect(page.locator("#undo")).to_be_disabled()
    assert decisions(folder)[4:] == ["undo"] * 4
    assert (folder / "claims.yaml").read_text("utf-8") == before


def test_what_nobody_registered_is_registered_from_the_form(visit: Visit, folder: Path) -> None:
    """A proposal names a body that the registry lacks: its row is filled in and added."""
    page, registry = visit.page, folder.parent.parent / "entities.csv"
    before = registry.read_text("utf-8")
    page.keyboard.press("n")
    facts = page.locator("[name=facts]")
    office = (
        "id: agt:new-office\n  type: org:Organization\n  rdfs:label: {zh: 清河县人民政府办公室}"
    )
    facts.fill(f"{facts.input_value()}\n- {office}")
    expect(page.locator("#missing")).to_be_visible()
    thing = page.locator("#rows .thing")
    expect(thing).to_have_count(1)
    expect(thing.locator("[data-key=zh]")).to_have_value("清河县人民政府办公室")
    expect(thing.get_by_role("button").first).to_contain_text("agt:qinghe-government-office")
    thing.locator("[data-key=name]").fill("agt:newer-office")
    thing.locator("[data-key=of]").fill("新的")
    page.locator("#register").click()
    expect(page.locator("#missing")).to_be_hidden()
    assert registry.read_text("utf-8") == f"{before}agt:newer-office,清河县人民政府办公室,新的,\n"
    assert "agt:newer-office" in facts.input_value()
    assert decisions(folder) == ["register"]
    expect(page.locator("#undo")).to_be_disabled()


def test_what_was_typed_survives_a_change_in_another_window(visit: Visit, folder: Path) -> None:
    page = visit.page
    page.locator("#claims button").nth(0).click()
    page.locator("[name='label.en']").fill("Typed here.")
    other = Workbench(folder, folder.parent.parent / "entities.csv")
    other.decide(Order("remove", other.state().revision, "other", 5, 1))
    page.keyboard.press("Control+Enter")
    expect(page.locator("#problem")).to_contain_text("changed elsewhere")
    forgive(visit, 409)
    expect(page.locator("[name='label.en']")).to_have_value("Typed here.")
    page.keyboard.press("Control+Enter")
    expect(page.locator("#form")).to_be_hidden()
    assert "Typed here." in (folder / "claims.yaml").read_text("utf-8")
    assert decisions(folder) == ["remove", "edit"]


@pytest.mark.parametrize("lang", ["en", "zh"])
def test_a_second_reading_by_keyboard(visit: Visit, folder: Path, lang: str) -> None:
    """Three sentences, one Enter each; then the agreement; the language may change in between."""
    page = visit.page
    page.goto(f"{visit.origin}/{SLUG}?lang={lang}")
    page.locator("header a", has_text={"en": "second reading", "zh": "复读"}[lang]).press("Enter")
    assert serious_faults(page) == []
    page.keyboard.type("Ann")
    page.keyboard.press("Tab")
    page.keyboard.type("7")
    page.keyboard.press("Tab")
    page.keyboard.press("Control+a")
    page.keyboard.type("3")
    page.keyboard.press("Enter")
    for number in (1, 2, 3):
        expect(page.locator("#where")).to_contain_text(str(number))
        assert page.locator("#sentence").inner_text()
        if number == 1:
            assert serious_faults(page) == []
        assert page.evaluate("document.activeElement.name") == "voice"
        for words in (None, None, "清河县人民政府办公室", "清河县", "通知"):
            if words is None:
                page.keyboard.press("ArrowDown")
            else:
                page.keyboard.type(words)
            page.keyboard.press("Tab")
        page.keyboard.press("Enter")
    expect(page.locator("#agreement")).to_be_visible()
    assert page.locator("#agreement tbody tr").count() == 5
    assert serious_faults(page) == []
    page.locator("nav.languages a:not([aria-current])").press("Enter")
    expect(page.locator("#agreement")).to_be_visible()
    lines = (folder / "second-reading.jsonl").read_text("utf-8").splitlines()
    assert [json.loads(line)["number"] for line in lines] == [1, 2, 3]
    assert {json.loads(line)["reader"] for line in lines} == {"Ann"}


@pytest.mark.parametrize("lang", ["en", "zh"])
def test_nothing_serious_is_found_in_any_state(visit: Visit, lang: str) -> None:
    page = visit.page
    page.goto(f"{visit.origin}/{SLUG}?lang={lang}")
    ready(page)
    assert serious_faults(page) == []
    page.keyboard.press("n")
    page.locator("[name=voice]").fill("c:voice-x")
    expect(page.locator("#findings .bad")).to_be_visible()
    page.locator("[name=voice]").fill("c:voice")
    expect(page.locator("#offers")).to_be_visible()
    assert serious_faults(page) == []
    page.goto(f"{visit.origin}/?lang={lang}")
    assert serious_faults(page) == []


def test_a_narrow_window_needs_no_sideways_scrolling(visit: Visit) -> None:
    page = visit.page
    page.set_viewport_size({"width": 390, "height": 800})
    page.keyboard.press("n")
    expect(page.locator("#form")).to_be_visible()
    assert page.evaluate("document.documentElement.scrollWidth") <= 390
