"""What is to happen to whatever takes too long: one timer for all, not one a request."""

import asyncio
from collections import deque
from collections.abc import Callable

_COARSE = 8
"""A call may be late by this fraction of its delay."""


class Call:
    """Something that will be done unless it is cancelled; `made` tells whether it was."""

    __slots__ = ("_call", "made", "when")

    def __init__(self, when: float, call: Callable[[], object]) -> None:
        self.when = when
        self._call: Callable[[], object] | None = call
        self.made = False

    def cancel(self) -> None:
        """Do not do it."""
        self._call = None

    @property
    def cancelled(self) -> bool:
        """Whether it is not to be done any more."""
        return self._call is None

    def make(self) -> None:
        """Do it, once."""
        call, self._call = self._call, None
        if call is not None:
            self.made = True
            call()


class Overdue:
    """Calls that are made after so many seconds, or an eighth later, in the running event loop."""

    def __init__(self, seconds: float) -> None:
        self._seconds = seconds
        self._calls: deque[Call] = deque()
        self._waiting = False

    def add(self, call: Callable[[], object]) -> Call:
        """Make this call in time, unless it is cancelled."""
        loop = asyncio.get_running_loop()
        added = Call(loop.time() + self._seconds, call)
        self._calls.append(added)
        if not self._waiting:
            self._waiting = True
            loop.call_later(self._seconds, self._sweep)
        return added

    def _sweep(self) -> None:
        loop = asyncio.get_running_loop()
        now = loop.time()
        while self._calls and (self._calls[0].cancelled or self._calls[0].when <= now):
            self._calls.popleft().make()
        self._waiting = bool(self._calls)
        if self._waiting:
            rest = max(self._calls[0].when - now, self._seconds / _COARSE)
            loop.call_later(rest, self._sweep)
