"""Han text by its sound: neighbouring syllables as tokens, in every reading there is."""

import unicodedata
from collections.abc import Iterator, Sequence
from itertools import pairwise, product

from graph.search.characters import readings, syllables
from graph.search.fold import fold

_LONGEST_SYLLABLE = 6
_MOST = 16
"""Ways to cut a query into syllables that are tried."""
_BETWEEN = " '’-"

Way = tuple[str, ...]


def sounds(text: str) -> frozenset[str]:
    """The tokens of a text: each syllable, and each two that follow one another as `jian-fu`."""
    known = readings()
    read = [known.get(character, ()) for character in fold(text)]
    alone = {syllable for each in read for syllable in each}
    pairs = {f"{a}-{b}" for left, right in pairwise(read) for a, b in product(left, right)}
    return frozenset(alone | pairs)


def ways(query: str) -> list[Way]:
    """Every way to read a query as pinyin syllables, or nothing if it is none.

    Tones, apostrophes and spaces may be written or left out.
    """
    letters = unicodedata.normalize("NFD", query.lower()).replace("u\u0308", "v")
    kept = [c for c in letters if not unicodedata.combining(c)]
    if not all((c.isascii() and c.isalpha()) or c in _BETWEEN for c in kept):
        return []
    pieces = "".join(c if c.isalpha() else " " for c in kept).split()
    found: list[Way] = [()]
    for piece in pieces:
        cut = list(_cuts(piece))
        found = [(*before, *after) for before in found for after in cut][:_MOST]
    return [way for way in found if way]


def _cuts(letters: str, done: Way = ()) -> Iterator[Way]:
    if not letters:
        yield done
    for size in range(min(_LONGEST_SYLLABLE, len(letters)), 0, -1):
        if letters[:size] in syllables():
            yield from _cuts(letters[size:], (*done, letters[:size]))


def asked(way: Way) -> str:
    """What FTS5 is asked for one way: all its pairs, or the one syllable."""
    wanted = [f"{a}-{b}" for a, b in pairwise(way)] or list(way)
    return "(" + " AND ".join(f'"{each}"' for each in dict.fromkeys(wanted)) + ")"


def found_in(found: Sequence[Way], text: str) -> Iterator[tuple[int, int]]:
    """Where a text sounds so: [start, end) in code points."""
    known = readings()
    read = [known.get(character, ()) for character in fold(text)]
    for start in range(len(read)):
        for way in found:
            heard = read[start : start + len(way)]
            if len(heard) == len(way) and all(s in r for s, r in zip(way, heard, strict=True)):
                yield start, start + len(way)
                break


def order(text: str) -> tuple[str, ...]:
    """A key that orders names as a Chinese index does: by sound, then by character."""
    known = readings()
    folded = fold(text)
    return tuple(f"{known.get(c, (c,))[0]}{c}" for c in folded)
