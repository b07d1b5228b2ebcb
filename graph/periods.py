"""Periods, their IRIs, and dates as Chinese texts print them, read again from their words."""

import calendar
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date, timedelta

_ISO = re.compile(r"(\d{4})(?:-(\d{2}))?(?:-(\d{2}))?")


@dataclass(frozen=True, order=True)
class Period:
    """Days from `start` to `end`, both included; `end` is None while the period is open."""

    start: date
    end: date | None

    @property
    def slug(self) -> str:
        """The shortest name: `2020`, `2019-03`, `2021-01-04`, `2020-01-01--2020-11-30`."""
        if self.end is None:
            return f"{self.start}--"
        if self.start == self.end:
            return str(self.start)
        if self == year(self.start.year):
            return f"{self.start.year}"
        if self == month(self.start.year, self.start.month):
            return f"{self.start:%Y-%m}"
        return f"{self.start}--{self.end}"

    @property
    def label_zh(self) -> str:
        """The period in Chinese words."""
        if self.end is None:
            return f"{_zh(str(self.start))}起"
        first, _, last = self.slug.partition("--")
        return f"{_zh(first)}至{_zh(last)}" if last else _zh(first)

    @property
    def label_en(self) -> str:
        """The period in English words, dates as ISO 8601."""
        first, _, last = self.slug.partition("--")
        if self.end is None:
            return f"from {first}"
        return f"{first} to {last}" if last else first

    def year_before(self) -> "Period":
        """The same days one year earlier: what 同比 compares with."""
        return Period(_back(self.start), self.end and _back(self.end))

    def full_year(self) -> "Period":
        """The calendar year this period ends in: what 全年计划 plans."""
        return year((self.end or self.start).year)


def _zh(iso: str) -> str:
    parts = zip(iso.split("-"), "年月日", strict=False)
    return "".join(f"{int(number)}{unit}" for number, unit in parts)


def _back(day: date) -> date:
    last = calendar.monthrange(day.year - 1, day.month)[1]
    return day.replace(year=day.year - 1, day=min(day.day, last))


def year(number: int) -> Period:
    """A calendar year."""
    return Period(date(number, 1, 1), date(number, 12, 31))


def month(number: int, of: int) -> Period:
    """A calendar month: `month(2019, 3)` is March 2019."""
    return Period(date(number, of, 1), date(number, of, calendar.monthrange(number, of)[1]))


def _one(iso: str) -> Period:
    match = _ISO.fullmatch(iso)
    if match is None:
        raise ValueError(f"{iso!r} is not YYYY, YYYY-MM or YYYY-MM-DD")
    numbers = [int(n) for n in match.groups() if n]
    if len(numbers) == 3:
        return Period(date(*numbers), date(*numbers))
    return month(*numbers) if len(numbers) == 2 else year(*numbers)


def parse(slug: str) -> Period:
    """The period a slug names.

    Raises ValueError for a slug that is malformed, not the shortest, or ends before it starts.
    """
    first, dashes, last = slug.partition("--")
    start = _one(first).start
    end = _one(last).end if last else (None if dashes else _one(first).end)
    found = Period(start, end)
    if end is not None and end < start:
        raise ValueError(f"{slug!r} ends before it starts")
    if found.slug != slug:
        raise ValueError(f"{slug!r} is written {found.slug}")
    return found


def _day(match: re.Match[str], published: date) -> Period:
    number = int(match["year"]) if match["year"] else published.year
    day = date(number, int(match["month"]), int(match["day"]))
    if not match["year"] and day > published:
        day = _back(day)
    return Period(day, day)


def _last_days(match: re.Match[str], _: date) -> Period:
    whole = month(int(match["year"]), int(match["month"]))
    return Period(whole.start + timedelta(days=20), whole.end)


def _month(match: re.Match[str], _: date) -> Period:
    return month(int(match["year"]), int(match["month"]))


def _last_day(match: re.Match[str], published: date) -> Period:
    end = _month(match, published).end
    return Period(end, end) if end else _month(match, published)


def _last_year(match: re.Match[str], published: date) -> Period:
    number = published.year - 1
    if match["month"]:
        return month(number, int(match["month"]))
    return month(number, 12) if match["close"] else year(number)


_Read = Callable[[re.Match[str], date], Period]
_RULES: tuple[tuple[re.Pattern[str], _Read, bool], ...] = (
    (re.compile(r"(?P<year>\d{4})年(?P<month>\d{1,2})月(?P<day>\d{1,2})日"), _day, True),
    (re.compile(r"(?P<year>)(?P<month>\d{1,2})月(?P<day>\d{1,2})日"), _day, False),
    (re.compile(r"(?P<year>\d{4})年(?P<month>\d{1,2})月下旬"), _last_days, True),
    (re.compile(r"(?P<year>\d{4})年(?P<month>\d{1,2})月底(?=之前|以前|前)"), _last_day, True),
    (re.compile(r"(?P<year>\d{4})年(?P<month>\d{1,2})月底?"), _month, True),
    (
        re.compile(r"(?P<year>\d{4})年(?:年底|底|年末|末|年终|岁末)"),
        lambda m, _: month(int(m["year"]), 12),
        False,
    ),
    (re.compile(r"(?P<year>\d{4})年"), lambda m, _: year(int(m["year"])), True),
    (re.compile(r"去年(?P<close>)(?P<month>\d{1,2})月"), _last_year, True),
    (re.compile(r"去年(?P<month>)(?P<close>年终|年底|岁末)"), _last_year, False),
    (re.compile(r"去年(?P<month>)(?P<close>)"), _last_year, True),
    (re.compile("过去一年|一年来"), lambda _, published: year(published.year - 1), False),
)
"""Printed form → period → whether the form names it, most specific first.

Words already read are not read again. A form that does not name its period leaves something to the
reader: the year of 1月4日, the days of 年终 and 2005年年底, the first and the last day of 过去一年.
"""


_UNTIL = re.compile(r"截至(?P<end>(?:\d{4}年)?\d{1,2}月(?:\d{1,2}日|底)?)")


def _read(text: str, published: date) -> Iterator[tuple[Period, bool]]:
    for pattern, read, named in _RULES:
        for match in pattern.finditer(text):
            try:
                yield read(match, published), named
            except ValueError:
                continue
        text = pattern.sub("…", text)


def readings(text: str, published: date) -> Iterator[Period]:
    """Every period these words can be read as, relative ones as seen from the day of publication.

    Words that name no real day, such as 2月30日, are passed over.
    """
    return (period for period, _ in _read(text, published))


def printed(text: str, published: date) -> Iterator[Period]:
    """The periods among the readings that the words name: 去年11月, but not 过去一年."""
    return (period for period, named in _read(text, published) if named)


def until(text: str, published: date) -> Iterator[Period]:
    """Every last day that 截至 prints, as a period of that day: what a figure is counted up to."""
    for match in _UNTIL.finditer(text):
        for period in readings(match["end"], published):
            if period.end is not None:
                yield Period(period.end, period.end)


def cumulated(text: str, published: date) -> Iterator[Period]:
    """What 截至 counts, from the first day of the year: that start is a reading, not printed."""
    for last in until(text, published):
        yield Period(date(last.start.year, 1, 1), last.end)


_FROM = re.compile(r"自(?P<first>(?:\d{4}年)?\d{1,2}月\d{1,2}日)(?P<end>起|至)")
_TO = re.compile(r"至(?P<last>(?:\d{4}年)?\d{1,2}月(?:\d{1,2}日|底))")


def in_force(text: str, published: date) -> Iterator[Period]:
    """What 自…起 and 自…至… print: the days from the one they name, open where no last is named."""
    for match in _FROM.finditer(text):
        first = next(printed(match["first"], published), None)
        last = _TO.search(text, match.end() - len(match["end"]))
        if first is None:
            continue
        if last is None:
            yield Period(first.start, None)
            continue
        for end in printed(last["last"], published):
            if end.end is not None and end.end >= first.start:
                yield Period(first.start, end.end)
