"""What clients owe, in a table of fixed size that several processes share.

A client is kept as a digest under a key of this table's own, so nothing in it names anybody. Its
row is one of eight that its digest chooses; where all are taken, who was charged longest ago is
forgotten.
"""

import hashlib
import os
import struct

from web.middleware.shared.region import Region

_ROW = struct.Struct("=16sdd")
_ROWS = 1 << 14
_CHOICES = 8
_FREE = bytes(16)


class Debts:
    """Seconds owed by client, with the time by time.monotonic at which they were."""

    def __init__(self) -> None:
        self._region = Region(_ROW.size * _ROWS)
        self._key = os.urandom(16)

    def debt(self, name: str, now: float, refill: float) -> float:
        """The seconds that this client owes, of which `refill` are forgiven each second."""
        with self._region.held():
            return self._found(self._digest(name), now, refill)[1]

    def add(self, name: str, seconds: float, now: float, refill: float) -> None:
        """Let this client owe so many seconds more."""
        digest = self._digest(name)
        with self._region.held():
            at, debt = self._found(digest, now, refill)
            _ROW.pack_into(self._region.bytes, at, digest, debt + seconds, now)

    def clients(self) -> int:
        """How many clients have a row."""
        with self._region.held():
            return sum(row[0] != _FREE for row in _ROW.iter_unpack(self._region.bytes[:]))

    def _digest(self, name: str) -> bytes:
        return hashlib.blake2b(name.encode(), key=self._key, digest_size=16).digest()

    def _found(self, digest: bytes, now: float, refill: float) -> tuple[int, float]:
        """The offset of this client's row, or of the one that it would get, and its debt."""
        first = int.from_bytes(digest[:4], "big")
        oldest, since = 0, float("inf")
        for step in range(_CHOICES):
            at = (first + step) % _ROWS * _ROW.size
            owner, debt, when = _ROW.unpack_from(self._region.bytes, at)
            if owner == digest:
                return at, max(0.0, debt - (now - when) * refill)
            if owner == _FREE or debt - (now - when) * refill <= 0:
                when = float("-inf")
            if when < since:
                oldest, since = at, when
        return oldest, 0.0
