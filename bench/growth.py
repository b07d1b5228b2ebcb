"""Times builds of more and more made-up articles, and of one article more.

    python bench/growth.py --sizes 1 10 100 1000

Prints a table in Markdown: wall-clock time and the peak memory of the largest process of a build
from nothing, of the same again, and of one article more; then the exponents by which they grow:
ln(cost ratio) / ln(ratio of articles) between one size and the next.
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
    """What a build took: seconds, and the MiB of its largest process at its peak."""

    seconds: float
    mebibytes: float

    def exponent(self, before: "Cost", ratio: float) -> str:
        """By which power of the ratio of articles time and memory grew since `before`."""
        pairs = ((self.seconds, before.seconds), (self.mebibytes, before.mebibytes))
        return " / ".join(f"{math.log(now / then) / math.log(ratio):.2f}" for now, then in pairs)


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
    # The peak is that of the build and of every worker that it waited for.
    return Cost(time.perf_counter() - started, used.ru_maxrss / 1024)


def measure(count: int, folder: Path) -> tuple[Cost, Cost, Cost, float]:
    """The costs of so many articles from nothing, again and with one more; MB of the release."""
    for name, articles in (("some", count), ("more", count + 1)):
        corpus.write(folder / name, articles)
    target = folder / "build"
    first, again = build(folder / "some", target), build(folder / "some", target)
    size = sum(p.stat().st_size for p in (target / "current").resolve().rglob("*") if p.is_file())
    return first, again, build(folder / "more", target), size / 1e6


def _cell(cost: Cost) -> str:
    return f"{cost.seconds:.1f} s, {cost.mebibytes:.0f} MiB"


def main() -> None:
    """Print the table for the sizes that are asked for."""
    parser = argparse.ArgumentParser(description="Time builds of more and more articles.")
    parser.add_argument("--sizes", type=int, nargs="+", default=[1, 10, 100])
    options = parser.parse_args()
    print("| articles | from nothing | exponent, time / memory | again | one more | release, MB |")
    print("|---|---|---|---|---|---|")
    last: tuple[int, Cost] | None = None
    for count in sorted(options.sizes):
        with tempfile.TemporaryDirectory() as folder:
            first, again, more, size = measure(count, Path(folder))
        grown = first.exponent(last[1], count / last[0]) if last else ""
        cells = (count, _cell(first), grown, _cell(again), _cell(more), f"{size:.0f}")
        print(f"| {' | '.join(map(str, cells))} |", flush=True)
        last = count, first


if __name__ == "__main__":
    main()
