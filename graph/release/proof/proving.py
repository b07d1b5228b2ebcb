"""Everything proven, article by article, then what they say together, then piece by piece.

What was proven before is looked up: parts as a build keeps them, the rest as notes.
"""

import hashlib
import shutil
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from functools import cache, partial
from pathlib import Path

from graph.errors import Errors, InputError
from graph.mapping import background as known_facts
from graph.mapping import entities as registry
from graph.mapping import genre, quads
from graph.mapping.background import Background
from graph.mapping.facts import Facts
from graph.rdf import order, store
from graph.rdf.vocabulary import vocabulary
from graph.release import articles, checks, part, shelf, writing
from graph.release.checks import Finding
from graph.release.part import Ground
from graph.release.part_cache import SUMS, Cache, Kept
from graph.release.proof import account, pieces
from graph.release.proof.account import Account, Sums
from graph.release.proof.notes import Notes
from graph.release.proof.pieces import Bench, Judged
from graph.runs import merge, plan
from graph.runs.crew import Crew, Progress
from graph.runs.pieces import Walk

_MANY = 2
"""How many articles or pieces are worth the start of workers: they take seconds each."""
_NEEDED = (*part.FILES - set(part.TEXTS), SUMS)


@dataclass(frozen=True)
class Sources:
    """The files that are proven."""

    articles: Path
    entities: Path
    background: Path


@dataclass(frozen=True)
class _Told:
    """What came of an article: its part in the folder of this work, or why it makes none."""

    slug: str
    folder: Path
    note: str = ""
    account: Account | None = None
    error: InputError | None = None


@dataclass(frozen=True)
class _Desk:
    ground: Ground
    build: Path
    work: Path

    def told(self, folder: Path) -> _Told:
        """An article, with its part put into the folder of this work."""
        key = part.key(folder)
        target = self.work / key
        cache, notes = Cache(self.build), Notes(self.build)
        kept = cache.find(key, self.ground.registry)
        if kept and _put(kept, target):
            name = _note(target)
            if found := notes.find(name):
                return _Told(folder.name, target, name, Account(**found))
        try:
            found = part.examined(folder, self.ground)
        except InputError as error:
            return _Told(folder.name, target, error=error)
        told = account.of(found)
        if found.problems or not _put(cache.keep(key, found.files), target):
            target.mkdir(exist_ok=True)
            for name, content in found.files.items():
                (target / name).write_bytes(content)
            return _Told(folder.name, target, account=told)
        notes.keep(name := _note(target), asdict(told))
        return _Told(folder.name, target, name, told)


def _put(kept: Kept, target: Path) -> bool:
    """Whether a part could be put into another folder; a build may remove it meanwhile."""
    target.mkdir(exist_ok=True)
    try:
        for name in _NEEDED:
            (target / name).unlink(missing_ok=True)
            (target / name).hardlink_to(kept.folder / name)
    except OSError:
        return False
    return True


def _note(target: Path) -> str:
    """The name of what is noted of a part: of its files, and of the rows that it looked up."""
    return hashlib.sha256((target / SUMS).read_bytes()).hexdigest()


@cache
def _desk(entities: Path, build: Path, work: Path) -> _Desk:
    return _Desk(Ground(vocabulary(), registry.load(entities, Errors().report)), build, work)


def _told(entities: Path, build: Path, work: Path, folder: Path) -> _Told:
    return _desk(entities, build, work).told(folder)


def _article(bench: Bench, item: tuple[Path, str]) -> Judged:
    return bench.article(item)


def _things(bench: Bench, names: tuple[str, ...]) -> Judged:
    return bench.things(names)


def prove(sources: Sources, build: Path, crew: Crew, progress: Progress) -> tuple[Finding, ...]:
    """What each check looked at, and all that is wrong.

    Parts and notes are kept in the folder of releases, `build`. Raises InputError with all that
    is wrong in any file.
    """
    with shelf.beside(build) as work:
        return _Proving(sources, build, work, crew, progress).findings()


@dataclass(frozen=True)
class _Proving:
    sources: Sources
    build: Path
    work: Path
    crew: Crew
    progress: Progress

    def findings(self) -> tuple[Finding, ...]:
        told, shared, problems = self._read()
        sums = Sums()
        for each in told:
            if each.account:
                sums.add(each.account)
        self._store(told, shared)
        found = sums.findings((*problems, *self._together(told)))
        judged = self._judged(told, shared)
        used = {each.note for each in told} | {each.note for each in judged}
        Notes(self.build).prune(used)
        return (*found, *_summed(judged))

    def _read(self) -> tuple[list[_Told], dict[str, bytes], tuple[str, ...]]:
        """All articles; the runs of what none says, and what is wrong with that."""
        self.progress("vocabulary and registry")
        errors, terms = Errors(), vocabulary()
        known = registry.load(self.sources.entities, errors.report)
        folders = genre.folders(self.sources.articles)
        (self.work / "parts").mkdir()
        many = len(folders) >= articles.MANY
        desk = _Desk(Ground(terms, known), self.build, self.work / "parts")
        work = partial(_told, self.sources.entities, self.build, desk.work) if many else desk.told
        told = self.crew.run(work, folders, "articles", self.progress, worth=many)
        groups: tuple[Background, ...] = ()
        with errors.kept():
            facts = Facts(terms, known, report=errors.report)
            groups = known_facts.background(self.sources.background, facts)
        for each in told:
            if each.error:
                errors.report(each.error)
        errors.refuse()
        stated = quads.shared(groups, known, terms)
        kept = [Kept(each.folder) for each in told]
        articles.check_names(kept, stated, known, self.work)
        return told, *part.shared_examined(stated, terms)

    def _store(self, told: Sequence[_Told], shared: dict[str, bytes]) -> None:
        """Merge all parts into a store."""
        self.progress("merging")
        parts = {each.folder.name: each.folder for each in told}
        laid = writing.laid_out(parts, shared, self.work, Walk(iter(())))
        self.progress("store")
        store.gathered(map(_quads, laid.batches), self.work / "store")
        for batch in laid.batches:
            shutil.rmtree(batch.parent)

    def _together(self, told: Sequence[_Told]) -> tuple[str, ...]:
        """The rules that articles break together."""
        path = self.work / "store"
        worth = len(told) >= articles.MANY
        rules = writing.broken(path, self.crew, self.progress, worth=worth)
        if not rules:
            return ()
        places = {k: v for each in told for k, v in Kept(each.folder).places.items()}
        return checks.violations(store.read(path), places, rules).problems

    def _judged(self, told: Sequence[_Told], shared: dict[str, bytes]) -> list[Judged]:
        """What shapes and closures find: in each article, then in what is everybody's."""
        bench = Bench(self.work / "store", self.build)
        items = [(each.folder, each.slug) for each in told]
        judged = self.crew.run(
            partial(_article, bench), items, "shapes and consistency of articles", self.progress,
            worth=len(items) >= _MANY,
        )  # fmt: skip
        (self.work / pieces.FOREIGN).write_text(pieces.described(shared), "utf-8")
        names = [self.work / pieces.FOREIGN, *(folder / pieces.FOREIGN for folder, _ in items)]
        everybodys = list(pieces.cut(merge.united(names, self.work, "names")))
        return judged + self.crew.run(
            partial(_things, bench), everybodys, "shapes and consistency of the rest",
            self.progress, worth=len(everybodys) >= _MANY,
        )  # fmt: skip


def _quads(batch: Path) -> bytes:
    rows = (row for each in plan.batch(batch) for row in (*each.rows, *each.shadow))
    return b"".join(map(order.nquad, rows))


def _summed(judged: Sequence[Judged]) -> tuple[Finding, Finding]:
    shaped, closed = ([getattr(each, name) for each in judged] for name in ("shaped", "closed"))
    shapes = Finding(
        "shapes",
        f"{max(each.shapes for each in shaped)} shapes, "
        f"{sum(each.warnings for each in shaped)} warnings",
        tuple(sorted(problem for each in shaped for problem in each.problems)),
    )
    contradictions = dict.fromkeys(problem for each in closed for problem in each.problems)
    before, after = (sum(getattr(each, name) for each in closed) for name in ("before", "after"))
    told = f"closures of {before} triples in {len(closed)} pieces have {after}"
    return shapes, Finding("consistency", told, tuple(contradictions))
