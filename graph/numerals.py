"""Numbers as Chinese texts print them, read again from their own words.

`readings("近3万户")` is one Reading: 30000, nearly, 户. The number proof compares these with what a
claim states, so a slip of the mapper's pen cannot become a fact.
"""

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from decimal import Decimal

_DIGITS = {c: i for i, c in enumerate("零一二三四五六七八九")} | {"两": 2, "〇": 0}
_TENS = {"十": 10, "百": 100, "千": 1000}
_MYRIADS = {"万": Decimal(10_000), "亿": Decimal(100_000_000)}
_FALL = ("下降", "减少", "降低", "缩减")

_NUMBER = re.compile(
    r"(?P<before>不到|近|约|超过|超|逾|至少|仅|第)?"
    r"(?P<number>\d+(?:\.\d+)?|[零〇一二两三四五六七八九十百千]+)"
    r"(?P<myriad>[万亿])?"
    r"(?P<more>多|余)?"
    r"(?P<unit>%|[^\d\s，。；、“”‘’（）/…]{0,4})"
    r"(?P<after>以上)?"
)
_BEFORE = {
    "不到": "less-than", "近": "nearly", "约": "about",
    "超过": "more-than", "超": "more-than", "逾": "more-than", "至少": "at-least",
}  # fmt: skip


@dataclass(frozen=True)
class Reading:
    """What a printed number says; `comparator` is a concept's slug, `unit` the words after it."""

    value: Decimal
    comparator: str
    unit: str
    value_max: Decimal | None = None


def integer(text: str) -> int:
    """The integer a Chinese numeral below ten thousand writes, such as 三百六十九.

    Raises ValueError for anything else.
    """
    total, digit = 0, None
    for character in text:
        if character in _DIGITS:
            if digit is not None:
                raise ValueError(f"{text!r} has two digits in a row")
            digit = _DIGITS[character]
        elif character in _TENS:
            total += (1 if digit is None else digit) * _TENS[character]
            digit = None
        else:
            raise ValueError(f"{text!r} is not a Chinese numeral")
    return total + (digit or 0)


def _comparator(match: re.Match[str]) -> str:
    if match["after"]:
        return "at-least"
    if match["more"]:
        return "more-than"
    if match["before"] in _BEFORE:
        return _BEFORE[match["before"]]
    return "rounded" if match["myriad"] else "exactly"


def _range(text: str) -> tuple[Decimal, Decimal] | None:
    """Two neighbouring digits, such as 四五, are a range."""
    if len(text) == 2 and all(c in _DIGITS for c in text):
        low, high = (_DIGITS[c] for c in text)
        if high == low + 1:
            return Decimal(low), Decimal(high)
    return None


def _plain(text: str) -> Iterator[Reading]:
    fall = any(word in text for word in _FALL) and "同比" in text
    for match in _NUMBER.finditer(text):
        if match["before"] == "第":  # an ordinal: who comes for the third time has not been counted
            continue
        pair = _range(match["number"])
        if pair:
            yield Reading(pair[0], "range", match["unit"], pair[1])
            continue
        try:
            digits = match["number"]
            value = Decimal(digits) if digits[0].isdecimal() else Decimal(integer(digits))
        except ValueError:
            continue
        value *= _MYRIADS.get(match["myriad"] or "", Decimal(1))
        yield Reading(-value if fall else value, _comparator(match), match["unit"])


def _monthly(match: re.Match[str]) -> Reading:
    return Reading(Decimal(integer(match["times"])), "exactly", "次/月")


def _not_enough(match: re.Match[str]) -> Reading:
    return Reading(Decimal(match["number"]), "more-than", match["unit"])


_PHRASES: tuple[tuple[re.Pattern[str], Callable[[re.Match[str]], Reading]], ...] = (
    (re.compile(r"一个月.{0,3}?(?P<times>[一二两三四五六七八九十]+)次"), _monthly),
    (re.compile(r"(?P<number>\d+)(?P<unit>\D{1,4})都装不完"), _not_enough),
)
"""Phrases whose number is not the printed numeral alone, tried before the plain grammar."""


def readings(text: str) -> tuple[Reading, ...]:
    """Every number these words can be read as; a phrase is read as a whole, not by its numerals."""
    phrases, rest = [], text
    for pattern, read in _PHRASES:
        phrases += [read(match) for match in pattern.finditer(rest)]
        rest = pattern.sub("…", rest)
    return (*phrases, *_plain(rest))


def agrees(
    reading: Reading, value: Decimal, upper: Decimal | None, comparator: str, sign: str
) -> bool:
    """Whether a reading says this value, upper end, comparator (a concept's slug) and unit.

    A printed figure may be known to be rounded although its words do not say so.
    """
    words = {reading.comparator} | ({"rounded"} if reading.comparator == "exactly" else set())
    return (
        (reading.value, reading.value_max) == (value, upper)
        and comparator in words
        and has_unit(reading, sign)
    )


def has_unit(reading: Reading, sign: str) -> bool:
    """Whether the words after the number are this unit's printed sign.

    A rate such as 趟/年 prints its first part here; its period stands elsewhere in the sentence.
    """
    printed = reading.unit
    return any(
        words.startswith(part)
        for words in (printed, printed.removeprefix("个"))
        for part in (sign, sign.partition("/")[0])
    )


def supported(text: str, quote: str) -> bool:
    """Whether the words of `text` stand in the quote, in order and each number whole.

    A number may be parted from its verb, as in 下降27.7%和29.5%, or by the edge of a label; an
    ellipsis in `text` stands for words left out.
    """
    at = 0
    for part in re.findall(r"\d+(?:\.\d+)?|[^\d…]+", text):
        pattern = re.escape(part)
        if part[0].isdecimal():
            pattern = rf"(?<![\d.]){pattern}(?!\d|\.\d)"
        match = re.compile(pattern).search(quote, at)
        if match is None:
            return False
        at = match.end()
    return True
