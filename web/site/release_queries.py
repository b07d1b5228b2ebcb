"""The rows of our own queries over the release being served: each asked once per release."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache

from graph.paths import QUERIES
from graph.queries import Query, load
from graph.workers.job import Job
from web.middleware.context import front

Row = Mapping[str, str]
"""Variable → the IRI, or the lexical form of the literal; what is unbound is missing."""


@dataclass(frozen=True)
class Table:
    """The rows of one query, and the very text that was asked."""

    query: str
    columns: tuple[str, ...]
    rows: tuple[Row, ...]


def _read(query: str, body: bytes) -> Table:
    answer = json.loads(body)
    rows = tuple(
        {name: term["value"] for name, term in row.items()} for row in answer["results"]["bindings"]
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
