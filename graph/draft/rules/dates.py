"""Dates as Chinese texts print them, resolved to days; a year that is left out is inferred."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta

from graph import numerals
from graph.draft.rules.finding import Finding, Source
from graph.periods import Period, month, year

RULE = "date/2"
_N = r"[〇零一二三四五六七八九十]"
_PART = (
    r"(?:(?P<year>(?:\d{4}|[〇零一二三四五六七八九]{4})年)"
    r"|(?P<near>今年|去年|前年|明年|本年度?|当年(?=\d)|同年(?=\d)))?"
    r"(?:(?P<month>(?:\d{1,2}|十?[一二三四五六七八九]|十)月)(?:份)?"
    r"(?:(?P<day>(?:\d{1,2}|[一二三]?十?[一二三四五六七八九]|[二三]?十)[日号])"
    r"|(?P<third>[上中下]旬)|(?P<edge>[初底末]))?"
    r"|第?(?P<quarter>[一二三四1-4])季度|(?P<quarters>前[二三两]季度|前三季度)"
    r"|(?P<half>[上下]半年)|前(?P<first>[一二两三四五六七八九十\d]+)个月"
    r"|(?P<close>年底|年末|年终|岁末|年初|底|末|初)(?!，?步|期|次))?"
)
_ONE = re.compile(_PART)
_TIE = re.compile(r"\s*(?:至|到|—{1,2}|－|-|~|～)\s*")
_SHORT = re.compile(r"(?P<day>\d{1,2})[日号]|(?P<month>\d{1,2})月(?!\d)")
_LEFT = re.compile(r"(\d{1,2})$")
_MONTHS = re.compile(
    r"(?:(?P<year>\d{4})年|(?P<near>今年|去年))?(?P<first>\d{1,2})(?:月份?)?[-—－–~～至到]{1,2}"
    r"(?P<last>\d{1,2})月份?(?!\d|[日号])"
)
_YEARS = re.compile(r"(?P<first>(?:19|20)\d\d)年?[-—－–~～至到]{1,2}(?P<last>(?:19|20)\d\d)年")
_TODAY = re.compile(r"昨[天日]|今[天日](?!起|的)|今[早晚]|明[天日](?!的)")
_SINCE = re.compile("以来|至今")
_ASOF = re.compile(r"截[至止]到?$")
_BY = re.compile("之前|以前|前(?![往后期列进沿提瞻景夕])")
_CLOSE = re.compile("月底$")
_NEAR = {"今年": 0, "本年": 0, "本年度": 0, "去年": -1, "前年": -2, "明年": 1}
_THIRDS = {"上旬": (1, 10), "中旬": (11, 20), "下旬": (21, 31)}


@dataclass(frozen=True)
class _Dated:
    """A printed date: its days, and whether the year was printed, relative or left out."""

    start: int
    end: int
    period: Period
    basis: str
    precision: str


def _number(text: str) -> int:
    """The number of digits or of a Chinese numeral; the digits of a year stand one by one."""
    if text[0].isdecimal():
        return int(text)
    plain = text.translate(str.maketrans("〇零一二三四五六七八九", "00123456789"))
    return int(plain) if plain.isdecimal() else numerals.integer(text)


def _in_month(match: re.Match[str], of: int) -> tuple[Period, str]:
    whole = month(of, _number(match["month"][:-1]))
    if match["day"]:
        day = date(of, whole.start.month, _number(match["day"][:-1]))
        return Period(day, day), "day"
    if match["third"]:
        first, last = _THIRDS[match["third"]]
        end = whole.end if last == 31 else whole.start.replace(day=last)
        return Period(whole.start.replace(day=first), end), "day"
    return whole, "month"


def _months(match: re.Match[str]) -> tuple[int, int, str] | None:
    """The first and the last month of a quarter, a half or the like, and how precise that is."""
    if match["quarter"]:
        last = 3 * _number(match["quarter"])
        return last - 2, last, "quarter"
    if match["quarters"]:
        return 1, 3 * _number(match["quarters"][1].replace("两", "二")), "quarter"
    if match["half"]:
        first = 1 if match["half"][0] == "上" else 7
        return first, first + 5, "half"
    if match["first"]:
        return 1, _number(match["first"].replace("两", "二")), "month"
    if match["close"]:
        only = 1 if match["close"].endswith("初") else 12
        return only, only, "month"
    return None


def _span(match: re.Match[str], of: int) -> tuple[Period, str]:
    """The days a match names in a year, and how precisely."""
    if match["month"]:
        return _in_month(match, of)
    found = _months(match)
    if found is None:
        return year(of), "year"
    first, last, precision = found
    return Period(date(of, first, 1), month(of, last).end), precision


@dataclass
class _Reader:
    """Reads one text from left to right; `seen` is the last year it printed."""

    source: Source
    seen: int | None = None
    seen_at: int = 0

    def year(self, match: re.Match[str]) -> tuple[int, str]:
        """The year a date is of, and what that rests on."""
        published = self.source.published
        if match["year"]:
            return _number(match["year"][:-1]), "printed"
        if match["near"] in _NEAR:
            return published.year + _NEAR[match["near"]], "relative"
        line = self.source.text.rfind("\n", 0, match.start())
        if self.source.heading:
            named = re.search(r"(20\d\d)年", self.source.text[slice(*self.source.heading)])
            if named:
                return int(named[1]), "title"
        if self.seen is not None and (self.seen_at > line or match["near"]):
            return self.seen, "context"
        return self.published(match), "published"

    def published(self, match: re.Match[str]) -> int:
        """The year of publication, or the one before for what would lie after it."""
        published = self.source.published
        start = _span(match, published.year)[0].start
        ahead = self.source.heading is not None or match["half"] or match["quarter"]
        return published.year - (start > published and not ahead)

    def one(self, at: int) -> _Dated | None:
        """The date that starts here, if one does."""
        match = _ONE.match(self.source.text, at)
        if match is None or match.end() == at or not _whole(match, self.source.text):
            return None
        try:
            of, basis = self.year(match)
            period, precision = _span(match, of)
        except ValueError:
            return None
        if match["year"]:
            self.seen, self.seen_at = of, at
        return _Dated(at, match.end(), period, basis, precision)

    def ranged(self, first: _Dated) -> _Dated:
        """The same date with the end that 至 gives it."""
        tie = _TIE.match(self.source.text, first.end)
        if tie is None:
            return first
        last = self.one(tie.end())
        short = _SHORT.match(self.source.text, tie.end())
        if short and first.precision == "day" and short["day"]:
            try:
                day = first.period.start.replace(day=int(short["day"]))
            except ValueError:
                return first
            last = _Dated(tie.end(), short.end(), Period(day, day), first.basis, "day")
        if last is None or last.period.end is None:
            return first
        end = last.period.end
        if last.basis != "printed" and end < first.period.start:
            end = end.replace(year=first.period.start.year + 1)
        if end <= first.period.start:
            return first
        return _Dated(
            first.start, last.end, Period(first.period.start, end), first.basis, last.precision
        )


def _whole(match: re.Match[str], text: str) -> bool:
    """Whether a match is a date and not a part of something else."""
    if not any(match[k] for k in ("year", "near", "month", "quarter", "quarters", "half", "first")):
        return False
    before, after = text[: match.start()][-1:], text[match.end() :][:2]
    if (
        before.isdecimal()
        or before == "第"
        or (match["first"] and not match["year"] and not match["near"])
    ):
        return False
    if match["month"] and not match["day"] and not match["year"] and not match["near"]:
        return match["month"][0].isdecimal() and not after.startswith(("龄", "嫂", "饼"))
    return not (match["year"] and match.end() == match.end("year") and after in ("级学", "版的"))


def _relation(text: str, start: int, end: int) -> tuple[int, int, str]:
    """A date with 截至 before or 前 after it, and which of the two."""
    asof = _ASOF.search(text, max(0, start - 3), start)
    if asof:
        return asof.start(), end, "asOf"
    by = _BY.match(text, end)
    return (start, by.end(), "by") if by else (start, end, "")


def _month_end(source: Source, found: _Dated) -> bool:
    return _CLOSE.search(source.text, found.start, found.end) is not None


def _finding(source: Source, found: _Dated) -> Finding | None:
    period = found.period
    start, end, relation = _relation(source.text, found.start, found.end)
    since = _SINCE.match(source.text, found.end)
    if since and found.basis == "relative":
        end = since.end()
        period = Period(period.start, source.published)
    precision = found.precision
    # 2019年12月底前 is up to a day, the last one; 12月底 alone is some time in December.
    if relation == "by" and found.basis == "printed" and period.end and _month_end(source, found):
        period, precision = Period(period.end, period.end), "day"
    fields = {"value": period.slug, "precision": precision, "basis": found.basis}
    if relation:
        fields["relation"] = relation
    return Finding("date", start, end, RULE, fields)


def _lists(source: Source) -> Iterator[_Dated]:
    """Months and years that share their last sign: 1—11月, 2016—2020年."""
    for match in _MONTHS.finditer(source.text):
        first, last = int(match["first"]), int(match["last"])
        if source.text[: match.start()][-1:].isdecimal() or not 1 <= first < last <= 12:
            continue
        of = int(match["year"] or source.published.year + _NEAR.get(match["near"] or "今年", 0))
        basis = "printed" if match["year"] else "relative" if match["near"] else "published"
        if not match["year"] and date(of, last, 1) > source.published:
            of -= 1
        yield _Dated(*match.span(), Period(date(of, first, 1), month(of, last).end), basis, "month")
    for match in _YEARS.finditer(source.text):
        first, last = int(match["first"]), int(match["last"])
        if first < last:
            whole = Period(date(first, 1, 1), date(last, 12, 31))
            yield _Dated(*match.span(), whole, "printed", "year")


def _days(source: Source) -> Iterator[_Dated]:
    """Yesterday, today and tomorrow, as seen from the day of publication."""
    for match in _TODAY.finditer(source.text):
        day = source.published + timedelta({"昨": -1, "今": 0, "明": 1}[match[0][0]])
        yield _Dated(*match.span(), Period(day, day), "relative", "day")


def dates(source: Source) -> Iterator[Finding]:
    """The dates of a text, in its order; a word is part of one date only.

    `value` is the slug of the period, `basis` what its year rests on: `printed`, `relative`
    (去年), `title`, `context` (the last year printed in the paragraph) or `published`; `relation`
    is `asOf` (截至) or `by` (前).
    """
    lists = {found.start: found for found in (*_lists(source), *_days(source))}
    reader, at = _Reader(source), 0
    while at < len(source.text):
        found = lists.get(at) or reader.one(at)
        if found is None:
            at += 1
            continue
        found = found if at in lists else reader.ranged(found)
        made = _finding(source, found)
        if made:
            yield made
        at = found.end
