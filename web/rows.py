"""The rows of our own queries over the release being served: each asked once per release."""

import json
import threading
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import cache
from typing import Any, TypeVar

from flask import current_app

from graph.paths import QUERIES
from graph.queries import Query, load
from graph.workers import Job, Pool
from web.results import front

EXTENSION = "policyprov.rows"
Row = Mapping[str, str]
"""Variable → the IRI, or the lexical form of the literal; what is unbound is missing."""
_KEPT = 512

T = TypeVar("T")


@dataclass(frozen=True)
class Table:
    """The rows of one query, and the very text that was asked."""

    query: str
    columns: tuple[str, ...]
    rows: tuple[Row, ...]


class Rows:
    """Asks the workers, and remembers the answers while the release stays the same."""

    def __init__(self, pool: Pool) -> None:
        self._pool, self._lock = pool, threading.Lock()
        self._edition = ""
        self._kept: dict[tuple[str, Callable[[Table], Any]], Any] = {}

    def ask(self, query: str, shape: Callable[[Table], T]) -> T:
        """What `shape` makes of the rows of this SELECT.

        Raises LimitError when the workers are at theirs.
        """
        edition = self._pool.edition
        with self._lock:
            if edition != self._edition or len(self._kept) > _KEPT:
                self._edition, self._kept = edition, {}
            if (query, shape) in self._kept:
                known: T = self._kept[query, shape]
                return known
        made = shape(_read(query, self._pool.answer(Job(query)).body))
        with self._lock:
            # An answer of the next release must not be kept as one of this.
            if self._pool.edition == edition == self._edition:
                self._kept[query, shape] = made
        return made


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


def same(table: Table) -> Table:
    """The table as it is."""
    return table


def ask(query: str, shape: Callable[[Table], T]) -> T:
    """What `shape` makes of the rows of this SELECT; `shape` is a function of a module."""
    extensions = current_app.extensions
    rows: Rows = extensions.setdefault(EXTENSION, Rows(front().pool))
    return rows.ask(query, shape)


def picture(name: str, language: str) -> Table:
    """The rows behind a picture, labelled in this language."""
    query = pictures()[name]
    return ask(query.bound({"language": language}), same)


def bare(query: Query, text: str, language: str) -> str:
    """A canned query's text as one would write it: its question above it, and no metadata."""
    lines = [line for line in text.splitlines() if not line.startswith("#+")]
    return "\n".join((f"# {query.summary[language]}", "", *lines)).replace("\n\n\n", "\n\n") + "\n"
