"""The graphs themselves, to read: /data?default and /data?graph=IRI.

SPARQL 1.1 Graph Store HTTP Protocol, indirect identification (§4.2), GET and HEAD.
"""

import json
from dataclasses import replace

from flask import Blueprint, Response, request

from graph.errors import ParameterError, UnknownError
from graph.rdf.formats import RDF_FORMATS, Kind
from graph.sparql.plan import plan
from graph.sparql.protocol import Operation, graph_iri, pairs
from graph.workers.job import Job
from web.middleware.context import address, front
from web.middleware.negotiated import negotiated
from web.sparql.results import respond

graph_store = Blueprint("graph_store", __name__)

_ALL = "CONSTRUCT { ?s ?p ?o } WHERE { ?s ?p ?o }"
_EXISTS = "ASK { GRAPH ?g { ?s ?p ?o } }"
_NAMES = ("default", "graph", "format")


@graph_store.get("/data", strict_slashes=False)
def read() -> Response:
    """Answer with one graph; without a parameter, send on to the dump of the whole dataset."""
    given = _parameters()
    graph, format_ = given.get("graph"), given.get("format")
    if graph is not None and "default" in given:
        raise ParameterError("both `default` and `graph` are given", "give one")
    if graph is None and "default" not in given:
        return _everything(format_)
    operation = Operation(_ALL, format=format_)
    if graph is not None:
        operation = replace(operation, default_graphs=(graph,), named_graphs=())
    planned = plan(operation, request.headers.get("Accept"), front().settings, pages=False)
    if graph is not None:
        _refuse_unknown(graph)
    return respond(planned)


def _parameters() -> dict[str, str]:
    given: dict[str, str] = {}
    for name, value in pairs(request.query_string):
        if name not in _NAMES:
            raise ParameterError(f"unknown parameter {name!r}", f"use {', '.join(_NAMES)}")
        if name in given:
            raise ParameterError(f"there is more than one {name}", "give one")
        given[name] = graph_iri(value, name) if name == "graph" else value
    return given


def _everything(format_: str | None) -> Response:
    datasets = tuple(f for f in RDF_FORMATS if f.kind is Kind.DATASET)
    mine = negotiated(datasets, format_)
    place = address(f"/dumps/policyprov.{mine.suffix}")
    return Response(status=303, headers={"Location": place})


def _refuse_unknown(graph: str) -> None:
    answer = front().meter.answer(Job(_EXISTS, default_graphs=(), named_graphs=(graph,)))
    if not json.loads(answer.body)["boolean"]:
        raise UnknownError(f"there is no graph {graph}", "list them: GRAPH ?g { … } in a query")
