"""The index of a release, written once: `search.sqlite`."""

import sqlite3
from collections import Counter
from collections.abc import Collection, Iterable, Iterator
from contextlib import closing
from pathlib import Path

from pyoxigraph import Quad

from graph.rdf import store
from graph.search import pinyin, renewal
from graph.search.affected import affected
from graph.search.brevity import brief
from graph.search.entries import Entry, entries
from graph.search.fold import fold
from graph.search.tokens import SEAM, tokens

NAME = "search.sqlite"
FORMAT = 3
"""What a reader must know; it goes up when the tables or the tokens change."""
_TABLES = f"""
PRAGMA journal_mode = OFF;
PRAGMA synchronous = OFF;
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
CREATE VIRTUAL TABLE words USING fts5 (
  text, facets, content='', columnsize=0, prefix='1', tokenize="ascii tokenchars '{SEAM}.%'"
);
CREATE VIRTUAL TABLE sounds USING fts5 (
  text, facets, content='', columnsize=0, detail=column, tokenize="ascii tokenchars '-'"
);
"""
_JOINT = f" {SEAM} "


def write(release: Path, last: Path | None = None, differing: Collection[Quad] = ()) -> Path:
    """The path of the index of the release in this folder, written unless a sound one is there.

    Where the `last` release is given, from which it differs in these quads, entries that are the
    same are taken from the index of that one, if it is sound. It is complete or not there: it is
    written beside its place and renamed. Raises ReleaseError
    when the store cannot be read.
    """
    target = release / NAME
    if not _sound(target):
        fresh = release / f".{NAME}"
        fresh.unlink(missing_ok=True)
        data = store.read(release / "store")
        with closing(sqlite3.connect(fresh)) as connection:
            if last and _sound(last / NAME):
                with closing(_opened(last / NAME)) as old:
                    things = affected(data, differing)
                    fill(connection, renewal.entries(old, data, things))
            else:
                fill(connection, entries(data))
        fresh.replace(target)
    return target


def _opened(path: Path) -> sqlite3.Connection:
    return sqlite3.connect(f"{path.resolve().as_uri()}?mode=ro", uri=True)


def _sound(path: Path) -> bool:
    """Whether an index of this format is there, and SQLite finds nothing wrong with it."""
    if not path.is_file():
        return False
    try:
        with closing(_opened(path)) as found:
            (version,) = found.execute("PRAGMA user_version").fetchone()
            (check,) = found.execute("PRAGMA quick_check(1)").fetchone()
    except sqlite3.DatabaseError:
        return False
    return bool(version == FORMAT and check == "ok")


def fill(connection: sqlite3.Connection, found: Iterable[Entry]) -> None:
    """Write the tables of these entries, whose order is that of every list of hits."""
    connection.executescript(_TABLES)
    facets = _Facets(connection)
    for number, each in enumerate(found, 1):
        numbers = facets.numbers(each)
        narrowed = " ".join(f"f{n}" for n in numbers)
        connection.execute("INSERT INTO entry VALUES (?,?,?,?,?,?,?,?,?,?)", (number, *_row(each)))
        connection.execute(
            "INSERT INTO narrowed VALUES (?,?)", (number, " ".join(map(str, numbers)))
        )
        searched = [*each.names, *([each.quote] if each.quote else [])]
        words = _JOINT.join(" ".join(tokens(text)) for text in searched)
        connection.execute(
            "INSERT INTO words (rowid, text, facets) VALUES (?,?,?)", (number, words, narrowed)
        )
        heard = sorted({sound for text in searched for sound in pinyin.sounds(text)})
        connection.execute(
            "INSERT INTO sounds (rowid, text, facets) VALUES (?,?,?)",
            (number, " ".join(heard), narrowed),
        )
        connection.executemany("INSERT OR IGNORE INTO called VALUES (?,?,?)", _called(each, number))
    facets.write()
    for table in ("words", "sounds"):
        connection.execute(f"INSERT INTO {table} ({table}) VALUES ('optimize')")  # noqa: S608 (two names of ours)
    connection.commit()


def _row(entry: Entry) -> tuple[str, ...]:
    labels = entry.labels
    return (
        brief(entry.iri),
        entry.kind,
        labels.get("zh") or labels.get("") or labels.get("en") or "",
        labels.get("en") or labels.get("") or labels.get("zh") or "",
        "\n".join(entry.names),
        entry.quote,
        " ".join(map(brief, entry.claims)),
        brief(entry.article),
        " ".join(f"{start}-{end}-{at}" for start, end, at in entry.spans),
    )


def _called(entry: Entry, number: int) -> Iterator[tuple[str, int, str | None]]:
    """What finds this entry when it is typed whole; the names of passages are too many to tell."""
    for text in (*map(brief, entry.codes), *(() if entry.quote else entry.names)):
        if text:
            folded = fold(text)
            yield folded, number, None if text == folded else text


class _Facets:
    """The values that a search can be narrowed to, numbered as they are met."""

    def __init__(self, connection: sqlite3.Connection) -> None:
        self._connection = connection
        self._known: dict[tuple[str, str], int] = {}
        self._counts: Counter[int] = Counter()

    def numbers(self, entry: Entry) -> list[int]:
        """The numbers of an entry's facets."""
        found = sorted(
            self._known.setdefault(each, len(self._known) + 1) for each in sorted(entry.facets)
        )
        self._counts.update(found)
        return found

    def write(self) -> None:
        """Write the table of all values met, each with how many entries have it."""
        self._connection.executemany(
            "INSERT INTO facet VALUES (?,?,?,?,?)",
            (
                (number, name, short(name, value), value, self._counts[number])
                for (name, value), number in self._known.items()
            ),
        )


def short(name: str, value: str) -> str:
    """How an address writes the value of a facet: the end of an IRI."""
    return value.rpartition("/")[2].removeprefix(f"{name}-")
