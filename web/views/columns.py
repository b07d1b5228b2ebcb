"""What the columns of an answer hold, as far as a view has to know: times, things, words, numbers.

A column is what all its values are; one that is empty is nothing.
"""

import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from graph.rdf.namespaces import CANONICAL_BASE, IDS

Term = Mapping[str, Any]
"""A term in SPARQL JSON."""
Row = Mapping[str, Term]
"""Variable → its term; what is unbound is missing."""

_XSD = "http://www.w3.org/2001/XMLSchema#"
_TIMES = frozenset(_XSD + name for name in ("date", "dateTime", "gYear", "gYearMonth"))
_NUMBERS = frozenset(
    _XSD + name
    for name in ("integer", "decimal", "double", "float", "int", "long", "nonNegativeInteger")
)
_CLAIM, _FIGURE = IDS + "claim/", IDS + "observation/"
_UNIT = CANONICAL_BASE + "concept/unit-"
_UNITS = ("unit", "unitLabel", "unitName")
_COUNT = re.compile(r"\(\s*COUNT\s*\((?:[^()]|\([^()]*\))*\)\s+AS\s+[?$](\w+)\s*\)", re.IGNORECASE)
_QUALIFYING = frozenset(
    [
        "comparator", "confidence", "definition", "kind", "predicate", "property", "reason",
        "section", "speaker", "status", "type", "voice",
    ]
)  # fmt: skip
_ENDS = (("start", "end"), ("Start", "End"), ("from", "until"), ("since", "until"))
"""What the names of two columns that bound a period end in."""


@dataclass(frozen=True)
class Answer:
    """The rows of a query, with the columns in which it counts something."""

    columns: tuple[str, ...]
    rows: Sequence[Row]
    counts: frozenset[str] = frozenset()

    def holding(self, test: Callable[[Term], bool]) -> tuple[str, ...]:
        """The columns all of whose values pass a test, and that have a value."""
        return tuple(column for column in self.columns if self._all(column, test))

    def _all(self, column: str, test: Callable[[Term], bool]) -> bool:
        values = [row[column] for row in self.rows if column in row]
        return bool(values) and all(map(test, values))


def answer(columns: Iterable[str], rows: Sequence[Row], query: str) -> Answer:
    """The answer to a query: the text says what it counts."""
    return Answer(tuple(columns), rows, frozenset(_COUNT.findall(query)))


def _begins(term: Term, start: str) -> bool:
    return term["type"] == "uri" and str(term["value"]).startswith(start)


def is_claim(term: Term) -> bool:
    """Whether a term is a claim."""
    return _begins(term, _CLAIM)


def is_figure(term: Term) -> bool:
    """Whether a term is a figure of the data, which knows its own unit."""
    return _begins(term, _FIGURE)


def is_number(term: Term) -> bool:
    """Whether a term is a number."""
    return term["type"] == "literal" and term.get("datatype") in _NUMBERS


def is_quote(column: str) -> bool:
    """Whether a column holds printed words, by its name."""
    return column.startswith("quote") or column.endswith("Quote")


def times(given: Answer) -> tuple[str, str | None] | None:
    """The first column of times, and the one of their ends, if its name says that there is one."""
    found = given.holding(lambda term: term.get("datatype") in _TIMES)
    if not found:
        return None
    first = found[0]
    for start, end in _ENDS:
        if first.endswith(start) and (last := first.removesuffix(start) + end) in found:
            return first, last
    return first, None


def units(given: Answer) -> str | None:
    """The column that says in what unit the numbers of a row are."""
    coded = given.holding(lambda term: _begins(term, _UNIT))
    called = (name for name in _UNITS if name in given.columns)
    return next(iter((*coded, *called)), None)


def named(given: Answer) -> tuple[str, ...]:
    """The columns that can name a row: things, and words that are neither quoted nor a number.

    What a row is about comes before what qualifies it.
    """
    found = given.holding(lambda term: term["type"] == "uri" or _is_word(term))
    skipped = {units(given), *given.holding(is_claim)}
    skipped |= {column for column in found if is_quote(column) or column.endswith("Text")}
    kept = [column for column in found if column not in skipped]
    return tuple(sorted(kept, key=_QUALIFYING.__contains__))


def _is_word(term: Term) -> bool:
    plain = term["type"] == "literal" and "datatype" not in term
    return plain and not term["value"].strip().isdecimal()
