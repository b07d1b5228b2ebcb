"""Text as the index sees it: numbers and words whole, Han text as overlapping pairs.

The pairs of a run of Han characters, and its last character alone, stand one after the other, so
that a phrase of pairs is exactly a substring: 减负 is `减负 负`. What is neither letter nor digit
becomes SEAM, which no phrase holds: nothing is found across a comma.
"""

import re
from collections.abc import Iterator

from graph.search.fold import fold

SEAM = "_"
_HAN = (
    r"\u3005\u3007\u3040-\u30ff\u3400-\u4dbf\u4e00-\u9fff\uac00-\ud7af\uf900-\ufaff"
    r"\U00020000-\U0003ffff"
)
_PIECE = re.compile(
    rf"(?P<number>\d{{1,3}}(?:,\d{{3}})+(?:\.\d+)?(?!\d)|\d+(?:\.\d+)*)|(?P<sign>[%‰])"
    rf"|(?P<han>[{_HAN}]+)|(?P<word>[^\W\d_{_HAN}]+)|(?P<seam>.)",
    re.DOTALL,
)
_LATIN = 3
"""Letters of a word that, last in a query, also stands for longer words."""

Part = list[tuple[str, str]]
"""Pieces of a query that must stand together: (kind, text)."""


def _pieces(text: str) -> Iterator[tuple[str, str]]:
    for match in _PIECE.finditer(fold(text)):
        yield str(match.lastgroup), match[0]


def _pairs(run: str) -> Iterator[str]:
    yield from (run[n : n + 2] for n in range(len(run)))


def tokens(text: str) -> Iterator[str]:
    """The tokens of a text, in its order, with a SEAM wherever something parts them."""
    for kind, piece in _pieces(text):
        if kind == "han":
            yield from _pairs(piece)
        elif kind == "number":
            yield piece.replace(",", "")
        else:
            yield SEAM if kind == "seam" else piece


def parts(query: str) -> list[Part]:
    """The parts of a query: what is neither letter nor digit parts them."""
    found: list[Part] = [[]]
    for kind, piece in _pieces(query):
        if kind == "seam":
            found.append([])
        else:
            found[-1].append((kind, piece))
    return [part for part in found if part]


def phrase(part: Part) -> str:
    """What FTS5 is asked for one part of a query: a phrase, its last token perhaps a prefix.

    It is built of our own tokens alone, which hold no quotation mark.
    """
    found: list[str] = []
    for kind, piece in part[:-1]:
        found.extend(tokens(piece) if kind in ("han", "number") else [piece])
    kind, piece = part[-1]
    if kind == "han":
        found.extend([piece] if len(piece) == 1 else list(_pairs(piece))[:-1])
    else:
        found.extend(tokens(piece))
    open_end = (kind == "han" and len(piece) == 1) or (kind == "word" and len(piece) >= _LATIN)
    return f'"{" ".join(found)}"' + ("*" if open_end else "")


def found_in(part: Part, text: str) -> Iterator[tuple[int, int]]:
    """Where a part of a query stands in a text: [start, end) in code points, from the left."""
    kinds = [(m.start(), m.end(), str(m.lastgroup), m[0]) for m in _PIECE.finditer(fold(text))]
    for first, (start, end, kind, piece) in enumerate(kinds):
        wanted = part[0][1]
        if kind != part[0][0]:
            continue
        for at in _starts(kind, wanted, piece, alone=len(part) == 1):
            stop = _rest(part, kinds, first, start + at + len(wanted), end)
            if stop is not None:
                yield start + at, stop


def _starts(kind: str, wanted: str, piece: str, *, alone: bool) -> Iterator[int]:
    if kind == "han":
        yield from (m.start() for m in re.finditer(f"(?={re.escape(wanted)})", piece))
    elif (
        wanted.replace(",", "") == piece.replace(",", "")
        or (kind == "word" and alone and len(wanted) >= _LATIN and piece.startswith(wanted))
    ):  # fmt: skip
        yield 0


def _rest(
    part: Part, kinds: list[tuple[int, int, str, str]], first: int, reached: int,
    end: int,
) -> int | None:  # fmt: skip
    """Where the last piece ends, if the pieces after the first follow at once; or None."""
    if part[0][0] == "number":
        reached = end
    for n, (kind, wanted) in enumerate(part[1:], 1):
        if reached != end or first + n >= len(kinds) or kinds[first + n][2] != kind:
            return None
        start, end, _, piece = kinds[first + n]
        last = n == len(part) - 1
        if not _follows(kind, wanted, piece, last=last):
            return None
        reached = end if kind == "number" else start + len(wanted)
    return reached


def _follows(kind: str, wanted: str, piece: str, *, last: bool) -> bool:
    if last and (kind == "han" or (kind == "word" and len(wanted) >= _LATIN)):
        return piece.startswith(wanted)
    return wanted.replace(",", "") == piece.replace(",", "")
