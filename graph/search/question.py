"""A search as it was asked: words, and what narrows it; and where its words stand in a text."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from functools import cached_property

from graph.errors import ParameterError
from graph.search import pinyin, tokens

FACETS = ("kind", "voice", "speaker", "place", "article", "year")
"""What a search can be narrowed by."""
LONGEST = 200
"""Code points of a query."""
_PARTS = 16
_VALUES = 64


@dataclass(frozen=True)
class Question:
    """Words to find, and for some facets the values one of which a hit must have.

    Raises ParameterError for words too long or too many, and for too many values.
    """

    words: str = ""
    narrowed: Mapping[str, tuple[str, ...]] = field(default_factory=dict)

    def __post_init__(self) -> None:
        if len(self.words) > LONGEST:
            raise ParameterError(
                f"the search is {len(self.words)} characters long",
                f"search for at most {LONGEST} characters",
            )
        if len(self.parts) > _PARTS:
            raise ParameterError(
                f"the search has {len(self.parts)} parts", f"give at most {_PARTS} words"
            )
        if sum(map(len, self.narrowed.values())) > _VALUES:
            raise ParameterError("too many values to narrow by", f"give at most {_VALUES}")

    @cached_property
    def parts(self) -> list[tokens.Part]:
        """The parts that must all be found."""
        return tokens.parts(self.words)

    @cached_property
    def ways(self) -> list[pinyin.Way]:
        """The ways to read the words as pinyin."""
        return pinyin.ways(self.words)

    @property
    def empty(self) -> bool:
        """Whether it has words, but none that anything could be found by."""
        return bool(self.words.strip()) and not self.parts

    def marks(self, text: str) -> list[tuple[int, int]]:
        """Where its words, or else their sounds, stand in a text: [start, end), apart, in order."""
        found = sorted({run for part in self.parts for run in tokens.found_in(part, text)})
        if not found and self.ways:
            found = sorted(set(pinyin.found_in(self.ways, text)))
        return list(_apart(found))


def _apart(runs: list[tuple[int, int]]) -> Iterator[tuple[int, int]]:
    """The same places with runs that touch or overlap made one."""
    if not runs:
        return
    left, right = runs[0]
    for start, end in runs[1:]:
        if start > right:
            yield left, right
            left = start
        right = max(right, end)
    yield left, right
