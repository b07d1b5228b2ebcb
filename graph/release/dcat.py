"""How a release describes itself: DCAT 3 for harvesters, VoID for linked-data clients."""

from collections.abc import Iterable, Iterator, Mapping
from functools import cache
from typing import Any

import pyoxigraph as ox

from graph.mapping import yaml_positions
from graph.paths import ROOT
from graph.rdf.formats import named
from graph.rdf.namespaces import CANONICAL_BASE, IDS, NS, PREFIXES, expand
from graph.release.dumps import DUMPS, Dump
from graph.runs.files import Written
from graph.runs.merge import Tally

DATASET = ox.NamedNode(CANONICAL_BASE + "dataset")
_MEDIA_TYPES = "https://www.iana.org/assignments/media-types/"
_EU_FORMATS = "http://publications.europa.eu/resource/authority/access-right/PUBLIC"
_SPDX = "http://spdx.org/rdf/terms#"
_COUNTED = {
    "articles": "pp:Article", "claims": "pp:Claim", "passages": "pp:Passage",
    "documents": "pp:OfficialDocument", "policies": "pp:PolicyDocument",
    "measures": "pp:PolicyMeasure", "effects": "pp:Effect", "problems": "pp:Problem",
    "observations": "pp:Observation", "changes": "pp:Change", "events": "pp:Event",
    "cases": "pp:LocalCase", "places": "pp:AdministrativeDivision",
    "organizations": "org:Organization", "groups": "pp:ActorGroup", "people": "foaf:Person",
    "platforms": "pp:DigitalPlatform",
}  # fmt: skip


@cache
def _masthead() -> Mapping[str, Any]:
    found: Mapping[str, Any] = yaml_positions.load(ROOT / "graph" / "dataset.yaml")
    return found


def counts(tally: Tally) -> dict[str, int]:
    """How many quads, triples, graphs and things of each kind the dataset holds."""
    return {
        "quads": tally.quads,
        "triples": tally.triples,
        "graphs": tally.graphs,
        **{name: tally.types[str(expand(kind))] for name, kind in _COUNTED.items()},
    }


def _typed(value: int | str, kind: str) -> ox.Literal:
    return ox.Literal(str(value), datatype=expand(f"xsd:{kind}"))


def _tagged(written: Mapping[str, Any]) -> list[ox.Literal]:
    return [ox.Literal(str(t), language=tag) for tag, t in sorted(written.items())]


def _rights(words: bool) -> ox.NamedNode:  # noqa: FBT001 - one question, answered by name
    return ox.NamedNode(f"{DATASET.value}#rights-{'words' if words else 'facts'}")


def _statements_of_rights() -> Iterator[tuple[ox.NamedNode, str, Any]]:
    for words in (True, False):
        node = _rights(words)
        yield node, "rdf:type", expand("dcterms:RightsStatement")
        for text in _tagged(_masthead()["rights"]["words" if words else "facts"]):
            yield node, "rdfs:label", text


def _about(version: str, tally: Tally) -> list[tuple[str, Any]]:
    masthead = _masthead()
    return [
        ("rdf:type", expand("dcat:Dataset")),
        ("rdf:type", expand("void:Dataset")),
        *(("dcterms:title", t) for t in _tagged(masthead["title"])),
        *(("dcterms:description", t) for t in _tagged(masthead["description"])),
        ("dcterms:issued", _typed(masthead["issued"], "date")),
        ("dcterms:license", ox.NamedNode(masthead["license"])),
        ("dcterms:rights", _rights(words=True)),
        ("dcterms:accessRights", ox.NamedNode(_EU_FORMATS)),
        ("dcterms:language", ox.Literal("zh")),
        ("dcterms:language", ox.Literal("en")),
        ("dcterms:conformsTo", ox.NamedNode(NS.removesuffix("#"))),
        *(("dcat:keyword", ox.Literal(str(k))) for k in masthead["keywords"]),
        ("dcat:version", ox.Literal(version)),
        ("dcat:landingPage", ox.NamedNode(CANONICAL_BASE)),
        ("void:triples", _typed(tally.triples, "integer")),
        ("void:entities", _typed(tally.subjects, "integer")),
        ("void:properties", _typed(len(tally.predicates), "integer")),
        ("void:uriSpace", ox.Literal(IDS)),
        ("void:sparqlEndpoint", ox.NamedNode(CANONICAL_BASE + "sparql")),
        *(("void:vocabulary", ox.NamedNode(PREFIXES[p])) for p in ("pp", "prov", "oa", "org")),
        *(("void:exampleResource", ox.NamedNode(iri)) for iri in tally.articles),
    ]


def _distribution(dump: Dump, file: Written) -> list[tuple[ox.NamedNode, str, Any]]:
    node = ox.NamedNode(f"{CANONICAL_BASE}dumps/{file.name}")
    checksum = ox.NamedNode(f"{node.value}#sha256")
    compressed = file.name.endswith(".gz")
    rows: list[tuple[ox.NamedNode, str, Any]] = [
        (DATASET, "dcat:distribution", node),
        (DATASET, "void:dataDump", node),
        (node, "rdf:type", expand("dcat:Distribution")),
        (node, "dcterms:title", ox.Literal(file.name)),
        (node, "dcterms:description", ox.Literal(f"{dump.holds}.".capitalize(), language="en")),
        (node, "dcat:downloadURL", node),
        (node, "dcat:accessURL", node),
        (node, "dcat:mediaType", ox.NamedNode(_MEDIA_TYPES + dump.fmt.media_type)),
        (node, "dcat:byteSize", _typed(file.bytes, "nonNegativeInteger")),
        (node, "dcterms:license", ox.NamedNode(_masthead()["license"])),
        (node, "dcterms:rights", _rights(dump.part.words)),
        (node, f"{_SPDX}checksum", checksum),
        (checksum, "rdf:type", ox.NamedNode(f"{_SPDX}Checksum")),
        (checksum, f"{_SPDX}algorithm", ox.NamedNode(f"{_SPDX}checksumAlgorithm_sha256")),
        (
            checksum,
            f"{_SPDX}checksumValue",
            _typed(file.sha256, "hexBinary"),
        ),
    ]
    if compressed:
        rows.append((node, "dcat:compressFormat", ox.NamedNode(_MEDIA_TYPES + "application/gzip")))
    return rows


def _service() -> list[tuple[ox.NamedNode, str, Any]]:
    node = ox.NamedNode(CANONICAL_BASE + "sparql")
    return [
        (node, "rdf:type", expand("dcat:DataService")),
        (node, "dcterms:title", ox.Literal("policyprov SPARQL endpoint", language="en")),
        (node, "dcat:endpointURL", node),
        (node, "dcat:servesDataset", DATASET),
        (node, "dcterms:conformsTo", ox.NamedNode("https://www.w3.org/TR/sparql11-protocol/")),
    ]


def _predicate(name: str) -> ox.NamedNode:
    return ox.NamedNode(name) if name.startswith("http") else expand(name)


def describe(version: str, tally: Tally, files: Iterable[Written]) -> bytes:
    """The description of a release as Turtle; `files` are those it offers."""
    rows = [(DATASET, name, term) for name, term in _about(version, tally)]
    rows += _statements_of_rights()
    known = {file.name: file for file in files}
    for dump in DUMPS:
        for name in (dump.name, f"{dump.name}.gz"):
            if name in known:
                rows += _distribution(dump, known[name])
    rows += _service()
    triples = {ox.Triple(s, _predicate(p), o) for s, p, o in rows}
    return named("turtle").write(sorted(triples, key=str), PREFIXES | {"spdx": _SPDX})
