"""The pool of query workers: who evaluates next, who waits, who is replaced, which release it is.

A query runs alone in a process of its own, which is killed past its deadline, its memory or its
client's patience: the engine itself cannot be stopped. Spare workers stand by, so that the query
after a kill does not wait for a process to start. One keeper thread replaces the dead and follows
the release's symlink.
"""

import logging
import threading
import time
from collections import Counter, deque
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

from graph import refusals
from graph.edition import Edition, edition
from graph.engine import Death, Engine, Exchange
from graph.errors import ReleaseError
from graph.job import Answer, Job
from graph.settings import Settings

_PATROL = 0.25
"""Seconds between two looks for a new release or a dead idle worker."""
_PATIENCE = 0.05
"""Seconds between two looks at the client of a waiting query."""

_log = logging.getLogger(__name__)

Cancelled = Callable[[], bool]


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


@dataclass
class Begun:
    """A job that a worker has in hand, for `Pool.answer` to finish or `Pool.abandon` to end."""

    job: Job
    engine: Engine
    exchange: Exchange
    taken: bool = False

    def fileno(self) -> int:
        """The descriptor that becomes readable when the worker answers or is gone."""
        return self.engine.fileno()


class _Ticket:
    """A place in the queue, with the engine once it is this query's turn."""

    def __init__(self) -> None:
        self.called = threading.Event()
        self.engine: Engine | None = None


class Pool:
    """Query workers over one release, for any number of threads.

    Raises ReleaseError when there is no readable release to start with.
    """

    def __init__(self, release: Path, settings: Settings) -> None:
        self._path, self._settings = release, settings
        self._most = settings.concurrency
        self._edition = edition(release)
        self._lock = threading.Lock()
        self._idle: list[Engine] = []
        self._busy: set[Engine] = set()
        self._waiting: deque[_Ticket] = deque()
        self._retired: list[Engine] = []
        self._starts = self._answers = 0
        self._seconds = 0.0
        self._deaths: Counter[str] = Counter()
        self._closed = False
        self._wake, self._opened = threading.Event(), threading.Event()
        self._refusal: ReleaseError | None = None
        self._keeper = threading.Thread(target=self._keep, name="keeper", daemon=True)
        self._keeper.start()
        self._opened.wait()
        if self._refusal is not None:
            raise self._refusal

    @property
    def release(self) -> str:
        """The version that a query asked now is answered from."""
        return self._edition.version

    @property
    def edition(self) -> str:
        """A key of the content that a query asked now is answered from."""
        return self._edition.key

    @property
    def folder(self) -> Path:
        """The folder of the release that a query asked now is answered from."""
        return self._edition.folder

    @property
    def ready(self) -> bool:
        """Whether a worker over the current release lives; each has answered a query at start."""
        with self._lock:
            return not self._closed and (bool(self._busy) or any(e.alive for e in self._idle))

    def begin(self, job: Job) -> Begun | None:
        """The job in the hands of a worker, without waiting; None if none is free.

        Whoever gets it calls `answer` or `abandon` with it.
        """
        with self._lock:
            engine = self._free()
        if engine is None:
            return None
        try:
            return Begun(job, engine, engine.hand(job))
        except Death as death:
            self._give_back(engine, death.seconds, death.reason)
            return None

    def abandon(self, begun: Begun) -> None:
        """End the worker of a job that nobody waits for any more."""
        if not begun.taken:
            begun.taken = True
            begun.engine.kill()
            self._give_back(begun.engine, 0.0, "client")

    def answer(
        self, job: Job, cancelled: Cancelled | None = None, begun: Begun | None = None
    ) -> Answer:
        """The answer to this job, once a worker is free and has evaluated it.

        `cancelled` tells whether the client is gone; it is asked every 50 ms. `begun` is this job
        where it is in hand already. Raises QuerySyntaxError, ParameterError, or LimitError whose
        `extra` names the limit.
        """
        for attempt in (1, 2):
            engine, exchange = self._started_on(begun, cancelled)
            try:
                head, body = (exchange or engine.hand(job)).result(cancelled)
            except Death as death:
                begun = None
                self._give_back(engine, death.seconds, death.reason)
                # Whoever killed it did not mean this query: reading again harms nothing.
                if death.reason == "killed" and attempt == 1:
                    continue
                raise refusals.limit(death.reason, self._settings, death.seconds) from death
            except BaseException:
                engine.kill()
                self._give_back(engine, 0.0, "crash")
                raise
            self._give_back(engine, head["seconds"])
            if "error" in head:
                raise refusals.told(head, self._settings)
            return Answer(body, head["format"], engine.edition.version, head["seconds"])
        raise AssertionError("the second attempt returns or raises")

    def stats(self) -> Stats:
        """A snapshot for the metrics."""
        with self._lock:
            return Stats(
                release=self._edition.version,
                workers=len(self._idle) + len(self._busy),
                busy=len(self._busy),
                waiting=len(self._waiting),
                starts=self._starts,
                answers=self._answers,
                seconds=self._seconds,
                deaths=dict(self._deaths),
            )

    def pids(self) -> tuple[int, ...]:
        """The process ids of the workers, busy ones first."""
        with self._lock:
            return tuple(engine.pid for engine in (*self._busy, *self._idle))

    def close(self) -> None:
        """End every worker and refuse what runs, what waits and what comes."""
        with self._lock:
            self._closed = True
            self._retired += self._idle
            self._idle = []
            for engine in self._busy:
                engine.kill()
            for ticket in self._waiting:
                ticket.called.set()
            self._waiting.clear()
        self._wake.set()
        self._keeper.join()
        with self._lock:
            # The keeper may have been in the middle of starting some.
            self._retired += self._idle
            self._idle = []
        self._bury()

    # Taking and giving back.

    def _started_on(
        self, begun: Begun | None, cancelled: Cancelled | None
    ) -> tuple[Engine, Exchange | None]:
        if begun is None:
            return self._take(cancelled), None
        begun.taken = True
        return begun.engine, begun.exchange

    def _take(self, cancelled: Cancelled | None) -> Engine:
        with self._lock:
            engine = self._free()
            if engine is not None:
                return engine
            if self._closed or len(self._waiting) >= self._settings.queue:
                raise refusals.queue(self._settings)
            ticket = _Ticket()
            self._waiting.append(ticket)
        return self._queue(ticket, cancelled)

    def _free(self) -> Engine | None:
        # Under the lock. The worker used last is the one whose pages are warm.
        if self._closed or len(self._busy) >= self._most:
            return None
        while self._idle:
            engine = self._idle.pop()
            if engine.alive:
                self._busy.add(engine)
                return engine
            self._deaths["killed"] += 1
            self._retired.append(engine)
            self._wake.set()
        return None

    def _queue(self, ticket: _Ticket, cancelled: Cancelled | None) -> Engine:
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
                raise refusals.limit("client", self._settings, 0.0)
            raise refusals.queue(self._settings)
        if ticket.engine is None:
            raise refusals.queue(self._settings)
        return ticket.engine

    def _give_back(self, engine: Engine, seconds: float, death: str | None = None) -> None:
        with self._lock:
            self._busy.discard(engine)
            self._seconds += seconds
            if death is None:
                self._answers += 1
            else:
                self._deaths[death] += 1
            if death or self._closed or engine.edition != self._edition:
                self._retired.append(engine)
                self._wake.set()
            else:
                self._idle.append(engine)
            self._call()
        if self._closed:
            self._bury()

    def _call(self) -> None:
        # Under the lock: hand free workers to those who wait, first come first served.
        while self._waiting:
            engine = self._free()
            if engine is None:
                return
            ticket = self._waiting.popleft()
            ticket.engine = engine
            ticket.called.set()

    # The keeper.

    def _keep(self) -> None:
        while not self._closed:
            try:
                self._fill()
                self._follow()
            except ReleaseError as error:
                self._complain(error)
            self._bury()
            self._opened.set()
            self._wake.wait(_PATROL)
            self._wake.clear()
        self._bury()

    def _complain(self, error: ReleaseError) -> None:
        """Fail the start, or keep serving what there is and say so once."""
        if not self._opened.is_set():
            self._refusal, self._closed = error, True
        elif str(error) != str(self._refusal):
            _log.error("still serving release %s: %s", self.release, error)
            self._refusal = error

    def _fill(self) -> None:
        """Bring workers and spares up to their number."""
        with self._lock:
            dead = [engine for engine in self._idle if not engine.alive]
            self._idle = [engine for engine in self._idle if engine not in dead]
            self._retired += dead
            self._deaths["killed"] += len(dead)
            wanted = self._settings.concurrency + self._settings.spares
            missing = wanted - len(self._idle) - len(self._busy)
        for engine in self._started(self._edition, missing):
            with self._lock:
                self._idle.insert(0, engine)
                self._call()
            self._opened.set()

    def _follow(self) -> None:
        """Move to the release that the symlink leads to now, once its workers are ready."""
        found = edition(self._path)
        if found == self._edition:
            return
        ready = list(self._started(found, self._settings.concurrency))
        with self._lock:
            self._retired += self._idle
            self._edition, self._idle = found, ready
            self._call()
        _log.info("serving release %s", found.version)

    def _started(self, of: Edition, count: int) -> Iterator[Engine]:
        """So many new workers, started together, each as soon as it is ready."""
        engines = deque(Engine(of, self._settings) for _ in range(count))
        try:
            while engines:
                engines[0].wait_ready()
                self._starts += 1
                yield engines.popleft()
        finally:
            with self._lock:
                self._retired += engines

    def _bury(self) -> None:
        with self._lock:
            retired, self._retired = self._retired, []
        for engine in retired:
            engine.end()
