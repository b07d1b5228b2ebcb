"""Measures what more and more made-up articles cost: the build, one article more, the server.

    PYTHONPATH=.:tests python bench/growth.py --sizes 1 10 100 1000

Prints a table in Markdown, a column a size, a row a cost. Exponents, in brackets, are
ln(cost ratio) / ln(ratio of articles) between one size and the one before; ×, what a server takes
compared with the first size. On a machine that does other things too, processor
time tells more than the clock. What was measured is kept in the folder, `costs.json`, and is not
measured again: a run that was broken off goes on, `--steps` makes it do some of it only, and
`--table` prints what is known. Where 10,000 were not measured, a last column projects them: the
exponents go on as they were.
"""

import argparse
import json
import math
import os
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import asked
import corpus

ROOT = Path(__file__).resolve().parent.parent
PROJECTED = 10_000


def run(command: str, sources: Path, target: Path) -> dict[str, float]:
    """The seconds on the clock and of processors, and the MiB of the largest process."""
    started = time.perf_counter()
    process = subprocess.Popen(
        [
            sys.executable, "-m", "graph.release.cli", command,
            "--articles", str(sources / "articles"), "--entities", str(sources / "entities.csv"),
            "--background", str(sources / "background.yaml"), "--target", str(target),
        ],
        cwd=ROOT,
        stdout=subprocess.DEVNULL,
    )  # fmt: skip
    _, status, used = os.wait4(process.pid, 0)
    process.returncode = os.waitstatus_to_exitcode(status)
    if process.returncode:
        raise SystemExit(f"policyprov {command} of {sources} ended with {process.returncode}")
    # What the kernel tells of a process includes every worker that it waited for.
    return {
        "clock": time.perf_counter() - started,
        "processor": used.ru_utime + used.ru_stime,
        "memory": used.ru_maxrss / 1024,
    }


@dataclass(frozen=True)
class Size:
    """So many articles, and the folder of all that belongs to them."""

    articles: int
    folder: Path

    @property
    def target(self) -> Path:
        """The folder of releases."""
        return self.folder / "build"

    def sources(self, more: int = 0) -> Path:
        """The corpus, written when it is first asked for."""
        folder = self.folder / f"corpus-{more}"
        if not (folder / "background.yaml").is_file():
            corpus.write(folder, self.articles + more)
        return folder

    def build(self) -> dict[str, Any]:
        """Build from nothing; with the MB of the release."""
        cost = run("build", self.sources(), self.target)
        release = (self.target / "current").resolve()
        (self.folder / "first").symlink_to(release)
        size = sum(path.stat().st_size for path in release.rglob("*") if path.is_file())
        return {**cost, "megabytes": size / 1e6}

    def more(self) -> dict[str, Any]:
        """Build with one article more."""
        cost = run("build", self.sources(1), self.target)
        (self.folder / "second").symlink_to((self.target / "current").resolve())
        return dict(cost)

    def check(self) -> dict[str, Any]:
        """Prove all of it, with nothing proven before but what a build keeps."""
        return dict(run("check", self.sources(), self.target))

    def again(self) -> dict[str, Any]:
        """Prove it with one article more, after it was proven."""
        return dict(run("check", self.sources(1), self.target))

    def pages(self) -> dict[str, Any]:
        """Ask for pages."""
        with asked.served(self.folder / "first") as server:
            return dict(asked.pages(server))

    def queries(self) -> dict[str, Any]:
        """Ask every canned query."""
        with asked.served(self.folder / "first") as server:
            return dict(asked.slowest(server))

    def switch(self) -> dict[str, Any]:
        """Switch to and fro under load, between the release and that of one article more."""
        first, second = ((self.folder / name).resolve() for name in ("first", "second"))
        link = self.target / "served"
        link.unlink(missing_ok=True)
        link.symlink_to(first)
        try:
            with asked.served(link) as server:
                return dict(asked.switched(server, link, (second, first)))
        finally:
            link.unlink()


STEPS: Mapping[str, Callable[[Size], dict[str, Any]]] = {
    "build": Size.build, "more": Size.more, "pages": Size.pages, "queries": Size.queries,
    "switch": Size.switch, "check": Size.check, "again": Size.again,
}  # fmt: skip
"""What is measured of a size, in this order: each rests on what comes before it."""
Costs = dict[str, dict[str, dict[str, Any]]]
"""Size → step → what it cost."""


def measured(folder: Path, sizes: list[int], steps: list[str]) -> Costs:
    """All costs that are known once these steps were taken, kept in the folder one by one."""
    path = folder / "costs.json"
    costs: Costs = json.loads(path.read_bytes()) if path.is_file() else {}
    for articles in sizes:
        known = costs.setdefault(str(articles), {})
        for step in (step for step in STEPS if step in steps and step not in known):
            print(f"{articles} articles: {step}", file=sys.stderr, flush=True)
            size = Size(articles, folder / str(articles))
            size.folder.mkdir(parents=True, exist_ok=True)
            known[step] = STEPS[step](size)
            path.write_text(json.dumps(costs, indent=1, ensure_ascii=False) + "\n", "utf-8")
    return costs


@dataclass(frozen=True)
class Row:
    """A row of the table: its title, where its number is, and how many digits it is told with.

    A number that `grows` has an exponent, and is projected.
    """

    title: str
    step: str
    name: str
    digits: int = 0
    grows: bool = True

    def of(self, costs: Mapping[str, Any]) -> float | None:
        """Its number at one size."""
        found: Any = costs.get(self.step)
        for name in self.name.split("."):
            found = None if found is None else found[name]
        return None if found is None else float(found)


ROWS = (
    Row("build from nothing, processor s", "build", "processor", 1),
    Row("… on the clock, s", "build", "clock", 1),
    Row("… largest process, MiB", "build", "memory"),
    Row("release, MB", "build", "megabytes"),
    Row("one article more, processor s", "more", "processor", 1),
    Row("… on the clock, s", "more", "clock", 1),
    Row("… largest process, MiB", "more", "memory"),
    Row("check, processor s", "check", "processor", 1),
    Row("… largest process, MiB", "check", "memory"),
    Row("check of one article more, processor s", "again", "processor", 1),
    *(
        Row(f"{name}, median ms", "pages", f"medians.{name}", 1, grows=False)
        for name in asked.PAGES
    ),
    Row("front after the pages, MiB", "pages", "memory", grows=False),
    Row("slowest canned query, ms", "queries", "milliseconds", grows=False),
    Row("switch under load, s at most", "switch", "seconds", 2, grows=False),
    Row("… requests answered meanwhile", "switch", "answered", grows=False),
)


def table(costs: Costs) -> Iterator[str]:
    """The lines of the table."""
    sizes = sorted(map(int, costs))
    projecting = sizes[-1] < PROJECTED
    heads = [f"{size:,}" for size in sizes] + [f"{PROJECTED:,}, projected"] * projecting
    yield f"| | {' | '.join(heads)} |"
    yield "|---" * (len(heads) + 1) + "|"
    for row in ROWS:
        numbers = [row.of(costs[str(size)]) for size in sizes]
        cells = [_cell(row, sizes, numbers, place) for place in range(len(sizes))]
        cells += [_projected(row, sizes, numbers)] * projecting
        yield f"| {row.title} | {' | '.join(cells)} |"
    told: Mapping[str, Callable[[Mapping[str, Any]], str]] = {
        "largest page": lambda each: "{} {:,} bytes".format(*each["pages"]["largest"]),
        "slowest canned query": lambda each: each["queries"]["query"],
        "canned queries without an answer": lambda each: str(len(each["queries"]["failed"])),
        "requests that failed at switches": lambda each: str(each["switch"]["failed"] or 0),
    }
    for title, tell in told.items():
        cells = []
        for size in sizes:
            try:
                cells.append(tell(costs[str(size)]))
            except KeyError:
                cells.append("–")
        yield f"| {title} | {' | '.join([*cells, *[''] * projecting])} |"


def _exponent(sizes: list[int], numbers: list[float | None], place: int) -> float | None:
    """By which power of the ratio of articles a number grew since the size before."""
    now, then = numbers[place], numbers[place - 1] if place else None
    if not now or not then:
        return None
    return math.log(now / then) / math.log(sizes[place] / sizes[place - 1])


def _cell(row: Row, sizes: list[int], numbers: list[float | None], place: int) -> str:
    number = numbers[place]
    if number is None:
        return "–"
    text = f"{number:,.{row.digits}f}"
    if not row.grows:
        return text if not place or not numbers[0] else f"{text} (×{number / numbers[0]:.2f})"
    exponent = _exponent(sizes, numbers, place)
    return text if exponent is None else f"{text} ({exponent:.2f})"


def _projected(row: Row, sizes: list[int], numbers: list[float | None]) -> str:
    exponent, last = _exponent(sizes, numbers, len(sizes) - 1), numbers[-1]
    if not row.grows or exponent is None or last is None:
        return ""
    return f"≈ {last * (PROJECTED / sizes[-1]) ** exponent:,.{row.digits}f}"


def main() -> None:
    """Measure the sizes that are asked for, and print the table of all that are known."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("--sizes", type=int, nargs="+", default=[1, 10, 100])
    parser.add_argument(
        "--folder", type=Path, default=ROOT / "build" / "growth", help="where it is kept"
    )
    parser.add_argument("--steps", nargs="+", choices=list(STEPS), default=list(STEPS))
    parser.add_argument("--table", action="store_true", help="measure nothing")
    options = parser.parse_args()
    folder = options.folder.resolve()
    folder.mkdir(parents=True, exist_ok=True)
    sizes = [] if options.table else sorted(options.sizes)
    for line in table(measured(folder, sizes, options.steps)):
        print(line)


if __name__ == "__main__":
    main()
