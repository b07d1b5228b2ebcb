"""The inside of a query worker: it opens one release, then answers one query after another.

Where POLICYPROV_STORE names an engine elsewhere, that one evaluates, and the answer is parsed and
written here as any other.

`python -m graph.workers.evaluator FD FILES PARENT` is started by the server only. It reads
frames (graph.workers.framing) from the socket FD and ends when that socket does; FILES takes the
descriptors of large answers (graph.workers.spool). All that a query
could do wrong ends this process, not the server: see docs/operations.md.
"""

import os
import re
import signal
import socket
import sys
import time
from collections.abc import Callable, Iterable
from contextlib import closing
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

from pyoxigraph import (
    NamedNode,
    QueryBoolean,
    QueryResultsFormat,
    QuerySolutions,
    RdfFormat,
    Store,
    Triple,
    serialize,
)

from graph.engines.failure import EngineFailure
from graph.errors import ReleaseError
from graph.rdf.formats import RDF_FORMATS, RESULT_FORMATS
from graph.rdf.namespaces import PREFIXES
from graph.rdf.store import read
from graph.workers import dataset, framing, sandbox, serialization, spool
from graph.workers.death import OUT_OF_MEMORY
from graph.workers.sink import Mend, OverflowingError, Sink, unchanged
from graph.workers.spool import Outlet

if TYPE_CHECKING:
    from graph.engines.engine import Engine

_ROWS = {f.name: f.engine for f in RESULT_FORMATS if isinstance(f.engine, QueryResultsFormat)}
_GRAPHS = {f.name: f.engine for f in RDF_FORMATS if isinstance(f.engine, RdfFormat)}
_PREFIXED = frozenset({RdfFormat.TURTLE, RdfFormat.TRIG, RdfFormat.N3})
_WHERE = re.compile(r"error at (\d+):(\d+): ?")

Results = QuerySolutions | QueryBoolean | Iterable[Triple]


def evaluate(
    store: "Store | Engine",
    job: framing.Head,
    query: str,
    allowed: int,
    outlet: Outlet | None = None,
) -> tuple[str, bytes]:
    """The name of the format used and the serialized answer, of at most `allowed` bytes.

    Where it grew large and may go by the `outlet`, the bytes are none. Raises OverflowingError,
    SyntaxError, ValueError for a graph that is no IRI, TooMuchError for graphs too large to merge,
    CharacterError for an answer that its format cannot write, OSError for a store that cannot be
    read, or EngineFailure for an engine that does not answer.
    """
    if isinstance(store, Store):
        results = _here(store, job, query)
    else:
        results = _elsewhere(store, job, query)
    found = results()
    if not isinstance(found, QuerySolutions | QueryBoolean):
        graph = _GRAPHS[job["graph"]]
        sink = Sink(allowed, job["graph"], outlet, _mending(graph))
        serialize(found, sink, graph, prefixes=PREFIXES)
        return job["graph"], sink.ended()
    format_ = _ROWS[job["rows"]]
    if format_ == QueryResultsFormat.CSV:
        # Whether its cells are quoted as they must be is known at its end.
        outlet = None
    sink = Sink(allowed, job["rows"], outlet, _mending(format_))
    try:
        found.serialize(sink, format_)
    except SyntaxError as error:
        from graph.engines.engine import malformed  # noqa: PLC0415 - loaded, if it is needed

        # What is read while it is written comes from an engine elsewhere.
        raise malformed(error) from error
    return job["rows"], _torn_mended(sink.ended(), format_, results, allowed)


def evaluate_few(store: Store, query: str, base: str | None, rows: str) -> bytes:
    """The serialized answer to a SELECT or ASK that is known to be short, as `evaluate` gives it.

    Raises SyntaxError, and CharacterError for an answer that its format cannot write.
    """

    def results() -> Results:
        return store.query(query, base_iri=base)

    found, format_ = results(), _ROWS[rows]
    # Bytes at once: a file of ours costs the engine as much again as a short answer.
    told = isinstance(found, QuerySolutions | QueryBoolean) and found.serialize(format=format_)
    body = _mending(format_)(told or b"", last=True)
    return _torn_mended(body, format_, results, sys.maxsize)


def _mending(format_: QueryResultsFormat | RdfFormat) -> Mend:
    """What makes of the pieces that the engine wrote what the specification wants."""
    if format_ in serialization.XML:
        return serialization.Xml()
    return serialization.Tidy() if format_ in _PREFIXED else unchanged


def _torn_mended(
    body: bytes, format_: QueryResultsFormat, results: Callable[[], Results], allowed: int
) -> bytes:
    """The answer, with the cells quoted that CSV must have quoted."""
    if format_ == QueryResultsFormat.CSV and serialization.is_torn(body):
        again, sink = results(), Sink(allowed)
        if isinstance(again, QuerySolutions):
            serialization.quoted_csv(again, sink.write)
            return sink.ended()
    return body


def _here(store: Store, job: framing.Head, query: str) -> Callable[[], Results]:
    """What evaluates the query over a store of this process, as often as it is called."""
    chosen, default, named = dataset.chosen(store, job["default_graphs"], job["named_graphs"])

    def results(text: str = query) -> Results:
        return chosen.query(
            text, base_iri=job["base_iri"], default_graph=default, named_graphs=named
        )

    if not job["zero_paths"]:
        return results
    results()  # a query with an error is told as it was written
    return partial(results, _with_zero_paths(partial(_holds, store), query, job["zero_paths"]))


def _elsewhere(engine: "Engine", job: framing.Head, query: str) -> Callable[[], Results]:
    """What has the query evaluated elsewhere, as often as it is called."""
    lists = job["default_graphs"], job["named_graphs"]
    text = query
    if job["zero_paths"]:
        engine.read(query, job["base_iri"])
        text = _with_zero_paths(engine.holds, query, job["zero_paths"])
    return partial(engine.query, text, job["base_iri"], *lists)


def _holds(store: Store, node: NamedNode) -> bool:
    patterns = ((node, None, None, None), (None, None, node, None))
    held = (store.quads_for_pattern(*pattern) for pattern in patterns)
    return any(next(quads, None) is not None for quads in held)


def _with_zero_paths(
    holds: Callable[[NamedNode], bool], query: str, paths: list[tuple[int, int, str, str]]
) -> str:
    """The query with each path that starts at an IRI of no triple replaced by its one solution."""
    for start, end, iri, variable in reversed(paths):
        node = NamedNode(iri)
        if not holds(node):
            query = f"{query[:start]}VALUES {variable} {{ {node} }}{query[end:]}"
    return query


def _syntax(error: SyntaxError | RuntimeError) -> dict[str, Any]:
    found = _WHERE.match(str(error))
    if found is None:
        return {"error": "syntax", "detail": str(error)}
    detail = str(error)[found.end() :]
    return {"error": "syntax", "detail": detail, "line": int(found[1]), "column": int(found[2])}


def respond(
    store: "Store | Engine",
    setup: framing.Head,
    job: framing.Head,
    query: str,
    outlet: Outlet | None = None,
) -> tuple[framing.Head, bytes]:
    """The frame that answers one job: an answer, or an error that leaves the worker sound.

    A large answer has gone by the `outlet` before it, if there is one.
    """
    start = time.perf_counter()
    body, head = b"", {}
    try:
        name, body = evaluate(store, job, query, setup["answer_bytes"], outlet)
        head = {"format": name}
    except (SyntaxError, RuntimeError) as error:
        # RuntimeError: a function nobody defined is found only while evaluating.
        head = _syntax(error)
    except OverflowingError:
        head = {"error": "size"}
    except EngineFailure as failure:
        head = {"error": failure.kind, "detail": failure.detail}
    except dataset.TooMuchError:
        head = {"error": "dataset", "detail": str(dataset.MOST)}
    except serialization.CharacterError as error:
        head = {"error": "character", "detail": str(error)}
    except ValueError as error:
        head = {"error": "parameter", "detail": str(error)}
    except OSError as error:
        calls = "SERVICE" in query.upper() and not setup["network"]
        kind = "network" if calls else "engine"
        head = {"error": kind, "detail": str(error)}
    return {**head, "seconds": time.perf_counter() - start}, body


def _serve(
    connection: socket.socket, files: socket.socket, store: "Store | Engine", setup: framing.Head
) -> None:
    while True:
        job, query = framing.receive(connection)
        # The kernel ends an overdue worker even when nobody is left to do it.
        signal.setitimer(signal.ITIMER_REAL, setup["seconds"] + 1)
        with closing(Outlet(connection, files)) as outlet:
            spooling = outlet if spool.available else None
            head, body = respond(store, setup, job, query.decode(), spooling)
        signal.setitimer(signal.ITIMER_REAL, 0)
        framing.send(connection, head, body)


def _open(setup: framing.Head) -> "Store | Engine":
    if setup["engine"]:
        # Its client is more than half of what a worker loads, and few have an engine elsewhere.
        from graph.engines.address import Address  # noqa: PLC0415 - see above
        from graph.engines.engine import Engine  # noqa: PLC0415 - see above

        release, seconds = setup["release"], setup["seconds"]
        engine = Engine(Address.of(setup["engine"], release, seconds), seconds)
        engine.prove(release)
        sandbox.limit_memory(setup["memory_bytes"])
        return engine
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
    sandbox.die_with(int(arguments[2]))
    sandbox.let_others_first()
    connection, files = (socket.socket(fileno=int(number)) for number in arguments[:2])
    setup, _ = framing.receive(connection)
    try:
        store = _open(setup)
    except ReleaseError as error:
        framing.send(connection, {"error": "release", "detail": str(error)})
        return
    framing.send(connection, {"ready": os.getpid()})
    try:
        _serve(connection, files, store, setup)
    except (EOFError, BrokenPipeError):
        return
    except MemoryError:
        os._exit(OUT_OF_MEMORY)


if __name__ == "__main__":
    main(sys.argv[1:])
