"""From requests to answers: what needs no thread is answered at once, the rest by the application.

A cached answer is sent from the event loop, and so is one to a query that reaches little, or to a
plain one that a worker answers soon (web.server.fast_path). All else runs in a thread; while it
does, a client that leaves is noticed and its query ended.
"""

import asyncio
import logging
from collections import deque
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from functools import partial
from time import perf_counter
from typing import TYPE_CHECKING, Any

from werkzeug.wsgi import FileWrapper

from graph.sparql.protocol import Incoming
from web.middleware.arrival import ARRIVAL, Arrival
from web.middleware.cache_key import Asked, asked
from web.middleware.response_cache import Reply, called, encoded
from web.middleware.stack import Front
from web.server.arrivals import Arrivals
from web.server.connection import Connection
from web.server.fast_path import FastPath, InFlight, lingers
from web.server.overdue import Overdue
from web.server.owner import Owner
from web.server.request import Request, environment

if TYPE_CHECKING:
    from _typeshed.wsgi import WSGIApplication, WSGIEnvironment

_NOTICE = 0.05
"""Seconds a request may take before it counts as long."""
_TURNS = 3
"""Short requests in threads at one time; measured best on two cores, and hardly better on more."""
_PIECE = 1 << 18
_SORRY = b"the server made a mistake\n"
_WRONG = encoded(
    [("Content-Type", "text/plain; charset=utf-8"), ("Content-Length", str(len(_SORRY)))]
)
_log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class _Task:
    """A request in hand; `wanted` is what the cache does not have."""

    connection: Connection
    request: Request
    wanted: Asked | None


class Bridge(Owner):
    """Answers with the WSGI application `app`, its front and, if any, its fast path.

    Made and used in the event loop's thread.
    """

    def __init__(
        self, app: "WSGIApplication", front: Front, fast_path: FastPath | None = None
    ) -> None:
        super().__init__(front.settings)
        self._app, self._front, self._fast_path = app, front, fast_path
        self._loop = asyncio.get_running_loop()
        self._threads = ThreadPoolExecutor(front.settings.hands, "request")
        # Many threads that all want the interpreter slow each other down: short requests take
        # turns, and one that turns out long no longer counts.
        self._turns = _TURNS
        self._queue: deque[_Task] = deque()
        self._late = Overdue(_NOTICE)
        self._arrivals = Arrivals() if Arrivals.available else None
        self._files: set[asyncio.Task[None]] = set()

    def close(self) -> None:
        """Watch the workers no more."""
        if self._arrivals is not None:
            self._arrivals.close()

    def answer(self, connection: Connection, request: Request) -> None:
        """Answer this request, now or later."""
        self.running += 1
        task = _Task(connection, request, None)
        try:
            if request.refused is not None:
                self._in_turn(task)
                return
            headers = request.headers
            wanted = asked(
                request.method, request.path, request.query_string, headers.get, request.body
            )
            if wanted is None:
                self._in_turn(task)
                return
            reply = self._front.cached.find(wanted, quick=True)
            if reply is not None:
                self._send(task, reply)
            else:
                self._ask(_Task(connection, request, wanted))
        except BaseException:
            self._wrong(task)
            raise

    # Without a thread.

    def _ask(self, task: _Task) -> None:
        begun = self._begun(task)
        if isinstance(begun, Reply):
            self._send(task, begun)
        elif begun is None or self._arrivals is None:
            self._in_turn(task)
        else:
            dispatched = begun.dispatched
            alarm = self._late.add(partial(self._later, task, begun))
            self._arrivals.expect(
                dispatched.fileno(),
                dispatched.worker.pid,
                partial(self._arrived, task, begun, alarm.cancel),
            )

    def _begun(self, task: _Task) -> InFlight | Reply | None:
        request = task.request
        if self._fast_path is None or self._arrivals is None or task.wanted is None:
            return None
        incoming = Incoming(
            method=request.method,
            query_string=request.query_string.encode("latin-1", "replace"),
            content_type=request.headers.get("content-type"),
            body=request.body,
        )
        return self._fast_path.begin(
            request.path, incoming, request.headers, task.wanted, request.peer
        )

    def _arrived(self, task: _Task, in_flight: InFlight, cancel: Callable[[], None]) -> None:
        """The worker has something to say: the answer whole, or what the view must wait for."""
        cancel()
        fast_path = self._fast_path
        try:
            if not in_flight.dispatched.reply.arrived() or fast_path is None:
                self._in_thread(task, in_flight)
            elif lingers(in_flight):
                self._submit(task, partial(fast_path.finish, in_flight), self._send)
            else:
                self._send(task, fast_path.finish(in_flight))
        except BaseException:
            if fast_path is not None:
                fast_path.abandon(in_flight)
            self._wrong(task)
            raise

    def _later(self, task: _Task, in_flight: InFlight) -> None:
        """Let a thread wait for a worker that takes long."""
        if self._arrivals is not None:
            self._arrivals.forget(in_flight.dispatched.fileno())
        self._in_thread(task, in_flight)

    def _send(self, task: _Task, reply: Reply) -> None:
        request = task.request
        head = reply.wire or encoded(reply.headers)
        task.connection.send(int(reply.status[:3]), head, b"".join(reply.chunks))
        self.running -= 1
        seconds = perf_counter() - request.start
        self._front.log.record(request.method, request.path, reply, seconds)

    def _wrong(self, task: _Task) -> None:
        """Tell the client of a mistake of ours, which is logged where it is raised."""
        self.running -= 1
        task.connection.send(500, _WRONG, _SORRY)

    # In threads.

    def _in_turn(self, task: _Task) -> None:
        """Let a thread answer, at once or when it is this request's turn."""
        if self._turns == 0:
            self._queue.append(task)
            return
        self._turns -= 1
        alarm = self._late.add(self._next)

        def after() -> None:
            if not alarm.made:
                alarm.cancel()
                self._next()

        self._in_thread(task, None, after)

    def _next(self) -> None:
        """Whoever had a turn has answered, or counts as long: the next may begin."""
        self._turns += 1
        if self._queue:
            self._in_turn(self._queue.popleft())

    def _in_thread(
        self, task: _Task, in_flight: InFlight | None, after: Callable[[], object] | None = None
    ) -> None:
        request, connection = task.request, task.connection
        environ = environment(request)
        environ[ARRIVAL] = Arrival(
            request.start,
            task.wanted,
            request.refused,
            lambda: connection.gone,
            in_flight.dispatched if in_flight is not None else None,
        )
        self._submit(task, partial(self._called, environ), self._answered, after)

    def _submit(
        self,
        task: _Task,
        work: Callable[[], Any],
        then: Callable[[_Task, Any], None],
        after: Callable[[], object] | None = None,
    ) -> None:
        """Do some work in a thread, then something with its result in the event loop."""

        def run() -> None:
            try:
                result = work()
            except BaseException:
                _log.exception("%s %s", task.request.method, task.request.path)
                self._loop.call_soon_threadsafe(end, self._wrong, task)
                raise
            self._loop.call_soon_threadsafe(end, then, task, result)

        def end(call: Callable[..., None], *arguments: object) -> None:
            if after is not None:
                after()
            call(*arguments)

        self._threads.submit(run)

    def _answered(self, task: _Task, answer: tuple[int, bytes, bytes | str]) -> None:
        status, head, body = answer
        if isinstance(body, str):
            sending = self._loop.create_task(self._file(task, status, head, body))
            self._files.add(sending)
            sending.add_done_callback(self._files.discard)
        else:
            task.connection.send(status, head, body)
            self.running -= 1

    async def _file(self, task: _Task, status: int, head: bytes, name: str) -> None:
        """Send a file as fast as its client reads it."""
        connection = task.connection
        try:
            with open(name, "rb") as file:  # noqa: PTH123 - from the page cache, by the piece
                connection.begin(status, head)
                while task.request.method != "HEAD" and not connection.gone:
                    piece = file.read(_PIECE)
                    if not piece:
                        break
                    connection.write(piece)
                    await connection.drained()
        finally:
            connection.done()
            self.running -= 1

    def _called(self, environ: "WSGIEnvironment") -> tuple[int, bytes, bytes | str]:
        """The application's status, encoded headers, and body or path of the file that it is."""
        reply = called(self._app, environ)
        status, chunks = int(reply.status[:3]), reply.chunks
        try:
            name = getattr(chunks.file, "name", None) if isinstance(chunks, FileWrapper) else None
            if isinstance(name, str):
                return status, encoded(reply.headers), name
            body = b"".join(chunks)
            headers = reply.headers
            if status not in (204, 304) and not any(
                n.lower() == "content-length" for n, _ in headers
            ):
                headers = [*headers, ("Content-Length", str(len(body)))]
            return status, encoded(headers), body
        finally:
            close = getattr(chunks, "close", None)
            if close is not None:
                close()
