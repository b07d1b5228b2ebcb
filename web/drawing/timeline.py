"""A timeline: what happened when, each bar as wide as its date is precise."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from graph.periods import Period
from web.drawing.svg_text import wrap
from web.site.release_queries import Row

_LINE, _GAP, _BAR, _HEAD = 20, 14, 12, 34
_EMS = 23.0
"""Width of a label, in ems: it fits a phone at the size of the page's text."""
_LEAST = 0.8
"""Percent of the width below which a bar could not be seen, or hit."""


_YEARS = (1, 2, 5, 10, 20, 50, 100, 200, 500)
_TICKS = 16
"""Lines of an axis of years, at most; their steps are of so many years."""


@dataclass(frozen=True)
class Tick:
    """A line of the time axis; `x` is in percent of the width."""

    x: float
    label: str
    year: bool


@dataclass(frozen=True)
class EventBar:
    """One event: a bar from `x`, `width` wide, both in percent; `top` and `bottom` in pixels.

    `precision` is `day`, `month`, `year` or `range`.
    """

    row: Row
    period: Period
    precision: str
    x: float
    width: float
    top: int
    lines: tuple[str, ...]

    @property
    def bar(self) -> int:
        """The upper edge of the bar."""
        return self.top + _LINE * len(self.lines) + 4

    @property
    def claims(self) -> tuple[str, ...]:
        """The claims that give its date."""
        return tuple(self.row["claims"].split())


@dataclass(frozen=True)
class Lane:
    """The events of one kind."""

    kind: str
    top: int
    marks: tuple[EventBar, ...]


@dataclass(frozen=True)
class Timeline:
    """The whole picture; `height` in pixels."""

    lanes: tuple[Lane, ...]
    ticks: tuple[Tick, ...]
    height: int
    bar: int = _BAR


@dataclass(frozen=True)
class _Scale:
    first: date
    days: int

    def at(self, day: date) -> float:
        return round(100 * (day - self.first).days / self.days, 2)


def precision(period: Period) -> str:
    """How exactly a period is given: a day, a month, a year, or a range of days."""
    slug = period.slug
    if "--" in slug:
        return "range"
    return {10: "day", 7: "month", 4: "year"}[len(slug)]


def _period(row: Row) -> Period:
    end = row.get("end")
    return Period(date.fromisoformat(row["start"]), date.fromisoformat(end) if end else None)


def _scale(periods: Sequence[Period]) -> _Scale:
    first = min(p.start for p in periods).replace(day=1)
    last = max(p.end or p.start for p in periods) + timedelta(days=1)
    if last.day > 1:
        last = (last.replace(day=1) + timedelta(days=31)).replace(day=1)
    return _Scale(first, (last - first).days)


def _ticks(scale: _Scale) -> tuple[Tick, ...]:
    end = scale.first + timedelta(days=scale.days)
    years = scale.days > 4 * 366
    span = scale.days / 366
    step = next((12 * n for n in _YEARS if span / n <= _TICKS), 12_000) if years else 3
    month = scale.first.year * 12 + scale.first.month - 1
    past = date.max.year * 12
    found: list[Tick] = []
    while True:
        month += step if found else -month % step
        if month >= past or (day := date(month // 12, month % 12 + 1, 1)) >= end:
            return tuple(found)
        label = f"{day:%Y}" if day.month == 1 or years else f"{day:%m}"
        found.append(Tick(scale.at(day), label, day.month == 1))


def _mark(row: Row, scale: _Scale, top: int) -> EventBar:
    period = _period(row)
    # What is still open goes on to where the picture ends.
    end = period.end or scale.first + timedelta(days=scale.days - 1)
    x = scale.at(period.start)
    return EventBar(
        row=row,
        period=period,
        precision=precision(period),
        x=min(x, 100 - _LEAST),
        width=max(round(scale.at(end + timedelta(days=1)) - x, 2), _LEAST),
        top=top,
        lines=wrap(f"{period.slug.replace('--', ' – ')}  {row['label']}", _EMS),
    )


def layout(rows: Iterable[Row], kinds: Iterable[str]) -> Timeline | None:
    """The picture of these events, a lane for each of these kinds, or None if there is none.

    A row has `event`, `kind`, `label`, `start`, `claims`, and no `end` where the period is open.
    A lane whose kind is empty has no name.
    """
    rows = list({row["event"]: row for row in rows}.values())
    if not rows:
        return None
    scale = _scale([_period(row) for row in rows])
    lanes, top = [], _HEAD
    for kind in kinds:
        start, marks = top, []
        top += _HEAD if kind else 0
        for row in (row for row in rows if row["kind"] == kind):
            mark = _mark(row, scale, top)
            marks.append(mark)
            top = mark.bar + _BAR + _GAP
        if marks:
            lanes.append(Lane(kind, start, tuple(marks)))
        else:
            top = start
    return Timeline(tuple(lanes), _ticks(scale), top + 4)
