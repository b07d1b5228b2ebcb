"""The parts of all articles: those made before, and those that are made now, on every core."""

import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache, partial
from itertools import groupby
from pathlib import Path

from graph.errors import CheckError, Errors, InputError, PolicyprovError
from graph.mapping import entities, quads
from graph.mapping.entities import Entity
from graph.mapping.quads import Stated
from graph.rdf.vocabulary import vocabulary
from graph.release import part
from graph.release.part import Ground
from graph.release.part_cache import Cache, Kept
from graph.runs import merge
from graph.runs.buckets import SEAM
from graph.runs.crew import Crew, Progress

MANY = 12
"""How many articles are worth the start of workers."""


@dataclass(frozen=True)
class Outcome:
    """What came of an article: its part, or why it makes none."""

    slug: str
    kept: Kept | None
    error: PolicyprovError | None = None


@dataclass(frozen=True)
class _Desk:
    """Where parts are made and kept."""

    ground: Ground
    cache: Cache

    def outcome(self, folder: Path) -> Outcome:
        key = part.key(folder)
        kept = self.cache.find(key, self.ground.registry)
        try:
            kept = kept or self.cache.keep(key, part.make(folder, self.ground))
        except (InputError, CheckError) as error:
            return Outcome(folder.name, None, error)
        return Outcome(folder.name, kept)


@cache
def _desk(registry: Path, build: Path) -> _Desk:
    """The desk of a worker, which is one build's: what is wrong in the registry is told there."""
    return _Desk(Ground(vocabulary(), entities.load(registry, Errors().report)), Cache(build))


def _outcome(registry: Path, build: Path, folder: Path) -> Outcome:
    return _desk(registry, build).outcome(folder)


@dataclass(frozen=True)
class Workshop:
    """Where articles become parts: the registry file, what it holds, the folder of releases."""

    registry: Path
    known: Mapping[str, Entity]
    build: Path

    def outcomes(self, folders: Sequence[Path], crew: Crew, progress: Progress) -> list[Outcome]:
        """What comes of the articles in these folders, in their order."""
        many = len(folders) >= MANY
        here = _Desk(Ground(vocabulary(), self.known), Cache(self.build))
        work = partial(_outcome, self.registry, self.build) if many else here.outcome
        return crew.run(work, folders, "articles", progress, worth=many)


def disagreements(kept: Iterable[Kept], work: Path) -> tuple[str, ...]:
    """What an article tells of a document otherwise than the first one, with both places.

    Who says more than another does not disagree. Nothing is wrong with the data, which has both;
    most often one of the two is a slip, or two documents go by one name. `work` is a folder for
    files that are needed on the way.
    """
    found = []
    for (document, name), rows in _merged(kept, part.TOLD, work, fields=2):
        first, *others = ((json.loads(values), place) for _, values, place in rows)
        for each in others:
            before, values = set(first[0]), set(each[0])
            if not (before <= values or before >= values):
                sides = " and ".join(f"{', '.join(said)} ({at})" for said, at in (first, each))
                found.append(f"{document} has two {name}: {sides}")
    return tuple(found)


def _merged(
    kept: Iterable[Kept], name: str, work: Path, fields: int
) -> Iterator[tuple[tuple[str, ...], Iterator[tuple[str, ...]]]]:
    """The rows of these parts' runs of this name by their first `fields`, in order.

    Each comes with what the rows tell beside.
    """
    lines = merge.united([each.run(name) for each in kept], work, name)
    rows = (tuple(line[:-1].decode().split(SEAM.decode())) for line in lines)
    for head, group in groupby(rows, key=lambda row: row[:fields]):
        yield head, (row[fields:] for row in group)


def called(kept: Iterable[Kept], work: Path) -> Iterator[tuple[str, set[str]]]:
    """What each registered thing that any of these parts speaks of is called, by its name.

    `work` is a folder for files that are needed on the way.
    """
    for (name,), rows in _merged(kept, part.CALLED, work, fields=1):
        yield name, {json.loads(label) for (label,) in rows if label}


def check_names(
    kept: Iterable[Kept], stated: Stated, registry: Mapping[str, Entity], work: Path
) -> None:
    """Check what parts and what no article states call things, as quads.check_names."""
    quads.check_names(_all_called(kept, quads.called(stated.facts, registry), work), registry)


def _all_called(
    kept: Iterable[Kept], beside: dict[str, list[str]], work: Path
) -> Iterator[tuple[str, set[str]]]:
    for name, labels in called(kept, work):
        yield name, labels.union(beside.pop(name, ()))
    yield from ((name, set(labels)) for name, labels in beside.items())
