"""What a request is told when it is refused, retold in the reader's language."""

import re
from collections.abc import Iterator, Mapping
from functools import cache
from typing import NamedTuple

import yaml

from graph.paths import WEB

_TABLE = WEB / "refusals.yaml"
_HOLE = "{}"
_NUMBERED = re.compile(r"\{(\d*)\}")


class Retold(NamedTuple):
    """Words, and the code of the language they are in."""

    words: str
    lang: str


@cache
def table() -> Mapping[str, str]:
    """English words, with {} for what is filled in → the same in Chinese."""
    found: Mapping[str, str] = yaml.safe_load(_TABLE.read_text("utf-8"))
    return found


@cache
def _patterns() -> tuple[tuple[re.Pattern[str], str], ...]:
    # What says most itself comes first: "prefixes={} is not offered" before "{} is not offered".
    ordered = sorted(table().items(), key=lambda row: -len(row[0].replace(_HOLE, "")))
    return tuple((re.compile(_expression(english), re.DOTALL), zh) for english, zh in ordered)


def _expression(english: str) -> str:
    return "(.*?)".join(map(re.escape, english.split(_HOLE)))


def retold(english: str, lang: str) -> Retold:
    """The words of an error in this language, or as they are where they are in no table."""
    if lang != "zh":
        return Retold(english, "en")
    for pattern, chinese in _patterns():
        if found := pattern.fullmatch(english):
            return Retold(_filled(chinese, found.groups()), "zh")
    return Retold(english, "en")


def _filled(chinese: str, values: tuple[str, ...]) -> str:
    count: Iterator[int] = iter(range(len(values)))
    return _NUMBERED.sub(lambda hole: values[int(hole[1]) if hole[1] else next(count)], chinese)
