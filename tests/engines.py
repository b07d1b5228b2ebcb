"""Engines elsewhere that hold a release: real ones, and one that misbehaves as it is told."""

import re
import shutil
import socket
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
