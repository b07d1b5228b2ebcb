"""Every kind of page in every state it has is free of what axe finds serious or moderate."""

import pytest
from kinds import WIDTHS, Kind, each_kind
from playwright.sync_api import Page
from visits import faults

pytestmark = pytest.mark.slow


@pytest.mark.parametrize("lang", WIDTHS)
@each_kind()
def test_nothing_is_serious_or_moderate(page: Page, origin: str, kind: Kind, lang: str) -> None:
    """Nor is anything wider than the screen, on a desk or in a hand."""
    page.set_viewport_size({"width": WIDTHS[lang], "height": 844})
    page.goto(origin + kind.address(lang), wait_until="load")
    if kind.press:
        page.locator(kind.press).first.press("Enter")
        page.locator(kind.shown).first.wait_for()
    assert faults(page, "moderate", "serious", "critical") == []
    for width in WIDTHS.values():
        page.set_viewport_size({"width": width, "height": 844})
        assert page.evaluate("document.documentElement.scrollWidth - innerWidth") <= 0, width
