"""Real servers over a release: ours, and `oxigraph serve-read-only` to compare with."""

import http.client
import os
import resource
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path

import pytest

from graph.paths import ROOT

CLAIM = "https://w3id.org/policyprov/id/claim/rmrb-20210111-11-a2-1"
CAPPED = {
    "POLICYPROV_WORKERS": "2",
    "POLICYPROV_SPARES": "1",
    "POLICYPROV_QUERY_SECONDS": "2",
    "POLICYPROV_QUERY_MEMORY_MB": "256",
    "POLICYPROV_ANSWER_MB": "8",
    "POLICYPROV_BODY_SECONDS": "2",
    "POLICYPROV_RATE": "0",
    "POLICYPROV_LOG": "off",
}
"""Limits small enough to be met on purpose."""


ONE_AND_TWO = (1, pytest.param(2, marks=pytest.mark.slow))
"""Numbers of fronts: what is promised holds for both."""
ANY_FRONTS = pytest.mark.parametrize(
    "site", ONE_AND_TWO, ids="{}-fronts".format, indirect=True, scope="session"
)
"""A test of the `site`, as one process and as two."""

CUT = 0
"""Instead of a status: the answer had begun when its query met a limit, and broke off."""


def tree(pid: int) -> list[int]:
    """A process and all below it."""
    children: list[int] = []
    # A process or a thread of it may end while it is looked at.
    with suppress(FileNotFoundError, ProcessLookupError):
        for task in Path(f"/proc/{pid}/task").glob("*/children"):
            children += map(int, task.read_text().split())
    return [pid, *(each for child in children for each in tree(child))]


def memory(pid: int) -> int:
    """The resident bytes of a process and all below it."""
    return sum(map(_resident, tree(pid)))


def _resident(pid: int) -> int:
    """The resident bytes of a process; 0 when it is gone."""
    try:
        pages = int(Path(f"/proc/{pid}/statm").read_text().split()[1])
    except (OSError, IndexError):
        return 0
    return pages * resource.getpagesize()


def workers(pid: int) -> list[int]:
    """The query workers of a server, whichever of its fronts they belong to."""
    return sorted(each for each in tree(pid) if _is_worker(each))


def _is_worker(pid: int) -> bool:
    try:
        return b"graph.workers.evaluator" in Path(f"/proc/{pid}/cmdline").read_bytes()
    except OSError:
        return False


@dataclass(frozen=True)
class Reply:
    """An answer; header names in lower case."""

    status: int
    headers: Mapping[str, str]
    body: bytes

    @property
    def type(self) -> str:
        """The media type without parameters."""
        return self.headers.get("content-type", "").partition(";")[0].strip()

    @property
    def text(self) -> str:
        """The body as text."""
        return self.body.decode()


@dataclass(frozen=True)
class Site:
    """A server on a loopback port."""

    port: int
    pid: int

    @property
    def url(self) -> str:
        """Its address without a slash at the end."""
        return f"http://127.0.0.1:{self.port}"

    def ask(
        self,
        target: str,
        method: str = "GET",
        headers: Mapping[str, str] | None = None,
        body: bytes | None = None,
        *,
        host: bool = True,
    ) -> Reply:
        """The answer to one request, its target sent as it stands, with or without a Host."""
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=30)
        try:
            connection.putrequest(method, target, skip_accept_encoding=True, skip_host=not host)
            for name, value in (headers or {}).items():
                connection.putheader(name, value)
            if body is not None and "Content-Length" not in (headers or {}):
                connection.putheader("Content-Length", str(len(body)))
            # A server that knows enough stops reading; its answer is there all the same.
            with suppress(BrokenPipeError, ConnectionResetError):
                connection.endheaders(body)
            response = connection.getresponse()
            found = {name.lower(): value for name, value in response.getheaders()}
            return Reply(response.status, found, response.read())
        finally:
            connection.close()


def wait_until(true: Callable[[], bool], seconds: float = 60) -> None:
    """Return once it is true, or fail the test: the time is patience, not a promise."""
    until = time.monotonic() + seconds
    while not true():
        assert time.monotonic() < until, "it did not come true in time"
        time.sleep(0.02)


def free_port() -> int:
    """A loopback port that nobody listens on now."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@contextmanager
def started(
    command: list[str],
    port: int,
    environ: Mapping[str, str],
    root: Path = ROOT,
    patience: float = 30,
) -> Iterator[Site]:
    """A server process that answers on this port, ended when the block is left."""
    process = subprocess.Popen(
        command, cwd=root, env={**os.environ, **environ}, stderr=subprocess.DEVNULL
    )
    try:
        _wait(process, port, patience)
        yield Site(port, process.pid)
    finally:
        process.terminate()
        process.wait(timeout=30)


def _wait(process: "subprocess.Popen[bytes]", port: int, patience: float) -> None:
    until = time.monotonic() + patience
    while time.monotonic() < until:
        if process.poll() is not None:
            raise RuntimeError(f"{process.args!r} ended with {process.returncode}")
        with socket.socket() as probe:
            if probe.connect_ex(("127.0.0.1", port)) == 0:
                return
        time.sleep(0.02)
    raise RuntimeError(f"{process.args!r} does not answer")


@contextmanager
def ours(release: Path, root: Path = ROOT, /, **settings: str) -> Iterator[Site]:
    """Our server over this release, run from the checkout `root`, with one front unless told."""
    port = free_port()
    environ = {
        **CAPPED,
        "POLICYPROV_PORT": str(port),
        "POLICYPROV_RELEASE": str(release),
        "POLICYPROV_FRONTS": "1",
        "PYTHONWARNINGS": "default",
        **settings,
    }
    with started([sys.executable, "server.py"], port, environ, root) as site:
        yield site


@contextmanager
def oxigraph(release: Path) -> Iterator[Site]:
    """The engine's own server over the same store."""
    port = free_port()
    binary = str(Path(sys.executable).parent / "oxigraph")
    store = str(release / "store")
    command = [binary, "serve-read-only", "-l", store, "-b", f"127.0.0.1:{port}"]
    with started(command, port, {}) as site:
        yield site


class Listener:
    """A socket of this machine, and somebody who meets each connection in a thread."""

    def __init__(self) -> None:
        self._socket = socket.socket()
        self._socket.bind(("127.0.0.1", 0))
        self._socket.listen()
        threading.Thread(target=self._listen, daemon=True).start()

    @property
    def port(self) -> int:
        """Where it listens."""
        return int(self._socket.getsockname()[1])

    def close(self) -> None:
        """Stop listening."""
        with suppress(OSError):
            self._socket.shutdown(socket.SHUT_RDWR)
        self._socket.close()

    def _listen(self) -> None:
        while True:
            try:
                connection, _ = self._socket.accept()
            except OSError:
                return
            self._meet(connection)

    def _meet(self, connection: socket.socket) -> None:
        raise NotImplementedError


class Canary(Listener):
    """A listener that counts who comes."""

    def __init__(self) -> None:
        self.calls = 0
        super().__init__()

    @property
    def url(self) -> str:
        """Where it listens."""
        return f"http://127.0.0.1:{self.port}/"

    def _meet(self, connection: socket.socket) -> None:
        self.calls += 1
        connection.close()
