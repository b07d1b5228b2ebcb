"""The HTTP interface in OpenAPI 3.1, generated from the formats and the registry of queries."""

from collections.abc import Iterable
from typing import Any

from graph.errors import RequestError
from graph.queries import Parameter, Query
from graph.rdf.formats import RDF_FORMATS, ROW_FORMATS, Format, Kind
from graph.sparql.protocol import DIRECT, FORM

Object = dict[str, Any]

_SCHEMAS: dict[str, Object] = {
    "iri": {"type": "string", "format": "iri"},
    "integer": {"type": "string", "pattern": r"^[+-]?[0-9]{1,18}$"},
    "decimal": {"type": "string", "pattern": r"^[+-]?[0-9]{1,18}(\.[0-9]{1,18})?$"},
    "date": {"type": "string", "format": "date"},
}
_TEXT: Object = {"type": "string"}
_JSON: Object = {"type": ["object", "array"]}
_PROBLEM: Object = {
    "description": "What is wrong, as RFC 9457 has it",
    "content": {
        "application/problem+json": {"schema": {"$ref": "#/components/schemas/Problem"}},
        "text/html": {"schema": _TEXT},
        "text/plain": {"schema": _TEXT},
    },
}
_PROBLEM_SCHEMA: Object = {
    "type": "object",
    "required": ["type", "title", "status"],
    "properties": {
        "type": {"type": "string", "format": "uri-reference"},
        "title": _TEXT,
        "status": {"type": "integer"},
        "detail": _TEXT,
        "remedy": _TEXT,
        "line": {"type": "integer"},
        "column": {"type": "integer"},
        "limit": _TEXT,
    },
}


def document(site: str, queries: Iterable[Query]) -> Object:
    """The description of the API of this site."""
    known = list(queries)
    paths = {
        "/sparql": {"get": _sparql_get(), "post": _sparql_post()},
        "/data": {"get": _data()},
        "/queries/": {"get": _plain("listQueries", "The canned queries", "application/json")},
        "/dumps/": {"get": _plain("listDumps", "The files of the release", "application/json")},
        **{f"/queries/{query.name}": {"get": _query(query)} for query in known},
    }
    return {
        "openapi": "3.1.0",
        "info": {
            "title": "policyprov",
            "version": "1",
            "summary": "A provenance graph of policy news: every fact shows its exact words",
            "license": {"name": "MIT", "identifier": "MIT"},
        },
        "servers": [{"url": site}],
        "paths": paths,
        "components": {
            "schemas": {"Problem": _PROBLEM_SCHEMA},
            "responses": {"Problem": _PROBLEM},
        },
    }


def _responses(formats: Iterable[Format], *further: str) -> Object:
    types = (*(f.media_type for f in formats), *further)
    answers = {kind: {"schema": _JSON if "json" in kind else _TEXT} for kind in types}
    statuses = sorted({str(kind.status) for kind in RequestError.__subclasses__()})
    return {
        "200": {"description": "The answer", "content": answers},
        **{status: {"$ref": "#/components/responses/Problem"} for status in statuses},
    }


def _parameter(name: str, description: str, schema: Object, *, required: bool = False) -> Object:
    return {
        "name": name,
        "in": "query",
        "description": description,
        "required": required,
        "schema": schema,
    }


def _format(formats: Iterable[Format]) -> Object:
    names = [f.name for f in formats]
    return _parameter("format", "Goes before Accept", {"type": "string", "enum": names})


_FORMATS = (*ROW_FORMATS, *RDF_FORMATS)
_IRIS: Object = {"type": "array", "items": {"type": "string", "format": "iri"}}
_DATASET = [
    _parameter("default-graph-uri", "Graphs that make up the default graph", _IRIS),
    _parameter("named-graph-uri", "Graphs that GRAPH may name", _IRIS),
]


def _sparql_get() -> Object:
    query = _parameter("query", "SPARQL 1.1; without it, the service description", _TEXT)
    return {
        "operationId": "query",
        "summary": "SPARQL 1.1 Protocol, query by GET",
        "parameters": [query, *_DATASET, _format(_FORMATS)],
        "responses": _responses(_FORMATS, "text/html"),
    }


def _sparql_post() -> Object:
    properties = {"query": _TEXT, "default-graph-uri": _IRIS, "named-graph-uri": _IRIS}
    form = {"type": "object", "required": ["query"], "properties": properties}
    return {
        "operationId": "queryByPost",
        "summary": "SPARQL 1.1 Protocol, query by POST",
        "requestBody": {
            "required": True,
            "content": {DIRECT: {"schema": _TEXT}, FORM: {"schema": form}},
        },
        "responses": _responses(_FORMATS, "text/html"),
    }


def _data() -> Object:
    graph = _parameter("graph", "The IRI of a named graph", {"type": "string", "format": "iri"})
    default = _parameter("default", "The default graph", _TEXT)
    responses = _responses(RDF_FORMATS)
    responses["303"] = {"description": "Neither is given: the dump of the whole dataset"}
    return {
        "operationId": "graph",
        "summary": "SPARQL 1.1 Graph Store Protocol, read",
        "parameters": [default, graph, _format(RDF_FORMATS)],
        "responses": responses,
    }


def _plain(name: str, summary: str, *types: str) -> Object:
    return {
        "operationId": name,
        "summary": summary,
        "responses": _responses((), *types, "text/html"),
    }


def _query(query: Query) -> Object:
    is_graph = query.form in ("CONSTRUCT", "DESCRIBE")
    formats = [f for f in _FORMATS if (f.kind is not Kind.ROWS) == is_graph]
    return {
        "operationId": query.name,
        "summary": query.summary["en"],
        "description": query.description["en"],
        "tags": list(query.tags),
        "parameters": [*map(_typed, query.parameters), _format(formats)],
        "responses": _responses(formats, "text/html"),
    }


def _typed(parameter: Parameter) -> Object:
    schema = {**_SCHEMAS.get(parameter.type, _TEXT), "default": parameter.default}
    return _parameter(parameter.name, parameter.label["en"], schema)
