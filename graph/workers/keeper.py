"""The thread that starts workers, replaces the dead, and follows the release's symlink."""

import gc
import logging
import threading
import time
import weakref
from collections import deque
from collections.abc import Iterator

from graph.errors import ReleaseError
from graph.settings import Settings
from graph.snapshot import Follower, Release
from graph.workers.process import Worker
from graph.workers.roster import Roster

_PATROL = 0.1
"""Seconds between two looks for a new release or a dead idle worker."""

_AGAIN = 2.0
"""Seconds until a release that could not be served is tried again: each try starts processes."""

_GRACE = 1.0
"""Seconds after a switch in which requests in hand keep what was remembered of their release."""

_SWEPT = 60.0
"""Seconds after a switch until nobody looks any more for what is left of the release before."""

_log = logging.getLogger(__name__)


class Keeper:
    """Keeps a roster full, from when it is made until it is stopped.

    Raises ReleaseError when no worker starts.
    """

    def __init__(self, roster: Roster, follower: Follower, settings: Settings) -> None:
        self._roster, self._follower, self._settings = roster, follower, settings
        self._opened = threading.Event()
        self._refusal: ReleaseError | None = None
        self._left: list[tuple[weakref.ref[Release], float]] = []
        self._thread = threading.Thread(target=self._keep, name="keeper", daemon=True)
        self._thread.start()
        self._opened.wait()
        if self._refusal is not None:
            raise self._refusal

    def stop(self) -> None:
        """Return when the closed roster has no worker left."""
        self._thread.join()
        self.bury()

    def bury(self) -> None:
        """End those that have retired."""
        for worker in self._roster.retired():
            worker.end()

    def _keep(self) -> None:
        roster = self._roster
        while not roster.closed:
            pause = _PATROL
            try:
                self._fill()
                self._follow()
            except ReleaseError as error:
                self._complain(error)
                pause = _AGAIN
            self.bury()
            self._sweep()
            self._opened.set()
            roster.wake.wait(pause)
            roster.wake.clear()
        # Some may have started while the roster closed.
        roster.close()
        self.bury()

    def _complain(self, error: ReleaseError) -> None:
        """Fail the start, or keep serving what there is and say so once."""
        if not self._opened.is_set():
            self._refusal = error
            self._roster.close()
        elif str(error) != str(self._refusal):
            _log.error("still serving release %s: %s", self._roster.release.version, error)
            self._refusal = error

    def _fill(self) -> None:
        """Bring workers and spares up to their number."""
        for worker in self._started(self._roster.release, self._roster.missing()):
            self._roster.add(worker)
            self._opened.set()

    def _follow(self) -> None:
        """Move to the release that the symlink leads to now, once half of its workers are ready.

        As many as there are cores, unless set otherwise; the others start after that, so that
        nobody waits for them.
        """
        found = self._follower.look()
        if found == self._roster.release:
            return
        ready = list(self._started(found, max(1, self._settings.concurrency // 2)))
        before = self._roster.switch(found, ready)
        self._roster.wake.set()
        self._left.append((weakref.ref(before), time.monotonic()))
        _log.info("serving release %s", found.version)

    def _sweep(self) -> None:
        """Let go of the releases before, once the requests that read them have ended.

        What a release remembers leads back to it, and rendered pages leave cycles: either holds
        the files of an old store open.
        """
        now = time.monotonic()
        due = [old for old, since in self._left if now - since > _GRACE]
        for old in due:
            release = old()
            if release is not None:
                release.forget()
            del release
        if due:
            gc.collect()
        self._left = [
            (old, since) for old, since in self._left if old() is not None and now - since < _SWEPT
        ]

    def _started(self, of: Release, count: int) -> Iterator[Worker]:
        """So many new workers, started together, each as soon as it is ready."""
        workers = deque(Worker(of, self._settings) for _ in range(count))
        try:
            while workers:
                workers[0].wait_ready()
                self._roster.started()
                yield workers.popleft()
        finally:
            self._roster.retire(workers)
