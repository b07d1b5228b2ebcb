"""Figures: a printed number with its unit and the words that say how near it is."""

import re
from collections.abc import Iterable, Iterator
from decimal import Decimal

from graph import numerals
from graph.draft.rules.finding import Finding, Source, free
from graph.draft.rules.words import listed

RULE = "figure/1"
_MEASURED = listed("units-measured")
UNITS = tuple(sorted((*_MEASURED, *listed("units-counted")), key=lambda u: (-len(u), u)))
"""Units that Chinese texts print after a number, the longest first."""
_DURATIONS = {
    "年",
    "个多月",
    "多月",
    "个月",
    "天",
    "周",
    "个星期",
    "星期",
    "小时",
    "个小时",
    "分钟",
}
_DIGITS = r"\d{1,3}(?:,\d{3})+(?:\.\d+)?|\d+(?:\.\d+)?"
_HAN = r"[零一二两三四五六七八九十百千]+"
_FIGURE = re.compile(
    rf"(?P<before>不到|不足|不少于|不低于|不超过|不高于|将近|接近|近|大约|约|超过|超|逾|至少|上)?"
    rf"(?:(?P<percent>百分之(?P<of>[零一二三四五六七八九十百点]+))"
    rf"|(?P<number>{_DIGITS}|{_HAN})"
    rf"(?P<inner>多|余)?(?P<myriad>万亿|[万亿])?(?P<more>多|余)?"
    rf"(?:(?:[-—~～至到]{{1,2}})(?P<upper>{_DIGITS}|{_HAN})(?P<myriad2>万亿|[万亿])?)?"
    rf"(?P<unit>%|％|‰|{'|'.join(UNITS)})?(?P<late>多(?=[时的，。])|余(?=[，。]))?)"
    rf"(?P<after>以上|以下|以内|左右|上下)?"
)
_BEFORE = {
    "不到": "less-than", "不足": "less-than", "将近": "nearly", "接近": "nearly", "近": "nearly",
    "大约": "about", "约": "about", "超过": "more-than", "超": "more-than", "逾": "more-than",
    "至少": "at-least", "不少于": "at-least", "不低于": "at-least", "不超过": "at-most",
    "不高于": "at-most", "上": "at-least",
}  # fmt: skip
_AFTER = {
    "以上": "at-least",
    "以下": "at-most",
    "以内": "at-most",
    "左右": "about",
    "上下": "about",
}
_MYRIADS = {"万": Decimal(10**4), "亿": Decimal(10**8), "万亿": Decimal(10**12)}
_AGO = re.compile("之?后(?![备])|之?前(?!往)|来|以来|之际|间(?!隔)")
_SELDOM = frozenset("成对门道口层头段部本期组类")
"""Units that follow a numeral of one sign in words rather than in figures."""
_NAMED = re.compile("规定|明确|行动|规划|计划|方案|工程|全会|精神|办法")
_NOT_BEFORE = re.compile("[第前头每另同这那哪某上下初]$|过去$|近年$|星期$|周$|十?之$|万$|唯$")
_NOT_HAN = re.compile("^(?:一一|万一|十分|千万|百年|千年|万年|三令|五申|四通|八达|九九|一二)")


def _value(digits: str) -> Decimal:
    """The number that digits or a Chinese numeral write; raises ValueError for any other."""
    if digits[0].isdecimal():
        return Decimal(digits.replace(",", ""))
    return Decimal(numerals.integer(digits))


def _pair(digits: str) -> tuple[Decimal, Decimal] | None:
    """三四 is a range, and so is 三四十."""
    read = numerals.readings(digits[:2]) if len(digits) > 1 else ()
    if read and read[0].value_max is not None:
        scale = _value("一" + digits[2:]) if digits[2:] else Decimal(1)
        return read[0].value * scale, read[0].value_max * scale
    return None


def _comparator(match: re.Match[str]) -> str:
    if match["after"]:
        return _AFTER[match["after"]]
    if match["inner"] or match["more"] or match["late"]:
        return "more-than"
    if match["before"]:
        return _BEFORE[match["before"]]
    return "rounded" if match["myriad"] else "exactly"


def _counts(match: re.Match[str], text: str) -> bool:
    """Whether a number counts something: it is no ordinal, name, idiom or time of day."""
    if match["percent"]:
        return True
    unit, han = match["unit"] or "", not match["number"][0].isdecimal()
    before = text[max(0, match.start() - 4) : match.start()]
    after = text[match.end() : match.end() + 8]
    large = match["myriad"] or match["inner"] or match["more"]
    counted = bool(unit) or bool(large and (not han or match["myriad"]))
    numbered = before[-1:].isascii() and before[-1:].isalnum()
    listed_ = not unit and before.endswith((".", "第", "〔", "（", "G", "-"))
    ordinal = _NOT_BEFORE.search(before) and (han or before[-1] in "第每")
    ago = unit in _DURATIONS and (
        _AGO.match(after) or before.endswith(("过去", "经过", "历时", "时隔"))
    )
    if not counted or numbered or listed_ or ordinal or ago:
        return False
    return not han or _counted_in_words(match, text, after)


def _counted_in_words(match: re.Match[str], text: str, after: str) -> bool:
    """Whether a numeral in characters counts: most are part of a word or of a name."""
    number, unit = match["number"], match["unit"] or ""
    one = number == "一" and not match["before"]
    word = _NOT_HAN.match(match[0]) or (number in "千百十" and not match["before"])
    short = len(number) < 2 and unit in _SELDOM and not match["before"]
    plan = unit == "年" and after[:2] in ("行动", "规划", "计划", "一度", "如一")
    named = unit in ("个", "项", "条", "大") and _NAMED.match(after)
    if word or short or plan or named or (number == "一" and unit not in _MEASURED):
        return False
    if one and unit in ("年", "天", "周"):
        return bool(re.search("[需用要]$|只需$|仅$|只有$", text[: match.start()][-2:]))
    opened = text.rfind("“", 0, match.start())
    closed = text.find("”", match.end())
    quoted = opened > text.rfind("”", 0, match.start()) and 0 <= closed - opened <= 14
    return not quoted


def _read(match: re.Match[str]) -> dict[str, str] | None:
    """What a figure says: value, unit and comparator; None when it says no number."""
    comparator = _comparator(match)
    if match["percent"]:
        whole, _, part = match["of"].partition("点")
        digits = part.translate(str.maketrans("零一二三四五六七八九", "0123456789"))
        value = numerals.integer(whole) + Decimal(f"0.{digits or 0}")
        return {"value": _plain(value), "unit": "%", "comparator": comparator}
    pair = _pair(match["number"])
    low, high = pair or (_value(match["number"]), None)
    scale = _MYRIADS.get(match["myriad"] or match["myriad2"] or "", Decimal(1))
    if match["upper"]:
        high = _value(match["upper"])
        if high <= low:
            return None
    fields = {"value": _plain(low * scale), "unit": match["unit"] or ""}
    if high is not None:
        fields["value_max"], comparator = _plain(high * scale), "range"
    return fields | {"unit": fields["unit"].replace("％", "%"), "comparator": comparator}


def _plain(value: Decimal) -> str:
    return format(value.normalize(), "f")


def figures(source: Source, taken: Iterable[Finding]) -> Iterator[Finding]:
    """The figures of a text outside what is taken, in its order.

    `value` and `value_max` are decimals in base units (3万 is 30000), `unit` is the printed sign,
    `comparator` a slug of the code list, or `at-most`, which it does not have.
    """
    taken = tuple(taken)
    at = 0
    while match := _FIGURE.search(source.text, at):
        at = match.end()
        if not _counts(match, source.text):
            at = match.start() + 1 if match["before"] else match.end()
            continue
        try:
            fields = _read(match)
        except ValueError:
            continue
        end = match.end("late") if match["late"] else match.end()
        found = Finding("statistic", match.start(), end, RULE, fields or {})
        if fields and free(found, taken):
            yield found
