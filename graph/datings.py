"""What words that name no whole date can be read as, by which rule, seen from a day and a context.

A printed date names its period (graph.periods). Of 2月4日至10日 the year has to be found, 近日
means the month in which the paper came out, 至今 the day. Each rule says what it gives; what no
rule gives cannot be proven.
"""

import calendar
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date, timedelta

from graph import periods
from graph.periods import Period

_DAY = timedelta(days=1)


@dataclass(frozen=True)
class Dating:
    """A period that words can be read as, and the rule that says so."""

    period: Period
    rule: str


@dataclass(frozen=True)
class Seen:
    """From where words are read: the day of publication, and the text before them."""

    published: date
    before: str = ""

    @property
    def years(self) -> tuple[int, ...]:
        """The years that a date without one can be of: the last printed before it, or near."""
        printed = _YEAR.findall(self.before)
        near = (self.published.year, self.published.year - 1, self.published.year + 1)
        return tuple(dict.fromkeys([*map(int, printed[-1:]), *near]))

    def days(self, month: int, day: int) -> Iterator[date]:
        """The days that a month and a day without a year can be."""
        printed = [int(year) for year in _YEAR.findall(self.before)[-1:]]
        every = [found for year in self.years if (found := _date(year, month, day))]
        past = [found for found in every if found <= self.published]
        coming = [found for found in every if found >= self.published]
        meant = [found for found in every if found.year in printed]
        yield from dict.fromkeys([*meant, *(past and [max(past)]), *(coming and [min(coming)])])


_YEAR = re.compile(r"(\d{4})年")


def _date(year: int, month: int, day: int) -> date | None:
    try:
        return date(year, month, day)
    except ValueError:
        return None


def _week(day: date) -> Period:
    monday = day - timedelta(days=day.weekday())
    return Period(monday, monday + 6 * _DAY)


def _month_of(day: date) -> Period:
    return periods.month(day.year, day.month)


def _day_of(day: date) -> Period:
    return Period(day, day)


def _month_before(day: date) -> Period:
    return _month_of(day.replace(day=1) - _DAY)


def _month_after(day: date) -> Period:
    return _month_of(day.replace(day=calendar.monthrange(day.year, day.month)[1]) + _DAY)


def _workday(day: date) -> Period:
    first = date(day.year, 1, 2)
    while first.weekday() > 4:
        first += _DAY
    return _day_of(first)


_RELATIVE: tuple[tuple[str, str, Callable[[date], Period]], ...] = (
    ("近日|日前|近期|最近|这两天|前几天|几天前|本月|当月|月内",
     "the month of publication", _month_of),
    ("目前|现在|当前|至今|迄今|截至发稿|今天|今日|即日", "the day of publication", _day_of),
    ("昨天|昨日", "the day before publication", lambda day: _day_of(day - _DAY)),
    ("明天|明日", "the day after publication", lambda day: _day_of(day + _DAY)),
    ("本周|这周|这一周", "the week of publication", _week),
    ("上周", "the week before that of publication", lambda day: _week(day - 7 * _DAY)),
    ("下周", "the week after that of publication", lambda day: _week(day + 7 * _DAY)),
    ("上月|上个月", "the month before that of publication", _month_before),
    ("下月|下个月", "the month after that of publication", _month_after),
    ("今年以来|年初以来", "the year of publication up to its day",
     lambda day: Period(date(day.year, 1, 1), day)),
    ("今年|本年|年内|年度", "the year of publication", lambda day: periods.year(day.year)),
    ("明年|次年|来年", "the year after publication", lambda day: periods.year(day.year + 1)),
    ("前年", "two years before publication", lambda day: periods.year(day.year - 2)),
    ("元旦后的?首个工作日|新年首个工作日", "the first Monday to Friday after 1 January", _workday),
)  # fmt: skip
"""Words → what they mean on a day."""

_HALVES = {"上半年": (1, 6), "下半年": (7, 12)}
_QUARTERS = {sign: (3 * i + 1, 3 * i + 3) for i, pair in enumerate(("一1", "二2", "三3", "四4"))
             for sign in pair}  # fmt: skip
_OF_YEAR = r"(?P<year>\d{4}年|今年|去年|明年)?"
_PARTS = (
    (re.compile(_OF_YEAR + "(?P<part>上半年|下半年)"), _HALVES),
    (re.compile(_OF_YEAR + "第?(?P<part>[一二三四1-4])季度"), _QUARTERS),
)
"""Halves and quarters of a year: the months of each."""
_OFFSETS = {"今年": 0, "去年": -1, "明年": 1}

_RANGE = re.compile(
    r"(?:(?P<year>\d{4})年)?(?P<month>\d{1,2})月(?:(?P<day>\d{1,2})日)?(?:（[^）]*）)?"
    r"(?:至|到|—+|－|-|~|～)"
    r"(?:(?P<year2>\d{4})年)?(?:(?P<month2>\d{1,2})月)?(?:(?P<day2>\d{1,2})日|(?P<close>底))?"
)
_NAMED = "a printed range"
_SINGLE = re.compile(r"(?<!\d)(?<!年)(?P<month>\d{1,2})月(?:(?P<day>\d{1,2})日)?")
_AFTERWARDS = re.compile(r"从(?P<year>\d{4})年[^。；]*?(?:至|到|为)")


def _ranges(words: str, seen: Seen | None) -> Iterator[Dating]:
    for match in _RANGE.finditer(words):
        month, day = int(match["month"]), int(match["day"] or 1)
        if not (match["month2"] or match["day2"]) or bool(match["day"]) != bool(match["day2"]):
            continue
        if match["year"]:
            first = _date(int(match["year"]), month, day)
            starts, rule = ([first] if first else []), _NAMED
        else:
            starts = list(seen.days(month, day)) if seen else []
            rule = "a range whose year the context gives"
        for start in starts:
            end = _end(match, start)
            if end is not None and end >= start:
                yield Dating(Period(start, end), rule)


def _end(match: re.Match[str], start: date) -> date | None:
    """The last day of a range: what it leaves out is that of the first day, or the year after."""
    month = int(match["month2"] or start.month)
    year = int(match["year2"] or start.year + (month < start.month))
    if not 1 <= month <= 12 or not 1 <= year <= 9999:
        return None
    day = int(match["day2"] or calendar.monthrange(year, month)[1])
    return _date(year, month, day)


def _singles(words: str, seen: Seen) -> Iterator[Dating]:
    for match in _SINGLE.finditer(words):
        for day in seen.days(int(match["month"]), int(match["day"] or 1)):
            period = _day_of(day) if match["day"] else _month_of(day)
            yield Dating(period, "a date whose year the context gives")


def _relative(words: str, seen: Seen) -> Iterator[Dating]:
    for pattern, rule, meant in _RELATIVE:
        if re.search(pattern, words):
            yield Dating(meant(seen.published), rule)


def _parts(words: str, seen: Seen) -> Iterator[Dating]:
    for pattern, parts in _PARTS:
        for match in pattern.finditer(words):
            named = match["year"]
            if named in _OFFSETS:
                years = [seen.published.year + _OFFSETS[named]]
            else:
                years = [int(named[:4])] if named else list(seen.years[:2])
            first, last = parts[match["part"]]
            for year in years:
                start = periods.month(year, first).start
                yield Dating(Period(start, periods.month(year, last).end), "a part of a year")


def _afterwards(words: str, _: Seen) -> Iterator[Dating]:
    for match in _AFTERWARDS.finditer(words):
        yield Dating(periods.year(int(match["year"]) + 1), "the year after the one it changed from")


def _printed(words: str, seen: Seen) -> Iterator[Dating]:
    for period in periods.readings(words, seen.published):
        yield Dating(period, "a printed form")


_RULES = (_printed, _ranges, _singles, _relative, _parts, _afterwards)


def datings(words: str, seen: Seen) -> Iterator[Dating]:
    """Every period these words can be read as, each with its rule; the most literal first."""
    for rule in _RULES:
        yield from rule(words, seen)


def ranges(words: str) -> Iterator[Period]:
    """The periods that words name whole: 2019年2月4日至10日, with the year of its first day."""
    for dating in _ranges(words, None):
        if dating.rule == _NAMED:
            yield dating.period
