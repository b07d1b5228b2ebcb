"""The rows of our own queries over the release being served: each asked once per release."""

import json
import threading
from collections.abc import Callable, Hashable, Mapping
from dataclasses import dataclass
from functools import cache
from typing import Any, TypeVar

from flask import current_app

from graph.job import Job
from graph.paths import QUERIES
from graph.queries import Query, load
from graph.workers import Pool
from web.context import front

EXTENSION = "policyprov.rows"
Row = Mapping[str, str]
"""Variable → the IRI, or the lexical form of the literal; what is unbound is missing."""
_KEPT = 8192

T = TypeVar("T")


@dataclass(frozen=True)
class Table:
    """The rows of one query, and the very text that was asked."""

    query: str
    columns: tuple[str, ...]
    rows: tuple[Row, ...]


class Rows:
    """Asks the workers, and remembers what was made of the answers while the release stays."""

    def __init__(self, pool: Pool) -> None:
        self._pool, self._lock = pool, threading.Lock()
        self._edition = ""
        self._kept: dict[Hashable, Any] = {}

    def ask(self, query: str) -> Table:
        """The rows of this SELECT.

        Raises LimitError when the workers are at theirs.
        """
        return self.keep(query, lambda: _read(query, self._pool.answer(Job(query)).body))

    def keep(self, key: Hashable, make: Callable[[], T]) -> T:
        """What `make` gives, asked once per release for each key."""
        edition = self._pool.edition
        with self._lock:
            if edition != self._edition or len(self._kept) > _KEPT:
                self._edition, self._kept = edition, {}
            if key in self._kept:
                known: T = self._kept[key]
                return known
        made = make()
        with self._lock:
            # An answer of the next release must not be kept as one of this.
            if self._pool.edition == edition == self._edition:
                self._kept[key] = made
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


def _rows() -> Rows:
    found: Rows = current_app.extensions.setdefault(EXTENSION, Rows(front().pool))
    return found


def ask(query: str) -> Table:
    """The rows of this SELECT over the release that the present request is answered from."""
    return _rows().ask(query)


def keep(key: Hashable, make: Callable[[], T]) -> T:
    """What `make` gives, asked once per release for each key."""
    return _rows().keep(key, make)


def picture(name: str, language: str) -> Table:
    """The rows behind a picture, labelled in this language."""
    query = pictures()[name]
    return ask(query.bound({"language": language}))
