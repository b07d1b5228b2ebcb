"""What follows from the facts by the ontology's axioms: an OWL 2 RL subset, as rules.

The rules cover every axiom the ontology uses; a test compares the result with an independent
reasoner's. Only what is said of things in the data is kept: nobody asks which class is a class.
"""

from collections.abc import Iterable
from functools import cache

import pyoxigraph as ox

from graph.rdf.namespaces import IDS, PREFIXES

_RULES = (
    "CONSTRUCT { ?x a ?d } WHERE { ?x a ?c . ?c rdfs:subClassOf ?d . FILTER(isIRI(?d)) }",
    "CONSTRUCT { ?x ?q ?y } WHERE { ?p rdfs:subPropertyOf ?q . ?x ?p ?y }",
    "CONSTRUCT { ?x a ?c } WHERE { ?p rdfs:domain ?c . ?x ?p ?y }",
    "CONSTRUCT { ?y a ?c } WHERE { ?p rdfs:range ?c . ?x ?p ?y . FILTER(isIRI(?y)) }",
    "CONSTRUCT { ?y ?q ?x } WHERE { ?p owl:inverseOf|^owl:inverseOf ?q . ?x ?p ?y }",
    "CONSTRUCT { ?x ?p ?z } WHERE { ?p a owl:TransitiveProperty . ?x ?p ?y . ?y ?p ?z }",
    """CONSTRUCT { ?x ?p ?z } WHERE {
         ?p owl:propertyChainAxiom ?l . ?l rdf:first ?a ; rdf:rest ?r .
         ?r rdf:first ?b ; rdf:rest rdf:nil . ?x ?a ?y . ?y ?b ?z }""",
)


_JOINING = """SELECT ?p WHERE {
  { ?p a owl:TransitiveProperty } UNION { ?q owl:propertyChainAxiom/rdf:rest*/rdf:first ?p } }"""


@cache
def joining(ontology: tuple[ox.Triple, ...]) -> frozenset[ox.NamedNode]:
    """The properties two triples of which may make a third follow.

    All other rules look at one triple of the data: what follows by them from some triples follows
    from each of them alone.
    """
    answer = _store(ontology).query(_JOINING, prefixes=PREFIXES)
    assert isinstance(answer, ox.QuerySolutions)  # noqa: S101 - the query above is a SELECT
    return frozenset(row["p"] for row in answer if isinstance(row["p"], ox.NamedNode))


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
