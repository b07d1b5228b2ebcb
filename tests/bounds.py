"""A bound on what a piece of a test may take, for engines that explode on some queries."""

import resource
import signal
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from types import FrameType
from typing import NoReturn


def _stop(_: int, __: FrameType | None) -> NoReturn:
    raise TimeoutError("stopped: the query would not end")


@contextmanager
def bounded(mib: int = 1024, seconds: float = 300) -> Iterator[None]:
    """Runs its body with this much more memory than the process has, and this processor time.

    Raises MemoryError and TimeoutError in the body where it wants more.
    """
    # Private writable memory only, as in our own workers: files that are mapped take none.
    pages = int(Path("/proc/self/statm").read_text("ascii").split()[5])
    soft, hard = resource.getrlimit(resource.RLIMIT_DATA)
    limit = pages * resource.getpagesize() + (mib << 20)
    before = signal.signal(signal.SIGVTALRM, _stop)
    resource.setrlimit(resource.RLIMIT_DATA, (limit, hard))
    signal.setitimer(signal.ITIMER_VIRTUAL, seconds)
    try:
        yield
    finally:
        signal.setitimer(signal.ITIMER_VIRTUAL, 0)
        resource.setrlimit(resource.RLIMIT_DATA, (soft, hard))
        signal.signal(signal.SIGVTALRM, before)
