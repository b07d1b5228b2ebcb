"""What the connections of a process share: what they may hold together, and whose they are."""

from time import time
from typing import Protocol
from wsgiref.handlers import format_date_time

from graph.settings import MEBIBYTE, Settings

_BODIES = 32
"""Bodies of the largest allowed size that may be in memory together."""


class Client(Protocol):
    """A connection, as far as all of them concern somebody."""

    def patrol(self, now: float) -> None:
        """Give up on a client that takes too long over what it is doing."""


class Owner:
    """Who has many connections.

    `held` are the bytes of bodies in memory, `running` the requests in hand; once `ending` is set,
    no connection is kept for a further request.
    """

    def __init__(self, settings: Settings) -> None:
        self.request_mb, self.body_seconds = settings.request_mb, settings.body_seconds
        self.longest = settings.request_mb * MEBIBYTE
        self.connections: set[Client] = set()
        self.held = self.running = 0
        self.ending = False
        self._second, self._date = 0, b""

    def came(self, client: Client) -> None:
        """Have one connection more."""
        self.connections.add(client)
        self.tell()

    def left(self, client: Client) -> None:
        """Have one connection less."""
        self.connections.discard(client)
        self.tell()

    def tell(self) -> None:
        """Let others know what there is room for here."""

    @property
    def crowded(self) -> bool:
        """Whether no further large body may come in now."""
        return self.held > _BODIES * self.longest

    def date(self) -> bytes:
        """The Date header of this second (RFC 9110 §6.6.1)."""
        now = int(time())
        if now != self._second:
            self._second, self._date = now, f"Date: {format_date_time(now)}\r\n".encode()
        return self._date
