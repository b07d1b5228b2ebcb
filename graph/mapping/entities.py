"""Which thing a name means: the append-only list that decides every hand-given IRI.

`entities.csv` has one row a thing: its prefixed name, its Chinese name, what tells it apart from
others of that name (the employer of a person, the place of a body), and its English name. The key
of a row is the kind, the name and the distinction, after NFKC: two spellings of one key are one
thing, and one thing never changes its IRI.
"""

import csv
import re
import sqlite3
import unicodedata
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

from graph import source_files as files
from graph.errors import Errors, InputError, Place, Report, at_once
from graph.rdf.namespaces import PREFIXES

LARGEST = 100_000_000
"""The most bytes a registry may have: a million things."""
_COLUMNS = ["name", "zh", "of", "en"]
_NAME = re.compile("[a-z]+:[a-z0-9]+(-[a-z0-9]+)*")


@dataclass(frozen=True, slots=True)
class Entity:
    """One thing; `name` is its prefixed name, such as `agt:li-xiang`."""

    name: str
    zh: str
    of: str
    en: str
    place: Place

    @property
    def key(self) -> tuple[str, str, str]:
        """What identifies the thing: kind, normalised Chinese name, normalised distinction."""
        kind = self.name.partition(":")[0]
        return kind, normalised(self.zh), normalised(self.of)


_SCHEMA = """
PRAGMA cache_size = -8192;
CREATE TABLE thing (
  name TEXT UNIQUE, zh TEXT, apart TEXT, en TEXT, line INTEGER,
  kind TEXT, key_zh TEXT, key_apart TEXT, UNIQUE (kind, key_zh, key_apart));"""
_PUT = "INSERT INTO thing VALUES (?, ?, ?, ?, ?, ?, ?, ?)"
_ROW = "SELECT name, zh, apart, en, line FROM thing WHERE "
_NAMED = f"{_ROW} name = ?"
_KEYED = f"{_ROW} kind = ? AND key_zh = ? AND key_apart = ?"


class Registry(Mapping[str, Entity]):
    """The registered things by prefixed name, in the order of their rows.

    They are held in a temporary database: memory does not grow with them. Only the thread that
    loaded it may use it; who looks at all rows again and again makes a dict of it.
    """

    def __init__(self, file: str) -> None:
        """An empty one; `file` is what errors call the file that its rows are from."""
        self._file = file
        self._rows = sqlite3.connect("", isolation_level=None)
        self._rows.executescript(_SCHEMA)

    def fill(self, entities: Iterable[Entity], report: Report) -> None:
        """Take these things; one whose name or key is taken is reported, and left out."""
        self._rows.execute("BEGIN")
        for each in entities:
            row = (each.name, each.zh, each.of, each.en, each.place.line)
            try:
                self._rows.execute(_PUT, (*row, *each.key))
            except sqlite3.IntegrityError:
                report(self._twice(each))
        self._rows.execute("COMMIT")

    def _twice(self, entity: Entity) -> InputError:
        same = self.get(entity.name)
        if same is not None:
            told = f"{entity.name} is registered twice"
            return InputError(told, entity.place, f"see {same.place}")
        other = self._one(_KEYED, *entity.key)
        told = f"{entity.name} and {other.name} are both {entity.zh!r}"
        remedy = "use the registered one, or say in `of` what tells them apart"
        return InputError(told, entity.place, remedy)

    def _one(self, asked: str, *values: str) -> Entity:
        found = self._rows.execute(asked, values).fetchone()
        if found is None:
            raise KeyError(*values)
        name, zh, of, en, line = found
        return Entity(name, zh, of, en, Place(self._file, line))

    def __getitem__(self, name: str) -> Entity:
        return self._one(_NAMED, name)

    def __iter__(self) -> Iterator[str]:
        return (name for (name,) in self._rows.execute("SELECT name FROM thing ORDER BY rowid"))

    def __len__(self) -> int:
        (count,) = self._rows.execute("SELECT count(*) FROM thing").fetchone()
        return int(count)


class Consulted(Mapping[str, Entity]):
    """A registry that remembers what was looked up in it, so that it is known what rests on it."""

    def __init__(self, known: Mapping[str, Entity]) -> None:
        self._known = known
        self.rows: dict[str, Entity | None] = {}
        """Each name that was looked up → its row, or None where there is none."""

    def __getitem__(self, name: str) -> Entity:
        if name not in self.rows:
            self.rows[name] = self._known.get(name)
        found = self.rows[name]
        if found is None:
            raise KeyError(name)
        return found

    def __iter__(self) -> Iterator[str]:
        """Every name, which nothing may rest on but an error: it is not remembered."""
        return iter(self._known)

    def __len__(self) -> int:
        return len(self._known)


def normalised(text: str) -> str:
    """Text with compatibility variants (full width, ligatures) folded and no outer blanks."""
    return unicodedata.normalize("NFKC", text).strip()


def _read(path: Path, report: Report) -> Iterator[Entity]:
    reader = csv.reader(
        files.lines(path, path.name, LARGEST, f"for more, raise LARGEST in {__name__}"),
        strict=True,
    )
    if next(reader, None) != _COLUMNS:
        place = Place(path.name, 1)
        raise InputError("not a registry", place, f"start with {','.join(_COLUMNS)}")
    for row in reader:
        place = Place(path.name, reader.line_num)
        if len(row) != len(_COLUMNS):
            report(InputError(f"{len(row)} columns", place, f"write {','.join(_COLUMNS)}"))
        elif not _NAME.fullmatch(row[0]) or row[0].partition(":")[0] not in PREFIXES:
            remedy = "write a published prefix and a slug, such as agt:li-xiang"
            report(InputError(f"{row[0]!r} is no name", place, remedy))
        else:
            name, zh, of, en = row
            yield Entity(name, zh, of, en, place)


def load(path: Path, report: Report = at_once) -> Registry:
    """The registered things by prefixed name.

    A row that is no row, and an IRI or a key that stands twice, are reported. Raises InputError for
    a file that is no registry.
    """
    found = Registry(path.name)
    try:
        found.fill(_read(path, report), report)
    except csv.Error as error:
        raise InputError(f"not CSV: {error}", Place(path.name), "close every quote") from error
    return found


def only_appended(before: Mapping[str, Entity], now: Mapping[str, Entity]) -> None:
    """Check that every thing known before is still the same thing.

    Raises InputError for every row that was removed or given another key.
    """
    errors = Errors()
    for name, entity in before.items():
        same = now.get(name)
        if same is None:
            errors.report(
                InputError(
                    f"{name} was in the last release and is gone",
                    Place("entities.csv"),
                    "the registry is append-only: put the row back",
                )
            )
        elif same.key != entity.key:
            errors.report(
                InputError(
                    f"{name} meant {entity.zh!r} in the last release and now means {same.zh!r}",
                    same.place,
                    "restore the row and register the other thing under a new name",
                )
            )
    errors.refuse()
