"""Content codings: which one a client gets, and how it is made."""

import gzip
import zlib
from collections.abc import Callable, Collection, Mapping
from typing import Protocol

import brotli  # type: ignore[import-untyped]  # it ships no types
import zstandard

_SMALLEST = 512
"""Bytes below which a coding saves less than its header costs."""
_PACKED = ("gzip", "zip", "zstd", "brotli", "png", "jpeg", "webp", "woff")

ENCODERS: Mapping[str, Callable[[bytes], bytes]] = {
    "zstd": lambda body: zstandard.ZstdCompressor(level=6).compress(body),
    "br": lambda body: brotli.compress(body, quality=5),
    # mtime 0: equal bodies give equal bytes.
    "gzip": lambda body: gzip.compress(body, 6, mtime=0),
}
"""Coding → its encoder, the preferred first: at equal size zstd is made and read fastest."""


class Coder(Protocol):
    """Codes a body that comes in pieces."""

    def more(self, piece: bytes) -> bytes:
        """Code this piece, so that it can be read before the next is there."""

    def last(self) -> bytes:
        """The end."""


class _Zstd:
    def __init__(self) -> None:
        self._made = zstandard.ZstdCompressor(level=6).compressobj()

    def more(self, piece: bytes) -> bytes:
        return self._made.compress(piece) + self._made.flush(zstandard.COMPRESSOBJ_FLUSH_BLOCK)

    def last(self) -> bytes:
        return self._made.flush()


class _Brotli:
    def __init__(self) -> None:
        self._made = brotli.Compressor(quality=5)

    def more(self, piece: bytes) -> bytes:
        coded: bytes = self._made.process(piece) + self._made.flush()
        return coded

    def last(self) -> bytes:
        coded: bytes = self._made.finish()
        return coded


class _Gzip:
    def __init__(self) -> None:
        self._made = zlib.compressobj(6, zlib.DEFLATED, zlib.MAX_WBITS | 16)

    def more(self, piece: bytes) -> bytes:
        return self._made.compress(piece) + self._made.flush(zlib.Z_SYNC_FLUSH)

    def last(self) -> bytes:
        return self._made.flush()


class _Plain:
    def more(self, piece: bytes) -> bytes:
        return piece

    def last(self) -> bytes:
        return b""


CODERS: Mapping[str, Callable[[], Coder]] = {
    "zstd": _Zstd,
    "br": _Brotli,
    "gzip": _Gzip,
    "": _Plain,
}
"""Coding → what makes it of a body by the piece; no coding leaves each as it is."""


def chosen(accept_encoding: str, among: Collection[str] = ENCODERS.keys()) -> str:
    """The coding to use for this `Accept-Encoding` header; empty for none.

    Of those the client likes equally, the first of `among`.
    """
    if not accept_encoding:
        return ""
    weights = dict(_weight(part) for part in accept_encoding.lower().split(","))
    others = weights.get("*", 0.0)
    best = max(among, key=lambda coding: weights.get(coding, others))
    return best if weights.get(best, others) > 0 else ""


def _weight(part: str) -> tuple[str, float]:
    coding, _, parameter = part.partition(";")
    name, _, value = parameter.partition("=")
    if name.strip() != "q":
        return coding.strip(), 1.0
    try:
        return coding.strip(), float(value)
    except ValueError:
        return coding.strip(), 0.0


def worthwhile(content_type: str, length: int) -> bool:
    """Whether a body of this type and length gains from a coding."""
    return length >= _SMALLEST and not any(word in content_type for word in _PACKED)
