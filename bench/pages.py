"""Measures the main pages of this checkout beside those of another one, side by side.

Both serve their own `build/current` from their own `.venv`, at once; every page is asked of the one
and of the other in turn, so that a neighbour on the machine hits both alike. Printed are medians:
the milliseconds of an answer, the processor time of all processes of a server for one, and the
ratios, this checkout to the other. The times are noisy; the ratios are what to read.

    git worktree add /tmp/before COMMIT  # then there: a .venv, `policyprov build`
    python bench/pages.py /tmp/before [--rounds 5] [--requests 60] [--anew]

Servers keep pages they have made. `--anew` asks for each under an address of its own, which none of
them has kept.
"""

import argparse
import http.client
import itertools
import os
import signal
import subprocess
import tempfile
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path
from statistics import median

from serve import free_port

HERE = Path(__file__).resolve().parent.parent
PAGES = {
    "home": "/",
    "reader": "/reader/rmrb-20210111-11",
    "person": "/page/agent/xu-leipeng",
    "document": "/page/document/notice-2019-03",
    "body": "/page/agent/cpc-general-office",
    "place": "/page/place/330503",
    "claim": "/page/claim/rmrb-20210111-11-0ddffad1-2",
}
TICK = os.sysconf("SC_CLK_TCK")


@dataclass(frozen=True)
class Server:
    """A server: its session, and a connection that is kept."""

    session: int
    line: http.client.HTTPConnection

    def ask(self, path: str) -> float:
        """The seconds until the whole page is here; raises RuntimeError if there is none."""
        begun = time.perf_counter()
        self.line.request("GET", path, headers={"Accept": "text/html", "Accept-Language": "zh"})
        answer = self.line.getresponse()
        answer.read()
        if answer.status != http.client.OK:
            raise RuntimeError(f"{path}: {answer.status}")
        return time.perf_counter() - begun

    def work(self) -> float:
        """The seconds of processor time of all its processes that are alive."""
        ticks = 0
        for stat in Path("/proc").glob("[0-9]*/stat"):
            try:
                fields = stat.read_text().rpartition(")")[2].split()
            except OSError:  # it has just ended
                continue
            if int(fields[3]) == self.session:
                ticks += int(fields[11]) + int(fields[12])
        return ticks / TICK


@contextmanager
def served(checkout: Path) -> Iterator[Server]:
    """A server of this checkout, ready when entered and gone when left."""
    port = free_port()
    ours = {"POLICYPROV_PORT": str(port), "POLICYPROV_RATE": "0"}
    with tempfile.TemporaryFile() as log:
        process = subprocess.Popen(
            [str(checkout / ".venv" / "bin" / "python"), "server.py"],
            cwd=checkout, env=os.environ | ours, stdout=log, stderr=log, start_new_session=True,
        )  # fmt: skip
        found = Server(process.pid, http.client.HTTPConnection("127.0.0.1", port, timeout=60))
        try:
            for _ in range(600):
                try:
                    found.ask("/")
                    break
                except (OSError, RuntimeError, http.client.HTTPException):
                    found.line.close()
                    time.sleep(0.1)
            yield found
        finally:
            os.killpg(process.pid, signal.SIGTERM)
            process.wait(30)


_NUMBERS = itertools.count()


def measured(
    ours: Server, other: Server, path: str, requests: int, *, anew: bool
) -> tuple[float, ...]:
    """Median and processor milliseconds an answer: ours, ours, other's, other's."""
    both = (ours, other)
    took: tuple[list[float], list[float]] = ([], [])
    before = [server.work() for server in both]
    for n in range(requests):
        address = f"{path}?unread={next(_NUMBERS)}" if anew else path
        for which in (0, 1) if n % 2 else (1, 0):
            took[which].append(both[which].ask(address))
    spent = [server.work() - was for server, was in zip(both, before, strict=True)]
    return tuple(
        1000 * each
        for times, work in zip(took, spent, strict=True)
        for each in (median(times), work / requests)
    )


def main() -> None:
    """Ask both for every page, round by round, and print one table."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("other", type=Path)
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--requests", type=int, default=60)
    parser.add_argument("--anew", action="store_true")
    options = parser.parse_args()
    with ExitStack() as stack:
        ours = stack.enter_context(served(HERE))
        other = stack.enter_context(served(options.other.resolve()))
        rounds = [
            {
                name: measured(ours, other, at, options.requests, anew=options.anew)
                for name, at in PAGES.items()
            }
            for _ in range(options.rounds + 1)
        ][1:]  # the first warms both
    print("| page | ms | other's | ratio (of each round) | processor ms | other's | ratio |")
    print("|---|---|---|---|---|---|---|")
    for name in PAGES:
        each = [done[name] for done in rounds]
        ratios = [mine / theirs for mine, _, theirs, _ in each]
        a, work, b, their_work = (median(column) for column in zip(*each, strict=True))
        spread = f"{median(ratios):.2f} ({min(ratios):.2f} to {max(ratios):.2f})"
        share = median(mine / theirs for _, mine, _, theirs in each)
        cells = (name, f"{a:.1f}", f"{b:.1f}", spread, f"{work:.1f}", f"{their_work:.1f}")
        print(f"| {' | '.join(cells)} | {share:.2f} |")


if __name__ == "__main__":
    main()
