"""What a worker writes to its standard error, for our log."""

import logging
import os
import sys

_SAID = 1 << 12

_log = logging.getLogger(__name__)


class Complaints:
    """What a worker writes to its standard error: one entry in our log when it has ended.

    The engine writes two lines about itself for every query that ran out of memory.
    """

    def __init__(self) -> None:
        # A file in memory, so that nothing need be writable; elsewhere workers write to our own.
        on_linux = sys.platform == "linux"
        self._file = os.fdopen(os.memfd_create("complaints"), "w+b") if on_linux else None
        self.stderr = self._file

    def log(self, pid: int) -> None:
        """Write the entry, if there is something to say; the first 4 KiB of it."""
        if self._file is None or self._file.closed:
            return
        self._file.seek(0)
        said = self._file.read(_SAID).decode("utf-8", "replace").strip()
        self._file.close()
        if said:
            _log.warning("query worker %d ended: %s", pid, " | ".join(said.splitlines()))
