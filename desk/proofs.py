"""What the build would say of a text of claims that is not on disk yet.

The very readers and proofs of the build run over it: nothing is judged here.
"""

import tempfile
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

from desk.blocks import Blocks
from graph.draft import registration
from graph.draft.registration import Missing, Told
from graph.errors import Errors, InputError
from graph.mapping import article, entities, mapped, yaml_positions
from graph.mapping.article import Article
from graph.mapping.claims import Claim
from graph.mapping.entities import Entity
from graph.mapping.facts import Facts
from graph.mapping.links import Link
from graph.mapping.mapped import Mapped
from graph.rdf.vocabulary import vocabulary

Rules = Callable[[Mapped, Mapping[str, Entity]], Iterable[tuple[int, str]]]
"""The rules of the build that an article's proven claims break, over a registry: line and rule."""


def no_rules(_: Mapped, __: Mapping[str, Entity]) -> Iterable[tuple[int, str]]:
    """Nothing beyond what proves each claim."""
    return ()


@dataclass(frozen=True)
class Finding:
    """One thing the build would refuse, and the claim it stands in, if it stands in one.

    `whole` is what breaks a rule that other claims may yet keep: another piece of its figure.
    """

    what: str
    remedy: str
    line: int
    index: int | None
    whole: bool = False

    @property
    def text(self) -> str:
        """What and remedy as one text."""
        return f"{self.what} — {self.remedy}" if self.remedy else self.what


@dataclass(frozen=True)
class Verdict:
    """The claims that were read, by their place in the file, their links, and what is wrong."""

    claims: Mapping[int, Claim]
    links: Mapping[int, tuple[Link, ...]]
    findings: tuple[Finding, ...]
    missing: tuple[Missing, ...] = ()
    """What the claims name and the registry lacks, with what it may be already."""

    def of(self, index: int) -> tuple[Finding, ...]:
        """What is wrong with one claim."""
        return tuple(f for f in self.findings if f.index == index)


class Proofs:
    """The build's judgement of one article's claims, over a registry."""

    def __init__(self, folder: Path, registry: Path, rules: Rules = no_rules) -> None:
        self.folder, self.registry, self._rules = folder, registry, rules
        self.article: Article = article.load(folder)
        self._known: tuple[int, dict[str, Entity]] = (0, {})

    @property
    def known(self) -> dict[str, Entity]:
        """The registered things, read again when the registry was written."""
        written = self.registry.stat().st_mtime_ns
        if self._known[0] != written:
            self._known = (written, entities.load(self.registry))
        return self._known[1]

    def judge(self, blocks: Blocks) -> Verdict:
        """What a build would find in these claims; an article without any has nothing wrong."""
        if not blocks.entries:
            return Verdict({}, {}, ())
        errors, told = Errors(), Told()
        facts = Facts(vocabulary(), self.known, self.article.names, errors.report)
        with tempfile.TemporaryDirectory(prefix="policyprov-desk-") as room:
            folder = Path(room) / self.folder.name
            folder.mkdir()
            (folder / "claims.yaml").write_text(blocks.text, "utf-8")
            with errors.kept():
                found = mapped.load(folder, self.article, facts)
                told.read(yaml_positions.load(folder / "claims.yaml"))
        if errors.found:
            findings = tuple(_finding(error, blocks) for error in errors.found)
            return Verdict({}, {}, findings, registration.missing(errors.found, told, self.known))
        claims: dict[int, Claim] = {}
        for claim in found.claims:
            index = blocks.at(claim.place.line)
            if index is not None:
                claims[index] = claim
        by_name: dict[str, list[Link]] = {}
        for link in found.links:
            by_name.setdefault(link.claim, []).append(link)
        links = {index: tuple(by_name.get(claim.name, ())) for index, claim in claims.items()}
        return Verdict(dict(sorted(claims.items())), links, tuple(self._broken(found, blocks)))

    def _broken(self, found: Mapped, blocks: Blocks) -> Iterator[Finding]:
        remedy = "correct the claim, or say the rest in another"
        for line, rule in self._rules(found, self.known):
            yield Finding(rule, remedy, line, blocks.at(line), whole=True)


def _finding(error: InputError, blocks: Blocks) -> Finding:
    """An error of the build as a finding."""
    index = blocks.at(error.where.line) if error.where.file == blocks.file else None
    return Finding(error.what, error.remedy, error.where.line, index)
