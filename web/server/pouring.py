"""A large answer on its way to its client while its query still runs.

It is sent by the piece as its worker writes it, and no faster than its client reads: what waits
lies in its spool (graph.workers.spool), one piece in this process. It has no length and no ETag,
which would be known at its end. If a limit ends its query, the connection is cut in the middle of
the chunked coding: no client takes that for a whole answer.
"""

import asyncio
from collections.abc import AsyncIterator
from dataclasses import dataclass

from graph.errors import RequestError
from graph.rdf.formats import named
from graph.workers.pool import Dispatched
from graph.workers.spool import Spool
from web.middleware.compression import CODERS, chosen, worthwhile
from web.middleware.response_cache import Headers, encoded
from web.server.arrivals import Arrivals
from web.server.connection import Connection
from web.server.fast_path import FastPath, InFlight
from web.server.overdue import Overdue
from web.server.request import Request

_PIECE = 1 << 16
_END = b"0\r\n\r\n"


def pourable(request: Request) -> bool:
    """Whether an answer to this request may begin before its length and its ETag are known."""
    headers = request.headers
    return request.version == "1.1" and request.method != "HEAD" and "if-none-match" not in headers


def _chunk(piece: bytes) -> bytes:
    return b"%x\r\n%s\r\n" % (len(piece), piece) if piece else b""


@dataclass(frozen=True)
class Poured:
    """An answer that was sent as it came: its headers, and the limit that cut it off, if any."""

    headers: Headers
    limit: str = ""


class Pouring:
    """One such answer, from its first piece on."""

    def __init__(
        self,
        fast_path: FastPath,
        in_flight: InFlight,
        dispatched: Dispatched,
        waits: tuple[Arrivals, Overdue],
    ) -> None:
        self._fast_path, self._in_flight, self._dispatched = fast_path, in_flight, dispatched
        self._arrivals, self._late = waits
        self._awake, self._grown = asyncio.Event(), asyncio.Event()
        self._came = self._whole = False
        dispatched.reply.poured = True
        self._expect()

    async def run(self, connection: Connection, spool: Spool) -> Poured:
        """What was sent, once all of it is, or it was cut off."""
        wanted, format_ = self._in_flight.wanted, named(spool.format)
        coding = chosen(wanted.accept_encoding)
        if not worthwhile(format_.content_type, spool.size):
            coding = ""
        headers = self._fast_path.heading(self._in_flight, spool.format, coding)
        connection.begin(200, encoded([*headers, ("Transfer-Encoding", "chunked")]))
        minding = asyncio.create_task(self._mind(connection))
        sent, limit = 0, ""
        try:
            coder = CODERS[coding]()
            async for piece in self._pieces(connection, spool):
                coded = await asyncio.to_thread(coder.more, piece) if coding else piece
                sent += len(coded)
                connection.write(_chunk(coded))
                await connection.drained()
            await minding
            # Before the end is told: who asks the same again finds it.
            await asyncio.to_thread(self._fast_path.keep, self._in_flight, spool)
            last = coder.last()
            sent += len(last)
            connection.write(_chunk(last) + _END)
            connection.done()
        except RequestError as error:
            limit = str(error.extra.get("limit", ""))
            connection.cut()
        except BaseException:
            minding.cancel()
            connection.cut()
            self._fast_path.abandon(self._in_flight)
            raise
        finally:
            spool.close()
        return Poured([*headers, ("Content-Length", str(sent))], limit)

    async def _pieces(self, connection: Connection, spool: Spool) -> AsyncIterator[bytes]:
        at = 0
        while not connection.gone:
            self._grown.clear()
            whole = self._whole
            while at < spool.size and not connection.gone:
                piece = spool.piece(at, _PIECE)
                at += len(piece)
                yield piece
            if whole:
                return
            await self._grown.wait()

    async def _mind(self, connection: Connection) -> None:
        """Let the worker write on until the answer is whole, whether or not its client reads.

        Raises what FastPath.finished raises; the connection is then cut.
        """
        dispatched, reply = self._dispatched, self._dispatched.reply

        def gone() -> bool:
            return connection.gone

        while not reply.ended and reply.may_go_on(gone):
            alarm = self._late.add(self._awake.set)
            await self._awake.wait()
            self._awake.clear()
            alarm.cancel()
            came, self._came = self._came, False
            if came:
                reply.arrived()
                self._grown.set()
        self._arrivals.forget(dispatched.fileno())
        try:
            await asyncio.to_thread(self._fast_path.finished, self._in_flight, dispatched, gone)
        except BaseException:
            connection.cut()
            raise
        finally:
            self._whole = True
            self._grown.set()

    def _ring(self) -> None:
        self._came = True
        self._awake.set()
        self._expect()

    def _expect(self) -> None:
        # All the time: what comes while a piece is being sent is not told again.
        worker = self._dispatched.worker
        self._arrivals.expect(worker.fileno(), worker.pid, self._ring)
