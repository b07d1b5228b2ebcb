"""Two reasoners that know nothing of this project, and the OWL 2 DL profile by the OWL API."""

import importlib.util
import subprocess
from collections import defaultdict
from dataclasses import dataclass
from pathlib import Path
from shutil import which

import pytest
from owlrl import OWLRL_Semantics
from rdflib import Graph
from rdflib.namespace import OWL, RDF, RDFS

JAVA = which("javac") and which("java")
needs_java = pytest.mark.skipif(not JAVA, reason="HermiT runs on Java: install a JDK")
_SILENT = {RDFS.label, RDFS.comment, RDFS.isDefinedBy}


def closure(*graphs: Graph) -> tuple[Graph, list[str]]:
    """The OWL 2 RL conclusions of some graphs, annotations left out, and the contradictions."""
    merged = union(*graphs)
    silent = _SILENT | set(merged.subjects(RDF.type, OWL.AnnotationProperty))
    for triple in [t for t in merged if t[1] in silent]:
        merged.remove(triple)
    engine = OWLRL_Semantics(merged, axioms=False, daxioms=False, rdfs=False)
    engine.closure()
    return merged, engine.error_messages


def union(*graphs: Graph) -> Graph:
    """One graph of the triples of several."""
    merged = Graph()
    for graph in graphs:
        for triple in graph:
            merged.add(triple)
    return merged


@dataclass(frozen=True)
class Verdict:
    """What the OWL API and HermiT say of a graph."""

    violations: tuple[str, ...]
    """What keeps it out of OWL 2 DL."""
    consistent: bool
    unsatisfiable: tuple[str, ...]
    same: tuple[frozenset[str], ...]
    """Groups of names of one individual; empty for an inconsistent graph."""


SOUND = Verdict(violations=(), consistent=True, unsatisfiable=(), same=())
"""In OWL 2 DL, free of contradiction, every class possible, no two names for one thing."""


def hermit(graph: Graph, folder: Path) -> Verdict:
    """HermiT's verdict on a graph, written to this folder as RDF/XML for it.

    owlready2 brings the program; its own loader of ontologies is not used.
    """
    spec = importlib.util.find_spec("owlready2")
    assert spec is not None
    assert spec.origin is not None
    jar = Path(spec.origin).parent / "hermit" / "HermiT.jar"
    file = folder / "ontology.owl"
    graph.serialize(file, format="xml")
    said = subprocess.run(
        [str(JAVA), "-cp", str(jar), str(Path(__file__).with_name("Hermit.java")), str(file)],
        check=True,
        capture_output=True,
        text=True,
        timeout=120,
    ).stdout
    told: dict[str, list[str]] = defaultdict(list)
    for line in said.splitlines():
        kind, _, rest = line.partition(" ")
        told[kind].append(rest)
    assert int(told["axioms"][0]) > 0
    return Verdict(
        tuple(told["violation"]),
        told["consistent"] == ["true"],
        tuple(told["unsatisfiable"]),
        tuple({frozenset(each.split()) for each in told["same"]}),
    )
