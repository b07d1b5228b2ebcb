"""Numbers and dates read again from their own quote, and compared with what a claim states."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from typing import Any

from graph import datings, numerals, periods
from graph.errors import InputError, Place
from graph.mapping.facts import Node, listed
from graph.numerals import Reading


@dataclass
class Proofs:
    """What was proven, by how; `unproven` lists observations that print no numeral at all."""

    numbers: int = 0
    unproven: list[str] = field(default_factory=list)
    dates_printed: int = 0
    """Dates read from the quote itself."""
    dates_computed: int = 0
    """Base periods that follow from 同比 or from the plan's year."""
    dates_read: int = 0
    """Dates read by a rule from words such as 近日, which stand in the quote or its section."""


@dataclass(frozen=True)
class Dated:
    """What a date is proven from.

    `published` is the article's date in ISO 8601, `quote` the claim's words, `frame` the title and
    the text of their section, `stated` the words a claim names for a period (by its slug).
    """

    node: Mapping[str, Any]
    published: str
    quote: str
    frame: str
    stated: Mapping[str, str]
    inferred: bool
    place: Place


def _texts(node: Mapping[str, Any], key: str) -> list[str]:
    value = node.get(key, [])
    return [v["@value"] for v in (value if isinstance(value, list) else [value])]


def _code(node: Mapping[str, Any], key: str) -> str:
    return str(node[key]["id"]) if key in node else ""


def _agrees(node: Mapping[str, Any], reading: Reading, signs: tuple[str, ...]) -> bool:
    upper = Decimal(node["pp:valueMax"]["@value"]) if "pp:valueMax" in node else None
    comparator = _code(node, "pp:comparator").removeprefix("c:comparator-")
    value = Decimal(node["pp:value"]["@value"])
    return any(numerals.agrees(reading, value, upper, comparator, sign) for sign in signs)


def prove_number(
    node: Mapping[str, Any],
    quote: str,
    signs: Mapping[str, tuple[str, ...]],
    place: Place,
    proofs: Proofs,
) -> None:
    """Check that an observation's printed words stand in the quote and say its value.

    `signs` maps units to the signs they are printed as. Raises InputError when they do not.
    """
    texts = _texts(node, "pp:valueText")
    if not texts:
        raise InputError("an observation without valueText", place, "quote the printed number")
    for text in texts:
        if not numerals.supported(text, quote):
            raise InputError(
                f"the value {text!r} does not stand in its quote {quote!r}",
                place,
                "quote the words that print it, or correct valueText",
            )
    if "pp:value" not in node:
        proofs.unproven.append(texts[0])
        return
    unit = _code(node, "pp:unit")
    read = [r for text in texts for r in numerals.readings(text)]
    if not any(_agrees(node, reading, signs.get(unit, ())) for reading in read):
        said = ", ".join(f"{r.value} ({r.comparator}) {r.unit}" for r in read) or "no number"
        raise InputError(
            f"its quote does not support {node['pp:value']['@value']} "
            f"({_code(node, 'pp:comparator')}) {unit}: {texts[0]!r} says {said}",
            place,
            "correct value, comparator or unit, or quote the words that print it",
        )
    proofs.numbers += 1


def _computed(dated: Dated, name: str) -> set[str]:
    """The periods that follow from the words by rule: base periods, and what 截至 counts from."""
    published = date.fromisoformat(dated.published)
    if name == "pp:during":
        return {period.slug for period in periods.cumulated(dated.quote, published)}
    if name != "pp:basePeriod":
        return set()
    found = (_period(each) for each in listed(dated.node.get("pp:during", [])))
    return {slug for period in found if period for slug in _bases(dated, period)}


def _period(during: Node) -> periods.Period | None:
    kind, _, slug = str(during["id"]).partition(":")
    try:
        return periods.parse(slug) if kind == "per" else None
    except ValueError:
        return None  # It is told where the claim is read, and nothing follows from it.


def _bases(dated: Dated, period: periods.Period) -> set[str]:
    change = _code(dated.node, "pp:statisticType").endswith("year-on-year-change")
    if "同比" in dated.quote and change:
        return {period.year_before().slug}
    return {period.full_year().slug} if "全年计划" in dated.quote else set()


_READERS = {"pp:asOf": periods.until, "pp:inForce": periods.in_force}
"""Property → which dates of the words are its own; of any other, whatever they print."""


def _printed(dated: Dated, name: str) -> set[str]:
    published = date.fromisoformat(dated.published)
    if name in _READERS:
        return {period.slug for period in _READERS[name](dated.quote, published)}
    found = (*periods.printed(dated.quote, published), *datings.ranges(dated.quote))
    return {period.slug for period in found}


def _read(dated: Dated, words: str) -> set[str]:
    """The periods that words can be read as; what stands before them gives a year they lack."""
    published = date.fromisoformat(dated.published)
    quoted = dated.frame.find(dated.quote)
    inside = dated.quote.find(words) if quoted >= 0 else -1
    at = quoted + inside if inside >= 0 else dated.frame.find(words)
    before = dated.frame[: max(at, 0)]
    return {each.period.slug for each in datings.datings(words, datings.Seen(published, before))}


def prove_date(dated: Dated, name: str, slug: str, proofs: Proofs) -> None:
    """Check that the period `slug` is what the quote prints, or say by which other way it is read.

    What follows by a rule or from named words is an inference, and only an inferred claim may
    state it. Raises InputError when no way leads to it.
    """
    printed, computed = _printed(dated, name), _computed(dated, name)
    words = dated.stated.get(slug)
    if slug in printed:
        proofs.dates_printed += 1
    elif not dated.inferred:
        how = "follows from the words and is not printed" if slug in computed else "is not printed"
        raise InputError(
            f"the date {slug} of {name} {how}; its quote prints "
            f"{', '.join(sorted(printed)) or 'none'}",
            dated.place,
            "correct the date, quote the words that print it, or state it in a claim of its own "
            "whose confidence is inferred",
        )
    elif slug in computed:
        proofs.dates_computed += 1
    elif words is not None or slug in _read(dated, dated.quote):
        proofs.dates_read += 1
    else:
        raise InputError(
            f"the date {slug} of {name} follows from none of the words of {dated.quote!r}",
            dated.place,
            "name the words it is read from with readings:, or correct the date; docs/mapping.md "
            "tells the rules",
        )


def prove_reading(dated: Dated, slug: str, words: str) -> None:
    """Check that words a claim names are printed, and that a rule reads them as this period.

    Raises InputError when not.
    """
    if words not in dated.quote and words not in dated.frame:
        raise InputError(
            f"the words {str(words)!r} stand neither in the quote nor in its section",
            dated.place,
            "give the printed words the date is read from",
        )
    read = _read(dated, words)
    if slug not in read:
        raise InputError(
            f"{str(words)!r} cannot be read as {slug}, but as "
            f"{', '.join(sorted(read)) or 'no date at all'}",
            dated.place,
            "correct the date or the words; docs/mapping.md tells the rules",
        )
