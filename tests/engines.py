"""Engines elsewhere that hold a release: real ones, and one that misbehaves as it is told."""

import re
import shutil
import socket
import ssl
import subprocess
import sys
import threading
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path

import pytest
import servers
import yaml

from graph.paths import ROOT
from graph.rdf.namespaces import CANONICAL_BASE

DIFFERENT: Mapping[str, Mapping[str, Mapping[str, str]]] = yaml.safe_load(
    (ROOT / "tests" / "data" / "engines.yaml").read_text("utf-8")
)
"""Kind of engine → kind of request → what differs, with its reason."""
DEFAULT = CANONICAL_BASE + "graph/default"
"""The graph of an engine without a default graph of its own that holds ours."""
_VIRTUOSO = ("virtuoso-t", "isql-vt")
_GUIDE = (ROOT / "docs" / "engines.md").read_text("utf-8")
_FOLDER, _HTTP, _SQL = "/srv/policyprov/current", "127.0.0.1:8890", "127.0.0.1:1111"
"""What stands in the guide for a release, and for the two addresses of Virtuoso."""


def told(language: str, command: str = "") -> str:
    """The block of the guide in this language that holds this command."""
    found = re.findall(rf"^```{language}\n(.*?)^```", _GUIDE, re.MULTILINE | re.DOTALL)
    (block,) = [text for text in found if command in text]
    return str(block)


@contextmanager
def oxigraph(folder: Path, work: Path) -> Iterator[str]:
    """The setting that asks `oxigraph serve` over the dumps of this release, as the guide says."""
    *load, _ = told("sh", "oxigraph load").splitlines()
    for line in load:
        subprocess.run(_oxigraph(line, work), cwd=folder, check=True, capture_output=True)
    with oxigraph_again(work, servers.free_port()) as found:
        yield found


def _oxigraph(line: str, work: Path) -> list[str]:
    """A command of the guide, for our own oxigraph and this folder."""
    _, *words = line.replace("--location engine", f"--location {work}").split()
    return [str(Path(sys.executable).parent / "oxigraph"), *words]


@contextmanager
def oxigraph_again(work: Path, port: int) -> Iterator[str]:
    """The same over a folder that was loaded before, on this port."""
    *_, serve = told("sh", "oxigraph load").splitlines()
    command = _oxigraph(serve.replace("7878", str(port)), work)
    with servers.started(command, port, {}):
        yield f"sparql+http://127.0.0.1:{port}/query"


def need_virtuoso() -> None:
    """Skip the test where Virtuoso is not installed."""
    missing = [name for name in _VIRTUOSO if shutil.which(name) is None]
    if missing:
        pytest.skip(f"{' and '.join(missing)} missing: apt-get install virtuoso-opensource")


@contextmanager
def virtuoso(folder: Path, work: Path, rows: int = 1_000_000) -> Iterator[str]:
    """The setting that asks Virtuoso over the dumps of this release."""
    work.mkdir()
    http, sql = servers.free_port(), f"127.0.0.1:{servers.free_port()}"

    def here(text: str) -> str:
        text = text.replace(_FOLDER, str(folder)).replace(_HTTP, f"127.0.0.1:{http}")
        return text.replace(_SQL, sql).replace("1000000\n", f"{rows}\n")

    (work / "virtuoso.ini").write_text(here(told("ini")))
    command = ["virtuoso-t", "-f", "-c", "virtuoso.ini"]
    with servers.started(command, http, {}, work, patience=120):
        load = ["isql-vt", sql, "dba", "dba", f"exec={here(told('sql'))}"]
        subprocess.run(load, check=True, capture_output=True)
        yield here(told("text", "8890")).strip()


_STARTS = {"oxigraph": oxigraph, "virtuoso": virtuoso}
REAL = tuple(_STARTS)
"""The kinds of engines that are started for real."""


@contextmanager
def holding(kind: str, folder: Path, work: Path) -> Iterator[str]:
    """The setting that asks an engine of this kind over this release; skips where it is missing."""
    if kind == "virtuoso":
        need_virtuoso()
    with _STARTS[kind](folder, work) as found:
        yield found


class Scripted(servers.Listener):
    """A server that answers the nth request with the nth script, whatever is asked.

    A script is the bytes of an answer, and after them `keep`, `close` or `hang`.
    """

    def __init__(self, scripts: Sequence[tuple[bytes, str]]) -> None:
        self.requests: list[bytes] = []
        self._scripts = list(scripts)
        self._over = threading.Event()
        super().__init__()

    @property
    def setting(self) -> str:
        """The setting that asks it."""
        return f"sparql+http://127.0.0.1:{self.port}/sparql"

    def close(self) -> None:
        """Answer nobody any more."""
        self._over.set()
        super().close()

    def _meet(self, connection: socket.socket) -> None:
        threading.Thread(target=self._serve, args=(connection,), daemon=True).start()

    def _serve(self, connection: socket.socket) -> None:
        with connection, suppress(OSError):
            while request := _request(connection):
                self.requests.append(request)
                answer, then = self._scripts[min(len(self.requests), len(self._scripts)) - 1]
                connection.sendall(answer)
                if then == "hang":
                    self._over.wait()
                if then != "keep":
                    return


class Secure(servers.Listener):
    """TLS in front of a port of this machine, with a certificate that it signed itself.

    `folder` gets the certificate, `certificate` names its file.
    """

    def __init__(self, behind: int, folder: Path, name: str = "IP:127.0.0.1") -> None:
        self._behind, self.certificate = behind, folder / "certificate.pem"
        key = folder / "key.pem"
        make = "openssl req -x509 -newkey rsa:2048 -nodes -days 2 -subj /CN=engine"
        where = ["-keyout", str(key), "-out", str(self.certificate)]
        command = [*make.split(), "-addext", f"subjectAltName={name}", *where]
        subprocess.run(command, check=True, capture_output=True)
        self._tls = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        self._tls.load_cert_chain(self.certificate, key)
        super().__init__()

    def setting(self, path: str) -> str:
        """The setting that asks the engine behind it."""
        return f"sparql+https://127.0.0.1:{self.port}{path}"

    def _meet(self, connection: socket.socket) -> None:
        threading.Thread(target=self._relay, args=(connection,), daemon=True).start()

    def _relay(self, connection: socket.socket) -> None:
        with (
            suppress(OSError),
            self._tls.wrap_socket(connection, server_side=True) as near,
            socket.create_connection(("127.0.0.1", self._behind)) as far,
        ):
            # Nothing of a request is lost between the two: HTTP asks and answers in turn.
            while request := _request(near):
                far.sendall(request)
                _passed_on(far, near)


class Crossing(servers.Listener):
    """One address for several engines: /NAME/query is the engine on the port of that name."""

    def __init__(self, ports: dict[str, int]) -> None:
        self.ports = ports
        super().__init__()

    @property
    def setting(self) -> str:
        """The setting that asks the engine named like the release."""
        return f"sparql+http://127.0.0.1:{self.port}/{{release}}/query"

    def _meet(self, connection: socket.socket) -> None:
        threading.Thread(target=self._relay, args=(connection,), daemon=True).start()

    def _relay(self, near: socket.socket) -> None:
        with near, suppress(OSError):
            while request := _request(near):
                method, target, rest = request.split(b" ", 2)
                _, name, path = target.split(b"/", 2)
                port = self.ports.get(name.decode())
                if port is None:
                    near.sendall(b"HTTP/1.1 404 Not Found\r\nContent-Length: 0\r\n\r\n")
                    continue
                with socket.create_connection(("127.0.0.1", port)) as far:
                    far.sendall(b" ".join((method, b"/" + path, rest)))
                    _passed_on(far, near)


def _passed_on(far: socket.socket, near: socket.socket) -> None:
    """Hand on what comes, until nothing has come for a while."""
    far.settimeout(30)
    piece = far.recv(1 << 16)
    far.settimeout(0.2)
    with suppress(TimeoutError):
        while piece:
            near.sendall(piece)
            piece = far.recv(1 << 16)


class Plain(servers.Listener):
    """A server that speaks before it is asked, and without TLS."""

    def _meet(self, connection: socket.socket) -> None:
        with connection, suppress(OSError):
            connection.sendall(b"HTTP/1.1 400 Bad Request\r\n\r\n")
            connection.recv(1 << 16)


class Flood(servers.Listener):
    """An engine whose answers never end."""

    def __init__(self) -> None:
        self.sent = 0
        """The bytes that a client took."""
        head = b"HTTP/1.1 200 OK\r\nContent-Type: application/sparql-results+json\r\n"
        begin = b'{"head":{"vars":["s"]},"results":{"bindings":['
        row = b'{"s":{"type":"literal","value":"' + b"x" * 1000
        self._start, self._more = head + b"\r\n" + begin, (row + b'"}},') * 64
        super().__init__()

    @property
    def setting(self) -> str:
        """The setting that asks it."""
        return f"sparql+http://127.0.0.1:{self.port}/sparql"

    def _meet(self, connection: socket.socket) -> None:
        threading.Thread(target=self._pour, args=(connection,), daemon=True).start()

    def _pour(self, connection: socket.socket) -> None:
        with connection, suppress(OSError):
            _request(connection)
            connection.sendall(self._start)
            while True:
                connection.sendall(self._more)
                self.sent += len(self._more)


def _request(connection: socket.socket) -> bytes:
    """A whole request; empty when the client is gone."""
    data = b""
    while b"\r\n\r\n" not in data:
        piece = connection.recv(1 << 16)
        if not piece:
            return b""
        data += piece
    head, _, body = data.partition(b"\r\n\r\n")
    length = next(
        int(line.split(b":")[1])
        for line in head.split(b"\r\n")
        if line.lower().startswith(b"content-length:")
    )
    while len(body) < length:
        body += connection.recv(1 << 16)
    return head + b"\r\n\r\n" + body
