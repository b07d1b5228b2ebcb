"""The inside of a query worker: it opens one release, then answers one query after another.

`python -m graph.workers.evaluator FD PARENT` is started by the server only. It reads
frames (graph.workers.framing) from the socket FD and ends when that socket does. All that a query
could do wrong ends this process, not the server: see docs/operations.md.
"""

import io
import os
import re
import signal
import socket
import sys
import time
from pathlib import Path
from typing import Any

from pyoxigraph import (
    BlankNode,
    DefaultGraph,
    NamedNode,
    QueryResultsFormat,
    QueryTriples,
    RdfFormat,
    Store,
    serialize,
)

from graph.errors import ReleaseError
from graph.rdf.formats import RDF_FORMATS, RESULT_FORMATS
from graph.rdf.namespaces import PREFIXES
from graph.rdf.store import read
from graph.workers import framing, sandbox

OUT_OF_MEMORY = 70
"""The exit status of a worker that could not allocate."""

Named = NamedNode | BlankNode
Default = Named | DefaultGraph

_ROWS = {f.name: f.engine for f in RESULT_FORMATS if isinstance(f.engine, QueryResultsFormat)}
_GRAPHS = {f.name: f.engine for f in RDF_FORMATS if isinstance(f.engine, RdfFormat)}
_PREFIXED = frozenset({RdfFormat.TURTLE, RdfFormat.TRIG, RdfFormat.N3})
_WHERE = re.compile(r"error at (\d+):(\d+): ?")
_SEARCHED = 1 << 16


class OverflowingError(Exception):
    """The answer outgrew its limit."""


class Sink(io.BytesIO):
    """A buffer that refuses the byte after the last allowed one."""

    def __init__(self, allowed: int) -> None:
        super().__init__()
        self._left = allowed

    def write(self, data: Any) -> int:
        """The number of bytes taken.

        Raises OverflowingError, which stops the engine in the middle of its answer.
        """
        self._left -= len(data)
        if self._left < 0:
            raise OverflowingError
        return super().write(data)


def evaluate(store: Store, job: framing.Head, query: str, allowed: int) -> tuple[str, bytes]:
    """The name of the format used and the serialized answer, of at most `allowed` bytes.

    Raises OverflowingError, SyntaxError, ValueError for a graph that is no IRI, or OSError for a
    store that cannot be read.
    """
    sink = Sink(allowed)
    default, among = _dataset(job)
    results = store.query(
        query, base_iri=job["base_iri"], default_graph=default, named_graphs=among
    )
    if not isinstance(results, QueryTriples):
        results.serialize(sink, _ROWS[job["rows"]])
        return job["rows"], sink.getvalue()
    chosen = _GRAPHS[job["graph"]]
    serialize(results, sink, chosen, prefixes=PREFIXES)
    text = sink.getvalue()
    return job["graph"], tidy(text) if chosen in _PREFIXED else text


def tidy(turtle: bytes) -> bytes:
    """Turtle with its prefix lines in the published order; in a small answer, only those used.

    The engine writes them in an order that differs from run to run: equal answers would not be
    equal bytes. In a large answer nearly all are used, and looking for them costs time.
    """
    end = 0
    while turtle.startswith(b"@prefix ", end):
        end = turtle.index(b"\n", end) + 1
    body = turtle[end:]
    few = len(body) < _SEARCHED
    lines = [
        f"@prefix {name}: <{iri}> .\n".encode()
        for name, iri in PREFIXES.items()
        if not few or f"{name}:".encode() in body
    ]
    return b"".join((*lines, body))


def _dataset(job: framing.Head) -> tuple[list[Default] | None, list[Named] | None]:
    """Both graph lists or neither: one alone would leave the store's own graphs visible."""
    default, among = job["default_graphs"], job["named_graphs"]
    if default is None and among is None:
        return None, None
    return [NamedNode(iri) for iri in default or ()], [NamedNode(iri) for iri in among or ()]


def _syntax(error: SyntaxError | RuntimeError) -> dict[str, Any]:
    found = _WHERE.match(str(error))
    if found is None:
        return {"error": "syntax", "detail": str(error)}
    detail = str(error)[found.end() :]
    return {"error": "syntax", "detail": detail, "line": int(found[1]), "column": int(found[2])}


def respond(
    store: Store, setup: framing.Head, job: framing.Head, query: str
) -> tuple[framing.Head, bytes]:
    """The frame that answers one job: an answer, or an error that leaves the worker sound."""
    start = time.perf_counter()
    body, head = b"", {}
    try:
        name, body = evaluate(store, job, query, setup["answer_bytes"])
        head = {"format": name}
    except (SyntaxError, RuntimeError) as error:
        # RuntimeError: a function nobody defined is found only while evaluating.
        head = _syntax(error)
    except OverflowingError:
        head = {"error": "size"}
    except ValueError as error:
        head = {"error": "parameter", "detail": str(error)}
    except OSError as error:
        calls = "SERVICE" in query.upper() and not setup["network"]
        kind = "network" if calls else "engine"
        head = {"error": kind, "detail": str(error)}
    return {**head, "seconds": time.perf_counter() - start}, body


def _serve(connection: socket.socket, store: Store, setup: framing.Head) -> None:
    while True:
        job, query = framing.receive(connection)
        # The kernel ends an overdue worker even when nobody is left to do it.
        signal.setitimer(signal.ITIMER_REAL, setup["seconds"] + 1)
        head, body = respond(store, setup, job, query.decode())
        signal.setitimer(signal.ITIMER_REAL, 0)
        framing.send(connection, head, body)


def _open(setup: framing.Head) -> Store:
    if not setup["network"]:
        sandbox.refuse_network()
    store = read(Path(setup["store"]))
    # Touches the store once, so that the first query does not pay for it, and proves it readable.
    store.query("ASK { ?s ?p ?o }")
    sandbox.limit_memory(setup["memory_bytes"])
    return store


def main(arguments: list[str]) -> None:
    """Serve until the server hangs up."""
    # Ctrl-C and a supervisor's SIGTERM reach the whole group; the server alone decides when to end.
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    signal.signal(signal.SIGTERM, signal.SIG_IGN)
    sandbox.die_with(int(arguments[1]))
    connection = socket.socket(fileno=int(arguments[0]))
    setup, _ = framing.receive(connection)
    try:
        store = _open(setup)
    except ReleaseError as error:
        framing.send(connection, {"error": "release", "detail": str(error)})
        return
    framing.send(connection, {"ready": os.getpid()})
    try:
        _serve(connection, store, setup)
    except (EOFError, BrokenPipeError):
        return
    except MemoryError:
        os._exit(OUT_OF_MEMORY)


if __name__ == "__main__":
    main(sys.argv[1:])
