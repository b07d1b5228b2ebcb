"""One client's connection: its requests, one after the other, and their answers as bytes."""

import asyncio
from collections import deque
from collections.abc import Callable
from dataclasses import replace
from functools import partial
from http import HTTPStatus
from time import perf_counter
from typing import cast

from web.server.owner import Owner
from web.server.reading import NoHttpError, Reader
from web.server.request import Request

_IDLE_SECONDS = 75.0
_STUCK_SECONDS = 60.0
"""Seconds in which a client takes nothing of an answer."""
_LINGER_SECONDS = 2.0
"""Seconds in which a client that was refused may go on sending what nobody reads."""
_AHEAD = 1 << 16
"""Bytes that are taken while a request is answered; past them, reading stops."""
_GREETING_SECONDS = 0.1
"""Seconds for a connection just accepted to send its request."""
_LINES = {s.value: f"HTTP/1.1 {s.value} {s.phrase}\r\n".encode() for s in HTTPStatus}
_CONTINUE = b"HTTP/1.1 100 Continue\r\n\r\n"
_CLOSE = b"Connection: close\r\n"
_KEEP = b"Connection: keep-alive\r\n"


def _plain(error: NoHttpError) -> bytes:
    text = f"{error.text}\n".encode()
    head = b"Content-Type: text/plain; charset=utf-8\r\nConnection: close\r\n"
    return b"%s%sContent-Length: %d\r\n\r\n%s" % (_LINES[error.status], head, len(text), text)


class Connection(asyncio.Protocol):
    """A connection with at most one request in hand; `gone` tells that its client left.

    `answer` is called with each request when it is its turn, and calls `send` now or later.
    `ahead` is what another process has read of it; what it asks there, is answered here (`fixed`).
    """

    def __init__(
        self, owner: Owner, answer: Callable[["Connection", Request], None], ahead: bytes = b""
    ) -> None:
        self._owner, self._answer = owner, answer
        self._transport: asyncio.Transport
        self._reader: Reader
        self._ready: deque[Request] = deque()
        self._ahead, self.fixed = ahead, bool(ahead)
        self._current: Request | None = None
        self._writable: asyncio.Event | None = None
        self.gone = self._going = self._paused = False
        self._since, self._unsent = perf_counter(), 0

    # What the event loop calls.

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Begin."""
        self._transport = cast("asyncio.Transport", transport)
        there, here = (transport.get_extra_info(name) for name in ("peername", "sockname"))
        peer = str(there[0]) if isinstance(there, tuple) else ""
        server = (str(here[0]), str(here[1])) if isinstance(here, tuple) else ("", "")
        self._reader = Reader(self._owner, (peer, server), self._ready.append, self._proceed)
        self._owner.came(self)
        self._go_on()

    def connection_lost(self, _: Exception | None) -> None:
        """End; whoever works for this client learns it by `gone`."""
        self.gone = self._reader.deaf = True
        self._reader.release()
        self._ready.clear()
        self.resume_writing()
        self._owner.left(self)

    def eof_received(self) -> bool:
        """A client that will send nothing more is taken for one that left."""
        self.gone = True
        return False

    def pause_writing(self) -> None:
        """Remember that the client reads more slowly than we write."""
        self._writable = asyncio.Event()
        self._since, self._unsent = perf_counter(), 0

    def resume_writing(self) -> None:
        """Let whoever waits in `drained` go on."""
        if self._writable is not None:
            self._writable.set()
        self._writable = None

    async def drained(self) -> None:
        """Return when the client has taken most of what was written, or is gone."""
        if self._writable is not None:
            await self._writable.wait()

    def data_received(self, data: bytes) -> None:
        """Read on; while a request is in hand, what comes waits, within a bound."""
        if self._reader.deaf:
            return
        self._ahead = self._ahead + data if self._ahead else data
        if self._current is None:
            self._go_on()
        elif len(self._ahead) > _AHEAD and not self._paused:
            self._paused = True
            self._transport.pause_reading()

    def patrol(self, now: float) -> None:
        """Give up on a client that takes too long over what it is doing."""
        if self._writable is not None:
            self._look_at_sending(now)
        elif self._current is not None:
            return
        elif self._reader.began and not self._reader.deaf:
            self._heed(partial(self._reader.hurry, now))
            self._go_on()
        elif now - self._since > self._patience:
            self._transport.close()

    @property
    def _patience(self) -> float:
        """Seconds that nothing need happen."""
        if self._reader.deaf:
            return _LINGER_SECONDS
        return _GREETING_SECONDS if self._owner.ending else _IDLE_SECONDS

    def _look_at_sending(self, now: float) -> None:
        unsent = self._transport.get_write_buffer_size()
        if unsent != self._unsent:
            self._since, self._unsent = now, unsent
        elif now - self._since > _STUCK_SECONDS:
            self._transport.abort()

    # From bytes to requests.

    def _go_on(self) -> None:
        """Have what has come answered, as long as nothing is in hand."""
        if self._going:
            return
        self._going = True
        try:
            while self._current is None and (self._ready or self._ahead):
                if self._ready:
                    self._current = self._ready.popleft()
                    self._answer(self, self._current)
                else:
                    data, self._ahead = self._ahead, b""
                    self._heed(partial(self._reader.feed, data))
        finally:
            self._going = False
        if self._paused and len(self._ahead) <= _AHEAD and not self.gone:
            self._paused = False
            self._transport.resume_reading()

    def _heed(self, read: Callable[[], None]) -> None:
        try:
            read()
        except NoHttpError as error:
            # What was whole before it has its answer first.
            if self._ready:
                last = self._ready.pop()
                self._ready.append(replace(last, keep_alive=False))
                self._reader.deaf = True
            else:
                self._hang_up(_plain(error))

    def _proceed(self) -> None:
        if not self._ready:
            self._transport.write(_CONTINUE)

    def hand_over(self, passed: Callable[[int, bytes], bool]) -> bool:
        """Whether its socket, with the request in hand and what came after it, went elsewhere.

        `passed` gets its descriptor and these bytes, and tells. Then nobody is left here.
        """
        request = self._current
        if (
            request is None
            or self.fixed
            or self.gone
            or request.refused
            or self._ready
            or self._reader.began
            or self._reader.deaf
            or self._transport.get_write_buffer_size()
        ):
            return False
        descriptor = self._transport.get_extra_info("socket").fileno()
        if not passed(descriptor, request.wire() + self._ahead):
            return False
        self._ahead, self._current = b"", None
        self.gone = self._reader.deaf = True
        self._transport.abort()
        return True

    # From answers to bytes.

    def send(self, status: int, head: bytes, body: bytes) -> None:
        """Answer the request in hand; `head` are the encoded headers, with a length."""
        self._start_line(status, head, body)
        self.done()

    def begin(self, status: int, head: bytes) -> None:
        """Send the beginning of an answer whose body follows by `write`, then `done`."""
        self._start_line(status, head, b"")

    def write(self, piece: bytes) -> None:
        """Send some of the body."""
        if not self.gone:
            self._transport.write(piece)

    def cut(self) -> None:
        """Break off in the middle of an answer, so that its client sees that it is not whole."""
        self.gone = self._reader.deaf = True
        self._transport.abort()
        self.done()

    def done(self) -> None:
        """Go on with what came after the request that has its answer now."""
        request, self._current = self._current, None
        self.fixed = False
        self._since = perf_counter()
        if not self._ready:
            self._reader.release()
        if self.gone or request is None:
            return
        if request.keep_alive and not self._owner.ending:
            self._go_on()
        else:
            self._hang_up()

    def _start_line(self, status: int, head: bytes, body: bytes) -> None:
        request = self._current
        if self.gone or request is None:
            return
        kept = request.keep_alive and not self._owner.ending
        # HTTP/1.1 keeps a connection unless told otherwise, HTTP/1.0 the other way round.
        told = (b"" if request.version == "1.1" else _KEEP) if kept else _CLOSE
        sent = b"" if request.method == "HEAD" else body
        self._transport.write(
            b"".join((_LINES[status], self._owner.date(), told, head, b"\r\n", sent))
        )

    def _hang_up(self, last: bytes = b"") -> None:
        """Send this, and hear no more; what still comes is not looked at."""
        self._reader.deaf = True
        self._ready.clear()
        self._ahead = b""
        if self.gone:
            return
        if last:
            self._transport.write(last)
        self._transport.write_eof()
        if self._paused:
            self._paused = False
            self._transport.resume_reading()
