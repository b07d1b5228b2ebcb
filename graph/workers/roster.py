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


class Ticket:
    """A place in the queue, with the worker once it is this query's turn.

    `called` is then called, in any thread and with the roster locked; without a worker it says that
    none will come. `until` is when the wait ends, by time.monotonic.
    """

    def __init__(self, called: Callable[[], object], until: float) -> None:
        self._called, self.until = called, until
        self.worker: Worker | None = None
        self.over = False

    def call(self, worker: Worker | None) -> None:
        """Give it this worker, or none."""
        self.worker, self.over = worker, True
        self._called()


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
        self._waiting: deque[Ticket] = deque()
        self._retired: list[Worker] = []
        self._starts = self._answers = 0
        self._seconds = 0.0
        self._deaths: Counter[str] = Counter()

    @property
    def ready(self) -> bool:
        """Whether a worker over the current release lives; each has answered a query at start."""
        with self._lock:
            return not self.closed and (bool(self._busy) or any(w.alive for w in self._idle))

    @property
    def idle(self) -> int:
        """Workers that a query would get at once, as far as can be told without waiting."""
        return min(len(self._idle), self._settings.concurrency - len(self._busy))

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

    def take(self, cancelled: Cancelled | None) -> Worker:
        """A worker, as soon as one is free, which is busy from now on.

        Raises LimitError when the queue is full, the wait too long, or the client gone.
        """
        called = threading.Event()
        worker = self.queue(called.set)
        if isinstance(worker, Ticket):
            return self._wait(worker, called, cancelled)
        return worker

    def queue(self, called: Callable[[], object]) -> Worker | Ticket:
        """A worker that is free, busy from now on, or a place in the queue; nobody waits.

        Raises LimitError when the queue is full.
        """
        with self._lock:
            worker = self._free()
            if worker is not None:
                return worker
            if self.closed or len(self._waiting) >= self._settings.queue:
                raise limits.queue(self._settings)
            ticket = Ticket(called, time.monotonic() + self._settings.query_seconds)
            self._waiting.append(ticket)
            return ticket

    def leave(self, ticket: Ticket, cancelled: Cancelled | None) -> Worker:
        """The worker of this ticket if it has one; otherwise its place in the queue is given up.

        Raises the LimitError that says why there is none.
        """
        with self._lock:
            if not ticket.over:
                self._waiting.remove(ticket)
        if ticket.worker is not None:
            return ticket.worker
        if cancelled is not None and cancelled():
            raise limits.limit("client", self._settings, 0.0)
        raise limits.queue(self._settings)

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

    def _wait(self, ticket: Ticket, called: threading.Event, cancelled: Cancelled | None) -> Worker:
        while not called.wait(_PATIENCE):
            gone = cancelled is not None and cancelled()
            if gone or time.monotonic() > ticket.until:
                break
        return self.leave(ticket, cancelled)

    def _call(self) -> None:
        # Under the lock: hand free workers to those who wait, first come first served.
        while self._waiting:
            worker = self._free()
            if worker is None:
                return
            self._waiting.popleft().call(worker)

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
                ticket.call(None)
            self._waiting.clear()
        self.wake.set()
