"""A query answered in the format its client wants: what /sparql, /queries/ and /data share."""

import json
from collections.abc import Mapping
from typing import Any

from flask import Response, request

from graph.rdf.formats import EXCEL, XLSX, Format, Kind, named
from graph.sparql.inspection import Outline
from graph.sparql.negotiation import Page, profile
from graph.sparql.plan import PAGE, Plan
from graph.workers.job import Answer
from web.middleware.context import RELEASE, front
from web.middleware.response_cache import MARK
from web.site import iris, tables
from web.site.page_context import column_name, frame
from web.sparql import query_page, renderers

_UNNAMED = "policyprov"
"""What the file of a query of the client's own is called; its columns keep their variables."""
_EXPANDED = "http://www.w3.org/ns/json-ld#expanded"


def respond(plan: Plan, name: str = _UNNAMED) -> Response:
    """The response to a query, evaluated by a worker; it may be kept if nothing in it is volatile.

    `name` is what a file to take away is called. Raises what the meter raises.
    """
    answer = front().meter.answer(plan.job)
    format_ = named(answer.format)
    mine = plan.formats.rows if format_.kind is Kind.ROWS else plan.formats.graph
    if mine is XLSX:
        return _workbook(plan, answer, name)
    response = _response(plan.job.query, answer, format_, mine)
    response.headers.extend(described(answer, plan.inspected))
    response.headers["Vary"] = "Accept"
    if not plan.inspected.volatile:
        response.headers[MARK] = "store"
    return response


def _workbook(plan: Plan, answer: Answer, name: str) -> Response:
    """The rows as an Excel file in the reader's language, which the cache must not mix up."""
    found = json.loads(answer.body)
    columns = found["head"].get("vars") or ["boolean"]
    if "boolean" in found:
        rows: list[list[tables.Cell]] = [[str(found["boolean"]).lower()]]
    else:
        rows = [[_cell(row.get(c)) for c in columns] for row in found["results"]["bindings"]]
    ours = name != _UNNAMED
    response = tables.xlsx(name, [column_name(c) if ours else c for c in columns], rows)
    response.headers.extend(described(answer, plan.inspected))
    response.headers["Vary"] = "Accept, Accept-Language"
    return response


def _cell(term: Mapping[str, Any] | None) -> tables.Cell:
    if term is None:
        return None
    value = term["value"]
    if term["type"] == "uri" and iris.tail(value) is not None:
        here = frame()
        return tables.Linked(here.name(value), here.public_url + iris.page(value))
    if term.get("datatype", "").endswith(("#integer", "#decimal", "#double")):
        return float(value)
    return str(value)


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
