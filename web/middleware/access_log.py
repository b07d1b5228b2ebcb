"""The access log: one JSON object a request, with nothing that tells who asked or what.

In the serving process a request only leaves a record; a thread counts and writes what has come,
every tenth of a second, so that no request waits for a counter or for whoever reads the log.
"""

import json
import threading
import time
from collections import deque
from collections.abc import Callable, Iterable
from datetime import UTC, datetime
from functools import lru_cache
from typing import TYPE_CHECKING, NamedTuple, TextIO

from web.middleware.arrival import arrival
from web.middleware.metering import LIMIT
from web.middleware.metrics import Metrics
from web.middleware.response_cache import Headers, Reply, called
from web.middleware.shared.region import Region

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIApplication, WSGIEnvironment

_LONGEST = 200
_PAUSE = 0.1
"""Seconds between two batches."""
_PUBLISHED = 2
"""Batches after which other processes learn what was counted here."""
_MOST = 20_000
"""Records that may wait; past it a request writes them itself, and so waits for the reader."""


class _Record(NamedTuple):
    time: float
    method: str
    path: str
    status: int
    headers: Headers
    seconds: float
    release: str
    limit: str


class AccessLog:
    """Counts every request, and writes it to `stream` unless that is None, while `shared` is held.

    A line has: time, method, path (without its query string), status, bytes, ms, release, cache
    (`hit`, `miss` or empty) and limit (empty, or which one the query met).
    """

    def __init__(
        self,
        metrics: Metrics,
        release: Callable[[], str],
        stream: TextIO | None,
        shared: Region,
    ) -> None:
        self._metrics, self._release = metrics, release
        self._stream, self._shared = stream, shared
        self._waiting: deque[_Record] = deque()
        self._writing = threading.Lock()
        self._stop = threading.Event()
        self._thread: threading.Thread | None = None
        metrics.before_reading(self.write)

    def record(self, method: str, path: str, reply: Reply, seconds: float, limit: str = "") -> None:
        """Count and write one answered request, at once or, where batches are, with the next."""
        status, release = int(reply.status[:3]), self._release()
        self._waiting.append(
            _Record(time.time(), method, path, status, reply.headers, seconds, release, limit)
        )
        if self._thread is None or len(self._waiting) > _MOST:
            self.write()

    def start_batches(self) -> None:
        """From now on, count and write in a thread of its own, until `close`."""
        self._thread = threading.Thread(target=self._run, name="access log", daemon=True)
        self._thread.start()

    def write(self) -> None:
        """Count and write all that has come until now."""
        with self._writing:
            records = [self._waiting.popleft() for _ in range(len(self._waiting))]
            self._metrics.requests((r.method, r.path, r.status, r.seconds) for r in records)
            if self._stream is not None and records:
                text = "".join(map(_line, records))
                # Lines of several processes would be mixed: a pipe takes 4 KiB at a time.
                with self._shared.held():
                    self._stream.write(text)
                    self._stream.flush()

    def close(self) -> None:
        """Return when everything is written; what comes later is written at once."""
        thread, self._thread = self._thread, None
        self._stop.set()
        if thread is not None:
            thread.join()
        self.write()
        self._metrics.publish()

    def _run(self) -> None:
        self._metrics.publish()
        batches = 0
        while not self._stop.wait(_PAUSE):
            self.write()
            batches += 1
            if batches % _PUBLISHED == 0:
                self._metrics.publish()


def _line(record: _Record) -> str:
    cache, length = "", "0"
    # Ours come last.
    for name, value in reversed(record.headers):
        match name.lower():
            case "content-length":
                length = value
            case "cache-status":
                cache = "hit" if "hit" in value else "miss"
    second, fraction = divmod(record.time, 1)
    method, path = _quoted(record.method[:_LONGEST]), _quoted(record.path[:_LONGEST])
    return (
        f'{{"time": "{_second(int(second))}.{int(fraction * 1000):03}+00:00", '
        f'"method": {method}, "path": {path}, '
        f'"status": {record.status}, "bytes": {int(length)}, '
        f'"ms": {round(record.seconds * 1000, 2)}, "release": {_quoted(record.release)}, '
        f'"cache": "{cache}", "limit": {_quoted(record.limit)}}}\n'
    )


_quoted = lru_cache(maxsize=512)(json.dumps)


@lru_cache(maxsize=2)
def _second(since: int) -> str:
    return datetime.fromtimestamp(since, UTC).strftime("%Y-%m-%dT%H:%M:%S")


class Logged:
    """A WSGI application whose requests are recorded."""

    def __init__(self, app: "WSGIApplication", log: AccessLog) -> None:
        self._app, self._log = app, log

    def __call__(
        self, environ: "WSGIEnvironment", start_response: "StartResponse"
    ) -> Iterable[bytes]:
        """The chunks of the application's answer."""
        came = arrival(environ)
        start = came.started if came else time.perf_counter()
        reply = called(self._app, environ)
        seconds = time.perf_counter() - start
        path, limit = environ.get("PATH_INFO", ""), environ.get(LIMIT, "")
        self._log.record(environ["REQUEST_METHOD"], path, reply, seconds, limit)
        start_response(reply.status, reply.headers)
        return reply.chunks
