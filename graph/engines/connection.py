"""One connection to an engine, kept open from query to query.

Each worker has one, so all workers together are the pool, bounded by their number. A query changes
nothing, so it is sent again where the engine cannot have begun it: when nobody accepted the
connection, and when a connection that had rested was closed before the first byte of an answer.
Redirects are not followed: they would lead a query to where no operator sent it.
"""

import io
import ssl
import time
from http.client import BadStatusLine, HTTPException

from urllib3.connection import HTTPConnection, HTTPSConnection
from urllib3.exceptions import HTTPError, NewConnectionError, ReadTimeoutError
from urllib3.exceptions import TimeoutError as ConnectionTimeout
from urllib3.response import BaseHTTPResponse

from graph.engines.address import Address
from graph.engines.failure import EngineFailure

_TRIES = 3
"""Attempts to connect; an engine that restarts refuses for a moment."""
_PAUSE = 0.1
_DRAINED = 1 << 16
"""Bytes after an answer that are read to keep its connection."""
FORM = "application/x-www-form-urlencoded"


class Body(io.RawIOBase):
    """The body of an answer, read piece by piece.

    `whole` is whether HTTP itself tells where it ends.
    """

    def __init__(self, response: BaseHTTPResponse) -> None:
        super().__init__()
        self._response = response
        chunked = "chunked" in response.headers.get("Transfer-Encoding", "").lower()
        self.whole = chunked or "Content-Length" in response.headers

    def read(self, size: int = -1) -> bytes:
        """The next bytes, at most so many; none at the end.

        Raises EngineFailure when the rest does not come.
        """
        try:
            return self._response.read(None if size < 0 else size)
        except ReadTimeoutError as error:
            raise EngineFailure("slow", "stopped in the middle of its answer") from error
        except (HTTPError, OSError) as error:
            raise EngineFailure("fault", "closed the connection in the middle of its answer") from (
                error
            )

    def start(self, most: int) -> str:
        """The beginning of it as text, for a message."""
        try:
            return self.read(most).decode("utf-8", "replace")
        except EngineFailure:
            return ""  # the status has said enough

    def close(self) -> None:
        """Read no more of it."""
        self._response.close()
        super().close()

    def drain(self) -> bool:
        """Whether all of it has been read now, so that the connection can be used again."""
        left = _DRAINED
        while left > 0:
            piece = self.read(left)
            if not piece:
                return True
            left -= len(piece)
        return False


class Connection:
    """The way of one worker to the engine; not for two threads at once."""

    def __init__(self, address: Address, seconds: float) -> None:
        self._address, self._seconds = address, seconds
        kind = HTTPSConnection if address.secure else HTTPConnection
        self._http = kind(address.host, address.port, timeout=seconds)
        self._last: Body | None = None

    def post(self, form: str, accept: str) -> tuple[BaseHTTPResponse, Body]:
        """The answer to this form, of which no more than the head has been read.

        Raises EngineFailure when there is none.
        """
        self._rest()
        until = time.monotonic() + self._seconds
        for left in reversed(range(_TRIES)):
            rested = self._http.is_connected
            if not rested:
                self._http.close()
            try:
                return self._once(form, accept, until)
            except (HTTPError, HTTPException, OSError) as error:
                self._http.close()
                refused = isinstance(error, NewConnectionError)
                if not left or not (refused or (rested and _hung_up(error))):
                    raise _failure(error) from error
            if refused:
                time.sleep(_PAUSE)
        raise AssertionError("the last attempt returns or raises")

    def close(self) -> None:
        """End it."""
        if self._last is not None:
            self._last.close()
        self._http.close()

    def _once(self, form: str, accept: str, until: float) -> tuple[BaseHTTPResponse, Body]:
        self._http.timeout = max(0.01, until - time.monotonic())
        headers = {"Accept": accept, "Content-Type": FORM, "User-Agent": "policyprov"}
        if self._address.authorization:
            headers["Authorization"] = self._address.authorization
        self._http.request(
            "POST", self._address.target, form.encode(), headers, preload_content=False
        )
        response = self._http.getresponse()
        self._last = Body(response)
        return response, self._last

    def _rest(self) -> None:
        """Leave the connection as the last answer ended: at rest, or closed."""
        last, self._last = self._last, None
        if last is None:
            return
        try:
            drained = last.drain()
        except EngineFailure:
            drained = False
        if not drained:
            last.close()
            self._http.close()


def _hung_up(error: Exception) -> bool:
    return isinstance(error, ConnectionError)


def _failure(error: Exception) -> EngineFailure:
    """What it means that no answer began."""
    if isinstance(error, NewConnectionError):
        return EngineFailure("gone", "accepts no connection")
    if isinstance(error, TimeoutError | ConnectionTimeout):
        return EngineFailure("slow", "did not answer in time")
    if isinstance(error, ssl.SSLCertVerificationError):
        told = f"has a certificate that is not trusted here ({error.verify_message})"
        return EngineFailure("fault", f"{told}: SSL_CERT_FILE names the certificates that are")
    if isinstance(error, ssl.SSLError):
        return EngineFailure("fault", f"does not speak TLS as this server does ({error.reason})")
    if isinstance(error, BadStatusLine) and not _hung_up(error):
        return EngineFailure("fault", "does not speak HTTP")
    return EngineFailure(
        "gone", f"ended the connection before it answered ({type(error).__name__})"
    )
