"""What follows from the facts by the ontology's axioms: an OWL 2 RL subset, as rules.

The rules cover every axiom the ontology uses; a test compares the result with an independent
reasoner's. Only what is said of things in the data is kept: nobody asks which class is a class.
"""

from collections.abc import Collection, Iterable
from functools import cache

import pyoxigraph as ox

from graph.rdf.namespaces import IDS, PREFIXES

_ALONE = (
    "CONSTRUCT { ?x a ?d } WHERE { ?x a ?c . ?c rdfs:subClassOf ?d . FILTER(isIRI(?d)) }",
    "CONSTRUCT { ?x ?q ?y } WHERE { ?p rdfs:subPropertyOf ?q . ?x ?p ?y }",
    "CONSTRUCT { ?x a ?c } WHERE { ?p rdfs:domain ?c . ?x ?p ?y }",
    "CONSTRUCT { ?y a ?c } WHERE { ?p rdfs:range ?c . ?x ?p ?y . FILTER(isIRI(?y)) }",
    "CONSTRUCT { ?y ?q ?x } WHERE { ?p owl:inverseOf|^owl:inverseOf ?q . ?x ?p ?y }",
)
"""Rules that look at one triple of the data."""
_TOGETHER = (
    "CONSTRUCT { ?x ?p ?z } WHERE { ?p a owl:TransitiveProperty . ?x ?p ?y . ?y ?p ?z }",
    """CONSTRUCT { ?x ?p ?z } WHERE {
         ?p owl:propertyChainAxiom ?l . ?l rdf:first ?a ; rdf:rest ?r .
         ?r rdf:first ?b ; rdf:rest rdf:nil . ?x ?a ?y . ?y ?b ?z }""",
)
"""Rules that look at two, the second of which is about what the first leads to."""
_RULES = (*_ALONE, *_TOGETHER)


_JOINING = """SELECT ?a ?b WHERE {
  { ?a a owl:TransitiveProperty BIND(?a AS ?b) } UNION
  { ?p owl:propertyChainAxiom ?l . ?l rdf:first ?a ; rdf:rest/rdf:first ?b } }"""


@cache
def joining(
    ontology: tuple[ox.Triple, ...],
) -> frozenset[tuple[ox.NamedNode, ox.NamedNode]]:
    """The pairs of properties two triples of which may make a third follow, where they meet.

    The first leads to what the second is about. All other rules look at one triple of the data:
    what follows by them from some triples follows from each of them alone.
    """
    answer = _store(ontology).query(_JOINING, prefixes=PREFIXES)
    assert isinstance(answer, ox.QuerySolutions)  # noqa: S101 - the query above is a SELECT
    rows = ((row["a"], row["b"]) for row in answer)
    return frozenset(
        (a, b) for a, b in rows if isinstance(a, ox.NamedNode) and isinstance(b, ox.NamedNode)
    )


def _store(triples: Iterable[ox.Triple]) -> ox.Store:
    store = ox.Store()
    store.extend(ox.Quad(t.subject, t.predicate, t.object) for t in triples)
    return store


def infer(stated: Iterable[ox.Triple], ontology: Iterable[ox.Triple]) -> set[ox.Triple]:
    """The triples about things of the data that follow from `stated` and are not in it."""
    known = set(stated)
    store = _store([*known, *ontology])
    found: set[ox.Triple] = set()
    while True:
        new = {t for rule in _RULES for t in _construct(store, rule)} - known - found
        if not new:
            return found
        found |= new
        store.extend(ox.Quad(t.subject, t.predicate, t.object) for t in new)


def follow_together(
    stated: Collection[ox.Triple], ontology: Collection[ox.Triple]
) -> set[ox.Triple]:
    """The triples that follow from two of `stated` and are not in it, and what follows from them.

    What follows from one of `stated` alone, or from what follows and another, is left out.
    """
    store = _store([*stated, *ontology])
    found = {t for rule in _TOGETHER for t in _construct(store, rule)}.difference(stated)
    return found | infer(found, ontology)


def _construct(store: ox.Store, rule: str) -> Iterable[ox.Triple]:
    answer = store.query(rule, prefixes=PREFIXES)
    assert isinstance(answer, ox.QueryTriples)  # noqa: S101 - the rules above are all CONSTRUCT
    return (
        t
        for t in answer
        if isinstance(t.subject, ox.NamedNode)
        and t.subject.value.startswith(IDS)
        and not isinstance(t.object, ox.BlankNode)
    )
