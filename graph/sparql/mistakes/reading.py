"""A query that does not parse, as its rules see it: its tokens, and where the engine gave up."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from functools import cached_property

from graph.sparql.token import Kind, Token, tokens

OPENERS = {"(": ")", "{": "}", "[": "]"}
_CLOSERS = frozenset(OPENERS.values())
END = Token(Kind.MARK, "", -1)
"""What stands before the first token and behind the last one."""


@dataclass(frozen=True)
class Finding:
    """A mistake: its kind in mistakes.yaml, the offset it stands at, the values of its words."""

    kind: str
    at: int
    values: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class Reading:
    """The text, the offset at which the engine gave up, and what it said there.

    `given` are prefixes that need no declaration.
    """

    text: str
    stopped: int
    said: str
    given: tuple[str, ...] = ()

    @cached_property
    def tokens(self) -> tuple[Token, ...]:
        """Every token of the text."""
        return tuple(tokens(self.text))

    def after(self, index: int) -> Token:
        """The token behind this one."""
        return self.tokens[index + 1] if index + 1 < len(self.tokens) else END

    def before(self, index: int) -> Token:
        """The token before this one."""
        return self.tokens[index - 1] if index > 0 else END

    def words(self, *wanted: str) -> Iterator[tuple[int, Token]]:
        """The tokens that are one of these words or marks, with their index."""
        for index, token in enumerate(self.tokens):
            if token.says(*wanted):
                yield index, token

    @cached_property
    def pairs(self) -> Mapping[int, int]:
        """Index of each opening bracket → index of its closing one, where it is closed."""
        found: dict[int, int] = {}
        open_: list[int] = []
        for index, token in enumerate(self.tokens):
            if token.kind is not Kind.MARK:
                continue
            if token.text in OPENERS:
                open_.append(index)
            elif open_ and token.text == OPENERS[self.tokens[open_[-1]].text]:
                found[open_.pop()] = index
            elif token.text in _CLOSERS:
                break
        return found

    @cached_property
    def opened(self) -> int:
        """How many tokens stand before the first brace: all, if there is none."""
        return next((index for index, _ in self.words("{")), len(self.tokens))

    @cached_property
    def declared(self) -> frozenset[str]:
        """The prefixes that the text may use."""
        names = (self.after(index) for index, _ in self.words("PREFIX"))
        return frozenset(self.given).union(name.prefix for name in names if name.kind is Kind.NAME)
