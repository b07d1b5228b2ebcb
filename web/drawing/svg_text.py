"""How wide words come out in a picture, and where they break: SVG text does not wrap by itself."""

import re
import unicodedata
from collections.abc import Iterator

_PIECE = re.compile(r"[⺀-鿿豈-﫿　-〿＀-￯“”‘’…]|\s+|[^\s⺀-鿿豈-﫿　-〿＀-￯“”‘’…]+")
_NEVER_FIRST = frozenset("，。、；：？！）》」』”’…%")
_LATIN = 0.62
"""Width of an average Latin letter in a sans-serif face, in ems."""


def width(text: str) -> float:
    """The estimated width of a text in ems: a Chinese character is one, a Latin letter half."""
    return sum(
        1.0 if unicodedata.east_asian_width(c) in "WF" or c in "“”‘’…" else _LATIN for c in text
    )


def wrap(text: str, ems: float, lines: int = 4) -> tuple[str, ...]:
    """The text broken into lines of at most this width; what does not fit ends in an ellipsis."""
    found = list(_lines(text, ems))
    if len(found) > lines:
        found = [*found[: lines - 1], f"{_cut(found[lines - 1], ems)}…"]
    return tuple(found)


def _cut(line: str, ems: float) -> str:
    while line and width(line) > ems - 1:
        line = line[:-1]
    return line.rstrip()


def _lines(text: str, ems: float) -> Iterator[str]:
    line = ""
    for piece in _PIECE.findall(text):
        if width(line + piece.rstrip()) > ems and line.strip() and piece not in _NEVER_FIRST:
            yield line.strip()
            line = piece.lstrip()
        else:
            line += piece
    if line.strip():
        yield line.strip()
