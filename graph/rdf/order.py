"""The one order of quads in every file of a release, so that files can be compared and merged.

By graph (the default graph before the named ones), subject, predicate (`rdf:type` before the
others) and object, each as N-Triples writes it, code point by code point. Parts sorted by `key` can
be merged with `heapq.merge`.

A run is a file of sorted lines, each a quad as its key with tabs between: no term holds a tab or a
line feed, and UTF-8 sorts as code points do, so lines can be compared and merged as they are.
"""

from collections.abc import Iterable, Iterator
from itertools import groupby

from pyoxigraph import Quad

from graph.rdf.namespaces import DEFAULT, expand

_TYPE = expand("rdf:type")
TYPE = str(_TYPE).encode()
"""`rdf:type` as N-Triples writes it."""
Key = tuple[str, str, str, str]


def key(quad: Quad) -> Key:
    """Where a quad stands: its graph, subject, predicate and object as sortable text."""
    graph = "" if quad.graph_name == DEFAULT else str(quad.graph_name)
    predicate = "" if quad.predicate == _TYPE else str(quad.predicate)
    return graph, str(quad.subject), predicate, str(quad.object)


def line(quad: Quad) -> bytes:
    """A quad as a line of a run."""
    return ("\t".join(key(quad)) + "\n").encode()


def nquad(row: bytes) -> bytes:
    """A line of a run as a line of N-Quads."""
    graph, subject, predicate, thing = row[:-1].split(b"\t")
    return b"%s %s %s%s .\n" % (
        subject, predicate or TYPE, thing, b" " + graph if graph else b"",
    )  # fmt: skip


def ordered(quads: Iterable[Quad]) -> list[Quad]:
    """These quads in order, each once."""
    return sorted(set(quads), key=key)


def subjects(quads: Iterable[Quad]) -> Iterator[list[Quad]]:
    """The quads of one graph about one subject, one block after another; `quads` are in order."""
    for _, block in groupby(quads, key=lambda q: (q.graph_name, q.subject)):
        yield list(block)
