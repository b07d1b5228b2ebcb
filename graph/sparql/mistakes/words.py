"""The keywords and functions of SPARQL 1.1, and the nearest of them by spelling."""

from collections.abc import Iterable
from difflib import get_close_matches

_KEYWORDS = """
ASK AS ASC BASE BIND BY CONSTRUCT DESC DESCRIBE DISTINCT EXISTS FALSE FILTER FROM GRAPH GROUP HAVING
IN LIMIT MINUS NAMED NOT OFFSET OPTIONAL ORDER PREFIX REDUCED SELECT SEPARATOR SERVICE SILENT TRUE
UNDEF UNION VALUES VERSION WHERE A
"""
_FUNCTIONS = """
COUNT SUM MIN MAX AVG SAMPLE GROUP_CONCAT STR LANG LANGMATCHES DATATYPE BOUND IRI URI BNODE RAND ABS
CEIL FLOOR ROUND CONCAT STRLEN UCASE LCASE ENCODE_FOR_URI CONTAINS STRSTARTS STRENDS STRBEFORE
STRAFTER YEAR MONTH DAY HOURS MINUTES SECONDS TIMEZONE TZ NOW UUID STRUUID MD5 SHA1 SHA256 SHA384
SHA512 COALESCE IF STRLANG STRDT SAMETERM ISIRI ISURI ISBLANK ISLITERAL ISNUMERIC REGEX SUBSTR
REPLACE TRIPLE SUBJECT PREDICATE OBJECT ISTRIPLE LANGDIR HASLANG HASLANGDIR STRLANGDIR ADJUST
"""
FUNCTIONS = frozenset(_FUNCTIONS.split())
KNOWN = FUNCTIONS | frozenset(_KEYWORDS.split())
_OTHER = {"AND": "&&", "OR": "||", "ORDERBY": "ORDER BY", "GROUPBY": "GROUP BY", "LENGTH": "STRLEN",
          "LIKE": "REGEX", "LOWER": "LCASE", "UPPER": "UCASE", "SUBSTRING": "SUBSTR",
          "JOIN": "OPTIONAL", "TYPE": "a"}  # fmt: skip
"""What other languages write → what SPARQL does."""


def meant(word: str, *, called: bool) -> str | None:
    """The word of SPARQL that is likely meant by an unknown one; `called` if `(` follows it."""
    upper = word.upper()
    if upper in _OTHER:
        return _OTHER[upper]
    among = FUNCTIONS | {"FILTER", "BIND", "VALUES", "HAVING", "IN"} if called else KNOWN - {"A"}
    return nearest(upper, among)


def nearest(word: str, among: Iterable[str], cutoff: float = 0.7) -> str | None:
    """The one of these that is spelled most like the word, if one is like it at all."""
    found = get_close_matches(word, sorted(among), n=1, cutoff=cutoff)
    return found[0] if found else None
