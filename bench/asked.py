"""What a server over a release is asked while growth is measured: pages, questions, a switch."""

import http.client
import os
import subprocess
import sys
import tempfile
import threading
import time
import urllib.parse
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from statistics import median

from serve import JSON, LOOKUP, free_port
from soak import tree

from graph import queries

ROOT = Path(__file__).resolve().parent.parent
PAGES = {
    "home": "/",
    "reader": "/reader/rmrb-20210111-11",
    "entity": "/page/agent/peoples-daily",
    "evidence": "/evidence?s=" + urllib.parse.quote(
        "https://w3id.org/policyprov/id/document/notice-2019-03", safe=""
    ),
    "question": "/queries/issuer-of-document",
}  # fmt: skip
"""The pages whose median is held against that of one article."""
MORE = (
    "/reader", "/explore/timeline", "/explore/lineage", "/explore/changes", "/explore/indicators",
    "/explore/places", "/search?q=%E5%87%8F%E8%B4%9F", "/figures", "/page/document/notice-2019-03",
    "/dumps", "/ontology", "/sparql",
)  # fmt: skip
"""Further pages, one of which may be the largest."""
_TURNS = 21
_CLIENTS = 4
_SWITCHES = 6
_READY = 60.0


@dataclass(frozen=True)
class Server:
    """A server of this checkout over a link to a release."""

    pid: int
    port: int

    def ask(self, path: str, body: bytes | None = None) -> tuple[int, bytes, str]:
        """Status, body and the release of an answer, over a connection of its own."""
        line = http.client.HTTPConnection("127.0.0.1", self.port, timeout=60)
        headers = {"Content-Type": "application/sparql-query", "Accept": f"{JSON}, */*;q=0.5"}
        if body is None:
            headers = {"Accept": "text/html", "Accept-Language": "zh"}
        try:
            line.request("GET" if body is None else "POST", path, body, headers)
            reply = line.getresponse()
            return reply.status, reply.read(), reply.headers.get("Policyprov-Release", "")
        finally:
            line.close()

    def memory(self) -> float:
        """The MiB of its fronts, without the workers, each shared page divided by who shares it."""
        found = 0
        for pid in tree(self.pid):
            if b"graph.workers" not in Path(f"/proc/{pid}/cmdline").read_bytes():
                lines = Path(f"/proc/{pid}/smaps_rollup").read_text().splitlines()
                found += sum(int(line.split()[1]) for line in lines if line.startswith("Pss:"))
        return found / 1024


@contextmanager
def served(link: Path) -> Iterator[Server]:
    """A server over the release that this link leads to, ready when entered, gone when left."""
    port = free_port()
    settings = {"PORT": port, "RELEASE": link, "RATE": 0, "FRONTS": 1, "LOG": "off"}
    environ = os.environ | {f"POLICYPROV_{name}": str(value) for name, value in settings.items()}
    with tempfile.TemporaryFile() as log:
        process = subprocess.Popen(
            [sys.executable, "server.py"], cwd=ROOT, env=environ, stdout=log, stderr=log
        )
        found = Server(process.pid, port)
        try:
            end = time.monotonic() + _READY
            while not _ready(found):
                if process.poll() is not None or time.monotonic() > end:
                    raise SystemExit(f"no server over {link}")
                time.sleep(0.1)
            yield found
        finally:
            process.terminate()
            process.wait(30)


def _ready(server: Server) -> bool:
    try:
        return server.ask("/health/ready")[0] == http.client.OK
    except OSError:
        return False


def pages(server: Server) -> dict[str, object]:
    """The median milliseconds of pages, the largest of all that are asked for, and the memory."""
    medians, sizes = {}, {}
    for name, path in PAGES.items():
        took = []
        for _ in range(_TURNS):
            begun = time.perf_counter()
            status, body, _ = server.ask(path)
            took.append(1000 * (time.perf_counter() - begun))
            if status != http.client.OK:
                raise SystemExit(f"{path}: {status}")
            sizes[path] = len(body)
        medians[name] = round(median(took), 2)
    for path in MORE:
        status, body, _ = server.ask(path)
        if status != http.client.OK:
            raise SystemExit(f"{path}: {status}")
        sizes[path] = len(body)
    largest = max(sizes, key=lambda path: sizes[path])
    return {
        "medians": medians,
        "largest": [urllib.parse.unquote(largest), sizes[largest]],
        "memory": round(server.memory()),
    }


def slowest(server: Server) -> dict[str, object]:
    """The canned query that takes longest as it stands, cold, with how many are not answered."""
    took, failed = {}, []
    for name, query in queries.canned().items():
        begun = time.perf_counter()
        status, _, _ = server.ask("/sparql", query.text.encode())
        took[name] = 1000 * (time.perf_counter() - begun)
        if status != http.client.OK:
            failed.append(name)
    name = max(took, key=lambda each: took[each])
    return {"query": name, "milliseconds": round(took[name]), "failed": failed}


def switched(server: Server, link: Path, releases: tuple[Path, Path]) -> dict[str, object]:
    """What clients meet while the link is switched to and fro between two releases.

    The seconds of a switch end when an answer is first of the other release.
    """
    stop, met = threading.Event(), Counter[str]()

    def client(number: int) -> None:
        paths = list(PAGES.values())
        while not stop.is_set():
            number += 1
            body = LOOKUP.encode() if number % 2 else None
            try:
                path = "/sparql" if body else paths[number % len(paths)]
                status, _, _ = server.ask(path, body)
                met["answered" if status == http.client.OK else f"status {status}"] += 1
            except (OSError, http.client.HTTPException) as error:
                met[f"failed: {type(error).__name__}"] += 1

    threads = [threading.Thread(target=client, args=(number,)) for number in range(_CLIENTS)]
    for thread in threads:
        thread.start()
    took = []
    try:
        for number in range(_SWITCHES):
            other = releases[number % 2]
            fresh = link.with_name(f"{link.name}-next")
            fresh.symlink_to(other)
            begun = time.perf_counter()
            fresh.replace(link)
            # A name that nothing has makes the question one that no cache knows.
            while server.ask("/sparql", f"ASK {{ <x:{begun}> ?p ?o }}".encode())[2] != other.name:
                if time.perf_counter() - begun > _READY:
                    raise SystemExit(f"{other.name} is not served")
            took.append(time.perf_counter() - begun)
    finally:
        stop.set()
        for thread in threads:
            thread.join()
    answered = met.pop("answered", 0)
    return {"seconds": round(max(took), 2), "answered": answered, "failed": dict(met)}
