"""What things are called: in both languages, without Chinese or slugs in English."""

import csv
import re
from collections import defaultdict
from collections.abc import Iterable

import pytest
import releases
from rdflib import OWL, RDF, RDFS, SKOS, Dataset, Literal, Namespace, URIRef
from rdflib.query import ResultRow

from graph.rdf.dataset import opened
from graph.rdf.namespaces import CANONICAL_BASE, IDS, expand

PP = Namespace(CANONICAL_BASE + "ns#")
TERMS = (OWL.Class, OWL.ObjectProperty, OWL.DatatypeProperty, RDFS.Datatype)
CODES = (SKOS.Concept, SKOS.ConceptScheme)
HAN = re.compile("[\u3400-\u9fff\uf900-\ufaff]")
SENTENCE_ENDS_INSIDE = re.compile(r"[.!?][\"”’)]?\s|[。；;]")
LANGUAGES = {"en", "zh"}


@pytest.fixture(scope="module")
def data() -> Dataset:
    """The release of the first article."""
    return opened(releases.first())


def _words(data: Dataset, *names: URIRef) -> dict[str, dict[str, list[str]]]:
    """Subject → language → what it is called, or what is said of it, by these properties."""
    found: dict[str, dict[str, list[str]]] = defaultdict(lambda: defaultdict(list))
    for name in names:
        for subject, literal in data.default_graph.subject_objects(name):
            if isinstance(literal, Literal) and literal.language:
                found[str(subject)][literal.language].append(str(literal))
    return found


def _ours(data: Dataset, kinds: Iterable[URIRef]) -> set[str]:
    things = {str(s) for kind in kinds for s in data.default_graph.subjects(RDF.type, kind)}
    return {thing for thing in things if thing.startswith(CANONICAL_BASE)}


def _registered(data: Dataset) -> set[str]:
    """The things of the registry that the data tell of."""
    with (releases.first() / "entities.csv").open(encoding="utf-8", newline="") as file:
        names = {expand(row["name"]).value for row in csv.DictReader(file)}
    return names & {str(s) for s in data.default_graph.subjects()}


def test_terms_concepts_and_entities_are_called_something_in_both_languages(data: Dataset) -> None:
    called = _words(data, RDFS.label, SKOS.prefLabel)
    things = _ours(data, (*TERMS, *CODES)) | _registered(data)
    assert len(things) > 400
    assert {thing for thing in things if not called[thing].keys() >= LANGUAGES} == set()


def test_an_english_name_has_no_chinese_and_no_slug(data: Dataset) -> None:
    called = _words(data, RDFS.label, SKOS.prefLabel)
    english = [(thing, text) for thing, by in called.items() for text in by["en"]]
    assert [each for each in english if HAN.search(each[1])] == []
    slugs = {thing.removeprefix(IDS).partition("/")[2] for thing in called if thing.startswith(IDS)}
    slugs = {slug for slug in slugs if slug.count("-") > 1 and re.search("[a-z]", slug)}
    assert slugs
    words = re.compile(r"[\w-]*\w-\w[\w-]*|\b[a-z]+:[\w-]+")
    assert [each for each in english for word in words.findall(each[1])
            if word in slugs or ":" in word] == []  # fmt: skip


@pytest.mark.parametrize("language", sorted(LANGUAGES))
def test_a_claim_is_one_sentence(language: str, data: Dataset) -> None:
    called = _words(data, RDFS.label)
    claims = _ours(data, [PP.Claim])
    told = [text for claim in claims for text in called[claim][language]]
    assert len(told) == len(claims) > 200
    ends = ".?" if language == "en" else "。？"
    assert [text for text in told if text.rstrip('”’"）)')[-1] not in ends] == []
    if language == "en":
        assert [text for text in told if SENTENCE_ENDS_INSIDE.search(text)] == []


def test_terms_and_concepts_are_defined_in_both_languages(data: Dataset) -> None:
    said = _words(data, SKOS.definition, RDFS.comment)
    things = _ours(data, (*TERMS, *CODES))
    assert {thing for thing in things if not said[thing].keys() >= LANGUAGES} == set()


def test_what_is_remarked_is_remarked_in_both_languages(data: Dataset) -> None:
    said = _words(data, RDFS.comment)
    assert len(said) > 100
    assert {thing for thing, by in said.items() if by.keys() != LANGUAGES} == set()


def test_the_rules_would_notice(data: Dataset) -> None:
    """The first mapping's labels break them."""
    for label in ("李翔 is named in the report.", "CPC Central Committee (党中央)"):
        assert HAN.search(label)
    assert SENTENCE_ENDS_INSIDE.search("It was issued. It was issued in March 2019.")
    (row,) = data.query("SELECT (COUNT(*) AS ?n) WHERE { ?c a pp:Claim }")
    assert isinstance(row, ResultRow)
    assert int(row[0]) == len(_ours(data, [PP.Claim]))
