"""Answers from `history.sqlite`: events page by page, of a claim, of a thing."""

import json
import sqlite3
from collections.abc import Iterable, Iterator, Mapping
from contextlib import closing, contextmanager
from pathlib import Path
from typing import Any

from graph.errors import UnavailableError, UnknownError
from graph.history.schema import KINDS, NAME, READABLE, Event, Published, brief, full, words

PAGE = 100
"""Events of one page of the stream; a page that is full never changes again."""
_ROWS = (
    "SELECT e.id, e.kind, c.iri, r.id, r.version, r.at, e.said FROM event e"
    " JOIN claim c ON c.id = e.claim JOIN release r ON r.id = e.release "
)
_Row = tuple[int, int, str, int, str, str, bytes]


class History:
    """The history beside a release, as it is at this moment.

    Raises UnknownError if there is none, and UnavailableError, here or when asked, if it is
    damaged.
    """

    def __init__(self, release: Path) -> None:
        self._path = release.resolve().parent / NAME
        if not self._path.is_file():
            raise UnknownError(
                "no history is kept beside this release", "the next `policyprov build` begins one"
            )
        with self._asking() as connection:
            (version,) = connection.execute("PRAGMA user_version").fetchone()
            if version not in READABLE:
                raise UnavailableError(f"{NAME} is of format {version}, not one of {READABLE}")
        self.format: int = version
        """Which of READABLE it is."""

    @contextmanager
    def _asking(self) -> Iterator[sqlite3.Connection]:
        try:
            # The file is replaced whole and never written to.
            where = f"{self._path.as_uri()}?mode=ro&immutable=1"
            with closing(sqlite3.connect(where, uri=True)) as connection:
                yield connection
        except sqlite3.Error as error:
            raise UnavailableError(f"{NAME} cannot be read ({error})", "build again") from error

    def rows(self, query: str, values: Mapping[str, str | int]) -> list[Any]:
        """The rows of a query of the tables of `graph.history.schema`, with named values."""
        with self._asking() as connection:
            return connection.execute(query, values).fetchall()

    def _events(self, rest: str, *values: str | int) -> tuple[Event, ...]:
        with self._asking() as connection:
            return tuple(map(_event, connection.execute(_ROWS + rest, values)))

    @property
    def pages(self) -> int:
        """How many pages there are; the last is never full, and may be empty."""
        with self._asking() as connection:
            (last,) = connection.execute("SELECT coalesce(max(id), 0) FROM event").fetchone()
        return int(last) // PAGE + 1

    def page(self, number: int) -> tuple[Event, ...]:
        """The events of a page, counted from 1, in the order in which they happened.

        Raises UnknownError for a page that is not there yet.
        """
        if not 1 <= number <= self.pages:
            raise UnknownError(f"there is no page {number} of changes", f"the last is {self.pages}")
        first = (number - 1) * PAGE
        return self._events("WHERE e.id > ? AND e.id <= ? ORDER BY e.id", first, first + PAGE)

    def last(self, claim: str) -> Event | None:
        """The last that happened to the claim of this IRI, or None if it never was."""
        rest = "WHERE e.id = (SELECT last FROM claim WHERE iri = ?)"
        return next(iter(self._events(rest, brief(claim))), None)

    def latest(self, thing: str | None, most: int) -> tuple[Event, ...]:
        """The last events, or those of claims about the thing of this IRI, the newest first."""
        if thing is None:
            return self._events("ORDER BY e.id DESC LIMIT ?", most)
        rest = (
            "JOIN topic t ON t.event = e.id WHERE t.thing = (SELECT id FROM thing WHERE iri = ?)"
            " ORDER BY t.event DESC LIMIT ?"
        )
        return self._events(rest, brief(thing), most)

    def of(self, claims: Iterable[str], most: int) -> tuple[Event, ...]:
        """The last events of the claims of these IRIs, the newest first."""
        rest = "WHERE c.iri IN (SELECT value FROM json_each(?)) ORDER BY e.id DESC LIMIT ?"
        return self._events(rest, json.dumps([brief(each) for each in claims]), most)

    def releases(self, most: int) -> tuple[Published, ...]:
        """The releases that became current, the newest first."""
        rows = "SELECT id, version, at FROM release ORDER BY id DESC LIMIT ?"
        with self._asking() as connection:
            return tuple(Published(*row) for row in connection.execute(rows, (most,)))


def _event(row: _Row) -> Event:
    number, kind, claim, release, version, at, said = row
    return Event(number, KINDS[kind], full(claim), Published(release, version, at), words(said))
