"""Bytes to requests: llhttp (through httptools) reads HTTP/1.1 (RFC 9112), within bounds."""

from collections.abc import Callable
from time import perf_counter

import httptools

from graph.errors import LimitError, ParameterError, RequestError, SlowError, TooLargeError
from web.server.owner import Owner
from web.server.request import Request, joined, split

_HEAD = 1 << 18
"""Bytes of a request's line and headers."""
_HEAD_SECONDS = 10.0
_SMALL = 1 << 16
"""Bytes of a body that all connections together may have in memory."""
_BODILESS = frozenset((b"GET", b"HEAD", b"OPTIONS"))
_OFFER = frozenset((b"upgrade", b"connection", b"http2-settings"))


class NoHttpError(Exception):
    """What a client sends cannot be answered but by this status and text, and then no more."""

    def __init__(self, status: int, text: str) -> None:
        super().__init__(text)
        self.status, self.text = status, text


class Reader:
    """The requests of one connection.

    `heard` is called with each that is whole, or that is refused before it is, and only takes note
    of it; `proceed` where a client waits to be asked for a body. Once `deaf`, it looks at nothing
    any more. `began` tells whether a request has begun to come that is not whole.
    """

    def __init__(
        self,
        owner: Owner,
        ends: tuple[str, tuple[str, str]],
        heard: Callable[[Request], None],
        proceed: Callable[[], None],
    ) -> None:
        self._owner, (self._peer, self._server) = owner, ends
        self._heard, self._proceed = heard, proceed
        self._parser = httptools.HttpRequestParser(self)
        self.deaf = False
        self._held = 0
        self._begin()
        self.began = False

    def _begin(self) -> None:
        self._target = b""
        self._headers: list[tuple[bytes, bytes]] = []
        self._body: list[bytes] = []
        self._length = self._raw = 0
        self.began, self._in_head = True, True
        self._start = perf_counter()

    # What the parser calls.

    def on_message_begin(self) -> None:
        """A request begins."""
        self._begin()

    def on_url(self, piece: bytes) -> None:
        """Its target, or some of it."""
        self._target += piece

    def on_header(self, name: bytes, value: bytes) -> None:
        """A header."""
        self._headers.append((name, value))

    def on_headers_complete(self) -> None:
        """Refuse a body that is announced too long; let one come that waits to be asked for."""
        self._in_head = False
        if self.deaf or self._parser.should_upgrade():
            return
        self._fields = joined(self._headers)
        length = self._fields.get("content-length", "")
        if length.isdecimal() and int(length) > self._owner.longest:
            self._refuse(self._too_large())
        elif self._owner.crowded and self._is_large(length):
            error = LimitError("too many large requests", retry_after=1, extra={"limit": "queue"})
            self._refuse(error)
        elif self._fields.get("expect", "").lower() == "100-continue":
            self._proceed()

    def _is_large(self, length: str) -> bool:
        known = length.isdecimal() and int(length) <= _SMALL
        return not known and self._parser.get_method() not in _BODILESS

    def on_body(self, piece: bytes) -> None:
        """Some of the body."""
        if self.deaf:
            return
        self._body.append(piece)
        self._length += len(piece)
        self._held += len(piece)
        self._owner.held += len(piece)
        if self._length > self._owner.longest:
            self._refuse(self._too_large())

    def on_message_complete(self) -> None:
        """The request is here, whole."""
        if self.deaf or self._parser.should_upgrade():
            return
        refused = None
        if self._parser.get_http_version() == "1.1" and "host" not in self._fields:
            refused = ParameterError("the request has no Host", "send one (RFC 9110 §7.2)")
        self._complete(refused, keep_alive=self._parser.should_keep_alive())

    def feed(self, data: bytes) -> None:
        """Read on.

        Raises NoHttpError.
        """
        self._raw = self._raw + len(data) if self._in_head else 0
        try:
            self._parser.feed_data(data)
        except httptools.HttpParserUpgrade as upgrade:
            self._not_upgraded(data[upgrade.args[0] :])
        except httptools.HttpParserCallbackError:
            # A mistake of ours, and not the client's.
            raise
        except httptools.HttpParserInvalidMethodError as error:
            raise NoHttpError(501, "this method is not known") from error
        except httptools.HttpParserError as error:
            raise NoHttpError(400, "this is no HTTP/1.1") from error
        if self._in_head and self._raw > _HEAD:
            raise NoHttpError(431, "the headers are too long")

    def hurry(self, now: float) -> None:
        """Give up on a request that is not whole in time.

        Raises NoHttpError.
        """
        waited, seconds = now - self._start, self._owner.body_seconds
        if self.deaf or not self.began:
            return
        if self._in_head:
            if waited > _HEAD_SECONDS:
                raise NoHttpError(408, "the headers came too slowly")
        elif waited > seconds:
            self._refuse(SlowError(f"the body was not complete after {seconds:g} seconds"))

    def release(self) -> None:
        """Hold no bodies any more."""
        self._owner.held -= self._held
        self._held = 0

    def _not_upgraded(self, rest: bytes) -> None:
        """Read a request that offers another protocol again, without its offer (RFC 9110 §7.8)."""
        lines = [b"%s: %s\r\n" % h for h in self._headers if h[0].lower() not in _OFFER]
        method = self._parser.get_method()
        self._parser = httptools.HttpRequestParser(self)
        if method == b"CONNECT":
            raise NoHttpError(405, "this is no proxy")
        head = b"%s %s HTTP/1.1\r\n" % (method, self._target)
        self.feed(b"".join((head, *lines, b"\r\n", rest)))

    def _complete(self, refused: RequestError | None, *, keep_alive: bool) -> None:
        path, query = split(self._target)
        request = Request(
            method=self._parser.get_method().decode("latin-1"),
            path=path,
            query_string=query,
            version=self._parser.get_http_version(),
            headers=self._fields,
            body=b"" if refused else b"".join(self._body),
            peer=self._peer,
            server=self._server,
            start=self._start,
            keep_alive=keep_alive and not self._owner.ending,
            refused=refused,
            target=self._target,
        )
        self.began = False
        self._body = []
        self._heard(request)

    def _refuse(self, error: RequestError) -> None:
        """Answer without the rest of the body, which nobody reads."""
        self.deaf = True
        self._complete(error, keep_alive=False)

    def _too_large(self) -> TooLargeError:
        allowed = self._owner.request_mb
        return TooLargeError(
            f"the body is larger than {allowed} MiB",
            "shorten the query, for instance its VALUES",
            extra={"value": allowed, "unit": "MiB"},
        )
