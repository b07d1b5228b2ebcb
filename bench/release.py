"""What opening a release in Python costs, beside rdflib's own store: `python bench/release.py`.

Each way runs in a process of its own, three times; the median of seconds and of the highest memory.
"""

import subprocess
import sys
from statistics import median

from graph.paths import BUILD, ROOT

QUERY = """
PREFIX pp: <https://w3id.org/policyprov/ns#>
PREFIX c: <https://w3id.org/policyprov/concept/>
SELECT ?words ?quote WHERE {
  GRAPH ?claim { ?figure pp:valueText ?words ; pp:unit c:unit-percent }
  ?claim pp:statedIn/pp:quote ?quote
}
"""
WAYS = {
    "a release, opened": "from graph.rdf.dataset import opened\ndata = opened(sys.argv[1])",
    "its N-Quads, opened": (
        "from graph.rdf.dataset import opened\ndata = opened(sys.argv[1] + '/policyprov.nq')"
    ),
    "its N-Quads in plain rdflib": (
        "import rdflib\ndata = rdflib.Dataset()\n"
        "data.parse(sys.argv[1] + '/policyprov.nq', format='nquads')"
    ),
}
REPORT = f"""
opened_in = time.perf_counter() - start
start = time.perf_counter()
rows = len(list(data.query({QUERY!r})))
memory = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
print(opened_in, time.perf_counter() - start, memory, rows)
"""
START = "import resource, sys, time\nstart = time.perf_counter()\n"
TURNS = 3


def measured(way: str) -> list[float]:
    """Seconds to open, seconds to ask, MiB at most, rows."""
    command = [sys.executable, "-c", START + WAYS[way] + REPORT, str(BUILD / "current")]
    done = subprocess.run(command, capture_output=True, text=True, check=True, cwd=ROOT)
    return [float(part) for part in done.stdout.split()]


def main() -> None:
    """Print a row for each way."""
    print("| | open | ask | memory | rows |\n|---|---|---|---|---|")
    for way in WAYS:
        turns = [measured(way) for _ in range(TURNS)]
        opening, asking, memory, rows = (median(column) for column in zip(*turns, strict=True))
        print(f"| {way} | {opening:.2f} s | {asking:.3f} s | {memory:.0f} MiB | {rows:.0f} |")


if __name__ == "__main__":
    main()
