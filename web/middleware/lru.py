"""Finished answers in memory, bounded in bytes; the ones used longest ago make room."""

import threading
from collections import OrderedDict
from dataclasses import dataclass
from functools import cached_property
from typing import Generic, TypeVar

_OVERHEAD = 512
"""Bytes an entry costs beside its body and headers."""
_SHARE = 8
"""One entry may take at most this fraction of the cache, lest a large answer empty it."""

Key = tuple[str, ...]


@dataclass(frozen=True)
class Entry:
    """A finished answer: what is sent, byte for byte, to everyone who asks the same."""

    headers: tuple[tuple[str, str], ...]
    body: bytes
    etag: str

    @cached_property
    def size(self) -> int:
        """The bytes it occupies."""
        return _OVERHEAD + len(self.body) + sum(len(n) + len(v) for n, v in self.headers)


E = TypeVar("E", bound=Entry)


@dataclass(frozen=True)
class CacheStats:
    """What the cache holds and has done."""

    entries: int
    bytes: int
    hits: int
    misses: int
    evictions: int


class Cache(Generic[E]):
    """Entries by key, of `limit` bytes together, for any number of threads."""

    def __init__(self, limit: int) -> None:
        self._limit = limit
        self._lock = threading.Lock()
        self._entries: OrderedDict[Key, E] = OrderedDict()
        self._bytes = self._hits = self._misses = self._evictions = 0

    def get(self, key: Key) -> E | None:
        """The entry with this key, which thereby becomes the one used last."""
        with self._lock:
            entry = self._entries.get(key)
            if entry is not None:
                self._entries.move_to_end(key)
            return entry

    def takes(self, size: int) -> bool:
        """Whether an entry of so many bytes is not too large."""
        return size * _SHARE <= self._limit

    def put(self, key: Key, entry: E) -> bool:
        """Whether the entry was taken; one that is too large is not."""
        if not self.takes(entry.size):
            return False
        with self._lock:
            old = self._entries.pop(key, None)
            self._bytes += entry.size - (old.size if old else 0)
            self._entries[key] = entry
            while self._bytes > self._limit:
                _, oldest = self._entries.popitem(last=False)
                self._bytes -= oldest.size
                self._evictions += 1
        return True

    def count(self, *, hit: bool) -> None:
        """Record that a request found its answer here, or did not."""
        with self._lock:
            if hit:
                self._hits += 1
            else:
                self._misses += 1

    def stats(self) -> CacheStats:
        """A snapshot for the metrics."""
        with self._lock:
            return CacheStats(
                len(self._entries), self._bytes, self._hits, self._misses, self._evictions
            )
