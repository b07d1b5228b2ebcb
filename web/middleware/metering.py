"""A pool of query workers that knows what each client costs: what the views ask instead of it."""

from collections.abc import Callable

from flask import has_request_context, request
from pyoxigraph import Store

from graph.engines.failure import EngineSlowError
from graph.errors import LimitError, RateError
from graph.snapshot import Release
from graph.sparql.near import near
from graph.workers.job import Answer, Job
from graph.workers.pool import Dispatched, Pool, Queued
from web.middleware.arrival import arrival
from web.middleware.metrics import Metrics
from web.middleware.rate_limit import Rates, caller

LIMIT = "policyprov.limit"
"""The key in the WSGI environment of the limit a query met, for the access log."""


class Meter:
    """Evaluates like the pool; inside a request it also charges, counts and minds a disconnect."""

    def __init__(self, pool: Pool, rates: Rates, metrics: Metrics, proxies: int = 0) -> None:
        self._pool, self._rates, self._metrics = pool, rates, metrics
        self._proxies = proxies

    @property
    def pool(self) -> Pool:
        """The pool behind it."""
        return self._pool

    def answer(self, job: Job, cancelled: Callable[[], bool] | None = None) -> Answer:
        """The answer to this job.

        Raises RateError when the client has no budget left, and what Pool.answer raises.
        """
        who, dispatched = "", None
        if has_request_context():
            environ = request.environ
            peer, forwarded = environ.get("REMOTE_ADDR", ""), environ.get("HTTP_X_FORWARDED_FOR")
            who = self.caller(peer, forwarded)
            came = arrival(environ)
            if came is not None:
                cancelled, dispatched = cancelled or came.cancelled, came.dispatched
        if dispatched is None or dispatched.taken or dispatched.job != job:
            self._rates.check(who)
            dispatched = None
        return self._ended(job, who, cancelled, dispatched)

    def _ended(
        self,
        job: Job,
        who: str,
        cancelled: Callable[[], bool] | None,
        dispatched: Dispatched | Queued | None,
    ) -> Answer:
        try:
            answer = self._pool.answer(job, cancelled, dispatched)
        except (LimitError, RateError, EngineSlowError) as error:
            self._note(str(error.extra["limit"]))
            self._rates.charge(who, float(error.extra.get("seconds", 0)))
            raise
        self._count(answer, who)
        return answer

    def caller(self, peer: str, forwarded: str | None) -> str:
        """Who is charged for a request of this peer with this X-Forwarded-For."""
        return caller(peer, forwarded, self._proxies)

    def begin(
        self,
        job: Job,
        who: str,
        stored: Callable[[Release], Store] | None,
        called: Callable[[], object],
    ) -> Answer | Dispatched | Queued | None:
        """The answer to a job that reaches little, or another as Pool.dispatch gives it.

        `stored` gives the store of a release, None where an engine elsewhere holds it. Raises
        RateError when the client has no budget left, LimitError when the queue is full, and
        ReleaseError for a store that cannot be read.
        """
        self._rates.check(who)
        if stored is not None:
            release = self._pool.release
            answer = near(job, release, stored(release))
            if answer is not None:
                self._metrics.near()
                self._count(answer, who)
                return answer
        return self._pool.dispatch(job, called)

    def finish(
        self, dispatched: Dispatched, who: str, cancelled: Callable[[], bool] | None = None
    ) -> Answer:
        """The answer to a job that was dispatched, charged like any other.

        Raises what Pool.answer raises.
        """
        return self._ended(dispatched.job, who, cancelled, dispatched)

    def _count(self, answer: Answer, who: str) -> None:
        self._metrics.evaluation.observe(answer.seconds)
        self._rates.charge(who, answer.seconds)

    def _note(self, limit: str) -> None:
        self._metrics.limit(limit)
        if has_request_context():
            request.environ[LIMIT] = limit
