"""What each front has room for, as every other can see it: one row of numbers a front.

Rows are written by their own front without a lock and may be a moment old: whoever acts on one
must not depend on it.
"""

from web.middleware.shared.region import Region

_WORD = 8
_IDLE, _CONNECTIONS, _READY, _OPEN = range(4)
_WIDTH = 4


class Rooms:
    """A row for each of so many fronts; one that is not open has room for nothing."""

    def __init__(self, fronts: int) -> None:
        self._fronts = fronts
        self._region = Region(_WORD * _WIDTH * fronts)
        self._row = memoryview(self._region.bytes).cast("q")

    def tell(self, front: int, *, ready: bool) -> None:
        """Say that this front is open, and whether it can answer queries."""
        at = front * _WIDTH
        self._row[at + _READY] = ready
        self._row[at + _OPEN] = 1

    def tell_room(self, front: int, idle: int, connections: int) -> None:
        """Say that this front has so many idle workers and connections."""
        at = front * _WIDTH
        self._row[at], self._row[at + _CONNECTIONS] = idle, connections

    def close(self, front: int) -> None:
        """Say that this front takes nothing more."""
        at = front * _WIDTH
        self._row[at + _OPEN] = self._row[at + _READY] = 0

    def ready(self) -> bool:
        """Whether any front has said that it can answer queries."""
        return any(self._row[each * _WIDTH + _READY] for each in range(self._fronts))

    def idlest(self, front: int) -> int | None:
        """Another front that has the most idle workers, if any has one; it has one less now."""
        found = max(self._others(front), key=lambda n: self._row[n * _WIDTH], default=None)
        if found is None or self._row[found * _WIDTH] <= 0:
            return None
        self._row[found * _WIDTH] -= 1
        return found

    def emptiest(self, front: int, connections: int) -> int | None:
        """Another front that has the fewest connections, if fewer than so many; now one more."""
        at = _CONNECTIONS
        found = max(self._others(front), key=lambda n: -self._row[n * _WIDTH + at], default=None)
        if found is None or self._row[found * _WIDTH + at] >= connections:
            return None
        self._row[found * _WIDTH + at] += 1
        return found

    def _others(self, front: int) -> list[int]:
        row = self._row
        return [n for n in range(self._fronts) if n != front and row[n * _WIDTH + _OPEN]]
