"""From requests to answers: what needs no thread is answered at once, the rest by the application.

A cached answer is sent from the event loop, and so is one to a query that reaches little, or to a
plain one that a worker answers (web.server.flights). All else runs in a thread; while it does, a
client that leaves is noticed and its query ended.
"""

import asyncio
import logging
from collections import deque
from collections.abc import Callable, Coroutine
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from time import perf_counter
from typing import TYPE_CHECKING, Any

from werkzeug.wsgi import FileWrapper

from graph.workers.spool import Spool
from web.middleware.arrival import ARRIVAL, Arrival
from web.middleware.cache_key import asked
from web.middleware.response_cache import Reply, called, encoded
from web.middleware.stack import Front
from web.server.arrivals import Arrivals
from web.server.connection import Connection
from web.server.fast_path import FastPath, InFlight
from web.server.flights import Flights, Task
from web.server.overdue import Overdue
from web.server.owner import Owner
from web.server.passage import Passage
from web.server.pouring import Pouring
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


class Bridge(Owner):
    """Answers with the WSGI application `app`, its front and, if any, its fast path.

    Made and used in the event loop's thread.
    """

    def __init__(
        self,
        app: "WSGIApplication",
        front: Front,
        passage: Passage,
        fast_path: FastPath | None = None,
    ) -> None:
        super().__init__(front.settings)
        self._passage, self._number = passage, front.commons.front
        self._app, self._front = app, front
        self._loop = asyncio.get_running_loop()
        self._threads = ThreadPoolExecutor(front.settings.hands, "request")
        # Many threads that all want the interpreter slow each other down: short requests take
        # turns, and one that turns out long no longer counts.
        self._turns = _TURNS
        self._queue: deque[Task] = deque()
        self._late = Overdue(_NOTICE)
        self._flights = Flights(fast_path, self) if fast_path and Arrivals.available else None
        self._sendings: set[asyncio.Task[None]] = set()

    def close(self) -> None:
        """Watch the workers no more."""
        if self._flights is not None:
            self._flights.close()

    def answer(self, connection: Connection, request: Request) -> None:
        """Answer this request, now or later."""
        self.running += 1
        task = Task(connection, request, None)
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
                self.send(task, reply)
            elif not self.moved(task):
                self._ask(Task(connection, request, wanted))
        except BaseException:
            self.wrong(task)
            raise

    # Elsewhere.

    def tell(self) -> None:
        """Let other fronts know what there is room for here."""
        if self._passage.leads_elsewhere and not self.ending:
            pool, connections = self._front.pool, len(self.connections)
            self._front.commons.rooms.tell_room(self._number, pool.idle, connections)

    def tell_ready(self) -> None:
        """Let everybody know whether queries are answered here, which takes a look at workers."""
        if not self.ending:
            self._front.commons.rooms.tell(self._number, ready=self._front.pool.ready)

    def moved(self, task: Task) -> bool:
        """Whether a front that has a worker free serves this client, where none here is."""
        if not self._passage.leads_elsewhere or self._front.pool.idle > 0 or self.ending:
            return False
        moved = task.connection.hand_over(partial(self._passage.relieve, self._number))
        self.running -= moved
        return moved

    # Without a thread.

    def _ask(self, task: Task) -> None:
        if self._flights is None or not self._flights.begin(task):
            self._in_turn(task)
        self.tell()

    def send(self, task: Task, reply: Reply) -> None:
        """Send this answer, which is logged and counted."""
        request = task.request
        head = reply.wire or encoded(reply.headers)
        task.connection.send(int(reply.status[:3]), head, b"".join(reply.chunks))
        self.running -= 1
        seconds = perf_counter() - request.start
        self._front.log.record(request.method, request.path, reply, seconds)

    def wrong(self, task: Task) -> None:
        """Tell the client of a mistake of ours, which is logged where it is raised."""
        self.running -= 1
        task.connection.send(500, _WRONG, _SORRY)

    # By the piece.

    def pour(self, task: Task, pouring: Pouring, spool: Spool) -> None:
        """Send a large answer as it comes."""
        self._under_way(self._poured(task, pouring, spool))

    async def _poured(self, task: Task, pouring: Pouring, spool: Spool) -> None:
        request = task.request
        try:
            poured = await pouring.run(task.connection, spool)
        finally:
            self.running -= 1
        reply, seconds = Reply("200 OK", poured.headers, []), perf_counter() - request.start
        self._front.log.record(request.method, request.path, reply, seconds, poured.limit)

    def _under_way(self, sending: Coroutine[None, None, None]) -> None:
        begun = self._loop.create_task(sending)
        self._sendings.add(begun)
        begun.add_done_callback(self._sendings.discard)

    # In threads.

    def send_made(self, task: Task, make: Callable[[], Reply]) -> None:
        """Send an answer that takes too long to make between others."""
        self._submit(task, make, self.send)

    def _in_turn(self, task: Task) -> None:
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

        self.in_thread(task, None, after)

    def _next(self) -> None:
        """Whoever had a turn has answered, or counts as long: the next may begin."""
        self._turns += 1
        if self._queue:
            self._in_turn(self._queue.popleft())

    def in_thread(
        self, task: Task, in_flight: InFlight | None, after: Callable[[], object] | None = None
    ) -> None:
        """Let a thread call the application, which goes on with what is in flight."""
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
        task: Task,
        work: Callable[[], Any],
        then: Callable[[Task, Any], None],
        after: Callable[[], object] | None = None,
    ) -> None:
        """Do some work in a thread, then something with its result in the event loop."""

        def run() -> None:
            try:
                result = work()
            except BaseException:
                _log.exception("%s %s", task.request.method, task.request.path)
                self._loop.call_soon_threadsafe(end, self.wrong, task)
                raise
            self._loop.call_soon_threadsafe(end, then, task, result)

        def end(call: Callable[..., None], *arguments: object) -> None:
            if after is not None:
                after()
            call(*arguments)

        self._threads.submit(run)

    def _answered(self, task: Task, answer: tuple[int, bytes, bytes | str]) -> None:
        status, head, body = answer
        if isinstance(body, str):
            self._under_way(self._file(task, status, head, body))
        else:
            task.connection.send(status, head, body)
            self.running -= 1

    async def _file(self, task: Task, status: int, head: bytes, name: str) -> None:
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
