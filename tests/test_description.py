"""A release describes itself: DCAT-AP 3 for harvesters, and VoID that counts what is there."""

import hashlib
import re
from collections.abc import Iterator
from pathlib import Path

import pytest
import releases
from pyshacl import validate
from rdflib import RDF, XSD, Dataset, Graph, Literal, Namespace, URIRef
from rdflib.query import ResultRow

from graph.paths import ROOT
from graph.rdf.dataset import opened
from graph.release.dumps import DUMPS

SHAPES = Graph().parse(Path(__file__).parent / "data" / "dcat-ap.ttl")
DATASET = URIRef("https://w3id.org/policyprov/dataset")
DCAT = Namespace("http://www.w3.org/ns/dcat#")
DCTERMS = Namespace("http://purl.org/dc/terms/")
SH = Namespace("http://www.w3.org/ns/shacl#")
SPDX = Namespace("http://spdx.org/rdf/terms#")
VOID = Namespace("http://rdfs.org/ns/void#")


@pytest.fixture(scope="module")
def described() -> Graph:
    """The description of the release of this checkout."""
    return Graph().parse(releases.article() / "void.ttl")


@pytest.fixture(scope="module")
def data() -> Dataset:
    """What it describes."""
    return opened(releases.article())


def _asked() -> Iterator[tuple[URIRef, URIRef]]:
    """Each class of the shapes, with each property that it has to have."""
    for shape, kind in SHAPES.subject_objects(SH.targetClass):
        for rule in SHAPES.objects(shape, SH.property):
            path = SHAPES.value(rule, SH.path)
            if isinstance(path, URIRef) and SHAPES.value(rule, SH.minCount):
                assert isinstance(kind, URIRef)
                yield kind, path


def test_it_opens_as_the_dumps_do() -> None:
    lines = (releases.article() / "void.ttl").read_text("utf-8").splitlines()
    starts = ("# void.ttl: ", "# Licence: ", "# Inside: ", "# Verify: ", "# Read: ", "@prefix")
    assert [line.startswith(start) for line, start in zip(lines, starts, strict=False)] == [
        True
    ] * 6


def test_what_is_promised_of_the_dumps_is_shown() -> None:
    """Every test that docs/dumps.md names is there."""
    page = (ROOT / "docs" / "dumps.md").read_text("utf-8")
    named = re.findall(r"`(test_\w+\.py)::(test_\w+)`", page)
    assert len(named) > 10
    for file, test in named:
        assert f"\ndef {test}(" in (ROOT / "tests" / file).read_text("utf-8"), test


def test_it_has_what_dcat_ap_asks_for(described: Graph) -> None:
    conforms, _, report = validate(described, shacl_graph=SHAPES)
    assert conforms, report


def test_every_description_is_in_both_languages(described: Graph) -> None:
    told = set(described.subjects(DCTERMS.description))
    files = set(described.subjects(RDF.type, DCAT.Distribution))
    assert files
    assert files <= told
    for thing in told:
        words = [o for o in described.objects(thing, DCTERMS.description) if isinstance(o, Literal)]
        assert sorted(str(word.language) for word in words) == ["en", "zh"], thing


@pytest.mark.parametrize(
    ("kind", "path"), sorted(_asked()), ids=lambda iri: re.split("[#/]", iri)[-1]
)
def test_what_is_asked_for_would_be_missed(kind: URIRef, path: URIRef, described: Graph) -> None:
    """Without any one of these properties the description no longer passes."""
    less = Graph()
    things = set(described.subjects(RDF.type, kind))
    assert things
    for s, p, o in described:
        if s not in things or p != path:
            less.add((s, p, o))
    assert not validate(less, shacl_graph=SHAPES)[0]


@pytest.mark.parametrize(
    ("part", "names", "number", "query"),
    [
        (VOID.classPartition, VOID["class"], VOID.entities, "?thing a ?name"),
        (VOID.propertyPartition, VOID.property, VOID.triples, "?thing ?name ?value"),
    ],
    ids=["class", "property"],
)
def test_partitions_count_every_class_and_property(  # noqa: PLR0917 - a row of the table
    part: URIRef, names: URIRef, number: URIRef, query: str, described: Graph, data: Dataset
) -> None:
    told = {
        str(described.value(each, names)): int(str(described.value(each, number)))
        for each in described.objects(DATASET, part)
    }
    rows = data.query(f"SELECT ?name (COUNT(*) AS ?n) WHERE {{ {query} }} GROUP BY ?name")
    assert told == {str(row[0]): int(row[1]) for row in rows if isinstance(row, ResultRow)}


def test_partitions_count_the_properties_of_every_class(described: Graph, data: Dataset) -> None:
    """Of each class, every property that its things have, with the triples that say so."""
    told = {
        (str(described.value(kind, VOID["class"])), str(described.value(part, VOID.property))): int(
            str(described.value(part, VOID.triples))
        )
        for kind in described.objects(DATASET, VOID.classPartition)
        for part in described.objects(kind, VOID.propertyPartition)
    }
    rows = data.query(
        "SELECT ?kind ?name (COUNT(*) AS ?n) WHERE { ?thing a ?kind ; ?name ?value"
        " FILTER(?name != rdf:type) } GROUP BY ?kind ?name"
    )
    counted = {(str(r[0]), str(r[1])): int(r[2]) for r in rows if isinstance(r, ResultRow)}
    assert len(told) > 100
    assert told == counted


def test_the_whole_is_counted(described: Graph, data: Dataset) -> None:
    for name, query in (
        ("triples", "(COUNT(*) AS ?n) WHERE { ?s ?p ?o }"),
        ("entities", "(COUNT(DISTINCT ?s) AS ?n) WHERE { ?s ?p ?o }"),
        ("classes", "(COUNT(DISTINCT ?o) AS ?n) WHERE { ?s a ?o }"),
        ("properties", "(COUNT(DISTINCT ?p) AS ?n) WHERE { ?s ?p ?o }"),
    ):
        (row,) = data.query(f"SELECT {query}")
        assert isinstance(row, ResultRow)
        assert described.value(DATASET, VOID[name]) == Literal(int(row[0])), name


def test_every_vocabulary_is_named(described: Graph, data: Dataset) -> None:
    """Every class and property is of a vocabulary that is named, and each of those is used."""
    named = {str(each) for each in described.objects(DATASET, VOID.vocabulary)}
    rows = data.query("SELECT DISTINCT ?t WHERE { { ?s ?t ?o } UNION { ?s a ?t } }")
    used = {str(row[0]) for row in rows if isinstance(row, ResultRow)}
    assert named == {re.sub("[^#/]*$", "", each) for each in used}


def test_it_covers_the_days_of_its_periods(described: Graph, data: Dataset) -> None:
    (row,) = data.query(
        "SELECT (MIN(?a) AS ?start) (MAX(?b) AS ?end)"
        " WHERE { ?p dcat:startDate ?a . OPTIONAL { ?p dcat:endDate ?b } }"
    )
    assert isinstance(row, ResultRow)
    period = described.value(DATASET, DCTERMS.temporal)
    assert described.value(period, DCAT.startDate) == row[0]
    assert described.value(period, DCAT.endDate) == row[1]


def test_every_dump_is_a_distribution_with_its_size_sum_and_rights(described: Graph) -> None:
    """A file that quotes says that the quoted words are their publishers'; the others need not."""
    folder = releases.article()
    found = {str(described.value(d, DCTERMS.title)): d
             for d in described.objects(DATASET, DCAT.distribution)}  # fmt: skip
    assert found.keys() == {name for d in DUMPS for name in (d.name, f"{d.name}.gz")}
    for dump in DUMPS:
        for name in (dump.name, f"{dump.name}.gz"):
            content, node = (folder / name).read_bytes(), found[name]
            assert described.value(node, DCAT.byteSize) == Literal(
                len(content), datatype=XSD.nonNegativeInteger
            )
            checksum = described.value(node, SPDX.checksum)
            told = str(described.value(checksum, SPDX.checksumValue))
            assert told.lower() == hashlib.sha256(content).hexdigest()
            rights = str(described.value(node, DCTERMS.rights))
            assert rights.endswith("#rights-words" if dump.part.words else "#rights-facts")
            assert (name.endswith(".gz")) == bool(described.value(node, DCAT.compressFormat))
