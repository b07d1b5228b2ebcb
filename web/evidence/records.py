"""Evidence as quads: facts in the graphs of their claims, and the records of where those stand."""

from collections.abc import Iterator
from dataclasses import dataclass

from pyoxigraph import NamedNode, Quad, Triple

from graph.rdf.formats import Format, Kind
from graph.rdf.jsonld import Writer
from graph.rdf.namespaces import PREFIXES
from web.site.release_view import Statement, View

SD = "http://www.w3.org/ns/sparql-service-description#"


@dataclass(frozen=True)
class Description:
    """Quads about a thing: records in the default graph, facts in the graphs of their claims."""

    view: View
    thing: NamedNode
    quads: tuple[Quad, ...]

    def write(self, fmt: Format) -> bytes:
        """The description in this format; where it has no graphs, their triples stand together."""
        ordered = sorted(set(self.quads), key=lambda q: (str(q.graph_name), str(q.triple)))
        if fmt.name == "jsonld":
            return Writer(self.view.release.context).document(ordered)
        prefixes = PREFIXES | {"sd": SD}
        if fmt.kind is Kind.DATASET:
            return fmt.write(ordered, prefixes)
        return fmt.write(sorted({q.triple for q in ordered}, key=str), prefixes)


def default(triple: Triple) -> Quad:
    """A triple of the default graph."""
    return Quad(triple.subject, triple.predicate, triple.object)


def records(view: View, claim: NamedNode) -> Iterator[Triple]:
    """The evidence records of a claim: itself, its passages, their spans and sections."""
    yield from view.about(claim)
    for passage in view.things(claim, "pp:statedIn"):
        yield from view.about(passage)
        for name in ("pp:hasSpan", "pp:inSection"):
            for part in view.things(passage, name):
                yield from view.about(part)


def supported(view: View, statement: Statement) -> Iterator[Quad]:
    """A statement in the graph of each claim that makes it, with the claim's evidence records."""
    triple = statement.triple
    if not statement.claims:
        yield default(triple)
    for claim in statement.claims:
        yield Quad(triple.subject, triple.predicate, triple.object, claim)
        yield from map(default, records(view, claim))
