r"""How far a query reaches: which subjects it starts from, and what it looks at from there.

A query that only follows triples from subjects it names costs what those subjects have, however
large the graph is. What is accepted is a part of SPARQL small enough to be read here without doubt:

- PREFIX, then SELECT of variables (DISTINCT, REDUCED) or ASK, one group, LIMIT, OFFSET, VALUES;
- in the group: triples, GRAPH around triples, VALUES of one variable;
- the subject of each triple is an IRI, or the object variable of a triple whose subject is one;
  such a second step has a property, and that variable is all it shares with the rest, so no order
  of joins can come to it from its other end;
- IRIs are absolute, names and strings without escapes, whole numbers; nothing else.

Everything else is for a worker: None. Linear in the length of the text.
"""

import re
from collections import Counter
from dataclasses import dataclass, field

from pyoxigraph import DefaultGraph, NamedNode

from graph.rdf.namespaces import PREFIXES
from graph.tokens import GAP

_LONGEST = 8192
"""Characters of a query that is looked at; the engine has to read it too."""
_PATTERNS = 8
_END = r"(?=[\s{}(),;]|\.(?=[\s}]|\Z)|\Z)"
"""What must follow a token: nothing that could make it a longer one."""
_IRI = r"""<[A-Za-z][A-Za-z0-9+.-]*+:[^\x00-\x20<>"{}|^`\\]*+>"""
_NAME = r"[A-Za-z][A-Za-z0-9_-]*+:(?:[A-Za-z0-9_](?:[A-Za-z0-9_-]|\.(?=[A-Za-z0-9_-]))*+)?"
_STRING = r"""(?:"[^"\\\n\r]*+"|'[^'\\\n\r]*+')"""
_TOKEN = re.compile(
    rf"""{GAP}((?:{_IRI}|{_NAME}|[?$][A-Za-z_][A-Za-z0-9_]*+
    |{_STRING}(?:@[A-Za-z]++(?:-[A-Za-z0-9]++)*+|\^\^(?:{_IRI}|{_NAME}))?+
    |[A-Za-z]++|[0-9]++){_END}|[{{}}.;,*]|\Z|.)""",
    re.VERBOSE | re.DOTALL,
)
_BEYOND = re.compile(r"\(|OPTIONAL|UNION|ORDER")
"""What no accepted text has outside strings and comments: most other queries are told by it."""
_WORDS = frozenset(("true", "false"))
_TYPE = NamedNode(PREFIXES["rdf"] + "type")

Graph = NamedNode | DefaultGraph | None
"""None stands for every named graph."""


class _Unread(Exception):  # noqa: N818 - nothing is wrong: the text is for a worker
    """The text says something that is not read here."""


@dataclass(frozen=True)
class Step:
    """The triples of one subject, of one property or of all, in one graph or in every named one.

    `start` is an IRI, or the name of the variable that another step's triples have as `end`.
    """

    start: NamedNode | str
    property: NamedNode | None
    end: str | None
    graph: Graph


@dataclass(frozen=True)
class Reach:
    """The steps of a query, and by how many rows of VALUES their solutions are multiplied."""

    steps: tuple[Step, ...]
    rows: int


def reach(query: str) -> Reach | None:
    """How far this query reaches; None if that is not plain to see.

    A text that does not parse may be given: the engine will tell what is wrong.
    """
    if len(query) > _LONGEST or _BEYOND.search(query):
        return None
    try:
        return _Reader(query).read()
    except _Unread:
        return None


@dataclass
class _Reader:
    query: str
    at: int = 0
    rows: int = 1
    prefixes: dict[str, str] = field(default_factory=dict)
    steps: list[Step] = field(default_factory=list)
    used: Counter[str] = field(default_factory=Counter)

    def __post_init__(self) -> None:
        self.tokens: list[str] = _TOKEN.findall(self.query)

    def read(self) -> Reach:
        """The reach of the whole text.

        Raises _Unread.
        """
        while self._word("PREFIX"):
            name, iri = self._next(), self._next()
            self._expect(name.endswith(":") and iri.startswith("<"))
            self.prefixes[name] = iri[1:-1]
        if not self._word("ASK"):
            self._projection()
        self._word("WHERE")
        self._token("{")
        while not self._is("}"):
            self._element()
        for _ in range(2):
            if self._word("LIMIT") or self._word("OFFSET"):
                self._expect(self._next().isdecimal())
        if self._word("VALUES"):
            self._values()
        self._expect(self._next() == "")
        self._expect(0 < len(self.steps) <= _PATTERNS)
        self._joined()
        return Reach(tuple(self.steps), self.rows)

    def _projection(self) -> None:
        self._expect(self._word("SELECT"))
        _ = self._word("DISTINCT") or self._word("REDUCED")
        if self._is("*"):
            return
        self._expect(self._next()[:1] in ("?", "$"))
        while self.tokens[self.at][:1] in ("?", "$"):
            self.at += 1

    def _element(self) -> None:
        if self._word("VALUES"):
            self._values()
        elif self._word("GRAPH"):
            name = self._next()
            graph = None if self._variable(name) else self._iri(name)
            self._token("{")
            self._triples(graph)
            self._token("}")
        else:
            self._triples(DefaultGraph())
        self._is(".")

    def _values(self) -> None:
        self._expect(self._variable(self._next()) is not None)
        self._token("{")
        count = 0
        while not self._is("}"):
            self._constant(self._next())
            count += 1
        self.rows *= max(1, count)

    def _triples(self, graph: Graph) -> None:
        """One subject after the other, up to what is no triple any more."""
        while True:
            token = self._next()
            start = self._variable(token) or self._iri(token)
            self._properties(start, graph)
            if not self._is(".") or not self._begins_subject():
                return

    def _begins_subject(self) -> bool:
        token = self.tokens[self.at]
        return token[:1] in ("?", "$", "<") or ":" in token

    def _properties(self, start: NamedNode | str, graph: Graph) -> None:
        while True:
            word = self._next()
            verb = _TYPE if word == "a" else None
            if verb is None and self._variable(word) is None:
                verb = self._iri(word)
            while True:
                word = self._next()
                end = self._variable(word)
                if end is None:
                    self._constant(word)
                self.steps.append(Step(start, verb, end, graph))
                if not self._is(","):
                    break
            if not self._is(";"):
                return

    def _joined(self) -> None:
        """Nothing, if each second step hangs on a first one by its subject, and by nothing else."""
        second = [step for step in self.steps if isinstance(step.start, str)]
        if not second:
            return
        first = Counter(s.end for s in self.steps if isinstance(s.start, NamedNode))
        again = Counter(step.start for step in second)
        for step in second:
            self._expect(step.property is not None and step.graph is not None)
            self._expect(first[str(step.start)] > 0)
            self._expect(self.used[str(step.start)] == first[str(step.start)] + again[step.start])
            self._expect(step.end is None or self.used[step.end] == 1)

    def _variable(self, token: str) -> str | None:
        if token[:1] not in ("?", "$"):
            return None
        self._expect(len(token) > 1)
        self.used[token[1:]] += 1
        return token[1:]

    def _iri(self, token: str) -> NamedNode:
        if token.startswith("<") and len(token) > 1:
            text = token[1:-1]
        else:
            name, colon, local = token.partition(":")
            self._expect(bool(colon) and name + colon in self.prefixes)
            text = self.prefixes[name + colon] + local
        try:
            return NamedNode(text)
        except ValueError as error:
            raise _Unread from error

    def _constant(self, token: str) -> None:
        first = token[:1]
        if first in ("'", '"'):
            self._expect(len(token) > 1)
        elif token not in _WORDS and not token.isdecimal():
            self._iri(token)

    def _next(self) -> str:
        self._expect(self.at < len(self.tokens))
        self.at += 1
        return self.tokens[self.at - 1]

    def _word(self, word: str) -> bool:
        found = self.tokens[self.at].upper() == word
        self.at += found
        return found

    def _is(self, token: str) -> bool:
        found = self.tokens[self.at] == token
        self.at += found
        return found

    def _token(self, token: str) -> None:
        self._expect(self._is(token))

    def _expect(self, true: object) -> None:
        if not true:
            raise _Unread
