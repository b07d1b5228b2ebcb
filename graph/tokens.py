"""The tokens of a SPARQL text as regular expressions, SPARQL 1.1 Query §19.8.

For re.VERBOSE | re.DOTALL. One compiled pattern skips everything harmless, so the time is linear in
the length of the text.
"""

import re


# Every repetition is possessive: nothing is tried twice. An unclosed string ends with its line, an
# unclosed long string with the text. More letters than SPARQL knows are taken for letters: the
# engine refuses a text that has them outside strings, IRIs and comments.
def _string(end: str, short: str) -> str:
    return rf"""(?:\"\"\"(?:[^"\\]++|\\.|"(?!""))*+(?:\"\"\"{end})
              |'''(?:[^'\\]++|\\.|'(?!''))*+(?:'''{end})
              |"(?:[^"\\\n\r]++|\\.)*+"{short}|'(?:[^'\\\n\r]++|\\.)*+'{short})"""


STRING = _string(r"|\Z", "?")
CLOSED = _string("", "")
"""A string that ends as it should."""
ESCAPE = r"\\u[0-9A-Fa-f]{4}|\\U[0-9A-Fa-f]{8}"
IRI = rf"""<(?:[^\x00-\x20<>"{{}}|^`\\]++|{ESCAPE})*+>"""
GAP = r"(?:[ \t\n\r]++|\#[^\n\r]*+)*+"
LETTER = r"[^\x00-/:-@\[-\^`{-\x7f]"
"""ASCII letters, digits, `_` and all beyond ASCII, by what they are not: a range up to the last
character takes Python milliseconds to compile, in each pattern that has it."""
RUN = rf"(?:{LETTER}|\\.)(?:(?:{LETTER}|[.-])++|\\.)*+"
NAME = rf"(?:{RUN})?+:(?:(?:{LETTER}|[.:%-])++|\\.)*+"
MASK = rf"""<(?![A-Za-z][A-Za-z0-9+.-]*+://)(?=[^\x00-\x20<>"{{}}|^`\\#]*+\#){IRI[1:]}"""
"""What a tokenizer takes for an IRI, and the parser may read as a comparison and a comment.

It begins with a character and not with an assertion: so a search skips to the next one at once.
"""
_HARMLESS = rf"""{STRING}|[?$]{LETTER}++|@(?:{LETTER}|-)++|[ \t\n\r]++|\#[^\n\r]*+"""


def finder(suspect: str, harmless: str = r"(?!)") -> re.Pattern[str]:
    """A pattern that matches from the start of a token to the end of the next suspect one, `found`.

    Everything else is skipped: what is `harmless`, and what lies in strings, names and comments.
    """
    nameless = re.sub(r"\(\?P<\w+>", "(?:", suspect)
    skipped = rf"{_HARMLESS}|{harmless}|(?!{nameless})(?:{IRI}|{NAME}|{RUN}|.)"
    return re.compile(rf"(?:{skipped})*+(?P<found>{suspect})", re.VERBOSE | re.DOTALL)
