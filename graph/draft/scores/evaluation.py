"""How well the rules find what a person found: counts by kind, from grounded to each field.

A kind's spans are compared one by one. *Exact* are those with the same start and end, *overlap*
those that share a character; *value* counts exact ones that also say the same (the days of a date;
number, unit and comparator of a figure; a title or name); *fields* are those the guide names.
"""

import tempfile
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, fields
from datetime import date
from decimal import Decimal, InvalidOperation
from pathlib import Path
from typing import Any

from graph import periods
from graph.draft import arrival, drafting
from graph.draft.rules.finding import Finding
from graph.draft.scores.gold import Marked, Span
from graph.mapping import article
from graph.mapping.entities import Entity

_SIGNS = {
    "less-than": "<", "nearly": "<", "about": "~", "more-than": ">", "at-least": ">=",
    "at-most": "<=", "range": "range",
}  # fmt: skip
_FIELDS: Mapping[str, tuple[str, ...]] = {
    "date": ("value", "precision", "relation", "relative"),
    "statistic": ("value", "unit", "comparator"),
    "policy_document": ("title", "genre", "number", "action"),
    "organization": ("name",), "place": ("name", "level"), "person": ("name", "role"),
    "meeting": ("name",), "measure": ("actor",),
}  # fmt: skip
"""The fields of a kind that the rules fill and the guide names."""
_VALUES: Mapping[str, tuple[str, ...]] = {
    "date": ("value",), "statistic": ("value", "unit", "comparator"), "policy_document": ("title",),
    "organization": ("name",), "place": ("name",), "person": ("name",), "meeting": ("name",),
    "measure": ("actor",),
}  # fmt: skip
RECALL_ONLY = frozenset({"measure"})
"""Kinds of which gold has a few clear cases: what is proposed beyond them is not wrong."""


@dataclass(frozen=True)
class Score:
    """The counts of one kind.

    `found` findings, of which `grounded` became proposals that quote the text and are proven;
    `gold` spans, of which `exact` and `overlap` were proposed (`touching` proposals overlap a gold
    span); of the exact ones `value` say the same; their fields: `expected`, `proposed`, `equal`,
    and `invented`, which gold does not have or has otherwise.
    """

    found: int = 0
    grounded: int = 0
    gold: int = 0
    exact: int = 0
    overlap: int = 0
    touching: int = 0
    value: int = 0
    expected: int = 0
    proposed: int = 0
    equal: int = 0
    invented: int = 0

    def __add__(self, other: "Score") -> "Score":
        return Score(*(getattr(self, f.name) + getattr(other, f.name) for f in fields(self)))

    @property
    def precision(self) -> float:
        """Of the proposals, the part with exactly a gold span; 0 without proposals."""
        return self.exact / self.grounded if self.grounded else 0.0

    @property
    def recall(self) -> float:
        """Of the gold spans, the part that was proposed exactly; 0 without gold."""
        return self.exact / self.gold if self.gold else 0.0

    @property
    def f1(self) -> float:
        """The harmonic mean of precision and recall."""
        both = self.grounded + self.gold
        return 2 * self.exact / both if both else 0.0


def said(finding: Finding) -> dict[str, str]:
    """The fields of a finding as the annotation guide writes them."""
    told = dict(finding.fields)
    if finding.kind == "date":
        told["value"] = told["value"].replace("--", "/")
        if told["basis"] != "printed":
            told["relative"] = "true"
    if finding.kind == "statistic":
        sign = _SIGNS.get(told.pop("comparator"))
        told |= {"comparator": sign} if sign else {}
    return {k: v for k, v in told.items() if k in _FIELDS.get(finding.kind, ())}


def _same(one: Any, other: Any) -> bool:
    """Whether two values of a field are the same; numbers by value, texts without white space."""
    try:
        return Decimal(str(one)) == Decimal(str(other))
    except InvalidOperation:
        plain = ("".join(str(each).lower().split()) for each in (one, other))
        return next(plain) == next(plain)


def _days(value: Any) -> tuple[date, date | None] | None:
    """The first and the last day of an ISO 8601 date or interval, None for anything else."""
    first, _, last = str(value).partition("/")
    try:
        return periods.parse(first).start, periods.parse(last or first).end
    except ValueError:
        return None


def _alike(kind: str, key: str, one: Any, other: Any) -> bool:
    """Whether two values of a field say the same: of a date, whether they are the same days."""
    if (kind, key) == ("date", "value") and _days(one):
        return _days(one) == _days(other)
    return _same(one, other)


def _fields(gold: Span, finding: Finding) -> Score:
    """The fields of a pair of the same span."""
    told = said(finding)
    wanted = {k: v for k, v in gold.fields.items() if k in _FIELDS.get(gold.kind, ())}
    equal = {k for k in wanted.keys() & told.keys() if _alike(gold.kind, k, wanted[k], told[k])}
    named = _VALUES.get(gold.kind, ())
    value = all((k in equal) or (k not in wanted and k not in told) for k in named)
    return Score(
        value=int(value), expected=len(wanted), proposed=len(told), equal=len(equal),
        invented=len(told) - len(equal),
    )  # fmt: skip


def _overlap(one: Span | Finding, other: Span | Finding) -> bool:
    return one.start < other.end and other.start < one.end


def compare(
    spans: Iterable[Span], kept: Iterable[Finding], dropped: Iterable[Finding]
) -> dict[str, Score]:
    """The counts of one text, by kind."""
    spans, kept, dropped = tuple(spans), tuple(kept), tuple(dropped)
    kinds = {s.kind for s in spans} | {f.kind for f in (*kept, *dropped)}
    return {
        kind: _compare(
            [s for s in spans if s.kind == kind],
            [f for f in kept if f.kind == kind],
            sum(f.kind == kind for f in dropped),
        )
        for kind in sorted(kinds)
    }


def _compare(spans: list[Span], kept: list[Finding], dropped: int) -> Score:
    at = {(f.start, f.end): f for f in kept}
    pairs = [(s, at[s.start, s.end]) for s in spans if (s.start, s.end) in at]
    counts = Score(
        found=len(kept) + dropped, grounded=len(kept), gold=len(spans), exact=len(pairs),
        overlap=sum(any(_overlap(s, f) for f in kept) for s in spans),
        touching=sum(any(_overlap(s, f) for s in spans) for f in kept),
    )  # fmt: skip
    return sum((_fields(s, f) for s, f in pairs), counts)


def evaluate(
    texts: Iterable[Marked], registry: Mapping[str, Entity]
) -> Iterator[tuple[str, dict[str, Score]]]:
    """Each text's name with its counts by kind: a draft of it, made as of any new text."""
    for number, marked in enumerate(texts, 1):
        with tempfile.TemporaryDirectory(prefix="policyprov-gold-") as room:
            told = arrival.Told(publisher="agt:unknown", issued=marked.published)
            folder = arrival.new(f"gold-{number}", marked.path, Path(room), told, registry)
            made = drafting.draft(article.load(folder), registry)
        kept = (finding for _, finding in made.proposals)
        lost = (finding for finding, _ in made.dropped)
        yield marked.name, compare(marked.spans, kept, lost)
