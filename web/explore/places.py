"""The tree of places: province, prefecture, county, township, village, each with its cases."""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass

from web.site.release_queries import Row

_ROW, _INDENT, _TOP = 30, 24, 18
LEVELS = ("province", "prefecture", "county", "township", "village")


@dataclass(frozen=True)
class Spot:
    """The middle of a dot, in pixels."""

    x: int
    y: int


@dataclass(frozen=True)
class Branch:
    """One place: its dot, its parent's (None at the top), and those of its cases."""

    row: Row
    cases: tuple[tuple[Row, Spot], ...]
    depth: int
    spot: Spot
    up: Spot | None

    @property
    def level(self) -> str:
        """The short name of its level."""
        return self.row["level"].rpartition("admin-level-")[2]

    @property
    def claims(self) -> tuple[str, ...]:
        """The claims that name it."""
        return tuple(self.row["claims"].split())


@dataclass(frozen=True)
class Tree:
    """The whole picture, from top to bottom."""

    branches: tuple[Branch, ...]
    height: int


def _below(rows: Iterable[Row]) -> Mapping[str, list[Row]]:
    found: dict[str, list[Row]] = defaultdict(list)
    rows = list({row["place"]: row for row in rows}.values())
    known = {row["place"] for row in rows}
    for row in rows:
        above = row.get("above", "")
        found[above if above in known else ""].append(row)
    return found


def _walk(below: Mapping[str, list[Row]], above: str = "") -> Iterator[tuple[Row, str]]:
    for row in below.get(above, ()):
        yield row, above
        yield from _walk(below, row["place"])


def _depth(row: Row) -> int:
    """How far in a place stands: a level that print leaves out leaves its step empty."""
    level = row["level"].rpartition("admin-level-")[2]
    return LEVELS.index(level) if level in LEVELS else 0


def layout(rows: Iterable[Row]) -> Tree | None:
    """The picture of these places, or None if there is none."""
    rows = list(rows)
    cases: dict[str, list[Row]] = defaultdict(list)
    for row in rows:
        if "case" in row:
            cases[row["place"]].append(row)
    branches: list[Branch] = []
    placed: dict[str, Spot] = {}
    y = _TOP
    for row, above in _walk(_below(rows)):
        spot = placed[row["place"]] = Spot(10 + _INDENT * _depth(row), y)
        illustrated = tuple(
            (case, Spot(spot.x + _INDENT, y + _ROW * n))
            for n, case in enumerate(cases[row["place"]], 1)
        )
        branches.append(Branch(row, illustrated, _depth(row), spot, placed.get(above)))
        y += _ROW * (1 + len(illustrated))
    return Tree(tuple(branches), y) if branches else None
