"""The result cache, in front of the application: what was answered once is not asked again.

The application decides what may be shared: it marks such an answer with the response header
`X-Policyprov-Cache: store`, which never leaves the server. It must not mark an answer that depends
on anything but the release, the method-independent request and `Accept`; nor one with a function
that differs between evaluations (RAND, NOW, UUID, STRUUID, BNODE). An answer that sets a cookie, or
that varies by more than `Accept` and `Accept-Encoding`, is not kept whatever it is marked.
"""

import hashlib
import io
from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace
from functools import cached_property, lru_cache
from typing import TYPE_CHECKING, Any, NamedTuple

from web.middleware.arrival import arrival
from web.middleware.cache_key import Asked, asked
from web.middleware.compression import ENCODERS, chosen, worthwhile
from web.middleware.lru import Cache, Entry, Key

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIApplication, WSGIEnvironment

MARK = "X-Policyprov-Cache"
_OWN = frozenset(("content-length", "date", "server", "connection", "etag", "vary", MARK.lower()))
"""Headers written anew for each answer, or never passed on."""
_SHARED = frozenset(("accept", "accept-encoding"))
_VARY = ("Vary", "Accept, Accept-Encoding")
_HIT = "policyprov; hit"
UNKEPT = (_VARY, ("Cache-Status", "policyprov; fwd=miss"))
"""Headers of an answer that is sent before anyone knows whether it will be kept."""
_WHOLE = frozenset(("etag", "content-encoding", "content-range", "accept-ranges", "last-modified"))
"""Headers that speak of the bytes as they are: an answer with one is not compressed on its way."""
_CONDITIONAL = frozenset(("cache-control", "link", "access-control-allow-origin"))
"""What a 304 carries beside ETag and Vary (RFC 9110 §15.4.5), and what lets a script read it."""
QUICK = 1 << 14
"""Bytes that may be compressed where a moment's delay would hold up other requests."""

Headers = list[tuple[str, str]]


@dataclass(frozen=True)
class Reply:
    """An HTTP answer as WSGI has it."""

    status: str
    headers: Headers
    chunks: Iterable[bytes]
    wire: bytes = b""
    """The headers as `encoded` gives them, where they were sent before."""


class Kept(Entry):
    """An answer in the cache."""

    @cached_property
    def hit(self) -> Reply:
        """What is sent to everyone who asks for it again."""
        return _whole(self, _HIT)


class Cached:
    """A WSGI application that answers from the cache, and from `app` what is not there.

    `edition` names the content being served; `limit` is the longest request body read, in bytes.
    """

    def __init__(
        self, app: "WSGIApplication", cache: Cache[Kept], edition: Callable[[], str], limit: int
    ) -> None:
        self._app, self._cache, self._edition, self._limit = app, cache, edition, limit

    def find(self, wanted: Asked, *, quick: bool = False) -> Reply | None:
        """The cached answer, if there is one; `quick` leaves one that is slow to compress."""
        key = (self._edition(), wanted.digest)
        coding = chosen(wanted.accept_encoding)
        entry = self._cache.get((*key, coding))
        if entry is None and coding:
            entry = self._cache.get((*key, ""))
            if entry is not None and worthwhile(_fixed(entry.headers).type, len(entry.body)):
                if quick and len(entry.body) > QUICK:
                    return None
                entry = self._encoded(key, entry, coding)
        if entry is None:
            return None
        self._cache.count(hit=True)
        return _reply(entry, wanted, _HIT) if wanted.if_none_match or wanted.head else entry.hit

    def __call__(
        self, environ: "WSGIEnvironment", start_response: "StartResponse"
    ) -> Iterable[bytes]:
        """The chunks of the answer (PEP 3333)."""
        wanted = self._wanted(environ)
        reply = self.find(wanted) if wanted is not None else None
        if reply is None:
            reply = self._forward(environ, wanted)
        start_response(reply.status, reply.headers)
        return reply.chunks

    def _wanted(self, environ: "WSGIEnvironment") -> Asked | None:
        came = arrival(environ)
        if came is not None:
            return came.wanted
        body = self._body(environ)
        if body is None:
            return None

        def header(name: str) -> str | None:
            bare = name.upper().replace("-", "_")
            key = bare if bare in ("CONTENT_TYPE", "CONTENT_LENGTH") else "HTTP_" + bare
            found: str | None = environ.get(key)
            return found

        path = environ.get("SCRIPT_NAME", "") + environ.get("PATH_INFO", "")
        method, query = environ["REQUEST_METHOD"], environ.get("QUERY_STRING", "")
        return asked(method, path, query, header, body)

    def _body(self, environ: "WSGIEnvironment") -> bytes | None:
        """The request body, put back for the application; None if it is too long to look at."""
        length = environ.get("CONTENT_LENGTH") or "0"
        if not length.isdecimal() or int(length) > self._limit:
            return None
        if length == "0":
            return None if environ.get("HTTP_TRANSFER_ENCODING") else b""
        body: bytes = environ["wsgi.input"].read(int(length))
        environ["wsgi.input"] = io.BytesIO(body)
        return body

    def _forward(self, environ: "WSGIEnvironment", wanted: Asked | None) -> Reply:
        edition = self._edition()
        reply = called(self._app, environ)
        headers = [(name, value) for name, value in reply.headers if name.lower() != MARK.lower()]
        marked = len(headers) < len(reply.headers)
        if not marked or wanted is None or wanted.head or not _shareable(reply.status, headers):
            return _packed(Reply(reply.status, headers, reply.chunks), environ)
        return self.kept(edition, wanted, headers, _joined(reply.chunks))

    @property
    def edition(self) -> str:
        """What names the content being served."""
        return self._edition()

    def kept(self, edition: str, wanted: Asked, headers: Headers, body: bytes) -> Reply:
        """An answer that may be shared, kept from now on; `edition` is that of before it was made.

        Its headers need no Vary and no length: those are written anew.
        """
        self._cache.count(hit=False)
        key = (edition, wanted.digest)
        entry = _entry(key, headers, body)
        coding = chosen(wanted.accept_encoding)
        # A release that came meanwhile may or may not be what was read: leave it uncached.
        kept = edition == self._edition() and self._cache.put((*key, ""), entry)
        if coding and worthwhile(_fixed(entry.headers).type, len(entry.body)):
            entry = self._encoded(key, entry, coding, keep=kept)
        stored = "; stored" if kept else ""
        return _reply(entry, wanted, f"policyprov; fwd=miss{stored}")

    def kept_late(
        self,
        edition: str,
        wanted: Asked,
        headers: Headers,
        size: int,
        body: Callable[[], bytes],
    ) -> None:
        """Keep an answer that was sent before it was whole, if it is not too large."""
        if self._cache.takes(size):
            self.kept(edition, wanted, headers, body())
        else:
            self._cache.count(hit=False)

    def _encoded(self, key: Key, entry: Kept, coding: str, *, keep: bool = True) -> Kept:
        body = ENCODERS[coding](entry.body)
        headers = (*entry.headers, ("Content-Encoding", coding))
        made = Kept(headers, body, f'{entry.etag[:-1]}-{coding}"')
        if keep:
            self._cache.put((*key, coding), made)
        return made


def called(app: "WSGIApplication", environ: "WSGIEnvironment") -> Reply:
    """What a WSGI application answers."""
    seen: list[tuple[str, Headers]] = []

    def start_response(status: str, headers: Headers, _: Any = None) -> Callable[[bytes], object]:
        seen.append((status, headers))
        return lambda _: None

    chunks = app(environ, start_response)
    status, headers = seen[-1]
    return Reply(status, headers, chunks)


def _joined(chunks: Iterable[bytes]) -> bytes:
    try:
        return b"".join(chunks)
    finally:
        close = getattr(chunks, "close", None)
        if close is not None:
            close()


def _packed(reply: Reply, environ: "WSGIEnvironment") -> Reply:
    """The same answer, compressed if it is of this moment only: whole, without a validator."""
    names = {name.lower(): value for name, value in reply.headers}
    length = names.get("content-length", "")
    coding = chosen(environ.get("HTTP_ACCEPT_ENCODING", ""))
    if (
        not coding
        or not reply.status.startswith("200")
        or environ["REQUEST_METHOD"] == "HEAD"
        or names.keys() & _WHOLE
        or not length.isdecimal()
        or not worthwhile(names.get("content-type", ""), int(length))
    ):
        return reply
    body = ENCODERS[coding](_joined(reply.chunks))
    kept = [(n, v) for n, v in reply.headers if n.lower() not in ("content-length", "vary")]
    vary = ", ".join(filter(None, (names.get("vary"), "Accept-Encoding")))
    made = [("Vary", vary), ("Content-Encoding", coding), ("Content-Length", str(len(body)))]
    return Reply(reply.status, kept + made, [body])


def _shareable(status: str, headers: Headers) -> bool:
    if not status.startswith("200"):
        return False
    for name, value in headers:
        match name.lower():
            case "set-cookie" | "content-encoding" | "content-range":
                return False
            case "vary":
                if not {part.strip().lower() for part in value.split(",")} <= _SHARED:
                    return False
    return True


class _Fixed(NamedTuple):
    """Headers that many answers have alike: those that are kept, one of them, and their lines."""

    headers: tuple[tuple[str, str], ...]
    type: str
    wire: bytes


@lru_cache(maxsize=512)
def _fixed(headers: tuple[tuple[str, str], ...]) -> _Fixed:
    kept = tuple([header for header in headers if header[0].lower() not in _OWN])
    named = {name.lower(): value for name, value in reversed(kept)}
    if "cache-control" not in named:
        # Keep it, but ask each time: the next release may be there at any moment.
        kept += (("Cache-Control", "public, no-cache"),)
    return _Fixed(kept, named.get("content-type", ""), encoded(list(kept)))


def _entry(key: Key, headers: Headers, body: bytes) -> Kept:
    fixed = _fixed(tuple(headers))
    # The body is part of it: grouped rows may come in another order from another worker.
    digest = hashlib.sha256("\n".join((*key, fixed.type)).encode() + body).hexdigest()
    return Kept(fixed.headers, body, f'"{digest[:32]}"')


def encoded(headers: Headers) -> bytes:
    """The lines of these headers (RFC 9112 §5).

    Raises ValueError for one that would be two lines.
    """
    text = "".join([f"{name}: {value}\r\n" for name, value in headers])
    if text.count("\n") != len(headers) or text.count("\r") != len(headers):
        raise ValueError(f"a header of several lines: {headers}")
    return text.encode("latin-1")


def _told(etag: str, cache_status: str) -> Headers:
    return [("ETag", etag), _VARY, ("Cache-Status", cache_status)]


def _matches(if_none_match: str, etag: str) -> bool:
    if if_none_match.strip() == "*":
        return True
    given = (part.strip().removeprefix("W/") for part in if_none_match.split(","))
    return etag in given


def _reply(entry: Entry, wanted: Asked, cache_status: str) -> Reply:
    if wanted.if_none_match and _matches(wanted.if_none_match, entry.etag):
        kept = [(n, v) for n, v in entry.headers if n.lower() in _CONDITIONAL]
        return Reply("304 Not Modified", [*kept, *_told(entry.etag, cache_status)], [])
    whole = _whole(entry, cache_status)
    return replace(whole, chunks=[]) if wanted.head else whole


def _whole(entry: Entry, cache_status: str) -> Reply:
    told = [*_told(entry.etag, cache_status), ("Content-Length", str(len(entry.body)))]
    fixed = _fixed(entry.headers)
    return Reply("200 OK", [*entry.headers, *told], [entry.body], fixed.wire + encoded(told))
