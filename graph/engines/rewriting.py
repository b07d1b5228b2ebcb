"""A query reworded so that every engine sees the release's graphs as our own engine does.

Engines differ in what their default graph is (of its own, or all graphs together) and in what
`GRAPH ?g` ranges over beside the claims. So the query says it itself, in plain SPARQL 1.1:

- `WHERE { P }` becomes `WHERE { GRAPH <D> { P } }` where a graph D holds our default graph. A GRAPH
  inside P changes the active graph again (SPARQL 1.1 Query §18.6), so nothing else changes.
- `GRAPH ?g` becomes `FILTER(?g != <X>) GRAPH ?g` for each graph X that is not of the dataset: D,
  the graph that names the release, and those that engines keep for themselves.
"""

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise

from graph.rdf.namespaces import CANONICAL_BASE
from graph.tokens import IRI, LETTER, NAME, RUN, STRING

RELEASE_GRAPH = CANONICAL_BASE + "dataset"
"""The graph of an engine that holds void.ttl: which release it has."""
_OF_ENGINES = (
    "http://www.openlinksw.com/schemas/virtrdf#",
    "http://localuriqaserver/sparql",
    "http://www.w3.org/ns/ldp#",
)
"""Graphs that an engine has from the start; these are Virtuoso's."""
_TOKEN = re.compile(
    rf"""(?P<gap>[ \t\n\r]++|\#[^\n\r]*+)|(?P<other>{STRING}|{IRI})|(?P<variable>[?$]{LETTER}++)
    |(?P<name>{NAME})|(?P<word>{RUN})|(?P<mark>.)""",
    re.VERBOSE | re.DOTALL,
)
_OPEN = {"{": "}", "(": ")", "[": "]"}
_FORMS = frozenset(("SELECT", "ASK", "CONSTRUCT", "DESCRIBE"))


@dataclass(frozen=True)
class _Token:
    kind: str
    text: str
    start: int

    @property
    def end(self) -> int:
        return self.start + len(self.text)

    def says(self, word: str) -> bool:
        """Whether it is this keyword."""
        return self.kind == "word" and self.text.upper() == word


@dataclass(frozen=True)
class _Change:
    """Text that is put at an offset, instead of so many characters."""

    at: int
    text: str
    instead: int = 0


def reworded(query: str, default: str, *, dataset: bool) -> str:
    """The query as an engine gets it whose graph `default` holds our default graph.

    `default` is empty where the engine's own default graph does. With `dataset` the request names
    its graphs itself: then the query only loses what it says of them.
    """
    tokens = [token for token in _tokens(query) if token.kind != "gap"]
    if dataset:
        return _changed(query, _unnamed(tokens))
    changes = list(_hidden(tokens, default))
    if default:
        changes += _wrapped(query, tokens, default)
    return _changed(query, changes)


def based(query: str, base: str) -> str:
    """The query with this base for its relative IRIs, unless it gives one.

    Two are too many for Virtuoso.
    """
    for token in _tokens(query):
        if token.says("BASE"):
            return query
        if token.text.upper() in _FORMS:
            break
    return f"BASE <{base}>\n{query}"


def _changed(query: str, changes: Iterable[_Change]) -> str:
    parts, at = [], 0
    for change in sorted(changes, key=lambda each: each.at):
        parts += [query[at : change.at], change.text]
        at = change.at + change.instead
    return "".join((*parts, query[at:]))


def _unnamed(tokens: Sequence[_Token]) -> Iterator[_Change]:
    """The query without FROM: the graphs of the request override it (Protocol §2.1.4).

    Virtuoso adds them to each other.
    """
    for n, token in enumerate(tokens[:-2]):
        if token.text == "{":
            return
        if token.says("FROM"):
            last = tokens[n + 1 + tokens[n + 1].says("NAMED")]
            yield _Change(token.start, "", last.end - token.start)


def _tokens(query: str) -> Iterator[_Token]:
    for match in _TOKEN.finditer(query):
        yield _Token(str(match.lastgroup), match[0], match.start())


def _hidden(tokens: Sequence[_Token], default: str) -> Iterator[_Change]:
    """The conditions on each variable of a GRAPH."""
    graphs = [graph for graph in (default, RELEASE_GRAPH, *_OF_ENGINES) if graph]
    for token, following in pairwise(tokens):
        if token.says("GRAPH") and following.kind == "variable":
            conditions = " && ".join(f"{following.text} != <{graph}>" for graph in graphs)
            yield _Change(token.start, f"FILTER({conditions}) ")


def _wrapped(query: str, tokens: Sequence[_Token], default: str) -> list[_Change]:
    """What puts the pattern of the query, if it has one, into the graph `default`."""
    form = next((n for n, token in enumerate(tokens) if token.text.upper() in _FORMS), None)
    if form is None:
        return []
    groups = list(_groups(tokens, form))
    around: list[_Change] = []
    if tokens[form].says("CONSTRUCT"):
        following = tokens[form + 1]
        if following.text == "{":
            groups = groups[1:]
        elif groups:
            # CONSTRUCT WHERE { T }: the pattern is the template, and may hold no GRAPH.
            opening, closing = groups[0]
            template = query[opening.start : closing.end]
            where = next((t for t in tokens[form:] if t.says("WHERE")), opening)
            around = [_Change(where.start, f"{template} ")]
    if not groups:
        return around
    opening, closing = groups[0]
    return [*around, _Change(opening.end, f" GRAPH <{default}> {{"), _Change(closing.start, "} ")]


def _groups(tokens: Sequence[_Token], start: int) -> Iterator[tuple[_Token, _Token]]:
    """The outermost braces from a token on, outside of parentheses."""
    waiting: list[str] = []
    opening = tokens[start]
    for token in tokens[start:]:
        if token.kind != "mark":
            continue
        if token.text in _OPEN:
            if not waiting:
                opening = token
            waiting.append(_OPEN[token.text])
        elif waiting and token.text == waiting[-1]:
            waiting.pop()
            if not waiting and token.text == "}":
                yield opening, token
