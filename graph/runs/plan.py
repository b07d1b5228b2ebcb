"""The plan of a release: the stretches that its dataset is made of, and which of them are new.

A stretch is a few buckets in a row. Where it begins is told by the names of buckets, or by how much
there is in those before; its key by what parts hold of them: the same stretch has the same key,
however it came about. What only follows stands a second time, in the graph of its own, as the
shadow of its stretch.
"""

import hashlib
import shutil
import zlib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import groupby
from pathlib import Path
from typing import BinaryIO

from graph.rdf.namespaces import INFERRED
from graph.runs.buckets import SEAM
from graph.runs.merge import BUCKETS, FOLLOWS, NAMED, STATED, united
from graph.runs.pieces import Walk

_EVERY = 8
"""One bucket in so many begins a stretch."""
_FULL = 32 << 10
"""From how many bytes of runs on a stretch takes no further bucket."""
_BATCH = 4 << 20
"""How many bytes of runs are one piece of work."""
_SHADOW = str(INFERRED).encode()


@dataclass(frozen=True)
class Stretch:
    """Where a stretch begins, its key, and the ranges of runs it is made of.

    A range is the run, the name of its part, where in it, and how many bytes.
    """

    start: bytes
    key: bytes
    ranges: tuple[tuple[str, str, int, int], ...]

    @property
    def name(self) -> bytes:
        """A line that tells it apart from all others."""
        return self.start + SEAM + self.key


def stretches(indexes: Sequence[Path], work: Path) -> Iterator[Stretch]:
    """The stretches of the parts whose buckets are listed in these files, in order."""
    found = _Stretch(b"")
    side = 0
    lines = (line[:-1].split(SEAM) for line in united(indexes, work, "buckets"))
    for name, rows in groupby(lines, key=lambda row: row[0]):
        # What follows has its place among the named graphs, and no stretch is on both sides of it.
        here = 0 if name.startswith(b"\t") else 1 + (name > _SHADOW)
        if here != side or found.size > _FULL or zlib.crc32(name) % _EVERY == 0:
            if found.ranges:
                yield found.made()
            found, side = _Stretch(name), here
        found.take(name, list(rows))
    if found.ranges:
        yield found.made()


class _Stretch:
    """A stretch that is being read."""

    def __init__(self, start: bytes) -> None:
        self._start = start
        self._digest = hashlib.blake2b(digest_size=12)
        self.ranges: list[tuple[str, str, int, int]] = []
        self.size = 0

    def take(self, name: bytes, rows: list[list[bytes]]) -> None:
        """One more bucket: run, digest, owner, place and size of each of its ranges."""
        self._start = self._start or name
        told = b""
        for _, run, digest, owner, at, size in rows:
            same = run + digest
            if same != told:
                # Other parts that hold the same lines add nothing.
                self._digest.update(SEAM.join((name, run, digest)) + b"\n")
                self.ranges.append((run.decode(), owner.decode(), int(at), int(size)))
                self.size += int(size)
                told = same

    def made(self) -> Stretch:
        """The stretch, when it is whole."""
        return Stretch(self._start, self._digest.hexdigest().encode(), tuple(self.ranges))


def shadow(stretch: bytes) -> bytes:
    """The name of the shadow of a stretch of the default graph."""
    return _SHADOW + stretch


def is_shadow(name: bytes) -> bool:
    """Whether a stretch of this name is the shadow of another."""
    return name.startswith(_SHADOW)


@dataclass(frozen=True)
class Plan:
    """The names of all stretches in the order of the dataset, and what is to be made of them."""

    path: Path
    batches: tuple[Path, ...]


def laid_out(folders: Mapping[str, Path], work: Path, known: Walk[bytes]) -> Plan:
    """The plan of a release of these parts, which are found by the names of their owners.

    What is `known` is not made again. `work` is a folder for files that are needed on the way.
    """
    indexes = [folder / BUCKETS for folder in folders.values()]
    batches = Batches(work, folders)
    path = work / "plan"
    with path.open("w+b") as out, (work / "shadows").open("w+b") as shadows:
        for stretch in stretches(indexes, work):
            if stretch.start > _SHADOW and shadows.tell():
                _poured(shadows, out)
            out.write(stretch.name + b"\n")
            if stretch.start.startswith(b"\t"):
                shadows.write(shadow(stretch.name) + b"\n")
            if known.find(stretch.name) is None:
                batches.put(stretch)
        _poured(shadows, out)
    batches.close()
    return Plan(path, tuple(batches.paths))


def _poured(source: BinaryIO, target: BinaryIO) -> None:
    source.seek(0)
    shutil.copyfileobj(source, target)
    source.seek(0)
    source.truncate()


class Batches:
    """Writes what is new into files of one piece of work each."""

    def __init__(self, folder: Path, folders: Mapping[str, Path]) -> None:
        self.paths: list[Path] = []
        self._folder, self._folders = folder, folders
        self._out: BinaryIO | None = None
        self._size = 0

    def put(self, each: Stretch) -> None:
        """One more stretch to be made."""
        if self._out is None or self._size > _BATCH:
            self.close()
            path = self._folder / f"batch-{len(self.paths):05}" / "plan"
            path.parent.mkdir()
            self.paths.append(path)
            self._out, self._size = path.open("wb"), 0
        self._out.write(SEAM.join((each.start, each.key, b"%d" % len(each.ranges))) + b"\n")
        for run, owner, at, size in each.ranges:
            path = self._folders[owner] / run
            self._out.write(SEAM.join((bytes(path), b"%d" % at, b"%d" % size)) + b"\n")
            self._size += size

    def close(self) -> None:
        """Nothing more is put into the last file."""
        if self._out is not None:
            self._out.close()


@dataclass(frozen=True)
class Work:
    """One stretch as a batch tells it: its name, its lines in order, and those of its shadow."""

    name: bytes
    rows: list[bytes]
    shadow: list[bytes]

    @property
    def casts_shadow(self) -> bool:
        """Whether it is of the default graph, so that it has a shadow, if an empty one."""
        return self.name.startswith(b"\t")


def batch(path: Path) -> Iterator[Work]:
    """The stretches of a batch, one after another."""
    with path.open("rb") as lines:
        for line in lines:
            name, _, count = line[:-1].rpartition(SEAM)
            runs: dict[str, set[bytes]] = {run: set() for run in (STATED, FOLLOWS, NAMED)}
            for _ in range(int(count)):
                run, at, size = next(lines)[:-1].split(SEAM)
                source = Path(run.decode())
                with source.open("rb") as file:
                    file.seek(int(at))
                    runs[source.name].update(file.read(int(size)).splitlines(keepends=True))
            only_follows = runs[FOLLOWS] - runs[STATED]
            rows = sorted(runs[STATED] | only_follows | runs[NAMED])
            yield Work(name, rows, [_SHADOW + row for row in sorted(only_follows)])
