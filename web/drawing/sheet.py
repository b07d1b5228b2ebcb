"""A picture as a file of its own: its title above, where it is from and its licence beneath."""

import re
import xml.etree.ElementTree as ET
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cache

from graph.paths import STATIC
from web.drawing.svg_text import wrap

_WIDTH, _MARGIN = 900, 28
_INNER = _WIDTH - 2 * _MARGIN
_VARIABLE = re.compile(r"var\(--([\w-]+)\)")
_SET = re.compile(r"--([\w-]+):\s*([^;]+);")


@dataclass(frozen=True)
class Sheet:
    """What a file shows: a title, the drawing as its page has it, and lines beneath.

    `drawing` is markup: headings, paragraphs and SVG, one below the other. Addresses in it that
    begin with a slash are of the site at `origin`.
    """

    title: str
    question: str
    drawing: str
    beneath: Sequence[str]
    language: str
    origin: str


@dataclass(frozen=True)
class _Line:
    """Words of one size; `size` and the `gap` above them in pixels."""

    size: int
    gap: int
    weight: int = 400
    soft: bool = False


_LINES = {
    "title": _Line(24, 0, 700),
    "question": _Line(15, 4, soft=True),
    "h2": _Line(17, 22, 600),
    "h3": _Line(17, 22, 600),
    "p": _Line(13, 4, soft=True),
    "beneath": _Line(12, 3, soft=True),
}


def svg(sheet: Sheet) -> str:
    """The file as SVG that needs nothing beside it: the style is in it, links are whole."""
    root = ET.Element("svg", {"xmlns": "http://www.w3.org/2000/svg", "lang": sheet.language})
    ET.SubElement(root, "title").text = sheet.title
    ET.SubElement(root, "style").text = _style()
    ET.SubElement(root, "rect", {"class": "ground", "width": "100%", "height": "100%"})
    below = _MARGIN
    for kind, words in (("title", sheet.title), ("question", sheet.question)):
        below = _words(root, kind, words, below)
    below += 16
    for part in _parts(sheet):
        if part.tag == "svg":
            below = _placed(root, part, below + 8)
        else:
            below = _words(root, part.tag, "".join(part.itertext()), below)
    below += 18
    for words in sheet.beneath:
        below = _words(root, "beneath", words, below)
    below += _MARGIN - 8
    root.attrib |= {
        "width": f"{_WIDTH}",
        "height": f"{below}",
        "viewBox": f"0 0 {_WIDTH} {below}",
    }
    return ET.tostring(root, encoding="unicode")


def _parts(sheet: Sheet) -> Iterator[ET.Element]:
    for part in ET.fromstring(f"<div>{sheet.drawing}</div>"):  # noqa: S314 (our own template's)
        for each in part.iter():
            if each.get("href", "").startswith("/"):
                each.set("href", sheet.origin + each.get("href", ""))
        part.tail = None
        yield part


def _words(root: ET.Element, kind: str, words: str, below: int) -> int:
    line = _LINES[kind]
    below += line.gap
    for row in wrap(words, _INNER / line.size, lines=6):
        below += round(line.size * 1.4)
        shown = ET.SubElement(
            root,
            "text",
            {"x": f"{_MARGIN}", "y": f"{below - round(line.size * 0.35)}"}
            | {"font-size": f"{line.size}", "font-weight": f"{line.weight}"}
            | ({"class": "soft"} if line.soft else {}),
        )
        shown.text = row
    return below


def _placed(root: ET.Element, drawing: ET.Element, below: int) -> int:
    """Put a drawing of a page under what is there already; return where it ends."""
    if drawing.get("height") is None:
        _, _, width, height = (drawing.get("viewBox") or "").split()
        drawing.attrib |= {"width": width, "height": height}
    else:
        drawing.set("width", f"{_INNER}")
    drawing.attrib |= {"x": f"{_MARGIN}", "y": f"{below}"}
    root.append(drawing)
    return below + round(float(drawing.attrib["height"]))


@cache
def _style() -> str:
    """The sheet of the pictures in the light colours of the site."""
    light = (STATIC / "style.css").read_text("utf-8").partition("{")[2].partition("}")[0]
    values = dict(_SET.findall(light))
    own = (
        "text { font-family: var(--sans); fill: var(--ink); } "
        ".soft { fill: var(--soft); } .ground { fill: var(--card); }\n"
    )
    chart = (STATIC / "chart.css").read_text("utf-8").partition("*/")[2]
    return _VARIABLE.sub(lambda found: values[found[1]], own + chart)
