"""One spelling for all queries that differ in white space and comments only.

Strings, IRIs and prefixed names stay as they are, and so does everything else: prefixes are neither
expanded nor renamed, keywords keep their case. So equal spellings mean equal answers.
"""

import re

from graph.tokens import CLOSED, GAP, IRI, LETTER, MASK, NAME, RUN

_FLAGS = re.VERBOSE | re.DOTALL
_TOKENS = rf"""(?:{CLOSED}|{IRI}|[?$]{LETTER}++|{NAME}|{RUN}|[^\ \t\n\r\#"'])++"""
_PIECE = re.compile(rf"{GAP}({_TOKENS}|\Z)", _FLAGS)
_SOUND = re.compile(rf"(?:{GAP}{_TOKENS})*+{GAP}", _FLAGS)
_DOUBTFUL = re.compile(MASK, _FLAGS)


def respelled(query: str) -> str:
    """The query with one space for each run of white space and comments, and none at its ends.

    A text in which the engine may see comments elsewhere than its tokens say is left as it is, and
    so is one with a string that does not end.
    """
    if "\\u" in query.casefold() or _DOUBTFUL.search(query) or not _SOUND.fullmatch(query):
        return query
    return " ".join(_PIECE.findall(query)).strip()
