"""The canned queries as an API: /queries/ lists them, /queries/NAME?parameter=… runs one."""

from collections.abc import Mapping
from typing import Any

from flask import Blueprint, Flask, Response, current_app, request

from graph.errors import ParameterError, UnknownError
from graph.queries import Query
from graph.rdf.formats import FORMATS, RDF_FORMATS, XLSX, Format
from graph.rdf.namespaces import PREFIXES
from graph.sparql.negotiation import Page
from graph.sparql.plan import PAGE, plan
from graph.sparql.protocol import Operation, pairs
from web.middleware.context import address, front
from web.middleware.negotiated import AS_JSON, html, json_, negotiated, rdf
from web.site import release_index
from web.site.language import spoken
from web.sparql import (
    addresses,
    openapi,
    question_feed,
    question_page,
    questions,
    shacl_executables,
)
from web.sparql.results import respond
from web.views.view import FORMS

_LISTED: tuple[Page | Format, ...] = (AS_JSON, PAGE, *RDF_FORMATS)
_SUFFIXES = (
    {"", "atom", "rq", "excel", "xlsx", *FORMS}
    | {f.suffix for f in FORMATS}
    | {f.name for f in FORMATS}
)
_KNOWN = "policyprov.queries"
_SPARQL = "application/sparql-query; charset=utf-8"


queries = Blueprint("queries", __name__)


def install(app: Flask, known: Mapping[str, Query]) -> None:
    """Let these be the queries that the application serves."""
    app.extensions[_KNOWN] = known


def _known() -> Mapping[str, Query]:
    found: Mapping[str, Query] = current_app.extensions[_KNOWN]
    return questions.here(found)


@queries.get("/queries", strict_slashes=False)
def index() -> Response:
    """List the queries: as a page, in JSON, or in RDF as SHACL executables."""
    mine = negotiated(_LISTED, request.args.get("format"))
    if isinstance(mine, Format):
        return _shacl(mine)
    if mine is PAGE:
        return html("queries.html", section="questions", groups=question_page.grouped(_known()))
    return json_({"queries": [_summary(query) for query in _known().values()]})


@queries.get("/queries.ttl")
def turtle() -> Response:
    """List the queries in Turtle as SHACL executables."""
    return _shacl(RDF_FORMATS[0])


@queries.get("/openapi.json")
def described() -> Response:
    """Describe this API in OpenAPI 3.1."""
    paths = addresses.described(current_app.url_map, current_app.view_functions)
    return json_(openapi.document(front().settings, paths, _known().values()))


@queries.get("/queries/<name>", strict_slashes=False)
def run(name: str) -> Response:
    """Run a query; with the suffix `.rq` show its text, with `.atom` what changes in its answer.

    `view` draws the answer on its page, with the suffix `.svg` or `.png` as a file.

    Labels are in the language of `lang`, or else of the page or the Excel file; in the language of
    the file of the query where a program asks for neither.
    """
    stem, _, suffix = name.partition(".")
    query = _known().get(stem)
    if query is None or suffix not in _SUFFIXES:
        raise UnknownError("no query has that name", "see /queries/ for the list")
    values = _values()
    format_ = values.pop("format", None) or suffix or None
    accept, settings = request.headers.get("Accept"), front().settings
    asked, view = values.pop("lang", None), values.pop("view", None)
    form = format_ if format_ in FORMS else None
    if form is not None:
        format_, asked = "html", asked or spoken().code
    text = _bound(query, values, spoken().code if asked else None)
    if format_ == "atom":
        planned = plan(Operation(text, format="json"), None, settings, pages=False)
        return question_feed.feed(query, values, planned)
    if format_ == "rq":
        return Response(text, content_type=_SPARQL)
    planned = plan(Operation(text, format=format_), accept, settings, pages=True)
    offer = planned.formats.rows
    if asked is None and offer in (PAGE, XLSX) and query.labelled:
        text = _bound(query, values, spoken().code)
        planned = plan(Operation(text, format=format_), accept, settings, pages=True)
    if offer is PAGE:
        return question_page.page(query, values, planned, view, form)
    return respond(planned, stem)


def _bound(query: Query, values: Mapping[str, str], labels: str | None) -> str:
    find = release_index.index
    return query.bound(values, lambda words: find().passages(words), labels or "zh")


def _values() -> dict[str, str]:
    values: dict[str, str] = {}
    for name, value in pairs(request.query_string):
        if name in values:
            raise ParameterError(f"there is more than one {name}", "give one")
        values[name] = value
    return values


def _summary(query: Query) -> dict[str, Any]:
    return {
        "name": query.name,
        "url": address(f"/queries/{query.name}"),
        "text": address(f"/queries/{query.name}.rq"),
        "form": query.form,
        "summary": dict(query.summary),
        "description": dict(query.description),
        "tags": list(query.tags),
        "parameters": [
            {"name": p.name, "type": p.type, "label": dict(p.label), "default": p.default}
            for p in query.parameters
        ],
    }


def _shacl(format_: Format) -> Response:
    triples = list(shacl_executables.executables(address(""), _known().values()))
    return rdf(format_.write(triples, PREFIXES), format_)
