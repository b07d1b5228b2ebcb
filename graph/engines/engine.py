"""An engine elsewhere, asked as the one in this process is: a query in, results out.

A text that is no query never leaves: our own parser reads it first, so that errors and their places
are the same whatever the engine, and so that it is known what kind of answer must come. That answer
is parsed as it arrives; one of another type, one that ends early or one that the engine itself says
is not all is no answer. Nothing of an answer is kept here.
"""

import json
from collections.abc import Iterator, Sequence
from typing import IO, cast
from urllib.parse import urlencode

from pyoxigraph import (
    NamedNode,
    QueryBoolean,
    QueryResultsFormat,
    QuerySolutions,
    QueryTriples,
    RdfFormat,
    Store,
    Triple,
    parse,
    parse_query_results,
)
from urllib3.response import BaseHTTPResponse

from graph.engines.address import Address
from graph.engines.connection import Body, Connection
from graph.engines.failure import EngineFailure
from graph.engines.rewriting import RELEASE_GRAPH, based, reworded
from graph.errors import ReleaseError

_NOBODY = "urn:policyprov:no-graph"
"""A graph that no engine has: a list without graphs is told by it, where none would mean all."""
_ROWS = "application/sparql-results+json"
_GRAPHS = {
    "application/n-triples": RdfFormat.N_TRIPLES,
    "text/turtle": RdfFormat.TURTLE,
    "application/rdf+xml": RdfFormat.RDF_XML,
    # What Virtuoso calls its N-Triples.
    "text/ntriples": RdfFormat.N_TRIPLES,
    "text/plain": RdfFormat.N_TRIPLES,
}
_ACCEPT = "application/n-triples, text/turtle;q=0.9, application/rdf+xml;q=0.5"
_STATUSES = {
    400: ("fault", "refused the query, which is valid SPARQL"),
    401: ("fault", "wants another user or password"),
    403: ("fault", "does not allow the query"),
    404: ("fault", "has no SPARQL endpoint at this path"),
    405: ("fault", "takes no POST at this path"),
    408: ("slow", "did not answer in time"),
    429: ("gone", "is too busy"),
    502: ("gone", "is not there"),
    503: ("gone", "is out of service"),
    504: ("slow", "did not answer in time"),
}
_PARTIAL = {
    "X-SPARQL-MaxRows": ("fault", "cut its answer after so many rows: raise its ResultSetMaxRows"),
    "X-SQL-State": ("slow", "stopped at its own time limit, in the middle of the answer"),
}
"""Headers in which Virtuoso says that an answer of status 200 is not all of it."""
_ASKED = "__ASK_RETVAL"
"""The column in which Virtuoso answers some ASK queries."""
_QUOTED = 200
_VERSION = f"""SELECT ?version {{ GRAPH <{RELEASE_GRAPH}> {{
  <{RELEASE_GRAPH}> <http://www.w3.org/ns/dcat#version> ?version }} }}"""

Results = QuerySolutions | QueryBoolean | Iterator[Triple]
Graphs = Sequence[str] | None


class Engine:
    """The engine at this address, for one thread at a time."""

    def __init__(self, address: Address, seconds: float) -> None:
        self._address = address
        self._connection = Connection(address, seconds)
        self._parser = Store()

    def query(
        self, text: str, base_iri: str | None, default: Graphs = None, named: Graphs = None
    ) -> Results:
        """The results of this query over these graphs; None and None mean the whole release.

        Raises SyntaxError for what is no query, and EngineFailure, also while they are read.
        """
        kind = self.read(text, base_iri)
        given = default is not None or named is not None
        asked = reworded(text, self._address.default, dataset=given)
        if base_iri:
            asked = based(asked, base_iri)
        form = [("query", asked)]
        if given:
            form += [("default-graph-uri", iri) for iri in default or (_NOBODY,)]
            form += [("named-graph-uri", iri) for iri in named or (_NOBODY,)]
        return self._answer(urlencode(form), kind)

    def read(self, text: str, base_iri: str | None) -> type:
        """What kind of results the query asks for.

        Raises SyntaxError for what is no query.
        """
        return type(self._parser.query(text, base_iri=base_iri))

    def holds(self, node: NamedNode) -> bool:
        """Whether a triple begins or ends at this node.

        Raises EngineFailure.
        """
        found = self.query(f"ASK {{ {{ {node} ?p ?o }} UNION {{ ?s ?p {node} }} }}", None)
        return bool(found)

    def prove(self, release: str) -> None:
        """Nothing, if the engine holds this release.

        Raises ReleaseError if it holds another, does not say, or does not answer.
        """
        try:
            self._prove(release)
        except (EngineFailure, SyntaxError) as failure:
            raise ReleaseError(
                f"the engine at {self._address.shown} {failure}; start it, or correct"
                " POLICYPROV_STORE"
            ) from failure

    def _prove(self, release: str) -> None:
        found = self.query(_VERSION, None)
        held = (
            {row["version"].value for row in found} if isinstance(found, QuerySolutions) else set()
        )
        if held != {release}:
            told = (
                " and ".join(sorted(held)) or f"none (the graph {RELEASE_GRAPH} names no version)"
            )
            raise ReleaseError(
                f"the engine at {self._address.shown} holds release {told}, the folder {release};"
                f" load policyprov.nq and, into <{RELEASE_GRAPH}>, void.ttl of release {release}"
            )

    def close(self) -> None:
        """End the connection."""
        self._connection.close()

    def _answer(self, form: str, kind: type) -> Results:
        graph = issubclass(kind, QueryTriples)
        response, body = self._connection.post(form, _ACCEPT if graph else _ROWS)
        _refuse(response, body)
        media_type = response.headers.get("Content-Type", "").partition(";")[0].strip().lower()
        if graph:
            if not body.whole:
                raise EngineFailure("fault", "does not say where its answer ends")
            return _triples(media_type, body)
        if media_type != _ROWS:
            raise EngineFailure("fault", f"answered with {_shown(media_type)} instead of {_ROWS}")
        return _boolean(body) if issubclass(kind, QueryBoolean) else _rows(body)


def _refuse(response: BaseHTTPResponse, body: Body) -> None:
    """Raise what an answer without results means."""
    status = response.status
    if status == 200:
        for name, (kind, meaning) in _PARTIAL.items():
            if name in response.headers:
                raise EngineFailure(kind, meaning)
        return
    if 300 <= status < 400:
        raise EngineFailure("fault", f"sends the query elsewhere ({status}), which is not followed")
    kind, meaning = _STATUSES.get(status, ("fault", "failed"))
    said = body.start(4 * _QUOTED).strip().partition("\n")[0]
    raise EngineFailure(kind, f"{meaning} ({status}{f': {_shown(said)}' if said else ''})")


def _shown(text: str) -> str:
    text = "".join(c if c.isprintable() else " " for c in text)
    return (text[: _QUOTED - 1] + "…" if len(text) > _QUOTED else text) or "no type"


def _rows(body: Body) -> QuerySolutions:
    found = _opened(body)
    if not isinstance(found, QuerySolutions):
        raise EngineFailure("fault", "answered with a boolean where rows were asked for")
    return found


def _boolean(body: Body) -> QueryBoolean:
    found = _opened(body)
    if isinstance(found, QueryBoolean):
        return found
    rows = [row for _, row in zip(range(2), found, strict=False)]
    if [v.value for v in found.variables] == [_ASKED]:
        return _yes_or_no(truth=bool(rows) and rows[0][0].value == "1")
    raise EngineFailure("fault", "answered with rows where a boolean was asked for")


def _yes_or_no(*, truth: bool) -> QueryBoolean:
    text = json.dumps({"head": {}, "boolean": truth}).encode()
    found = parse_query_results(text, QueryResultsFormat.JSON)
    assert isinstance(found, QueryBoolean)  # noqa: S101 - written the line before
    return found


def _opened(body: Body) -> QuerySolutions | QueryBoolean:
    try:
        return parse_query_results(cast("IO[bytes]", body), QueryResultsFormat.JSON)
    except SyntaxError as error:
        raise malformed(error) from error


def _triples(media_type: str, body: Body) -> Iterator[Triple]:
    format_ = _GRAPHS.get(media_type)
    if format_ is None:
        raise EngineFailure("fault", f"answered with {_shown(media_type)} instead of a graph")
    try:
        for quad in parse(cast("IO[bytes]", body), format_):
            yield quad.triple
    except SyntaxError as error:
        raise malformed(error) from error


def malformed(error: SyntaxError) -> EngineFailure:
    """What it means that an answer does not parse."""
    return EngineFailure("fault", f"sent an answer that does not parse ({_shown(str(error))})")
