"""Clients that ask a server over and over while something happens to it."""

import http.client
import threading
from collections.abc import Callable
from typing import Generic, Self, TypeVar

from servers import wait_until

Reply = TypeVar("Reply")

CLIENTS = 4


class Clients(Generic[Reply]):
    """Threads that ask until they are told to stop; a context manager.

    `ask` gets how many questions its client has asked, from 1, and a name that no other question
    has, so that no cache knows the answer.
    """

    def __init__(self, ask: Callable[[int, str], Reply]) -> None:
        self.replies: list[Reply] = []
        self.failures: list[Exception] = []
        self._ask = ask
        self._stop = threading.Event()
        self._threads = [threading.Thread(target=self._run, args=(n,)) for n in range(CLIENTS)]

    def __enter__(self) -> Self:
        """Start them."""
        for thread in self._threads:
            thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        """Stop them."""
        self._stop.set()
        for thread in self._threads:
            thread.join()

    def _run(self, client: int) -> None:
        number = 0
        while not self._stop.is_set():
            number += 1
            try:
                self.replies.append(self._ask(number, f"{client}-{number}"))
            except (OSError, http.client.HTTPException) as error:
                self.failures.append(error)

    def wait_for(self, more: int) -> None:
        """Return after so many further replies."""
        enough = len(self.replies) + more
        wait_until(lambda: len(self.replies) >= enough)
