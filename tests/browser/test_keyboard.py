"""Every kind of page with the Tab key alone: each control is reached once, is seen, and lets go."""

from pathlib import Path
from typing import Any

import pytest
from kinds import WIDTHS, Kind, each_kind
from playwright.sync_api import Page

pytestmark = pytest.mark.slow

WALK = (Path(__file__).parent / "walk.js").read_text("utf-8")


def walked(page: Page) -> dict[str, Any]:
    """What went wrong from the top to the end of the page, or to its 120th control."""
    for _ in range(page.evaluate(WALK)):
        page.keyboard.press("Tab")
    found: dict[str, Any] = page.evaluate("theWalk()")
    return found


@pytest.mark.parametrize("lang", WIDTHS)
@each_kind("empty", "answered", "refused")
def test_tab_alone_leads_through_a_page(page: Page, origin: str, kind: Kind, lang: str) -> None:
    """Each control once, marked as having the focus and in sight, none left out, no way back."""
    page.set_viewport_size({"width": WIDTHS[lang], "height": 844})
    page.goto(origin + kind.address(lang), wait_until="load")
    if page.locator("#query-editor").count():
        page.wait_for_selector("html[data-editor=ready]", state="attached")
        if kind.state == "answered" and "?" in kind.path:
            page.wait_for_selector("#query-results > *", state="attached")
    assert walked(page) == {"unseen": [], "covered": [], "twice": [], "missed": []}
