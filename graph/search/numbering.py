"""Numbers for entries that are put among others, in the order of their ranks."""

from collections.abc import Iterable, Sequence

from graph.search.entries import Rank
from graph.search.tables import Tables, Told

GAP = 256
"""How far apart the numbers of an index are that is written from nothing."""
_LEAST = 8
"""Where others have to move to make room, so much is made for each."""
_ABOVE = 1 << 62
"""Above all numbers."""


def place(tables: Tables, fresh: Iterable[Told]) -> None:
    """Put entries in where they rank.

    Where no numbers are free between two neighbours, more and more of those around them are put in
    anew with them, until there is room.
    """
    waiting = sorted(fresh, key=lambda each: each.rank, reverse=True)
    at = 0
    while waiting:
        at, bound = _found(tables, waiting[-1].rank, at)
        group = [waiting.pop()]
        while waiting and (bound is None or waiting[-1].rank < bound[1]):
            group.append(waiting.pop())
        at = _placed(tables, group, at, None if bound is None else bound[0])


def _found(tables: Tables, rank: Rank, low: int) -> tuple[int, tuple[int, Rank] | None]:
    """The last number whose entry ranks before, and the next one with its rank.

    `low` is a number that ranks before, or 0.
    """
    high = next(iter(tables.before(_ABOVE, 1)), 0)
    while low < high:
        middle = (low + high) // 2
        found = tables.after(middle)
        if found is None or found[0] > high or found[1] > rank:
            high = middle
        else:
            low = found[0]
    return low, tables.after(low)


def _placed(tables: Tables, group: Sequence[Told], before: int, after: int | None) -> int:
    """Put entries in between two numbers, in this order; returns the number of the last one."""
    moved = list(group)
    around = len(group)
    low, high = before, after
    while high is not None and high - low <= _needed(moved, group):
        back = tables.before(low + 1, around) if low else []
        on = tables.since(high, around)
        taken = {number: tables.read(number) for number in (*back, *on)}
        for number, told in taken.items():
            tables.take(number, told)
        moved = [*(taken[n] for n in reversed(back)), *moved, *(taken[n] for n in on)]
        low = next(iter(tables.before(low + 1, 1)), 0)
        high = next(iter(tables.since(high, 1)), None)
        around *= 2
    step = GAP if high is None else (high - low) // (len(moved) + 1)
    last = low
    for place, told in enumerate(moved, 1):
        tables.put(low + place * step, told)
        last = low + place * step if told is group[-1] else last
    return last


def _needed(moved: Sequence[Told], group: Sequence[Told]) -> int:
    """How far apart two numbers must be; where others move as well, with room for more."""
    return len(moved) if len(moved) == len(group) else _LEAST * (len(moved) + 1)
