"""Asks fronts for minutes, while workers and fronts are killed and releases switched.

Every answer is compared with that of the engine over the same store. Printed each ten seconds:
answers, failures, memory (each shared page once), descriptors; at the end, what went wrong. The
exit status is 1 if an answer was wrong, or a request failed when no front had just been killed.

    python bench/soak.py [--seconds 600] [--fronts 2] [--build BUILD]
"""

import argparse
import http.client
import json
import os
import random
import shutil
import signal
import subprocess
import sys
import tempfile
import threading
import time
import urllib.request
from collections import Counter
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

import serve
from pyoxigraph import QueryResultsFormat, QuerySolutions

from graph import queries
from graph.rdf.store import read

_CLIENTS = 8
_WORKER, _FRONT, _SWITCH, _TOLD = 20.0, 60.0, 60.0, 10.0
_AFTER = 3.0
"""Seconds after a front was killed in which requests may fail: those on its own connections."""


class Soak:
    """The questions, the right answers, and what clients met."""

    def __init__(self, build: Path, port: int) -> None:
        self._port = port
        texts = [q.text for q in queries.canned().values() if q.form == "SELECT"]
        store = read(build / "store")
        self._right = {
            text: _rows(_evaluated(store.query(text))) for text in [serve.LOOKUP, *texts]
        }
        self.stop = threading.Event()
        self.killed = 0.0
        self.met: Counter[str] = Counter()
        self.wrong: list[str] = []

    def client(self, number: int) -> None:
        """Ask until told to stop, half of it look-ups, half of it past the cache."""
        choice, count = random.Random(number), 0  # noqa: S311 - no secret
        texts = list(self._right)
        connection = http.client.HTTPConnection("127.0.0.1", self._port, timeout=30)
        while not self.stop.is_set():
            text, count = choice.choice([texts[0], choice.choice(texts)]), count + 1
            fresh = f'\nVALUES ?fresh {{ "{number}-{count}" }}' if count % 2 else ""
            headers = {"Content-Type": "application/sparql-query", "Accept": serve.JSON}
            try:
                connection.request("POST", "/sparql", (text + fresh).encode(), headers)
                reply = connection.getresponse()
                self._judge(text, reply.status, reply.read())
            except (OSError, http.client.HTTPException) as error:
                connection.close()
                near = time.monotonic() - self.killed < _AFTER
                self.met["cut off by the kill of a front" if near else f"failed: {error!r}"] += 1

    def _judge(self, text: str, status: int, body: bytes) -> None:
        if status != 200:
            self.met[f"status {status}"] += 1
        elif _rows(body) == self._right[text]:
            self.met["right"] += 1
        else:
            self.met["wrong"] += 1
            self.wrong.append(text)


def _evaluated(found: object) -> bytes:
    if not isinstance(found, QuerySolutions):
        raise TypeError(f"{type(found)} from a SELECT")
    return found.serialize(format=QueryResultsFormat.JSON) or b""


def _rows(body: bytes) -> Counter[str]:
    # Without the variable that made the question new: it is in no row that was asked for.
    rows = json.loads(body)["results"]["bindings"]
    kept = ({k: v for k, v in row.items() if k != "fresh"} for row in rows)
    return Counter(json.dumps(row, sort_keys=True) for row in kept)


def tree(pid: int) -> Iterator[int]:
    """A process and all below it."""
    yield pid
    # A process or a thread of it may end while it is looked at.
    with suppress(FileNotFoundError, ProcessLookupError):
        for task in Path(f"/proc/{pid}/task").glob("*/children"):
            for child in task.read_text().split():
                yield from tree(int(child))


def usage(pid: int) -> tuple[int, int]:
    """The MiB and the descriptors of a process and all below it."""
    memory = descriptors = 0
    for each in tree(pid):
        try:
            rollup = Path(f"/proc/{each}/smaps_rollup").read_text().splitlines()
            memory += sum(int(line.split()[1]) for line in rollup if line.startswith("Pss:"))
            descriptors += len(list(Path(f"/proc/{each}/fd").iterdir()))
        except OSError:
            continue  # it ended meanwhile
    return memory >> 10, descriptors


def _two_releases(build: Path, folder: Path) -> None:
    for name in ("a", "b"):
        shutil.copytree(build, folder / name)
        manifest = json.loads((folder / name / "release.json").read_text("utf-8"))
        text = json.dumps(manifest | {"version": f"{manifest['version']}-{name}"})
        (folder / name / "release.json").write_text(text, encoding="utf-8")
    (folder / "current").symlink_to("a")


def _switch(folder: Path) -> None:
    other = "b" if os.readlink(folder / "current") == "a" else "a"  # noqa: PTH115 - the bare name
    (folder / "next").symlink_to(other)
    os.replace(folder / "next", folder / "current")  # noqa: PTH105 - the one call that swaps it


def _disturb(soak: Soak, process: int, folder: Path, seconds: float) -> None:
    """Kill and switch until the time is over, and tell how it goes."""
    start, choice = time.monotonic(), random.Random(1)  # noqa: S311 - no secret
    due = {"worker": _WORKER, "front": _FRONT, "switch": _SWITCH / 2, "told": 0.0}
    every = {"worker": _WORKER, "front": _FRONT, "switch": _SWITCH, "told": _TOLD}
    while (now := time.monotonic() - start) < seconds:
        for name in (each for each in due if due[each] <= now):
            due[name] += every[name]
            fronts = [pid for pid in tree(process) if pid != process and _is_front(pid, process)]
            if name == "worker":
                workers = set(tree(process)) - {process, *fronts}
                _kill(choice.choice(sorted(workers)))
            elif name == "front" and fronts:
                soak.killed = time.monotonic()
                _kill(choice.choice(fronts))
            elif name == "switch":
                _switch(folder)
            elif name == "told":
                memory, descriptors = usage(process)
                print(f"{now:5.0f} s {memory} MiB {descriptors} fds {dict(soak.met)}", flush=True)
        time.sleep(0.1)


def _kill(pid: int) -> None:
    with suppress(ProcessLookupError):  # it ended by itself meanwhile
        os.kill(pid, signal.SIGKILL)


def _is_front(pid: int, process: int) -> bool:
    try:
        return int(Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[1]) == process
    except OSError:
        return False


def _all_ready(port: int, fronts: int) -> bool:
    """Whether every front answers: the metrics count those that do."""
    try:
        with urllib.request.urlopen(f"http://127.0.0.1:{port}/metrics", timeout=5) as answer:
            return f"\npolicyprov_fronts {float(fronts)}\n" in answer.read().decode()
    except OSError:
        return False


def main() -> int:
    """The exit status."""
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--seconds", type=float, default=600)
    parser.add_argument("--fronts", type=int, default=2)
    parser.add_argument("--build", type=Path, default=serve.ROOT / "build" / "current")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as name:
        folder, port = Path(name), serve.free_port()
        _two_releases(options.build.resolve(), folder)
        settings = {
            "PORT": port,
            "RELEASE": folder / "current",
            "RATE": 0,
            "FRONTS": options.fronts,
            "ADMIN": "on",
        }
        environ = {f"POLICYPROV_{k}": str(v) for k, v in settings.items()}
        soak = Soak(folder / "a", port)
        with (folder / "log").open("wb") as log:
            process = subprocess.Popen(
                [sys.executable, "server.py"], cwd=serve.ROOT, env=os.environ | environ, stdout=log
            )
        threads = [threading.Thread(target=soak.client, args=(n,)) for n in range(_CLIENTS)]
        try:
            while not _all_ready(port, options.fronts):
                time.sleep(0.1)
            for thread in threads:
                thread.start()
            _disturb(soak, process.pid, folder, options.seconds)
        finally:
            soak.stop.set()
            for thread in threads:
                if thread.ident is not None:
                    thread.join()
            process.terminate()
            process.wait()
    print(dict(soak.met), *soak.wrong[:3], sep="\n")
    return int(any(name not in ("right", "cut off by the kill of a front") for name in soak.met))


if __name__ == "__main__":
    sys.exit(main())
