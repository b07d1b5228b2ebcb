"""Work over all cores: the same results in the same order, whatever does them and when.

A worker ends when the build that started it is gone, however that ended.
"""

import multiprocessing
import os
import threading
from collections.abc import Callable, Sequence
from concurrent.futures import ProcessPoolExecutor, as_completed
from concurrent.futures.process import BrokenProcessPool
from multiprocessing.connection import wait
from typing import Protocol, Self, TypeVar

from graph.errors import ReleaseError

T = TypeVar("T")
R = TypeVar("R")

_PIECES = 1000
"""How many pieces work is handed out in, at most: each costs the build some memory."""


class Progress(Protocol):
    """Told each step as it begins, and of some steps how much of them is done."""

    def __call__(self, step: str, done: int = 0, total: int = 0, /) -> None:
        """A step, and how many of how many pieces of it are done; 0 of 0 where it has none."""


def silent(_: str, __: int = 0, ___: int = 0, /) -> None:
    """No progress wanted."""


def _watch() -> None:
    """Let this worker end with the build: a killed one cannot tell its workers to stop."""
    parent = multiprocessing.parent_process()
    if parent is not None:
        sentinel = parent.sentinel

        def end() -> None:
            wait([sentinel])
            os._exit(1)

        threading.Thread(target=end, daemon=True).start()


def _each(work: Callable[[T], R], items: Sequence[T]) -> list[R]:
    return [work(item) for item in items]


class Crew:
    """At most so many workers, started when the first work comes that is worth it.

    A context manager: when it ends, all workers do.
    """

    def __init__(self, jobs: int) -> None:
        self._jobs = jobs
        self._pool: ProcessPoolExecutor | None = None

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        if self._pool is not None:
            self._pool.shutdown(cancel_futures=True)

    def run(
        self, work: Callable[[T], R], items: Sequence[T], step: str, progress: Progress, *,
        worth: bool,
    ) -> list[R]:  # fmt: skip
        """What `work` gives for each item, in their order.

        Work that is not `worth` a worker's start is done here; else `work` and items must travel
        between processes. Raises what `work` raises, and ReleaseError when a worker was killed.
        """
        progress(step, 0, len(items))
        if self._jobs < 2 or not worth:
            found = []
            for item in items:
                found.append(work(item))
                progress(step, len(found), len(items))
            return found
        pool = self._pool = self._pool or ProcessPoolExecutor(
            self._jobs, multiprocessing.get_context("spawn"), _watch
        )
        try:
            size = -(-len(items) // _PIECES)
            groups = [items[at : at + size] for at in range(0, len(items), size or 1)]
            futures = [pool.submit(_each, work, group) for group in groups]
            done = 0
            for future in as_completed(futures):
                done += len(future.result())
                progress(step, done, len(items))
        except BrokenProcessPool as error:
            raise ReleaseError(
                f"a worker was killed during {step}, perhaps for want of memory; nothing was "
                "published\n  remedy: build again, which goes on with what was read, or give "
                "fewer --jobs"
            ) from error
        return [result for future in futures for result in future.result()]
