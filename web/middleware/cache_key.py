"""A request reduced to what its answer depends on, the same for GET, POST and QUERY."""

import hashlib
import re
from collections.abc import Callable
from dataclasses import dataclass
from functools import lru_cache
from urllib.parse import parse_qsl

from graph.sparql.spelling import respelled

_PLACES = ("/sparql", "/queries")
_FORM = "application/x-www-form-urlencoded"
_QUERY = "application/sparql-query"
_SHORT = 4096
"""Length of a request whose digest is remembered: decoding costs more than all else of a hit."""
_LONG = 1 << 14
"""Length of a request from which on each spelling is kept apart: reading it takes too long."""

_ODD = re.compile(r"%(?![0-9A-Fa-f]{2})|%00")
"""What the application refuses wherever it stands, a comment of the query included."""

Header = Callable[[str], str | None]


@dataclass(frozen=True)
class Asked:
    """What was asked: `digest` is equal for two requests that must get the same answer."""

    digest: str
    head: bool
    accept_encoding: str
    if_none_match: str


def asked(method: str, path: str, query_string: str, header: Header, body: bytes) -> Asked | None:
    """The request as the cache knows it, or None if its answer may not be shared.

    `header` gives a header by its lower-case name. What the protocol would refuse is not judged
    here: a request that is odd in any way is left to the application.
    """
    if not path.startswith(_PLACES) or header("authorization") is not None:
        return None
    types = (header("content-type") or "", header("accept") or "")
    digest = _remembered if len(query_string) + len(body) < _SHORT else _digest
    found = digest(method, path, query_string, types, body)
    if found is None:
        return None
    return Asked(
        digest=found,
        head=method == "HEAD",
        accept_encoding=header("accept-encoding") or "",
        if_none_match=header("if-none-match") or "",
    )


def _digest(
    method: str, path: str, query_string: str, types: tuple[str, str], body: bytes
) -> str | None:
    content_type, accept = types
    pairs = _pairs(method, query_string, content_type, body)
    if pairs is None:
        return None
    if (
        len(query_string) + len(body) < _LONG
        and "html" not in accept
        and all("html" not in value for name, value in pairs if name == "format")
    ):
        # A page shows the query as it was written.
        pairs = [(name, respelled(text) if name == "query" else text) for name, text in pairs]
    text = repr((path.rstrip("/"), _folded(accept), sorted(pairs)))
    return hashlib.sha256(text.encode()).hexdigest()


_remembered = lru_cache(maxsize=2048)(_digest)


@lru_cache(maxsize=64)
def _folded(accept: str) -> str:
    return accept.replace(" ", "").lower()


def _pairs(
    method: str, query_string: str, content_type: str, body: bytes
) -> list[tuple[str, str]] | None:
    if method in ("GET", "HEAD"):
        return None if body else _parsed(query_string)
    if method not in ("POST", "QUERY"):
        return None
    media_type, charset = _media_type(content_type)
    if charset not in ("", "utf-8", "utf8"):
        return None
    if media_type == _FORM:
        # Parameters in both places are an oddity.
        return None if query_string else _parsed(body)
    if media_type == _QUERY:
        return _direct(_parsed(query_string), body)
    return None


def _direct(pairs: list[tuple[str, str]] | None, body: bytes) -> list[tuple[str, str]] | None:
    if pairs is None or any(name == "query" for name, _ in pairs):
        return None
    try:
        return None if b"\0" in body else [*pairs, ("query", body.decode().strip())]
    except UnicodeDecodeError:
        return None


def _parsed(text: str | bytes) -> list[tuple[str, str]] | None:
    if not text:
        return []
    try:
        decoded = text if isinstance(text, str) else text.decode("ascii")
        if _ODD.search(decoded):
            return None
        pairs = parse_qsl(decoded, keep_blank_values=True, errors="strict", max_num_fields=1000)
    except ValueError:
        return None
    return [(name, value.strip() if name == "query" else value) for name, value in pairs]


@lru_cache(maxsize=64)
def _media_type(content_type: str) -> tuple[str, str]:
    media_type, _, rest = content_type.lower().partition(";")
    name, _, value = rest.strip().partition("=")
    if not rest.strip():
        return media_type.strip(), ""
    return media_type.strip(), value.strip('" ') if name.strip() == "charset" else "other"
