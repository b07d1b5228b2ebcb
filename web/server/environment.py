"""A request of RSGI in the words of WSGI."""

import io
import sys
from collections.abc import Mapping
from typing import TYPE_CHECKING

from werkzeug.wsgi import FileWrapper

if TYPE_CHECKING:
    from _typeshed.wsgi import WSGIEnvironment
    from granian.rsgi import Scope


def joined(scope: "Scope") -> dict[str, str]:
    """The headers by lower-case name, repeated ones joined as RFC 9110 §5.3 allows."""
    headers: dict[str, str] = {}
    for name, value in scope.headers.items():
        headers[name] = f"{headers[name]}, {value}" if name in headers else value
    return headers


def peer(scope: "Scope") -> str:
    """The address of the client, without its port."""
    return scope.client.rpartition(":")[0].strip("[]")


def environment(scope: "Scope", headers: Mapping[str, str], body: bytes) -> "WSGIEnvironment":
    """The environment of a WSGI call (PEP 3333) with this body."""
    host, _, port = scope.server.rpartition(":")
    made: WSGIEnvironment = {
        "REQUEST_METHOD": scope.method,
        "SCRIPT_NAME": "",
        # Already percent-decoded; PEP 3333 wants its bytes, one character a byte.
        "PATH_INFO": scope.path.encode().decode("latin-1"),
        "QUERY_STRING": scope.query_string,
        "SERVER_NAME": host,
        "SERVER_PORT": port,
        "SERVER_PROTOCOL": f"HTTP/{scope.http_version}",
        "REMOTE_ADDR": peer(scope),
        "wsgi.version": (1, 0),
        "wsgi.url_scheme": scope.scheme,
        "wsgi.input": io.BytesIO(body),
        "wsgi.errors": sys.stderr,
        "wsgi.multithread": True,
        "wsgi.multiprocess": False,
        "wsgi.run_once": False,
        "wsgi.file_wrapper": FileWrapper,
    }
    for name, value in headers.items():
        # A name with an underscore could pass for another header.
        if "_" not in name:
            made["HTTP_" + name.upper().replace("-", "_")] = value
    made.pop("HTTP_CONTENT_LENGTH", None)
    made["CONTENT_TYPE"] = made.pop("HTTP_CONTENT_TYPE", "")
    made["CONTENT_LENGTH"] = str(len(body))
    made.pop("HTTP_TRANSFER_ENCODING", None)
    return made
