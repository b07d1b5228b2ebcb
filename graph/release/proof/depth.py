"""Which properties shapes ask of what a thing leads to, and not of the thing itself."""

import re
from collections.abc import Iterable, Iterator

import pyoxigraph as ox

from graph.rdf.namespaces import PREFIXES, expand

_PATH, _SELECT = expand("sh:path"), expand("sh:select")
_FIRST = expand("rdf:first")
_NAME = re.compile(r"(?<![\w:$?])([a-z]+):([A-Za-z]\w*)")
FAR = frozenset(map(expand, ("pp:carriesOut", "pp:broaderProblem")))
"""The properties that shapes follow to the end."""


def deep(shapes: Iterable[ox.Triple]) -> frozenset[ox.NamedNode]:
    """The properties of these shapes that may be asked of another thing than the one in focus.

    Those inside the shape of a property, those of a path of several, those of queries, what things
    are, and what is followed to the end: rather too many than too few.
    """
    of: dict[object, list[ox.Triple]] = {}
    for triple in shapes:
        of.setdefault(triple.subject, []).append(triple)
    found = {expand("rdf:type"), *FAR}
    for triples in of.values():
        for triple in triples:
            if triple.predicate == _SELECT and isinstance(triple.object, ox.Literal):
                found.update(_named(triple.object.value))
            elif triple.predicate == _PATH and triple.object in of:
                found.update(_reached(triple.object, of, _FIRST))
        if any(triple.predicate == _PATH for triple in triples):
            inner = (t.object for t in triples if t.predicate != _PATH)
            for each in inner:
                found.update(_reached(each, of, _PATH))
    return frozenset(found)


def _named(query: str) -> Iterator[ox.NamedNode]:
    """The prefixed names in a query: classes and concepts among them do no harm."""
    for prefix, local in _NAME.findall(query):
        if prefix in PREFIXES:
            yield expand(f"{prefix}:{local}")


def _reached(
    start: object, of: dict[object, list[ox.Triple]], predicate: ox.NamedNode
) -> Iterator[ox.NamedNode]:
    """The IRIs to which a property leads from all that can be reached from here."""
    seen, waiting = {start}, [start]
    while waiting:
        for triple in of.get(waiting.pop(), ()):
            if triple.predicate == predicate and isinstance(triple.object, ox.NamedNode):
                yield triple.object
            if triple.object in of and triple.object not in seen:
                seen.add(triple.object)
                waiting.append(triple.object)
