"""A release: the dataset on disk in every format, switched in whole or not at all.

It is written beside the last one under `build/`, named by what is in it, and becomes current by one
rename of a symbolic link. A build that fails or is killed leaves the last release serving.
"""

import os
import sqlite3
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path

import pyoxigraph as ox

from graph.coverage import inventory
from graph.errors import CheckError, Errors, InputError, ReleaseError
from graph.history import writer as history
from graph.history.reading import Since
from graph.mapping import article, genre, mapped, quads
from graph.mapping import background as known_facts
from graph.mapping.background import Background
from graph.mapping.entities import Entity
from graph.mapping.entities import load as load_entities
from graph.mapping.facts import Facts
from graph.mapping.mapped import Mapped
from graph.options import cores
from graph.paths import ARTICLES, BUILD, ROOT
from graph.rdf.vocabulary import Vocabulary, vocabulary
from graph.release import part, publication
from graph.release.articles import Workshop, called, check_names, disagreements
from graph.release.part_cache import Cache
from graph.release.shelf import discard, locked
from graph.release.writing import Parts, Writing
from graph.runs import files
from graph.runs.crew import Crew, Progress, silent
from graph.runs.spark import SparkCrew
from graph.search import writer as search

ENTITIES = ROOT / "graph" / "entities.csv"
BACKGROUND = ROOT / "graph" / "background.yaml"
_DISK = (
    sqlite3.SQLITE_FULL,
    sqlite3.SQLITE_IOERR,
    sqlite3.SQLITE_CANTOPEN,
    sqlite3.SQLITE_READONLY,
)
"""Primary result codes of SQLite that tell of the disk, and not of a mistake of ours."""


@dataclass(frozen=True)
class Sources:
    """What a release is built from, read and proven but not written."""

    vocabulary: Vocabulary
    mapped: tuple[Mapped, ...]
    quads: tuple[ox.Quad, ...]

    @property
    def places(self) -> dict[str, str]:
        """The IRI of every claim, and of everything claims are about → where that is written."""
        return part.written_at(self.mapped)


def read(
    articles: Path = ARTICLES, entities: Path = ENTITIES, background: Path = BACKGROUND,
    progress: Progress = silent,
) -> Sources:  # fmt: skip
    """Everything the data says, from its sources.

    Raises InputError with all that is wrong in any file: where, what and the remedy.
    """
    progress("vocabulary and registry")
    errors = Errors()
    terms, known = vocabulary(), load_entities(entities, errors.report)
    found = []
    for folder in genre.folders(articles):
        progress(f"article {folder.name}")
        with errors.kept():
            source = article.load(folder, errors.report)
            facts = Facts(terms, known, source.names, errors.report)
            inventory.load(folder, source, errors.report)
            found.append(mapped.load(folder, source, facts))
    progress("background and inference")
    groups: tuple[Background, ...] = ()
    with errors.kept():
        groups = known_facts.background(background, Facts(terms, known, report=errors.report))
    errors.refuse()
    return Sources(terms, tuple(found), quads.assemble(found, groups, known, terms))


def _switch(build: Path, version: str) -> None:
    link = build / f".current-{os.getpid()}"
    link.symlink_to(version)
    link.replace(build / "current")
    files.sync(build)


@contextmanager
def disk(so_far: str) -> Iterator[None]:
    """Tell what the disk does not take or give as a ReleaseError that says what holds `so_far`."""
    try:
        yield
    except (OSError, sqlite3.OperationalError) as error:
        if isinstance(error, sqlite3.Error) and error.sqlite_errorcode & 0xFF not in _DISK:
            raise
        raise ReleaseError(
            f"cannot read or write: {error}; {so_far}\n"
            "  remedy: mend what is told, as by making room on the disk, and build again"
        ) from error


def build(  # noqa: PLR0913 - four places to read from and write to, and how
    target: Path = BUILD, articles: Path = ARTICLES, entities: Path = ENTITIES,
    background: Path = BACKGROUND, progress: Progress = silent, *, jobs: int = 0,
    keep_going: bool = False, keep: int | None = None, spark: str = "",
) -> Path:  # fmt: skip
    """The folder of the release that is current when this returns.

    Work is spread over `jobs` processes, one a core where that is 0; the release does not depend
    on it. With `keep_going`, articles that are wrong by themselves are left out, and
    `release.json` lists them. `keep` other releases are kept, all of them without. `spark` is the
    URL of a Spark master whose executors do the work instead.

    Raises InputError or CheckError for data that may not be published, and ReleaseError when
    another build is at work, a worker was killed or the disk is full; the last release is then
    untouched and still current, unless the message says that the new one is.
    """
    if spark:
        # Executors have a working directory of their own.
        paths = (target, articles, entities, background)
        target, articles, entities, background = (path.resolve() for path in paths)
    team = SparkCrew(spark) if spark else Crew(jobs or cores())
    with locked(target) as work, team as crew, disk("nothing was published"):
        progress("vocabulary and registry")
        errors = Errors()
        known = load_entities(entities, errors.report)
        with errors.kept():
            publication.check(target, known)
        reading = _Reading(articles, entities, background, known, target, work)
        parts = reading.parts(errors, crew, progress, keep_going=keep_going)
        last = (target / "current").resolve()
        made = Writing(work, parts, entities, crew, progress, last).release()
        version = made.version
        release = target / version
        if not release.is_dir():
            files.sync(work / "release")
            (work / "release").rename(release)
            files.sync(target)
        progress("search index")
        search.write(release)
        _switch(target, version)
        with disk(f"{version} is published, but its history and tidying up are not"):
            progress("history")
            since = None if made.since is None else Since(last.name, made.since.quads)
            history.record(target / "current", since)
            if keep is not None:
                discard(target, keep)
            Cache(target).prune([each.folder for each in parts.kept])
    return release


@dataclass(frozen=True)
class _Reading:
    """From the sources to proven parts."""

    articles: Path
    entities: Path
    background: Path
    known: Mapping[str, Entity]
    target: Path
    work: Path

    def parts(self, errors: Errors, crew: Crew, progress: Progress, *, keep_going: bool) -> Parts:
        """The parts of all articles.

        Raises InputError with all that is wrong in any file and with `errors`, and CheckError.
        """
        folders = genre.folders(self.articles)
        found = Workshop(self.entities, self.known, self.target).outcomes(folders, crew, progress)
        groups: tuple[Background, ...] = ()
        terms = vocabulary()
        with errors.kept():
            facts = Facts(terms, self.known, report=errors.report)
            groups = known_facts.background(self.background, facts)
        wrong = tuple(each for each in found if each.error)
        if not keep_going:
            for each in wrong:
                if isinstance(each.error, InputError):
                    errors.report(each.error)
        errors.refuse()
        if not keep_going:
            broken = (each.error for each in wrong if isinstance(each.error, CheckError))
            part.refuse(problem for error in broken for problem in error.problems)
        kept = tuple(each.kept for each in found if each.kept)
        if not kept:
            raise ReleaseError(f"no sound article under {self.articles}; nothing was published")
        if wrong:
            groups = _without(groups, self.known, called(kept, self.work))
        stated = quads.shared(groups, self.known, terms)
        check_names(kept, stated, self.known, self.work)
        told = disagreements(kept, self.work)
        return Parts(kept, part.shared(stated, terms), wrong, told)


def _without(
    groups: Iterable[Background],
    registry: Mapping[str, Entity],
    told: Iterable[tuple[str, set[str]]],
) -> tuple[Background, ...]:
    """Background without what it says of registered things that nobody names any more.

    The article that named them was left out.
    """
    groups = tuple(groups)
    labelled = {f["id"] for group in groups for f in group.facts if "rdfs:label" in f}
    spoken_of = {f["id"] for group in groups for f in group.facts}
    known = labelled | {name for name, given in told if given and name in spoken_of}
    return tuple(
        replace(g, facts=tuple(f for f in g.facts if f["id"] in known or f["id"] not in registry))
        for g in groups
    )
