"""The pool of query workers: what asks for an answer and gets one, or the limit it met.

A query runs alone in a process of its own, which is killed past its deadline, its memory or its
client's patience: the engine itself cannot be stopped. Spare workers stand by, so that the query
after a kill does not wait for a process to start.
"""

import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from graph.engines.address import Address
from graph.engines.proof import count
from graph.errors import LimitError
from graph.settings import Settings
from graph.snapshot import Follower, Release
from graph.workers import limits
from graph.workers.death import Death
from graph.workers.job import Answer, Job
from graph.workers.keeper import Keeper
from graph.workers.process import PendingReply, Worker
from graph.workers.roster import Cancelled, Roster, Stats, Ticket

_ATTEMPTS = 3
"""Workers that a query may have, one after the other, where something outside kills them."""


@dataclass
class Dispatched:
    """A job that a worker has in hand, for `Pool.answer` to finish or `Pool.abandon` to end."""

    job: Job
    worker: Worker
    reply: PendingReply
    taken: bool = False

    def may_go_on(self, cancelled: Cancelled) -> bool:
        """Whether its time, its memory and its client let it go on; otherwise ask `Pool.answer`."""
        return self.reply.may_go_on(cancelled)

    def fileno(self) -> int:
        """The descriptor that becomes readable when the worker answers or is gone."""
        return self.worker.fileno()


@dataclass
class Queued:
    """A job that waits for a worker, for `Pool.seated` to go on with once it is called."""

    job: Job
    ticket: Ticket
    taken: bool = False

    def may_go_on(self, cancelled: Cancelled) -> bool:
        """Whether its time and its client let it wait on; otherwise ask `Pool.answer`."""
        return not cancelled() and time.monotonic() <= self.ticket.until


class Pool:
    """Query workers over one release, for any number of threads.

    Raises ReleaseError when there is no readable release to start with, and SettingError for an
    engine elsewhere that is not well named.
    """

    def __init__(self, release: Path, settings: Settings) -> None:
        self._settings = settings
        if settings.store:
            # Read once before any worker is: a wrong setting stops the start.
            Address.of(settings.store, "release", settings.query_seconds)
        follower = Follower(release)
        self._roster = Roster(follower.look(), settings)
        self._keeper = Keeper(self._roster, follower, settings)
        if settings.store:
            self._prove()

    def _prove(self) -> None:
        release = self.release
        try:
            count(
                release.version, release.counts.get("triples"), lambda q: self.answer(Job(q)).body
            )
        except BaseException:
            self.close()
            raise

    @property
    def release(self) -> Release:
        """The release that a query asked now is answered from."""
        return self._roster.release

    @property
    def ready(self) -> bool:
        """Whether a worker over the current release lives; each has answered a query at start."""
        return self._roster.ready

    @property
    def idle(self) -> int:
        """Workers that a query would get at once, as far as can be told without waiting."""
        return self._roster.idle

    def stats(self) -> Stats:
        """A snapshot for the metrics."""
        return self._roster.stats()

    def dispatch(self, job: Job, called: Callable[[], object]) -> Dispatched | Queued | None:
        """The job in the hands of a worker, or in the queue for one; nobody waits.

        Whoever gets it calls `answer` or `abandon` with it, or `seated` after it was `called`, in
        any thread. None where a worker died of it. Raises LimitError when the queue is full.
        """
        found = self._roster.queue(called)
        return Queued(job, found) if isinstance(found, Ticket) else self._dispatched(job, found)

    def seated(self, queued: Queued) -> Dispatched | None:
        """The queued job, in its worker's hands now that it was called; None if it has none."""
        if queued.taken or queued.ticket.worker is None:
            return None
        queued.taken = True
        return self._dispatched(queued.job, queued.ticket.worker)

    def _dispatched(self, job: Job, worker: Worker) -> Dispatched | None:
        try:
            return Dispatched(job, worker, worker.dispatch(job))
        except Death as death:
            self._give_back(worker, death.seconds, death.reason)
            return None

    def abandon(self, dispatched: Dispatched | Queued) -> None:
        """End the worker of a job that nobody waits for any more, or give up its place."""
        if dispatched.taken:
            return
        dispatched.taken = True
        if isinstance(dispatched, Queued):
            try:
                self._give_back(self._roster.leave(dispatched.ticket, None), 0.0)
            except LimitError:
                return
        else:
            dispatched.worker.kill()
            self._give_back(dispatched.worker, 0.0, "client")

    def answer(
        self,
        job: Job,
        cancelled: Cancelled | None = None,
        dispatched: Dispatched | Queued | None = None,
    ) -> Answer:
        """The answer to this job, once a worker is free and has evaluated it.

        `cancelled` tells whether the client is gone; it is asked every 50 ms. `dispatched` is this
        job where it is in hand, or in the queue, already. Raises QuerySyntaxError, ParameterError,
        or LimitError whose `extra` names the limit.
        """
        for further in reversed(range(_ATTEMPTS)):
            try:
                return self._attempt(job, cancelled, dispatched)
            except Death as death:
                poured = isinstance(dispatched, Dispatched) and dispatched.reply.poured
                if death.reason != "killed" or poured or not further:
                    raise limits.limit(death.reason, self._settings, death.seconds) from death
            # Whoever killed it did not mean this query: reading again harms nothing.
            dispatched = None
        raise AssertionError("the last attempt answers or raises")

    def close(self) -> None:
        """End every worker and refuse what runs, what waits and what comes."""
        self._roster.close()
        self._keeper.stop()

    def _attempt(
        self, job: Job, cancelled: Cancelled | None, dispatched: Dispatched | Queued | None
    ) -> Answer:
        """The answer of one worker.

        Raises Death when the worker is gone, and what `answer` raises.
        """
        under_way = None
        if dispatched is not None:
            dispatched.taken = True
        if dispatched is None:
            worker = self._roster.take(cancelled)
        elif isinstance(dispatched, Queued):
            worker = self._roster.leave(dispatched.ticket, cancelled)
        else:
            worker, under_way = dispatched.worker, dispatched.reply
        try:
            reply = under_way or worker.dispatch(job)
            head, body = reply.result(cancelled)
        except Death as death:
            self._give_back(worker, death.seconds, death.reason)
            raise
        except BaseException:
            worker.kill()
            self._give_back(worker, 0.0, "crash")
            raise
        self._give_back(worker, head["seconds"])
        if "error" in head:
            raise limits.told(head, self._settings)
        return Answer(body, head["format"], worker.release.version, head["seconds"])

    def _give_back(self, worker: Worker, seconds: float, death: str | None = None) -> None:
        self._roster.give_back(worker, seconds, death)
        if self._roster.closed:
            self._keeper.bury()
