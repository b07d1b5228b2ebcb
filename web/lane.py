"""Plain queries to /sparql answered from the event loop, past Flask and without a thread.

The steps and the functions are those of the view (web.sparql); what is not plain, what is wrong and
what takes longer than a moment goes to the view, which takes over the query where a worker already
has it in hand. So only the view makes errors and pages.
"""

from collections.abc import Mapping
from dataclasses import dataclass

from flask import Flask

from graph.errors import RequestError
from graph.formats import Format, named
from graph.lexer import Outline
from graph.plan import plan
from graph.protocol import ACCEPT_QUERY, Incoming, operation
from graph.settings import MEBIBYTE
from graph.workers import Begun
from web.asked import Asked
from web.cached import QUICK, Reply
from web.front import Front
from web.headers import ALWAYS
from web.results import described

LANE = "policyprov.lane"
"""The lane of an application that has one, among its extensions."""
_PATHS = ("/sparql", "/sparql/")
_METHODS = frozenset(("GET", "POST", "QUERY"))
_SHORT = 1 << 14
"""Bytes of a request that may be read where a moment's delay would hold up other requests."""
_FIXED = (("Accept-Query", ACCEPT_QUERY), *ALWAYS)


@dataclass(frozen=True)
class Course:
    """A plain query under way: what its answer will need."""

    begun: Begun
    outline: Outline
    wanted: Asked
    edition: str
    who: str


class Lane:
    """The lane past the application behind this front."""

    def __init__(self, front: Front) -> None:
        self._front = front
        self._longest = front.settings.request_mb * MEBIBYTE

    def begin(
        self, path: str, incoming: Incoming, headers: Mapping[str, str], wanted: Asked, peer: str
    ) -> Course | None:
        """A plain query in the hands of a worker; None for everything that the view must answer."""
        if (
            path not in _PATHS
            or incoming.method not in _METHODS
            or len(incoming.body) + len(incoming.query_string) > _SHORT
        ):
            return None
        try:
            return self._begun(incoming, headers, wanted, peer)
        except RequestError:
            # The view meets it again, and tells.
            return None

    def _begun(
        self, incoming: Incoming, headers: Mapping[str, str], wanted: Asked, peer: str
    ) -> Course | None:
        wish = operation(incoming, self._longest)
        if wish.query is None:
            return None
        planned = plan(wish, headers.get("accept"), self._front.settings, pages=True)
        seen, rows = planned.inspected, planned.formats.rows
        if seen.form is None or seen.volatile:
            return None
        if not isinstance(rows, Format) or rows.rendered_from:
            return None
        edition = self._front.cached.edition
        who = self._front.meter.caller(peer, headers.get("x-forwarded-for"))
        begun = self._front.meter.begin(planned.job, who)
        return None if begun is None else Course(begun, seen, wanted, edition, who)

    def finish(self, course: Course) -> Reply:
        """The answer to a query whose result has arrived."""
        answer = self._front.meter.finish(course.begun, course.who)
        kind = ("Content-Type", named(answer.format).content_type)
        headers = [kind, *described(answer, course.outline), *_FIXED]
        return self._front.cached.kept(course.edition, course.wanted, headers, answer.body)

    def abandon(self, course: Course) -> None:
        """End the query if nobody took it over."""
        self._front.meter.pool.abandon(course.begun)


def lingers(course: Course) -> bool:
    """Whether an answer that has arrived takes too long to compress to do it between others."""
    return bool(course.wanted.accept_encoding) and course.begun.exchange.size > QUICK


def install(app: Flask, front: Front) -> None:
    """Give this application a lane past it."""
    app.extensions[LANE] = Lane(front)
