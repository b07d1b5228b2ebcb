"""What `characters.tsv` knows of characters: their simplified form, and how they are read.

The file is generated (graph.search.character_source); nothing is converted at run time.
"""

from collections.abc import Mapping
from functools import cache
from pathlib import Path

TABLE = Path(__file__).with_name("characters.tsv")


@cache
def _rows() -> tuple[tuple[str, str], ...]:
    lines = (line for line in TABLE.read_text("utf-8").splitlines() if not line.startswith("#"))
    return tuple((key, value) for key, _, value in (line.partition("\t") for line in lines))


@cache
def simplified() -> Mapping[str, str]:
    """Traditional character → simplified character, both single."""
    return {
        character: key.removeprefix("=")
        for key, characters in _rows()
        if key.startswith("=")
        for character in characters
    }


@cache
def readings() -> Mapping[str, tuple[str, ...]]:
    """Simplified character → its pinyin syllables without tones, `v` for ü, in alphabetical order.

    A character with several readings has them all: no guess is made at which is meant.
    """
    found: dict[str, list[str]] = {}
    for key, characters in _rows():
        if not key.startswith("="):
            for character in characters:
                found.setdefault(character, []).append(key)
    return {character: tuple(sorted(syllables)) for character, syllables in found.items()}


@cache
def syllables() -> frozenset[str]:
    """Every pinyin syllable that some character is read with."""
    return frozenset(each for known in readings().values() for each in known)
