"""The ontology, its code lists, shapes and examples: complete, consistent, in profile."""

import re
from collections import Counter, defaultdict
from collections.abc import Iterable
from pathlib import Path

import pytest
from pyshacl import validate
from rdflib import BNode, Dataset, Graph, Literal, Namespace, URIRef
from rdflib.namespace import DCTERMS, OWL, PROV, RDF, RDFS, SH, SKOS, XSD
from rdflib.term import Node
from reasoners import closure

# rdflib 7.6 warns from inside its own TriG parser.
pytestmark = pytest.mark.filterwarnings(
    "ignore:ConjunctiveGraph is deprecated:DeprecationWarning",
)

ROOT = Path(__file__).parents[1]
ONTOLOGY = ROOT / "ontology"
EXAMPLES = ONTOLOGY / "examples"
INVALID = EXAMPLES / "invalid"
ARTICLES = (ROOT / "graph" / "articles", ROOT / "tests" / "data" / "notices")
"""Where the sources of the examples lie: the published article, and notices of our own."""

BASE = "https://w3id.org/policyprov/"
PP = Namespace(f"{BASE}ns#")
C = Namespace(f"{BASE}concept/")
OA = Namespace("http://www.w3.org/ns/oa#")
ORG = Namespace("http://www.w3.org/ns/org#")

OURS = URIRef(f"{BASE}ns")
SHORTENED = {C["statistic-type"]: C.statistic}
"""Schemes whose concepts do not start with the scheme's own IRI."""
LIST_CLASSES = {
    C.indicator: PP.Indicator,
    C["statistic-type"]: PP.StatisticType,
    C["work-line"]: PP.WorkLine,
    C.voice: PP.Voice,
    C.role: ORG.Role,
}
KINDS = frozenset(
    {
        OWL.Class,
        OWL.ObjectProperty,
        OWL.DatatypeProperty,
        OWL.AnnotationProperty,
        RDFS.Datatype,
    },
)
BUILT_IN = {t.defrag() for t in (RDF.type, RDFS.label, OWL.Class, XSD.string)}


def turtle(name: str) -> Graph:
    """One Turtle file of the ontology."""
    return Graph().parse(ONTOLOGY / name)


def dataset(path: Path) -> Dataset:
    """One example with its graphs; a Turtle file fills the default graph only."""
    found = Dataset()
    found.parse(path)
    return found


def facts(path: Path) -> Graph:
    """Read the default graph of one example."""
    found = Graph()
    for triple in dataset(path).default_graph:
        found.add(triple)
    return found


CORE = turtle("policyprov.ttl")
CONCEPTS = turtle("concepts.ttl")
SHAPES = turtle("shapes.ttl")
ALIGNMENTS = turtle("alignments.ttl")
EVERY_EXAMPLE = sorted(p for p in EXAMPLES.rglob("*") if p.is_file())


def caught_by(path: Path) -> tuple[str, list[str]]:
    """Read from the first line of an invalid example what catches it: a kind and its terms."""
    first, _, _ = path.read_text(encoding="utf-8").partition("\n")
    match = re.fullmatch(r"# Caught by: (shape|axiom) (.+)", first)
    assert match, f"{path.name}: {first!r}"
    return match[1], match[2].split()


CONFORMING = sorted(p.name for p in EXAMPLES.iterdir() if p.is_file())
BROKEN_SHAPE = sorted(p.name for p in INVALID.iterdir() if caught_by(p)[0] == "shape")
BROKEN_AXIOM = sorted(p.name for p in INVALID.iterdir() if caught_by(p)[0] == "axiom")


def iris(nodes: Iterable[Node]) -> list[URIRef]:
    """Only the IRIs among some nodes, sorted, each once."""
    return sorted({n for n in nodes if isinstance(n, URIRef)})


def number(node: Node | None) -> int:
    """Read the integer that a literal holds."""
    assert isinstance(node, Literal), node
    return int(node)


def declared(*kinds: URIRef) -> set[URIRef]:
    """List the IRIs declared as one of these kinds."""
    return set(iris(s for kind in kinds for s in CORE.subjects(RDF.type, kind)))


def own(*kinds: URIRef) -> set[URIRef]:
    """List the terms of our namespace declared as one of these kinds."""
    return {t for t in declared(*kinds) if t in PP}


def terms(triples: Iterable[tuple[Node, ...]]) -> set[URIRef]:
    """Every IRI of some triples, and every prefixed name inside their SPARQL strings."""
    found: set[URIRef] = set()
    for node in {n for t in triples for n in t}:
        if isinstance(node, URIRef):
            found.add(node)
        elif isinstance(node, Literal) and "SELECT" in node:
            names = re.findall(r"\b(pp|c):([\w-]+)", node)
            found |= {PP[local] if prefix == "pp" else C[local] for prefix, local in names}
    return found


def labels(subject: Node, graph: Graph, predicate: URIRef = RDFS.label) -> dict[str | None, str]:
    """Language → text; fails where a language has two."""
    found = [o for o in graph.objects(subject, predicate) if isinstance(o, Literal)]
    by_language = {o.language: str(o) for o in found}
    assert len(by_language) == len(found), f"{subject} has two labels of one language"
    return by_language


def violated(path: Path, *context: Graph) -> set[Node]:
    """Name the node shapes that one example breaks, beside the graphs given."""
    data = facts(path)
    for graph in context:
        data += graph
    _, report, _ = validate(data, shacl_graph=SHAPES, inplace=True, allow_warnings=False)
    broken: set[Node] = set()
    for result in report.objects(None, SH.result):
        (source,) = report.objects(result, SH.sourceShape)
        broken.add(SHAPES.value(predicate=SH.property, object=source) or source)
    return broken


def test_the_ontology_has_29_classes_and_67_properties() -> None:
    """The vocabulary neither grows nor shrinks unnoticed."""
    assert len(own(OWL.Class)) == 29
    assert len(own(OWL.ObjectProperty, OWL.DatatypeProperty)) == 67
    assert not own(OWL.AnnotationProperty)


def test_the_ontology_says_who_it_is() -> None:
    """Version and the one before, maker, dates, titles in two languages; nothing is imported."""
    assert set(CORE.objects(OURS, OWL.priorVersion)) == {URIRef(f"{OURS}/0.3.0")}
    for predicate in (DCTERMS.creator, DCTERMS.created, DCTERMS.modified):
        assert (OURS, predicate, None) in CORE
    assert (OURS, RDF.type, OWL.Ontology) in CORE
    assert set(CORE.objects(OURS, OWL.versionIRI)) == {URIRef(f"{OURS}/0.4.0")}
    assert set(labels(OURS, CORE, DCTERMS.title)) == {"en", "zh"}
    assert set(labels(OURS, CORE, DCTERMS.description)) == {"en", "zh"}
    assert (OURS, DCTERMS.license, None) in CORE
    assert (None, OWL.imports, None) not in CORE


def test_a_deprecated_term_names_what_replaces_it() -> None:
    """The changelog of terms says the same, and names no term that does not exist."""
    told = (ROOT / "docs/vocabulary-changes.md").read_text(encoding="utf-8")
    both = CORE + CONCEPTS
    deprecated = set(both.subjects(OWL.deprecated, Literal("true", datatype=XSD.boolean)))
    replaced = dict(both.subject_objects(DCTERMS.isReplacedBy))
    assert deprecated
    assert deprecated == set(replaced)
    short = CONCEPTS.namespace_manager.curie
    for old, new in replaced.items():
        assert isinstance(old, URIRef)
        assert isinstance(new, URIRef)
        assert (new, OWL.deprecated, None) not in both
        assert f"| `{short(old)}` | `{short(new)}` |" in told
    exist = own(*KINDS) | set(iris(CONCEPTS.subjects()))
    named = {(PP if p == "pp" else C)[n] for p, n in re.findall(r"`(pp|c):([\w-]+)`", told)}
    assert named - exist == set()


def test_an_english_label_is_english() -> None:
    """No Chinese and no slug stands in the English name of a term or a concept."""
    both = CORE + CONCEPTS
    words = [o for o in both.objects(None, RDFS.label) if isinstance(o, Literal)]
    english = [str(o) for o in words if o.language == "en"]
    assert english
    assert [o for o in english if re.search("[\u3000-\u9fff]", o)] == []
    assert [o for o in english if re.search(r"\w_\w|\w/\w", o)] == []


@pytest.mark.parametrize("term", sorted(own(*KINDS)), ids=lambda t: t.removeprefix(PP))
def test_every_term_is_annotated(term: URIRef) -> None:
    """Labels and definitions in two languages, one example, and the ontology that defines it."""
    assert set(labels(term, CORE)) == {"en", "zh"}
    assert set(labels(term, CORE, SKOS.definition)) == {"en", "zh"}
    assert len(set(CORE.objects(term, SKOS.example))) == 1
    assert set(CORE.objects(term, RDFS.isDefinedBy)) == {OURS}


def test_labels_of_terms_are_unique() -> None:
    """No two classes and no two properties share a label."""
    for kinds in ((OWL.Class,), (OWL.ObjectProperty, OWL.DatatypeProperty)):
        counted = Counter(label for t in own(*kinds) for label in labels(t, CORE).items())
        assert {label for label, n in counted.items() if n > 1} == set()


def test_every_foreign_term_is_declared_once() -> None:
    """Whatever the ontology, the code lists and the examples use has one kind, and a label."""
    kinds = defaultdict(set)
    for kind in KINDS:
        for term in declared(kind):
            kinds[term].add(kind)
    assert {t for t, k in kinds.items() if len(k) > 1} == set()
    assert {t for t in kinds if (t, RDFS.label, None) not in CORE} == set()
    graphs = [CORE, CONCEPTS, *map(facts, EVERY_EXAMPLE)]
    used = iris(t for g in graphs for t in (*g.predicates(), *g.objects(None, RDF.type)))
    assert [t for t in used if t not in kinds and t.defrag() not in BUILT_IN] == []


def test_no_term_is_invented() -> None:
    """Shapes, alignments and examples use only the terms and concepts that exist."""
    exist = own(*KINDS) | set(iris(CONCEPTS.subjects()))
    graphs = {"shapes": SHAPES, "alignments": ALIGNMENTS, "core": CORE, "concepts": CONCEPTS}
    used = {name: terms(graph) for name, graph in graphs.items()}
    used |= {p.name: terms(q[:3] for q in dataset(p).quads()) for p in EVERY_EXAMPLE}
    spaces = {URIRef(f"{BASE}concept/"), PP[""]}
    invented = {
        (name, term)
        for name, found in used.items()
        for term in found - exist - spaces
        if term in PP or term in C
    }
    assert invented == set()


def test_the_ontology_stays_in_owl_2_rl() -> None:
    """Only constructs and datatypes that both OWL 2 RL and OWL 2 DL allow."""
    owl = OWL.Class.defrag()
    assert {p for p in iris(CORE.predicates()) if p.defrag() == owl} == {
        OWL.versionIRI,
        OWL.versionInfo,
        OWL.priorVersion,
        OWL.inverseOf,
        OWL.propertyChainAxiom,
        OWL.disjointWith,
        OWL.members,
    }
    types = iris(CORE.objects(None, RDF.type))
    assert {t for t in types if t.defrag() == owl} | {RDFS.Datatype} == KINDS | {
        OWL.Ontology,
        OWL.AllDisjointClasses,
        OWL.FunctionalProperty,
        OWL.TransitiveProperty,
    }
    ranges = set(iris(CORE.objects(None, RDFS.range)))
    assert ranges - declared(OWL.Class) == {
        XSD.string,
        XSD.integer,
        XSD.nonNegativeInteger,
        XSD.decimal,
        XSD.dateTime,
    }


def test_properties_that_are_not_simple_are_not_functional() -> None:
    """OWL 2 DL: no number restriction on a transitive property, a chain's target, or above one."""
    not_simple = set(CORE.subjects(RDF.type, OWL.TransitiveProperty))
    not_simple |= set(CORE.subjects(OWL.propertyChainAxiom))
    assert not_simple == {PP.within, PP.issuedBy, PP.inArticle}
    above = {a for p in not_simple for a in CORE.transitive_objects(p, RDFS.subPropertyOf)}
    assert not above & set(CORE.subjects(RDF.type, OWL.FunctionalProperty))


def test_properties_point_where_their_kind_allows() -> None:
    """Datatype properties range over datatypes, object properties over classes."""
    for term in own(OWL.DatatypeProperty):
        assert not declared(OWL.Class) & set(iris(CORE.objects(term, RDFS.range)))
    for term in own(OWL.ObjectProperty):
        assert set(iris(CORE.objects(term, RDFS.range))) <= declared(OWL.Class)
    for kind in (OWL.ObjectProperty, OWL.DatatypeProperty):
        for term in own(kind):
            assert set(CORE.objects(term, RDFS.subPropertyOf)) <= declared(kind)


def test_an_alignment_says_no_more_than_see_also() -> None:
    """No subclass, subproperty or SKOS match slips in, and only our terms are aligned."""
    assert set(ALIGNMENTS.predicates()) == {RDFS.seeAlso}
    assert set(ALIGNMENTS.subjects()) <= own(*KINDS)
    assert not [o for o in iris(ALIGNMENTS.objects()) if o in PP]


@pytest.mark.parametrize(
    "scheme",
    iris(CONCEPTS.subjects(RDF.type, SKOS.ConceptScheme)),
    ids=lambda s: s.removeprefix(C),
)
def test_every_code_list_is_complete(scheme: URIRef) -> None:
    """Labels twice and in two languages, IRIs under the scheme's prefix, a place in the order."""
    assert set(labels(scheme, CONCEPTS)) == {"en", "zh"}
    assert set(labels(scheme, CONCEPTS, RDFS.comment)) == {"en", "zh"}
    assert labels(scheme, CONCEPTS, DCTERMS.title) == labels(scheme, CONCEPTS)
    concepts = iris(CONCEPTS.subjects(SKOS.inScheme, scheme))
    assert concepts
    prefix = f"{SHORTENED.get(scheme, scheme)}-"
    seen: Counter[tuple[str | None, str]] = Counter()
    for concept in concepts:
        assert concept.startswith(prefix)
        named = labels(concept, CONCEPTS)
        assert set(named) == {"en", "zh"}, concept
        assert labels(concept, CONCEPTS, SKOS.prefLabel) == named, concept
        assert set(labels(concept, CONCEPTS, SKOS.definition)) == {"en", "zh"}, concept
        assert set(CONCEPTS.objects(concept, RDFS.isDefinedBy)) == {scheme}
        above = set(CONCEPTS.objects(concept, SKOS.broader))
        assert above <= set(concepts)
        assert bool(above) != ((concept, SKOS.topConceptOf, scheme) in CONCEPTS), concept
        wanted = {SKOS.Concept} | {LIST_CLASSES.get(scheme, SKOS.Concept)}
        assert set(CONCEPTS.objects(concept, RDF.type)) == wanted
        seen.update(named.items())
    assert {label for label, n in seen.items() if n > 1} == set()


def test_every_concept_is_in_one_scheme() -> None:
    """No concept stands outside the code lists or in two of them."""
    for concept in CONCEPTS.subjects(RDF.type, SKOS.Concept):
        assert len(set(CONCEPTS.objects(concept, SKOS.inScheme))) == 1


def test_the_fifteen_kinds_of_document_have_their_names() -> None:
    """The 文种 of the Regulations of 2012, by their Chinese names."""
    kinds = (
        "决议、决定、命令（令）、公报、公告、通告、意见、通知、通报、报告、请示、批复、"
        "议案、函、纪要"
    )
    concepts = CONCEPTS.subjects(SKOS.inScheme, C["document-type"])
    notations = {str(n) for c in concepts for n in CONCEPTS.objects(c, SKOS.notation)}
    assert notations >= set(kinds.split("、"))


def test_the_shapes_are_valid_shacl() -> None:
    """The shapes conform to the shapes of SHACL itself."""
    conforms, _, text = validate(Graph(), shacl_graph=SHAPES, meta_shacl=True)
    assert conforms, text


def test_every_shape_explains_itself() -> None:
    """Each node shape has a name in two languages, a description, and says what is wrong."""
    shapes = iris(SHAPES.subjects(RDF.type, SH.NodeShape))
    assert shapes
    for shape in shapes:
        assert set(labels(shape, SHAPES, SH.name)) == {"en", "zh"}
        assert set(labels(shape, SHAPES, SH.description)) == {"en"}
        if "en" not in labels(shape, SHAPES, SH.message):
            parts = [*SHAPES.objects(shape, SH.property), *SHAPES.objects(shape, SH.sparql)]
            assert parts, shape
            assert all("en" in labels(part, SHAPES, SH.message) for part in parts), shape


def test_every_shape_has_been_seen_to_fail() -> None:
    """A shape that no invalid example breaks may say nothing at all."""
    targets = (SH.targetClass, SH.targetSubjectsOf, SH.targetObjectsOf)
    shapes = {shape for target in targets for shape in SHAPES.subjects(target)}
    seen = {
        SHAPES.namespace_manager.expand_curie(caught_by(INVALID / name)[1][0])
        for name in BROKEN_SHAPE
    }
    assert shapes - seen == set()


def test_every_term_stands_in_a_valid_example() -> None:
    """A reader finds each class and property of ours used as it is meant."""
    graphs = [facts(EXAMPLES / name) for name in CONFORMING]
    used = {t for g in graphs for triple in g for t in triple}
    of_the_code_lists = {PP.Indicator, PP.StatisticType, PP.Voice, PP.WorkLine}
    rest = own(OWL.Class, OWL.ObjectProperty, OWL.DatatypeProperty) - used
    assert rest - of_the_code_lists - {PP.issuedThrough} == set(), "issuedThrough is inferred"


@pytest.mark.parametrize("name", CONFORMING)
def test_an_example_conforms(name: str) -> None:
    """A valid example breaks no shape, with the ontology at hand or without it."""
    assert violated(EXAMPLES / name, CONCEPTS) == set()
    assert violated(EXAMPLES / name, CONCEPTS, CORE) == set()


@pytest.mark.parametrize("name", BROKEN_SHAPE)
def test_a_shape_catches_an_invalid_example(name: str) -> None:
    """An invalid example breaks the shape its first line names, and no other."""
    kind, (shape,) = caught_by(INVALID / name)
    assert kind == "shape"
    assert violated(INVALID / name, CONCEPTS) == {SHAPES.namespace_manager.expand_curie(shape)}


@pytest.mark.parametrize("name", BROKEN_AXIOM)
def test_an_axiom_catches_an_invalid_example(name: str) -> None:
    """An invalid example contradicts the axiom its first line names."""
    kind, named = caught_by(INVALID / name)
    assert kind == "axiom"
    one, disjoint, other = (CORE.namespace_manager.expand_curie(term) for term in named)
    if disjoint == OWL.AllDisjointClasses:
        (members,) = CORE.objects(None, OWL.members)
        assert {one, other} <= set(CORE.items(members))
    else:
        assert (one, disjoint, other) in CORE
    _, errors = closure(CORE, facts(INVALID / name))
    assert any(f"{one} and {other}" in error or f"{other} and {one}" in error for error in errors)


@pytest.fixture(scope="module")
def closed() -> tuple[Graph, list[str]]:
    """Close the ontology, the code lists and all valid examples together."""
    return closure(CORE, CONCEPTS, *(facts(EXAMPLES / name) for name in CONFORMING))


def test_the_examples_are_consistent(closed: tuple[Graph, list[str]]) -> None:
    """All examples together, and so each alone, contradict no axiom."""
    assert closed[1] == []


def test_the_closure_draws_the_intended_conclusions(closed: tuple[Graph, list[str]]) -> None:
    """Issuer by chain, article by chain, wider places; a report is no legislation."""
    graph, _ = closed
    doc, agt, plc = (Namespace(f"{BASE}id/{kind}/") for kind in ("document", "agent", "place"))
    notice, village = doc["notice-2019-03"], plc["141127-wangshi-shijiazhuang"]
    assert (notice, PP.issuedBy, agt["cpc-general-office"]) in graph
    assert (notice, RDF.type, PP.OfficialDocument) in graph
    assert (notice, PROV.wasAttributedTo, agt["cpc-general-office"]) in graph
    assert (village, PP.within, plc["140000"]) in graph
    for passage in graph.subjects(RDF.type, PP.Passage):
        assert (passage, PP.inArticle, None) in graph
    assert not [t for t in iris(graph.objects(None, RDF.type)) if t.endswith("LegalResource")]


def test_the_spans_of_the_examples_are_in_the_article() -> None:
    """Every offset gives the exact text, and the spans of a passage join to its quote."""
    checked = 0
    for graph in (facts(EXAMPLES / name) for name in CONFORMING):
        (article,) = iris(graph.subjects(RDF.type, PP.Article))
        name = f"{article.rpartition('/')[2]}/article.txt"
        (source,) = (path for folder in ARTICLES if (path := folder / name).is_file())
        text = source.read_text(encoding="utf-8")
        for passage in graph.subjects(RDF.type, PP.Passage):
            spans = {
                number(graph.value(s, PP.sequence)): s for s in graph.objects(passage, PP.hasSpan)
            }
            ordered = [spans[n] for n in range(1, len(spans) + 1)]
            exact = [str(graph.value(s, OA.exact)) for s in ordered]
            for span, words in zip(ordered, exact, strict=True):
                start, end = (number(graph.value(span, p)) for p in (OA.start, OA.end))
                assert text[start:end] == words
                checked += 1
            assert str(graph.value(passage, PP.quote)) in {"".join(exact), " / ".join(exact)}
    assert checked


def test_the_graph_of_a_claim_is_named_after_it() -> None:
    """In TriG every fact stands in a named graph, and the default graph repeats it."""
    found = dataset(EXAMPLES / "claim-with-broken-quote.trig")
    default = facts(EXAMPLES / "claim-with-broken-quote.trig")
    evidence = {PP.Article, PP.SourceFile, PP.Section, PP.Passage, PP.Span, PP.Claim}
    named = {q[:3] for q in found.quads() if q[3] not in (None, found.default_graph.identifier)}
    copied = {t for t in default if not evidence & set(default.objects(t[0], RDF.type))}
    assert named == copied
    claims = set(default.subjects(RDF.type, PP.Claim))
    graphs = {q[3] for q in found.quads()} - {None, found.default_graph.identifier}
    assert claims < graphs
    assert not [n for t in named for n in t if isinstance(n, BNode)]
