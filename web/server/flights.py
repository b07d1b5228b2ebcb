"""Queries under way that no thread waits for: in the queue for a worker, or in the hands of one.

The event loop learns when it is a query's turn and when its answer has come, and looks at every one
of them twenty times a second: at its clock, its worker's memory and its client. Only what ends
otherwise than by an answer, and an answer that comes in pieces, is for a thread.
"""

import asyncio
from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from typing import Protocol

from graph.workers.pool import Dispatched, Queued
from graph.workers.spool import Spool
from web.middleware.cache_key import Asked
from web.middleware.response_cache import Reply
from web.server.arrivals import Arrivals
from web.server.connection import Connection
from web.server.fast_path import FastPath, InFlight, lingers
from web.server.overdue import Call, Overdue
from web.server.pouring import Pouring, pourable
from web.server.request import Request

_TICK = 0.05
"""Seconds between two looks at a query."""


@dataclass(frozen=True, slots=True)
class Task:
    """A request in hand; `wanted` is what the cache does not have."""

    connection: Connection
    request: Request
    wanted: Asked | None


class Ground(Protocol):
    """Where flights end."""

    def send(self, task: Task, reply: Reply) -> None:
        """Send this answer."""

    def send_made(self, task: Task, make: Callable[[], Reply]) -> None:
        """Send an answer that takes too long to make between others."""

    def in_thread(self, task: Task, in_flight: InFlight | None) -> None:
        """Let a thread go on with it."""

    def moved(self, task: Task) -> bool:
        """Whether its client is served elsewhere, because no worker is free here."""

    def pour(self, task: Task, pouring: Pouring, spool: Spool) -> None:
        """Send a large answer as it comes."""

    def wrong(self, task: Task) -> None:
        """Tell the client of a mistake of ours."""


@dataclass(slots=True)
class _Flight:
    task: Task
    in_flight: InFlight | None = None
    alarm: Call | None = None


class Flights:
    """The queries of one event loop that are under way; for its thread alone."""

    def __init__(self, fast_path: FastPath, ground: Ground) -> None:
        self._fast_path, self._ground = fast_path, ground
        self._loop = asyncio.get_running_loop()
        self._arrivals, self._late = Arrivals(), Overdue(_TICK)

    def close(self) -> None:
        """Watch the workers no more."""
        self._arrivals.close()

    def begin(self, task: Task) -> bool:
        """Whether the request of this task was answered, or will be: it asks a plain query."""
        if task.wanted is None:
            return False
        flight = _Flight(task)
        called = partial(self._loop.call_soon_threadsafe, self._seated, flight)
        begun = self._fast_path.begin(task.request, task.wanted, called)
        if isinstance(begun, Reply):
            self._ground.send(task, begun)
        elif begun is not None:
            self._go_on(flight, begun)
        return begun is not None

    def _go_on(self, flight: _Flight, in_flight: InFlight) -> None:
        flight.in_flight = in_flight
        under_way = in_flight.dispatched
        if isinstance(under_way, Dispatched):
            self._arrivals.expect(
                under_way.fileno(), under_way.worker.pid, partial(self._arrived, flight, under_way)
            )
        flight.alarm = self._late.add(partial(self._look, flight, in_flight))

    def _look(self, flight: _Flight, in_flight: InFlight) -> None:
        """Have a query ended that may not go on."""
        connection, under_way = flight.task.connection, in_flight.dispatched
        if isinstance(under_way, Queued) and self._ground.moved(flight.task):
            self._fast_path.abandon(in_flight)
            return
        if under_way.may_go_on(lambda: connection.gone):
            flight.alarm = self._late.add(partial(self._look, flight, in_flight))
            return
        if isinstance(under_way, Dispatched):
            self._arrivals.forget(under_way.fileno())
        self._ground.in_thread(flight.task, in_flight)

    def _seated(self, flight: _Flight) -> None:
        """It is the turn of a query that was in the queue, unless a thread has taken it over."""
        in_flight = flight.in_flight
        if in_flight is None or flight.alarm is None or flight.alarm.made:
            return
        flight.alarm.cancel()
        queued = in_flight.dispatched
        if not isinstance(queued, Queued):
            return
        try:
            seated = self._fast_path.seated(queued, in_flight)
            if seated is not None:
                self._go_on(flight, seated)
            else:
                self._ground.in_thread(flight.task, in_flight)
        except BaseException:
            self._ground.wrong(flight.task)
            raise

    def _go_on_large(self, task: Task, in_flight: InFlight, dispatched: Dispatched) -> None:
        """Go on with what has come in part, or has not come."""
        spool = dispatched.reply.spool
        if spool is None or dispatched.reply.ended or not pourable(task.request):
            self._ground.in_thread(task, in_flight)
            return
        waits = self._arrivals, self._late
        pouring = Pouring(self._fast_path, in_flight, dispatched, waits)
        self._ground.pour(task, pouring, spool)

    def _arrived(self, flight: _Flight, dispatched: Dispatched) -> None:
        """The worker has something to say: the answer whole, or what the view must wait for."""
        task, in_flight = flight.task, flight.in_flight
        if flight.alarm is None or in_flight is None:
            return
        flight.alarm.cancel()
        try:
            if not dispatched.reply.arrived():
                self._go_on_large(task, in_flight, dispatched)
                return
            make = partial(self._fast_path.finish, in_flight, dispatched)
            if lingers(in_flight.wanted, dispatched.reply.size):
                self._ground.send_made(task, make)
            else:
                self._ground.send(task, make())
        except BaseException:
            self._fast_path.abandon(in_flight)
            self._ground.wrong(task)
            raise
