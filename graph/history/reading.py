"""Reads a release for the history: all of it, or the claims that may have changed."""

import gzip
import io
import sqlite3
from collections.abc import Collection, Iterator
from dataclasses import dataclass

import pyoxigraph as ox

from graph.changes import QUADS, RECORD
from graph.errors import ReleaseError
from graph.history.schema import brief
from graph.rdf import store
from graph.rdf.namespaces import BACKGROUND, DEFAULT, IDS, expand
from graph.snapshot import Release

_CLAIM = IDS + "claim/"
_PART, _LABEL = expand("dcterms:isPartOf"), expand("rdfs:label")


@dataclass(frozen=True)
class Since:
    """In which quads a release differs from an earlier one of this version."""

    version: str
    quads: Collection[ox.Quad]

    @property
    def claims(self) -> frozenset[ox.NamedNode]:
        """The claims that these quads tell of, or are told by."""
        terms = (term for quad in self.quads for term in (quad.subject, quad.graph_name))
        return frozenset(
            term
            for term in terms
            if isinstance(term, ox.NamedNode) and term.value.startswith(_CLAIM)
        )


def read(connection: sqlite3.Connection, release: Release, since: Since | None) -> None:
    """Fill the tables of what each claim says, line by line, and what it is about.

    Raises ReleaseError when the release cannot be read.
    """
    path = release.folder / QUADS
    try:
        if since is not None:
            _read_touched(connection, store.read(release.store), since)
        else:
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
    if graph == BACKGROUND:
        connection.execute("INSERT OR IGNORE INTO known VALUES (?)", (_line(quad),))
    elif isinstance(graph, ox.NamedNode) and graph.value.startswith(_CLAIM):
        claim = brief(graph.value)
    elif graph == DEFAULT and subject.value.startswith(_CLAIM):
        matters = quad.predicate in RECORD
        if matters or quad.predicate == _LABEL:
            claim = brief(subject.value)
    elif graph == DEFAULT and quad.predicate == _PART and isinstance(quad.object, ox.NamedNode):
        row = brief(subject.value), brief(quad.object.value)
        connection.execute("INSERT OR IGNORE INTO place VALUES (?, ?)", row)
    if claim:
        line = claim, _line(quad), int(matters)
        connection.execute("INSERT INTO line VALUES (?, ?, ?)", line)
        for term in (subject, quad.object):
            if isinstance(term, ox.NamedNode) and term.value.startswith(IDS):
                row = claim, brief(term.value)
                connection.execute("INSERT OR IGNORE INTO about VALUES (?, ?)", row)


def _line(quad: ox.Quad) -> str:
    return f"{quad.triple} ."


def _read_touched(connection: sqlite3.Connection, data: ox.Store, since: Since) -> None:
    """What the touched claims say now, where what they are about stands, and what is background.

    Of that only what differs: what is said no more is `lost`.
    """
    about = set[ox.NamedNode]()
    for claim in since.claims:
        connection.execute("INSERT INTO touched_claim VALUES (?)", (brief(claim.value),))
        for quad in _told(data, claim):
            _sorted_in(connection, quad)
            terms = quad.subject, quad.object
            about |= {term for term in terms if isinstance(term, ox.NamedNode)}
    for thing in about:
        for quad in data.quads_for_pattern(thing, _PART, None, DEFAULT):
            _sorted_in(connection, quad)
    for quad in since.quads:
        if quad.graph_name == BACKGROUND:
            table = "known" if quad in data else "lost"
            connection.execute(f"INSERT OR IGNORE INTO {table} VALUES (?)", (_line(quad),))  # noqa: S608 (one of two names of ours)


def _told(data: ox.Store, claim: ox.NamedNode) -> Iterator[ox.Quad]:
    yield from data.quads_for_pattern(None, None, None, claim)
    yield from data.quads_for_pattern(claim, None, None, DEFAULT)
