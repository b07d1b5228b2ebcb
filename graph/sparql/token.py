"""A SPARQL text as its tokens, however wrong it is: SPARQL 1.1 Query §19.8.

Nothing is parsed here and nothing is refused, and the time is linear in the length of the text.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from enum import Enum, auto

from graph.tokens import CLOSED, GAP, IRI, LETTER, NAME, RUN

WIDE = "“”‘’„，。、；：（）｛｝［］＜＞＝？！＊｜＆．＂＇【】《》〈〉\u00a0\u3000"
"""Characters of Chinese typing, and spaces, that look like those of SPARQL and are none."""
_FLAGS = re.VERBOSE | re.DOTALL
_ANY_WIDE = re.compile(f"[{WIDE}]")


class Kind(Enum):
    """What a token is; WIDE is a character of another script's punctuation."""

    IRI = auto()
    STRING = auto()
    UNCLOSED = auto()
    VARIABLE = auto()
    AT = auto()
    WIDE = auto()
    NAME = auto()
    NUMBER = auto()
    WORD = auto()
    MARK = auto()


_PATTERN = re.compile(
    rf"""{GAP}(?:(?P<IRI>{IRI})|(?P<STRING>{CLOSED})|(?P<UNCLOSED>["'][^\n\r]*+)
    |(?P<VARIABLE>[?$](?=[^{WIDE}]){LETTER}++)|(?P<AT>@[A-Za-z](?:[A-Za-z0-9]|-)*+)
    |(?P<WIDE>[{WIDE}])|(?P<NAME>{NAME})
    |(?P<NUMBER>[0-9]++(?:\.[0-9]++)?(?:[eE][+-]?[0-9]++)?(?!{LETTER})|\.[0-9]++(?!{LETTER}))
    |(?P<WORD>{RUN})|(?P<MARK>\^\^|&&|\|\||!=|<=|>=|==|.))""",
    _FLAGS,
)


@dataclass(frozen=True)
class Token:
    """A piece of the text; `start` and `end` are offsets of code points."""

    kind: Kind
    text: str
    start: int

    @property
    def end(self) -> int:
        """The offset behind it."""
        return self.start + len(self.text)

    def says(self, *words: str) -> bool:
        """Whether it is one of these words or marks, given in upper case; its own case is free."""
        return self.kind in (Kind.WORD, Kind.MARK) and self.text.upper() in words

    @property
    def prefix(self) -> str:
        """The prefix of a prefixed name."""
        return self.text.partition(":")[0]


def tokens(text: str) -> Iterator[Token]:
    """The tokens of a text in their order; white space and comments are none."""
    at = 0
    while match := _PATTERN.match(text, at):
        kind = Kind[match.lastgroup or "MARK"]
        found = match[kind.name]
        if kind in (Kind.NAME, Kind.WORD, Kind.VARIABLE) and (wide := _ANY_WIDE.search(found)):
            found = found[: wide.start()]
        if kind in (Kind.NAME, Kind.WORD):
            # A full stop ends the triple, not the name.
            found = found.rstrip(".") or found
        token = Token(kind, found, match.start(kind.name))
        yield token
        at = token.end
