"""Plain queries to /sparql answered from the event loop, past Flask and without a thread.

One that reaches little (graph.sparql.near) is answered at once, another by a worker.

The steps and the functions are those of the view (web.sparql); what is not plain, what is wrong and
what takes longer than a moment goes to the view, which takes over the query where a worker already
has it in hand. So only the view makes errors and pages.
"""

from collections.abc import Mapping
from dataclasses import dataclass

from flask import Flask

from graph.errors import ReleaseError, RequestError
from graph.rdf.formats import Format, named
from graph.settings import MEBIBYTE
from graph.sparql.inspection import Outline
from graph.sparql.plan import plan
from graph.sparql.protocol import ACCEPT_QUERY, Incoming, operation
from graph.workers.job import Answer
from graph.workers.pool import Dispatched
from web.middleware.cache_key import Asked
from web.middleware.response_cache import QUICK, Reply
from web.middleware.security_headers import ALWAYS
from web.middleware.stack import Front
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
    """A plain query under way: what its answer will need."""

    dispatched: Dispatched
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
        self, path: str, incoming: Incoming, headers: Mapping[str, str], wanted: Asked, peer: str
    ) -> InFlight | Reply | None:
        """The answer to a query that reaches little, or a plain query in the hands of a worker.

        None for everything that the view must answer.
        """
        if (
            path not in _PATHS
            or incoming.method not in _METHODS
            or len(incoming.body) + len(incoming.query_string) > _SHORT
        ):
            return None
        try:
            return self._begun(incoming, headers, wanted, peer)
        except (RequestError, ReleaseError):
            # The view meets it again, and tells.
            return None

    def _begun(
        self, incoming: Incoming, headers: Mapping[str, str], wanted: Asked, peer: str
    ) -> InFlight | Reply | None:
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
        who = meter.caller(peer, headers.get("x-forwarded-for"))
        begun = meter.begin(planned.job, who, self._stored)
        if isinstance(begun, Answer):
            return self._reply(begun, seen, wanted, edition)
        return None if begun is None else InFlight(begun, seen, wanted, edition, who)

    def finish(self, in_flight: InFlight) -> Reply:
        """The answer to a query whose result has arrived."""
        answer = self._front.meter.finish(in_flight.dispatched, in_flight.who)
        return self._reply(answer, in_flight.outline, in_flight.wanted, in_flight.edition)

    def _reply(self, answer: Answer, seen: Outline, wanted: Asked, edition: str) -> Reply:
        kind = ("Content-Type", named(answer.format).content_type)
        headers = [kind, *described(answer, seen), *_FIXED]
        return self._front.cached.kept(edition, wanted, headers, answer.body)

    def abandon(self, in_flight: InFlight) -> None:
        """End the query if nobody took it over."""
        self._front.meter.pool.abandon(in_flight.dispatched)


def lingers(in_flight: InFlight) -> bool:
    """Whether an answer that has arrived takes too long to compress to do it between others."""
    return bool(in_flight.wanted.accept_encoding) and in_flight.dispatched.reply.size > QUICK


def install(app: Flask, front: Front) -> None:
    """Give this application a way past it."""
    app.extensions[FAST_PATH] = FastPath(front)
