"""What the description of a release counts (VoID): by class, property, both, and vocabulary."""

import re
from collections.abc import Iterator
from typing import Any

import pyoxigraph as ox

from graph.rdf.namespaces import CANONICAL_BASE, IDS, expand, shorten
from graph.runs.tally import Tally

DATASET = ox.NamedNode(CANONICAL_BASE + "dataset")
Row = tuple[ox.NamedNode, str, Any]
"""A subject, the prefixed name or IRI of a property, and its value."""
_COUNTED = {
    "articles": "pp:Article", "claims": "pp:Claim", "passages": "pp:Passage",
    "documents": "pp:OfficialDocument", "policies": "pp:PolicyDocument",
    "measures": "pp:PolicyMeasure", "effects": "pp:Effect", "problems": "pp:Problem",
    "observations": "pp:Observation", "changes": "pp:Change", "events": "pp:Event",
    "cases": "pp:LocalCase", "places": "pp:AdministrativeDivision",
    "organizations": "org:Organization", "groups": "pp:ActorGroup", "people": "foaf:Person",
    "platforms": "pp:DigitalPlatform",
}  # fmt: skip
_SPACE = re.compile(r".*[#/]")
"""The namespace of a term."""
_NO_NAME = re.compile(r"[^A-Za-z0-9]+")


def counts(tally: Tally) -> dict[str, int]:
    """How many quads, triples, graphs and things of each kind the dataset holds."""
    return {
        "quads": tally.quads,
        "triples": tally.triples,
        "graphs": tally.graphs,
        **{name: tally.types[str(expand(kind))] for name, kind in _COUNTED.items()},
    }


def typed(value: int | str, kind: str) -> ox.Literal:
    """A literal with one of XML Schema's datatypes."""
    return ox.Literal(str(value), datatype=expand(f"xsd:{kind}"))


def _terms(tally: Tally) -> tuple[dict[str, int], dict[str, int]]:
    """The IRIs of all classes and properties → how many things, how many triples."""
    return (
        {name[1:-1]: number for name, number in sorted(tally.types.items())},
        {name[1:-1].decode(): number for name, number in sorted(tally.predicates.items())},
    )


def _partition(kind: str, iri: str, whole: ox.NamedNode = DATASET) -> ox.NamedNode:
    """The name of the part of a whole that is of a class, or has a property."""
    mark = "-" if "#" in whole.value else "#"
    return ox.NamedNode(f"{whole.value}{mark}{kind}-{_NO_NAME.sub('-', shorten(iri))}")


def _partitions(
    kind: str, counted: str, found: dict[str, int], whole: ox.NamedNode = DATASET
) -> Iterator[Row]:
    for iri, number in found.items():
        part = _partition(kind, iri, whole)
        yield whole, f"void:{kind}Partition", part
        yield part, f"void:{kind}", ox.NamedNode(iri)
        yield part, counted, typed(number, "integer")


def _by_class(tally: Tally) -> Iterator[Row]:
    """What the things of each class say: their properties, with the triples of each."""
    uses: dict[str, dict[str, int]] = {}
    for (kind, name), number in sorted(tally.uses.items()):
        uses.setdefault(kind[1:-1], {})[name[1:-1].decode()] = number
    for kind, properties in uses.items():
        yield from _partitions("property", "void:triples", properties, _partition("class", kind))


def statistics(tally: Tally) -> Iterator[Row]:
    """The rows that say how big the dataset is, of what it is made, and in which vocabularies."""
    classes, properties = _terms(tally)
    for name, number in (
        ("triples", tally.triples),
        ("entities", tally.subjects),
        ("classes", len(classes)),
        ("properties", len(properties)),
    ):
        yield DATASET, f"void:{name}", typed(number, "integer")
    yield from _partitions("class", "void:entities", classes)
    yield from _partitions("property", "void:triples", properties)
    yield from _by_class(tally)
    spaces = {_SPACE.match(iri) for iri in (*classes, *properties)}
    for space in {match[0] for match in spaces if match}:
        yield DATASET, "void:vocabulary", ox.NamedNode(space)
    yield DATASET, "void:uriSpace", ox.Literal(IDS)
    yield DATASET, "void:sparqlEndpoint", ox.NamedNode(CANONICAL_BASE + "sparql")
    for iri in tally.articles:
        yield DATASET, "void:exampleResource", ox.NamedNode(iri)
