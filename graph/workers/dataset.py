"""The dataset of one query: which graphs are its default graph, as one graph.

SPARQL 1.1 Query §13.2.1 merges the graphs given for the default graph; the engine concatenates them
and counts a triple of two graphs twice. Where more than one is given they are merged in memory.
"""

from pyoxigraph import BlankNode, DefaultGraph, NamedNode, Quad, Store

MOST = 50_000
"""Triples that are merged for one query, at most: a third of a second, and some 50 MiB."""

Named = NamedNode | BlankNode
Default = Named | DefaultGraph
Graphs = tuple[str, ...] | list[str] | None


class TooMuchError(Exception):
    """The graphs of a query hold more triples together than are merged."""


def chosen(
    store: Store, default: Graphs, named: Graphs
) -> tuple[Store, list[Default] | None, list[Named] | None]:
    """The store to query, and both graph lists or neither: one alone would leave others visible.

    Raises TooMuchError, or ValueError for a graph that is no IRI.
    """
    if default is None and named is None:
        return store, None, None
    merged: list[Named] = [NamedNode(iri) for iri in dict.fromkeys(default or ())]
    apart: list[Named] = [NamedNode(iri) for iri in dict.fromkeys(named or ())]
    if len(merged) < 2:
        return store, list(merged), apart
    scratch = Store()
    left = MOST
    for graph in merged:
        left = _copy(store, scratch, graph, DefaultGraph(), left)
    for graph in apart:
        left = _copy(store, scratch, graph, graph, left)
    return scratch, [DefaultGraph()], apart


def _copy(store: Store, scratch: Store, graph: Named, into: Default, left: int) -> int:
    for quad in store.quads_for_pattern(None, None, None, graph):
        left -= 1
        if left < 0:
            raise TooMuchError
        scratch.add(Quad(quad.subject, quad.predicate, quad.object, into))
    return left
