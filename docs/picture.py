"""Draw the picture of the README: a fact and its sentence, from the home page of this checkout.

`make picture` runs it and writes docs/images/fact.png.
"""

from visits import browsing, serving

from graph.paths import ROOT

TARGET = ROOT / "docs" / "images" / "fact.png"
SIZE = {"width": 720, "height": 900}


def main() -> None:
    """Write the picture."""
    with serving() as origin, browsing() as browser:
        page = browser.new_page(viewport={"width": SIZE["width"], "height": SIZE["height"]})
        page.goto(f"{origin}/?lang=en", wait_until="load")
        TARGET.parent.mkdir(parents=True, exist_ok=True)
        page.locator("figure.proof").screenshot(path=TARGET)
        page.close()


if __name__ == "__main__":
    main()
