"""One spelling for all queries that differ in white space and comments only.

Strings, IRIs and prefixed names stay as they are, and so does everything else: prefixes are neither
expanded nor renamed, keywords keep their case. So equal spellings mean equal answers.
"""

import re

from graph.sparql.shape import shaped
from graph.tokens import CLOSED, GAP, IRI, LETTER, MASK, NAME, RUN

_FLAGS = re.VERBOSE | re.DOTALL
_PLAIN = r"""[^\ \t\n\r\#"'<\\]"""
_TOKENS = rf"""{_PLAIN}++|{CLOSED}|{IRI}|<"""
"""Without a backslash, no name holds what could begin a string, an IRI or a comment."""
_ESCAPING = rf"""{CLOSED}|{IRI}|[?$]{LETTER}++|{NAME}|{RUN}|[^\ \t\n\r\#"']"""
_OPEN = "[\"']"
"""A quotation mark that begins no string; it is a piece by itself."""
_PIECE = re.compile(rf"{GAP}((?:{_TOKENS})++|{_OPEN}|\Z)", _FLAGS)
_ESCAPED_PIECE = re.compile(rf"{GAP}((?:{_ESCAPING})++|{_OPEN}|\Z)", _FLAGS)
_DOUBTFUL = re.compile(MASK, _FLAGS)


def respelled(query: str) -> str:
    """The query with one space for each run of white space and comments, and none at its ends.

    A text in which the engine may see comments elsewhere than its tokens say is left as it is, and
    so is one with a string that does not end.
    """
    found = shaped(query)
    if found is not None:
        shape, taken = found
        return shape.filled(taken)
    escapes = "\\" in query
    if (escapes and "\\u" in query.casefold()) or _DOUBTFUL.search(query):
        return query
    pieces: list[str] = (_ESCAPED_PIECE if escapes else _PIECE).findall(query)
    if '"' in pieces or "'" in pieces:
        return query
    return " ".join(pieces).strip()
