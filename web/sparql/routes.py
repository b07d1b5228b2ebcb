"""The SPARQL endpoint: GET, POST and QUERY on /sparql, and its description on a bare GET."""

from dataclasses import replace

from flask import Blueprint, Response, request

from graph.rdf.formats import RDF_FORMATS, Format
from graph.settings import MEBIBYTE
from graph.sparql.negotiation import Page
from graph.sparql.plan import PAGE, plan
from graph.sparql.protocol import ACCEPT_QUERY, METHODS, Incoming, operation
from web.middleware.context import front
from web.middleware.negotiated import negotiated, rdf
from web.sparql import query_page, service_description
from web.sparql.results import respond
from web.views.view import FORMS

sparql = Blueprint("sparql", __name__)

_DESCRIBED: tuple[Format | Page, ...] = (*RDF_FORMATS, PAGE)


@sparql.route("/sparql", methods=METHODS, strict_slashes=False, provide_automatic_options=False)
def endpoint() -> Response:
    """Answer one operation of the SPARQL Protocol."""
    response = _options() if request.method == "OPTIONS" else _answer()
    response.headers["Accept-Query"] = ACCEPT_QUERY
    return response


def _options() -> Response:
    return Response(status=204, headers={"Allow": ", ".join(METHODS)})


def _answer() -> Response:
    settings = front().settings
    incoming = Incoming(
        method=request.method,
        query_string=request.query_string,
        content_type=request.headers.get("Content-Type"),
        body=request.get_data(cache=False),
    )
    received = operation(incoming, settings.request_mb * MEBIBYTE)
    if received.query is None:
        return _description(received.format)
    form = received.format if received.format in FORMS else None
    if form is not None:
        received = replace(received, format="html")
    planned = plan(received, request.headers.get("Accept"), settings, pages=True)
    return respond(planned, view=request.args.get("view"), form=form)


def _description(format_: str | None) -> Response:
    mine = negotiated(_DESCRIBED, format_)
    if not isinstance(mine, Format):
        return query_page.page()
    return rdf(service_description.service(mine), mine)
