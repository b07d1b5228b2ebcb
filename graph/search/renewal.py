"""The entries of an earlier index that are still the same, among those that are made anew."""

import sqlite3
from collections.abc import Collection, Iterator
from heapq import merge
from itertools import groupby

from pyoxigraph import NamedNode, Store

from graph.search.brevity import brief, full
from graph.search.entries import Entry, rank, some

_ROWS = """
SELECT id, iri, kind, label_zh, label_en, names, quote, claims, article, spans, facets
FROM entry JOIN narrowed USING (id) ORDER BY id"""


def entries(
    old: sqlite3.Connection, store: Store, things: Collection[NamedNode]
) -> Iterator[Entry]:
    """Everything that can be found, in order: what these things are now, all else as it was."""
    gone = {brief(thing.value) for thing in things}
    return merge(_kept(old, gone), some(store, things), key=rank)


def _kept(old: sqlite3.Connection, gone: Collection[str]) -> Iterator[Entry]:
    """The entries of an index but for these, in order."""
    facets = {
        number: (name, iri) for number, name, iri in old.execute("SELECT id, name, iri FROM facet")
    }
    called = old.execute("SELECT entry, coalesce(shown, folded) FROM called ORDER BY entry")
    texts = groupby(called, key=lambda row: row[0])
    number, codes = next(texts, (0, iter(())))
    for row in old.execute(_ROWS):
        this, iri, kind, zh, en, names, quote, claims, article, spans, told = row
        while number and number < this:
            number, codes = next(texts, (0, iter(())))
        if iri in gone:
            continue
        runs = (tuple(map(int, each.split("-"))) for each in spans.split())
        yield Entry(
            iri=full(iri),
            kind=kind,
            labels={"zh": zh, "en": en},
            names=tuple(names.split("\n")) if names else (),
            quote=quote,
            claims=tuple(map(full, claims.split())),
            article=full(article),
            spans=tuple((start, end, at) for start, end, at in runs),
            codes=tuple(text for _, text in codes) if number == this else (),
            facets=frozenset(facets[int(each)] for each in told.split()),
        )
