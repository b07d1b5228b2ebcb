"""What is likely meant by a query that does not parse, with the place shown under its line."""

import re
import unicodedata
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import yaml

from graph.errors import Position
from graph.sparql.inspection import position
from graph.sparql.mistakes import clauses, spelling, triples
from graph.sparql.mistakes.reading import Finding, Reading

LANGUAGES = ("en", "zh")
_TABLE = Path(__file__).with_name("mistakes.yaml")
_LONGEST = 1 << 16
"""Characters of a text whose mistake is looked for: more take longer than the engine took."""
_SHOWN = 72
"""Columns of the line that are shown around the place."""
RULES: tuple[Callable[[Reading], Iterator[Finding]], ...] = (
    spelling.wide,
    spelling.unclosed,
    spelling.prologue,
    spelling.undeclared,
    clauses.columns,
    clauses.modifiers,
    spelling.unknown_words,
    clauses.nothing,
    clauses.braces,
    clauses.conditions,
    clauses.arguments,
    clauses.bound,
    spelling.brackets,
    triples.triples,
)
"""The rules, the surest first."""
_OF_ENGINE = {
    "SELECT * is not authorized": "star-with-group",
    "variable that is unbound": "unbound",
}
"""What the engine says of a text whose grammar is right → the mistake."""
_WORDLIKE = re.compile(r'[A-Z]{2,}[A-Z0-9_]*|"[^"\\\w]{1,3}"')
_MOST = 8
"""Alternatives of the engine that are told."""


@dataclass(frozen=True)
class Diagnosis:
    """A mistake: its kind, its place, and in each language of LANGUAGES what is wrong and a remedy.

    `excerpt` is the line, or a part of a long one, with a caret under the place.
    """

    kind: str
    position: Position
    excerpt: str
    told: Mapping[str, tuple[str, str]]


def diagnosis(
    text: str, stopped: Position | None, said: str, given: tuple[str, ...] = ()
) -> Diagnosis:
    """What is likely wrong with this text, at which the engine stopped with these words.

    `given` are prefixes that need no declaration.
    """
    at = _offset(text, stopped) if stopped is not None else len(text)
    reading = Reading(text, at, said, given)
    finding = _found(reading) if len(text) <= _LONGEST else _other(reading)
    place = position(text, finding.at)
    return Diagnosis(finding.kind, place, _excerpt(text, place), _told(finding))


def _found(reading: Reading) -> Finding:
    for rule in RULES:
        # What stands behind the place where the engine stopped may be right.
        found = (each for each in rule(reading) if each.at <= reading.stopped)
        if first := min(found, key=lambda each: each.at, default=None):
            return first
    return _other(reading)


def _other(reading: Reading) -> Finding:
    for phrase, kind in _OF_ENGINE.items():
        if phrase in reading.said:
            return Finding(kind, reading.stopped)
    words = list(dict.fromkeys(_WORDLIKE.findall(reading.said)))[:_MOST]
    if not words:
        return Finding("other", reading.stopped)
    return Finding("expected", reading.stopped, {"expected": ", ".join(words)})


def _told(finding: Finding) -> Mapping[str, tuple[str, str]]:
    row = _table()[finding.kind]
    return {
        language: (
            row["what"][language].format(**finding.values),
            row["remedy"][language].format(**finding.values),
        )
        for language in LANGUAGES
    }


@cache
def _table() -> Mapping[str, Mapping[str, Mapping[str, str]]]:
    found: Mapping[str, Mapping[str, Mapping[str, str]]] = yaml.safe_load(_TABLE.read_text("utf-8"))
    return found


def kinds() -> frozenset[str]:
    """Every kind of mistake that can be told."""
    return frozenset(_table())


def _offset(text: str, place: Position) -> int:
    start = 0
    for _ in range(place.line - 1):
        start = text.find("\n", start) + 1
    return min(start + place.column - 1, len(text))


def _excerpt(text: str, place: Position) -> str:
    """The line, and the caret under the column; wide characters have wide spaces under them."""
    line = text.split("\n", place.line)[place.line - 1].rstrip("\r").replace("\t", " ")
    first = max(0, place.column - 1 - _SHOWN * 2 // 3)
    shown = line[first : first + _SHOWN]
    wide = (unicodedata.east_asian_width(c) in "WF" for c in shown[: place.column - 1 - first])
    indent = "".join("\u3000" if each else " " for each in wide)
    return f"{shown}\n{indent}^"
