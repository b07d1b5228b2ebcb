"""The listening socket: our own, or one that is handed over and outlives this process.

Whoever holds the socket (systemd, by a `.socket` unit) keeps it open from one server to the next:
what comes between two of them waits in its queue instead of being refused. sd_listen_fds(3).
"""

import asyncio
import os
import socket
from collections.abc import Callable, Mapping
from functools import partial

from graph.errors import SettingError

_FIRST = 3
"""The descriptor of the first socket that is handed over."""
_FULL = 0.1
"""Seconds until one more try when there is no descriptor left for a connection."""


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


def listening(handed: int | None, host: str, port: int, backlog: int) -> socket.socket:
    """The socket that was handed over, or one of our own on this address.

    Raises OSError when the address is taken.
    """
    if handed is not None:
        return socket.socket(fileno=handed)
    family, _, _, _, address = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)[0]
    return socket.create_server(address, family=family, backlog=backlog)


class Doorman:
    """Takes connections from a socket, one at a time, while there is room.

    `made` makes what serves one, of which some bytes may have been read; `shared` tells whether
    another process has taken it. Used in the event loop's thread.
    """

    def __init__(
        self,
        door: socket.socket,
        made: Callable[[bytes], asyncio.Protocol],
        room: Callable[[], bool],
        shared: Callable[[socket.socket], bool],
    ) -> None:
        self._door, self._made, self._room, self._shared = door, made, room, shared
        self._loop = asyncio.get_running_loop()
        self._open = False
        self._coming: set[asyncio.Task[object]] = set()
        door.settimeout(0)
        self.open()

    def open(self) -> None:
        """Take connections from now on."""
        if not self._open:
            self._open = True
            self._loop.add_reader(self._door.fileno(), self._take)

    def close(self) -> None:
        """Take no more; those that come wait, or are refused once nobody holds the socket."""
        if self._open:
            self._open = False
            self._loop.remove_reader(self._door.fileno())

    def _take(self) -> None:
        if not self._room():
            self.close()
            self._loop.call_later(_FULL, self.open)
            return
        try:
            client, _ = self._door.accept()
        except (BlockingIOError, ConnectionAbortedError):
            return
        except OSError:
            # No descriptor is left: whoever waits is taken when one is.
            self.close()
            self._loop.call_later(_FULL, self.open)
            return
        if self._shared(client):
            client.close()
            return
        client.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        self.admit(client, b"")

    def admit(self, client: socket.socket, read: bytes) -> None:
        """Serve this client, of whom so much was read before."""
        make = partial(self._made, read)
        coming = self._loop.create_task(self._loop.connect_accepted_socket(make, client))
        self._coming.add(coming)
        coming.add_done_callback(self._coming.discard)
