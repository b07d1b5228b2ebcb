"""Plain queries to /sparql answered from the event loop, past Flask and without a thread.

One that reaches little (graph.sparql.near) is answered at once, another by a worker.

The steps and the functions are those of the view (web.sparql); what is not plain, what is wrong and
what takes longer than a moment goes to the view, which takes over the query where a worker already
has it in hand. So only the view makes errors and pages.
"""

from collections.abc import Callable
from dataclasses import dataclass, replace

from flask import Flask

from graph.errors import ReleaseError, RequestError
from graph.rdf.formats import Format, named
from graph.settings import MEBIBYTE
from graph.sparql.inspection import Outline
from graph.sparql.plan import plan
from graph.sparql.protocol import ACCEPT_QUERY, Incoming, operation
from graph.workers.job import Answer
from graph.workers.pool import Dispatched, Queued
from graph.workers.spool import Spool
from web.middleware.cache_key import Asked
from web.middleware.response_cache import QUICK, UNKEPT, Headers, Reply
from web.middleware.security_headers import ALWAYS
from web.middleware.stack import Front
from web.server.request import Request
from web.site.release_view import stored
from web.sparql.results import described

FAST_PATH = "policyprov.fast_path"
"""The fast path of an application that has one, among its extensions."""
_PATHS = ("/sparql", "/sparql/")
_METHODS = frozenset(("GET", "POST", "QUERY"))
_SHORT = 1 << 14
"""Bytes of a request that may be read where a moment's delay would hold up other requests."""
_FIXED = (("Accept-Query", ACCEPT_QUERY), *ALWAYS)


@dataclass(frozen=True)
class InFlight:
    """A plain query under way, or in the queue: what its answer will need."""

    dispatched: Dispatched | Queued
    outline: Outline
    wanted: Asked
    edition: str
    who: str


class FastPath:
    """The way past the application behind this front."""

    def __init__(self, front: Front) -> None:
        self._front = front
        self._longest = front.settings.request_mb * MEBIBYTE
        # An engine elsewhere is asked by a worker, whatever the release's own store holds.
        self._stored = None if front.settings.store else stored

    def begin(
        self, request: Request, wanted: Asked, called: Callable[[], object]
    ) -> InFlight | Reply | None:
        """The answer to a query that reaches little, or a plain query under way.

        One in the queue for a worker goes on with `seated` once it was `called`, in any thread.
        None for everything that the view must answer.
        """
        if (
            request.path not in _PATHS
            or request.method not in _METHODS
            or len(request.body) + len(request.query_string) > _SHORT
        ):
            return None
        try:
            return self._begun(request, wanted, called)
        except (RequestError, ReleaseError):
            # The view meets it again, and tells.
            return None

    def _begun(
        self, request: Request, wanted: Asked, called: Callable[[], object]
    ) -> InFlight | Reply | None:
        headers = request.headers
        incoming = Incoming(
            method=request.method,
            query_string=request.query_string.encode("latin-1", "replace"),
            content_type=headers.get("content-type"),
            body=request.body,
        )
        received = operation(incoming, self._longest)
        if received.query is None:
            return None
        planned = plan(received, headers.get("accept"), self._front.settings, pages=True)
        seen, rows = planned.inspected, planned.formats.rows
        if seen.form is None or seen.volatile:
            return None
        if not isinstance(rows, Format) or rows.rendered_from:
            return None
        edition = self._front.cached.edition
        meter = self._front.meter
        who = meter.caller(request.peer, headers.get("x-forwarded-for"))
        begun = meter.begin(planned.job, who, self._stored, called)
        if isinstance(begun, Answer):
            return self._reply(begun, seen, wanted, edition)
        return None if begun is None else InFlight(begun, seen, wanted, edition, who)

    def seated(self, queued: Queued, in_flight: InFlight) -> InFlight | None:
        """The query with the worker that it waited for; None for the view to tell of."""
        dispatched = self._front.meter.pool.seated(queued)
        return None if dispatched is None else replace(in_flight, dispatched=dispatched)

    def finish(self, in_flight: InFlight, dispatched: Dispatched) -> Reply:
        """The answer to a query whose result has arrived."""
        answer = self._front.meter.finish(dispatched, in_flight.who)
        return self._reply(answer, in_flight.outline, in_flight.wanted, in_flight.edition)

    def finished(
        self, in_flight: InFlight, dispatched: Dispatched, cancelled: Callable[[], bool]
    ) -> Answer:
        """The answer to a query whose result was sent as it came.

        Raises what Pool.answer raises.
        """
        return self._front.meter.finish(dispatched, in_flight.who, cancelled)

    def heading(self, in_flight: InFlight, format_: str, coding: str) -> Headers:
        """The headers of an answer that begins before it is whole, in this format and coding."""
        coded = [("Content-Encoding", coding)] if coding else []
        return [*self._headers(format_, in_flight), *UNKEPT, *coded]

    def _headers(self, format_: str, in_flight: InFlight) -> Headers:
        under_way = in_flight.dispatched
        version = under_way.worker.release.version if isinstance(under_way, Dispatched) else ""
        kind = ("Content-Type", named(format_).content_type)
        return [kind, *described(version, in_flight.outline), *_FIXED]

    def keep(self, in_flight: InFlight, spool: Spool) -> None:
        """Let the cache have an answer that was sent as it came, if it is not too large for it."""
        headers = self._headers(spool.format, in_flight)
        self._front.cached.kept_late(
            in_flight.edition, in_flight.wanted, headers, spool.size, spool.whole
        )

    def _reply(self, answer: Answer, seen: Outline, wanted: Asked, edition: str) -> Reply:
        kind = ("Content-Type", named(answer.format).content_type)
        headers = [kind, *described(answer.release, seen), *_FIXED]
        return self._front.cached.kept(edition, wanted, headers, answer.body)

    def abandon(self, in_flight: InFlight) -> None:
        """End the query if nobody took it over."""
        self._front.meter.pool.abandon(in_flight.dispatched)


def lingers(wanted: Asked, size: int) -> bool:
    """Whether an answer of so many bytes takes too long to compress to do it between others."""
    return bool(wanted.accept_encoding) and size > QUICK


def install(app: Flask, front: Front) -> None:
    """Give this application a way past it."""
    app.extensions[FAST_PATH] = FastPath(front)
