"""Which thing a name means: the append-only list that decides every hand-given IRI.

`entities.csv` has one row a thing: its prefixed name, its Chinese name, what tells it apart from
others of that name (the employer of a person, the place of a body), and its English name. The key
of a row is the kind, the name and the distinction, after NFKC: two spellings of one key are one
thing, and one thing never changes its IRI.
"""

import csv
import io
import re
import unicodedata
from collections.abc import Iterator, Mapping
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


class Consulted(Mapping[str, Entity]):
    """A registry that remembers what was looked up in it, so that it is known what rests on it."""

    def __init__(self, known: Mapping[str, Entity]) -> None:
        self._known = known
        self.rows: dict[str, Entity | None] = {}
        """Each name that was looked up → its row, or None where there is none."""

    def __getitem__(self, name: str) -> Entity:
        self.rows[name] = self._known.get(name)
        return self._known[name]

    def __iter__(self) -> Iterator[str]:
        """Every name, which nothing may rest on but an error: it is not remembered."""
        return iter(self._known)

    def __len__(self) -> int:
        return len(self._known)


def normalised(text: str) -> str:
    """Text with compatibility variants (full width, ligatures) folded and no outer blanks."""
    return unicodedata.normalize("NFKC", text).strip()


def _rows(path: Path, report: Report) -> Iterator[Entity]:
    text = files.text(path, path.name, LARGEST, f"for more, raise LARGEST in {__name__}")
    reader = csv.reader(io.StringIO(text, newline=""), strict=True)
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


def load(path: Path, report: Report = at_once) -> dict[str, Entity]:
    """The registered things by prefixed name.

    A row that is no row, and an IRI or a key that stands twice, are reported. Raises InputError for
    a file that is no registry.
    """
    found: dict[str, Entity] = {}
    keys: dict[tuple[str, str, str], Entity] = {}
    try:
        for entity in _rows(path, report):
            if entity.name in found:
                at = found[entity.name].place
                report(InputError(f"{entity.name} is registered twice", entity.place, f"see {at}"))
            elif entity.key in keys:
                other = keys[entity.key]
                report(
                    InputError(
                        f"{entity.name} and {other.name} are both {entity.zh!r}",
                        entity.place,
                        "use the registered one, or say in `of` what tells them apart",
                    )
                )
            found[entity.name] = keys[entity.key] = entity
    except csv.Error as error:
        raise InputError(f"not CSV: {error}", Place(path.name), "close every quote") from error
    return found


def only_appended(before: dict[str, Entity], now: dict[str, Entity]) -> None:
    """Check that every thing known before is still the same thing.

    Raises InputError for every row that was removed or given another key.
    """
    errors = Errors()
    for name, entity in before.items():
        if name not in now:
            errors.report(
                InputError(
                    f"{name} was in the last release and is gone",
                    Place("entities.csv"),
                    "the registry is append-only: put the row back",
                )
            )
        elif now[name].key != entity.key:
            errors.report(
                InputError(
                    f"{name} meant {entity.zh!r} in the last release and now means "
                    f"{now[name].zh!r}",
                    now[name].place,
                    "restore the row and register the other thing under a new name",
                )
            )
    errors.refuse()
