"""The proofs a release rests on: words, numbers, coverage, shapes, consistency, forbidden rows."""

from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

import pyoxigraph as ox

from graph import queries
from graph.coverage import inventory
from graph.coverage.coverage import measure
from graph.coverage.inventory import LEVELS, Record
from graph.mapping.claims import Claim
from graph.mapping.mapped import Mapped
from graph.mapping.sections import Span
from graph.rdf.namespaces import shorten


@dataclass(frozen=True)
class Finding:
    """The outcome of one check: what it looked at, each thing that is wrong, and `left`.

    That is what may be so and is to be known, a line each.
    """

    name: str
    detail: str
    problems: tuple[str, ...] = ()
    left: tuple[str, ...] = ()

    @property
    def passed(self) -> bool:
        """Whether nothing is wrong."""
        return not self.problems


def spans(mapped: Iterable[Mapped]) -> Finding:
    """Every span equals the slice of the source it names; every claim rests on a passage."""
    problems, count = [], 0
    for each in mapped:
        text = each.article.text
        for claim in each.claims:
            if not claim.passages:
                problems.append(f"{claim.name} has no passage")
            for passage in claim.passages:
                count += len(passage.spans)
                problems += [
                    f"{claim.name}: [{s.start}, {s.end}) is not {s.exact!r}"
                    for s in passage.spans
                    if text[s.start : s.end] != s.exact
                ]
    return Finding("spans", f"{count} spans equal the source", tuple(problems))


def _points(found: Iterable[Span]) -> set[int]:
    return {i for span in found for i in range(span.start, span.end)}


def _confident(level: str, record: Record) -> bool:
    return LEVELS[level.split("-")[1]] <= LEVELS[record.confidence]


def _stating(each: Mapped, record: Record) -> list[Claim]:
    """The claims that cover a record; of a contradiction, those whose statements disagree."""
    own = [c for c in each.claims if record.name in c.records]
    disagree = {r for c in each.article.conflicts if record.name in c.records for r in c.records}
    return own or [c for c in each.claims if disagree & set(c.records)]


def _uncovered(each: Mapped, record: Record) -> list[str]:
    claims = _stating(each, record)
    errata = [e for e in each.article.errata if e.record == record.name]
    if not claims and not errata:
        return [f"{record.name} is covered by no claim and no erratum"]
    quoted = _points(s for c in claims for p in c.passages for s in p.spans)
    quoted |= _points(s for e in errata for s in e.spans)
    problems = [
        f"{record.name}: no claim of it quotes [{s}, {e})"
        for s, e in record.spans
        if not set(range(s, e)) <= quoted
    ]
    spoken = record.voice in ("direct", "reported")
    for claim in claims:
        voice = claim.voice.rpartition("-")[2]
        if voice != record.voice and (spoken or voice in ("direct", "reported")):
            problems.append(f"{record.name} is {record.voice}, its claim {claim.name} is {voice}")
        if not _confident(claim.confidence, record):
            problems.append(f"{record.name}: {claim.name} is surer than its reading")
    return problems


def _records(each: Mapped, folder: Path) -> tuple[dict[str, list[str]], list[str]]:
    """Record of an article's inventory → what its mapping misses, and what no inventory lists."""
    found = {r.name: _uncovered(each, r) for r in inventory.load(folder, each.article)}
    named = {r for c in each.claims for r in c.records}
    if not (folder / "inventory.csv").is_file():
        return {}, []
    return found, [f"{r} is in no inventory" for r in sorted(named - found.keys())]


@dataclass(frozen=True)
class Covered:
    """How many records of an article's inventory are covered, of how many; its text in a line.

    `left` is what its claims leave out and may, a line each.
    """

    done: int
    records: int
    told: str
    problems: tuple[str, ...]
    left: tuple[str, ...] = ()


def covered(each: Mapped, folder: Path) -> Covered:
    """How far the claims of one article, in `folder`, cover its inventory and its text."""
    found, unlisted = _records(each, folder)
    measured = measure(each)
    missing = (p for missing in found.values() for p in missing)
    done = sum(not missing for missing in found.values())
    told = f"{each.article.slug} ({each.article.state}): {measured.told}"
    problems = (*missing, *unlisted, *measured.problems(each))
    return Covered(done, len(found), told, problems, measured.left(each))


def coverage(mapped: Iterable[Mapped], folder: Path) -> Finding:
    """Every record of every inventory is covered, in its own words and voice."""
    every = [covered(each, folder / each.article.slug) for each in mapped]
    done, total = sum(each.done for each in every), sum(each.records for each in every)
    told = "; ".join(each.told for each in every)
    problems = tuple(problem for each in every for problem in each.problems)
    return Finding("coverage", f"{done}/{total} records; {told}", problems)


@dataclass(frozen=True)
class Forbidden:
    """A row of a check: which check, what it shows, where that is written, and the rule."""

    check: str
    shown: str
    at: tuple[str, ...]
    rule: str

    def __str__(self) -> str:
        """It in one line."""
        shown = f"{', '.join(self.at)}: {self.shown}" if self.at else self.shown
        return f"{self.check}: {shown} — {self.rule}"


def _shown(terms: Mapping[str, object]) -> str:
    return ", ".join(
        f"{name}={shorten(t.value) if isinstance(t, ox.NamedNode) else t}"
        for name, t in terms.items()
        if t is not None
    )


SPANNING = frozenset({
    "dangling-reference", "derived-number-stored", "disjoint-classes", "division-with-two-parents",
    "functional-property-twice", "group-as-organization", "inferred-repeats-claim",
    "label-missing-zh", "observation-without-claim", "place-as-agent", "place-hierarchy-cycle",
    "quantified-effect-without-figure", "report-as-policy", "statement-without-speaker",
})  # fmt: skip
"""The checks that may need several articles to find a defect, or to see that there is none: what
one says of a thing another may contradict or complete. Every other looks at what is named after an
article, or at what a figure's name follows from, so it is run over each article alone."""


def spanning() -> frozenset[str]:
    """The checks that are run over all articles together, by the names of their files."""
    return frozenset(name for name in queries.checks() if _short(name) in SPANNING)


def alone() -> frozenset[str]:
    """The checks that are run over each article by itself, by the names of their files."""
    return frozenset(queries.checks()) - spanning()


def _short(name: str) -> str:
    return name.removesuffix("-violation")


LOCAL = (
    "dangling-reference", "disjoint-classes", "division-with-two-parents",
    "functional-property-twice", "group-as-organization", "inferred-repeats-claim",
    "label-missing-zh", "place-as-agent", "report-as-policy",
)  # fmt: skip
"""Checks whose rows rest on quads that have `?this` for their subject or object, and no others."""
_FEW, _MANY = 16, 2000
"""How many things are looked at in one query, since the engine looks at everything for more; and
from how many on everything is looked at."""


def _narrowed(text: str, near: Collection[str]) -> Iterator[str]:
    """A query as several that look at a few things each."""
    things = sorted(near)
    for start in range(0, len(things), _FEW):
        values = " ".join(f"<{iri}>" for iri in things[start : start + _FEW])
        yield text.replace("WHERE {", f"WHERE {{ VALUES ?this {{ {values} }}", 1)


def violations(
    store: ox.Store, places: Mapping[str, object], among: Collection[str] | None = None,
    near: Collection[str] | None = None,
) -> Finding:  # fmt: skip
    """No query of `queries/checks/` returns a row; `places` says where each claim is written.

    `among` are the names of the checks to run, all of them without. `near` are the IRIs that quads
    changed about since all was sound: LOCAL checks look at no other.
    """
    count = len(queries.checks() if among is None else queries.checks().keys() & among)
    problems = tuple(map(str, forbidden(store, places, among, near)))
    return Finding("forbidden rows", f"{count} queries, no row", problems)


def forbidden(
    store: ox.Store, places: Mapping[str, object], among: Collection[str] | None = None,
    near: Collection[str] | None = None,
) -> Iterator[Forbidden]:  # fmt: skip
    """Every row that a query of `queries/checks/` returns; arguments as of `violations`."""
    for name, query in queries.checks().items():
        if among is not None and name not in among:
            continue
        local = name.removesuffix("-violation") in LOCAL and near is not None and len(near) < _MANY
        for text in _narrowed(query.text, near or ()) if local else (query.text,):
            rows = store.query(text)
            assert isinstance(rows, ox.QuerySolutions)  # noqa: S101 - checks are SELECT, a test says so
            variables = [v.value for v in rows.variables]
            for row in rows:
                terms = {variable: row[variable] for variable in variables}
                iris = [t.value for t in terms.values() if isinstance(t, ox.NamedNode)]
                at = sorted({str(places[iri]) for iri in iris if iri in places})
                yield Forbidden(name, _shown(terms), tuple(at), query.summary["en"])
