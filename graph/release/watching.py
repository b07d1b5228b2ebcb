"""One article proven again whenever one of its files is saved."""

import time
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

from graph.coverage import inventory
from graph.coverage.coverage import measure
from graph.errors import CombinedInputError, Errors
from graph.mapping import article, entities, mapped
from graph.mapping.entities import Entity
from graph.mapping.facts import Facts
from graph.mapping.mapped import Mapped
from graph.rdf.vocabulary import vocabulary
from graph.release import checks, part

_EVERY = 0.2
"""Seconds between two looks at the files."""


@dataclass(frozen=True)
class Verdict:
    """What is wrong with an article, or what it says when nothing is, and how long it took."""

    sound: bool
    told: str
    seconds: float


def prove(folder: Path, registry: Path) -> Verdict:
    """What a build would say of an article by itself; rules over several articles are not run."""
    started = time.perf_counter()
    errors, found = Errors(), None
    with errors.kept():
        source = article.load(folder, errors.report)
        known = entities.load(registry, errors.report)
        inventory.load(folder, source, errors.report)
        facts = Facts(vocabulary(), known, source.names, errors.report)
        found = mapped.load(folder, source, facts)
    told, sound = "", not errors.found and found is not None
    if errors.found:
        told = str(CombinedInputError(errors.found))
    elif found is not None:
        findings = (checks.spans((found,)), checks.coverage((found,), folder.parent))
        problems = [problem for each in findings for problem in each.problems]
        problems += map(str, part.broken(found, known))
        sound = not problems
        left = measure(found).left(found)
        told = "\n".join(problems or ("; ".join(each.detail for each in findings), *left))
    return Verdict(sound, told, time.perf_counter() - started)


def rules(found: Mapped, registry: Mapping[str, Entity]) -> Iterator[tuple[int, str]]:
    """The rules of an article alone that its proven claims break, by lines of claims.yaml."""
    for row in part.broken(found, registry):
        for at in row.at:
            yield int(at.split(":")[1]), f"{row.rule} ({row.check})"


def _stamps(folder: Path, registry: Path) -> tuple[tuple[str, int, int], ...]:
    paths = [registry, *sorted(folder.glob("*.*"))]
    stats = ((str(path), path.stat()) for path in paths if path.is_file())
    return tuple((name, stat.st_mtime_ns, stat.st_size) for name, stat in stats)


def watch(
    folder: Path, registry: Path, sleep: Callable[[float], None] = time.sleep
) -> Iterator[Verdict]:
    """The verdict on an article now, and again after each save of one of its files; it never ends.

    The files are looked at five times a second: what an editor renames into place is seen too.
    """
    seen: tuple[tuple[str, int, int], ...] = ()
    while True:
        now = _stamps(folder, registry)
        if now != seen:
            seen = now
            yield prove(folder, registry)
        sleep(_EVERY)
