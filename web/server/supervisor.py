"""Several processes at one socket: started, watched, replaced and ended by their parent.

The parent answers nothing and opens nothing, so that it can be forked at any time: it holds the
socket, the memory that all share, and the list of its fronts. A front ends with its parent.
"""

import gc
import os
import signal
import sys
import time
from collections.abc import Callable
from typing import NamedTuple

from graph.workers import sandbox

_AGAIN = 1.0
"""Seconds between two starts of the same front."""
_GRACE = 10.0
"""Seconds after those of the drain until a front is killed that does not end."""
_ENDINGS = frozenset((signal.SIGTERM, signal.SIGINT))
_HEARD = _ENDINGS | {signal.SIGCHLD}

Serve = Callable[[int, Callable[[], None]], int]
"""Serves as the front of this number, calls when it is ready, and gives the exit status."""


class _Front(NamedTuple):
    number: int
    since: float


class Supervisor:
    """So many fronts, which `serve`; `ended` is called with the number of one that has ended."""

    def __init__(self, fronts: int, serve: Serve, ended: Callable[[int], None]) -> None:
        self._serve, self._ended = serve, ended
        self._fronts: dict[int, _Front] = {}
        self._due = dict.fromkeys(range(fronts), 0.0)
        """Number → when it is to start, by time.monotonic."""

    def run(self, ready: Callable[[], None], ending: Callable[[], None], drain: float) -> int:
        """The exit status, once told to end: 0, or 1 when a front could not start.

        `ready` is called when all fronts are, and `ending` before they end; `drain` are the seconds
        that they may take for it.
        """
        before = signal.pthread_sigmask(signal.SIG_BLOCK, _HEARD)
        gc.collect()
        # What was imported until now stays one copy for all.
        gc.freeze()
        try:
            status = self._started()
            if status == 0:
                ready()
                self._watch()
            ending()
            self._end(drain)
        finally:
            signal.pthread_sigmask(signal.SIG_SETMASK, before)
        return status

    def _started(self) -> int:
        """0 once every front is ready, or 1 if one has ended before."""
        reading, writing = os.pipe()

        def ready() -> None:
            os.close(writing)

        for number in list(self._due):
            self._start(number, ready)
        os.close(writing)
        with os.fdopen(reading, "rb") as pipe:
            # Ends when every front has closed its end: it is ready, or is no more.
            pipe.read()
        return 1 if self._reaped() else 0

    def _start(self, number: int, ready: Callable[[], None]) -> None:
        del self._due[number]
        parent = os.getpid()
        child = os.fork()
        if child:
            self._fronts[child] = _Front(number, time.monotonic())
            return
        status = 1
        try:
            sandbox.die_with(parent)
            signal.pthread_sigmask(signal.SIG_UNBLOCK, _HEARD)
            status = self._serve(number, ready)
        except BaseException:  # noqa: BLE001 - told as Python would: this process ends here
            sys.excepthook(*sys.exc_info())
        finally:
            sys.stdout.flush()
            sys.stderr.flush()
            os._exit(status)

    def _watch(self) -> None:
        """Replace every front that ends, until a signal says to end all."""
        while True:
            heard = signal.sigtimedwait(_HEARD, self._pause())
            if heard is not None and heard.si_signo in _ENDINGS:
                return
            self._reaped()
            for number, due in list(self._due.items()):
                if due <= time.monotonic():
                    self._start(number, lambda: None)

    def _pause(self) -> float:
        return max(0.0, min([60.0, *(due - time.monotonic() for due in self._due.values())]))

    def _reaped(self) -> bool:
        """Whether a front has ended; it is to start again, though not more than once a second."""
        found = False
        while self._fronts:
            child, _ = os.waitpid(-1, os.WNOHANG)
            if child == 0:
                break
            found = True
            front = self._fronts.pop(child)
            self._ended(front.number)
            self._due[front.number] = front.since + _AGAIN
        return found

    def _end(self, drain: float) -> None:
        """Let every front finish what it has in hand, and return when none is left."""
        self._tell(signal.SIGTERM)
        until = time.monotonic() + drain + _GRACE
        while self._fronts and time.monotonic() < until:
            signal.sigtimedwait({signal.SIGCHLD}, 0.1)
            self._reaped()
        self._tell(signal.SIGKILL)
        while self._fronts:
            time.sleep(0.01)
            self._reaped()

    def _tell(self, number: signal.Signals) -> None:
        for front in self._fronts:
            os.kill(front, number)
