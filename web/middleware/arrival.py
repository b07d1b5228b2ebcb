"""What was known of a request before the application was called."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING

from graph.errors import RequestError
from graph.workers.pool import Dispatched, Queued
from web.middleware.cache_key import Asked

if TYPE_CHECKING:
    from _typeshed.wsgi import WSGIEnvironment

ARRIVAL = "policyprov.arrival"
"""The key of the arrival in the WSGI environment."""


@dataclass(frozen=True)
class Arrival:
    """A request that the server has looked at.

    `started` is when it came, by time.perf_counter; `wanted` what it asks that the cache does not
    have, None where its answer may not be shared; `refused` what was wrong with it, to be told like
    any error; `cancelled` tells whether its client is gone; `dispatched` is its query, where a
    worker has it in hand already or it waits for one.
    """

    started: float
    wanted: Asked | None = None
    refused: RequestError | None = None
    cancelled: Callable[[], bool] | None = None
    dispatched: Dispatched | Queued | None = None


def arrival(environ: "WSGIEnvironment") -> Arrival | None:
    """The arrival of this request; None where another server called the application."""
    found: Arrival | None = environ.get(ARRIVAL)
    return found
