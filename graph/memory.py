"""What was made once and is kept: the least recently asked for makes room."""

import threading
from collections import OrderedDict
from collections.abc import Callable, Hashable
from typing import Any, TypeVar

T = TypeVar("T")


class Memory:
    """What was made of one thing and is worth keeping as long as that thing stands."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._kinds: dict[str, OrderedDict[Hashable, Any]] = {}

    def recall(self, kind: str, key: Hashable, make: Callable[[], T], most: int) -> T:
        """What `make` gave for this key, of at most `most` of a kind; the oldest make room."""
        with self._lock:
            found = self._kinds.setdefault(kind, OrderedDict())
            if key in found:
                found.move_to_end(key)
                known: T = found[key]
                return known
        made = make()
        with self._lock:
            known = found.setdefault(key, made)
            while len(found) > most:
                found.popitem(last=False)
        return known

    def known(self, kind: str, key: Hashable) -> Any:
        """What is kept under a key, None if nothing is; it makes nothing."""
        with self._lock:
            found = self._kinds.get(kind)
            return found.get(key) if found else None

    def clear(self) -> None:
        """Forget everything that was made until now."""
        with self._lock:
            self._kinds.clear()
