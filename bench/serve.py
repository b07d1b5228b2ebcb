"""Measures this server beside `oxigraph serve-read-only` and rdflib-endpoint, on one release.

All three answer over HTTP on this machine, in one run, under the same load from `wrk`. What is
printed are requests per second and the median latency, and our ratio to each peer. Numbers of one
run on one machine are noisy; the ratios are what to read.

    pip install -e '.[bench]' && python bench/serve.py [--seconds 3] [--build build/current]
"""

import argparse
import json
import os
import re
import shutil
import socket
import subprocess
import sys
import tempfile
import time
import urllib.parse
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from graph import queries
from graph.rdf.namespaces import PREFIXES

ROOT = Path(__file__).resolve().parent.parent
PREFIX = "".join(f"PREFIX {p}: <{PREFIXES[p]}>\n" for p in ("pp", "rdfs", "dcterms"))
TURTLE, JSON = "text/turtle", "application/sparql-results+json"

LOOKUP = PREFIX + "SELECT ?p ?o WHERE { <https://w3id.org/policyprov/id/agent/li-xiang> ?p ?o }"
ANALYTIC = PREFIX + (
    "SELECT ?kind (COUNT(DISTINCT ?claim) AS ?claims) (SUM(STRLEN(?quote)) AS ?words) WHERE { "
    "?thing a ?kind . ?claim pp:about ?thing ; pp:statedIn ?passage . "
    "?passage pp:quote ?quote ; pp:inSection ?section . "
    "?other pp:inSection ?section ; pp:quote ?more FILTER(CONTAINS(?more, SUBSTR(?quote, 1, 2))) "
    "} GROUP BY ?kind"
)
CONSTRUCT = "CONSTRUCT { ?s ?p ?o } WHERE { ?s ?p ?o }"


@dataclass(frozen=True)
class Load:
    """Queries asked in turn; `cold` makes every request a query never asked before."""

    name: str
    queries: tuple[str, ...]
    accept: str
    cold: bool


def loads() -> tuple[Load, ...]:
    """What is measured."""
    canned = tuple(q.text for q in queries.canned().values() if q.form == "SELECT")
    return (
        Load("point look-up, cold", (LOOKUP,), JSON, cold=True),
        Load("point look-up, repeated", (LOOKUP,), JSON, cold=False),
        Load("provenance queries, cold", canned, JSON, cold=True),
        Load("provenance queries, repeated", canned, JSON, cold=False),
        Load("analytic, cold", (ANALYTIC,), JSON, cold=True),
        Load("full CONSTRUCT, cold", (CONSTRUCT,), TURTLE, cold=True),
        Load("full CONSTRUCT, repeated", (CONSTRUCT,), TURTLE, cold=False),
    )


SCRIPT = """
local bodies = {%(bodies)s}
local started = 0
function setup(thread) thread:set("id", started); started = started + 1 end
function init(args) n = id * 7 end
function request()
  n = n + 1
  local body = bodies[n %% #bodies + 1]
  -- A trailing VALUES over a variable of its own changes the query and not its answer.
  if %(cold)s then body = body .. '\\nVALUES ?cold { "%(run)s-' .. id .. '-' .. n .. '" }' end
  return wrk.format("POST", nil, nil, body)
end
wrk.headers["Content-Type"] = "application/sparql-query"
wrk.headers["Accept"] = "%(accept)s"
function done(summary, latency, requests)
  local e = summary.errors
  io.write(string.format("\\nRESULT %%d %%d %%d %%d\\n", summary.requests, summary.duration,
    latency:percentile(50), e.status + e.connect + e.read + e.write + e.timeout))
end
"""


@dataclass(frozen=True)
class Measured:
    """Requests a second, the median latency in milliseconds, and requests that failed."""

    rate: float
    median: float
    errors: int


def free_port() -> int:
    """A port of this machine that nobody listens on now."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def _answers(url: str) -> bool:
    ask = urllib.parse.urlencode({"query": "ASK { ?s ?p ?o }"})
    try:
        with urllib.request.urlopen(f"{url}?{ask}", timeout=2) as answer:  # noqa: S310 - our own http URL
            return bool(answer.status == 200)
    except OSError:
        return False


@contextmanager
def serving(command: list[str], url: str, **environment: str) -> Iterator[str]:
    """A server of its own process, ready when entered and gone when left."""
    env = {**os.environ, **environment}
    silent = subprocess.DEVNULL
    process = subprocess.Popen(command, cwd=ROOT, env=env, stdout=silent, stderr=silent)
    try:
        deadline = time.monotonic() + 60
        while not _answers(url):
            if process.poll() is not None or time.monotonic() > deadline:
                sys.exit(f"{command[0]} did not start")
            time.sleep(0.1)
        yield url
    finally:
        process.terminate()
        try:
            process.wait(5)
        except subprocess.TimeoutExpired:
            process.kill()  # a peer that cannot stop a query does not stop on request either
            process.wait()


def servers(build: Path) -> dict[str, tuple[list[str], str, dict[str, str]]]:
    """Name → command, endpoint, environment of the three servers, each on a port of its own."""
    ports = [str(free_port()) for _ in range(3)]
    at = [f"http://127.0.0.1:{port}" for port in ports]
    bin_ = Path(sys.executable).parent
    dump = str(build / "policyprov.nq")
    store = ["--location", str(build / "store"), "--bind", f"127.0.0.1:{ports[1]}"]
    peer = ["serve", "--host", "127.0.0.1", "--port", ports[2], "--store", "Oxigraph", dump]
    ours = {
        "POLICYPROV_PORT": ports[0],
        "POLICYPROV_RELEASE": str(build),
        "POLICYPROV_RATE": "0",
        "POLICYPROV_LOG": "off",
    }
    return {
        "policyprov": ([sys.executable, "server.py"], f"{at[0]}/sparql", ours),
        "oxigraph": ([str(bin_ / "oxigraph"), "serve-read-only", *store], f"{at[1]}/query", {}),
        "rdflib-endpoint": ([str(bin_ / "rdflib-endpoint"), *peer], f"{at[2]}/", {}),
    }


def measure(url: str, load: Load, clients: int, seconds: int, run: str) -> Measured:
    """One run of `wrk` with this load and this many clients."""
    script = SCRIPT % {
        "bodies": ", ".join(f"[==[{text}]==]" for text in load.queries),
        "cold": "true" if load.cold else "false",
        "run": run,
        "accept": load.accept,
    }
    with tempfile.NamedTemporaryFile("w", suffix=".lua", encoding="utf-8") as file:
        file.write(script)
        file.flush()
        threads = str(min(2, clients))
        command = [
            "wrk",
            "-t",
            threads,
            "-c",
            str(clients),
            "-d",
            f"{seconds}s",
            "--timeout",
            "60s",
        ]
        done = subprocess.run(
            [*command, "-s", file.name, url], capture_output=True, text=True, check=True
        )
    found = re.search(r"RESULT (\d+) (\d+) (\d+) (\d+)", done.stdout)
    if found is None:
        sys.exit(f"wrk said: {done.stdout}{done.stderr}")
    requests, duration, median, errors = map(int, found.groups())
    return Measured(requests / (duration / 1e6), median / 1000, errors)


def _row(name: str, measured: dict[str, Measured]) -> str:
    ours = measured["policyprov"]
    cells = [
        f"{m.rate:.1f}/s {m.median:.2f} ms{f', {m.errors} failed' if m.errors else ''}"
        if m.rate
        else "no answer in time"
        for m in measured.values()
    ]
    ratios = [
        f"×{ours.rate / m.rate:.2f}" if m.rate else "—"
        for who, m in measured.items()
        if who != "policyprov"
    ]
    return f"| {name} | {' | '.join([*cells, *ratios])} |"


def main() -> None:
    """Run every load against every server, and print one table."""
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--seconds", type=int, default=3, help="length of each run")
    parser.add_argument("--build", type=Path, default=ROOT / "build" / "current")
    options = parser.parse_args()
    if shutil.which("wrk") is None:
        sys.exit("bench/serve.py needs wrk (Debian: apt-get install wrk)")
    all_servers = servers(options.build.resolve())
    version = json.loads((options.build / "release.json").read_text("utf-8"))["version"]
    print(f"release {version}, {os.cpu_count()} cores, {options.seconds} s a run\n")
    names = list(all_servers)
    head = ["load", *names, *(f"policyprov : {n}" for n in names[1:])]
    print(f"| {' | '.join(head)} |\n|{'---|' * len(head)}")
    for clients in (1, 16):
        for load in loads():
            measured = {}
            for name, (command, url, environment) in all_servers.items():
                with serving(command, url, **environment) as at:
                    measure(at, load, clients, 1, "warm")
                    measured[name] = measure(at, load, clients, options.seconds, "run")
            print(_row(f"{load.name}, {clients} client{'s' * (clients > 1)}", measured), flush=True)


if __name__ == "__main__":
    main()
