"""How what can be followed is answered: with a tag by which one asks again, and for how long."""

import hashlib

from flask import Response, request

GROWING = "public, max-age=60"
"""What grows is asked for again each minute, by its tag."""
DONE = "public, max-age=31536000, immutable"


def reply(body: str, content_type: str, cache: str = GROWING) -> Response:
    """The body, or that it has not changed since the request's `If-None-Match`."""
    response = Response(body, content_type=content_type)
    response.headers["Cache-Control"] = cache
    response.set_etag(hashlib.sha256(body.encode()).hexdigest()[:32])
    response.make_conditional(request)
    return response
