"""What a search answers: the hits of one page, and what they can be narrowed by."""

from collections.abc import Mapping
from dataclasses import dataclass


@dataclass(frozen=True)
class Hit:
    """One entry that was found; `spans` are as an Entry has them."""

    iri: str
    kind: str
    labels: Mapping[str, str]
    quote: str
    claims: tuple[str, ...]
    article: str
    spans: tuple[tuple[int, int, int], ...]

    def place(self, marks: list[tuple[int, int]]) -> tuple[int, int] | None:
        """Where the first of these marks on its quote stands in the source; else all of it."""
        if not self.spans:
            return None
        for left, right in marks[:1]:
            for start, end, at in self.spans:
                if at <= left < at + end - start:
                    return start + left - at, min(start + right - at, end)
        return min(s for s, _, _ in self.spans), max(e for _, e, _ in self.spans)


@dataclass(frozen=True, slots=True)
class Value:
    """One value of a facet, and how many of the hits have it."""

    value: str
    iri: str
    count: int


@dataclass(frozen=True)
class Answer:
    """The hits of one page; `total` counts all, and at least so many if `more`."""

    total: int
    more: bool
    hits: tuple[Hit, ...]
    facets: Mapping[str, tuple[Value, ...]]
