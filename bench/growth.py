"""Times builds of more and more made-up articles, and of one article more.

    python bench/growth.py --sizes 1 10 100 1000

Prints a table in Markdown, of a build from nothing and of one article more in the same folder: the
time on the clock, the processor time of all processes, the peak memory of the largest. Exponents
are ln(cost ratio) / ln(ratio of articles) between one size and the next. On a machine that does
other things too, processor time tells more than the clock.
"""

import argparse
import math
import os
import subprocess
import sys
import tempfile
import time
from dataclasses import dataclass
from pathlib import Path

import corpus

ROOT = Path(__file__).resolve().parent.parent


@dataclass(frozen=True)
class Cost:
    """What a build took: seconds on the clock and of processors, MiB of its largest process."""

    clock: float
    processor: float
    mebibytes: float

    def __str__(self) -> str:
        return f"{self.clock:.1f} s, {self.processor:.1f} s, {self.mebibytes:.0f} MiB"

    def exponents(self, before: "Cost", ratio: float) -> str:
        """By which power of the ratio of articles each of them grew since `before`."""
        pairs = (
            (self.clock, before.clock),
            (self.processor, before.processor),
            (self.mebibytes, before.mebibytes),
        )
        return ", ".join(f"{math.log(now / then) / math.log(ratio):.2f}" for now, then in pairs)


def build(sources: Path, target: Path) -> Cost:
    """Build the articles of a corpus in a process of its own, on every core."""
    started = time.perf_counter()
    process = subprocess.Popen(
        [
            sys.executable, "-m", "graph.release.cli", "build",
            "--articles", str(sources / "articles"), "--entities", str(sources / "entities.csv"),
            "--background", str(sources / "background.yaml"), "--target", str(target),
            "--keep", "0",
        ],
        cwd=ROOT,
        stdout=subprocess.DEVNULL,
    )  # fmt: skip
    _, status, used = os.wait4(process.pid, 0)
    process.returncode = os.waitstatus_to_exitcode(status)
    if process.returncode:
        raise SystemExit(f"the build of {sources} ended with {process.returncode}")
    # What the kernel tells of a process includes every worker that it waited for.
    clock = time.perf_counter() - started
    return Cost(clock, used.ru_utime + used.ru_stime, used.ru_maxrss / 1024)


def measure(count: int, folder: Path) -> tuple[Cost, Cost, float]:
    """The costs of so many articles from nothing and of one more, and the MB of the release."""
    for name, articles in (("some", count), ("more", count + 1)):
        corpus.write(folder / name, articles)
    target = folder / "build"
    first = build(folder / "some", target)
    size = sum(p.stat().st_size for p in (target / "current").resolve().rglob("*") if p.is_file())
    return first, build(folder / "more", target), size / 1e6


def main() -> None:
    """Print the table for the sizes that are asked for."""
    parser = argparse.ArgumentParser(description="Time builds of more and more articles.")
    parser.add_argument("--sizes", type=int, nargs="+", default=[1, 10, 100])
    options = parser.parse_args()
    print("| articles | from nothing: clock, processors, memory | exponents | one more | MB |")
    print("|---|---|---|---|---|")
    last: tuple[int, Cost] | None = None
    for count in sorted(options.sizes):
        with tempfile.TemporaryDirectory() as folder:
            first, more, size = measure(count, Path(folder))
        grown = first.exponents(last[1], count / last[0]) if last else ""
        print(f"| {count} | {first} | {grown} | {more} | {size:.0f} |", flush=True)
        last = count, first


if __name__ == "__main__":
    main()
