"""Which workers are free, which are at work, who waits for one, and whom to replace."""

import threading
import time
from collections import Counter, deque
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass

from graph.settings import Settings
from graph.snapshot import Release
from graph.workers import limits
from graph.workers.process import Worker

_PATIENCE = 0.05
"""Seconds between two looks at the client of a waiting query."""

Cancelled = Callable[[], bool]
"""Whether the client of a query is gone."""


@dataclass(frozen=True)
class Stats:
    """What the pool is doing and has done; `deaths` counts workers ended early, by reason."""

    release: str
    workers: int
    busy: int
    waiting: int
    starts: int
    answers: int
    seconds: float
    deaths: Mapping[str, int]


class _Ticket:
    """A place in the queue, with the worker once it is this query's turn."""

    def __init__(self) -> None:
        self.called = threading.Event()
        self.worker: Worker | None = None


class Roster:
    """The workers of one release at a time, handed out first come first served.

    `wake` is set whenever somebody must be replaced.
    """

    def __init__(self, release: Release, settings: Settings) -> None:
        self.release, self._settings = release, settings
        self.wake = threading.Event()
        self.closed = False
        self._lock = threading.Lock()
        self._idle: list[Worker] = []
        self._busy: set[Worker] = set()
        self._waiting: deque[_Ticket] = deque()
        self._retired: list[Worker] = []
        self._starts = self._answers = 0
        self._seconds = 0.0
        self._deaths: Counter[str] = Counter()

    @property
    def ready(self) -> bool:
        """Whether a worker over the current release lives; each has answered a query at start."""
        with self._lock:
            return not self.closed and (bool(self._busy) or any(w.alive for w in self._idle))

    def stats(self) -> Stats:
        """A snapshot for the metrics."""
        with self._lock:
            return Stats(
                release=self.release.version,
                workers=len(self._idle) + len(self._busy),
                busy=len(self._busy),
                waiting=len(self._waiting),
                starts=self._starts,
                answers=self._answers,
                seconds=self._seconds,
                deaths=dict(self._deaths),
            )

    # For queries.

    def free(self) -> Worker | None:
        """A free worker, which is busy from now on; None if there is none."""
        with self._lock:
            return self._free()

    def take(self, cancelled: Cancelled | None) -> Worker:
        """A worker, as soon as one is free, which is busy from now on.

        Raises LimitError when the queue is full, the wait too long, or the client gone.
        """
        with self._lock:
            worker = self._free()
            if worker is not None:
                return worker
            if self.closed or len(self._waiting) >= self._settings.queue:
                raise limits.queue(self._settings)
            ticket = _Ticket()
            self._waiting.append(ticket)
        return self._wait(ticket, cancelled)

    def give_back(self, worker: Worker, seconds: float, death: str | None = None) -> None:
        """Take a worker back that has worked so long, or died for this reason."""
        with self._lock:
            self._busy.discard(worker)
            self._seconds += seconds
            if death is None:
                self._answers += 1
            else:
                self._deaths[death] += 1
            if death or self.closed or worker.release != self.release:
                self._retired.append(worker)
                self.wake.set()
            else:
                self._idle.append(worker)
            self._call()

    def _free(self) -> Worker | None:
        # Under the lock. The worker used last is the one whose pages are warm.
        if self.closed or len(self._busy) >= self._settings.concurrency:
            return None
        while self._idle:
            worker = self._idle.pop()
            if worker.alive:
                self._busy.add(worker)
                return worker
            self._deaths["killed"] += 1
            self._retired.append(worker)
            self.wake.set()
        return None

    def _wait(self, ticket: _Ticket, cancelled: Cancelled | None) -> Worker:
        until = time.monotonic() + self._settings.query_seconds
        while not ticket.called.wait(_PATIENCE):
            gone = cancelled is not None and cancelled()
            if not gone and time.monotonic() < until:
                continue
            with self._lock:
                if ticket.called.is_set():
                    break
                self._waiting.remove(ticket)
            if gone:
                raise limits.limit("client", self._settings, 0.0)
            raise limits.queue(self._settings)
        if ticket.worker is None:
            raise limits.queue(self._settings)
        return ticket.worker

    def _call(self) -> None:
        # Under the lock: hand free workers to those who wait, first come first served.
        while self._waiting:
            worker = self._free()
            if worker is None:
                return
            ticket = self._waiting.popleft()
            ticket.worker = worker
            ticket.called.set()

    # For the keeper.

    def missing(self) -> int:
        """How many workers and spares are wanted; those found dead are retired."""
        with self._lock:
            dead = [worker for worker in self._idle if not worker.alive]
            self._idle = [worker for worker in self._idle if worker not in dead]
            self._retired += dead
            self._deaths["killed"] += len(dead)
            wanted = self._settings.concurrency + self._settings.spares
            return wanted - len(self._idle) - len(self._busy)

    def add(self, worker: Worker) -> None:
        """Let a new worker stand by."""
        with self._lock:
            self._idle.insert(0, worker)
            self._call()

    def started(self) -> None:
        """Count a worker that has started."""
        with self._lock:
            self._starts += 1

    def switch(self, release: Release, ready: list[Worker]) -> Release:
        """Serve another release by these workers from now on; returns the one served before."""
        with self._lock:
            before, self.release = self.release, release
            self._retired += self._idle
            self._idle = ready
            self._call()
        return before

    def retire(self, workers: Iterable[Worker]) -> None:
        """Let these end."""
        with self._lock:
            self._retired += workers

    def retired(self) -> list[Worker]:
        """Those that are to end, each given out once."""
        with self._lock:
            retired, self._retired = self._retired, []
            return retired

    def close(self) -> None:
        """Refuse what runs, what waits and what comes."""
        with self._lock:
            self.closed = True
            self._retired += self._idle
            self._idle = []
            for worker in self._busy:
                worker.kill()
            for ticket in self._waiting:
                ticket.called.set()
            self._waiting.clear()
        self.wake.set()
