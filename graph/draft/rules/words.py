"""The lists of words that rules look for, one file each under `words/`."""

import re
from functools import cache
from pathlib import Path

FOLDER = Path(__file__).with_name("words")


@cache
def listed(name: str) -> tuple[str, ...]:
    """The words of a list, the longest first; a line that starts with # is about the list."""
    lines = (FOLDER / f"{name}.txt").read_text("utf-8").splitlines()
    words = {word for line in lines if not line.startswith("#") for word in line.split()}
    return tuple(sorted(words, key=lambda word: (-len(word), word)))


@cache
def anyone(name: str) -> str:
    """A pattern for any word of a list, the longest that fits."""
    return "|".join(map(re.escape, listed(name)))
