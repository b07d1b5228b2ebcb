"""The names of things in the index: how one is known there, and those beside it by the alphabet."""

import re
import sqlite3

from graph.rdf.namespaces import PREFIXES
from graph.search.fold import fold
from graph.search.tables import brief, full

_ADDRESS = re.compile(r"https?://[^/]+/(?:page|data)/(.+)")
_AFTER, _BEFORE = (
    f"SELECT folded, iri FROM called JOIN entry ON entry.id = called.entry WHERE {where} LIMIT ?"  # noqa: S608 (conditions of ours)
    for where in (
        "folded >= ? AND folded < ? ORDER BY folded",
        "folded < ? AND folded >= ? ORDER BY folded DESC",
    )
)


def known_as(text: str) -> str:
    """What a thing is known by in the index: for an IRI, a prefixed name or a page, its IRI."""
    page = _ADDRESS.fullmatch(text)
    if page:
        return f"id/{page[1]}"
    prefix, colon, last = text.partition(":")
    return brief(PREFIXES[prefix] + last if colon and prefix in PREFIXES else text)


def beside(connection: sqlite3.Connection, iri: str, most: int) -> list[str]:
    """The IRIs that come before and after this one in the order of the alphabet, `most` of each.

    Only those that are equal to it up to their last part.
    """
    name = fold(brief(iri))
    space = name[: name.rfind("/") + 1]
    rows = [
        *connection.execute(_AFTER, (name, space + "\U0010ffff", most)),
        *connection.execute(_BEFORE, (name, space, most)),
    ]
    # Other names may begin as an IRI does.
    return [full(found) for folded, found in rows if space and folded == fold(found)]
