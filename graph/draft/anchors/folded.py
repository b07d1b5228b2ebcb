"""Text as it is compared when a source was changed: how it is spelt does not count.

Compatibility variants, white space, the shape of quotation marks and dashes differ between
editions; 一 and 1, 万, %, commas between numerals never are the same: facts are made of them.
"""

import unicodedata
from dataclasses import dataclass

_SHAPES = str.maketrans(
    {
        c: shape
        for shape, all_ in {'"': "“”„‟「」『』＂", "'": "‘’‛＇", "-": "—–―－‐‑−", "~": "～"}.items()
        for c in all_
    }
)
_DIGITS = "0123456789零〇一二三四五六七八九十百千万亿两半几数双倍成"
_SIGNS = "%‰.,、+-<>≤≥～"
_NEARLY = "近约超逾余多少至仅满达"
_NEGATION = "不未无非没勿莫禁否反拒免"
_DIRECTION = "增减升降涨跌上下高低加扩缩前后起止首末"
LOCKED = frozenset(_DIGITS + _SIGNS + _NEARLY + _NEGATION + _DIRECTION)
"""Characters that a likeness may not differ in: numbers, how near, whether, which way."""
_EDGE = 12
"""Characters around words that may belong to a number in them."""


@dataclass(frozen=True)
class Folded:
    """A text as it is compared; `at[i]` is the offset in the text of its i-th character."""

    text: str
    at: tuple[int, ...]

    def span(self, start: int, end: int) -> tuple[int, int]:
        """The [start, end) in the text of some of its characters."""
        return self.at[start], self.at[end - 1] + 1


def fold(text: str) -> Folded:
    """A text with variants of characters folded and white space left out."""
    found: list[str] = []
    at: list[int] = []
    for index, character in enumerate(text):
        # ² is no 2: of what is neither letter nor decimal digit nothing is made.
        variant = unicodedata.category(character) not in ("No", "Nl")
        plain = unicodedata.normalize("NFKC", character) if variant else character
        for each in plain.translate(_SHAPES):
            if not each.isspace():
                found.append(each)
                at.append(index)
    return Folded("".join(found), tuple(at))


def edges(text: str, start: int, end: int) -> tuple[str, str]:
    """The locked characters right before and right after the words at [start, end) of a text.

    They belong to what the words say: 3万户 in 13万户 is another number.
    """
    before, after = fold(text[max(0, start - _EDGE) : start]), fold(text[end : end + _EDGE])
    left = len(before.text) - len(before.text.rstrip("".join(LOCKED)))
    right = len(after.text) - len(after.text.lstrip("".join(LOCKED)))
    return before.text[len(before.text) - left :], after.text[:right]


def locked(text: str) -> str:
    """The characters of a folded text that a likeness may not differ in, in their order."""
    return "".join(character for character in text if character in LOCKED)
