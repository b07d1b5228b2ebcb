"""The headers every response carries: safe in a browser, and readable from any origin.

The data is public and nobody logs in, so any site may read any answer; no page of ours runs code or
loads anything from elsewhere, so nothing in an answer can do so either.
"""

from flask import Flask, Response, request

_POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; "
    "font-src 'self'; connect-src 'self'; form-action 'self'; base-uri 'none'; "
    "frame-ancestors 'none'"
)
_HEADERS = {
    "Content-Security-Policy": _POLICY,
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "no-referrer",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "cross-origin",
    "Permissions-Policy": "camera=(), geolocation=(), microphone=()",
    "Access-Control-Allow-Origin": "*",
    "Access-Control-Expose-Headers": (
        "Accept-Query, Allow, Cache-Status, Content-Disposition, ETag, Link, "
        "Policyprov-Added-Prefixes, Policyprov-Release, Retry-After"
    ),
}
ALWAYS = tuple(_HEADERS.items())
"""The headers of every response."""
_NAMES = tuple((name.lower(), (name, value)) for name, value in ALWAYS)
_PREFLIGHT = {
    "Access-Control-Allow-Headers": "Accept, Content-Type, If-None-Match, Range",
    "Access-Control-Max-Age": "86400",
}


def install(app: Flask) -> None:
    """Add the headers to every response of this application."""
    app.after_request(_finish)


def _finish(response: Response) -> Response:
    # Each look into a response's headers reads them all: once is enough.
    given = {name.lower() for name, _ in response.headers}
    response.headers.extend([header for name, header in _NAMES if name not in given])
    if request.method == "OPTIONS":
        response.headers.update(_PREFLIGHT)
        response.headers["Access-Control-Allow-Methods"] = response.headers.get("Allow", "GET")
    return response
