"""The HTTP interface in OpenAPI 3.1, from its routes, its formats and the registry of queries."""

from collections.abc import Iterable, Mapping
from typing import Any

from graph.queries import Parameter, Query
from graph.rdf.formats import RDF_FORMATS, ROW_FORMATS, Format, Kind
from graph.settings import Settings
from graph.sparql.protocol import DIRECT, FORM
from web.sparql.addresses import TEXT, parameter, responses
from web.views.view import VIEWS

Object = dict[str, Any]

_SCHEMAS: dict[str, Object] = {
    "iri": {"type": "string", "format": "iri"},
    "integer": {"type": "string", "pattern": r"^[+-]?[0-9]{1,18}$"},
    "decimal": {"type": "string", "pattern": r"^[+-]?[0-9]{1,18}(\.[0-9]{1,18})?$"},
    "date": {"type": "string", "format": "date"},
}
_PROBLEM: Object = {
    "description": "What is wrong, as RFC 9457 has it",
    "content": {
        "application/problem+json": {"schema": {"$ref": "#/components/schemas/Problem"}},
        "text/html": {"schema": TEXT},
        "text/plain": {"schema": TEXT},
    },
}
_PROBLEM_SCHEMA: Object = {
    "type": "object",
    "required": ["type", "title", "status"],
    "properties": {
        "type": {"type": "string", "format": "uri-reference"},
        "title": TEXT,
        "status": {"type": "integer"},
        "detail": TEXT,
        "remedy": TEXT,
        "line": {"type": "integer"},
        "column": {"type": "integer"},
        "limit": TEXT,
    },
}


_VIEW = parameter(
    "view",
    "How the page draws the answer, where its columns allow; with format=svg or png as a file",
    {"type": "string", "enum": list(VIEWS)},
)


def document(settings: Settings, paths: Mapping[str, Object], queries: Iterable[Query]) -> Object:
    """The description of the API of this site; `paths` are its addresses as routes tell them."""
    return {
        "openapi": "3.1.0",
        "info": {
            "title": "policyprov",
            "version": "1",
            "summary": "A provenance graph of policy news: every fact shows its exact words",
            "license": {"name": "CC BY 4.0; quotations are their publishers'"},
            **({"contact": {"url": settings.contact}} if settings.contact else {}),
        },
        "servers": [{"url": settings.public_url}],
        "paths": {
            **paths,
            "/sparql": {"get": _sparql_get(), "post": _sparql_post()},
            "/data": {"get": _data()},
            **{f"/queries/{query.name}": {"get": _query(query)} for query in queries},
        },
        "components": {
            "schemas": {"Problem": _PROBLEM_SCHEMA},
            "responses": {"Problem": _PROBLEM},
        },
    }


def _responses(formats: Iterable[Format], *further: str) -> Object:
    return responses([*(f.media_type for f in formats), *further])


def _format(formats: Iterable[Format]) -> Object:
    names = [f.name for f in formats]
    return parameter("format", "Goes before Accept", {"type": "string", "enum": names})


_FORMATS = (*ROW_FORMATS, *RDF_FORMATS)
_IRIS: Object = {"type": "array", "items": {"type": "string", "format": "iri"}}
_PREFIXES: Object = {"type": "string", "enum": ["published"]}
_DATASET = [
    parameter("default-graph-uri", "Graphs that make up the default graph", _IRIS),
    parameter("named-graph-uri", "Graphs that GRAPH may name", _IRIS),
]


def _sparql_get() -> Object:
    query = parameter("query", "SPARQL 1.1; without it, the service description", TEXT)
    return {
        "operationId": "query",
        "summary": "SPARQL 1.1 Protocol, query by GET",
        "parameters": [
            query,
            *_DATASET,
            _format(_FORMATS),
            parameter("prefixes", "Leave the published prefixes undeclared", _PREFIXES),
            _VIEW,
        ],
        "responses": _responses(_FORMATS, "text/html"),
    }


def _sparql_post() -> Object:
    properties = {
        "query": TEXT,
        "default-graph-uri": _IRIS,
        "named-graph-uri": _IRIS,
        "prefixes": _PREFIXES,
    }
    form = {"type": "object", "required": ["query"], "properties": properties}
    return {
        "operationId": "queryByPost",
        "summary": "SPARQL 1.1 Protocol, query by POST",
        "requestBody": {
            "required": True,
            "content": {DIRECT: {"schema": TEXT}, FORM: {"schema": form}},
        },
        "responses": _responses(_FORMATS, "text/html"),
    }


def _data() -> Object:
    graph = parameter("graph", "The IRI of a named graph", {"type": "string", "format": "iri"})
    default = parameter("default", "The default graph", TEXT)
    responses = _responses(RDF_FORMATS)
    responses["303"] = {"description": "Neither is given: the dump of the whole dataset"}
    return {
        "operationId": "graph",
        "summary": "SPARQL 1.1 Graph Store Protocol, read",
        "parameters": [default, graph, _format(RDF_FORMATS)],
        "responses": responses,
    }


def _query(query: Query) -> Object:
    is_graph = query.form in ("CONSTRUCT", "DESCRIBE")
    formats = [f for f in _FORMATS if (f.kind is not Kind.ROWS) == is_graph]
    return {
        "operationId": query.name,
        "summary": query.summary["en"],
        "description": query.description["en"],
        "tags": list(query.tags),
        "parameters": [
            *map(_typed, query.parameters),
            *_labels(query),
            *([] if is_graph else [_VIEW]),
            _format(formats),
        ],
        "responses": _responses(formats, "text/html"),
    }


def _labels(query: Query) -> list[Object]:
    if not query.labelled:
        return []
    schema = {"type": "string", "enum": ["zh", "en"], "default": "zh"}
    return [parameter("lang", "The language of labels", schema)]


def _typed(given: Parameter) -> Object:
    schema = {**_SCHEMAS.get(given.type, TEXT), "default": given.default}
    return parameter(given.name, given.label["en"], schema)
