"""Mistakes between the braces: a triple that is not ended, or that lacks a part."""

from collections.abc import Iterator
from dataclasses import dataclass

from graph.sparql.mistakes.reading import Finding, Reading
from graph.sparql.token import Kind, Token

_TERMS = (Kind.IRI, Kind.STRING, Kind.VARIABLE, Kind.NAME, Kind.NUMBER)
_BREAKS = ("OPTIONAL", "UNION", "MINUS", "GRAPH", "SERVICE", "FILTER", "BIND", "VALUES", "SELECT")
_CLAUSES = ("FILTER", "BIND", "VALUES", "GRAPH", "SERVICE")
_BARE = ("SELECT", "ORDER", "GROUP", "HAVING", "LIMIT", "OFFSET")
"""What holds no triples up to the next brace."""
_PATHS = ("/", "|", "^", "*", "+", "?", "!")
_PARTS = ("subject", "property", "object")


@dataclass
class _Walk:
    """How many parts the present triple has, and whether its subject may stand alone."""

    count: int = 0
    alone: bool = False
    joined: bool = False
    """Whether a sign of a path makes the next term a part of the present property."""

    def begin(self, count: int = 0, *, alone: bool = False) -> None:
        """Count anew."""
        self.count, self.alone, self.joined = count, alone, False

    def part(self) -> None:
        """Count a term."""
        self.count += not self.joined
        self.alone = self.joined = False


def triples(reading: Reading) -> Iterator[Finding]:
    """The first triple that is not ended where another one begins, or ends too early."""
    walk, index = _Walk(), reading.opened
    while index < len(reading.tokens):
        token = reading.tokens[index]
        if finding := _faulty(walk, token):
            yield finding
            return
        index = _step(reading, walk, index, token)


def _faulty(walk: _Walk, token: Token) -> Finding | None:
    if _term(token) and walk.count == 3 and not walk.joined:
        return Finding("no-dot", token.start, {"found": token.text})
    ends = token.says(".", ";", "}", *_BREAKS)
    if ends and (walk.count == 2 or (walk.count == 1 and not walk.alone and not token.says(";"))):
        return Finding("incomplete", token.start, {"part": _PARTS[walk.count]})
    return None


def _step(reading: Reading, walk: _Walk, index: int, token: Token) -> int:
    """The index of the token to look at next, with the parts counted up to there."""
    if token.says(*_BARE):
        return next((n for n, _ in reading.words("{", "}") if n > index), len(reading.tokens))
    if token.says(*_CLAUSES):
        walk.begin()
        return _behind_clause(reading, index)
    if token.says("[", "("):
        alone = walk.count == 0
        walk.part()
        walk.alone = alone
        return _behind(reading, index)
    if _term(token):
        walk.part()
    elif token.says(";"):
        # It may stand before the end of the triples of a subject.
        walk.begin(1 if walk.count else 0, alone=True)
    elif token.says(","):
        walk.count = 2
    elif token.says("^^"):
        walk.joined = True
    elif walk.count in (1, 2) and token.says(*_PATHS):
        walk.joined |= walk.count == 2 and token.says("/", "|")
    elif token.kind is not Kind.AT:
        walk.begin()
    return index + 1


def _behind_clause(reading: Reading, index: int) -> int:
    """The index behind what FILTER, BIND, VALUES, GRAPH or SERVICE say before any triples."""
    token = reading.tokens[index]
    if token.says("GRAPH", "SERVICE"):
        return index + 2
    behind = _behind(reading, index + 1)
    return _behind(reading, behind) if token.says("VALUES") else behind


def _term(token: Token) -> bool:
    word = token.says("A", "TRUE", "FALSE")
    return token.kind in _TERMS or word


def _behind(reading: Reading, index: int) -> int:
    """The index behind what stands here: a call, a pair of brackets, or one token."""
    while index < len(reading.tokens) and reading.tokens[index].kind is Kind.WORD:
        index += 1
    if index >= len(reading.tokens):
        return index
    if reading.tokens[index].kind in (Kind.NAME, Kind.IRI) and reading.after(index).says("("):
        index += 1
    if reading.tokens[index].says("{") and reading.before(index).says("EXISTS"):
        # These braces hold triples of their own.
        return index
    return reading.pairs.get(index, index) + 1
