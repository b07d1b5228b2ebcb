"""/changes.trig and its pages: what happened to claims, as an event stream."""

import hashlib

from flask import Blueprint, Response, request

from graph.history.ledger import PAGE
from web.follow import stream
from web.middleware.context import address
from web.site.release_history import history

follow = Blueprint("follow", __name__)

_GROWING = "public, max-age=60"
_DONE = "public, max-age=31536000, immutable"


@follow.get("/changes.trig")
def root() -> Response:
    """Describe the event stream of claims (LDES 1.0), and lead to its first page."""
    history()
    return _answer(stream.described(address("")), stream.MEDIA_TYPE, _GROWING)


@follow.get("/changes/<int:number>.trig")
def page(number: int) -> Response:
    """Give a page of the event stream of claims; a full page never changes."""
    events = history().page(number)
    body = stream.written(address(""), number, events)
    return _answer(body, stream.MEDIA_TYPE, _DONE if len(events) == PAGE else _GROWING)


def _answer(body: str, media_type: str, cache: str) -> Response:
    response = Response(body, content_type=f"{media_type}; charset=utf-8")
    response.headers["Cache-Control"] = cache
    response.set_etag(hashlib.sha256(body.encode()).hexdigest()[:32])
    response.make_conditional(request)
    return response
