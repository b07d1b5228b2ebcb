"""A served endpoint under attack: kills, bombs, leavers, switches, and what is left afterwards.

Every test starts the server as its users do, in a process of its own, and looks at it from outside.
"""

import json
import os
import resource
import signal
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from http.client import HTTPConnection, HTTPException, IncompleteRead
from pathlib import Path
from urllib.parse import quote

import pytest
from clients import Clients
from servers import CUT, ONE_AND_TWO, free_port, memory, wait_until, workers

from graph.paths import ROOT
from graph.rdf.namespaces import IDS

pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(sys.platform != "linux", reason="reads /proc"),
]

SERVER = ROOT / "server.py"
LOOKUP = f"SELECT ?o {{ <{IDS}release> ?p ?o }}"
ENDLESS = "SELECT (COUNT(*) AS ?n) { ?a ?b ?c . ?d ?e ?f . ?g ?h ?i . ?j ?k ?l }"
MEMORY = 128
WORKERS = 2
SPARES = 1
CEILING = 3 << 30
"""Bytes no process of a test may reach, whatever fails: the machine is not ours alone."""


@dataclass
class Reply:
    """An HTTP answer."""

    status: int
    headers: Mapping[str, str]
    body: bytes

    @property
    def rows(self) -> list[str]:
        """The values of ?o."""
        found = json.loads(self.body)["results"]["bindings"]
        return [row["o"]["value"] for row in found]


@dataclass
class Served:
    """A server on a port of its own, of so many processes that answer."""

    process: subprocess.Popen[bytes]
    port: int
    fronts: int
    replies: list[Reply] = field(default_factory=list)

    def ask(self, query: str, seconds: float = 20) -> Reply:
        """The answer to a query, sent by POST."""
        headers = {"Content-Type": "application/sparql-query"}
        return self.send("POST", "/sparql", query.encode(), headers, seconds)

    def send(
        self,
        method: str,
        target: str,
        body: bytes | None = None,
        headers: Mapping[str, str] | None = None,
        seconds: float = 20,
    ) -> Reply:
        """The answer to a request."""
        connection = HTTPConnection("127.0.0.1", self.port, timeout=seconds)
        try:
            connection.request(method, target, body, dict(headers or {}))
            got = connection.getresponse()
            names = {name.lower(): value for name, value in got.getheaders()}
            return Reply(got.status, names, got.read())
        finally:
            connection.close()

    def metric(self, name: str) -> float:
        """The value of a metric; 0 if it has none yet."""
        for line in self.send("GET", "/metrics").body.decode().splitlines():
            if line.startswith(name + " "):
                return float(line.split()[-1])
        return 0

    @property
    def workers(self) -> list[int]:
        """The process ids of its query workers."""
        return workers(self.process.pid)

    @property
    def full(self) -> bool:
        """Whether it has all its workers: each front has its part of them, at least one."""
        wanted = sum(-(-number // self.fronts) for number in (WORKERS, SPARES)) * self.fronts
        return len(self.workers) == wanted

    def wait_ready(self) -> None:
        """Return when it says it is ready."""

        def ready() -> bool:
            assert self.process.poll() is None, "the server ended"
            try:
                return self.send("GET", "/health/ready").status == 200
            except OSError:
                return False

        wait_until(ready, 60)
        wait_until(lambda: self.full and self.metric("policyprov_fronts") == self.fronts, 60)


def running(pid: int) -> bool:
    """Whether a process runs: a zombie does not."""
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] != "Z"
    except (OSError, IndexError):
        return False


Serve = Callable[..., Served]


@pytest.fixture(params=ONE_AND_TWO, ids="{}-fronts".format)
def fronts(request: pytest.FixtureRequest) -> int:
    """How many processes answer."""
    number: int = request.param
    return number


@pytest.fixture
def serve(release: Path, tmp_path: Path, fronts: int) -> Iterator[Serve]:
    """Starts servers over the release, each ended with the test."""
    started: list[subprocess.Popen[bytes]] = []

    def start(**changes: object) -> Served:
        port = free_port()
        chosen = {
            "release": release,
            "port": port,
            "fronts": fronts,
            "workers": WORKERS,
            "spares": SPARES,
            "query_seconds": 2,
            "query_memory_mb": MEMORY,
            "answer_mb": 4,
            "rate": 0,
            "admin": "on",
            **changes,
        }
        environ = {f"POLICYPROV_{name.upper()}": str(value) for name, value in chosen.items()}
        with (tmp_path / "server.log").open("ab") as log:
            process = subprocess.Popen(
                [sys.executable, SERVER], env=os.environ | environ, stdout=log, stderr=log
            )
        started.append(process)
        resource.prlimit(process.pid, resource.RLIMIT_DATA, (CEILING, CEILING))
        served = Served(process, port, fronts)
        served.wait_ready()
        return served

    yield start
    for process in started:
        process.kill()
        process.wait()


def load(served: Served, *, near: bool = True) -> Clients[Reply]:
    """Clients half of whose questions are answered without a worker; none is without `near`."""

    def ask(number: int, name: str) -> Reply:
        return served.ask((fresh if near and number % 2 else of_a_worker)(name))

    return Clients(ask)


def fresh(name: str) -> str:
    """The look-up as a query that no cache knows."""
    return f"{LOOKUP} VALUES ?fresh {{ '{name}' }}"


def of_a_worker(name: str) -> str:
    """The same question in words that are never answered without a worker."""
    return f"SELECT ?o {{ <{IDS}release> ?p ?o FILTER(true) }} VALUES ?fresh {{ '{name}' }}"


def cut_off(served: Served) -> None:
    """An endless query to a server that is killed meanwhile."""
    with pytest.raises((OSError, HTTPException)):
        served.ask(ENDLESS)


def nested(count: int) -> str:
    """A query with so many parentheses around a 1."""
    return "SELECT * { FILTER(" + "(" * count + "1" + ")" * count + ") }"


def doubling(times: int) -> str:
    """A query that makes a string of ten to the power of so many characters."""
    steps = " ".join(
        f"BIND(CONCAT({', '.join([f'?x{n}'] * 10)}) AS ?x{n + 1})" for n in range(times)
    )
    return f'SELECT (STRLEN(?x{times}) AS ?n) {{ VALUES ?x0 {{ "a" }} {steps} }}'


ANY = "<x:y>|!<x:y>"
HOSTILE = {
    "endless count": ENDLESS,
    "sorting a cross product": "SELECT * { ?a ?b ?c . ?d ?e ?f . ?g ?h ?i } ORDER BY ?a ?i",
    "grouping a cross product": "SELECT ?a ?d ?g (COUNT(*) AS ?n) { ?a ?b ?c . ?d ?e ?f . ?g ?h ?i"
    " . ?j ?k ?l } GROUP BY ?a ?d ?g",
    "distinct rows of a cross product": "SELECT DISTINCT ?a ?d ?g { ?a ?b ?c . ?d ?e ?f . ?g ?h ?i"
    " FILTER(?a = <x:none>) }",
    "property paths": "SELECT (COUNT(*) AS ?n) "
    f"{{ ?a ({ANY})* ?b . ?c ({ANY})* ?d . ?e ({ANY})* ?f }}",
    "nested property paths": "ASK "
    f"{{ ?a (((({ANY})*)*)*)* ?b . ?b (({ANY})+/({ANY})+)+ <x:none> }}",
    "giant answer": "SELECT * { ?a ?b ?c . ?d ?e ?f . ?g ?h ?i }",
    "giant graph": "CONSTRUCT { ?a ?h ?f } { ?a ?b ?c . ?d ?e ?f . ?g ?h ?i . ?j ?k ?l }",
    "giant string": doubling(9),
    "giant VALUES": "SELECT (COUNT(*) AS ?n) { VALUES ?x { " + "1 " * 1_500_000 + "} }",
    "product of VALUES": "SELECT (COUNT(*) AS ?n) {"
    + "".join(f" VALUES ?x{n} {{ {' '.join(map(str, range(300)))} }}" for n in range(6))
    + " }",
    "regular expression": 'SELECT * { ?a ?b ?c . ?d ?e ?f . ?g ?h ?i FILTER(REGEX(CONCAT(STR(?a),'
    'STR(?d),STR(?g)), "(.*.*.*.*.*)*!")) }',
    "giant regular expression": 'ASK { FILTER(REGEX("a", '
    '"((((((a{1,9}){1,9}){1,9}){1,9}){1,9}){1,9}"))}',
    "deep parentheses": nested(100_000),
    "deep groups": "SELECT * " + "{" * 50_000 + "}" * 50_000,
    "deep NOT": "ASK { FILTER(" + "!" * 100_000 + "true) }",
    "deep UNION": "ASK { " + "{} UNION " * 50_000 + "{} }",
    "deep paths": "ASK { ?s " + "^" * 100_000 + "<x:p> ?o }",
    "long sum": "ASK { FILTER(1" + "+1" * 300_000 + " > 0) }",
    "many OPTIONALs": "ASK { " + "OPTIONAL { ?a ?b ?c } " * 2000 + "}",
    "many variables": "SELECT * { " + " ".join(f"?a{n} ?b{n} ?c{n} ." for n in range(300)) + " }",
    "federation": "SELECT * { SERVICE <http://127.0.0.1:1/> { ?s ?p ?o } }",
}  # fmt: skip


LARGE = {"giant answer", "giant graph", "regular expression", "distinct rows of a cross product"}


def test_hostile_queries_each_end_alone(serve: Serve) -> None:
    """Each gets an answer or a clear refusal in time; memory stays bounded; the next is served."""
    served = serve()
    ceiling = 0
    watching = threading.Event()

    def watch() -> None:
        nonlocal ceiling
        while not watching.wait(0.05):
            ceiling = max(ceiling, memory(served.process.pid))

    watcher = threading.Thread(target=watch)
    watcher.start()
    outcomes = {}
    try:
        for name, query in HOSTILE.items():
            start = time.monotonic()
            try:
                status = served.ask(query).status
            except (IncompleteRead, ConnectionResetError):
                status = CUT
            took = time.monotonic() - start
            again = time.monotonic()
            assert served.ask(LOOKUP).rows == ["1"], name
            outcomes[name] = (status, round(took, 1), round(time.monotonic() - again, 2))
    finally:
        watching.set()
        watcher.join()
    bad = {
        name: outcome
        for name, outcome in outcomes.items()
        if outcome[0] not in (200, 400, 403, 503, CUT) or outcome[1] > 10 or outcome[2] > 5
    }
    assert not bad
    assert {name for name, outcome in outcomes.items() if outcome[0] == CUT} <= LARGE
    assert outcomes["federation"][0] == 403
    idle = 64 << 20
    assert ceiling < (WORKERS + SPARES) * (idle + (MEMORY << 20)) + (256 << 20)


def test_bombs_from_many_clients_leave_room_for_a_good_query(serve: Serve) -> None:
    """Eight at once: each is told its limit, and afterwards a good query is served in a second."""
    served = serve(queue=16)
    bombs = [HOSTILE["sorting a cross product"], HOSTILE["giant string"]] * 4
    statuses: list[int] = []
    threads = [
        threading.Thread(target=lambda q=query: statuses.append(served.ask(q).status))
        for query in bombs
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert statuses == [503] * 8
    start = time.monotonic()
    assert served.ask(LOOKUP).rows == ["1"]
    assert time.monotonic() - start < 5


def test_killed_workers_go_unnoticed(serve: Serve) -> None:
    """SIGKILL of every worker, one after the other, under load: each reply is right."""
    # So long a query may wait: on a busy machine new workers take their time.
    served = serve(query_seconds=30)
    with load(served, near=False) as clients:
        clients.wait_for(20)
        for _ in range(3):
            for pid in served.workers:
                with suppress(ProcessLookupError):  # one may have been replaced since
                    os.kill(pid, signal.SIGKILL)
                clients.wait_for(5)
    assert not clients.failures
    assert {reply.status for reply in clients.replies} == {200}
    assert all(reply.rows == ["1"] for reply in clients.replies)
    wait_until(lambda: served.full)


def test_a_killed_server_leaves_no_process_behind(serve: Serve) -> None:
    """SIGKILL of the server in the middle of load and of an endless query ends its workers."""
    served = serve(query_seconds=60)
    busy = threading.Thread(target=cut_off, args=(served,))
    busy.start()
    wait_until(lambda: served.metric("policyprov_workers_busy") == 1)
    with load(served) as clients:
        clients.wait_for(20)
        mine = served.workers
        served.process.kill()
        served.process.wait()
        wait_until(lambda: not any(running(pid) for pid in mine), 2)
    busy.join()
    assert all(reply.status == 200 and reply.rows == ["1"] for reply in clients.replies)


def test_a_killed_server_starts_again(serve: Serve) -> None:
    """Nothing it leaves on disk is in the way."""
    served = serve()
    served.process.kill()
    served.process.wait()
    assert serve().ask(LOOKUP).rows == ["1"]


@pytest.mark.parametrize("method", ["GET", "POST"])
def test_a_client_that_leaves_stops_its_query(serve: Serve, method: str) -> None:
    """The worker is free again long before the deadline."""
    served = serve(query_seconds=60)
    target = f"/sparql?query={quote(ENDLESS)}" if method == "GET" else "/sparql"
    body = None if method == "GET" else ENDLESS.encode()
    kind = {"Content-Type": "application/sparql-query"} if body else {}
    with pytest.raises(TimeoutError):
        served.send(method, target, body, kind, 0.5)
    wait_until(lambda: served.metric('policyprov_limits_total{limit="client"}') == 1, 2)
    assert served.metric("policyprov_workers_busy") == 0


def test_a_release_is_switched_under_load(serve: Serve, publish: Callable[[str], Path]) -> None:
    """No request fails, and no reply mixes two releases."""
    served = serve()
    with load(served) as clients:
        for version in ("2", "3"):
            clients.wait_for(20)
            publish(version)
            wait_until(lambda v=version: served.ask(LOOKUP).rows == [v])  # type: ignore[misc]  # a default binds the loop variable
    assert not clients.failures
    assert {reply.status for reply in clients.replies} == {200}
    assert {reply.rows[0] for reply in clients.replies} == {"1", "2", "3"}
    assert all([reply.headers["policyprov-release"]] == reply.rows for reply in clients.replies)
    assert served.send("GET", "/health/ready").status == 200
    wait_until(lambda: served.full)


def test_a_cached_answer_does_not_outlive_its_release(
    serve: Serve, publish: Callable[[str], Path]
) -> None:
    """The same question, asked before and after the switch."""
    served = serve()
    assert served.ask(LOOKUP).headers["cache-status"] == "policyprov; fwd=miss; stored"
    # Each front remembers for itself.
    wait_until(lambda: served.ask(LOOKUP).headers["cache-status"] == "policyprov; hit")
    publish("2")
    # Each front follows by itself, too, some tenths of a second apart.
    wait_until(lambda: not served.metric('policyprov_release{version="1"}'))
    wait_until(lambda: served.ask(LOOKUP).headers["cache-status"] == "policyprov; hit")
    assert {served.ask(LOOKUP).rows[0] for _ in range(10)} == {"2"}


HANDED = (
    "import os, sys; os.dup2(int(sys.argv[1]), 3); os.environ['LISTEN_PID'] = str(os.getpid()); "
    "os.execv(sys.executable, [sys.executable, sys.argv[2]])"
)
"""Hands a socket over as systemd does: the process keeps its number, and is told it."""


def activated(listening: socket.socket, release: Path, fronts: int) -> "subprocess.Popen[bytes]":
    """A server that is handed this socket."""
    environ = {"LISTEN_FDS": "1", "POLICYPROV_RELEASE": str(release), "POLICYPROV_WORKERS": "1"}
    environ["POLICYPROV_FRONTS"] = str(fronts)
    limits = {"POLICYPROV_RATE": "0", "POLICYPROV_LOG": "off", "POLICYPROV_SPARES": "0"}
    return subprocess.Popen(
        [sys.executable, "-c", HANDED, str(listening.fileno()), SERVER],
        env=os.environ | environ | limits,
        pass_fds=[listening.fileno()],
        stderr=subprocess.DEVNULL,
    )


def test_no_request_fails_at_a_restart(release: Path, fronts: int) -> None:
    """A socket that outlives the server: what comes between two servers waits for the second."""
    with socket.create_server(("127.0.0.1", 0), backlog=128) as listening:
        served = Served(activated(listening, release, fronts), listening.getsockname()[1], fronts)
        try:
            with load(served) as clients:
                for _ in range(3):
                    clients.wait_for(20)
                    served.process.send_signal(signal.SIGTERM)
                    assert served.process.wait(10) == 0
                    served.process = activated(listening, release, fronts)
                clients.wait_for(20)
        finally:
            served.process.kill()
            served.process.wait()
    assert not clients.failures
    assert {reply.status for reply in clients.replies} == {200}


def test_sigterm_lets_requests_in_hand_finish(serve: Serve) -> None:
    """The running query gets its answer whole, then the process ends, and all workers with it."""
    served = serve(query_seconds=1.5)
    replies: list[Reply] = []
    busy = threading.Thread(target=lambda: replies.append(served.ask(ENDLESS)))
    busy.start()
    wait_until(lambda: served.metric("policyprov_workers_busy") == 1)
    mine = served.workers
    served.process.send_signal(signal.SIGTERM)
    busy.join()
    assert served.process.wait(5) == 0
    assert replies[0].status == 503
    assert json.loads(replies[0].body)["limit"] == "time"
    assert not any(running(pid) for pid in mine)
    with pytest.raises(OSError, match="refused"):
        served.ask(LOOKUP)


def test_no_line_of_the_log_is_lost(serve: Serve, tmp_path: Path) -> None:
    """Requests up to the moment of SIGTERM each have their line, though lines come in batches."""
    served = serve()
    asked = 50
    for number in range(asked):
        assert served.ask(fresh(str(number))).status == 200
    served.process.send_signal(signal.SIGTERM)
    assert served.process.wait(5) == 0
    lines = (tmp_path / "server.log").read_text().splitlines()
    rows = [json.loads(line) for line in lines if line.startswith("{")]
    assert sum(row["path"] == "/sparql" for row in rows) == asked


def test_the_engine_complains_in_one_line(serve: Serve, tmp_path: Path) -> None:
    """A query that ran out of memory leaves one entry, not the engine's own lines."""
    served = serve()
    assert served.ask(HOSTILE["giant string"]).status == 503
    served.process.send_signal(signal.SIGTERM)
    assert served.process.wait(5) == 0
    lines = (tmp_path / "server.log").read_text().splitlines()
    told = [line for line in lines if "memory allocation" in line]
    assert len(told) <= 1
    assert all(line.startswith("query worker ") for line in told)
    assert not any("RUST_BACKTRACE" in line for line in lines if line not in told)


def test_sigterm_does_not_wait_for_ever(serve: Serve) -> None:
    """Past DRAIN_SECONDS what still runs is ended."""
    served = serve(query_seconds=60, drain_seconds=0.5)
    replies: list[Reply] = []
    busy = threading.Thread(target=lambda: replies.append(served.ask(ENDLESS)))
    busy.start()
    wait_until(lambda: served.metric("policyprov_workers_busy") == 1)
    mine = served.workers
    start = time.monotonic()
    served.process.send_signal(signal.SIGTERM)
    served.process.wait(10)
    assert time.monotonic() - start < 20
    busy.join()
    assert replies[0].status == 503
    assert not any(running(pid) for pid in mine)


def raw(served: Served, data: bytes, seconds: float = 10) -> bytes:
    """The start of the answer to these bytes."""
    with socket.create_connection(("127.0.0.1", served.port), timeout=seconds) as connection:
        connection.sendall(data)
        return connection.recv(4096)


HEAD = b"POST /sparql HTTP/1.1\r\nHost: x\r\nContent-Type: application/sparql-query\r\n"


def test_slow_bodies_hold_nobody_up(serve: Serve) -> None:
    """A hundred clients that send nothing more: each gets 408, and others are served meanwhile."""
    served = serve(body_seconds=5)
    slow = [socket.create_connection(("127.0.0.1", served.port), timeout=10) for _ in range(100)]
    for connection in slow:
        connection.sendall(HEAD + b"Content-Length: 100\r\n\r\nASK")
    start = time.monotonic()
    assert served.ask(LOOKUP).rows == ["1"]
    assert time.monotonic() - start < 5
    for connection in slow:
        assert connection.recv(4096).startswith(b"HTTP/1.1 408 ")
        connection.close()


def test_a_body_past_the_limit_is_refused_unread(serve: Serve) -> None:
    """By its announced length, and when it only turns out to be too long."""
    served = serve(request_mb=1)
    length = HEAD + b"Content-Length: 999999999999\r\n\r\n"
    assert raw(served, length).startswith(b"HTTP/1.1 413 ")
    chunk = b"40000\r\n" + b"x" * 0x40000 + b"\r\n"
    chunked = HEAD + b"Transfer-Encoding: chunked\r\n\r\n" + chunk * 5
    assert raw(served, chunked).startswith(b"HTTP/1.1 413 ")
    assert served.ask(LOOKUP).rows == ["1"]
