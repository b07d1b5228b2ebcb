"""Every error as its client can read it: RFC 9457 problem+json, a page, or plain text.

The one place where an error becomes a response. An unexpected exception is logged with its
traceback and told to nobody.
"""

import json
from typing import Any

from flask import Flask, Response, render_template, request
from werkzeug.exceptions import HTTPException, MethodNotAllowed, RequestedRangeNotSatisfiable

from graph.errors import NotAcceptableError, RequestError
from graph.sparql.negotiation import Page, accepted
from web.middleware.context import address

JSON = Page("json", ("application/problem+json", "application/json"))
HTML = Page()
TEXT = Page("text", ("text/plain",))
_KINDS: tuple[type[RequestError], ...] = (RequestError, *RequestError.__subclasses__())
_TYPES = {kind.type: kind for kind in _KINDS}
"""Problem type → its error class."""
_DETAILS = {
    404: "there is nothing at this path",
    405: "{method} is not offered here; the header Allow says what is",
    500: "the server made a mistake; it has been logged",
}
_HTTP = {404: "unknown", 405: "method", 406: "not-acceptable", 408: "slow", 413: "too-large"}


def install(app: Flask) -> None:
    """Register the handlers, and the page that explains the problem types."""
    app.register_error_handler(RequestError, _of_request)
    app.register_error_handler(HTTPException, _of_http)
    app.add_url_rule("/problems", view_func=explain, strict_slashes=False)


def explain() -> str:
    """Show what the `type` of a problem means."""
    return render_template("problems.html", kinds=_TYPES.values())


def _of_request(error: RequestError) -> Response:
    problem: dict[str, Any] = {
        "type": address(f"/problems#{error.type}"),
        "title": error.title,
        "status": error.status,
        "detail": error.detail,
    }
    if error.remedy:
        problem["remedy"] = error.remedy
    if error.position is not None:
        problem |= {"line": error.position.line, "column": error.position.column}
    response = _rendered(problem | error.extra, error.language)
    if "see" in error.extra:
        response.headers["Link"] = f'<{error.extra["see"]}>; rel="describedby"'
    if error.retry_after is not None:
        response.headers["Retry-After"] = str(error.retry_after)
    return response


def _of_http(error: HTTPException) -> Response:
    status = error.code or 500
    kind = _TYPES[_HTTP[status]] if status in _HTTP else None
    problem = {
        "type": address(f"/problems#{kind.type}") if kind else "about:blank",
        "title": kind.title if kind else error.name,
        "status": status,
    }
    if status in _DETAILS:
        problem["detail"] = _DETAILS[status].format(method=request.method)
    elif status < 400:
        return Response(status=status, headers=error.get_headers())
    response = _rendered(problem)
    if isinstance(error, MethodNotAllowed):
        response.headers["Allow"] = ", ".join(sorted(error.valid_methods or ()))
    if isinstance(error, RequestedRangeNotSatisfiable) and error.length is not None:
        response.headers["Content-Range"] = f"bytes */{error.length}"
    return response


def _rendered(problem: dict[str, Any], language: str = "en") -> Response:
    try:
        mine = accepted(request.headers.get("Accept"), (JSON, HTML, TEXT))
    except NotAcceptableError:
        # A client that takes only results still gets to know what is wrong.
        mine = JSON
    status = problem["status"]
    if mine is HTML:
        body = render_template("problem.html", problem=problem, language=language)
    elif mine is TEXT:
        body = "".join(f"{name}: {value}\n" for name, value in problem.items())
    else:
        body = json.dumps(problem, ensure_ascii=False) + "\n"
    kind = mine.media_types[0]
    charset = "" if mine is JSON else "; charset=utf-8"
    response = Response(body, status, content_type=kind + charset)
    response.vary.add("Accept")
    if mine is not HTML:
        response.content_language.add(language)
    response.headers["Cache-Control"] = "no-store"
    return response
