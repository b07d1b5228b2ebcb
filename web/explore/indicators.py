"""The indicator pictures: one panel, with an axis of its own, for all that can be compared."""

import math
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from itertools import groupby

from graph.periods import Period
from web.drawing.svg_text import wrap
from web.site import iris
from web.site.release_queries import Row

_LINE, _SMALL, _BAR, _GAP, _TOP = 20, 17, 18, 8, 30
_EMS, _SMALL_EMS = 21.5, 24.0
_WIDEST = 78.0
"""Percent of the width that bars may take: the rest is for their numbers."""
_PERCENT = "unit-percent"
_AXES: Mapping[str, tuple[float, float]] = {
    "statistic-plan-completion-ratio": (0, 100),
    "statistic-year-on-year-change": (-100, 0),
    "statistic-share": (0, 100),
}
"""Type of statistic → the ends of its axis, which grow when a figure lies outside."""


def _name(iri: str) -> str:
    return iris.last(iri)


@dataclass(frozen=True)
class FigureBar:
    """One number of one scope; `x` and `width` in percent of the picture, `top` in pixels."""

    row: Row
    lines: tuple[str, ...]
    top: int
    x: float
    width: float

    @property
    def bar(self) -> int:
        """The upper edge of its bar, under the lines that say whose it is."""
        return self.top + _SMALL * len(self.lines)

    @property
    def claims(self) -> tuple[str, ...]:
        """The claims that state it."""
        return tuple(self.row["claims"].split())

    @property
    def sign(self) -> str:
        """What stands after its number."""
        return "%" if _name(self.row["unit"]) == _PERCENT else self.row["unitLabel"]


@dataclass(frozen=True)
class Group:
    """The figures of one indicator, under its name."""

    lines: tuple[str, ...]
    top: int
    figures: tuple[FigureBar, ...]


@dataclass(frozen=True)
class Panel:
    """Figures with one axis, whose ticks are (percent of the width, number).

    They are of one type of statistic in percent, or of one indicator in another unit; `number`
    tells panels apart.
    """

    number: int
    type: str
    label: str
    unit: str
    groups: tuple[Group, ...]
    ticks: tuple[tuple[float, float], ...]
    height: int
    bar: int = _BAR

    @property
    def key(self) -> str:
        """The type's short name, for the words that explain it."""
        return self.type.removeprefix("statistic-")


@dataclass(frozen=True)
class _Axis:
    low: float
    high: float
    step: float = 25

    def at(self, value: float) -> float:
        return round(_WIDEST * (value - self.low) / (self.high - self.low), 2)

    def ticks(self) -> tuple[tuple[float, float], ...]:
        # What a quotient lacks of a whole number is the error of its last digit.
        steps = math.floor((self.high - self.low) / self.step + 1e-9)
        numbers = (self.low + self.step * n for n in range(steps + 1))
        return tuple((self.at(number), number) for number in numbers)


def _percent(kind: str, values: Sequence[float]) -> _Axis:
    low, high = _AXES.get(kind, (0, 100))
    low, high = min(low, min(values) // 25 * 25), max(high, -(-max(values) // 25) * 25)
    return _Axis(low, high, 25 if high - low <= 100 else 50)


def _counts(values: Sequence[float]) -> _Axis:
    """From zero to a round number, in at most five steps of 1, 2 or 5 times a power of ten."""
    low, high = min(0.0, *values), max(0.0, *values)
    tens = 10.0 ** math.floor(math.log10((high - low or 1) / 5))
    step = next(tens * n for n in (1, 2, 5, 10) if tens * n * 5 >= high - low)
    return _Axis(step * math.floor(low / step), step * (math.ceil(high / step) or 1), step)


def _figure(row: Row, axis: _Axis, top: int, words: str) -> FigureBar:
    zero, end = axis.at(0), axis.at(float(row["value"]))
    lines = wrap(words, _SMALL_EMS, lines=2)
    return FigureBar(row, lines, top, min(zero, end), round(abs(end - zero), 2))


def _group(name: str, rows: Sequence[Row], axis: _Axis, top: int, *, dated: bool = False) -> Group:
    lines = wrap(name, _EMS) if name else ()
    figures: list[FigureBar] = []
    below = top + _LINE * len(lines) + (4 if lines else 0)
    for row in rows:
        words = f"{row['scopeLabel']} · {_when(row)}" if dated else row["scopeLabel"]
        figures.append(_figure(row, axis, below, words))
        below = figures[-1].bar + _BAR + _GAP
    return Group(lines, top, tuple(figures))


def _when(row: Row) -> str:
    """The period of a figure, as dates are written; a sign for none."""
    start, end = row.get("start"), row.get("end")
    if not start:
        return "–"
    return Period(date.fromisoformat(start), date.fromisoformat(end) if end else None).slug


def _values(rows: Iterable[Row]) -> list[float]:
    return [float(row["value"]) for row in rows]


def _of_type(number: int, kind: str, rows: Sequence[Row]) -> Panel:
    axis = _percent(kind, _values(rows))
    groups, top = [], _TOP
    for _, some in groupby(rows, key=lambda row: row["indicator"]):
        mine = list(some)
        group = _group(mine[0]["indicatorLabel"], mine, axis, top)
        groups.append(group)
        top = group.figures[-1].bar + _BAR + 2 * _GAP
    return Panel(number, kind, rows[0]["typeLabel"], "%", tuple(groups), axis.ticks(), top)


def _of_indicator(number: int, rows: Sequence[Row]) -> Panel:
    """The figures of an indicator in one unit, in the order of time."""
    axis = _counts(_values(rows))
    dated = sorted(rows, key=lambda row: (row.get("start", ""), row["scopeLabel"]))
    group = _group("", dated, axis, _TOP, dated=True)
    height = group.figures[-1].bar + _BAR + 2 * _GAP
    label, unit = rows[0]["indicatorLabel"], rows[0]["unitLabel"]
    return Panel(number, _name(rows[0]["type"]), label, unit, (group,), axis.ticks(), height)


def layout(rows: Iterable[Row]) -> tuple[Panel, ...]:
    """A panel for each type of statistic in percent, and for each indicator in another unit.

    The latter share no axis with anything else. Where there are percentages, a single figure of an
    indicator is left to the table.
    """
    order, known = list(_AXES), list(rows)
    percent = [row for row in known if _name(row["unit"]) == _PERCENT]
    percent.sort(key=lambda row: order.index(k) if (k := _name(row["type"])) in order else 99)
    others = sorted((row for row in known if _name(row["unit"]) != _PERCENT), key=_compared)
    alike = [list(some) for _, some in groupby(others, key=_compared)]
    if percent or any(len(each) > 1 for each in alike):
        alike = [each for each in alike if len(each) > 1]
    kinds = groupby(percent, key=lambda row: _name(row["type"]))
    panels = [_of_type(n, kind, list(some)) for n, (kind, some) in enumerate(kinds)]
    more = (_of_indicator(n, each) for n, each in enumerate(alike, len(panels)))
    return (*panels, *more)


def _compared(row: Row) -> tuple[str, str, str]:
    """What figures must share to be drawn on one axis."""
    return row["indicator"], row["type"], row["unit"]
