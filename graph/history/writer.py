"""Takes note of a release: each claim that it adds, changes or removes becomes an event.

The file is copied, continued and renamed into place, so that a reader never meets half a release.
Memory does not grow with the release: its quads are read as a stream and sorted by SQLite.
"""

import hashlib
import os
import sqlite3
import zlib
from collections.abc import Iterable, Iterator
from contextlib import closing
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

from graph import snapshot
from graph.changes import QUADS
from graph.history import reading
from graph.history.reading import Since
from graph.history.schema import BY_ARTICLE, FORMAT, KINDS, NAME, TABLES, article_of
from graph.snapshot import Release

_CREATE, _UPDATE, _DELETE = range(len(KINDS))
_READ = (
    "line (claim TEXT, said TEXT, matters INTEGER)",
    "place (passage TEXT PRIMARY KEY, article TEXT) WITHOUT ROWID",
    "about (claim TEXT, thing TEXT, PRIMARY KEY (claim, thing)) WITHOUT ROWID",
    "seen (claim TEXT PRIMARY KEY) WITHOUT ROWID",
    "known (line TEXT PRIMARY KEY) WITHOUT ROWID",
    "lost (line TEXT PRIMARY KEY) WITHOUT ROWID",
    "touched_claim (claim TEXT PRIMARY KEY) WITHOUT ROWID",
)
"""Tables for the time in which a release is read."""


def record(current: Path, since: Since | None = None) -> None:
    """Take note of the release that `current`, a folder or a symlink, leads to.

    Where it is known how it differs `since` the release that the history has last, only what may
    have changed is looked at.

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
        if _continued(target, beside, fresh, since):
            beside.replace(target)
    finally:
        beside.unlink(missing_ok=True)


def _continued(target: Path, beside: Path, fresh: Iterable[Release], since: Since | None) -> bool:
    """Write the history with these releases to `beside`; False if it knows them already."""
    if target.is_file():
        with closing(sqlite3.connect(f"file:{target}?mode=ro", uri=True)) as old:
            last = old.execute("SELECT version FROM release ORDER BY id DESC LIMIT 1").fetchone()
            fresh = [each for each in fresh if last is None or each.version != last[0]]
            if not fresh:
                return False
            since = since if last and since and last[0] == since.version else None
            with closing(sqlite3.connect(beside)) as new:
                old.backup(new)
    with closing(sqlite3.connect(beside, isolation_level=None)) as connection:
        # The file has another name until it is whole, so nothing has to be undone in it.
        connection.executescript("PRAGMA journal_mode = OFF; PRAGMA temp_store = FILE;")
        connection.create_function("article_of", 1, article_of, deterministic=True)
        _formed(connection)
        connection.execute("BEGIN")
        for each in fresh:
            _noted(connection, each, since if target.is_file() else None)
        connection.execute("COMMIT")
    with beside.open("rb") as file:
        os.fsync(file.fileno())
    return True


def _formed(connection: sqlite3.Connection) -> None:
    """Make the tables that are not there yet, and fill those that follow from others."""
    (form,) = connection.execute("PRAGMA user_version").fetchone()
    if form == 0:
        connection.executescript(TABLES)
    if form < FORMAT:
        connection.executescript(f"{BY_ARTICLE} PRAGMA user_version = {FORMAT};")
        _count(connection, 0)


def _count(connection: sqlite3.Connection, after: int) -> None:
    """Count the events after one of this number by release and article."""
    connection.execute(
        "INSERT OR IGNORE INTO article (name) SELECT article_of(iri) FROM claim"
        " WHERE article IS NULL ORDER BY iri"
    )
    connection.execute(
        "UPDATE claim SET article = (SELECT id FROM article WHERE name = article_of(iri))"
        " WHERE article IS NULL"
    )
    sums = ", ".join(f"sum(e.kind = {kind})" for kind in (_CREATE, _UPDATE, _DELETE))
    connection.execute(
        f"INSERT INTO touched SELECT e.release, c.article, {sums} FROM event e"  # noqa: S608
        " JOIN claim c ON c.id = e.claim WHERE e.id > ? GROUP BY e.release, c.article",
        (after,),
    )


def _noted(connection: sqlite3.Connection, release: Release, since: Since | None) -> None:
    for table in _READ:
        connection.execute(f"CREATE TEMP TABLE {table}")
    reading.read(connection, release, since)
    among = "" if since is None else " AND iri IN (SELECT claim FROM touched_claim)"
    (last,) = connection.execute("SELECT coalesce(max(id), 0) FROM event").fetchone()
    number = connection.execute(
        "INSERT INTO release (version, at, background) VALUES (?, ?, 1)",
        (release.version, _at(connection, release)),
    ).lastrowid
    noting = _Noting(connection, number or 0)
    claims = connection.cursor()
    claims.execute("SELECT claim, said, matters FROM line ORDER BY claim, said")
    for claim, lines in _grouped(claims):
        connection.execute("INSERT INTO seen VALUES (?)", (claim,))
        noting.compared(claim, lines)
    gone = connection.execute(
        "SELECT id, iri FROM claim WHERE digest NOT NULL AND iri NOT IN (SELECT claim FROM seen)"  # noqa: S608 (a text of ours)
        f"{among} ORDER BY iri"
    ).fetchall()
    for known, claim in gone:
        noting.happened(_DELETE, known, claim, b"")
        connection.execute("UPDATE claim SET digest = NULL WHERE id = ?", (known,))
    claims.close()
    _count(connection, last)
    lost = "NOT IN (SELECT line FROM known)" if since is None else "IN (SELECT line FROM lost)"
    connection.execute(
        f"UPDATE background SET until = ? WHERE until IS NULL AND line {lost}",  # noqa: S608 (a text of ours)
        (number,),
    )
    connection.execute(
        "INSERT INTO background (line, since) SELECT line, ? FROM known"
        " WHERE line NOT IN (SELECT line FROM background WHERE until IS NULL)",
        (number,),
    )
    for table in _READ:
        connection.execute(f"DROP TABLE {table.partition(' ')[0]}")


def _at(connection: sqlite3.Connection, release: Release) -> str:
    """When a release became known: when it was written, but after all that came before it."""
    written = datetime.fromtimestamp(release.written, UTC)
    (last,) = connection.execute("SELECT max(at) FROM release").fetchone()
    if last is not None:
        written = max(written, datetime.fromisoformat(last) + timedelta(milliseconds=1))
    return written.isoformat(timespec="milliseconds").replace("+00:00", "Z")


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
