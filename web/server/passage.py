"""Connections that go from one front to another, with what was read of them.

A front that has more than its share, or is asked while none of its workers is free, hands a client
over to one that has room: the socket itself, by SCM_RIGHTS, so that the client notices nothing.
What lies in the mailbox of a front that is killed is taken by the one that takes its place.
"""

import asyncio
import socket
from collections.abc import Callable

from web.middleware.shared.rooms import Rooms

_LONGEST = 1 << 16
"""Bytes that go along with a connection; one of which more was read stays."""
_MARK = b"."
_UNDER_WAY = 0.1
"""Seconds after which nobody is about to hand over who saw room before."""

Take = Callable[[socket.socket, bytes], None]


class Passage:
    """A mailbox for each of so many fronts, made before they are forked.

    Each process uses it as the front that it is, in its event loop's thread.
    """

    def __init__(self, rooms: Rooms, fronts: int) -> None:
        self._rooms = rooms
        pairs = [socket.socketpair(socket.AF_UNIX, socket.SOCK_DGRAM) for _ in range(fronts)]
        self._slots, self._boxes = zip(*pairs, strict=True)
        for each in (*self._slots, *self._boxes):
            each.settimeout(0)

    @property
    def leads_elsewhere(self) -> bool:
        """Whether there is another front."""
        return len(self._boxes) > 1

    def open(self, front: int, take: Take) -> None:
        """Have the connections that others hand to this front taken, with what was read of them."""
        box = self._boxes[front]
        asyncio.get_running_loop().add_reader(box.fileno(), self._received, box, take)

    async def leave(self, front: int) -> None:
        """Return when others hand nothing to this front any more; what they did is taken."""
        self._rooms.close(front)
        if self.leads_elsewhere:
            await asyncio.sleep(_UNDER_WAY)

    def stop(self, front: int) -> None:
        """Take nothing more."""
        asyncio.get_running_loop().remove_reader(self._boxes[front].fileno())

    def close(self) -> None:
        """Hold no mailbox any more."""
        for each in (*self._slots, *self._boxes):
            each.close()

    def share(self, front: int, connections: int, client: socket.socket) -> bool:
        """Whether a client that has just come went to a front with fewer connections than this."""
        other = self._rooms.emptiest(front, connections)
        return other is not None and self._sent(other, client.fileno(), b"")

    def relieve(self, front: int, descriptor: int, read: bytes) -> bool:
        """Whether a client that asks for a worker went to a front that has one free."""
        if len(read) > _LONGEST:
            return False
        other = self._rooms.idlest(front)
        return other is not None and self._sent(other, descriptor, read)

    def _sent(self, front: int, descriptor: int, read: bytes) -> bool:
        try:
            socket.send_fds(self._slots[front], [_MARK, read], [descriptor])
        except OSError:
            # Its mailbox is full: the client stays where it is, and is served there.
            return False
        return True

    def _received(self, box: socket.socket, take: Take) -> None:
        try:
            read, descriptors, _, _ = socket.recv_fds(box, _LONGEST + len(_MARK), 1)
        except BlockingIOError:
            return
        for descriptor in descriptors:
            take(socket.socket(fileno=descriptor), read[len(_MARK) :])
