"""Rows of the index: what is read of its tables."""

import sqlite3
from collections.abc import Iterable
from typing import Any

from graph.search.answer import Hit
from graph.search.tables import full

NOWHERE = 'text : "\0"'
"""A term that matches no entry."""


def matching(connection: sqlite3.Connection, table: str, terms: list[str], most: int) -> list[int]:
    """The numbers of the entries that match all terms in a table, the first `most`."""
    if NOWHERE in terms:
        return []
    asked = f"SELECT rowid FROM {table} WHERE {table} MATCH ? ORDER BY rowid LIMIT ?"  # noqa: S608 (one of two names of ours)
    return [n for (n,) in connection.execute(asked, (" AND ".join(terms), most))]


def read_rows(
    connection: sqlite3.Connection, columns: str, numbers: Iterable[int]
) -> Iterable[tuple[Any, ...]]:
    """These columns of these entries, in the order given, after the number."""
    asked = f"SELECT id, {columns} FROM entry WHERE id = ?"  # noqa: S608 (columns of ours)
    for number in numbers:
        yield connection.execute(asked, (number,)).fetchone()


def read_texts(connection: sqlite3.Connection, numbers: Iterable[int]) -> list[tuple[int, str]]:
    """Names and quote of these entries, as one text."""
    found = read_rows(connection, "names, quote", numbers)
    return [(number, f"{names}\n{quote}") for number, names, quote in found]


_COLUMNS = "iri, kind, label_zh, label_en, quote, claims, article, spans"


def read_hits(connection: sqlite3.Connection, numbers: Iterable[int]) -> Iterable[Hit]:
    """These entries, as hits."""
    for _, iri, kind, zh, en, quote, claims, article, spans in read_rows(
        connection, _COLUMNS, numbers
    ):
        runs = (tuple(map(int, each.split("-"))) for each in spans.split())
        yield Hit(
            iri=full(iri),
            kind=kind,
            labels={"zh": zh, "en": en},
            quote=quote,
            claims=tuple(map(full, claims.split())),
            article=full(article),
            spans=tuple((start, end, at) for start, end, at in runs),
        )
