"""The SPARQL Protocol read from raw requests."""

from collections.abc import Callable
from contextlib import suppress
from urllib.parse import quote, quote_plus

import pytest
from hypothesis import given
from hypothesis import strategies as st

from graph.errors import (
    ForbiddenError,
    MediaTypeError,
    MethodError,
    ParameterError,
    RequestError,
    TooLargeError,
)
from graph.sparql.protocol import DIRECT, FORM, Incoming, Operation, operation, pairs

LONGEST = 1 << 20


def _read(method: str, query: bytes = b"", kind: str | None = None, body: bytes = b"") -> Operation:
    return operation(Incoming(method, query, kind, body), LONGEST)


@pytest.mark.parametrize("method", ["POST", "QUERY"])
@pytest.mark.parametrize(
    ("kind", "body"),
    [
        (DIRECT, b"ASK{}"),
        (DIRECT + ";charset=UTF-8", b"ASK{}"),
        (DIRECT, b"\xef\xbb\xbfASK{}"),
        (FORM, b"query=ASK%7B%7D"),
        (FORM + "; charset=utf-8", b"query=ASK{}"),
    ],
)
def test_query_in_a_body(method: str, kind: str, body: bytes) -> None:
    """POST and QUERY take the query as it is, or as a form."""
    assert _read(method, b"", kind, body) == Operation("ASK{}")


@pytest.mark.parametrize("method", ["GET", "HEAD"])
def test_query_in_the_url(method: str) -> None:
    """GET and HEAD take it from the query string."""
    assert _read(method, b"query=ASK+%7B%7D&format=csv") == Operation("ASK {}", format="csv")


def test_the_first_format_counts() -> None:
    """SPARQLWrapper sends two: a name, and a list of media types."""
    assert _read("GET", b"query=A&format=json&format=application/json,x").format == "json"


@pytest.mark.parametrize("query", [b"", b"&&", b"format=ttl"])
def test_a_bare_get_asks_for_the_description(query: bytes) -> None:
    """Without a query, and without anything else that only a query has."""
    assert _read("GET", query).query is None


@pytest.mark.parametrize(
    ("query", "default", "named"),
    [
        (b"", None, None),
        (b"&default-graph-uri=urn:a", ("urn:a",), ()),
        (b"&named-graph-uri=urn:a", (), ("urn:a",)),
        (b"&default-graph-uri=urn:a&default-graph-uri=urn:b", ("urn:a", "urn:b"), ()),
        (b"&named-graph-uri=urn:b&default-graph-uri=urn:a", ("urn:a",), ("urn:b",)),
    ],
)
def test_dataset(
    query: bytes, default: tuple[str, ...] | None, named: tuple[str, ...] | None
) -> None:
    """Both lists are set as soon as one is given."""
    found = _read("GET", b"query=ASK{}" + query)
    assert (found.default_graphs, found.named_graphs) == (default, named)


@pytest.mark.parametrize(
    ("incoming", "error", "words"),
    [
        (Incoming("GET", b"query=A&query=B"), ParameterError, "more than one query"),
        (Incoming("GET", b"default-graph-uri=urn:a"), ParameterError, "no query"),
        (Incoming("POST", b"query=A", FORM, b"query=B"), ParameterError, "more than one query"),
        (Incoming("POST", b"query=A", DIRECT, b"B"), ParameterError, "more than one query"),
        (Incoming("POST", b"", FORM, b"x=1"), ParameterError, "no query"),
        (Incoming("POST", b"", None, b"ASK{}"), ParameterError, "no Content-Type"),
        (Incoming("POST", b"", "text/plain", b"ASK{}"), MediaTypeError, "text/plain"),
        (Incoming("POST", b"", DIRECT + ";charset=gbk", b"ASK{}"), MediaTypeError, "gbk"),
        (Incoming("POST", b"", DIRECT, b"\xff"), ParameterError, "byte 0xFF at 0"),
        (Incoming("POST", b"", DIRECT, b"ASK{}\0"), ParameterError, "NUL"),
        (Incoming("POST", b"", "application/sparql-update", b""), ForbiddenError, "read-only"),
        (Incoming("POST", b"", FORM, b"update=CLEAR+ALL"), ForbiddenError, "read-only"),
        (Incoming("GET", b"query=A&using-graph-uri=urn:a"), ForbiddenError, "read-only"),
        (Incoming("GET", b"query=A&union-default-graph"), ParameterError, "not offered"),
        (Incoming("GET", b"query=%"), ParameterError, "'%'"),
        (Incoming("GET", b"query=%4"), ParameterError, "'%4'"),
        (Incoming("GET", b"query=%zz"), ParameterError, "'%zz'"),
        (Incoming("GET", b"query=%ED%A0%80"), ParameterError, "not UTF-8"),
        (Incoming("GET", b"q%FF=1&query=A"), ParameterError, "not UTF-8"),
        (Incoming("GET", b"query=%00"), ParameterError, "NUL"),
        (Incoming("GET", b"query=A&named-graph-uri=x"), ParameterError, "'x'"),
        (Incoming("GET", b"query=A&named-graph-uri=urn:" + b"a" * 3000), ParameterError, "longer"),
        (Incoming("GET", b"&".join([b"a=1"] * 1001)), ParameterError, "1000"),
        (Incoming("DELETE"), MethodError, "DELETE"),
        (Incoming("POST", b"", DIRECT, b" " * (LONGEST + 1)), TooLargeError, "larger"),
        (Incoming("GET", b" " * (LONGEST + 1)), TooLargeError, "larger"),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)
def test_what_is_wrong_is_said(incoming: Incoming, error: type[RequestError], words: str) -> None:
    """Each mistake has its error, which names it."""
    with pytest.raises(error) as caught:
        operation(incoming, LONGEST)
    assert words in str(caught.value)


_LEGAL = st.text(st.characters(codec="utf-8", exclude_characters="\0"))


@given(_LEGAL, st.sampled_from([quote, quote_plus]))
def test_any_text_arrives(text: str, encode: Callable[..., str]) -> None:
    """Whatever is encoded once is decoded once, in the URL, in a form and in a body."""
    encoded = b"query=" + encode(text, safe="").encode()
    assert _read("GET", encoded).query == text
    assert _read("POST", b"", FORM, encoded).query == text
    direct = _read("POST", b"", DIRECT, text.encode()).query
    assert direct == text.removeprefix("\ufeff")


@given(st.binary(max_size=200))
def test_any_bytes_are_read_or_refused(data: bytes) -> None:
    """No query string crashes the reader."""
    with suppress(ParameterError):
        for name, value in pairs(data):
            assert "\0" not in name + value
