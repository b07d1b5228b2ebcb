"""What is seen in a query before it is evaluated, once for all queries of one shape."""

from collections.abc import Collection
from dataclasses import dataclass
from functools import lru_cache
from typing import NamedTuple, TypeVar

from pyoxigraph import NamedNode

from graph.errors import RequestError
from graph.sparql import deviations
from graph.sparql.inspection import Outline, outline
from graph.sparql.reach import Graph, Reach, Step, reach
from graph.sparql.shape import Shape, shaped
from graph.workers.job import ZeroPath

_SHAPES = 1024
"""Shapes of which is remembered what they say."""
_HOLE = "hole://"
"""What the IRIs begin with that stand for those taken out: any other such IRI was taken out too."""
_STRING = '"s"'
"""What stands for a string: two in a row do not make a longer one."""

T = TypeVar("T")


@dataclass(frozen=True)
class Reading:
    """A query's outline, the graphs that it names by FROM, and its paths that may have no step."""

    outline: Outline
    default_graphs: tuple[str, ...] | None = None
    named_graphs: tuple[str, ...] | None = None
    zero_paths: tuple[ZeroPath, ...] = ()


def read(query: str, allowed: Collection[str], base: str) -> Reading:
    """The reading of a query that this endpoint may evaluate.

    `allowed` holds the IRIs that a SERVICE clause may call. Raises what `outline` and
    `deviations.dataset` raise.
    """
    found = shaped(query)
    known = _plain(found[0], base) if found else None
    return known or _read(query, allowed, base)


def reaching(query: str) -> Reach | None:
    """How far this query reaches, as `reach` has it; None if that is not plain to see."""
    found = shaped(query)
    if found is None:
        return reach(query)
    shape, taken = found
    known = _reach(shape)
    if known is None:
        return None
    patterns, rows = known
    try:
        return Reach(tuple([pattern.step(taken) for pattern in patterns]), rows)
    except ValueError:
        # An IRI that is none: the engine will tell.
        return None


def _read(query: str, allowed: Collection[str], base: str) -> Reading:
    inspected = outline(query, allowed)
    graphs = deviations.dataset(query, inspected.prologue, base)
    return Reading(inspected, *graphs, deviations.zero_paths(query, inspected.prologue, base))


@lru_cache(_SHAPES)
def _plain(shape: Shape, base: str) -> Reading | None:
    """What every query of this shape says; None where it depends on its IRIs, or is an error."""
    try:
        found = _read(_example(shape), (), base)
    except RequestError:
        return None
    depends = found.default_graphs is not None or found.named_graphs is not None
    return None if depends or found.zero_paths else found


class _Place(NamedTuple):
    """An IRI that differs from query to query: what was taken out, and a local name after it."""

    number: int
    local: str


@dataclass(frozen=True)
class _Pattern:
    """A step of every query of a shape."""

    start: _Place | NamedNode | str
    property: _Place | NamedNode | None
    end: str | None
    graph: _Place | Graph

    def step(self, taken: tuple[str, ...]) -> Step:
        """The step of the query from which these were taken.

        Raises ValueError where one of them is no IRI.
        """
        start: NamedNode | str = _put(self.start, taken)
        return Step(start, _put(self.property, taken), self.end, _put(self.graph, taken))


@lru_cache(_SHAPES)
def _reach(shape: Shape) -> tuple[tuple[_Pattern, ...], int] | None:
    """The steps of every query of this shape, and its rows of VALUES."""
    found = reach(_example(shape))
    if found is None:
        return None
    steps = [
        _Pattern(_place(s.start), _place(s.property), s.end, _place(s.graph)) for s in found.steps
    ]
    return tuple(steps), found.rows


def _example(shape: Shape) -> str:
    """A query of this shape, in which each IRI tells the place where it stands."""
    return shape.filled(
        f"<{_HOLE}{number}/>" if kind == "<" else _STRING for number, kind in enumerate(shape.kinds)
    )


def _place(term: T) -> T | _Place:
    if not isinstance(term, NamedNode) or not term.value.startswith(_HOLE):
        return term
    number, _, local = term.value.removeprefix(_HOLE).partition("/")
    return _Place(int(number), local)


def _put(term: T | _Place, taken: tuple[str, ...]) -> T | NamedNode:
    if not isinstance(term, _Place):
        return term
    return NamedNode(taken[term.number][1:-1] + term.local)
