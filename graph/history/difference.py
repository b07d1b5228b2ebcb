"""What one release says differently from another, as far as it is asked for.

All of it is read from the history, which the build continues: an answer costs what it tells, and
the size of either release costs nothing.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property

import pyoxigraph as ox

from graph import changes
from graph.changes import ClaimState, Edit
from graph.errors import UnavailableError, UnknownError
from graph.history.ledger import History
from graph.history.schema import FORMAT, NAME, full, words

_BETWEEN = "FROM touched t JOIN article a ON a.id = t.article WHERE t.release > :old"
_BETWEEN += " AND t.release <= :new"
_EACH = "SELECT a.name, sum(added), sum(removed), sum(changed)"
_LAST = (
    "(SELECT e.id FROM event e WHERE e.claim = c.id AND e.release <= {release}"
    " ORDER BY e.id DESC LIMIT 1)"
)
_CLAIMS = (
    f"SELECT c.iri, {_LAST.format(release=':old')}, {_LAST.format(release=':new')}"  # noqa: S608
    " FROM claim c JOIN article a ON a.id = c.article WHERE a.name = :article ORDER BY c.iri"
)
_SIDES = (
    "until > :old AND until <= :new AND since <= :old",
    "since > :old AND since <= :new AND (until IS NULL OR until > :new)",
)
"""The lines of background that only the earlier release has, and those that only the later has."""


@dataclass(frozen=True)
class Counts:
    """How many claims were added, removed and changed."""

    added: int
    removed: int
    changed: int


@dataclass(frozen=True)
class Changed:
    """The claims of an article that differ, each kind in the order of their IRIs."""

    added: tuple[ClaimState, ...] = ()
    removed: tuple[ClaimState, ...] = ()
    edited: tuple[Edit, ...] = ()

    @property
    def counts(self) -> Counts:
        """How many there are."""
        return Counts(len(self.added), len(self.removed), len(self.edited))


class Difference:
    """What the release of the version `new` says differently from the one of `old`.

    Raises UnknownError for a version that the history does not have, and UnavailableError where it
    is of an older form, which the next build brings up to date.
    """

    def __init__(self, history: History, old: str, new: str) -> None:
        if history.format < FORMAT:
            raise UnavailableError(
                f"{NAME} is of format {history.format}, which does not tell changes by article",
                "build again",
            )
        self._history = history
        first, last = (self._number(version) for version in (old, new))
        self._backward = first > last
        self._range = {"old": min(first, last), "new": max(first, last)}

    def _number(self, version: str) -> int:
        ask = "SELECT max(id) FROM release WHERE version = :version"
        ((number,),) = self._history.rows(ask, {"version": version})
        if number is None:
            raise UnknownError(
                f"the history does not tell of release {version!r}",
                "a build notes each release that becomes current",
            )
        return int(number)

    @cached_property
    def total(self) -> int:
        """How many articles have claims that something happened to between the two."""
        ((number,),) = self._history.rows(
            f"SELECT count(DISTINCT t.article) {_BETWEEN}", self._range
        )
        return int(number)

    @property
    def totals(self) -> Counts | None:
        """How many claims differ in all; None where other releases lie between the two.

        What happened in those may have been undone, which is told article by article.
        """
        if self._range["new"] - self._range["old"] > 1:
            return None
        sums = (
            "SELECT coalesce(sum(added), 0), coalesce(sum(removed), 0), coalesce(sum(changed), 0)"
        )
        (row,) = self._history.rows(f"{sums} {_BETWEEN}", self._range)
        return self._turned(row)

    def articles(self, part: slice) -> tuple[tuple[str, Counts], ...]:
        """Those of these articles that are in this part of all, by name, and what differs in each.

        None of its claims may: what happened between the two was undone.
        """
        some = f"{_EACH} {_BETWEEN} GROUP BY a.name ORDER BY a.name LIMIT :most OFFSET :start"
        start = part.start or 0
        most = -1 if part.stop is None else part.stop - start
        rows = self._history.rows(some, self._range | {"most": most, "start": start})
        if self.totals is not None:
            return tuple((name, self._turned(counts)) for name, *counts in rows)
        return tuple((name, self.of(name).counts) for name, *_ in rows)

    def of(self, article: str) -> Changed:
        """What differs in an article: nothing in one that neither release has."""
        rows = self._history.rows(_CLAIMS, self._range | {"article": article})
        pairs = [(full(iri), before, after) for iri, before, after in rows if before != after]
        said = self._said([number for _, *both in pairs for number in both if number])
        found: dict[str, list[ClaimState]] = {"added": [], "removed": []}
        edited = []
        for iri, *numbers in pairs:
            before, after = (said.get(number, "") for number in numbers)
            if self._backward:
                before, after = after, before
            if before and after:
                told = changes.edit(changes.state(iri, before), changes.state(iri, after))
                edited += [told] if told.lost or told.gained else []
            elif before or after:
                kind = "added" if after else "removed"
                found[kind].append(changes.state(iri, after or before))
        return Changed(tuple(found["added"]), tuple(found["removed"]), tuple(edited))

    def _said(self, events: Sequence[int]) -> dict[int, str]:
        """What claims said from these events on."""
        rows = (
            row
            for start in range(0, len(events), 500)
            for row in self._history.rows(
                "SELECT id, said FROM event WHERE id IN"  # noqa: S608 - numbers only
                f" ({','.join(str(int(each)) for each in events[start : start + 500])})",
                {},
            )
        )
        return {number: words(said) for number, said in rows}

    @property
    def background(self) -> Counts | None:
        """How many lines of background knowledge were added and removed; None if not known."""
        if not self._noted:
            return None
        gained, lost = (
            self._history.rows(f"SELECT count(*) FROM ({self._only(kind)})", self._range)[0][0]  # noqa: S608
            for kind in ("gained", "lost")
        )
        return Counts(gained, lost, 0)

    def lines(self, part: slice) -> tuple[tuple[str, str], ...]:
        """Those lines that are in this part: `lost` or `gained`, and the line; the lost first."""
        if not self._noted:
            return ()
        every = " UNION ALL ".join(
            f"SELECT '{kind}', line FROM ({self._only(kind)})"  # noqa: S608
            for kind in ("gained", "lost")
        )
        rows = self._history.rows(
            f"{every} ORDER BY 1 DESC, 2 LIMIT :most OFFSET :start",
            self._range | {"most": part.stop - part.start, "start": part.start},
        )
        return tuple((kind, self._line(row)) for kind, row in rows)

    @property
    def _noted(self) -> bool:
        ask = "SELECT min(background) FROM release WHERE id IN (:old, :new)"
        return bool(self._history.rows(ask, self._range)[0][0])

    def _only(self, kind: str) -> str:
        """The lines that are in one of the two releases only: `gained` are in the later asked for.

        A line that went and came again stands twice in the table, and is in both.
        """
        early, late = (f"SELECT line FROM background WHERE {each}" for each in _SIDES)  # noqa: S608
        first, second = (late, early) if (kind == "gained") != self._backward else (early, late)
        return f"{first} EXCEPT {second}"

    @staticmethod
    def _line(row: str) -> str:
        (quad,) = ox.parse(row, format=ox.RdfFormat.N_TRIPLES)
        return changes.line(quad.triple)

    def _turned(self, counts: Sequence[int]) -> Counts:
        """Counts of added, removed and changed claims, seen from `old`."""
        added, removed, changed = counts
        return Counts(removed, added, changed) if self._backward else Counts(*counts)
