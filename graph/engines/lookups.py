"""Look-ups of pages in an engine elsewhere, each one query, in place of a store on disk."""

import json
from collections.abc import Callable, Hashable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import partial
from typing import Protocol, TypeVar

from pyoxigraph import (
    BlankNode,
    DefaultGraph,
    Literal,
    NamedNode,
    Quad,
    QueryResultsFormat,
    QuerySolutions,
    Triple,
    parse_query_results,
)

T = TypeVar("T")
Subject = NamedNode | BlankNode | Triple | None
Object = NamedNode | BlankNode | Literal | Triple | None
Graph = NamedNode | BlankNode | DefaultGraph | None
Pattern = tuple[Subject, NamedNode | None, Object, Graph]
_MOST = 8192
"""Look-ups of one release that are remembered."""
_TOGETHER = 200
"""Things of one query that gathers."""
_ANY = NamedNode("urn:policyprov:any")
_EVERYWHERE = "{{ {0} }} UNION {{ GRAPH ?g {{ {0} }} }}"


class Quads(Protocol):
    """Quads found by their parts: a store on disk, or an engine elsewhere."""

    def quads_for_pattern(
        self,
        subject: Subject,
        predicate: NamedNode | None,
        object: Object,  # noqa: A002 - the store's own name for it
        graph_name: Graph = None,
        /,
    ) -> Iterator[Quad]:
        """The quads with these parts; None stands for any, also for any graph."""

    def contains_named_graph(self, graph_name: NamedNode, /) -> bool:
        """Whether a graph has this name."""


class Remember(Protocol):
    """What keeps what was found while its release is served: Release.remember."""

    def __call__(self, kind: str, key: Hashable, make: Callable[[], T], most: int, /) -> T:
        """What `make` gives, made once for each key of a kind."""


@dataclass(frozen=True)
class Lookups:
    """The quads of an engine, of which `ask` gives the SPARQL JSON to a query.

    Each answer is whole, sorted, and bounded like any: by the time and the size that a query has.
    """

    ask: Callable[[str], bytes]
    remember: Remember

    def quads_for_pattern(
        self,
        subject: Subject,
        predicate: NamedNode | None,
        object: Object,  # noqa: A002 - the store's own name for it
        graph_name: Graph = None,
        /,
    ) -> Iterator[Quad]:
        """The quads with these parts, sorted; raises what `ask` raises."""
        if subject is None:
            return iter(self._found(subject, predicate, object, graph_name))
        # Whatever a page asks of a thing, it soon asks more: all of it at once.
        found = self._found(subject, None, None, graph_name)
        return (
            quad
            for quad in found
            if predicate in (None, quad.predicate) and object in (None, quad.object)
        )

    def contains_named_graph(self, graph_name: NamedNode, /) -> bool:
        """Whether a graph has this name; raises what `ask` raises."""

        def asked() -> bool:
            body = self.ask(f"ASK {{ GRAPH {graph_name} {{ ?s ?p ?o }} }}")
            return bool(json.loads(body)["boolean"])

        return self.remember("named graphs", graph_name, asked, _MOST)

    def gather(self, where: str, leading: Iterable[NamedNode]) -> None:
        """Have at hand what the default graph says of each ?s of a pattern: one query for many.

        So is, for these properties, which things lead to what such a thing leads to: for that the
        pattern must find all of them. Raises what `ask` raises.
        """
        self.remember("gathered", where, lambda: self._gathered(where, set(leading)), _MOST)

    def _gathered(self, where: str, leading: set[NamedNode]) -> bool:
        default = DefaultGraph()
        subjects = [
            q.subject for q in self._rows("?s", where, {"s": None, "p": _ANY, "o": _ANY}, default)
        ]
        found: list[Quad] = []
        # Named one by one: joined to the pattern, engines may read all there is.
        for n in range(0, len(subjects), _TOGETHER):
            names = " ".join(map(str, subjects[n : n + _TOGETHER]))
            values = f"VALUES ?s {{ {names} }} ?s ?p ?o"
            found += self._rows("?s ?p ?o", values, {"s": None, "p": None, "o": None}, default)
        patterns: dict[Pattern, list[Quad]] = {}
        for quad in found:
            subject, target = quad.subject, quad.object
            patterns.setdefault((subject, None, None, default), []).append(quad)
            if quad.predicate in leading:
                patterns.setdefault((None, quad.predicate, target, default), []).append(quad)
        for pattern, quads in patterns.items():
            self.remember("quads", pattern, partial(tuple, quads), _MOST)
        return True

    def _found(
        self, subject: Subject, predicate: NamedNode | None, target: Object, graph: Graph
    ) -> tuple[Quad, ...]:
        pattern = subject, predicate, target, graph
        return self.remember("quads", pattern, lambda: self._asked(*pattern), _MOST)

    def _asked(
        self, subject: Subject, predicate: NamedNode | None, target: Object, graph: Graph
    ) -> tuple[Quad, ...]:
        given = {"s": subject, "p": predicate, "o": target}
        triple = " ".join(_written(name, term) for name, term in given.items())
        where = triple
        if graph is None:
            where = _EVERYWHERE.format(triple)
        elif not isinstance(graph, DefaultGraph):
            where = f"GRAPH {graph} {{ {triple} }}"
        return self._rows("*", where, given, graph)

    def _rows(
        self, columns: str, where: str, given: Mapping[str, Subject | Object], graph: Graph
    ) -> tuple[Quad, ...]:
        """The quads that a pattern of ?s ?p ?o and ?g finds, sorted, each once."""
        body = self.ask(f"SELECT DISTINCT {columns} {{ {where} }}")
        rows = parse_query_results(body, QueryResultsFormat.JSON)
        assert isinstance(rows, QuerySolutions)  # noqa: S101 - it was a SELECT
        names = {variable.value for variable in rows.variables}

        def quads() -> Iterator[Quad]:
            for row in rows:
                s, p, o = (row[n] if n in names else term for n, term in given.items())
                found = row["g"] if "g" in names else graph
                yield Quad(s, p, o, found or DefaultGraph())  # type: ignore[arg-type]  # as asked

        return tuple(sorted(set(quads()), key=str))


def _written(name: str, term: Subject | Object) -> str:
    """A part of a pattern; raises TypeError for a blank node, which a query cannot name."""
    if isinstance(term, BlankNode):
        raise TypeError("a blank node cannot be looked up in an engine elsewhere")
    return f"?{name}" if term is None else str(term)
