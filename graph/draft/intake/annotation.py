"""Web Annotation (W3C): what INCEpTION, Recogito and Hypothes.is export.

The words are the `exact` of a TextQuoteSelector, a TextPositionSelector tells two places apart; the
kind is the value of a body that tags or classifies, the fields are bodies that say `key: value`.
"""

import re
from collections.abc import Iterator
from typing import Any

from graph.draft.intake.offer import Offer, kind, text
from graph.draft.proposal import KINDS
from graph.errors import InputError, Place

_REMEDY = "give each annotation a TextQuoteSelector and a body whose value is its kind"
_PAIR = re.compile(r"(?P<key>[a-z_]+)\s*[:=]\s*(?P<value>\S.*)")
_DEEPEST = 20


def is_one(document: Any) -> bool:
    """Whether a document of JSON is an annotation, a page or a collection of them, or a list."""
    return bool(next(_annotations(document, 0), None))


def _annotations(document: Any, depth: int) -> Iterator[dict[str, Any]]:
    if depth > _DEEPEST:
        return
    if isinstance(document, list):
        for each in document:
            yield from _annotations(each, depth + 1)
    elif isinstance(document, dict):
        if "target" in document:
            yield document
        for key in ("items", "first", "@graph"):
            yield from _annotations(document.get(key), depth + 1)


def _each(value: Any) -> list[Any]:
    return value if isinstance(value, list) else [] if value is None else [value]


def _selectors(value: Any, depth: int = 0) -> Iterator[dict[str, Any]]:
    for each in _each(value):
        if isinstance(each, dict) and depth <= _DEEPEST:
            yield each
            yield from _selectors(each.get("refinedBy"), depth + 1)


def _type(selector: dict[str, Any]) -> str:
    return " ".join(text(t) for t in _each(selector.get("type", selector.get("@type"))))


def _local(iri: str) -> str:
    """The last part of a name: tags may be IRIs."""
    return iri.rpartition("#")[2].rpartition("/")[2]


def _bodies(annotation: dict[str, Any]) -> Iterator[str]:
    """What the bodies say: text values, labels, and the last part of a name in IRI."""
    for body in _each(annotation.get("body", annotation.get("bodyValue"))):
        if isinstance(body, str):
            yield _local(body)
        elif isinstance(body, dict):
            value = body.get("value", body.get("label", body.get("source", "")))
            said = text(value.get("label") if isinstance(value, dict) else value)
            yield _local(said) if "value" not in body else said


def _offer(annotation: dict[str, Any], place: Place) -> Offer:
    targets = (t for t in _each(annotation["target"]) if isinstance(t, dict))
    selectors = [s for target in targets for s in _selectors(target.get("selector"))]
    quotes = [s for s in selectors if "TextQuoteSelector" in _type(s)]
    starts = [s.get("start") for s in selectors if "TextPositionSelector" in _type(s)]
    words = [word for word in _bodies(annotation) if word.strip()]
    kinds = [found for word in words if (found := kind(word)) in KINDS]
    told = (_PAIR.fullmatch(word.strip()) for word in words)
    fields = {pair["key"]: pair["value"] for pair in told if pair}
    if not quotes or not text(quotes[0].get("exact")):
        raise InputError("an annotation without a TextQuoteSelector", place, _REMEDY)
    if not kinds:
        raise InputError(f"no kind among its bodies {words}", place, f"use {', '.join(KINDS)}")
    at = starts[0] if starts and type(starts[0]) is int else None
    return Offer(
        kinds[0], text(quotes[0].get("exact")), place, text(quotes[0].get("prefix", "")),
        text(quotes[0].get("suffix", "")), at, fields,
    )  # fmt: skip


def read(document: Any, file: str) -> Iterator[Offer | InputError]:
    """The offers of a document, and what is wrong with its other annotations, numbered from 1."""
    for number, each in enumerate(_annotations(document, 0), 1):
        try:
            yield _offer(each, Place(f"{file}#{number}"))
        except InputError as error:
            yield error
