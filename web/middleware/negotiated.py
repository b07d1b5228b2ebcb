"""What a view answers with: one offer chosen, and a reply that says what the choice hung on."""

import json
from collections.abc import Sequence
from typing import TypeVar

from flask import Flask, Response, g, render_template, request

from graph.rdf.formats import Format
from graph.sparql.negotiation import Offer, Page, chosen

HTML = "text/html; charset=utf-8"
JSON = "application/json"
AS_JSON = Page("json", (JSON,))
"""The offer of what a page lists, as data."""
_MARK = "negotiated"

Offered = TypeVar("Offered", bound=Offer)


def negotiated(offers: Sequence[Offered], asked: str | None = None) -> Offered:
    """The offer this request gets: by `asked`, its `?format=`, or else by its Accept header.

    The response to the request then varies by Accept, whatever it is made of. Raises
    NotAcceptableError or ParameterError.
    """
    setattr(g, _MARK, True)
    return chosen(asked, request.headers.get("Accept"), offers)


def html(template: str, **values: object) -> Response:
    """A page."""
    return Response(render_template(template, **values), content_type=HTML)


def json_(value: object, content_type: str = JSON) -> Response:
    """A value in JSON, one member a line."""
    text = json.dumps(value, ensure_ascii=False, indent=1) + "\n"
    return Response(text, content_type=content_type)


def rdf(body: bytes, fmt: Format) -> Response:
    """Data in an RDF format."""
    return Response(body, content_type=fmt.content_type)


def install(app: Flask) -> None:
    """Let every response that was negotiated say so."""
    app.after_request(_vary)


def _vary(response: Response) -> Response:
    if _MARK in g:
        response.vary.add("Accept")
    return response
