"""The indicator pictures: one panel, with an axis of its own, for each type of statistic."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import groupby

from web.explore.svg_text import wrap
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


@dataclass(frozen=True)
class Group:
    """The figures of one indicator, under its name."""

    lines: tuple[str, ...]
    top: int
    figures: tuple[FigureBar, ...]


@dataclass(frozen=True)
class Panel:
    """One type of statistic with its axis, whose ticks are (percent of the width, number)."""

    type: str
    label: str
    groups: tuple[Group, ...]
    ticks: tuple[tuple[float, int], ...]
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

    def at(self, value: float) -> float:
        return round(_WIDEST * (value - self.low) / (self.high - self.low), 2)

    def ticks(self) -> tuple[tuple[float, int], ...]:
        step = 25 if self.high - self.low <= 100 else 50
        return tuple((self.at(n), n) for n in range(int(self.low), int(self.high) + 1, step))


def _axis(kind: str, values: Sequence[float]) -> _Axis:
    low, high = _AXES.get(kind, (0, 100))
    return _Axis(min(low, min(values) // 25 * 25), max(high, -(-max(values) // 25) * 25))


def _figure(row: Row, axis: _Axis, top: int) -> FigureBar:
    zero, end = axis.at(0), axis.at(float(row["value"]))
    lines = wrap(row["scopeLabel"], _SMALL_EMS, lines=2)
    return FigureBar(row, lines, top, min(zero, end), round(abs(end - zero), 2))


def _group(rows: Sequence[Row], axis: _Axis, top: int) -> Group:
    lines = wrap(rows[0]["indicatorLabel"], _EMS)
    figures: list[FigureBar] = []
    below = top + _LINE * len(lines) + 4
    for row in rows:
        figures.append(_figure(row, axis, below))
        below = figures[-1].bar + _BAR + _GAP
    return Group(lines, top, tuple(figures))


def _panel(kind: str, rows: Sequence[Row]) -> Panel:
    axis = _axis(kind, [float(row["value"]) for row in rows])
    groups, top = [], _TOP
    for _, some in groupby(rows, key=lambda row: row["indicator"]):
        group = _group(list(some), axis, top)
        groups.append(group)
        top = group.figures[-1].bar + _BAR + 2 * _GAP
    return Panel(kind, rows[0]["typeLabel"], tuple(groups), axis.ticks(), top)


def layout(rows: Iterable[Row]) -> tuple[Panel, ...]:
    """A panel for each type of statistic that is given in percent.

    Figures in other units share no axis with anything; they stand in the table alone.
    """
    order = list(_AXES)
    percent = [row for row in rows if _name(row["unit"]) == _PERCENT]
    percent.sort(key=lambda row: order.index(k) if (k := _name(row["type"])) in order else 99)
    kinds = groupby(percent, key=lambda row: _name(row["type"]))
    return tuple(_panel(kind, list(some)) for kind, some in kinds)
