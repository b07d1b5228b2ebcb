"""Where a large answer lies while it is written: memory of the kernel's, and of no process.

The worker that writes it does not wait for whoever reads it, so a client that reads slowly keeps no
worker; the server can read from the first piece on, and holds one piece at a time.
"""

import os
import socket
import weakref

from graph.workers import framing

PIECE = 1 << 18
"""Bytes past which an answer is spooled, and of each further piece."""
available = hasattr(os, "memfd_create")


class Spool:
    """An answer in this format, of which so many bytes have been written."""

    def __init__(self, descriptor: int, format_: str) -> None:
        self._descriptor, self.format, self.size = descriptor, format_, 0
        self.close = weakref.finalize(self, os.close, descriptor)

    def piece(self, start: int, length: int = PIECE) -> bytes:
        """Bytes from there on, as far as they are written."""
        return os.pread(self._descriptor, min(length, self.size - start), start)

    def whole(self) -> bytes:
        """All that is written."""
        return b"".join(self.piece(start) for start in range(0, self.size, PIECE))


class Outlet:
    """The worker's end: makes a spool for an answer that grows large, and tells of each piece."""

    def __init__(self, connection: socket.socket, files: socket.socket) -> None:
        self._connection, self._files = connection, files
        self._descriptor: int | None = None
        self._size = 0

    @property
    def begun(self) -> bool:
        """Whether this answer has grown large."""
        return self._descriptor is not None

    def write(self, format_: str, piece: bytes) -> None:
        """Write so much more of an answer in this format."""
        if self._descriptor is None:
            self._descriptor = os.memfd_create("answer")
            socket.send_fds(self._files, [b"."], [self._descriptor])
        rest = memoryview(piece)
        while rest:
            rest = rest[os.write(self._descriptor, rest) :]
        self._size += len(piece)
        framing.send(self._connection, {"grown": self._size, "format": format_})

    def close(self) -> None:
        """Hold the spool no more; whoever got it reads on."""
        if self._descriptor is not None:
            os.close(self._descriptor)
            self._descriptor = None


def received(files: socket.socket, format_: str) -> Spool:
    """The spool that a worker has sent."""
    _, (descriptor,), _, _ = socket.recv_fds(files, 1, 1)
    return Spool(descriptor, format_)
