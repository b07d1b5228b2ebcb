"""What shapes and a closure find in triples, each with a library that is no part of the engine."""

from collections.abc import Collection, Iterable
from dataclasses import dataclass

import pyoxigraph as ox
import rdflib

from graph.paths import ONTOLOGY
from graph.rdf.namespaces import DEFAULT, INFERRED, PREFIXES, shorten
from graph.release.checks import Finding
from graph.release.proof.prepared import PreparedGraph


def _filled(graph: rdflib.Graph, triples: Iterable[ox.Triple]) -> rdflib.Graph:
    lines = ox.serialize(triples, format=ox.RdfFormat.N_TRIPLES)
    return graph.parse(data=lines, format="nt")


def asserted(quads: Iterable[ox.Quad]) -> list[ox.Triple]:
    """The triples of the default graph that were stated, without those that only follow."""
    named = [q for q in quads if q.graph_name not in (DEFAULT, INFERRED)]
    stated = {q.triple for q in named}
    follow = {q.triple for q in quads if q.graph_name == INFERRED} - stated
    return [q.triple for q in quads if q.graph_name == DEFAULT and q.triple not in follow]


def _foreign(message: object) -> tuple[bool, str]:
    """Puts what is told in English before the rest, which has an order too."""
    return getattr(message, "language", None) != "en", str(message)


@dataclass(frozen=True)
class Shaped:
    """What the shapes find: what is wrong, what a warning is of, how many shapes there are."""

    problems: tuple[str, ...]
    warnings: int
    shapes: int

    @property
    def finding(self) -> Finding:
        """It as the outcome of a check."""
        return Finding("shapes", f"{self.shapes} shapes, {self.warnings} warnings", self.problems)


def shaped(triples: Iterable[ox.Triple], among: Collection[str] | None = None) -> Shaped:
    """What `ontology/shapes.ttl` finds in these triples, about things `among` these IRIs."""
    import pyshacl  # noqa: PLC0415 - a second to load, which only `check` has to wait for

    rules = rdflib.Graph().parse(ONTOLOGY / "shapes.ttl")
    # The library's own choice of focus nodes would bind the shapes inside shapes, too.
    _, report, _ = pyshacl.validate(
        _filled(PreparedGraph(), triples), shacl_graph=rules, inference="none", advanced=False
    )
    sh = rdflib.Namespace(PREFIXES["sh"])
    problems, warnings = [], 0
    for result in report.subjects(rdflib.RDF.type, sh.ValidationResult):
        focus = str(report.value(result, sh.focusNode))
        if among is not None and focus not in among:
            continue
        if report.value(result, sh.resultSeverity) != sh.Violation:
            warnings += 1
            continue
        told = sorted(report.objects(result, sh.resultMessage), key=_foreign)
        problems.append(f"{shorten(focus)}: {told[0]}")
    count = len(set(rules.subjects(rdflib.RDF.type, sh.NodeShape)))
    return Shaped(tuple(sorted(problems)), warnings, count)


def shapes(quads: Iterable[ox.Quad]) -> Finding:
    """The stated facts conform to `ontology/shapes.ttl`; warnings are told, not failed."""
    return shaped(asserted(list(quads))).finding


@dataclass(frozen=True)
class Closed:
    """A closure: how many triples it is of, how many it has, its contradictions."""

    before: int
    after: int
    problems: tuple[str, ...]

    @property
    def finding(self) -> Finding:
        """It as the outcome of a check."""
        told = f"closure of {self.before} triples has {self.after}"
        return Finding("consistency", told, self.problems)


def closed(triples: Iterable[ox.Triple]) -> Closed:
    """The OWL 2 RL closure of these triples and the ontology."""
    from graph.release.proof.closure import Closure  # noqa: PLC0415 - as slow to load as pyshacl

    data = _filled(rdflib.Graph(), triples)
    data.parse(ONTOLOGY / "policyprov.ttl")
    before = len(data)
    reasoner = Closure(data, axioms=False, daxioms=False, rdfs=False)
    reasoner.closure()
    problems = tuple(str(message).strip() for message in reasoner.error_messages)
    return Closed(before, len(data), problems)


def consistency(quads: Iterable[ox.Quad]) -> Finding:
    """The OWL 2 RL closure of the stated facts and the ontology has no contradiction."""
    return closed(asserted(list(quads))).finding
