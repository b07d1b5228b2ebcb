"""One query worker seen from the server: start it, ask it, and end it when it oversteps."""

import os
import resource
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

from graph.errors import ReleaseError
from graph.paths import ROOT
from graph.settings import MEBIBYTE, Settings
from graph.snapshot import Release
from graph.workers import framing
from graph.workers.complaints import Complaints
from graph.workers.death import ENDINGS, Death
from graph.workers.job import Job
from graph.workers.spool import Spool, received

_TICK = 0.05
"""Seconds between two looks at the clock, the memory and the client while a query runs."""
_START = 30.0
"""Seconds a worker may take to open its store."""
_BUFFERED = 1 << 16
_SLACK = 128 * MEBIBYTE
"""What a worker holds when idle, generously: the kernel's own limit is exact, the watch is not."""


class Worker:
    """A worker process over one release, used by one thread at a time."""

    def __init__(self, release: Release, settings: Settings) -> None:
        self.release = release
        self._limit = settings.query_memory_mb * MEBIBYTE + _SLACK
        self._seconds = settings.query_seconds
        self._connection, theirs = socket.socketpair()
        self._files, their_files = socket.socketpair()
        self._complaints = Complaints()
        with theirs, their_files:
            self._process = subprocess.Popen(  # noqa: S603 (our own interpreter and module)
                [
                    sys.executable,
                    "-m",
                    "graph.workers.evaluator",
                    str(theirs.fileno()),
                    str(their_files.fileno()),
                    str(os.getpid()),
                ],
                cwd=ROOT,
                # A backtrace allocates, which is what just failed when one would be printed.
                env={**os.environ, "RUST_BACKTRACE": "0"},
                pass_fds=[theirs.fileno(), their_files.fileno()],
                stdin=subprocess.DEVNULL,
                stdout=subprocess.DEVNULL,
                stderr=self._complaints.stderr,
            )
        setup = {
            "store": str(release.store),
            "engine": settings.store,
            "release": release.version,
            "network": bool(settings.service_allow),
            "memory_bytes": settings.query_memory_mb * MEBIBYTE,
            "answer_bytes": settings.answer_mb * MEBIBYTE,
            "seconds": settings.query_seconds,
        }
        framing.send(self._connection, setup)
        self._connection.settimeout(_TICK)

    @property
    def pid(self) -> int:
        """The worker's process id."""
        return self._process.pid

    @property
    def alive(self) -> bool:
        """Whether the process still runs."""
        return self._process.poll() is None

    def wait_ready(self) -> None:
        """Return once the worker has answered over its store.

        Raises ReleaseError if it cannot.
        """
        try:
            head, _, _ = self.receive(_Watch(self, _START), b"")
        except Death as death:
            raise ReleaseError(f"no query worker starts ({death.reason})") from death
        if "error" in head:
            self.end()
            raise ReleaseError(head["detail"])

    def dispatch(self, job: Job) -> "PendingReply":
        """The reply to this job, which the worker now has in hand.

        Raises Death; the worker is then gone and must be replaced.
        """
        watch = _Watch(self, self._seconds)
        query = job.query.encode()
        try:
            frame = framing.framed(job.head, query)
            if len(query) <= _BUFFERED:
                # It fits the socket's buffer: one system call, where a socket with a timeout makes
                # three, and each gives the interpreter away.
                frame = frame[os.write(self._connection.fileno(), frame) :]
            if frame:
                self._connection.settimeout(self._seconds)
                self._connection.sendall(frame)
                self._connection.settimeout(_TICK)
        except OSError as error:
            raise self._ending(watch) from error
        return PendingReply(self, watch)

    def fileno(self) -> int:
        """The descriptor that becomes readable when the worker answers or is gone."""
        return self._connection.fileno()

    def peek(self) -> bytes:
        """What the worker has sent, without waiting; empty when it is gone."""
        try:
            return os.read(self._connection.fileno(), _BUFFERED)
        except OSError:
            return b""

    def spool(self, format_: str) -> Spool:
        """Where the answer lies that the worker says has grown large."""
        return received(self._files, format_)

    def mind(self, watch: "_Watch") -> None:
        """End a worker that may not go on.

        Raises Death then.
        """
        try:
            watch.look()
        except Death:
            self.kill()
            raise

    def receive(self, watch: "_Watch", data: bytes) -> tuple[framing.Head, bytes, bytes]:
        """The worker's next frame, and what came of those after it; `data` has come before.

        Raises Death; the worker is then gone and must be replaced.
        """
        try:
            return framing.following(self._connection, watch.look, data)
        except EOFError as error:
            raise self._ending(watch) from error
        except Death:
            self.kill()
            raise

    def _ending(self, watch: "_Watch") -> Death:
        self._connection.close()
        self._files.close()
        try:
            status = self._process.wait(1.0)
        except subprocess.TimeoutExpired:
            self.kill()
            status = -signal.SIGALRM
        return Death(ENDINGS.get(status, "crash"), watch.elapsed)

    def resident(self) -> int:
        """The bytes of private memory the worker occupies; 0 where the system does not tell."""
        try:
            fields = Path(f"/proc/{self.pid}/statm").read_text(encoding="ascii").split()
        except OSError:
            return 0
        return (int(fields[1]) - int(fields[2])) * resource.getpagesize()

    def oversteps(self) -> bool:
        """Whether the worker occupies more memory than its limit and an idle worker's share."""
        return self.resident() > self._limit

    def kill(self) -> None:
        """End the worker at once, whatever it is doing; `end` collects what is left of it."""
        self._process.kill()

    def end(self) -> None:
        """End the worker and wait until nothing is left of it."""
        self._process.kill()
        self._process.wait()
        self._connection.close()
        self._files.close()
        self._complaints.log(self.pid)


class PendingReply:
    """A job that a worker has in hand, and what of its answer has come.

    One that has grown large lies in `spool`; whoever sets `poured` sends it from there.
    """

    def __init__(self, worker: Worker, watch: "_Watch") -> None:
        self._worker, self._watch = worker, watch
        self._data = b""
        self._frame: tuple[framing.Head, bytes] | None = None
        self.spool: Spool | None = None
        self.poured = self.ended = False

    @property
    def size(self) -> int:
        """The bytes of the answer that have come."""
        return len(self._data)

    def arrived(self) -> bool:
        """Whether the answer is here, whole, once its worker has become readable; never waits.

        False also for an error and for a worker that is gone (`ended`): `result` tells.
        """
        came = self._worker.peek()
        self._data += came
        self.ended = not came
        while self._frame is None and framing.whole(self._data):
            self._take()
        self.ended = self.ended or self._frame is not None
        return self._frame is not None and "error" not in self._frame[0]

    def _take(self) -> None:
        """Read on: the answer has grown, or is whole.

        Raises Death; the worker is then gone and must be replaced.
        """
        head, body, self._data = self._worker.receive(self._watch, self._data)
        if "grown" not in head:
            self._frame = head, body
            return
        if self.spool is None:
            self.spool = self._worker.spool(head["format"])
        self.spool.size = head["grown"]

    def may_go_on(self, cancelled: Callable[[], bool]) -> bool:
        """Whether its time, its memory and its client let the job go on; otherwise ask `result`."""
        self._watch.cancelled = cancelled
        try:
            self._watch.look()
        except Death:
            return False
        return True

    def result(self, cancelled: Callable[[], bool] | None = None) -> tuple[framing.Head, bytes]:
        """The worker's frame, as soon as it is whole.

        Raises Death; the worker is then gone and must be replaced.
        """
        self._watch.cancelled = cancelled
        while self._frame is None:
            self._take()
            if self._frame is None:
                # What grows all the time leaves no pause to look in.
                self._worker.mind(self._watch)
        head, body = self._frame
        if self.spool is None or self.poured:
            return head, body
        return head, self.spool.whole()


class _Watch:
    """The deadline, the memory and the client of one running query."""

    def __init__(self, worker: Worker, seconds: float) -> None:
        self._worker = worker
        self.cancelled: Callable[[], bool] | None = None
        self._start = time.monotonic()
        self._seconds = seconds

    @property
    def elapsed(self) -> float:
        """Seconds since the query was handed over."""
        return time.monotonic() - self._start

    def look(self) -> None:
        """Nothing, while the query may go on.

        Raises Death otherwise.
        """
        if self.elapsed > self._seconds:
            raise Death("time", self.elapsed)
        if self.cancelled is not None and self.cancelled():
            raise Death("client", self.elapsed)
        if self._worker.oversteps():
            raise Death("memory", self.elapsed)
