"""The listening socket: our own, or one that is handed over and outlives this process.

Whoever holds the socket (systemd, by a `.socket` unit) keeps it open from one server to the next:
what comes between two of them waits in its queue instead of being refused. sd_listen_fds(3).
"""

import os
import socket
from collections.abc import Mapping
from contextlib import suppress
from pathlib import Path
from typing import Any

from granian._granian import SocketHolder
from granian.server.embed import Server

from graph.errors import SettingError

_DESCRIPTORS = Path("/proc/self/fd")
_FIRST = 3
"""The descriptor of the first socket that is handed over."""


def handed_over(environ: Mapping[str, str], process: int | None = None) -> int | None:
    """The descriptor of the socket that this process (or the one given) was handed, if any.

    Raises SettingError for more than one.
    """
    if environ.get("LISTEN_PID") != str(process or os.getpid()):
        return None
    count = environ.get("LISTEN_FDS", "")
    if count != "1":
        raise SettingError(f"LISTEN_FDS={count}: one socket can be served, not another number")
    return _FIRST


def let_go(handed: int) -> None:
    """Accept no more connections from this socket, which others go on holding.

    Connections that come from now on wait for the next server. Those accepted already are served:
    whoever stops a server lets go first, and stops it a moment later.
    """
    held = os.fstat(handed).st_ino
    with socket.socket() as mute:
        mute.bind(("127.0.0.1", 0))
        mute.listen()
        mute.settimeout(0)
        # The server may have descriptors of its own for it: each becomes one that nobody calls.
        for each in [int(entry.name) for entry in _DESCRIPTORS.iterdir()]:
            with suppress(OSError):
                if os.fstat(each).st_ino == held:
                    os.dup2(mute.fileno(), each)


class Embedded(Server):
    """granian in this process, on a socket handed over if there is one."""

    def __init__(self, target: Any, *, handed: int | None, backlog: int, **options: Any) -> None:
        super().__init__(target, backlog=backlog, **options)
        self._handed = handed

    def _init_shared_socket(self) -> None:
        # The one place where granian makes its socket; it has no public way to be given one.
        if self._handed is None:
            super()._init_shared_socket()  # type: ignore[no-untyped-call]  # granian's own
        else:
            self._ssp = None
            # Its stub knows no arguments; they are: descriptor, of a Unix socket, backlog.
            holder: Any = SocketHolder
            of_unix = False
            self._shd = holder(self._handed, of_unix, self.backlog)
