"""The parts of all articles: those made before, and those that are made now, on every core."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cache, partial
from pathlib import Path

from graph.errors import CheckError, Errors, InputError, PolicyprovError
from graph.mapping import entities, quads
from graph.mapping.entities import Entity
from graph.mapping.quads import Stated
from graph.rdf.namespaces import expand
from graph.rdf.vocabulary import vocabulary
from graph.release import part
from graph.release.part import Ground
from graph.release.part_cache import Cache, Kept
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


def disagreements(kept: Iterable[Kept]) -> tuple[str, ...]:
    """What an article tells of a document otherwise than an earlier one, with both places.

    Who says more than another does not disagree. Nothing is wrong with the data, which has both;
    most often one of the two is a slip, or two documents go by one name.
    """
    first: dict[tuple[str, str], tuple[Kept, set[str]]] = {}
    found = []
    for each in kept:
        for document, told in each.summary["documents"].items():
            for name, values in told.items():
                other, before = first.setdefault((document, name), (each, set(values)))
                if not (before <= set(values) or before >= set(values)):
                    sides = (_told(other, document, before), _told(each, document, set(values)))
                    found.append(f"{document} has two {name}: {' and '.join(sides)}")
    return tuple(found)


def _told(kept: Kept, document: str, values: set[str]) -> str:
    place = kept.places.get(expand(document).value, kept.slug)
    return f"{', '.join(sorted(values))} ({place})"


def names(kept: Iterable[Kept]) -> dict[str, set[str]]:
    """What each registered thing that any of these parts speaks of is called."""
    names: dict[str, set[str]] = {}
    for each in kept:
        for name, given in each.summary["called"].items():
            names.setdefault(name, set()).update(given)
    return names


def check_names(names: dict[str, set[str]], stated: Stated, registry: Mapping[str, Entity]) -> None:
    """Check what parts call things (`names`) with what no article states, as quads.check_names."""
    for name, given in quads.called(stated.facts, registry).items():
        names.setdefault(name, set()).update(given)
    quads.check_names(names, registry)
