"""One page out of many: which items of a long list stand on the page asked for."""

from dataclasses import dataclass
from math import ceil

PAGE = 50
"""Items on one page."""


@dataclass(frozen=True)
class Slice:
    """One page out of many."""

    number: int
    pages: int
    total: int
    size: int = PAGE

    @classmethod
    def of(cls, total: int, written: str | None, size: int = PAGE) -> "Slice":
        """The page of the number asked for, or the nearest there is."""
        pages = max(1, ceil(total / size))
        number = (
            int(written) if written is not None and written.isdecimal() and len(written) < 9 else 1
        )
        return cls(min(max(1, number), pages), pages, total, size)

    @property
    def bounds(self) -> slice:
        """Which of all items stand on this page."""
        return slice((self.number - 1) * self.size, self.number * self.size)
