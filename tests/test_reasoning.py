"""What reasoners conclude: data and ontology stay in OWL 2 DL, agree, and confuse no two things."""

from pathlib import Path

import pytest
import releases
from rdflib import Dataset, Graph, Literal, Namespace, URIRef
from rdflib.namespace import OWL, PROV, RDF, RDFS
from reasoners import SOUND, closure, hermit, needs_java, union

from graph.release.build import Sources

# rdflib 7.6 warns from inside its own TriG parser.
pytestmark = pytest.mark.filterwarnings(
    "ignore:ConjunctiveGraph is deprecated:DeprecationWarning",
)

ROOT = Path(__file__).parents[1]
TWO = Path(__file__).parent / "data" / "two-articles"
FAULTS = sorted((TWO / "faults").glob("*.ttl"))
PP = Namespace("https://w3id.org/policyprov/ns#")
C = Namespace("https://w3id.org/policyprov/concept/")
DOC = Namespace("https://w3id.org/policyprov/id/document/")
AGT = Namespace("https://w3id.org/policyprov/id/agent/")
EVT = Namespace("https://w3id.org/policyprov/id/event/")
CLM = Namespace("https://w3id.org/policyprov/id/claim/")


def ontology() -> Graph:
    """The ontology and its code lists."""
    return Graph().parse(ROOT / "ontology/policyprov.ttl").parse(ROOT / "ontology/concepts.ttl")


def examples() -> list[Graph]:
    """The default graph of each valid example."""
    found = []
    for path in sorted((ROOT / "ontology/examples").glob("*.t*")):
        read = Dataset()
        read.parse(path)
        found.append(union(read.default_graph))
    return found


def articles() -> list[Graph]:
    """Two articles whose facts would run into each other under careless names."""
    return [Graph().parse(TWO / f"{name}.ttl") for name in ("first", "second")]


def told_same(graph: Graph) -> set[frozenset[str]]:
    """Pairs of different names that a closure takes for one thing."""
    return {frozenset((str(s), str(o))) for s, o in graph.subject_objects(OWL.sameAs) if s != o}


def concludes(fault: Path) -> list[str]:
    """What the first line of a fault says follows from it, with prefixed names written out."""
    first, _, _ = fault.read_text(encoding="utf-8").partition("\n")
    kind, _, rest = first.removeprefix("# Concludes: ").partition(" ")
    names = Graph().parse(fault).namespace_manager
    return [str(names.expand_curie(n)) if ":" in n else n for n in (kind, *rest.split())]


@needs_java
def test_ontology_and_examples_are_in_owl_2_dl_and_consistent(tmp_path: Path) -> None:
    assert hermit(union(ontology(), *examples()), tmp_path) == SOUND


@needs_java
@pytest.mark.slow
def test_the_whole_dataset_is_in_owl_2_dl_and_consistent(sources: Sources, tmp_path: Path) -> None:
    """Articles, background, inferred facts, ontology and code lists together."""
    data = releases.second(sources.quads)
    assert hermit(union(ontology(), data.default_graph), tmp_path) == SOUND


@needs_java
@pytest.mark.slow
@pytest.mark.parametrize(
    ("subject", "predicate", "thing"),
    [
        (DOC.a, URIRef("http://purl.org/dc/terms/undeclared"), DOC.b),
        (DOC.a, RDF.type, PP.Undeclared),
    ],
)
def test_an_undeclared_term_leaves_the_profile(
    subject: URIRef, predicate: URIRef, thing: URIRef, tmp_path: Path
) -> None:
    """The profile check has been seen to fail."""
    graph = ontology()
    graph.add((subject, predicate, thing))
    assert hermit(graph, tmp_path).violations


@needs_java
def test_two_articles_agree_for_hermit(tmp_path: Path) -> None:
    assert hermit(union(ontology(), *articles()), tmp_path) == SOUND


def test_two_articles_agree_for_a_rule_engine() -> None:
    """No contradiction, no two things made one, and the guest is no issuer."""
    graph, contradictions = closure(ontology(), *articles())
    assert contradictions == []
    assert told_same(graph) == set()
    assert set(graph.objects(DOC["notice-2019-03"], PP.issuedBy)) == {AGT["cpc-general-office"]}


def test_two_articles_tell_apart_what_differs() -> None:
    """Two figures of 200, two of 252, two persons of one name; one event in two places."""
    both = union(*articles())
    by_value: dict[str, set[str]] = {}
    for observation, value in both.subject_objects(PP.value):
        by_value.setdefault(str(value), set()).add(str(observation))
    assert {value: len(names) for value, names in by_value.items()} == {"200": 2, "252": 2}
    assert len(set(both.subjects(RDFS.label, Literal("李翔", lang="zh")))) == 2
    entries = set(both.subjects(PP.lists, EVT["issuance-notice-2019-03"]))
    assert {int(str(both.value(e, PP.sequence))) for e in entries} == {1, 4}


@pytest.mark.parametrize("fault", FAULTS, ids=lambda p: p.stem)
def test_a_rule_engine_notices_the_fault(fault: Path) -> None:
    """Each fault leads to the conclusion that its first line names, so that its absence tells."""
    graph, contradictions = closure(ontology(), Graph().parse(fault))
    match concludes(fault):
        case ["inconsistent"]:
            # The engine draws no conclusion from datatypes: it makes one number of the two.
            assert contradictions or frozenset(("1", "4")) in told_same(graph)
        case ["same", one, other]:
            assert frozenset((one, other)) in told_same(graph)
        case [subject, predicate, thing]:
            assert (URIRef(subject), URIRef(predicate), URIRef(thing)) in graph


@needs_java
@pytest.mark.slow
@pytest.mark.parametrize("fault", FAULTS, ids=lambda p: p.stem)
def test_hermit_notices_the_fault(fault: Path, tmp_path: Path) -> None:
    match concludes(fault):
        case ["inconsistent"]:
            assert not hermit(union(ontology(), Graph().parse(fault)), tmp_path).consistent
        case ["same", one, other]:
            verdict = hermit(union(ontology(), Graph().parse(fault)), tmp_path)
            assert any({one, other} <= group for group in verdict.same)


def test_a_speaker_is_not_the_author_of_the_graph() -> None:
    """A claim is attributed to its mapper alone, whoever is quoted in it."""
    claim = Graph()
    claim.add((CLM.a, PP.saidBy, AGT["li-xiang"]))
    claim.add((CLM.a, PROV.wasAttributedTo, AGT.policyprov))
    graph, _ = closure(ontology(), claim)
    assert set(graph.objects(CLM.a, PROV.wasAttributedTo)) == {AGT.policyprov}
    assert (AGT["li-xiang"], RDF.type, PROV.Agent) in graph
