"""Which of the offered formats a client gets: `?format=` first, then its Accept header.

RFC 9110 §12.5.1, with four decisions of ours: an element that is not well-formed is left out; a
wildcard covers the canonical media type only, not the synonyms; parameters other than `q` narrow
nothing (we write one charset, and a profile is a wish: RFC 6906 §3); between formats the client
likes equally, one it names comes before one that only a wildcard covers, then the server's order
decides.
"""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Protocol, TypeVar

from graph.errors import NotAcceptableError, ParameterError
from graph.rdf.formats import FORMATS, Format

_WORD = r"[!#$%&'*+.^_`|~0-9A-Za-z-]+"
_QUOTED = r'"(?:[^"\\]|\\.)*+"'
_ELEMENT = re.compile(rf"\s*(?P<type>{_WORD})/(?P<subtype>{_WORD})(?P<rest>(?:\s*;[^;]*)*)\s*")
_PARAMETER = re.compile(rf"\s*(?P<name>{_WORD})\s*=\s*(?P<value>{_WORD}|{_QUOTED})\s*")
_QVALUE = re.compile(r"0?\.\d{1,3}|0\.?|1(?:\.0{0,3})?")
_SPLIT_COMMA = re.compile(rf"(?:[^,\"]++|{_QUOTED}|\")*+")
_SPLIT_SEMICOLON = re.compile(rf"(?:[^;\"]++|{_QUOTED}|\")++")
_LONGEST = 4096
"""Characters of an Accept header that are read; browsers send about 150."""

ALIASES: Mapping[str, Sequence[str]] = {
    "json": ("json", "jsonld"),
    "xml": ("xml", "rdfxml"),
    "json-ld": ("jsonld",),
    "rdf+xml": ("rdfxml",),
    "rdf/xml": ("rdfxml",),
    "n-triples": ("ntriples",),
    "n-quads": ("nquads",),
    "sparql-results+json": ("json",),
    "sparql-results+xml": ("xml",),
}
"""What other endpoints' clients write in `?format=` → our names, the first that is offered."""


class Offer(Protocol):
    """Something that can be negotiated for: any Format, or a page."""

    @property
    def name(self) -> str:
        """Its value of `?format=`."""

    @property
    def media_types(self) -> tuple[str, ...]:
        """The canonical media type, then synonyms."""


@dataclass(frozen=True)
class Page:
    """An offer that is no data format: a page for people."""

    name: str = "html"
    media_types: tuple[str, ...] = ("text/html", "application/xhtml+xml")


@dataclass(frozen=True)
class Range:
    """One element of an Accept header; types in lower case."""

    type: str
    subtype: str
    quality: float
    parameters: Mapping[str, str]

    def precision(self, media_type: str, *, canonical: bool) -> int:
        """How closely the range names this media type: 3 itself, 2 `type/*`, 1 `*/*`, 0 not."""
        main, _, sub = media_type.partition("/")
        if (self.type, self.subtype) == (main, sub):
            return 3
        if not canonical or self.subtype != "*":
            return 0
        return 2 if self.type == main else 1 if self.type == "*" else 0


Offered = TypeVar("Offered", bound=Offer)


def ranges(accept: str) -> tuple[Range, ...]:
    """The well-formed elements of an Accept header, in its order."""
    parts = (m[0] for m in _SPLIT_COMMA.finditer(accept[:_LONGEST]) if m[0].strip())
    return tuple(found for part in parts if (found := _range(part)) is not None)


def _range(element: str) -> Range | None:
    head, *rest = [m[0] for m in _SPLIT_SEMICOLON.finditer(element)] or [""]
    shape = _ELEMENT.fullmatch(head)
    if shape is None:
        # Java's URLConnection sends a bare `*`.
        shape = _ELEMENT.fullmatch("*/*") if head.strip() == "*" else None
    if shape is None:
        return None
    found = [match for part in rest if (match := _PARAMETER.fullmatch(part))]
    parameters = {m["name"].lower(): m["value"].strip('"') for m in found}
    weight = parameters.pop("q", "1")
    if not _QVALUE.fullmatch(weight):
        return None
    return Range(shape["type"].lower(), shape["subtype"].lower(), float(weight), parameters)


def _rank(preferences: Sequence[Range], offer: Offer) -> tuple[float, int]:
    # The quality and precision of the closest range. A wish for a synonym is one for the format,
    # but what we send is the canonical type: if a range names that, it alone counts.
    canonical, *synonyms = (
        max((_fit(each, media_type, canonical=not i) for each in preferences), default=(0, 0.0))
        for i, media_type in enumerate(offer.media_types)
    )
    closest = [canonical] if canonical[0] == 3 else [canonical, *synonyms]
    return max((quality, precision) for precision, quality in closest)


def _fit(range_: Range, media_type: str, *, canonical: bool) -> tuple[int, float]:
    precision = range_.precision(media_type, canonical=canonical)
    return (precision, range_.quality) if precision else (0, 0.0)


def accepted(accept: str | None, offers: Sequence[Offered]) -> Offered:
    """The offer this Accept header likes best; without a header, the first.

    Raises NotAcceptableError, naming what is offered.
    """
    blank = not (accept or "").strip(", \t")
    preferences = ranges("*/*" if blank else accept or "")
    ranked = [(_rank(preferences, offer), -index) for index, offer in enumerate(offers)]
    (best, _), index = max(ranked, default=((0.0, 0), 0))
    if best <= 0:
        raise _refused(f"nothing here fits `Accept: {_shown(accept or '')}`", offers)
    return offers[-index]


def chosen(spelled: str | None, accept: str | None, offers: Sequence[Offered]) -> Offered:
    """The offer that `?format=` names, or without it the one Accept likes best.

    Raises ParameterError for a format nobody knows, NotAcceptableError for one not offered here.
    """
    if spelled is None:
        return accepted(accept, offers)
    # `+` in a query string is a space: application/sparql-results+json arrives without it.
    name = spelled.strip().replace(" ", "+").lower()
    for candidate in (*ALIASES.get(name, ()), name):
        for offer in offers:
            if candidate in _names(offer):
                return offer
    known = any(name in _names(each) for each in FORMATS) or name in ALIASES
    if known:
        raise _refused(f"the format {_shown(spelled)!r} cannot carry this answer", offers)
    offered = ", ".join(offer.name for offer in offers)
    raise ParameterError(f"no format is called {_shown(spelled)!r}", f"use one of: {offered}")


def profile(accept: str | None, media_type: str) -> str:
    """The profile asked for with this media type, or an empty string."""
    found = [r for r in ranges(accept or "") if f"{r.type}/{r.subtype}" == media_type]
    return max(found, key=lambda r: r.quality).parameters.get("profile", "") if found else ""


def _names(offer: Offer) -> tuple[str, ...]:
    suffix = (offer.suffix,) if isinstance(offer, Format) else ()
    return (offer.name, *suffix, *offer.media_types)


def _shown(text: str) -> str:
    return text if len(text) <= 80 else text[:79] + "…"


def _refused(detail: str, offers: Sequence[Offer]) -> NotAcceptableError:
    types = ", ".join(offer.media_types[0] for offer in offers)
    return NotAcceptableError(detail, f"offered: {types}")
