"""A query answered in the format its client wants: what /sparql, /queries/ and /data share."""

import json
from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from flask import Response, request

from graph.errors import QuerySyntaxError
from graph.rdf.formats import EXCEL, XLSX, Format, Kind, named
from graph.sparql.inspection import Outline
from graph.sparql.mistakes.diagnosis import diagnosis
from graph.sparql.negotiation import Page, profile
from graph.sparql.plan import PAGE, Plan
from graph.workers.job import Answer
from web.middleware.context import ADDED, RELEASE, front
from web.middleware.response_cache import MARK
from web.site import iris, language, tables
from web.site.page_context import column_name, frame
from web.sparql import query_page, renderers
from web.sparql.query_page import Asked

_UNNAMED = "policyprov"
"""What the file of a query of the client's own is called; its columns keep their variables."""
_EXPANDED = "http://www.w3.org/ns/json-ld#expanded"


def respond(
    plan: Plan, name: str = _UNNAMED, view: str | None = None, form: str | None = None
) -> Response:
    """The response to a query, evaluated by a worker; it may be kept if nothing in it is volatile.

    `name` is what a file to take away is called, `view` how a page draws the answer and `form` the
    file of that picture. Raises what the meter raises; for a query that does not parse, with what
    is likely meant.
    """
    answer = _answer(plan)
    format_ = named(answer.format)
    mine = plan.formats.rows if format_.kind is Kind.ROWS else plan.formats.graph
    if mine is XLSX:
        return _workbook(plan, answer, name)
    if mine is PAGE:
        added = plan.inspected.added
        asked = Asked(plan.operation, answer.body, format_, added, view, form)
        response = query_page.answer(asked)
    else:
        response = _response(answer, format_, mine)
    response.headers.extend(described(answer.release, plan.inspected))
    # A page, and a picture of it, are in the reader's language.
    response.headers["Vary"] = "Accept, Accept-Language" if mine is PAGE else "Accept"
    if not plan.inspected.volatile:
        response.headers[MARK] = "store"
    return response


def _answer(plan: Plan) -> Answer:
    try:
        return front().meter.answer(plan.job)
    except QuerySyntaxError as error:
        raise _explained(plan, error) from error


def _explained(plan: Plan, error: QuerySyntaxError) -> QuerySyntaxError:
    """The error with its likely cause and a remedy, in the language of the client."""
    position = error.position
    if position is not None and plan.inspected.added:
        # The line of the prefixes was not the client's.
        position = replace(position, line=position.line - 1)
    text, added = plan.operation.query or "", plan.inspected.added
    found = diagnosis(text, position, error.detail, added)
    detail, remedy = found.told[language.spoken().code]
    extra = {**error.extra, "mistake": found.kind, "excerpt": found.excerpt}
    tag = language.TAGS[language.spoken().code]
    return QuerySyntaxError(detail, remedy, found.position, extra=extra, language=tag)


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
    response.headers.extend(described(answer.release, plan.inspected))
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


def described(release: str, inspected: Outline) -> list[tuple[str, str]]:
    """The headers of every answer to a query over this release, whatever its format."""
    # The next release may answer otherwise: a copy is asked about before it is used again.
    control = "no-store" if inspected.volatile else "no-cache"
    told = [(ADDED, ", ".join(inspected.added))] if inspected.added else []
    return [(RELEASE, release), ("Cache-Control", control), *told]


def _response(answer: Answer, found: Format, mine: Format | Page) -> Response:
    if mine is EXCEL:
        response = Response(renderers.excel(answer.body), content_type=EXCEL.content_type)
        response.headers["Content-Disposition"] = 'attachment; filename="policyprov.csv"'
        return response
    if mine.name == "jsonld":
        expanded = profile(request.headers.get("Accept"), "application/ld+json") == _EXPANDED
        body = renderers.jsonld(answer.body, None if expanded else front().pool.release.context)
        return Response(body, content_type=named("jsonld").content_type)
    return Response(answer.body, content_type=found.content_type)
