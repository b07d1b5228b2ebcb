"""The tables of `history.sqlite`, and what an event is."""

import zlib
from dataclasses import dataclass

from graph.rdf.namespaces import CANONICAL_BASE

NAME = "history.sqlite"
"""The file, beside the releases; a release that is deleted stays in it."""
FORMAT = 2
READABLE = (1, FORMAT)
"""The formats whose events can be read; the next build brings an older one up to FORMAT."""
TABLES = """
CREATE TABLE release (id INTEGER PRIMARY KEY, version TEXT NOT NULL, at TEXT NOT NULL);
CREATE TABLE claim (
  id INTEGER PRIMARY KEY, iri TEXT NOT NULL UNIQUE, digest BLOB, last INTEGER NOT NULL
);
CREATE TABLE event (
  id INTEGER PRIMARY KEY, release INTEGER NOT NULL, kind INTEGER NOT NULL,
  claim INTEGER NOT NULL, said BLOB NOT NULL
);
CREATE INDEX event_of_claim ON event (claim);
CREATE TABLE thing (id INTEGER PRIMARY KEY, iri TEXT NOT NULL UNIQUE);
CREATE TABLE topic (
  thing INTEGER NOT NULL, event INTEGER NOT NULL, PRIMARY KEY (thing, event)
) WITHOUT ROWID;
CREATE INDEX topic_of_event ON topic (event);
"""
"""Events are numbered from 1 without a gap. `claim.digest` is empty for a claim that is gone,
`claim.last` its last event; `event.said` are N-Triples, deflated."""
BY_ARTICLE = """
ALTER TABLE release ADD COLUMN background INTEGER NOT NULL DEFAULT 0;
ALTER TABLE claim ADD COLUMN article INTEGER;
CREATE INDEX claim_of_article ON claim (article);
CREATE TABLE article (id INTEGER PRIMARY KEY, name TEXT NOT NULL UNIQUE);
CREATE TABLE touched (
  release INTEGER NOT NULL, article INTEGER NOT NULL, added INTEGER NOT NULL,
  changed INTEGER NOT NULL, removed INTEGER NOT NULL, PRIMARY KEY (release, article)
) WITHOUT ROWID;
CREATE TABLE background (line TEXT NOT NULL, since INTEGER NOT NULL, until INTEGER);
CREATE INDEX background_since ON background (since);
CREATE INDEX background_until ON background (until, line);
"""
"""What format 2 adds: `touched` counts the events of a release by article; `background` has each
line of what no article says, from the release it came with to the one that did not have it any
more, for the releases that say so in `release.background`."""
KINDS = ("Create", "Update", "Delete")
"""The Activity Streams types of events, by their number in the table."""


@dataclass(frozen=True)
class Published:
    """A release that became current, at `at` (xsd:dateTime, UTC)."""

    number: int
    version: str
    at: str


@dataclass(frozen=True)
class Event:
    """Something that happened to a claim: one of KINDS, in which release.

    `said` is what the claim said from then on, as N-Triples without any quotation; empty for a
    claim that was removed.
    """

    number: int
    kind: str
    claim: str
    release: Published
    said: str


def article_of(claim: str) -> str:
    """The article that a claim, by its brief or full name, is named after.

    A claim is named after its article, the digest of its words and a number.
    """
    return claim.rpartition("/")[2].rsplit("-", 2)[0]


def words(said: bytes) -> str:
    """The N-Triples of `event.said`; nothing for a claim that was removed."""
    return zlib.decompress(said).decode() if said else ""


def brief(iri: str) -> str:
    """An IRI of ours without what all of them begin with."""
    return iri.removeprefix(CANONICAL_BASE)


def full(brief_: str) -> str:
    """The IRI that `brief` made short."""
    return CANONICAL_BASE + brief_
