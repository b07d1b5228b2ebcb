"""Sorted lines of many parts in one order.

Memory does not grow with the articles: files are merged in groups of a fixed size, each sorted in
memory (which is fast, since it is made of sorted pieces) and written, then the groups by a heap.
"""

import heapq
from collections.abc import Iterable, Iterator, Sequence
from contextlib import ExitStack
from pathlib import Path

STATED = "stated.run"
"""What a part states, as the default graph has it."""
FOLLOWS = "follows.run"
"""What follows from a part alone, as the default graph has it."""
NAMED = "named.run"
"""The quads of named graphs of a part, but for what follows."""
JOINS = "joins.run"
"""Triples that may make something follow together with those of another part."""
RUNS = (STATED, FOLLOWS, NAMED, JOINS)
"""The files of a part that are merged."""
BUCKETS = "buckets"
"""The file of a part that lists the buckets of its runs."""
_GROUP = 32 << 20
"""How many bytes of runs are sorted in memory at once."""


def _groups(runs: Iterable[Path]) -> Iterator[list[Path]]:
    group: list[Path] = []
    size = 0
    for run in runs:
        length = run.stat().st_size
        if group and size + length > _GROUP:
            yield group
            group, size = [], 0
        group.append(run)
        size += length
    yield group


def _sorted(runs: Iterable[Path]) -> Iterable[bytes]:
    rows = [row for run in runs for row in run.read_bytes().splitlines(keepends=True)]
    rows.sort()
    return dict.fromkeys(rows)


def _each_once(rows: Iterable[bytes]) -> Iterator[bytes]:
    last = b""
    for row in rows:
        if row != last:
            yield row
            last = row


def united(runs: Sequence[Path], work: Path, name: str) -> Iterator[bytes]:
    """The lines of these runs in order, each once; files of its own in `work` begin with `name`."""
    groups = list(_groups(runs))
    if len(groups) == 1:
        yield from _sorted(groups[0])
        return
    spilled = [work / f"{name}-{number}" for number in range(len(groups))]
    for path, group in zip(spilled, groups, strict=True):
        with path.open("wb") as out:
            out.writelines(_sorted(group))
    with ExitStack() as opened:
        yield from _each_once(
            heapq.merge(*(opened.enter_context(path.open("rb")) for path in spilled))
        )
    for path in spilled:
        path.unlink()
