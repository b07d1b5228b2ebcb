"""Words that somebody proposes, as they come in: nothing of it is believed yet."""

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from graph.errors import InputError, Place

SCHEMA = Path(__file__).with_name("offer.schema.json")
"""The JSON Schema of one line of JSON lines."""
_ALIASES = {
    "location": "place", "loc": "place", "gpe": "place", "per": "person", "people": "person",
    "organisation": "organization", "org": "organization", "body": "organization",
    "time": "date", "period": "date", "number": "statistic", "quantity": "statistic",
    "figure": "statistic", "document": "policy_document", "law": "policy_document",
    "policydocument": "policy_document", "event": "meeting", "duty": "obligation",
    "quotation": "speech", "statement": "speech",
}  # fmt: skip
"""What other programs call our kinds."""


@dataclass(frozen=True)
class Offer:
    """A quote and what it is offered as; `kind` is lower case, and any word at all.

    `left` and `right` are the words around the quote, empty where not told; `at` is the offset that
    the other program gives, in its own counting; `claim` is a whole claim as lines of YAML.
    """

    kind: str
    quote: str
    place: Place
    left: str = ""
    right: str = ""
    at: int | None = None
    fields: Mapping[str, str] = field(default_factory=dict)
    claim: str = ""


def kind(written: str) -> str:
    """Our kind for a word of another program; the word in lower case when there is none."""
    plain = written.strip().lower().replace(" ", "_").replace("-", "_")
    return _ALIASES.get(plain, plain)


def text(value: Any) -> str:
    """A value of JSON as text; empty for what is neither text nor number."""
    if isinstance(value, bool) or not isinstance(value, str | int | float):
        return ""
    return str(value)


def loads(written: str, place: Place) -> Any:
    """A document of JSON; raises InputError for what is none."""
    try:
        return json.loads(written)
    except (ValueError, RecursionError) as error:
        raise InputError(f"not JSON: {error}", place, "write JSON as UTF-8") from error
