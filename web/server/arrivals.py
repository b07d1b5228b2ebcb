"""Which of many workers has answered: one descriptor in the event loop for all of them.

Adding a reader to the loop for each query and taking it away again costs more than the query. An
epoll of our own knows each worker from its first query on, and the loop watches only that epoll.
"""

import asyncio
import select
from collections.abc import Callable


class Arrivals:
    """Calls what waits for a worker once its descriptor has something to read.

    For the event loop's thread alone, and for Linux alone: `available` tells.
    """

    available = hasattr(select, "epoll")

    def __init__(self) -> None:
        self._epoll = select.epoll()
        self._known: dict[int, int] = {}
        self._waiting: dict[int, Callable[[], None]] = {}
        asyncio.get_running_loop().add_reader(self._epoll.fileno(), self._ready)

    def expect(self, descriptor: int, process: int, call: Callable[[], None]) -> None:
        """Call this once when the worker of this process has answered or is gone."""
        self._waiting[descriptor] = call
        if self._known.get(descriptor) != process:
            # The kernel forgets a descriptor that is closed, and another worker may get its number.
            self._known[descriptor] = process
            self._epoll.register(descriptor, select.EPOLLIN | select.EPOLLET)

    def forget(self, descriptor: int) -> None:
        """Do not call what waits for it any more."""
        self._waiting.pop(descriptor, None)

    def close(self) -> None:
        """Watch nobody any more."""
        asyncio.get_running_loop().remove_reader(self._epoll.fileno())
        self._epoll.close()

    def _ready(self) -> None:
        for descriptor, _ in self._epoll.poll(0):
            call = self._waiting.pop(descriptor, None)
            if call is not None:
                call()
