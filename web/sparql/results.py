"""A query answered in the format its client wants: what /sparql, /queries/ and /data share."""

from flask import Response, request

from graph.rdf.formats import EXCEL, Format, Kind, named
from graph.sparql.inspection import Outline
from graph.sparql.negotiation import Page, profile
from graph.sparql.plan import PAGE, Plan
from graph.workers.job import Answer
from web.middleware.context import RELEASE, front
from web.middleware.response_cache import MARK
from web.sparql import query_page, renderers

_EXPANDED = "http://www.w3.org/ns/json-ld#expanded"


def respond(plan: Plan) -> Response:
    """The response to a query, evaluated by a worker; it may be kept if nothing in it is volatile.

    Raises what the meter raises.
    """
    answer = front().meter.answer(plan.job)
    format_ = named(answer.format)
    mine = plan.formats.rows if format_.kind is Kind.ROWS else plan.formats.graph
    response = _response(plan.job.query, answer, format_, mine)
    response.headers.extend(described(answer, plan.inspected))
    response.headers["Vary"] = "Accept"
    if not plan.inspected.volatile:
        response.headers[MARK] = "store"
    return response


def described(answer: Answer, inspected: Outline) -> list[tuple[str, str]]:
    """The headers of every answer to a query, whatever its format."""
    # The next release may answer otherwise: a copy is asked about before it is used again.
    control = "no-store" if inspected.volatile else "no-cache"
    return [(RELEASE, answer.release), ("Cache-Control", control)]


def _response(query: str, answer: Answer, found: Format, mine: Format | Page) -> Response:
    if mine is PAGE:
        return query_page.page(query, answer.body, found)
    if mine is EXCEL:
        response = Response(renderers.excel(answer.body), content_type=EXCEL.content_type)
        response.headers["Content-Disposition"] = 'attachment; filename="policyprov.csv"'
        return response
    if mine.name == "jsonld":
        expanded = profile(request.headers.get("Accept"), "application/ld+json") == _EXPANDED
        body = renderers.jsonld(answer.body, None if expanded else front().pool.release.context)
        return Response(body, content_type=named("jsonld").content_type)
    return Response(answer.body, content_type=found.content_type)
