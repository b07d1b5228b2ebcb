"""One HTTP request, whole, and its words in WSGI's."""

import io
import sys
from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING
from urllib.parse import unquote_to_bytes

from werkzeug.wsgi import FileWrapper

from graph.errors import RequestError

if TYPE_CHECKING:
    from _typeshed.wsgi import WSGIEnvironment


_OF_SENDING = frozenset(("content-length", "transfer-encoding", "expect"))
"""Headers that tell how a body comes, and not what it is."""


@dataclass(frozen=True, slots=True)
class Request:
    """One request; its headers by lower-case name, repeated ones joined (RFC 9110 §5.3).

    `path` is percent-decoded, `query_string` as it was sent; `start` is when it came, by
    time.perf_counter; `refused` is what was wrong with it before anyone looked at what it asks;
    `keep_alive` is whether its client may send another on the same connection; `target` is as sent.
    """

    method: str
    path: str
    query_string: str
    version: str
    headers: Mapping[str, str]
    body: bytes
    peer: str
    server: tuple[str, str]
    start: float
    keep_alive: bool
    refused: RequestError | None = None
    target: bytes = b""

    def wire(self) -> bytes:
        """The request as another process can read it again (RFC 9112)."""
        lines = [f"{n}: {v}\r\n" for n, v in self.headers.items() if n not in _OF_SENDING]
        head = f"{self.target.decode('latin-1')} HTTP/{self.version}\r\n{''.join(lines)}"
        length = b"content-length: %d\r\n" % len(self.body) if self.body else b""
        return b"%s %s%s\r\n%s" % (self.method.encode(), head.encode("latin-1"), length, self.body)


def split(target: bytes) -> tuple[str, str]:
    """The decoded path and the query string of a request target."""
    if not target.startswith(b"/"):
        # The absolute form (RFC 9112 §3.2.2): its authority says nothing that we need.
        _, scheme, rest = target.partition(b"://")
        target = b"/" + rest.partition(b"/")[2] if scheme else target
    path, _, query = target.partition(b"#")[0].partition(b"?")
    decoded = unquote_to_bytes(path) if b"%" in path else path
    return decoded.decode("utf-8", "replace"), query.decode("latin-1")


def joined(headers: list[tuple[bytes, bytes]]) -> dict[str, str]:
    """The headers by lower-case name, repeated ones joined."""
    found: dict[str, str] = {}
    for raw, value in headers:
        name, text = _name(raw), value.decode("latin-1")
        found[name] = f"{found[name]}, {text}" if name in found else text
    return found


@lru_cache(maxsize=256)
def _name(raw: bytes) -> str:
    return raw.decode("latin-1").lower()


def environment(request: Request) -> "WSGIEnvironment":
    """The environment of a WSGI call (PEP 3333) for this request."""
    host, port = request.server
    made: WSGIEnvironment = {
        "REQUEST_METHOD": request.method,
        "SCRIPT_NAME": "",
        # PEP 3333 wants its bytes, one character a byte.
        "PATH_INFO": request.path.encode().decode("latin-1"),
        "QUERY_STRING": request.query_string,
        "SERVER_NAME": host,
        "SERVER_PORT": port,
        "SERVER_PROTOCOL": f"HTTP/{request.version}",
        "REMOTE_ADDR": request.peer,
        "wsgi.version": (1, 0),
        "wsgi.url_scheme": "http",
        "wsgi.input": io.BytesIO(request.body),
        "wsgi.errors": sys.stderr,
        "wsgi.multithread": True,
        "wsgi.multiprocess": False,
        "wsgi.run_once": False,
        "wsgi.file_wrapper": FileWrapper,
    }
    for name, value in request.headers.items():
        # A name with an underscore could pass for another header.
        if "_" not in name:
            made["HTTP_" + name.upper().replace("-", "_")] = value
    made.pop("HTTP_CONTENT_LENGTH", None)
    made["CONTENT_TYPE"] = made.pop("HTTP_CONTENT_TYPE", "")
    made["CONTENT_LENGTH"] = str(len(request.body))
    made.pop("HTTP_TRANSFER_ENCODING", None)
    return made
