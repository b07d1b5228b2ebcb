"""Requests that mean harm: each gets a clear answer in time, and the next good query is quick."""

import json
import re
import socket
import threading
import time
from collections.abc import Callable, Mapping
from http.client import IncompleteRead
from typing import Any

import pytest
import yaml
from servers import ANY_FRONTS, CUT, Reply, Site, memory

from graph.paths import ROOT
from graph.sparql.protocol import DIRECT

Case = Mapping[str, Any]

CASES: list[Case] = yaml.safe_load((ROOT / "tests" / "data" / "hostile.yaml").read_text("utf-8"))[
    "cases"
]
LIGHT = [case for case in CASES if not case.get("heavy")]
HEAVY = [case for case in CASES if case.get("heavy")]
GOOD = b"SELECT * { ?s ?p ?o } LIMIT 3"
MOST_MEMORY = 2 << 30
"""Bytes that the server and all its workers may hold together: far below what was asked for."""


def _name(case: Case) -> str:
    return str(case["name"])


def _part(part: str | Mapping[str, Any]) -> str:
    if isinstance(part, str):
        return part
    if "numbered" in part:
        piece, count = part["numbered"]
        return "".join(piece.format(n or "", n + 1) for n in range(count))
    piece, count = part["repeat"]
    return str(piece) * int(count)


def text(case: Case) -> str:
    """The query of a case, written out."""
    return "".join(_part(part) for part in case["parts"])


def _send(case: Case, site: Site) -> Reply:
    headers = {"Accept": case["accept"]} if "accept" in case else {}
    if "accept_repeat" in case:
        headers["Accept"] = _part({"repeat": case["accept_repeat"]})
    headers |= case.get("headers", {})
    if "raw_query" in case:
        return site.ask("/sparql?" + _part(case["raw_query"]), headers=headers)
    if "target" in case:
        return site.ask(case["target"], headers=headers)
    body = text(case).encode()
    return site.ask("/sparql", "POST", {**headers, "Content-Type": DIRECT}, body)


def _patiently(send: Callable[[], Reply]) -> tuple[Reply, float]:
    """The reply to who comes again while told that no worker is free, and the seconds it took.

    Workers that were ended are replaced in the time that other programs leave.
    """
    until = time.monotonic() + 60
    while True:
        start = time.monotonic()
        reply = send()
        seconds = time.monotonic() - start
        busy = reply.status == 503 and json.loads(reply.body)["limit"] == "queue"
        if not busy or time.monotonic() > until:
            return reply, seconds
        time.sleep(0.2)


def _check(case: Case, site: Site) -> None:
    seconds = 0.0
    try:
        reply, seconds = _patiently(lambda: _send(case, site))
    except (IncompleteRead, ConnectionResetError):
        # A large answer had begun when its query met a limit.
        assert case["cut"]
        reply = None
    assert seconds < 10
    if reply is not None:
        _check_reply(case, reply)
    good, seconds = _patiently(lambda: _good(site))
    assert good.status == 200
    assert seconds < 5
    assert memory(site.pid) < MOST_MEMORY


def _good(site: Site) -> Reply:
    return site.ask("/sparql", "POST", {"Content-Type": DIRECT}, GOOD)


def _check_reply(case: Case, reply: Reply) -> None:
    assert reply.status in case["status"], reply.text[:300]
    if "limit" in case and reply.status == 503:
        assert re.fullmatch(case["limit"], json.loads(reply.body)["limit"])
    assert case.get("lacks", "\0") not in reply.text
    assert "set-cookie" not in reply.headers
    if "lacks_header" in case:
        name, text = case["lacks_header"]
        assert text not in reply.headers[name]
    assert "Traceback" not in reply.text
    assert str(ROOT) not in reply.text


@ANY_FRONTS
@pytest.mark.parametrize("case", LIGHT, ids=_name)
def test_light_attack(case: Case, site: Site) -> None:
    """A clear answer at once."""
    _check(case, site)


@ANY_FRONTS
@pytest.mark.slow
@pytest.mark.parametrize("case", HEAVY, ids=_name)
def test_heavy_attack(case: Case, site: Site) -> None:
    """A 503 that says which limit, and a fresh worker after it."""
    _check(case, site)


def test_the_table_is_whole() -> None:
    """No case is lost."""
    assert len({_name(case) for case in CASES}) == len(CASES) >= 60


def _raw(site: Site, data: bytes, wait: float = 10.0) -> bytes:
    """What the server sends to these bytes."""
    with socket.create_connection(("127.0.0.1", site.port), timeout=wait) as connection:
        connection.sendall(data)
        received = b""
        while chunk := connection.recv(65536):
            received += chunk
            if b"\r\n\r\n" in received:
                break
        return received


@ANY_FRONTS
@pytest.mark.parametrize(
    "data",
    [
        b"GARBAGE\r\n\r\n",
        b"GET /sparql?query=ASK {} HTTP/1.1\r\nHost: x\r\n\r\n",
        b"GET /sparql HTTP/1.1\r\nHost: x\r\nContent-Length: -1\r\n\r\n",
        b"POST /sparql HTTP/1.1\r\nHost: x\r\nContent-Length: 5\r\nContent-Length: 6\r\n\r\nASK{}x",
        b"POST /sparql HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\nZZ\r\n",
        b"GET /sparql HTTP/1.1\r\nHost: x\r\nA\0B: c\r\n\r\n",
        b"GET " + b"/" * 1_000_000 + b" HTTP/1.1\r\nHost: x\r\n\r\n",
        b"GET / HTTP/1.1\r\nHost: x\r\nX: " + b"a" * 1_000_000 + b"\r\n\r\n",
        b"GET / HTTP/9.9\r\nHost: x\r\n\r\n",
    ],
    ids=["garbage", "space", "length", "lengths", "chunk", "NUL", "path", "header", "version"],
)
def test_what_is_no_http(data: bytes, site: Site) -> None:
    """The server answers 4xx, 501 or 505, or hangs up, and goes on serving."""
    try:
        received = _raw(site, data)
    except (ConnectionError, TimeoutError):
        received = b""
    assert received == b"" or received.startswith(
        (b"HTTP/1.1 4", b"HTTP/1.1 501", b"HTTP/1.1 505", b"HTTP/1.1 200")
    )
    assert site.ask("/health/live").status == 200


@ANY_FRONTS
@pytest.mark.slow
def test_slow_body(site: Site) -> None:
    """A body that trickles in is given up on, and meanwhile others are served."""
    head = b"POST /sparql HTTP/1.1\r\nHost: x\r\nContent-Type: application/sparql-query\r\n"
    with socket.create_connection(("127.0.0.1", site.port), timeout=10) as connection:
        connection.sendall(head + b"Content-Length: 1000\r\n\r\nASK")
        start = time.monotonic()
        # One that no worker is needed for: those may be starting.
        assert site.ask("/sparql?query=ASK%20%7B%20%3Cx:s%3E%20?p%20?o%20%7D").status == 200
        assert connection.recv(65536).startswith(b"HTTP/1.1 408")
        assert time.monotonic() - start < 5


@ANY_FRONTS
@pytest.mark.slow
def test_fifty_mixed_clients(site: Site) -> None:
    """Good and bad clients together: every answer is a 200, a 503 with a reason, or breaks off."""
    bad = [_name(case) for case in HEAVY][:5]
    cases = [case for case in CASES if _name(case) in bad]
    statuses: list[int] = []

    def attack(case: Case) -> int:
        try:
            return _send(case, site).status
        except (IncompleteRead, ConnectionResetError):
            assert case["cut"]
            return CUT

    def work(number: int) -> None:
        if number % 10 == 0:
            statuses.append(attack(cases[number // 10]))
        else:
            reply = site.ask("/sparql", "POST", {"Content-Type": DIRECT}, GOOD + b" #%d" % number)
            statuses.append(reply.status)
            assert reply.status == 200 or json.loads(reply.body)["limit"] == "queue"

    threads = [threading.Thread(target=work, args=(number,)) for number in range(50)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(statuses) == 50
    assert set(statuses) <= {200, 503, CUT}
    assert memory(site.pid) < MOST_MEMORY
    assert _patiently(lambda: _good(site))[0].status == 200
