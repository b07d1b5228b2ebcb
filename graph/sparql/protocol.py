"""An HTTP request read as an operation of the SPARQL 1.1 Protocol, without a web framework.

Percent-decoding is strict and happens exactly once: what is not UTF-8, or not an escape, is told to
the client instead of being guessed at. SPARQL 1.1 Protocol §2.1; the QUERY method is RFC 10008.
"""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from urllib.parse import unquote_to_bytes

from pyoxigraph import NamedNode

from graph.errors import (
    ForbiddenError,
    MediaTypeError,
    MethodError,
    ParameterError,
    RequestError,
    TooLargeError,
)

METHODS = ("GET", "HEAD", "POST", "QUERY", "OPTIONS")
FORM = "application/x-www-form-urlencoded"
DIRECT = "application/sparql-query"
UPDATE = "application/sparql-update"
ACCEPT_QUERY = f"{DIRECT}, {FORM}"
"""The value of `Accept-Query` (RFC 10008): what the body of a QUERY may be."""

_BAD_ESCAPE = re.compile(rb"%(?![0-9A-Fa-f]{2})")
_MOST = 1000
"""Parameters of one request."""
_LONGEST = 2048
"""Characters of a graph's IRI."""
_UNION = ("union-default-graph", "using-union-graph")
_OF_UPDATE = ("update", "using-graph-uri", "using-named-graph-uri")
_SINGLE = ("query", "format")
_PUBLISHED = "published"


@dataclass(frozen=True)
class Incoming:
    """The parts of an HTTP request that the protocol looks at; `query_string` as it was sent."""

    method: str
    query_string: bytes = b""
    content_type: str | None = None
    body: bytes = b""


@dataclass(frozen=True)
class Operation:
    """What a client wants; `query` is None for the service description.

    The graph lists are None when the protocol gave neither, so that FROM decides; when it gave one,
    both are set and FROM is overridden (§2.1.4). `published_prefixes` is whether the query may
    leave those undeclared, which is ours and not the protocol's: `prefixes=published`.
    """

    query: str | None
    default_graphs: tuple[str, ...] | None = None
    named_graphs: tuple[str, ...] | None = None
    format: str | None = None
    published_prefixes: bool = False


@dataclass
class _Gathered:
    single: dict[str, str] = field(default_factory=dict)
    graphs: dict[str, list[str]] = field(
        default_factory=lambda: {"default-graph-uri": [], "named-graph-uri": []}
    )
    published: bool = False
    seen: bool = False


def operation(request: Incoming, longest: int) -> Operation:
    """The operation that this request asks for; `longest` bounds its parts in bytes.

    Raises MethodError, MediaTypeError, TooLargeError, ForbiddenError for an update, and
    ParameterError for everything else that is not well-formed.
    """
    if max(len(request.body), len(request.query_string)) > longest:
        raise TooLargeError(f"the request is larger than {longest} bytes", "shorten the query")
    if request.method not in METHODS:
        raise MethodError(f"{request.method} is not offered here", f"use {', '.join(METHODS)}")
    gathered = _Gathered()
    for name, value in pairs(request.query_string):
        _take(gathered, name, value)
    if request.method in ("POST", "QUERY"):
        _read_body(gathered, request)
    query = gathered.single.get("query")
    # `?format=` alone picks the format of the service description.
    if query is None and (request.method not in ("GET", "HEAD") or gathered.seen):
        raise ParameterError("there is no query", "give it as the parameter `query`")
    format_ = gathered.single.get("format")
    return Operation(query, *_dataset(gathered.graphs), format_, gathered.published)


def _read_body(gathered: _Gathered, request: Incoming) -> None:
    media_type, parameters = content_type(request.content_type or "")
    if not media_type:
        raise ParameterError("the body has no Content-Type", f"send it as {DIRECT} or {FORM}")
    if media_type == UPDATE:
        raise _read_only()
    if media_type not in (DIRECT, FORM):
        raise MediaTypeError(f"a body of type {media_type}", f"send it as {DIRECT} or {FORM}")
    charset = parameters.get("charset", "utf-8").lower()
    if charset not in ("utf-8", "utf8", "us-ascii"):
        raise MediaTypeError(f"a body in {charset}", "SPARQL is sent in UTF-8")
    if media_type == FORM:
        for name, value in pairs(request.body):
            _take(gathered, name, value)
    else:
        _take(gathered, "query", _text(request.body, "the body").removeprefix("\ufeff"))


def _take(gathered: _Gathered, name: str, value: str) -> None:
    if name in _OF_UPDATE:
        raise _read_only()
    if name in _UNION:
        raise ParameterError(
            f"{name} is not offered",
            "leave it out: the default graph already holds the facts of every named graph",
        )
    if name == "query" and name in gathered.single:
        raise ParameterError("there is more than one query", "give one")
    if name == "prefixes":
        if value != _PUBLISHED:
            raise ParameterError(
                f"prefixes={value[:60]!r} is not offered",
                f"leave it out and declare every prefix, or write prefixes={_PUBLISHED}",
            )
        gathered.published = True
    if name in _SINGLE:
        # SPARQLWrapper writes a format twice, first by its name, then as a list of media types.
        gathered.single.setdefault(name, value)
    elif name in gathered.graphs:
        gathered.graphs[name].append(graph_iri(value, name))
    gathered.seen |= name != "format"


def _dataset(
    graphs: Mapping[str, Sequence[str]],
) -> tuple[tuple[str, ...] | None, tuple[str, ...] | None]:
    if not any(graphs.values()):
        return None, None
    return tuple(graphs["default-graph-uri"]), tuple(graphs["named-graph-uri"])


def _read_only() -> RequestError:
    return ForbiddenError(
        "this endpoint is read-only: it takes no updates", "download a dump and change your copy"
    )


def graph_iri(text: str, name: str) -> str:
    """The IRI in this text, if it is absolute and well-formed; `name` is the parameter it came in.

    Raises ParameterError.
    """
    if len(text) > _LONGEST:
        raise ParameterError(f"{name} is longer than {_LONGEST} characters", "give a graph's IRI")
    try:
        return NamedNode(text).value
    except ValueError as error:
        raise ParameterError(
            f"{name}: {text!r} is not an absolute IRI ({error})", "give a graph's IRI in full"
        ) from error


def pairs(encoded: bytes) -> Iterator[tuple[str, str]]:
    """The parameters of a query string or a form body, decoded once, in their order.

    Raises ParameterError for a bad escape, for what is not UTF-8, for NUL, and for too many.
    """
    parts = encoded.split(b"&", _MOST)
    if len(parts) > _MOST:
        raise ParameterError(f"there are more than {_MOST} parameters", "send fewer")
    for part in parts:
        if part:
            name, _, value = part.partition(b"=")
            yield _decoded(name), _decoded(value)


def _decoded(encoded: bytes) -> str:
    if bad := _BAD_ESCAPE.search(encoded):
        shown = encoded[bad.start() : bad.start() + 3].decode("ascii", "replace")
        raise ParameterError(f"{shown!r} is not a percent-escape", "write a percent sign as %25")
    return _text(unquote_to_bytes(encoded.replace(b"+", b" ")), "a parameter")


def _text(data: bytes, what: str) -> str:
    try:
        text = data.decode()
    except UnicodeDecodeError as error:
        raise ParameterError(
            f"{what} is not UTF-8: byte 0x{data[error.start]:02X} at {error.start}",
            "encode it as UTF-8",
        ) from error
    if "\0" in text:
        raise ParameterError(f"{what} holds a NUL character", "leave it out")
    return text


def content_type(header: str) -> tuple[str, dict[str, str]]:
    """The media type of a Content-Type header in lower case, and its parameters."""
    media_type, *rest = header.split(";")
    split = (part.partition("=") for part in rest)
    parameters = {name.strip().lower(): value.strip().strip('"') for name, _, value in split}
    return media_type.strip().lower(), parameters
