"""Evidence as W3C Web Annotations: a claim is the body, each span of its words a target.

Offsets are Unicode code points, 0-based, end exclusive. A broken sentence has several targets, in
reading order; position and quote selectors of one target select the same words.
"""

from collections.abc import Iterable, Iterator
from typing import Any

from pyoxigraph import NamedNode

from graph.rdf.namespaces import NS, PREFIXES
from web.evidence.cards import Card, Quote
from web.evidence.passages import Span
from web.site.page_context import Frame

_CONTEXT = (
    "http://www.w3.org/ns/anno.jsonld",
    {
        "pp": NS,
        "voice": {"@id": "pp:voice", "@type": "@id"},
        "saidBy": {"@id": "pp:saidBy", "@type": "@id"},
        "confidence": {"@id": "pp:confidence", "@type": "@id"},
        "sha256": PREFIXES["schema"] + "sha256",
        "statement": PREFIXES["schema"] + "itemReviewed",
        "numbersProven": PREFIXES["schema"] + "measurementTechnique",
    },
)


def page(here: Frame, address: str, cards: Iterable[Card]) -> dict[str, Any]:
    """The annotations of these claims as one AnnotationPage found at this address."""
    items = [
        each for card in cards for each in _annotations(here, f"{address}#{card.number}", card)
    ]
    return {
        "@context": _CONTEXT,
        "id": address,
        "type": "AnnotationPage",
        "items": items,
    }


def _annotations(here: Frame, name: str, card: Card) -> Iterator[dict[str, Any]]:
    for n, quote in enumerate(card.quotes, 1):
        targets = [_target(here, quote, span) for span in quote.passage.spans]
        yield {
            "id": f"{name}.{n}",
            "type": "Annotation",
            "motivation": "linking",
            "body": _body(here, card),
            "target": targets[0] if len(targets) == 1 else targets,
        }


def _body(here: Frame, card: Card) -> dict[str, Any]:
    claim = card.claim
    proven = [good for figure, good in card.checks if figure.value is not None]
    body: dict[str, Any] = {
        "id": card.iri,
        "type": "pp:Claim",
        "label": here.name(card.iri),
        "voice": claim.voice.value,
        "saidBy": [speaker.value for speaker in claim.speakers],
        "confidence": claim.confidence.value,
    }
    return body | ({"numbersProven": all(proven)} if proven else {})


def _target(here: Frame, quote: Quote, span: Span) -> dict[str, Any]:
    selectors: list[dict[str, Any]] = [
        {"type": "TextPositionSelector", "start": span.start, "end": span.end}
    ]
    if here.rights.quotes:
        words: dict[str, Any] = {"type": "TextQuoteSelector", "exact": span.exact}
        around = {"prefix": quote.before, "suffix": quote.after}
        if len(quote.passage.spans) == 1:
            words |= {name: text for name, text in around.items() if text}
        selectors.append(words)
    return {
        "type": "SpecificResource",
        "id": span.iri,
        "source": {"id": _article(quote), "type": "Text", "sha256": quote.sha256},
        "selector": selectors,
    }


def _article(quote: Quote) -> str:
    article: NamedNode = quote.passage.article
    return article.value
