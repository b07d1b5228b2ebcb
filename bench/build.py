"""Times a build of every article in a process of its own, and tells its peak memory."""

import resource
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
RUNS = 5


def build(target: str) -> float:
    """Seconds of one build into an empty folder, interpreter start included."""
    started = time.perf_counter()
    subprocess.run(
        [sys.executable, "-m", "graph.release.cli", "build", "--target", target],
        cwd=ROOT,
        check=True,
        stdout=subprocess.DEVNULL,
    )
    return time.perf_counter() - started


def main() -> None:
    """Print the median, least and greatest time of RUNS builds, and the greatest peak memory."""
    seconds = []
    for _ in range(RUNS):
        with tempfile.TemporaryDirectory() as target:
            seconds.append(build(target))
    peak = resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss / 1024
    print(
        f"build: median {statistics.median(seconds):.2f} s "
        f"(min {min(seconds):.2f}, max {max(seconds):.2f}, {RUNS} runs), peak {peak:.0f} MiB"
    )


if __name__ == "__main__":
    main()
