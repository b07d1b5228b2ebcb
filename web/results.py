"""A query answered in the format its client wants: what /sparql, /queries/ and /data share."""

from dataclasses import dataclass
from functools import lru_cache

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
_SHORT = 512
"""Characters of a wish whose outcome is remembered: ranking costs more than most of a look-up."""


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
    return negotiated(form, asked, request.headers.get("Accept"), pages=pages)


def negotiated(
    form: str | None, asked: str | None, accept: str | None, *, pages: bool = False
) -> Wanted:
    """The same without a request, whose Accept header is given.

    Raises NotAcceptableError or ParameterError.
    """
    short = len(asked or "") + len(accept or "") < _SHORT
    return (_remembered if short else _ranked)(form, asked, accept, pages=pages)


def _ranked(form: str | None, asked: str | None, accept: str | None, *, pages: bool) -> Wanted:
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


_remembered = lru_cache(maxsize=512)(_ranked)


def respond(operation: Operation, outline: Outline, formats: Wanted) -> Response:
    """The response to a query, evaluated by a worker; it may be kept if nothing in it is volatile.

    Raises what the meter raises.
    """
    answer = front().meter.answer(job(operation, formats, address("/sparql")))
    format_ = named(answer.format)
    mine = formats.rows if format_.kind is Kind.ROWS else formats.graph
    response = _response(operation, answer, format_, mine)
    response.headers.extend(described(answer, outline))
    response.headers["Vary"] = "Accept"
    if not outline.volatile:
        response.headers[MARK] = "store"
    return response


def described(answer: Answer, outline: Outline) -> list[tuple[str, str]]:
    """The headers of every answer to a query, whatever its format."""
    # The next release may answer otherwise: a copy is asked about before it is used again.
    control = "no-store" if outline.volatile else "no-cache"
    return [(RELEASE, answer.release), ("Cache-Control", control)]


def job(operation: Operation, formats: Wanted, base: str) -> Job:
    """What a worker is asked for an operation in these formats; `base` is the endpoint's URL."""

    def engine(of: Format | Page, page: str) -> str:
        return variants.SOURCES.get(of.name, of.name) if isinstance(of, Format) else page

    return Job(
        query=operation.query or "",
        rows=engine(formats.rows, "json") if formats.rows in _ROWS else "json",
        graph=engine(formats.graph, "turtle") if formats.graph in _GRAPHS else "turtle",
        default_graphs=operation.default_graphs,
        named_graphs=operation.named_graphs,
        base_iri=base,
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
