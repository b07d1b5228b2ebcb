"""The rows of our own queries over the release being served: each asked once per release."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache

from graph.paths import QUERIES
from graph.queries import Query, load
from graph.workers.job import Job
from web.middleware.context import front


class Value(str):
    """The IRI or the lexical form of one value, with the language and datatype it came with."""

    __slots__ = ("datatype", "language")
    language: str
    datatype: str


Row = Mapping[str, str]
"""Variable → its value as text; what is unbound is missing."""
Values = Mapping[str, Value]
"""A row whose values know their language."""


@dataclass(frozen=True)
class Table:
    """The rows of one query, and the very text that was asked."""

    query: str
    columns: tuple[str, ...]
    rows: tuple[Values, ...]


def _value(term: Mapping[str, str]) -> Value:
    value = Value(term["value"])
    value.language, value.datatype = term.get("xml:lang", ""), term.get("datatype", "")
    return value


def _read(query: str, body: bytes) -> Table:
    answer = json.loads(body)
    rows = tuple(
        {name: _value(term) for name, term in row.items()} for row in answer["results"]["bindings"]
    )
    return Table(query, tuple(answer["head"]["vars"]), rows)


@cache
def pictures() -> Mapping[str, Query]:
    """The queries behind the pictures, by name."""
    return load(QUERIES / "pictures")


def ask(query: str) -> Table:
    """The rows of this SELECT over the release being served, asked once while it is.

    Raises LimitError when the workers are at theirs.
    """
    pool = front().pool
    return pool.release.remember("rows", query, lambda: _read(query, pool.answer(Job(query)).body))


def picture(name: str, language: str) -> Table:
    """The rows behind a picture, labelled in this language."""
    query = pictures()[name]
    return ask(query.bound({"language": language}))
