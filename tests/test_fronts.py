"""Several front processes at one socket are one server: to clients, to operators, to its limits."""

import asyncio
import http.client
import json
import os
import signal
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from urllib.parse import quote

import pytest
from clients import CLIENTS, Clients
from servers import Reply, Site, free_port, ours, tree, wait_until

from graph.paths import ROOT
from graph.rdf.namespaces import IDS
from web.middleware.shared.rooms import Rooms
from web.server.passage import Passage

pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(sys.platform != "linux", reason="reads /proc"),
]

FRONTS = 2
LOOKUP = f"SELECT ?o {{ <{IDS}release> ?p ?o }}"
OF_A_WORKER = f"SELECT ?o {{ <{IDS}release> ?p ?o FILTER(true) }}"
COSTLY = "SELECT (COUNT(*) AS ?n) { ?a ?b ?c . ?d ?e ?f . ?g ?h ?i . ?j ?k ?l }"


@pytest.fixture
def site(release: Path) -> Iterator[Site]:
    """Two fronts, with two workers together."""
    with several(release) as found:
        yield found


@contextmanager
def several(release: Path, **settings: str) -> Iterator[Site]:
    """A server of two fronts, all of them ready, with patience for a busy machine."""
    chosen = {"POLICYPROV_QUERY_SECONDS": "20", "POLICYPROV_ADMIN": "on", **settings}
    with ours(release, POLICYPROV_FRONTS=str(FRONTS), **chosen) as found:
        wait_until(lambda: metric(found, "policyprov_fronts") == FRONTS)
        yield found


def fronts(site: Site) -> set[int]:
    """The process ids of the fronts."""
    return set(map(int, Path(f"/proc/{site.pid}/task/{site.pid}/children").read_text().split()))


def metric(site: Site, name: str) -> float:
    """What the server counts under this name, whichever front is asked."""
    lines = site.ask("/metrics").text.splitlines()
    return next((float(line.split()[-1]) for line in lines if line.startswith(name + " ")), 0)


def asked(site: Site, query: str) -> Reply:
    """The answer to a query on a connection of its own."""
    return site.ask(f"/sparql?query={quote(query)}")


def clients_of(site: Site) -> Clients[Reply]:
    """Clients half of whose questions are answered without a worker."""

    def ask(number: int, name: str) -> Reply:
        return asked(site, f"{(LOOKUP, OF_A_WORKER)[number % 2]} VALUES ?fresh {{ '{name}' }}")

    return Clients(ask)


def test_a_killed_front_takes_only_its_own_connections_with_it(site: Site) -> None:
    """At most one request of each client fails; another front takes its place."""
    for _ in range(2):
        before = fronts(site)
        assert len(before) == FRONTS
        victim = min(before)
        with clients_of(site) as clients:
            clients.wait_for(20)
            os.kill(victim, signal.SIGKILL)
            clients.wait_for(100)
        assert len(clients.failures) <= CLIENTS
        assert {reply.status for reply in clients.replies} == {200}
        wait_until(lambda gone=victim: len(fronts(site) - {gone}) == FRONTS)  # type: ignore[misc]  # a default binds the loop variable
    wait_until(lambda: metric(site, "policyprov_fronts") == FRONTS)


def test_every_front_changes_over(site: Site, publish: Callable[[str], Path]) -> None:
    """No request fails at a switch, and soon no front answers from the release before."""
    with clients_of(site) as clients:
        clients.wait_for(20)
        publish("2")
        wait_until(lambda: asked(site, LOOKUP).headers["policyprov-release"] == "2")
        time.sleep(2)
        changed = len(clients.replies)
        clients.wait_for(100)
    assert not clients.failures
    assert {reply.status for reply in clients.replies} == {200}
    assert {r.headers["policyprov-release"] for r in clients.replies[changed:]} == {"2"}


def test_nobody_waits_at_one_front_while_a_worker_of_another_is_free(release: Path) -> None:
    """With one worker each, one of them at work without end: every client is answered, and again.

    The clients' connections are older than the query, so half of them are at the front it came to.
    """
    with several(release, POLICYPROV_QUERY_SECONDS="60") as site:
        clients = [http.client.HTTPConnection("127.0.0.1", site.port, timeout=30) for _ in range(9)]
        for client in clients:
            client.connect()
        clients[0].request("GET", f"/sparql?query={quote(COSTLY)}")
        wait_until(lambda: metric(site, "policyprov_workers_busy") == 1)
        for turn in range(3):
            for number, client in enumerate(clients[1:]):
                query = f"{OF_A_WORKER} VALUES ?fresh {{ '{turn}-{number}' }}"
                assert _in_some_way(client, number, query) == [["o"], ["1"]]
        wait_until(lambda: metric(site, "policyprov_answers_total") == 24)
        wait_until(lambda: metric(site, "policyprov_workers_busy") == 1)
        for client in clients:
            client.close()
        wait_until(lambda: metric(site, 'policyprov_limits_total{limit="client"}') == 1)


def _in_some_way(client: http.client.HTTPConnection, way: int, query: str) -> list[list[str]]:
    """The rows of a query that is sent in one of the ways there are."""
    headers = {"Accept": "text/csv", "Content-Type": "application/sparql-query"}
    form = headers | {"Content-Type": "application/x-www-form-urlencoded"}
    match way % 4:
        case 0:
            client.request("GET", f"/sparql?query={quote(query)}", headers={"Accept": "text/csv"})
        case 1:
            client.request("POST", "/sparql", query.encode(), headers)
        case 2:
            # A body that is an iterator is sent in chunks.
            pieces = iter([query[:9].encode(), query[9:].encode()])
            client.request("POST", "/sparql", pieces, headers, encode_chunked=True)
        case _:
            client.request("POST", "/sparql", f"query={quote(query)}".encode(), form)
    reply = client.getresponse()
    text = reply.read().decode()
    assert reply.status == 200, text
    return [line.split(",")[:1] for line in text.split()]


def test_each_front_has_its_share_of_connections(site: Site) -> None:
    """Whoever happens to be woken first."""
    connections = [http.client.HTTPConnection("127.0.0.1", site.port) for _ in range(20)]
    before = {front: _sockets(front) for front in fronts(site)}
    for connection in connections:
        connection.connect()
        connection.request("GET", "/health/live")
        assert connection.getresponse().read() == b"live\n"
    assert [_sockets(front) - count for front, count in before.items()] == [10, 10]
    for connection in connections:
        connection.close()


def _sockets(pid: int) -> int:
    links = (link.readlink() for link in Path(f"/proc/{pid}/fd").iterdir() if link.is_symlink())
    return sum(str(link).startswith("socket:") for link in links)


def test_a_connection_in_the_mailbox_of_a_killed_front_is_not_lost() -> None:
    """Whoever takes its place finds it there, with what was read of it."""
    rooms = Rooms(2)
    rooms.tell(1, ready=True)
    rooms.tell_room(1, 1, 0)
    ours, theirs = socket.socketpair()
    with ours, closing(Passage(rooms, 2)) as passage:
        with theirs:
            assert passage.relieve(0, theirs.fileno(), b"GET / HTTP/1.1\r\n")
        # It has one worker, and is about to have a query for it.
        assert not passage.relieve(0, ours.fileno(), b"")
        child = os.fork()
        if child == 0:
            os.kill(os.getpid(), signal.SIGKILL)
        os.waitpid(child, 0)
        taken = asyncio.run(_first_of(passage))
        with taken[0]:
            taken[0].sendall(taken[1])
            assert ours.recv(100) == b"GET / HTTP/1.1\r\n"
    rooms.close(1)
    assert not rooms.ready()
    assert rooms.emptiest(0, 100) is None


async def _first_of(passage: Passage) -> tuple[socket.socket, bytes]:
    """The first connection in the mailbox of front 1."""
    found: asyncio.Future[tuple[socket.socket, bytes]] = asyncio.get_running_loop().create_future()
    passage.open(1, lambda client, read: found.set_result((client, read)))
    try:
        return await found
    finally:
        passage.stop(1)


def test_the_metrics_have_an_address_of_their_own_at_every_front(release: Path) -> None:
    """It is there while a front is killed and replaced, and tells of all."""
    port = free_port()
    with ours(
        release, POLICYPROV_FRONTS=str(FRONTS), POLICYPROV_ADMIN=f"127.0.0.1:{port}"
    ) as served:
        admin = Site(port, served.pid)
        wait_until(lambda: metric(admin, "policyprov_fronts") == FRONTS)
        assert served.ask("/metrics").status == 404
        for front in fronts(served):
            os.kill(front, signal.SIGKILL)
            assert metric(admin, "policyprov_fronts") >= 1
            wait_until(lambda: metric(admin, "policyprov_fronts") == FRONTS)


def test_requests_are_counted_together(site: Site) -> None:
    """What the fronts did is added up, and what a killed one did is not forgotten."""
    for number in range(40):
        assert asked(site, f"{OF_A_WORKER} VALUES ?fresh {{ '{number}' }}").status == 200
    wait_until(lambda: metric(site, "policyprov_answers_total") == 40)
    for front in fronts(site):
        os.kill(front, signal.SIGKILL)
    wait_until(lambda: metric(site, "policyprov_fronts") == FRONTS)
    assert metric(site, "policyprov_answers_total") == 40
    assert metric(site, "policyprov_workers_busy") == 0


def test_a_budget_is_one_over_all_fronts(release: Path) -> None:
    """Who has used it up is refused by every front, on any connection."""
    with several(release, POLICYPROV_RATE="1", POLICYPROV_QUERY_SECONDS="2") as site:
        assert asked(site, COSTLY).status == 503
        assert {asked(site, f"ASK {{ <x:{n}> ?p ?o }}").status for n in range(20)} == {429}


def test_one_log_has_every_line_whole(release: Path) -> None:
    """Lines of two processes are not mixed, and none is lost at SIGTERM."""
    reading, writing = os.pipe()
    saved = os.dup(1)
    text: list[bytes] = []

    def read() -> None:
        with os.fdopen(reading, "rb") as pipe:
            text.append(pipe.read())

    reader = threading.Thread(target=read)
    reader.start()
    try:
        os.dup2(writing, 1)
        with several(release, POLICYPROV_LOG="json") as site, clients_of(site) as clients:
            clients.wait_for(400)
    finally:
        os.dup2(saved, 1)
        os.close(writing)
        os.close(saved)
    reader.join()
    rows = [json.loads(line) for line in text[0].splitlines()]
    assert not clients.failures
    assert sum(row["path"] == "/sparql" for row in rows) == len(clients.replies)


def test_it_takes_little_memory_and_leaves_nothing_behind(release: Path) -> None:
    """At rest all its processes take no more than 400 MiB, each shared page counted once."""
    with several(release, POLICYPROV_WORKERS="4", POLICYPROV_SPARES="2") as site:
        wait_until(lambda: len(tree(site.pid)) == 1 + FRONTS + 6)
        processes = tree(site.pid)
        rollups = (Path(f"/proc/{pid}/smaps_rollup").read_text() for pid in processes)
        sizes = [int(line.split()[1]) for r in rollups for line in r.splitlines() if "Pss:" in line]
        assert sum(sizes) < 400 << 10
        # The parent alone is killed: nobody is left to end the others but the kernel.
        os.kill(site.pid, signal.SIGKILL)
        wait_until(lambda: not any(_running(pid) for pid in processes))


def _running(pid: int) -> bool:
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] != "Z"
    except (OSError, IndexError):
        return False


def test_without_a_release_it_does_not_start(tmp_path: Path) -> None:
    """A front that cannot start tells why, and the server ends with it."""
    settings = {"FRONTS": "2", "PORT": str(free_port()), "RELEASE": str(tmp_path / "none")}
    environ = {f"POLICYPROV_{name}": value for name, value in settings.items()}
    command = [sys.executable, "server.py"]
    ended = subprocess.run(
        command,
        check=False,
        cwd=ROOT,
        env=os.environ | environ,
        capture_output=True,
        text=True,
        timeout=60,
    )
    assert ended.returncode == 1
    assert "run `policyprov build`" in ended.stderr
    assert "Traceback" not in ended.stderr
    assert "listening" not in ended.stderr
