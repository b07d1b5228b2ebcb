"""A fact written short: the label of a registered thing, the value of a figure from its words.

A registered thing whose class is given is called what the registry calls it; `rdfs:label: {}` says
that the claim does not name it. `reads:` holds the printed words of a figure, from which value,
upper value, comparator and unit are read.
"""

from collections.abc import Mapping as Names
from decimal import Decimal

from graph import numerals
from graph.errors import InputError
from graph.mapping.entities import Entity
from graph.mapping.yaml_positions import Mapping, Text
from graph.numerals import Reading

READS = "reads"
_LABEL = "rdfs:label"
_OBSERVATION = "Observation"


def copied(written: Mapping) -> Mapping:
    """A mapping with the same keys, values and places."""
    found = Mapping(written)
    found.place, found.places = written.place, dict(written.places)
    return found


def put(mapping: Mapping, key: str, value: str, like: str) -> None:
    """Add a key to a mapping, at the place of another key of it."""
    text = Text(value)
    text.place = mapping.places.get(like, mapping.place)
    mapping[key], mapping.places[key] = text, text.place


def _units(reading: Reading, signs: Names[str, tuple[str, ...]]) -> list[str]:
    """The units whose printed sign is just what stands after a number."""
    return [unit for unit, printed in signs.items() if reading.unit.removesuffix("以上") in printed]


def number(value: Decimal) -> str:
    """A number without exponent or trailing zeros."""
    text = format(value, "f")
    return text.rstrip("0").rstrip(".") if "." in text else text


def _read(written: Mapping, signs: Names[str, tuple[str, ...]]) -> Mapping:
    words = written[READS]
    if not isinstance(words, Text):
        raise InputError("reads is no text", written.places[READS], "write the printed words")
    found = numerals.readings(words)
    if len(found) != 1:
        raise InputError(
            f"{str(words)!r} says {len(found)} numbers",
            words.place,
            "write value, comparator and unit beside valueText",
        )
    (reading,), full = found, copied(written)
    del full[READS]
    values = {
        "valueText": str(words),
        "value": number(reading.value),
        "comparator": f"c:comparator-{reading.comparator}",
    }
    if reading.value_max is not None:
        values["valueMax"] = number(reading.value_max)
    units = _units(reading, signs)
    if "unit" not in written:
        if len(units) != 1:
            raise InputError(
                f"{reading.unit!r} is the sign of {len(units)} units", words.place, "write unit:"
            )
        values["unit"] = units[0]
    values["type"] = _OBSERVATION
    for key, value in values.items():
        if key not in written:
            put(full, key, value, READS)
    return full


def written_out(
    written: Mapping, registry: Names[str, Entity], signs: Names[str, tuple[str, ...]]
) -> Mapping:
    """A fact with what its short form leaves out; `signs` maps units to their printed signs.

    Raises InputError for words that say no number, or several, and for a sign of several units.
    """
    full = _read(written, signs) if READS in written else written
    known = registry.get(str(full["id"])) if "id" in full else None
    if known is None:
        return full
    label = full.get(_LABEL)
    if isinstance(label, Mapping) and not label:
        full = copied(full)
        del full[_LABEL]
    elif "type" in full and _LABEL not in full:
        full = copied(full)
        words = Mapping()
        words.place, words.places = full.place, {}
        put(words, "zh", known.zh, "")
        full[_LABEL], full.places[_LABEL] = words, full.place
    return full
