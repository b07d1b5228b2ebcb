"""What is inferred is what an independent reasoner infers, no more and no less."""

import owlrl
import pyoxigraph as ox
import pytest
import rdflib
import releases
from rdflib.namespace import OWL
from reasoners import union

from graph.mapping import inference
from graph.paths import ONTOLOGY
from graph.rdf.namespaces import INFERRED, PREFIXES, expand
from graph.rdf.vocabulary import vocabulary
from graph.release import build
from graph.release.proof import conformance
from graph.release.proof.closure import Closure


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


_EQUALITY = {
    "nothing": "",
    "same as another": "x:a owl:sameAs x:b . x:b x:p x:c .",
    "different from itself": "x:a owl:differentFrom x:a .",
    "same and different": "x:a owl:sameAs x:b ; owl:differentFrom x:b .",
    "same by a function": "x:f a owl:FunctionalProperty . x:a x:f x:b, x:c . x:b x:p x:d .",
    "same by an inverse": "x:f a owl:InverseFunctionalProperty . x:a x:f x:c . x:b x:f x:c .",
    "different by a function": (
        "x:f a owl:FunctionalProperty . x:a x:f x:b, x:c . x:b owl:differentFrom x:c ."
    ),
    "of all that differ": (
        "_:all a owl:AllDifferent ; owl:members (x:a x:b x:c) . x:a owl:sameAs x:b ."
    ),
    "of disjoint classes": "x:C owl:disjointWith x:D . x:a a x:C, x:D .",
    "of one thing in two classes": (
        "x:C owl:disjointWith x:D . x:a a x:C . x:b a x:D . x:a owl:sameAs x:b ."
    ),
}
"""What equality has to do with something → in Turtle."""


@pytest.mark.parametrize("case", _EQUALITY)
def test_a_closure_without_what_is_the_same_as_itself_says_all_else(case: str) -> None:
    text = f"@prefix owl: <{OWL}> . @prefix x: <x:> . x:z x:p x:y . {_EQUALITY[case]}"
    whole = rdflib.Graph().parse(data=text, format="turtle")
    lean = rdflib.Graph()
    for each in whole:  # the same blank nodes
        lean.add(each)
    reasoners = [
        kind(data, axioms=False, daxioms=False, rdfs=False)
        for kind, data in ((owlrl.OWLRL_Semantics, whole), (Closure, lean))
    ]
    # What a reasoner complains of has a blank node of its own.
    known = whole.all_nodes()
    for each in reasoners:
        each.closure()
    theirs, ours = (set(each.error_messages) for each in reasoners)
    assert ours == theirs
    said, left = (
        {t for t in data if t[0] in known and not (t[1] == OWL.sameAs and t[0] == t[2])}
        for data in (whole, lean)
    )
    assert left == said
    assert len(lean) < len(whole)


def _plain(triple_: ox.Triple) -> tuple[str, str, str]:
    s, p, o = triple_
    assert isinstance(s, ox.NamedNode)
    assert isinstance(o, ox.NamedNode | ox.Literal)
    return s.value, p.value, o.value
