"""HTTP/1.1 as clients speak it, byte for byte, to a real server."""

import socket
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from http.client import HTTPResponse, parse_headers
from urllib.parse import quote

import pytest
from servers import ANY_FRONTS, Site

KIND = "Content-Type: application/sparql-query\r\nAccept: text/csv\r\n"
TWO = b"GET / HTTP/1.1\r\nHost: x\r\nContent-Length: 1\r\nTransfer-Encoding: chunked\r\n\r\n"
ROWS = b"SELECT ?n { VALUES ?n { %d } }"


@contextmanager
def dialled(site: Site) -> Iterator[socket.socket]:
    """A connection of one's own."""
    with socket.create_connection(("127.0.0.1", site.port), timeout=30) as connection:
        yield connection


def answers(connection: socket.socket, methods: Sequence[str]) -> list[tuple[int, bytes]]:
    """The status and the body of each answer, in the order in which they come."""
    found = []
    with connection.makefile("rb") as reader:
        for method in methods:
            status = int(reader.readline().split()[1])
            headers = parse_headers(reader)
            length = 0 if method == "HEAD" else int(headers["Content-Length"])
            found.append((status, reader.read(length)))
    return found


def post(body: bytes, more: str = "") -> bytes:
    """A query as a request."""
    head = f"POST /sparql HTTP/1.1\r\nHost: x\r\n{KIND}{more}Content-Length: {len(body)}\r\n\r\n"
    return head.encode() + body


@ANY_FRONTS
def test_requests_sent_ahead_are_answered_in_order(site: Site) -> None:
    """Cached ones do not overtake those of a worker, nor of a page."""
    sent = [post(ROWS % (n % 5)) for n in range(20)]
    sent[7:7] = [b"GET /health/live HTTP/1.1\r\nHost: x\r\n\r\n"]
    with dialled(site) as connection:
        connection.sendall(b"".join(sent))
        found = answers(connection, ["POST"] * 21)
    expected = [b"n\r\n%d\r\n" % (n % 5) for n in range(20)]
    expected[7:7] = [b"live\n"]
    assert found == [(200, body) for body in expected]


@ANY_FRONTS
def test_a_thousand_requests_in_one_go(site: Site) -> None:
    """All of them cached: each is answered before the next, however deep that is."""
    with dialled(site) as connection:
        connection.sendall(post(ROWS % 1) * 1000)
        assert answers(connection, ["POST"] * 1000) == [(200, b"n\r\n1\r\n")] * 1000


@ANY_FRONTS
def test_a_request_may_come_byte_by_byte(site: Site) -> None:
    """Where it is cut says nothing."""
    with dialled(site) as connection:
        for byte in post(ROWS % 3):
            connection.sendall(bytes([byte]))
        assert answers(connection, ["POST"]) == [(200, b"n\r\n3\r\n")]


@ANY_FRONTS
def test_a_body_in_chunks(site: Site) -> None:
    """It needs no length."""
    body = ROWS % 4
    head = f"POST /sparql HTTP/1.1\r\nHost: x\r\n{KIND}Transfer-Encoding: chunked\r\n\r\n".encode()
    with dialled(site) as connection:
        connection.sendall(head + b"5\r\n%s\r\n" % body[:5])
        connection.sendall(b"%x\r\n%s\r\n0\r\n\r\n" % (len(body) - 5, body[5:]))
        assert answers(connection, ["POST"]) == [(200, b"n\r\n4\r\n")]


@ANY_FRONTS
def test_a_client_may_wait_to_be_asked_for_its_body(site: Site) -> None:
    """Expect: 100-continue (RFC 9110 §10.1.1)."""
    request = post(ROWS % 5, "Expect: 100-continue\r\n")
    head, _, body = request.partition(b"\r\n\r\n")
    with dialled(site) as connection:
        connection.sendall(head + b"\r\n\r\n")
        assert connection.recv(100) == b"HTTP/1.1 100 Continue\r\n\r\n"
        connection.sendall(body)
        assert answers(connection, ["POST"]) == [(200, b"n\r\n5\r\n")]


@ANY_FRONTS
def test_an_offer_of_another_protocol_is_not_taken(site: Site) -> None:
    """Java's client offers HTTP/2 with its first request, body included (RFC 9110 §7.8)."""
    offer = "Connection: Upgrade, HTTP2-Settings\r\nUpgrade: h2c\r\nHTTP2-Settings: AAMAAABk\r\n"
    with dialled(site) as connection:
        connection.sendall(post(ROWS % 6, offer) + post(ROWS % 7))
        assert answers(connection, ["POST"] * 2) == [(200, b"n\r\n6\r\n"), (200, b"n\r\n7\r\n")]


@ANY_FRONTS
def test_head_has_the_length_and_no_body(site: Site) -> None:
    """And the next answer begins right behind it."""
    target = f"/sparql?format=csv&query={quote(ROWS % 8)}"
    sent = "".join(f"{m} {target} HTTP/1.1\r\nHost: x\r\n\r\n" for m in ("HEAD", "GET"))
    with dialled(site) as connection:
        connection.sendall(sent.encode())
        assert answers(connection, ["HEAD", "GET"]) == [(200, b""), (200, b"n\r\n8\r\n")]


@ANY_FRONTS
@pytest.mark.parametrize(
    ("head", "kept"),
    [
        ("HTTP/1.1\r\nHost: x", True),
        ("HTTP/1.1\r\nHost: x\r\nConnection: close", False),
        ("HTTP/1.0", False),
        ("HTTP/1.0\r\nConnection: keep-alive", True),
    ],
)
def test_a_connection_is_kept_as_its_client_wants(site: Site, head: str, *, kept: bool) -> None:
    """Both versions have a default, and a header that says otherwise."""
    request = f"GET /health/live {head}\r\n\r\n".encode()
    with dialled(site) as connection:
        connection.sendall(request)
        assert answers(connection, ["GET"]) == [(200, b"live\n")]
        connection.settimeout(0.5)
        if kept:
            connection.sendall(request)
            assert connection.recv(100).startswith(b"HTTP/1.1 200 ")
        else:
            assert connection.recv(100) == b""


@ANY_FRONTS
@pytest.mark.parametrize(
    ("request_", "status"),
    [
        (b"CONNECT x:80 HTTP/1.1\r\nHost: x:80\r\n\r\n", b"405"),
        (b"BREW / HTTP/1.1\r\nHost: x\r\n\r\n", b"501"),
        (b"GET / HTTP/1.1\r\nHost: x\r\nA: b\r\n folded\r\n\r\n", b"400"),
        (TWO, b"400"),
        (b"GET / HTTP/1.1\r\nHost: x\r\n" + b"A: b\r\n" * 100_000, b"431"),
    ],
    ids=["CONNECT", "method", "folding", "two lengths", "headers"],
)  # fmt: skip
def test_what_cannot_be_answered_is_told_and_hung_up(
    site: Site, request_: bytes, status: bytes
) -> None:
    """Without a framework: nothing of it can be trusted. What came before has its answer."""
    with dialled(site) as connection:
        connection.sendall(post(ROWS % 9))
        assert answers(connection, ["POST"]) == [(200, b"n\r\n9\r\n")]
        connection.sendall(request_)
        assert connection.recv(4096).startswith(b"HTTP/1.1 %s " % status)
        while connection.recv(4096):
            pass


@ANY_FRONTS
@pytest.mark.slow
def test_a_client_that_does_not_read_is_no_burden(site: Site) -> None:
    """Its answers wait in its own connection; the others are served."""
    long = b"SELECT * { ?a ?b ?c . ?d ?e ?f } LIMIT 15000"
    with dialled(site) as connection:
        connection.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
        connection.sendall(post(long))
        assert site.ask("/health/live").status == 200
        with HTTPResponse(connection) as answer:
            answer.begin()
            body = answer.read()
    assert answer.status == 200
    assert len(body) > 1_000_000
