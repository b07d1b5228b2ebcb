"""What the checks of one article counted, and the sums of all articles as findings."""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field

from graph import queries
from graph.coverage.coverage import LEFT
from graph.mapping import links
from graph.release.checks import Finding
from graph.release.part import Examined

_TOLD = 20
"""Of how many articles the coverage is told by name."""


@dataclass(frozen=True)
class Account:
    """What was counted in one article.

    `dates` are those printed, computed and read by a rule; `links` has for each property how many
    are proven and how many inferred; `left` is what its claims leave out and may; `spans`,
    `coverage` and `rules` are what is wrong.
    """

    numbers: int
    words: tuple[str, ...]
    dates: tuple[int, ...]
    links: dict[str, tuple[int, int]]
    told_by: dict[str, int]
    span_count: int
    done: int
    records: int
    told: str
    left: tuple[str, ...] = ()
    spans: tuple[str, ...] = ()
    coverage: tuple[str, ...] = ()
    rules: tuple[str, ...] = ()


def of(found: Examined) -> Account:
    """The account of an article that was read."""
    read, proofs = found.read, found.read.proofs
    return Account(
        numbers=proofs.numbers,
        words=tuple(proofs.unproven),
        dates=(proofs.dates_printed, proofs.dates_computed, proofs.dates_read),
        links=dict(links.counted(read.links)),
        told_by=dict(links.told_by(read.links)),
        span_count=sum(len(p.spans) for claim in read.claims for p in claim.passages),
        done=found.covered.done,
        records=found.covered.records,
        told=found.covered.told,
        left=found.covered.left,
        spans=found.spans.problems,
        coverage=found.covered.problems,
        rules=found.rules.problems,
    )


@dataclass
class Sums:
    """The sums of accounts that are added one after another, in the order of their articles."""

    articles: int = 0
    numbers: int = 0
    dates: tuple[int, ...] = (0, 0, 0)
    span_count: int = 0
    done: int = 0
    records: int = 0
    words: list[str] = field(default_factory=list)
    told: list[str] = field(default_factory=list)
    left: list[str] = field(default_factory=list)
    proven: Counter[str] = field(default_factory=Counter)
    inferred: Counter[str] = field(default_factory=Counter)
    told_by: Counter[str] = field(default_factory=Counter)
    problems: dict[str, list[str]] = field(default_factory=dict)

    def add(self, each: Account) -> None:
        """One more article."""
        self.articles += 1
        for name in ("numbers", "span_count", "done", "records"):
            setattr(self, name, getattr(self, name) + getattr(each, name))
        self.dates = tuple(map(sum, zip(self.dates, each.dates, strict=True)))
        self.words += each.words
        self.told += [each.told] if self.articles <= _TOLD else []
        self.left += each.left[: LEFT + 1 - len(self.left)]
        for name, (proven, inferred) in each.links.items():
            self.proven[name] += proven
            self.inferred[name] += inferred
        self.told_by.update(each.told_by)
        for name in ("spans", "coverage", "rules"):
            self.problems.setdefault(name, []).extend(getattr(each, name))

    def findings(self, together: Iterable[str]) -> tuple[Finding, ...]:
        """What came of the checks; `together` are the rules that articles break together."""
        printed, computed, read = self.dates
        rest = self.articles - len(self.told)
        coverage = [*self.told, *([f"and {rest} articles more"] if rest else [])]
        rules = sorted((*self.problems.get("rules", ()), *together), key=_rule)
        return (
            Finding("spans", f"{self.span_count} spans equal the source", self._wrong("spans")),
            Finding(
                "numbers and dates",
                f"{self.numbers} numbers read again, {len(self.words)} without a numeral "
                f"({', '.join(self.words)}); dates: {printed} printed, {computed} computed from "
                f"同比 or the plan, {read} read by a rule from words",
            ),
            Finding("links", self._links()),
            Finding(
                "coverage",
                f"{self.done}/{self.records} records; {'; '.join(coverage)}",
                self._wrong("coverage"),
                self._left(),
            ),
            Finding("forbidden rows", f"{len(queries.checks())} queries, no row", tuple(rules)),
        )

    def _left(self) -> tuple[str, ...]:
        """What articles leave out and may: LEFT lines at most, then that there is more."""
        told = [f"unclaimed {line}" for line in self.left[:LEFT]]
        if len(self.left) > LEFT:
            told.append(
                "… and more in other articles: `policyprov check --watch ARTICLE` lists one"
            )
        return tuple(told)

    def _wrong(self, name: str) -> tuple[str, ...]:
        return tuple(self.problems.get(name, ()))

    def _links(self) -> str:
        told = ", ".join(
            f"{name} {self.proven[name]}" + (f"+{mine}" if (mine := self.inferred[name]) else "")
            for name in sorted(self.proven)
        )
        how = ", ".join(f"{number} by {kind}" for kind, number in sorted(self.told_by.items()))
        return (
            f"{self.proven.total()} links proven by the words of both ends ({how}), "
            f"{self.inferred.total()} inferred (+): {told}"
        )


def _rule(problem: str) -> str:
    return problem.partition(":")[0]
