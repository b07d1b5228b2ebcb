"""From granian's RSGI to the WSGI application: what WSGI itself cannot do.

A cached answer is sent from the event loop, without a thread, and so is one to a plain query that
a worker answers at once (web.server.fast_path). A body that is too long or too slow is refused
without one. All else runs in a thread, and while it does, a client that disconnects is noticed and
its query ended.
"""

import asyncio
from collections.abc import Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from time import perf_counter
from typing import TYPE_CHECKING

from werkzeug.wsgi import FileWrapper

from graph.errors import LimitError, ParameterError, RequestError, SlowError, TooLargeError
from graph.settings import MEBIBYTE
from graph.sparql.protocol import Incoming
from web.middleware.arrival import ARRIVAL, Arrival
from web.middleware.cache_key import Asked, asked
from web.middleware.response_cache import Headers, Reply, called
from web.middleware.stack import Front
from web.server.arrivals import Arrivals
from web.server.environment import environment, joined, peer
from web.server.fast_path import FastPath, InFlight, lingers
from web.server.overdue import Overdue

if TYPE_CHECKING:
    from _typeshed.wsgi import WSGIApplication, WSGIEnvironment
    from granian._granian import RSGIHTTPProtocol as HTTPProtocol
    from granian.rsgi import Scope

_BODILESS = frozenset(("GET", "HEAD", "OPTIONS"))
_NOTICE = 0.05
"""Seconds a request may take before its client is watched; watching costs more than most do."""
_TURNS = 3
"""Short requests in threads at one time; measured best on two cores, and hardly better on more."""
_SMALL = 1 << 16
"""Bytes of a body that need no watching while they come."""
_BODIES = 32
"""Bodies of the largest allowed size that may be in memory together."""


@dataclass(frozen=True)
class _Request:
    """One request, its headers joined and its body read; `wanted` is what the cache does not have.

    `refused` is what was wrong with it before anyone looked at what it asks.
    """

    scope: "Scope"
    protocol: "HTTPProtocol"
    start: float
    headers: Mapping[str, str]
    body: bytes = b""
    wanted: Asked | None = None
    refused: RequestError | None = None


class Bridge:
    """An RSGI application over the WSGI application `app`, its front and, if any, its fast path."""

    def __init__(
        self, app: "WSGIApplication", front: Front, fast_path: FastPath | None = None
    ) -> None:
        self._app, self._front, self._fast_path = app, front, fast_path
        self._threads = ThreadPoolExecutor(front.settings.hands, "request")
        self._longest = front.settings.request_mb * MEBIBYTE
        # Many threads that all want the interpreter slow each other down: short requests take
        # turns, and one that turns out long no longer counts.
        self._gate = asyncio.Semaphore(_TURNS)
        self._late, self._slow = Overdue(_NOTICE), Overdue(front.settings.body_seconds)
        self._arrivals: Arrivals | None = None
        self._held = 0
        self.running = 0

    def __rsgi_init__(self, _: asyncio.AbstractEventLoop) -> None:
        """Begin to watch the workers; called in the event loop before the first request."""
        if self._fast_path is not None and Arrivals.available:
            self._arrivals = Arrivals()

    def __rsgi_del__(self, _: asyncio.AbstractEventLoop) -> None:
        """Watch them no more."""
        if self._arrivals is not None:
            self._arrivals.close()
            self._arrivals = None

    async def __rsgi__(self, scope: "Scope", protocol: "HTTPProtocol") -> None:
        """Answer one request."""
        self.running += 1
        try:
            await self._answer(scope, protocol)
        finally:
            self.running -= 1

    async def _answer(self, scope: "Scope", protocol: "HTTPProtocol") -> None:
        start = perf_counter()
        headers = joined(scope)
        body, refused = b"", None
        try:
            if scope.http_version == "1.1" and "host" not in headers:
                raise ParameterError("the request has no Host", "send one (RFC 9110 §7.2)")
            if scope.method not in _BODILESS:
                body = await self._read(protocol, headers)
        except RequestError as error:
            refused = error
        try:
            wanted = None
            if refused is None:
                wanted = asked(scope.method, scope.path, scope.query_string, headers.get, body)
                if wanted is not None and self._hit(scope, protocol, wanted, start):
                    return
            request = _Request(scope, protocol, start, headers, body, wanted, refused)
            await self._work(request)
        finally:
            self._held -= len(body)

    async def _read(self, protocol: "HTTPProtocol", headers: Mapping[str, str]) -> bytes:
        """The whole body.

        Raises TooLargeError, SlowError, or LimitError when too many bodies are in memory.
        """
        length = headers.get("content-length", "")
        if length.isdecimal():
            if int(length) > self._longest:
                raise self._too_large()
            if int(length) <= _SMALL:
                return await self._at_once(protocol)
        if self._held > _BODIES * self._longest:
            raise LimitError("too many large requests", retry_after=1, extra={"limit": "queue"})
        seconds = self._front.settings.body_seconds
        body = bytearray()
        try:
            async with asyncio.timeout(seconds):
                async for chunk in protocol:
                    body += chunk
                    self._held += len(chunk)
                    if len(body) > self._longest:
                        raise self._too_large()
        except TimeoutError as error:
            self._held -= len(body)
            raise self._too_slow() from error
        except TooLargeError:
            self._held -= len(body)
            raise
        return bytes(body)

    async def _at_once(self, protocol: "HTTPProtocol") -> bytes:
        """A body so small that all connections together may have one in memory, in one step."""
        task = asyncio.current_task()
        assert task is not None  # noqa: S101 - granian runs each request as a task
        alarm = self._slow.add(task.cancel)
        try:
            body = await protocol()
        except asyncio.CancelledError as error:
            if not alarm.made:
                raise
            task.uncancel()
            raise self._too_slow() from error
        finally:
            alarm.cancel()
        self._held += len(body)
        return body

    def _too_slow(self) -> SlowError:
        seconds = self._front.settings.body_seconds
        return SlowError(f"the body was not complete after {seconds:g} seconds")

    def _too_large(self) -> TooLargeError:
        allowed = self._front.settings.request_mb
        return TooLargeError(
            f"the body is larger than {allowed} MiB",
            "shorten the query, for instance its VALUES",
            extra={"value": allowed, "unit": "MiB"},
        )

    def _hit(self, scope: "Scope", protocol: "HTTPProtocol", wanted: Asked, start: float) -> bool:
        """Whether the cache had the answer, which is then sent."""
        reply = self._front.cached.find(wanted, quick=True)
        if reply is None:
            return False
        self._send(scope, protocol, reply, start)
        return True

    def _send(self, scope: "Scope", protocol: "HTTPProtocol", reply: Reply, start: float) -> None:
        protocol.response_bytes(int(reply.status[:3]), reply.headers, b"".join(reply.chunks))
        self._front.log.record(scope.method, scope.path, reply, perf_counter() - start)

    async def _work(self, request: _Request) -> None:
        """Answer in turn, on the fast path or in a thread, which is told if the client leaves."""
        loop = asyncio.get_running_loop()
        gone, late = asyncio.Event(), loop.create_future()
        watches: list[asyncio.Task[None]] = []
        await self._gate.acquire()

        def watch() -> None:
            self._gate.release()
            watches.append(loop.create_task(_notice(request.protocol, gone)))
            _settle(late, arrived=False)

        alarm = self._late.add(watch)
        in_flight = None
        try:
            begun = self._begun(request)
            if isinstance(begun, Reply):
                return self._send(request.scope, request.protocol, begun, request.start)
            in_flight = begun
            if in_flight is not None and await self._arrived(in_flight, late):
                await self._finish(in_flight, request)
            else:
                await self._view(request, in_flight, gone)
        finally:
            if self._fast_path is not None and in_flight is not None:
                self._fast_path.abandon(in_flight)
            alarm.cancel()
            if not watches:
                self._gate.release()
            for task in watches:
                task.cancel()

    def _begun(self, request: _Request) -> InFlight | Reply | None:
        if self._fast_path is None or self._arrivals is None or request.wanted is None:
            return None
        scope, headers = request.scope, request.headers
        incoming = Incoming(
            method=scope.method,
            query_string=scope.query_string.encode("latin-1", "replace"),
            content_type=headers.get("content-type"),
            body=request.body,
        )
        return self._fast_path.begin(scope.path, incoming, headers, request.wanted, peer(scope))

    async def _arrived(self, in_flight: InFlight, late: "asyncio.Future[bool]") -> bool:
        """Whether the answer is here, whole, before `late` is settled otherwise."""
        arrivals, dispatched = self._arrivals, in_flight.dispatched
        assert arrivals is not None  # noqa: S101 - without it, nothing is in flight
        worker, reply = dispatched.fileno(), dispatched.reply
        arrivals.expect(
            worker, dispatched.worker.pid, lambda: _settle(late, arrived=reply.arrived())
        )
        try:
            return await late
        finally:
            arrivals.forget(worker)

    async def _finish(self, in_flight: InFlight, request: _Request) -> None:
        """Send the answer that has arrived in the fast path."""
        fast_path = self._fast_path
        assert fast_path is not None  # noqa: S101 - only it makes an InFlight
        if lingers(in_flight):
            loop = asyncio.get_running_loop()
            reply = await loop.run_in_executor(self._threads, fast_path.finish, in_flight)
        else:
            reply = fast_path.finish(in_flight)
        self._send(request.scope, request.protocol, reply, request.start)

    async def _view(
        self, request: _Request, in_flight: InFlight | None, gone: asyncio.Event
    ) -> None:
        """Let a thread answer, with the query that the fast path began."""
        environ = environment(request.scope, request.headers, request.body)
        environ[ARRIVAL] = Arrival(
            request.start,
            request.wanted,
            request.refused,
            gone.is_set,
            in_flight.dispatched if in_flight is not None else None,
        )
        loop, protocol = asyncio.get_running_loop(), request.protocol
        status, headers, body = await loop.run_in_executor(self._threads, self._called, environ)
        if isinstance(body, str):
            protocol.response_file(status, headers, body)
        else:
            protocol.response_bytes(status, headers, body)

    def _called(self, environ: "WSGIEnvironment") -> tuple[int, Headers, bytes | str]:
        """The application's status, headers, and body or path of the file that is the body."""
        reply = called(self._app, environ)
        status, chunks = int(reply.status[:3]), reply.chunks
        try:
            name = getattr(chunks.file, "name", None) if isinstance(chunks, FileWrapper) else None
            if isinstance(name, str):
                return status, reply.headers, name
            return status, reply.headers, b"".join(chunks)
        finally:
            close = getattr(chunks, "close", None)
            if close is not None:
                close()


def _settle(future: "asyncio.Future[bool]", *, arrived: bool) -> None:
    if not future.done():
        future.set_result(arrived)


async def _notice(protocol: "HTTPProtocol", gone: asyncio.Event) -> None:
    await protocol.client_disconnect()
    gone.set()
