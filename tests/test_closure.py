"""What is inferred is what an independent reasoner infers, no more and no less."""

import owlrl
import pyoxigraph as ox
import pytest
import rdflib
import releases
from reasoners import union

from graph.mapping import inference
from graph.paths import ONTOLOGY
from graph.rdf.namespaces import INFERRED, PREFIXES, expand
from graph.rdf.vocabulary import vocabulary
from graph.release import build, conformance


def triple(s: str, p: str, o: str) -> ox.Triple:
    """A triple of prefixed names."""
    return ox.Triple(expand(s), expand(p), expand(o))


@pytest.mark.parametrize(
    ("stated", "follows"),
    [
        (
            [("doc:a", "rdf:type", "pp:PolicyDocument")],
            ("doc:a", "rdf:type", "pp:OfficialDocument"),
        ),
        ([("doc:a", "rdf:type", "pp:PolicyDocument")], ("doc:a", "rdf:type", "prov:Entity")),
        ([("evt:i", "pp:issues", "doc:a")], ("doc:a", "pp:issuedThrough", "evt:i")),
        (
            [("evt:i", "pp:issues", "doc:a"), ("evt:i", "pp:actor", "agt:x")],
            ("doc:a", "pp:issuedBy", "agt:x"),
        ),
        (
            [("psg:a", "pp:inSection", "sec:a"), ("sec:a", "pp:inArticle", "art:a")],
            ("psg:a", "pp:inArticle", "art:a"),
        ),
        (
            [("plc:a", "pp:within", "plc:b"), ("plc:b", "pp:within", "plc:c")],
            ("plc:a", "pp:within", "plc:c"),
        ),
        ([("clm:a", "pp:statedIn", "psg:a")], ("clm:a", "prov:wasDerivedFrom", "psg:a")),
    ],
)
def test_an_axiom_is_followed(
    stated: list[tuple[str, str, str]], follows: tuple[str, str, str]
) -> None:
    """Each kind of axiom the ontology uses has its consequence."""
    inferred = inference.infer([triple(*t) for t in stated], vocabulary().ontology)
    assert triple(*follows) in inferred


def test_a_document_is_not_made_legislation() -> None:
    """A Party report is a Work, never an eli:LegalResource."""
    inferred = inference.infer(
        [triple("doc:a", "rdf:type", "pp:PolicyDocument")], vocabulary().ontology
    )
    assert triple("doc:a", "rdf:type", "eli:Work") in inferred
    assert triple("doc:a", "rdf:type", "eli:LegalResource") not in inferred


@pytest.mark.slow
def test_the_rules_infer_what_a_reasoner_infers() -> None:
    """On the whole dataset, owlrl's closure restricted to things and named terms is ours."""
    sources = build.read()
    ours = {q.triple for q in sources.quads if q.graph_name == INFERRED}
    stated = conformance.asserted(sources.quads)
    # A closure is written into its graph, so it works on a copy.
    data = union(releases.second(ox.Quad(*t) for t in stated).default_graph)
    data.parse(ONTOLOGY / "policyprov.ttl")
    owlrl.OWLRL_Semantics(data, axioms=False, daxioms=False, rdfs=False).closure()
    trivial = {PREFIXES["owl"] + "sameAs"}
    universal = {PREFIXES["owl"] + "Thing", PREFIXES["rdfs"] + "Resource"}
    theirs = set()
    for s, p, o in data:
        if str(s).startswith(PREFIXES["clm"].removesuffix("claim/")) and str(p) not in trivial:
            if str(o) in universal or isinstance(s, rdflib.BNode | rdflib.Literal):
                continue
            theirs.add((str(s), str(p), str(o)))
    known = {_plain(t) for t in stated}
    assert {_plain(t) for t in ours} == theirs - known


def _plain(triple_: ox.Triple) -> tuple[str, str, str]:
    s, p, o = triple_
    assert isinstance(s, ox.NamedNode)
    assert isinstance(o, ox.NamedNode | ox.Literal)
    return s.value, p.value, o.value
