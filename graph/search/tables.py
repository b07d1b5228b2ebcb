"""The tables of an index: what they keep of an entry, and how it is put in and taken out.

Entries have numbers that rise as they rank, with room between them: another one is put in where it
belongs, and no other has to move but where there is no more room (graph.search.numbering).
"""

import sqlite3
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import islice
from typing import Any, Self

from graph.rdf.namespaces import CANONICAL_BASE
from graph.search import pinyin
from graph.search.drawn import Facet
from graph.search.entries import Entry, Rank, ranked
from graph.search.fold import fold
from graph.search.tokens import SEAM, tokens

FORMAT = 4
"""What a reader must know; it goes up when the tables or the tokens change."""
MARK = 1000
"""One entry in so many is marked, so that those after it are found by how many come before."""
_CREATE = f"""
PRAGMA user_version = {FORMAT};
CREATE TABLE entry (
  id INTEGER PRIMARY KEY, iri TEXT NOT NULL, kind TEXT NOT NULL, label_zh TEXT NOT NULL,
  label_en TEXT NOT NULL, names TEXT NOT NULL, quote TEXT NOT NULL, claims TEXT NOT NULL,
  article TEXT NOT NULL, spans TEXT NOT NULL
);
CREATE TABLE narrowed (id INTEGER PRIMARY KEY, facets TEXT NOT NULL);
CREATE TABLE facet (
  id INTEGER PRIMARY KEY, name TEXT NOT NULL, value TEXT NOT NULL, iri TEXT NOT NULL,
  entries INTEGER NOT NULL
);
CREATE INDEX facet_value ON facet (name, value);
CREATE TABLE called (
  folded TEXT NOT NULL, entry INTEGER NOT NULL, shown TEXT,
  PRIMARY KEY (folded, entry)
) WITHOUT ROWID;
CREATE INDEX called_entry ON called (entry);
CREATE TABLE mark (number INTEGER PRIMARY KEY, entry INTEGER NOT NULL);
CREATE VIRTUAL TABLE words USING fts5 (
  text, facets, content='', columnsize=0, prefix='1', tokenize="ascii tokenchars '{SEAM}.%'"
);
CREATE VIRTUAL TABLE sounds USING fts5 (
  text, facets, content='', columnsize=0, detail=column, tokenize="ascii tokenchars '-'"
);
"""
_JOINT = f" {SEAM} "
_SEARCHED = ("words", "sounds")


@dataclass(frozen=True)
class Told:
    """What the tables keep of an entry: its columns, by what it is narrowed, what it is called."""

    iri: str
    kind: str
    label_zh: str
    label_en: str
    names: str
    quote: str
    claims: str
    article: str
    spans: str
    facets: frozenset[Facet]
    called: frozenset[tuple[str, str | None]]

    @classmethod
    def of(cls, entry: Entry) -> Self:
        """What is kept of this entry."""
        labels = entry.labels
        return cls(
            iri=brief(entry.iri),
            kind=entry.kind,
            label_zh=labels.get("zh") or labels.get("") or labels.get("en") or "",
            label_en=labels.get("en") or labels.get("") or labels.get("zh") or "",
            names="\n".join(entry.names),
            quote=entry.quote,
            claims=" ".join(map(brief, entry.claims)),
            article=brief(entry.article),
            spans=" ".join(f"{start}-{end}-{at}" for start, end, at in entry.spans),
            facets=entry.facets,
            called=frozenset(_called(entry)),
        )

    @property
    def columns(self) -> tuple[str, ...]:
        """The row of the table of entries, after the number."""
        return (
            self.iri, self.kind, self.label_zh, self.label_en, self.names, self.quote, self.claims,
            self.article, self.spans,
        )  # fmt: skip

    @property
    def searched(self) -> tuple[str, str]:
        """The tokens that are found by words, and by sounds."""
        texts = [text for text in (*self.names.split("\n"), self.quote) if text]
        words = _JOINT.join(" ".join(tokens(text)) for text in texts)
        heard = sorted({sound for text in texts for sound in pinyin.sounds(text)})
        return words, " ".join(heard)

    @property
    def rank(self) -> Rank:
        """The place of the entry in every list of hits."""
        return _rank(self.iri, self.kind, self.claims, self.spans)


def _rank(iri: str, kind: str, claims: str, spans: str) -> Rank:
    told = claims.count(" ") + bool(claims)
    return ranked(full(iri), kind, told, int(spans.partition("-")[0] or 0))


def _called(entry: Entry) -> Iterator[tuple[str, str | None]]:
    """What finds this entry when it is typed whole; the names of passages are too many to tell."""
    found: dict[str, str | None] = {}
    for text in (*map(brief, entry.codes), *(() if entry.quote else entry.names)):
        if text:
            folded = fold(text)
            found.setdefault(folded, None if text == folded else text)
    yield from found.items()


class Tables:
    """The tables behind a connection, to be written.

    `close` must be called when all is put in: it writes what is counted of all entries.
    """

    def __init__(self, connection: sqlite3.Connection) -> None:
        # The file has another name until it is whole, so nothing has to be undone in it.
        connection.executescript("PRAGMA journal_mode = OFF; PRAGMA synchronous = OFF;")
        (form,) = connection.execute("PRAGMA user_version").fetchone()
        if not form:
            connection.executescript(_CREATE)
        rows = connection.execute("SELECT id, name, iri, entries FROM facet").fetchall()
        self._connection = connection
        self._facets: dict[int, Facet] = {number: (name, iri) for number, name, iri, _ in rows}
        self._numbers = {facet: number for number, facet in self._facets.items()}
        self._counts = Counter({number: entries for number, *_, entries in rows})
        self._last = max(self._facets, default=0)

    def number(self, iri: str) -> int | None:
        """The number of the entry with this brief IRI, if there is one."""
        asked = (
            "SELECT entry.id FROM called JOIN entry ON entry.id = called.entry"
            " WHERE folded = ? AND entry.iri = ?"
        )
        found = self._connection.execute(asked, (fold(iri), iri)).fetchone()
        return int(found[0]) if found else None

    def read(self, number: int) -> Told:
        """What is kept of an entry."""
        columns = self._connection.execute(
            "SELECT iri, kind, label_zh, label_en, names, quote, claims, article, spans"
            " FROM entry WHERE id = ?",
            (number,),
        ).fetchone()
        called = self._connection.execute(
            "SELECT folded, shown FROM called WHERE entry = ?", (number,)
        )
        facets = map(self._facets.__getitem__, self._narrowed(number))
        told: tuple[Any, ...] = (*columns, frozenset(facets), frozenset(called.fetchall()))
        return Told(*told)

    def _narrowed(self, number: int) -> list[int]:
        asked = "SELECT facets FROM narrowed WHERE id = ?"
        (told,) = self._connection.execute(asked, (number,)).fetchone()
        return list(map(int, told.split()))

    def put(self, number: int, told: Told) -> None:
        """Put an entry in under a number that no other has."""
        numbers = sorted(map(self._numbered, sorted(told.facets)))
        self._counts.update(numbers)
        execute = self._connection.execute
        execute("INSERT INTO entry VALUES (?,?,?,?,?,?,?,?,?,?)", (number, *told.columns))
        execute("INSERT INTO narrowed VALUES (?,?)", (number, " ".join(map(str, numbers))))
        for table, text in zip(_SEARCHED, told.searched, strict=True):
            execute(
                f"INSERT INTO {table} (rowid, text, facets) VALUES (?,?,?)",  # noqa: S608 (one of two names of ours)
                (number, text, _facets(numbers)),
            )
        self._connection.executemany(
            "INSERT INTO called VALUES (?,?,?)",
            ((folded, number, shown) for folded, shown in sorted(told.called, key=lambda e: e[0])),
        )

    def take(self, number: int, told: Told) -> None:
        """Take out the entry of a number, of which `told` is kept."""
        numbers = self._narrowed(number)
        self._counts.subtract(numbers)
        execute = self._connection.execute
        for table, text in zip(_SEARCHED, told.searched, strict=True):
            # These tables do not keep what they were given, and must be told it once more.
            execute(
                f"INSERT INTO {table} ({table}, rowid, text, facets) VALUES ('delete',?,?,?)",  # noqa: S608 (as above)
                (number, text, _facets(numbers)),
            )
        for column, table in (("id", "entry"), ("id", "narrowed"), ("entry", "called")):
            execute(f"DELETE FROM {table} WHERE {column} = ?", (number,))  # noqa: S608 (as above)

    def _numbered(self, facet: Facet) -> int:
        number = self._numbers.get(facet)
        if number is None:
            number = self._last = self._last + 1
            self._numbers[facet], self._facets[number] = number, facet
        return number

    def after(self, number: int) -> tuple[int, Rank] | None:
        """The first entry with a greater number: its number and its rank."""
        found = self._connection.execute(
            "SELECT id, iri, kind, claims, spans FROM entry WHERE id > ? ORDER BY id LIMIT 1",
            (number,),
        ).fetchone()
        return (found[0], _rank(*found[1:])) if found else None

    def before(self, number: int, most: int) -> list[int]:
        """The numbers before this one, at most so many, the nearest first."""
        asked = "SELECT id FROM narrowed WHERE id < ? ORDER BY id DESC LIMIT ?"
        return [found for (found,) in self._connection.execute(asked, (number, most))]

    def since(self, number: int, most: int) -> list[int]:
        """The numbers from this one on, at most so many."""
        asked = "SELECT id FROM narrowed WHERE id >= ? ORDER BY id LIMIT ?"
        return [found for (found,) in self._connection.execute(asked, (number, most))]

    def close(self, *, packed: bool) -> None:
        """Write what is counted of all entries; `packed` also brings together what is found."""
        self._connection.execute("DELETE FROM facet")
        self._connection.executemany(
            "INSERT INTO facet VALUES (?,?,?,?,?)",
            (
                (number, name, short(name, iri), iri, self._counts[number])
                for number, (name, iri) in sorted(self._facets.items())
                if self._counts[number]
            ),
        )
        self._connection.execute("DELETE FROM mark")
        numbers = self._connection.execute("SELECT id FROM narrowed ORDER BY id").fetchall()
        self._connection.executemany(
            "INSERT INTO mark VALUES (?,?)", enumerate(n for (n,) in islice(numbers, 0, None, MARK))
        )
        for table in _SEARCHED if packed else ():
            self._connection.execute(f"INSERT INTO {table} ({table}) VALUES ('optimize')")  # noqa: S608 (as above)
        self._connection.commit()


def _facets(numbers: list[int]) -> str:
    return " ".join(f"f{number}" for number in numbers)


def short(name: str, value: str) -> str:
    """How an address writes the value of a facet: the end of an IRI."""
    return value.rpartition("/")[2].removeprefix(f"{name}-")


def brief(iri: str) -> str:
    """An IRI of ours without what all of them begin with; any other text as it is."""
    return iri.removeprefix(CANONICAL_BASE)


def full(brief_: str) -> str:
    """The IRI that `brief` made short."""
    return brief_ if ":" in brief_ or not brief_ else CANONICAL_BASE + brief_
