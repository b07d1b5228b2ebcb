"""The index of a release, written once: `search.sqlite`."""

import hashlib
import os
import shutil
import sqlite3
from collections.abc import Collection, Iterable
from contextlib import closing
from pathlib import Path

from pyoxigraph import Quad

from graph.rdf import store
from graph.search import numbering, renewal
from graph.search.entries import Entry, entries
from graph.search.tables import FORMAT, Tables, Told

NAME = "search.sqlite"
SUM = f"{NAME}.sha256"
"""The file beside it with its SHA-256, without which it is not gone on with."""


def write(release: Path, last: Path | None = None, differing: Collection[Quad] = ()) -> Path:
    """The path of the index of the release in this folder, written unless a sound one is there.

    Where the `last` release is given, from which it differs in these quads, the index of that one
    is copied and renewed, if it is sound. It is complete or not there: it is written beside its
    place and renamed. Raises ReleaseError when the store cannot be read.
    """
    target = release / NAME
    if not _sound(release):
        fresh = release / f".{NAME}"
        fresh.unlink(missing_ok=True)
        data = store.read(release / "store")
        going_on = last is not None and _copied(last, fresh)
        with closing(sqlite3.connect(fresh)) as connection:
            if going_on:
                tables = Tables(connection)
                renewal.renew(tables, data, differing)
                tables.close(packed=False)
            else:
                fill(connection, entries(data))
        noted = release / f".{SUM}"
        noted.write_text(f"{_sha256(fresh)}  {NAME}\n", "ascii")
        for path in (fresh, noted):
            with path.open("rb") as file:
                os.fsync(file.fileno())
        fresh.replace(target)
        noted.replace(release / SUM)
    return target


def _sound(release: Path) -> bool:
    """Whether an index of this format is there, and is what was written."""
    path = release / NAME
    if not path.is_file() or _noted(release) != _sha256(path):
        return False
    with closing(sqlite3.connect(f"{path.resolve().as_uri()}?mode=ro", uri=True)) as found:
        (version,) = found.execute("PRAGMA user_version").fetchone()
    return bool(version == FORMAT)


def _noted(release: Path) -> str:
    """The digest that an index had when it was written; nothing where none is noted."""
    path = release / SUM
    return path.read_text("ascii", "replace").partition(" ")[0] if path.is_file() else ""


def _sha256(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def _copied(last: Path, fresh: Path) -> bool:
    """Whether the index of another release could be copied, since it is sound."""
    if not _sound(last):
        return False
    shutil.copyfile(last / NAME, fresh)
    return True


def fill(connection: sqlite3.Connection, found: Iterable[Entry]) -> None:
    """Write the tables of these entries, whose order is that of every list of hits."""
    tables = Tables(connection)
    for place, each in enumerate(found, 1):
        tables.put(place * numbering.GAP, Told.of(each))
    tables.close(packed=True)
