"""What the build would say of a text of claims that is not on disk yet.

The very readers and proofs of the build run over it: nothing is judged here. They run over the
whole article, or over the claims that change, which takes a fraction of the time.
"""

import tempfile
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from functools import partial
from pathlib import Path

from desk.blocks import Blocks
from desk.standing import Exchange, Standing
from graph.draft import registration
from graph.draft.registration import Missing, Told
from graph.errors import Errors, InputError, UnknownEntityError
from graph.mapping import article, claim_reader, entities, mapped, yaml_positions
from graph.mapping.article import Article
from graph.mapping.claim_reader import Read
from graph.mapping.claims import Claim
from graph.mapping.entities import Entity
from graph.mapping.facts import Facts
from graph.mapping.links import Link
from graph.mapping.mapped import Mapped
from graph.memory import Memory
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
    whole: bool = True
    """Whether the whole article was judged, or only the claims that changed."""

    def of(self, index: int) -> tuple[Finding, ...]:
        """What is wrong with one claim."""
        return tuple(f for f in self.findings if f.index == index)


_REMEMBERED = 4
"""Texts of claims whose verdicts are kept."""


@dataclass(frozen=True)
class _Seen:
    """The registry as it was written last, and what was judged over it, by the text of claims."""

    written: int
    known: Mapping[str, Entity]
    memory: Memory = field(default_factory=Memory)


class Proofs:
    """The build's judgement of one article's claims, over a registry.

    What was judged is kept, until the registry is written: a text is judged once.
    """

    def __init__(self, folder: Path, registry: Path, rules: Rules = no_rules) -> None:
        self.folder, self.registry, self._rules = folder, registry, rules
        self.article: Article = article.load(folder)
        self._seen = _Seen(0, {})

    @property
    def known(self) -> Mapping[str, Entity]:
        """The registered things, read again when the registry was written."""
        return self._now().known

    def _now(self) -> _Seen:
        # Windows ask at the same time: each goes on with the registry it began with.
        written, seen = self.registry.stat().st_mtime_ns, self._seen
        if seen.written != written:
            seen = self._seen = _Seen(written, dict(entities.load(self.registry)))
        return seen

    def judge(self, blocks: Blocks) -> Verdict:
        """What a build would find in these claims; an article without any has nothing wrong."""
        seen = self._now()
        judge = partial(self._judge, blocks, seen.known)
        return seen.memory.recall("judged", blocks.text, judge, _REMEMBERED)

    def _judge(self, blocks: Blocks, known: Mapping[str, Entity]) -> Verdict:
        if not blocks.entries:
            return Verdict({}, {}, ())
        errors = Errors()
        facts = Facts(vocabulary(), known, self.article.names, errors.report)
        with self._written(blocks.text) as folder, errors.kept():
            found = mapped.load(folder, self.article, facts)
        if errors.found:
            return self._refused(Verdict({}, {}, ()), errors, blocks, known)
        claims = _placed(found.claims, blocks)
        broken = tuple(self._broken(found, blocks, known))
        return Verdict(claims, _by_claim(claims, found.links), broken)

    def glance(self, before: Blocks, after: Blocks, change: Exchange) -> Verdict:
        """What a build would find in claims that change, and nothing of the rules of the whole.

        The others are taken as they were read before. `links` has those of the new claims only.
        """
        seen = self._now()
        judged: Verdict | None = seen.memory.known("judged", after.text)
        if judged is not None:
            return judged
        standing, errors = self._standing(before, seen), Errors()
        facts = Facts(vocabulary(), seen.known, self.article.names, errors.report)
        read: tuple[Claim, ...] = ()
        if change.come:
            with self._written(_alone(after, change)) as folder, errors.kept():
                read = claim_reader.singly(folder, self.article, facts).claims
        standing = standing.exchanged(after, change, _placed(read, after))
        standing = seen.memory.recall("stood", after.text, lambda: standing, _REMEMBERED)
        claims = tuple(claim for _, claim in sorted(standing.claims.items()))
        for error in claim_reader.doubles(claims):
            errors.report(error)
        among = frozenset(claim.name for claim in read)
        with errors.kept():
            above, every = Errors(), Read(claims, standing.entire)
            mapped.masthead(self.article, facts, above)
            found = mapped.proven(self.article, facts, every, above, among)
        told = Verdict(standing.claims, {}, (), whole=False)
        if errors.found:
            return self._refused(told, errors, after, seen.known)
        return replace(told, links=_by_claim(standing.claims, found.links))

    def last(self, blocks: Blocks) -> Verdict:
        """The verdict on these claims if there is one; else what is known without judging them."""
        seen = self._now()
        judged: Verdict | None = seen.memory.known("judged", blocks.text)
        return judged or Verdict(self._standing(blocks, seen).claims, {}, (), whole=False)

    def _standing(self, blocks: Blocks, seen: _Seen) -> Standing:
        def read() -> Standing:
            facts = Facts(vocabulary(), seen.known, self.article.names, lambda _: None)
            if not blocks.entries:
                return Standing(blocks, {})
            with self._written(blocks.text) as folder:
                claims = claim_reader.singly(folder, self.article, facts).claims
            return Standing(blocks, _placed(claims, blocks))

        return seen.memory.recall("stood", blocks.text, read, _REMEMBERED)

    @contextmanager
    def _written(self, text: str) -> Iterator[Path]:
        """A folder that has these claims, for as long as they are read."""
        with tempfile.TemporaryDirectory(prefix="policyprov-desk-") as room:
            folder = Path(room) / self.folder.name
            folder.mkdir()
            (folder / "claims.yaml").write_text(text, "utf-8")
            yield folder

    def _refused(
        self, verdict: Verdict, errors: Errors, blocks: Blocks, known: Mapping[str, Entity]
    ) -> Verdict:
        """A verdict with errors, and with what they say that nobody has registered."""
        told, missing = Told(), tuple[Missing, ...]()
        if any(isinstance(error, UnknownEntityError) for error in errors.found):
            with self._written(blocks.text) as folder, Errors().kept():
                told.read(yaml_positions.load(folder / "claims.yaml"))
            if self.article.document is not None:
                label = {"rdfs:label": {"zh": str(self.article.title)}}
                told.read({"id": str(self.article.document), **label})
            missing = registration.missing(errors.found, told, known)
        findings = tuple(_finding(error, blocks) for error in errors.found)
        return replace(verdict, findings=findings, missing=missing)

    def _broken(
        self, found: Mapped, blocks: Blocks, known: Mapping[str, Entity]
    ) -> Iterator[Finding]:
        remedy = "correct the claim, or say the rest in another"
        for line, rule in self._rules(found, known):
            yield Finding(rule, remedy, line, blocks.at(line), whole=True)


def _alone(after: Blocks, change: Exchange) -> str:
    """The new claims as a file that has each on the line where it will stand."""
    lines = "\n" * (after.line(change.index) - 1)
    return f"claims:{lines}{''.join(after.entries[change.index : change.index + change.come])}"


def _placed(claims: Iterable[Claim], blocks: Blocks) -> dict[int, Claim]:
    """Claims by their places in the file."""
    found = ((blocks.at(claim.place.line), claim) for claim in claims)
    return dict(sorted((index, claim) for index, claim in found if index is not None))


def _by_claim(claims: Mapping[int, Claim], found: Iterable[Link]) -> dict[int, tuple[Link, ...]]:
    by_name: dict[str, list[Link]] = {}
    for link in found:
        by_name.setdefault(link.claim, []).append(link)
    return {index: tuple(by_name.get(claim.name, ())) for index, claim in claims.items()}


def _finding(error: InputError, blocks: Blocks) -> Finding:
    """An error of the build as a finding."""
    index = blocks.at(error.where.line) if error.where.file == blocks.file else None
    return Finding(error.what, error.remedy, error.where.line, index)
