"""Content codings: which one a client gets, and how it is made."""

import gzip
from collections.abc import Callable, Collection, Mapping

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
