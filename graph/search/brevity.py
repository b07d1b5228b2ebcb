"""IRIs without what all of ours begin with, as an index keeps them."""

from graph.rdf.namespaces import CANONICAL_BASE


def brief(iri: str) -> str:
    """An IRI of ours without what all of them begin with; any other text as it is."""
    return iri.removeprefix(CANONICAL_BASE)


def full(brief_: str) -> str:
    """The IRI that `brief` made short."""
    return brief_ if ":" in brief_ or not brief_ else CANONICAL_BASE + brief_
