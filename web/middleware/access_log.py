"""The access log: one JSON object a request, with nothing that tells who asked or what."""

import json
import sys
import time
from collections.abc import Callable, Iterable
from datetime import UTC, datetime
from typing import TYPE_CHECKING, TextIO

from web.middleware.metering import LIMIT
from web.middleware.metrics import Metrics
from web.middleware.response_cache import Reply, called

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIApplication, WSGIEnvironment

STARTED = "policyprov.started"
"""The key in the WSGI environment of when the request came, if that was before the application."""
_LONGEST = 200


class AccessLog:
    """Counts every request, and writes it to `stream` unless that is None.

    A line has: time, method, path (without its query string), status, bytes, ms, release, cache
    (`hit`, `miss` or empty) and limit (empty, or which one the query met).
    """

    def __init__(
        self, metrics: Metrics, release: Callable[[], str], stream: TextIO | None = sys.stdout
    ) -> None:
        self._metrics, self._release, self._stream = metrics, release, stream

    def record(self, method: str, path: str, reply: Reply, seconds: float, limit: str = "") -> None:
        """Count and write one answered request."""
        status = int(reply.status[:3])
        self._metrics.request(method, path, status, seconds)
        if self._stream is None:
            return
        names = {name.lower(): value for name, value in reply.headers}
        cache = names.get("cache-status", "")
        line = {
            "time": datetime.now(UTC).isoformat(timespec="milliseconds"),
            "method": method[:_LONGEST],
            "path": path[:_LONGEST],
            "status": status,
            "bytes": int(names.get("content-length", 0)),
            "ms": round(seconds * 1000, 2),
            "release": self._release(),
            "cache": "hit" if "hit" in cache else "miss" if cache else "",
            "limit": limit,
        }
        self._stream.write(json.dumps(line) + "\n")
        self._stream.flush()


class Logged:
    """A WSGI application whose requests are recorded."""

    def __init__(self, app: "WSGIApplication", log: AccessLog) -> None:
        self._app, self._log = app, log

    def __call__(
        self, environ: "WSGIEnvironment", start_response: "StartResponse"
    ) -> Iterable[bytes]:
        """The chunks of the application's answer."""
        start = environ.get(STARTED) or time.perf_counter()
        reply = called(self._app, environ)
        seconds = time.perf_counter() - start
        path, limit = environ.get("PATH_INFO", ""), environ.get(LIMIT, "")
        self._log.record(environ["REQUEST_METHOD"], path, reply, seconds, limit)
        start_response(reply.status, reply.headers)
        return reply.chunks
