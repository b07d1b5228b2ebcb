"""Label Studio's JSON export: tasks with the spans that people or models labelled in them.

A region's label is its kind; what else is told of the same region (a text area, a choice) are its
fields, named as in the labelling configuration.
"""

from collections.abc import Iterator
from typing import Any

from graph.draft.intake.offer import Offer, kind, text
from graph.errors import InputError, Place

_SPANS = ("labels", "hypertextlabels")
_REMEDY = "label spans of text; export as JSON"


def is_one(document: Any) -> bool:
    """Whether a document of JSON is such an export, of one task or of several."""
    return any(
        isinstance(task, dict) and ("annotations" in task or "predictions" in task)
        for task in (document if isinstance(document, list) else [document])
    )


def _results(task: dict[str, Any]) -> Iterator[dict[str, Any]]:
    done = task.get("annotations") or task.get("predictions") or ()
    for annotation in done if isinstance(done, list) else ():
        if isinstance(annotation, dict) and not annotation.get("was_cancelled"):
            results = annotation.get("result")
            for result in results if isinstance(results, list) else ():
                if isinstance(result, dict) and isinstance(result.get("value"), dict):
                    yield result


def _told(value: dict[str, Any]) -> str:
    """What a text area, a choice or a number says."""
    for key in ("text", "choices", "number"):
        said = value.get(key)
        first = said[0] if isinstance(said, list) and said else said
        if text(first):
            return text(first)
    return ""


def _offer(result: dict[str, Any], fields: dict[str, str], place: Place) -> Offer:
    value = result["value"]
    labels = value.get(str(result["type"]))
    quote, start = value.get("text"), value.get("start")
    if not isinstance(labels, list) or not labels or not isinstance(quote, str) or not quote:
        raise InputError("a region without a label and its text", place, _REMEDY)
    at = start if type(start) is int else None
    return Offer(kind(text(labels[0])), quote, place, at=at, fields=fields)


def read(document: Any, file: str) -> Iterator[Offer | InputError]:
    """The offers of an export, and what is wrong with its other regions, numbered from 1."""
    tasks = document if isinstance(document, list) else [document]
    number = 0
    for task in tasks:
        results = list(_results(task)) if isinstance(task, dict) else []
        fields: dict[str, dict[str, str]] = {}
        for each in results:
            if each.get("type") not in _SPANS and _told(each["value"]):
                of = fields.setdefault(text(each.get("id")), {})
                of[text(each.get("from_name"))] = _told(each["value"])
        for each in results:
            if each.get("type") in _SPANS:
                number += 1
                try:
                    told = fields.get(text(each.get("id")), {})
                    yield _offer(each, told, Place(f"{file}#{number}"))
                except InputError as error:
                    yield error
