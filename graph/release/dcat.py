"""How a release describes itself: DCAT-AP 3 for harvesters, with what VoID counts of it."""

import io
from collections.abc import Iterable, Iterator, Mapping
from functools import cache
from typing import Any

import pyoxigraph as ox

from graph.mapping import yaml_positions
from graph.paths import ROOT
from graph.rdf import layout, order
from graph.rdf.formats import named
from graph.rdf.namespaces import CANONICAL_BASE, NS, PREFIXES, expand
from graph.release.dumps import DUMPS, Dump
from graph.release.void import DATASET, Row, statistics, typed
from graph.runs.files import Written
from graph.runs.tally import Tally

NAME = "void.ttl"
_MEDIA_TYPES = "https://www.iana.org/assignments/media-types/"
_LOCAL = {
    "spdx": "http://spdx.org/rdf/terms#",
    "dcatap": "http://data.europa.eu/r5r/",
    "vcard": "http://www.w3.org/2006/vcard/ns#",
}
"""Prefixes that only the description needs."""
_PROTOCOL = ox.NamedNode("https://www.w3.org/TR/sparql11-protocol/")
_ONTOLOGY = ox.NamedNode(NS.removesuffix("#"))
_HOME = ox.NamedNode(CANONICAL_BASE)
_SERVICE = ox.NamedNode(CANONICAL_BASE + "sparql")
_SHA256 = ox.NamedNode(_LOCAL["spdx"] + "checksumAlgorithm_sha256")
_STOPS = {"en": ".", "zh": "。"}
_GZIP = ox.NamedNode(_MEDIA_TYPES + "application/gzip")
_HEADER = (
    f"{NAME}: policyprov, how the dataset and its files describe themselves.",
    "Licence: CC BY 4.0, https://creativecommons.org/licenses/by/4.0/.",
    "Inside: the catalog, the dataset, its distributions and service (DCAT-AP 3), its size (VoID).",
    f"Verify: its SHA-256 is in {CANONICAL_BASE}dumps/SHA256SUMS.",
    f"Read: {CANONICAL_BASE}ontology for the terms, docs/dumps.md for the files.",
)


@cache
def _masthead() -> Mapping[str, Any]:
    found: Mapping[str, Any] = yaml_positions.load(ROOT / "graph" / "dataset.yaml")
    return found


def _part(name: str) -> ox.NamedNode:
    """A thing that the description alone tells of."""
    return ox.NamedNode(f"{DATASET.value}#{name}")


_CATALOG, _PUBLISHER, _CONTACT = map(_part, ("catalog", "publisher", "contact"))
_PERIOD, _PROVENANCE = map(_part, ("period", "provenance"))


def _tagged(written: Mapping[str, Any]) -> list[ox.Literal]:
    return [ox.Literal(str(written[tag]), language=tag) for tag in ("en", "zh")]


def _iris(role: str) -> list[ox.NamedNode]:
    """The terms of others' lists that have a role in the description."""
    return [ox.NamedNode(term["iri"]) for term in _masthead()["terms"][role]]


def _rights(words: bool) -> ox.NamedNode:  # noqa: FBT001 - one question, answered by name
    return _part(f"rights-{'words' if words else 'facts'}")


def _license() -> ox.NamedNode:
    return ox.NamedNode(_masthead()["license"])


def _told(node: ox.NamedNode, kind: str, label: str, words: Mapping[str, Any]) -> Iterator[Row]:
    """A thing of this class with a name in both languages."""
    yield node, "rdf:type", _predicate(kind)
    for text in _tagged(words):
        yield node, label, text


def _terms() -> Iterator[Row]:
    """What the terms of others' lists are."""
    for term in (term for role in _masthead()["terms"].values() for term in role):
        node = ox.NamedNode(term["iri"])
        scheme = ox.NamedNode(term.get("scheme", term["iri"].rpartition("/")[0]))
        title = scheme.value.removesuffix("/1.0").rpartition("/")[2].replace("-", " ")
        yield from _told(node, term.get("kind", "skos:Concept"), "skos:prefLabel", term)
        yield node, "rdf:type", expand("skos:Concept")
        yield node, "skos:inScheme", scheme
        yield scheme, "rdf:type", expand("skos:ConceptScheme")
        yield scheme, "dcterms:title", ox.Literal(title, language="en")
    where = _masthead()["spatial"]
    yield from _told(ox.NamedNode(where["iri"]), "dcterms:Location", "skos:prefLabel", where)


def _shared() -> Iterator[Row]:
    """Whom and what catalog, dataset and service all name."""
    masthead = _masthead()
    yield from _told(_PUBLISHER, "foaf:Agent", "foaf:name", masthead["publisher"])
    yield _PUBLISHER, "dcterms:type", _iris("publisher")[0]
    yield from _told(_CONTACT, "vcard:Kind", "vcard:fn", masthead["publisher"])
    yield _CONTACT, "vcard:hasURL", ox.NamedNode(masthead["contact"])
    yield from _told(
        _PROVENANCE, "dcterms:ProvenanceStatement", "rdfs:label", masthead["provenance"]
    )
    for words in (True, False):
        told = masthead["rights"]["words" if words else "facts"]
        yield from _told(_rights(words), "dcterms:RightsStatement", "rdfs:label", told)
    yield _license(), "rdf:type", expand("dcterms:LicenseDocument")
    yield _license(), "dcterms:type", _iris("license")[0]
    yield _HOME, "rdf:type", expand("foaf:Document")
    for standard in (_PROTOCOL, _ONTOLOGY):
        yield standard, "rdf:type", expand("dcterms:Standard")
    yield _GZIP, "rdf:type", expand("dcterms:MediaType")


def _kept(node: ox.NamedNode, told: Mapping[str, Any]) -> Iterator[Row]:
    """What is said alike of catalog, dataset and service."""
    for name in ("title", "description"):
        for text in _tagged(told[name]):
            yield node, f"dcterms:{name}", text
    yield node, "dcterms:publisher", _PUBLISHER
    yield node, "dcterms:license", _license()


def _dated(node: ox.NamedNode) -> Iterator[Row]:
    for name in ("issued", "modified"):
        yield node, f"dcterms:{name}", typed(_masthead()[name], "date")
    for language in _iris("language"):
        yield node, "dcterms:language", language
    yield node, "dcterms:spatial", ox.NamedNode(_masthead()["spatial"]["iri"])


def _found(node: ox.NamedNode) -> Iterator[Row]:
    """What dataset and service are found by, and who is asked about them."""
    yield node, "dcat:theme", _iris("theme")[0]
    yield node, "dcat:contactPoint", _CONTACT
    yield node, "dcterms:accessRights", _iris("access")[0]
    yield node, "dcat:landingPage", _HOME
    for word in _masthead()["keywords"]:
        yield node, "dcat:keyword", ox.Literal(str(word))


def _catalog() -> Iterator[Row]:
    yield _CATALOG, "rdf:type", expand("dcat:Catalog")
    yield from _kept(_CATALOG, _masthead()["catalog"])
    yield from _dated(_CATALOG)
    yield _CATALOG, "dcat:dataset", DATASET
    yield _CATALOG, "dcat:service", _SERVICE
    yield _CATALOG, "foaf:homepage", _HOME
    theme = _iris("theme")[0].value.rpartition("/")[0]
    yield _CATALOG, "dcat:themeTaxonomy", ox.NamedNode(theme)


def _dataset(version: str, tally: Tally) -> Iterator[Row]:
    for kind in ("dcat:Dataset", "void:Dataset"):
        yield DATASET, "rdf:type", _predicate(kind)
    yield from _kept(DATASET, _masthead())
    yield from _dated(DATASET)
    yield from _found(DATASET)
    yield DATASET, "dcterms:creator", _PUBLISHER
    yield DATASET, "dcterms:rights", _rights(words=True)
    yield DATASET, "dcterms:provenance", _PROVENANCE
    yield DATASET, "dcterms:accrualPeriodicity", _iris("frequency")[0]
    yield DATASET, "dcterms:conformsTo", _ONTOLOGY
    yield DATASET, "dcterms:identifier", ox.Literal(DATASET.value)
    yield DATASET, "dcat:version", ox.Literal(version)
    if tally.days:
        yield DATASET, "dcterms:temporal", _PERIOD
        yield _PERIOD, "rdf:type", expand("dcterms:PeriodOfTime")
        for name, day in zip(("start", "end"), tally.days, strict=True):
            yield _PERIOD, f"dcat:{name}Date", typed(day.decode(), "date")


def _service() -> Iterator[Row]:
    yield _SERVICE, "rdf:type", expand("dcat:DataService")
    yield from _kept(_SERVICE, _masthead()["service"])
    yield from _found(_SERVICE)
    yield _SERVICE, "dcat:endpointURL", _SERVICE
    for name in ("sparql", "openapi.json"):
        yield _SERVICE, "dcat:endpointDescription", ox.NamedNode(CANONICAL_BASE + name)
    yield _SERVICE, "dcat:servesDataset", DATASET
    yield _SERVICE, "dcterms:conformsTo", _PROTOCOL


def _distribution(dump: Dump, file: Written) -> Iterator[Row]:
    node = ox.NamedNode(f"{CANONICAL_BASE}dumps/{file.name}")
    media = ox.NamedNode(_MEDIA_TYPES + dump.fmt.media_type)
    for name in ("dcat:distribution", "void:dataDump"):
        yield DATASET, name, node
    yield node, "rdf:type", expand("dcat:Distribution")
    yield node, "dcterms:title", ox.Literal(file.name)
    for language, text in dump.holds.items():
        sentence = f"{text[0].upper()}{text[1:]}{_STOPS[language]}"
        yield node, "dcterms:description", ox.Literal(sentence, language=language)
    for name in ("dcat:downloadURL", "dcat:accessURL"):
        yield node, name, node
    yield node, "dcterms:format", _iris(dump.fmt.name)[0]
    yield node, "dcat:mediaType", media
    yield media, "rdf:type", expand("dcterms:MediaType")
    if file.name.endswith(".gz"):
        yield node, "dcat:compressFormat", _GZIP
    yield node, "dcat:byteSize", typed(file.bytes, "nonNegativeInteger")
    yield node, "dcatap:availability", _iris("availability")[0]
    yield node, "dcterms:license", _license()
    yield node, "dcterms:rights", _rights(dump.part.words)
    checksum = ox.NamedNode(f"{node.value}#sha256")
    yield node, "spdx:checksum", checksum
    yield checksum, "rdf:type", _predicate("spdx:Checksum")
    yield checksum, "spdx:algorithm", _SHA256
    yield checksum, "spdx:checksumValue", typed(file.sha256, "hexBinary")


def _distributions(files: Iterable[Written]) -> Iterator[Row]:
    yield _SHA256, "rdf:type", _predicate("spdx:ChecksumAlgorithm")
    known = {file.name: file for file in files}
    for dump in DUMPS:
        for name in (dump.name, f"{dump.name}.gz"):
            if name in known:
                yield from _distribution(dump, known[name])


def _predicate(name: str) -> ox.NamedNode:
    prefix, _, local = name.partition(":")
    return ox.NamedNode(_LOCAL[prefix] + local) if prefix in _LOCAL else expand(name)


def describe(version: str, tally: Tally, files: Iterable[Written]) -> bytes:
    """The description of a release as Turtle; `files` are those it offers."""
    rows = (
        *_catalog(), *_dataset(version, tally), *statistics(tally), *_service(), *_shared(),
        *_terms(), *_distributions(files),
    )  # fmt: skip
    quads = order.ordered(ox.Quad(s, _predicate(p), o) for s, p, o in rows)
    out = io.BytesIO()
    layout.write(
        (quad.triple for quad in quads), out, named("turtle").rdf, PREFIXES | _LOCAL, _HEADER
    )
    return out.getvalue()
