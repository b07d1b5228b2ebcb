"""The rows of an answer as a timeline: a mark for each thing at each of its times."""

from collections.abc import Callable, Mapping

from graph.periods import Period, parse
from web.drawing import timeline
from web.drawing.timeline import Timeline
from web.views import columns
from web.views.columns import Answer, Row, Term

MOST = 60
"""Marks of a picture, at most: the table has them all."""
_LENGTHS = {"gYear": 4, "gYearMonth": 7}
_DAY = 10
_FIRST, _LAST = 1, 9998
"""The years that have a place: an axis goes on to the month after."""


def layout(given: Answer, called: Callable[[Term], str]) -> Timeline | None:
    """The marks of an answer, the earliest first; None where its columns allow no two."""
    when, names = columns.times(given), columns.named(given)
    if when is None or not names:
        return None
    label = next((name for name in names if _varies(given, name)), names[0])
    marks: dict[tuple[str, str, str], dict[str, str]] = {}
    claims = given.holding(columns.is_claim)
    for row in given.rows:
        period = _period(row, *when)
        if period is None or label not in row:
            continue
        words = called(row[label])
        end = str(period.end) if period.end else ""
        mark = marks.setdefault(
            (words, str(period.start), end), _mark(words, period, _thing(row[label]))
        )
        told = {*mark["claims"].split(), *(row[c]["value"] for c in claims if c in row)}
        mark["claims"] = " ".join(sorted(told))
    if len(marks) < 2:
        return None
    order = sorted(marks, key=lambda key: (key[1], key[2]))[:MOST]
    return timeline.layout([marks[key] for key in order], ("",))


def _mark(words: str, period: Period, thing: str) -> dict[str, str]:
    end = {"end": str(period.end)} if period.end else {}
    return {
        "event": f"{words} {period.slug}",
        "kind": "",
        "label": words,
        "thing": thing,
        "start": str(period.start),
        "claims": "",
        **end,
    }


def _varies(given: Answer, column: str) -> bool:
    return len({row[column]["value"] for row in given.rows if column in row}) > 1


def _thing(term: Term) -> str:
    return str(term["value"]) if term["type"] == "uri" else ""


def _period(row: Row, first: str, last: str | None) -> Period | None:
    """The days from the first time of a row to the end of its last, if both can be read."""
    start = _read(row.get(first))
    if start is None or last is None:
        return start
    if last not in row:
        return Period(start.start, None)
    end = _read(row[last])
    return (
        None
        if end is None or end.end is None or end.end < start.start
        else Period(start.start, end.end)
    )


def _read(term: Mapping[str, str] | None) -> Period | None:
    if term is None:
        return None
    kind = term.get("datatype", "").rpartition("#")[2]
    try:
        found = parse(term["value"][: _LENGTHS.get(kind, _DAY)])
    except ValueError:
        # A time of another calendar, or one that a file of somebody's own made up.
        return None
    return found if _FIRST <= found.start.year <= _LAST else None
