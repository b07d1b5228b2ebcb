"""The tables of `history.sqlite`, and what an event is."""

from dataclasses import dataclass

from graph.rdf.namespaces import CANONICAL_BASE

NAME = "history.sqlite"
"""The file, beside the releases; a release that is deleted stays in it."""
FORMAT = 1
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


def brief(iri: str) -> str:
    """An IRI of ours without what all of them begin with."""
    return iri.removeprefix(CANONICAL_BASE)


def full(brief_: str) -> str:
    """The IRI that `brief` made short."""
    return CANONICAL_BASE + brief_
