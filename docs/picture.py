"""Draw what is drawn from the pages: the picture of the README, and the icons from their seal.

`make picture` runs it and writes docs/images/fact.png, web/static/seal.png and favicon.ico.
"""

import io

from PIL import Image
from playwright.sync_api import Browser
from visits import browsing, serving

from graph.paths import ROOT, STATIC

TARGET = ROOT / "docs" / "images" / "fact.png"
SIZE = {"width": 720, "height": 900}
SEAL = 256
"""Pixels of the large icon."""
ICONS = [(16, 16), (32, 32), (48, 48)]


def fact(browser: Browser, origin: str) -> None:
    """Write the picture of the README."""
    page = browser.new_page(viewport={"width": SIZE["width"], "height": SIZE["height"]})
    page.goto(f"{origin}/?lang=en", wait_until="load")
    TARGET.parent.mkdir(parents=True, exist_ok=True)
    page.locator("figure.proof").screenshot(path=TARGET)
    page.close()


def icons(browser: Browser) -> None:
    """Write the icons."""
    page = browser.new_page(viewport={"width": SEAL, "height": SEAL})
    seal = (STATIC / "seal.svg").read_text("utf-8")
    style = f"*{{margin:0}} svg{{display:block;width:{SEAL}px;height:{SEAL}px}}"
    page.set_content(f"<style>{style}</style>{seal}")
    drawn = Image.open(io.BytesIO(page.screenshot(omit_background=True))).convert("RGBA")
    page.close()
    few = drawn.quantize(32, method=Image.Quantize.FASTOCTREE)
    few.save(STATIC / "seal.png", optimize=True)
    drawn.save(STATIC / "favicon.ico", sizes=ICONS)


def main() -> None:
    """Write all of them."""
    with serving() as origin, browsing() as browser:
        fact(browser, origin)
        icons(browser)


if __name__ == "__main__":
    main()
