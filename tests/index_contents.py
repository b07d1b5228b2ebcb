"""What an index holds, told without the numbers of entries and facets, which are its own."""

import sqlite3
from contextlib import closing
from pathlib import Path
from typing import Any

_SEARCHED = ("words", "sounds")


def contents(path: Path) -> dict[str, list[Any]]:
    """Table → what is in it, in order; an entry is told by its place among all."""
    with closing(sqlite3.connect(path)) as index:
        rows = index.execute("SELECT * FROM entry ORDER BY id").fetchall()
        places = {number: place for place, (number, *_) in enumerate(rows)}
        facets = {
            number: told for number, *told in index.execute("SELECT id, name, iri FROM facet")
        }
        narrowed = dict(index.execute("SELECT id, facets FROM narrowed"))
        assert narrowed.keys() == places.keys()
        called = index.execute("SELECT folded, shown, entry FROM called")
        return {
            "entry": [row[1:] for row in rows],
            "narrowed": [
                sorted(facets[int(each)] for each in narrowed[number].split()) for number in places
            ],
            "facet": sorted(index.execute("SELECT name, value, iri, entries FROM facet")),
            "called": sorted(
                (folded, shown or "", places[number]) for folded, shown, number in called
            ),
            "mark": [
                (number, places[entry]) for number, entry in index.execute("SELECT * FROM mark")
            ],
            **{table: _found(index, table, places, facets) for table in _SEARCHED},
        }


def _found(
    index: sqlite3.Connection, table: str, places: dict[int, int], facets: dict[int, Any]
) -> list[Any]:
    """Every token that is found in a table: of which entry, in which column, where."""
    index.execute(f"CREATE VIRTUAL TABLE temp.vocabulary USING fts5vocab(main, {table}, instance)")
    rows = index.execute("SELECT term, doc, col, offset FROM temp.vocabulary").fetchall()
    index.execute("DROP TABLE temp.vocabulary")
    # Facets are in the order of their numbers, so where one stands says nothing.
    return sorted(
        (places[doc], col, *(facets[int(term[1:])] if col == "facets" else (term, str(offset))))
        for term, doc, col, offset in rows
    )
