"""The shape of a query: what is left of its text without its IRIs and strings.

Programs ask the same question about one thing after the other. What a text says outside its IRIs
and strings (its form, whether it calls, how far it reaches) it says for every thing it is asked
about, so it is read once for its shape (graph.sparql.reading).

Only a text that can be taken apart without any doubt has one: no escapes, no long strings, ASCII
outside strings and comments, and each comment begins after a white space, where nothing else can.
An IRI is taken out if it has an authority (`<http://…>`), since that alone can be no comparison,
and what is left may hold a `<` before a space or a `=` only. So each piece taken out is one token
to the engine, whatever stands around it (SPARQL 1.1 Query §19.8).
"""

import re
from collections.abc import Iterable
from functools import lru_cache
from itertools import chain
from typing import NamedTuple

from graph.tokens import GAP

LONGEST = 8192
"""Characters of a text that may have a shape."""
_PIECE = r"""(<[A-Za-z][A-Za-z0-9+.-]*://[^\x00-\x20<>"{}|^`\\]*>|"[^"\\\n\r]*"|'[^'\\\n\r]*')"""
_TAKEN = re.compile(_PIECE)
_HEADER = re.compile(GAP, re.VERBOSE)
_COMMENTED = re.compile(rf"{_PIECE}|[ \t\n\r]\#[^\n\r]*")
_COMMENTS = (" #", "\n#", "\t#", "\r#")
"""How a comment begins that is not the beginning of the text."""
_HOLE = "`"
_UNSEEN = (_HOLE, '"""', "'''", *"\x0b\x0c\x1c\x1d\x1e\x1f")
"""What no text with a shape holds anywhere: long strings, and what Python takes for white space."""
_OPEN = ("\\", "#", '"', "'")
"""What could begin an escape, a comment or a string where none was seen."""
_REMEMBERED = 32
"""Texts whose shape is remembered: one request asks for it several times."""


class Shape(NamedTuple):
    """A text without comments, a backtick for each IRI and string, a space for each white space.

    `kinds` has the first character of each that was taken out, in order.
    """

    text: str
    kinds: str

    def filled(self, taken: Iterable[str]) -> str:
        """The text with these in their places."""
        left = self.text.split(_HOLE)
        return "".join(chain.from_iterable(zip(left, [*taken, ""], strict=True)))


@lru_cache(_REMEMBERED)
def shaped(query: str) -> tuple[Shape, tuple[str, ...]] | None:
    """The shape of a query and what was taken out, as it is written; None for a doubtful text."""
    if len(query) > LONGEST or any(each in query for each in _UNSEEN):
        return None
    parts = _TAKEN.split(_without_comments(query))
    text = " ".join(_HOLE.join(parts[::2]).split())
    if (
        not (text.isascii() and text.isprintable())
        or any(each in text for each in _OPEN)
        or text.count("<") != text.count("< ") + text.count("<=")
    ):
        return None
    taken = tuple(parts[1::2])
    return Shape(text, "".join([each[0] for each in taken])), taken


def _without_comments(query: str) -> str:
    """The text without the comments at its beginning, and those that follow a white space."""
    if "#" not in query:
        return query
    header = _HEADER.match(query)
    code = query[header.end() :] if header else query
    if any(begun in code for begun in _COMMENTS):
        code = _COMMENTED.sub(r"\1", code)
    return code
