"""One form for all ways of writing a word, character by character, so that offsets stay."""

import unicodedata

from graph.search.characters import simplified


class _Table(dict[int, int]):
    """Code point → code point, worked out when it is first met."""

    def __missing__(self, code: int) -> int:
        folded = self[code] = ord(_folded(chr(code)))
        return folded


def _folded(character: str) -> str:
    for change in (_compatible, lambda c: simplified().get(c, c), str.lower):
        changed = change(character)
        character = changed if len(changed) == 1 else character
    return character


def _compatible(character: str) -> str:
    # A Chinese comma parts two numbers; a Western one may stand inside one.
    return character if character == "，" else unicodedata.normalize("NFKC", character)


_TABLE = _Table()


def fold(text: str) -> str:
    """The text in simplified characters, lower case and NFKC, as long as it was.

    A character that would become several stays itself: code point n of the result is what code
    point n of the text became.
    """
    return text.translate(_TABLE)
