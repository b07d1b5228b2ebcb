"""A query answered in the format its client wants: what /sparql, /queries/ and /data share."""

from dataclasses import dataclass

from flask import Response, current_app, request

from graph.errors import NotAcceptableError
from graph.formats import RDF_FORMATS, RESULT_FORMATS, Format, Kind, named
from graph.lexer import Outline
from graph.negotiation import Page, chosen, profile
from graph.protocol import Operation
from graph.workers import Answer, Job
from web import table, variants
from web.cached import MARK
from web.front import EXTENSION, Front

PAGE = Page()
RELEASE = "Policyprov-Release"
"""The response header that names the version an answer comes from."""
_ROWS: tuple[Format | Page, ...] = (*RESULT_FORMATS, variants.EXCEL)
_GRAPHS: tuple[Format | Page, ...] = RDF_FORMATS
_IS_GRAPH = {"SELECT": False, "ASK": False, "CONSTRUCT": True, "DESCRIBE": True}
_EXPANDED = "http://www.w3.org/ns/json-ld#expanded"


@dataclass(frozen=True)
class Wanted:
    """The formats for the two kinds of answer; a query has one, a text that does not parse both."""

    rows: Format | Page
    graph: Format | Page


def front() -> Front:
    """The front of this application: its settings, and the meter that evaluates."""
    found: Front = current_app.extensions[EXTENSION]
    return found


def address(path: str) -> str:
    """The URL of a path of this server, as clients reach it."""
    return front().settings.public_url + path


def wanted(form: str | None, asked: str | None, *, pages: bool = False) -> Wanted:
    """The formats that this request accepts for a query of this form; `asked` is its `?format=`.

    Raises NotAcceptableError or ParameterError.
    """
    accept = request.headers.get("Accept")
    page = (PAGE,) if pages else ()
    if form is not None:
        only = chosen(asked, accept, (*(_GRAPHS if _IS_GRAPH[form] else _ROWS), *page))
        return Wanted(only, only)
    found = []
    for offers in (_ROWS, _GRAPHS):
        try:
            found.append(chosen(asked, accept, (*offers, *page)))
        except NotAcceptableError:
            found.append(offers[0])
    return Wanted(*found)


def respond(operation: Operation, outline: Outline, formats: Wanted) -> Response:
    """The response to a query, evaluated by a worker; it may be kept if nothing in it is volatile.

    Raises what the meter raises.
    """
    answer = front().meter.answer(_job(operation, formats))
    format_ = named(answer.format)
    mine = formats.rows if format_.kind is Kind.ROWS else formats.graph
    response = _response(operation, answer, format_, mine)
    response.headers[RELEASE] = answer.release
    response.vary.add("Accept")
    # The next release may answer otherwise: a copy is asked about before it is used again.
    response.headers["Cache-Control"] = "no-store" if outline.volatile else "no-cache"
    if not outline.volatile:
        response.headers[MARK] = "store"
    return response


def _job(operation: Operation, formats: Wanted) -> Job:
    def engine(of: Format | Page, page: str) -> str:
        return variants.SOURCES.get(of.name, of.name) if isinstance(of, Format) else page

    return Job(
        query=operation.query or "",
        rows=engine(formats.rows, "json") if formats.rows in _ROWS else "json",
        graph=engine(formats.graph, "turtle") if formats.graph in _GRAPHS else "turtle",
        default_graphs=operation.default_graphs,
        named_graphs=operation.named_graphs,
        base_iri=address("/sparql"),
    )


def _response(operation: Operation, answer: Answer, found: Format, mine: Format | Page) -> Response:
    if mine is PAGE:
        return table.page(operation.query or "", answer.body, found)
    if mine is variants.EXCEL:
        response = Response(variants.excel(answer.body), content_type=variants.EXCEL.content_type)
        response.headers["Content-Disposition"] = 'attachment; filename="policyprov.csv"'
        return response
    if mine.name == "jsonld":
        kind = profile(request.headers.get("Accept"), "application/ld+json")
        body = variants.jsonld(answer.body, expanded=kind == _EXPANDED)
        return Response(body, content_type=named("jsonld").content_type)
    return Response(answer.body, content_type=found.content_type)
