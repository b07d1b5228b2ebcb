"""Memory that processes share which were forked after it was made, and a lock between them."""

import fcntl
import mmap
import os
import sys
import tempfile
import threading
import weakref
from collections.abc import Iterator
from contextlib import contextmanager


class Region:
    """So many bytes, zero at first, for any number of threads and processes.

    Held by one of them at a time. The kernel takes the lock from a process that is killed.
    """

    def __init__(self, size: int = 1) -> None:
        self._file = _in_memory() if sys.platform == "linux" else _unnamed()
        os.ftruncate(self._file, size)
        self.bytes = mmap.mmap(self._file, size)
        weakref.finalize(self, os.close, self._file)
        # The kernel's lock is a process's, not a thread's.
        self._threads = threading.Lock()

    @contextmanager
    def held(self) -> Iterator[None]:
        """For this thread of this process alone, as long as entered."""
        with self._threads:
            fcntl.lockf(self._file, fcntl.LOCK_EX)
            try:
                yield
            finally:
                fcntl.lockf(self._file, fcntl.LOCK_UN)


def _in_memory() -> int:
    return os.memfd_create("policyprov")


def _unnamed() -> int:
    with tempfile.TemporaryFile() as file:
        return os.dup(file.fileno())
