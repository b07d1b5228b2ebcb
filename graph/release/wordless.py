"""The dataset without the printed words: where they stand, and how to know them again.

A span keeps its offsets, and has the SHA-256 of its words (UTF-8) instead of them: whoever holds
the source file can cut every span out and prove it. Names stay; what repeats a sentence goes.
"""

import hashlib
import re
from collections.abc import Iterable, Iterator

from pyoxigraph import Literal, NamedNode, Quad

from graph.rdf import order
from graph.rdf.namespaces import IDS, expand

_TYPE = expand("rdf:type")
_WORDS = expand("oa:exact")
_DIGEST = expand("schema:sha256")
_DROPPED = {
    expand(name)
    for name in (
        "pp:quote", "pp:correctedText", "pp:valueText", "prov:value", "oa:bodyValue",
        "skos:example",
    )
}  # fmt: skip
"""What is told in the words of an article."""
_NAMES = {
    expand(name) for name in ("rdfs:label", "skos:prefLabel", "skos:altLabel", "dcterms:title")
}
_SPEAKING = tuple(
    f"{IDS}{kind}/"
    for kind in (
        "article", "change", "claim", "effect", "entry", "erratum", "event", "measure",
        "obligation", "observation", "passage", "problem", "saying", "section", "span",
    )
)  # fmt: skip
"""What has no name of its own and is called by the words of the article."""
_SENTENCE = re.compile(r"[\u3400-\u9fff]{6}")


def _withheld(quad: Quad) -> bool:
    """Whether a quad may hold words of an article."""
    if quad.predicate in _DROPPED:
        return True
    if not isinstance(quad.object, Literal):
        # A quote selector without the quote would be none.
        return quad.predicate == _TYPE and quad.object == expand("oa:TextQuoteSelector")
    if (quad.object.language or "").startswith("zh"):
        spoken = isinstance(quad.subject, NamedNode) and quad.subject.value.startswith(_SPEAKING)
        return spoken or quad.predicate not in _NAMES
    return bool(_SENTENCE.search(quad.object.value))


def _digested(quad: Quad) -> Quad:
    """A quad with the digest of the words instead of them."""
    if quad.predicate != _WORDS or not isinstance(quad.object, Literal):
        return quad
    digest = hashlib.sha256(quad.object.value.encode()).hexdigest()
    return Quad(quad.subject, _DIGEST, Literal(digest), quad.graph_name)


def wordless(quads: Iterable[Quad]) -> Iterator[Quad]:
    """These quads, which come in order, without the words; in order, one subject held at a time."""
    for block in order.subjects(quads):
        kept = (q if q.predicate == _WORDS else None if _withheld(q) else q for q in block)
        yield from order.ordered(_digested(q) for q in kept if q is not None)
