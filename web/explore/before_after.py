"""The before→after picture: each pair against its own beginning, with the change computed."""

from collections.abc import Iterable
from dataclasses import dataclass

from web.drawing.svg_text import wrap
from web.site.release_queries import Row

_LINE, _BAR, _GAP, _FOOT = 20, 20, 6, 26
_EMS = 21.5
_WIDEST = 66.0
"""Percent of the width that the longer bar of a pair takes: the rest is for its number."""


@dataclass(frozen=True)
class Bar:
    """One number of a pair; `width` and `most` (the upper end of a range) in percent."""

    side: str
    text: str
    comparator: str
    top: int
    width: float
    most: float


@dataclass(frozen=True)
class Pair:
    """A change: its two bars, and what the query computed from them."""

    row: Row
    top: int
    lines: tuple[str, ...]
    bars: tuple[Bar, Bar]

    @property
    def computed(self) -> float:
        """The change in percent; it is nobody's statement."""
        return float(self.row["computed"])

    @property
    def contradicts(self) -> bool:
        """Whether the same sentence prints another percentage."""
        return self.row["contradicts"] == "true"

    @property
    def foot(self) -> int:
        """The base line of the text under the bars."""
        return self.bars[1].top + _BAR + 18

    @property
    def claims(self) -> tuple[str, ...]:
        """The claims that state both numbers."""
        return tuple(self.row["claims"].split())


@dataclass(frozen=True)
class Contrast:
    """The whole picture; `height` and `bar` in pixels."""

    pairs: tuple[Pair, ...]
    height: int
    bar: int = _BAR


def _bar(row: Row, side: str, top: int, longest: float) -> Bar:
    value = float(row[side])
    most = float(row.get(f"{side}Max", row[side]))
    return Bar(
        side=side,
        text=row[f"{side}Text"],
        comparator=row[f"{side}Comparator"],
        top=top,
        width=round(_WIDEST * value / longest, 2),
        most=round(_WIDEST * most / longest, 2),
    )


def _pair(row: Row, top: int) -> Pair:
    lines = wrap(f"{row['indicatorLabel']} · {row['scopeLabel']}", _EMS)
    ends = [float(row.get(f"{s}Max", row[s])) for s in ("before", "after")]
    first = top + _LINE * len(lines) + 6
    longest = max(*ends, 1e-9)
    bars = (_bar(row, "before", first, longest), _bar(row, "after", first + _BAR + _GAP, longest))
    return Pair(row, top, lines, bars)


def layout(rows: Iterable[Row]) -> Contrast | None:
    """The picture of these changes, or None if there is none."""
    pairs, top = [], 4
    for row in rows:
        pair = _pair(row, top)
        pairs.append(pair)
        top = pair.foot + _FOOT + (_LINE if pair.contradicts else 0)
    return Contrast(tuple(pairs), top) if pairs else None
