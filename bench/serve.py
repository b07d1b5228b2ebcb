"""Measures this server beside those of oxigraph, rdflib-endpoint and Virtuoso, on one release.

All answer over HTTP on this machine, in one run, under the same load from `wrk`; our access log is
on. Each is measured in turn, several times over, and what is printed are the medians: requests per
second, the median latency, and our ratio to each peer. Numbers of one run on one machine are noisy;
the ratios are what to read. Virtuoso is there where it is installed (Debian: virtuoso-opensource);
loading takes it long, so it is started once and rests while others are measured.

    pip install -e '.[dev,bench]'
    PYTHONPATH=.:tests python bench/serve.py [--seconds 5] [--rounds 3] [--beside oxigraph]
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
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, ExitStack, contextmanager, nullcontext
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path
from statistics import median

from graph import queries
from graph.options import cores
from graph.rdf.namespaces import PREFIXES
from graph.settings import Settings

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
OURS, VIRTUOSO = "policyprov", "virtuoso"
PEERS = ("oxigraph", "rdflib-endpoint", VIRTUOSO)
CONSTRUCT = "CONSTRUCT { ?s ?p ?o } WHERE { ?s ?p ?o }"


@dataclass(frozen=True)
class Load:
    """Queries asked in turn; `cold` makes each request one never asked before.

    As a `form` and with a comment for that, since Virtuoso 7 answers neither a query sent bare nor
    one with VALUES at its end.
    """

    name: str
    queries: tuple[str, ...]
    accept: str
    cold: bool
    form: bool = False


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
  if %(cold)s then body = body .. '%(before)s' .. id .. '-' .. n .. '%(after)s' end
  return wrk.format("POST", nil, nil, body)
end
wrk.headers["Content-Type"] = "%(type)s"
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


def answers(url: str) -> bool:
    """Whether an endpoint answers a small question."""
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
        while not answers(url):
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


Start = Callable[[], AbstractContextManager[str]]


@contextmanager
def virtuoso(build: Path) -> Iterator[str]:
    """The endpoint of a Virtuoso that holds the release."""
    import engines  # noqa: PLC0415 - the tests' own, asked for only where there is a Virtuoso

    with (
        tempfile.TemporaryDirectory() as work,
        engines.virtuoso(build, Path(work) / "virtuoso") as setting,
    ):
        yield setting.removeprefix("sparql+").partition("&timeout=")[0]


def servers(build: Path) -> dict[str, Start]:
    """Name → what starts a server of its own process, each on a port of its own."""
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
    }
    read_only = [str(bin_ / "oxigraph"), "serve-read-only", *store]
    return {
        OURS: partial(serving, [sys.executable, "server.py"], f"{at[0]}/sparql", **ours),
        "oxigraph": partial(serving, read_only, f"{at[1]}/query"),
        "rdflib-endpoint": partial(serving, [str(bin_ / "rdflib-endpoint"), *peer], f"{at[2]}/"),
    }


def measure(url: str, load: Load, clients: int, seconds: int, run: str) -> Measured:
    """One run of `wrk` with this load and this many clients."""
    written = urllib.parse.quote if load.form else str
    start = "query=" if load.form else ""
    script = SCRIPT % {
        "bodies": ", ".join(f"[==[{start}{written(text)}]==]" for text in load.queries),
        "cold": "true" if load.cold else "false",
        "before": written(f"\n# {run}-") if load.form else f'\\nVALUES ?cold {{ "{run}-',
        "after": "" if load.form else '" }',
        "type": "application/x-www-form-urlencoded" if load.form else "application/sparql-query",
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


def _median(rounds: list[Measured]) -> Measured:
    """The medians of several runs, and all their failures."""
    rate, latency = (median(getattr(m, name) for m in rounds) for name in ("rate", "median"))
    return Measured(rate, latency, sum(m.errors for m in rounds))


def _row(name: str, measured: dict[str, Measured]) -> str:
    ours = measured[OURS]
    cells = [
        f"{m.rate:.1f}/s {m.median:.2f} ms{f', {m.errors} failed' if m.errors else ''}"
        if m.rate
        else "no answer in time"
        for m in measured.values()
    ]
    ratios = [
        f"×{ours.rate / m.rate:.2f}" if m.rate else "—"
        for who, m in measured.items()
        if who != OURS
    ]
    return f"| {name} | {' | '.join([*cells, *ratios])} |"


def main() -> None:
    """Run every load against every server, and print one table."""
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--seconds", type=int, default=5, help="length of each run")
    parser.add_argument("--rounds", type=int, default=3, help="runs of each, in turn")
    parser.add_argument("--build", type=Path, default=ROOT / "build" / "current")
    parser.add_argument("--beside", nargs="+", choices=PEERS, default=PEERS, help="which peers")
    options = parser.parse_args()
    if shutil.which("wrk") is None:
        sys.exit("bench/serve.py needs wrk (Debian: apt-get install wrk)")
    build = options.build.resolve()
    version = json.loads((build / "release.json").read_text("utf-8"))["version"]
    rounds, seconds = options.rounds, options.seconds
    fronts = Settings.from_env(os.environ).processes
    print(
        f"release {version}, {cores()} cores, {fronts} fronts, "
        f"medians of {rounds} runs of {seconds} s\n"
    )
    with ExitStack() as stack:
        started = {n: s for n, s in servers(build).items() if n in (OURS, *options.beside)}
        if shutil.which("virtuoso-t") and VIRTUOSO in options.beside:
            rests = nullcontext(stack.enter_context(virtuoso(build)))
            started[VIRTUOSO] = lambda: rests
        names = list(started)
        head = ["load", *names, *(f"policyprov : {n}" for n in names[1:])]
        print(f"| {' | '.join(head)} |\n|{'---|' * len(head)}")
        for clients in (1, 16):
            for load in loads():
                measured = _measured(started, load, clients, seconds, rounds)
                name = f"{load.name}, {clients} client{'s' * (clients > 1)}"
                print(_row(name, measured), flush=True)


def _measured(
    started: dict[str, Start], load: Load, clients: int, seconds: int, rounds: int
) -> dict[str, Measured]:
    found: dict[str, list[Measured]] = {name: [] for name in started}
    for _ in range(rounds):
        for name, start in started.items():
            asked = replace(load, form=name == VIRTUOSO)
            with start() as at:
                measure(at, asked, clients, 1, "warm")
                found[name].append(measure(at, asked, clients, seconds, "run"))
    return {name: _median(runs) for name, runs in found.items()}


if __name__ == "__main__":
    main()
