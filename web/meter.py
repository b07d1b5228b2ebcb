"""A pool of query workers that knows what each client costs: what the views ask instead of it."""

from collections.abc import Callable

from flask import has_request_context, request

from graph.errors import LimitError, RateError
from graph.workers import Answer, Job, Pool
from web.metrics import Metrics
from web.rates import Rates

CANCELLED = "policyprov.cancelled"
"""The key in the WSGI environment of a function that tells whether the client is gone."""
LIMIT = "policyprov.limit"
"""The key in the WSGI environment of the limit a query met, for the access log."""


class Meter:
    """Evaluates like the pool; inside a request it also charges, counts and minds a disconnect."""

    def __init__(self, pool: Pool, rates: Rates, metrics: Metrics) -> None:
        self._pool, self._rates, self._metrics = pool, rates, metrics

    @property
    def release(self) -> str:
        """The version that a query asked now is answered from."""
        return self._pool.release

    @property
    def edition(self) -> str:
        """A key of the content that a query asked now is answered from."""
        return self._pool.edition

    @property
    def pool(self) -> Pool:
        """The pool behind it."""
        return self._pool

    def answer(self, job: Job, cancelled: Callable[[], bool] | None = None) -> Answer:
        """The answer to this job.

        Raises RateError when the client has no budget left, and what Pool.answer raises.
        """
        who = (request.remote_addr or "") if has_request_context() else ""
        if cancelled is None and has_request_context():
            cancelled = request.environ.get(CANCELLED)
        try:
            self._rates.check(who)
            answer = self._pool.answer(job, cancelled)
        except (LimitError, RateError) as error:
            self._note(str(error.extra["limit"]))
            self._rates.charge(who, float(error.extra.get("seconds", 0)))
            raise
        self._metrics.evaluation.observe(answer.seconds)
        self._rates.charge(who, answer.seconds)
        return answer

    def _note(self, limit: str) -> None:
        self._metrics.limit(limit)
        if has_request_context():
            request.environ[LIMIT] = limit
