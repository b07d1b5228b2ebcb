"""The numbers of an answer as bars, on an axis for each unit: unlike things never share one.

A number is drawn if it is known what it counts: it was counted by the query, its row names the
unit, or it is a figure of the data. Everything else stays in the table.
"""

import math
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation
from itertools import islice

from web.drawing.svg_text import wrap
from web.views import columns
from web.views.columns import Answer, Row, Term

MOST = 60
"""Bars of a picture, at most: the table has them all."""
_PANELS = 8
_NAMES = 3
"""Columns that name a bar, at most."""
_LINE, _BAR, _GAP, _TOP = 19, 18, 10, 30
_EMS = 23.0
_WIDEST = 78.0
"""Percent of the width that bars may take: the rest is for their numbers."""
_STEPS = (1, 2, 2.5, 5, 10)
_TICKS = 5
_LARGEST = Decimal(10) ** 15
"""Numbers from here on are in the table alone: an axis could not tell them apart."""


@dataclass(frozen=True)
class Figure:
    """What the data knows of a figure: its numbers, and the IRIs of unit and statistic."""

    numbers: frozenset[Decimal]
    unit: str
    statistic: str


@dataclass(frozen=True)
class Known:
    """What a chart asks: what a term and a column are called, and what a figure is in."""

    called: Callable[[Term], str]
    column: Callable[[str], str]
    figure: Callable[[str], Figure | None]


@dataclass(frozen=True)
class Number:
    """One number of an answer; `panel` names what it counts."""

    row: Row
    column: str
    value: float
    written: str
    panel: tuple[str, ...]


@dataclass(frozen=True)
class Bar:
    """One number; `x`, `width` and `end` in percent of the picture, `top` in pixels."""

    lines: tuple[str, ...]
    label: str
    written: str
    top: int
    x: float
    width: float
    claims: tuple[str, ...]

    @property
    def bar(self) -> int:
        """The upper edge of its bar, under the lines that say whose it is."""
        return self.top + _LINE * len(self.lines) + 2

    @property
    def end(self) -> float:
        """Where its number stands."""
        return self.x + self.width


@dataclass(frozen=True)
class Panel:
    """The numbers of one unit with their axis, whose ticks are (percent of the width, number)."""

    title: str
    bars: tuple[Bar, ...]
    ticks: tuple[tuple[float, str], ...]
    zero: float
    height: int
    bar: int = _BAR


@dataclass(frozen=True)
class Chart:
    """The whole picture; `left` counts numbers without a bar in columns that have some."""

    panels: tuple[Panel, ...]
    left: int


def layout(given: Answer, known: Known) -> Chart | None:
    """The bars of an answer; None where its columns allow no two on one axis."""
    names = [c for c in columns.named(given) if c not in given.holding(columns.is_figure)]
    measured = given.holding(columns.is_number)
    if not names or not measured:
        return None
    panels: dict[tuple[str, ...], list[Number]] = {}
    for number in islice(_numbers(given, measured, known), MOST):
        panels.setdefault(number.panel, []).append(number)
    drawn = [(_panel(" · ".join(key), each, names, known), each) for key, each in panels.items()]
    # A bar by itself is compared with nothing.
    shown = [(panel, each) for panel, each in drawn if len(panel.bars) > 1][:_PANELS]
    told = [number for _, each in shown for number in each]
    partly = {number.column for number in told}
    there = sum(column in row for row in given.rows for column in partly)
    return Chart(tuple(panel for panel, _ in shown), there - len(told)) if shown else None


def _numbers(given: Answer, measured: Sequence[str], known: Known) -> Iterator[Number]:
    figures, looked_up = given.holding(columns.is_figure), _Figures(known)
    unit = columns.units(given)
    for row in given.rows:
        own = [looked_up(row[name]["value"]) for name in figures if name in row]
        for column in measured:
            value = _value(row.get(column))
            if value is None:
                continue
            if column in given.counts:
                panel: tuple[str, ...] = (known.column(column),)
            elif column.lower().endswith("percent"):
                panel = (known.column(column),)
            elif unit and unit in row:
                panel = (known.called(row[unit]),)
            else:
                panel = _of_figure(own, value, known)
            if panel:
                yield Number(row, column, float(value), _written(value), panel)


class _Figures:
    """What the data knows of figures, each looked up once, and of no more than can be drawn."""

    def __init__(self, known: Known) -> None:
        self._known = known
        self._found: dict[str, Figure | None] = {}

    def __call__(self, iri: str) -> Figure | None:
        if iri not in self._found and len(self._found) < MOST:
            self._found[iri] = self._known.figure(iri)
        return self._found.get(iri)


def _of_figure(figures: Sequence[Figure | None], value: Decimal, known: Known) -> tuple[str, ...]:
    """The statistic and the unit of the figure whose number this is; nothing if it is of none."""
    for figure in figures:
        if figure is not None and figure.unit and value in figure.numbers:
            parts = (figure.statistic, figure.unit)
            return tuple(known.called({"type": "uri", "value": iri}) for iri in parts if iri)
    return ()


def _value(term: Term | None) -> Decimal | None:
    """A number that has a place on an axis."""
    try:
        value = Decimal(term["value"]) if term else None
    except InvalidOperation:
        return None
    return value if value is not None and value.is_finite() and abs(value) < _LARGEST else None


def _written(value: Decimal) -> str:
    """All digits that the answer has, with a true minus sign."""
    return f"{value:,f}".replace("-", "−")


def _panel(title: str, numbers: Sequence[Number], names: Sequence[str], known: Known) -> Panel:
    low, high = (end(0.0, *(n.value for n in numbers)) for end in (min, max))
    step = _step(high - low or 1)
    low, high = math.floor(low / step) * step, math.ceil(high / step) * step or step * (low == 0)

    def at(value: float) -> float:
        return round(_WIDEST * (value - low) / (high - low), 2)

    several = len({number.column for number in numbers}) > 1
    claims = Answer(tuple(numbers[0].row), [n.row for n in numbers]).holding(columns.is_claim)
    bars: list[Bar] = []
    top = _TOP
    for number, words in _labelled(numbers, names, known):
        label = known.column(number.column) if several else ""
        lines = wrap(" · ".join(filter(None, (words, label))), _EMS, lines=2)
        zero, end = at(0), at(number.value)
        told = tuple(number.row[c]["value"] for c in claims if c in number.row)
        x, width = min(zero, end), round(abs(end - zero), 2)
        bars.append(Bar(lines, words, number.written, top, x, width, told))
        top = bars[-1].bar + _BAR + _GAP
    count = round((high - low) / step)
    ticks = tuple(
        (at(low + n * step), _written(Decimal(f"{low + n * step:.10g}"))) for n in range(count + 1)
    )
    return Panel(title, tuple(bars), ticks, at(0), top)


def _step(span: float) -> float:
    """The distance of two ticks: a round number, so that there are few."""
    ten = 10.0 ** math.floor(math.log10(span / _TICKS))
    return next(ten * n for n in _STEPS if span / (ten * n) <= _TICKS)


def _labelled(
    numbers: Sequence[Number], names: Sequence[str], known: Known
) -> Iterator[tuple[Number, str]]:
    """The numbers with their names, each once: a row may be there for each of its sources."""
    chosen = _naming(numbers, names)
    seen: set[tuple[str, str, str]] = set()
    for number in numbers:
        words = " · ".join(known.called(number.row[c]) for c in chosen if c in number.row)
        if (key := (words, number.column, number.written)) not in seen:
            seen.add(key)
            yield number, words


def _naming(numbers: Sequence[Number], names: Sequence[str]) -> list[str]:
    """The first columns that differ from bar to bar: as many as tell unlike numbers apart."""

    def apart(columns_: Sequence[str]) -> int:
        return len({tuple(_said(number.row, c) for c in columns_) for number in numbers})

    first = next((c for c in names if apart([c]) > 1), names[0])
    chosen = [first]
    for name in names:
        if len(chosen) == _NAMES or not _mixed(numbers, chosen):
            break
        if apart([*chosen, name]) > apart(chosen):
            chosen.append(name)
    return chosen


def _mixed(numbers: Sequence[Number], chosen: Sequence[str]) -> bool:
    """Whether two unlike numbers of one column have the same name."""
    found: dict[tuple[str, ...], str] = {}
    return any(
        found.setdefault((n.column, *(_said(n.row, c) for c in chosen)), n.written) != n.written
        for n in numbers
    )


def _said(row: Row, column: str) -> str:
    return str(row[column]["value"]) if column in row else ""
