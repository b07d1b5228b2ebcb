"""Triple-level provenance in plain RDF: a triple of a claim as an rdf:Statement."""

import hashlib
from collections.abc import Iterable, Iterator

from pyoxigraph import NamedNode, Triple

from graph.rdf.namespaces import expand

_MARK = "/t/"
"""What parts a claim's IRI from the name of one of its statements."""


def name(triple: Triple, claim: NamedNode) -> NamedNode:
    """The IRI of this triple as a statement of this claim."""
    digest = hashlib.sha256(str(triple).encode()).hexdigest()[:16]
    return NamedNode(f"{claim.value}{_MARK}{digest}")


def claim_of(statement: NamedNode) -> NamedNode | None:
    """The claim that a statement's IRI names; None for any other IRI."""
    claim, mark, digest = statement.value.partition(_MARK)
    return NamedNode(claim) if mark and digest else None


def statement(triple: Triple, claim: NamedNode, passages: Iterable[NamedNode]) -> Iterator[Triple]:
    """The triples that say which claim makes this triple, in which passages."""
    node = name(triple, claim)
    yield Triple(node, expand("rdf:type"), expand("rdf:Statement"))
    yield Triple(node, expand("rdf:subject"), triple.subject)
    yield Triple(node, expand("rdf:predicate"), triple.predicate)
    yield Triple(node, expand("rdf:object"), triple.object)
    yield Triple(node, expand("prov:wasDerivedFrom"), claim)
    for passage in passages:
        yield Triple(node, expand("pp:statedIn"), passage)
