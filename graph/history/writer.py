"""Takes note of a release: each claim that it adds, changes or removes becomes an event.

The file is copied, continued and renamed into place, so that a reader never meets half a release.
Memory does not grow with the release: its quads are read as a stream and sorted by SQLite.
"""

import gzip
import hashlib
import io
import os
import sqlite3
import zlib
from collections.abc import Iterable, Iterator
from contextlib import closing
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pyoxigraph as ox

from graph import snapshot
from graph.changes import QUADS, RECORD
from graph.errors import ReleaseError
from graph.history.schema import FORMAT, KINDS, NAME, TABLES, brief
from graph.rdf.namespaces import DEFAULT, IDS, expand
from graph.snapshot import Release

_CLAIM = IDS + "claim/"
_STATED, _PART, _LABEL = expand("pp:statedIn"), expand("dcterms:isPartOf"), expand("rdfs:label")
_CREATE, _UPDATE, _DELETE = range(len(KINDS))
_READ = (
    "line (claim TEXT, said TEXT, matters INTEGER)",
    "place (passage TEXT PRIMARY KEY, article TEXT) WITHOUT ROWID",
    "about (claim TEXT, thing TEXT, PRIMARY KEY (claim, thing)) WITHOUT ROWID",
    "seen (claim TEXT PRIMARY KEY) WITHOUT ROWID",
)
"""Tables for the time in which a release is read."""


def record(current: Path) -> None:
    """Take note of the release that `current`, a folder or a symlink, leads to.

    Where there is no history yet it begins with the oldest release that is kept. A release that is
    the last in it already changes nothing. Raises ReleaseError when a release cannot be read.
    """
    present = snapshot.release(current)
    target = present.folder.parent / NAME
    if target.is_file():
        fresh = [present]
    else:
        older = [each for each in snapshot.kept(present) if each != present]
        fresh = [*(each for each in reversed(older) if each.file(QUADS)), present]
    beside = target.with_name(f".building-{NAME}")
    try:
        if _continued(target, beside, fresh):
            beside.replace(target)
    finally:
        beside.unlink(missing_ok=True)


def _continued(target: Path, beside: Path, fresh: Iterable[Release]) -> bool:
    """Write the history with these releases to `beside`; False if it knows them already."""
    if target.is_file():
        with closing(sqlite3.connect(f"file:{target}?mode=ro", uri=True)) as old:
            last = old.execute("SELECT version FROM release ORDER BY id DESC LIMIT 1").fetchone()
            fresh = [each for each in fresh if last is None or each.version != last[0]]
            if not fresh:
                return False
            with closing(sqlite3.connect(beside)) as new:
                old.backup(new)
    with closing(sqlite3.connect(beside, isolation_level=None)) as connection:
        # The file has another name until it is whole, so nothing has to be undone in it.
        connection.executescript("PRAGMA journal_mode = OFF; PRAGMA temp_store = FILE;")
        if not target.is_file():
            connection.executescript(f"{TABLES} PRAGMA user_version = {FORMAT};")
        connection.execute("BEGIN")
        for each in fresh:
            _noted(connection, each)
        connection.execute("COMMIT")
    with beside.open("rb") as file:
        os.fsync(file.fileno())
    return True


def _noted(connection: sqlite3.Connection, release: Release) -> None:
    for table in _READ:
        connection.execute(f"CREATE TEMP TABLE {table}")
    _read(connection, release)
    number = connection.execute(
        "INSERT INTO release (version, at) VALUES (?, ?)",
        (release.version, _at(connection, release)),
    ).lastrowid
    noting = _Noting(connection, number or 0)
    claims = connection.cursor()
    claims.execute("SELECT claim, said, matters FROM line ORDER BY claim, said")
    for claim, lines in _grouped(claims):
        connection.execute("INSERT INTO seen VALUES (?)", (claim,))
        noting.compared(claim, lines)
    gone = connection.execute(
        "SELECT id, iri FROM claim WHERE digest NOT NULL AND iri NOT IN (SELECT claim FROM seen)"
        " ORDER BY iri"
    ).fetchall()
    for known, claim in gone:
        noting.happened(_DELETE, known, claim, b"")
        connection.execute("UPDATE claim SET digest = NULL WHERE id = ?", (known,))
    claims.close()
    for table in _READ:
        connection.execute(f"DROP TABLE {table.partition(' ')[0]}")


def _at(connection: sqlite3.Connection, release: Release) -> str:
    """When a release became known: when it was written, but after all that came before it."""
    written = datetime.fromtimestamp(release.written, UTC)
    (last,) = connection.execute("SELECT max(at) FROM release").fetchone()
    if last is not None:
        written = max(written, datetime.fromisoformat(last) + timedelta(milliseconds=1))
    return written.isoformat(timespec="milliseconds").replace("+00:00", "Z")


def _read(connection: sqlite3.Connection, release: Release) -> None:
    """What each claim of a release says, line by line, and what it is about."""
    path = release.folder / QUADS
    try:
        with io.BufferedReader(gzip.open(path)) as file:
            for quad in ox.parse(file, format=ox.RdfFormat.N_QUADS):
                _sorted_in(connection, quad)
    except (OSError, EOFError, SyntaxError) as error:
        raise ReleaseError(f"{path} cannot be read ({error}); build that release again") from error
    connection.execute(
        "INSERT OR IGNORE INTO about SELECT a.claim, p.article FROM about a"
        " JOIN place p ON p.passage = a.thing"
    )


def _sorted_in(connection: sqlite3.Connection, quad: ox.Quad) -> None:
    subject, graph = quad.subject, quad.graph_name
    if not isinstance(subject, ox.NamedNode):
        return
    claim, matters = "", True
    if isinstance(graph, ox.NamedNode) and graph.value.startswith(_CLAIM):
        claim = brief(graph.value)
    elif graph == DEFAULT and subject.value.startswith(_CLAIM):
        matters = quad.predicate in RECORD
        if matters or quad.predicate == _LABEL:
            claim = brief(subject.value)
    elif graph == DEFAULT and quad.predicate == _PART and isinstance(quad.object, ox.NamedNode):
        row = brief(subject.value), brief(quad.object.value)
        connection.execute("INSERT OR IGNORE INTO place VALUES (?, ?)", row)
    if claim:
        line = claim, f"{quad.triple} .", int(matters)
        connection.execute("INSERT INTO line VALUES (?, ?, ?)", line)
        for term in (subject, quad.object):
            if isinstance(term, ox.NamedNode) and term.value.startswith(IDS):
                row = claim, brief(term.value)
                connection.execute("INSERT OR IGNORE INTO about VALUES (?, ?)", row)


def _grouped(rows: Iterable[tuple[str, str, int]]) -> Iterator[tuple[str, list[tuple[str, int]]]]:
    claim, lines = "", list[tuple[str, int]]()
    for name, said, matters in rows:
        if name != claim and lines:
            yield claim, lines
            lines = []
        claim = name
        lines.append((said, matters))
    if lines:
        yield claim, lines


@dataclass(frozen=True)
class _Noting:
    """Takes note of what happens in one release, by its number."""

    connection: sqlite3.Connection
    release: int

    def compared(self, claim: str, lines: list[tuple[str, int]]) -> None:
        """A claim as it is now, held against what was known of it."""
        told = "\n".join(said for said, matters in lines if matters)
        digest = hashlib.sha256(told.encode()).digest()[:16]
        ask = "SELECT id, digest FROM claim WHERE iri = ?"
        known, before = self.connection.execute(ask, (claim,)).fetchone() or (None, None)
        if before == digest:
            return
        if known is None:
            row = self.connection.execute("INSERT INTO claim (iri, last) VALUES (?, 0)", (claim,))
            known = row.lastrowid or 0
        said = zlib.compress("".join(f"{line}\n" for line, _ in lines).encode(), 9)
        self.happened(_CREATE if before is None else _UPDATE, known, claim, said)
        self.connection.execute("UPDATE claim SET digest = ? WHERE id = ?", (digest, known))

    def happened(self, kind: int, known: int, claim: str, said: bytes) -> None:
        """An event of a claim, by its number and its name, and of all that it is or was about."""
        event = self.connection.execute(
            "INSERT INTO event (release, kind, claim, said) VALUES (?, ?, ?, ?)",
            (self.release, kind, known, said),
        ).lastrowid
        self.connection.execute(
            "INSERT OR IGNORE INTO thing (iri) SELECT thing FROM about WHERE claim = ?", (claim,)
        )
        self.connection.execute(
            "INSERT INTO topic SELECT t.id, ? FROM about a JOIN thing t ON t.iri = a.thing"
            " WHERE a.claim = ?",
            (event, claim),
        )
        # What a claim was about before is told of its change and of its end, too.
        self.connection.execute(
            "INSERT OR IGNORE INTO topic SELECT t.thing, ? FROM claim c JOIN event e"
            " ON e.id = c.last JOIN topic t ON t.event = e.id WHERE c.id = ?",
            (event, known),
        )
        self.connection.execute("UPDATE claim SET last = ? WHERE id = ?", (event, known))
