"""From an operation of the protocol to the job a worker gets: inspected, and with its formats."""

from dataclasses import dataclass, replace
from functools import lru_cache

from graph.errors import NotAcceptableError
from graph.rdf.formats import RDF_FORMATS, ROW_FORMATS, Format
from graph.settings import Settings
from graph.sparql import prefixes
from graph.sparql.inspection import Outline, outline
from graph.sparql.negotiation import Page, chosen
from graph.sparql.protocol import Operation
from graph.sparql.reading import Reading, read
from graph.workers.job import Job

PAGE = Page()
_ROWS: tuple[Format | Page, ...] = ROW_FORMATS
_GRAPHS: tuple[Format | Page, ...] = RDF_FORMATS
_IS_GRAPH = {"SELECT": False, "ASK": False, "CONSTRUCT": True, "DESCRIBE": True}
_SHORT = 512
"""Characters of a preference whose outcome is remembered: ranking costs more than a look-up."""


@dataclass(frozen=True)
class Formats:
    """The formats for the two kinds of answer; a query has one, a text that does not parse both."""

    rows: Format | Page
    graph: Format | Page


@dataclass(frozen=True)
class Plan:
    """How a query is answered: the operation, what was seen in it, the formats, and the job.

    The query of the job may have a line more than that of the operation: `inspected.added`.
    """

    operation: Operation
    inspected: Outline
    formats: Formats
    job: Job


def plan(operation: Operation, accept: str | None, settings: Settings, *, pages: bool) -> Plan:
    """The plan for this operation, which has a query; with `pages`, it may be shown as a page.

    Raises ForbiddenError or QuerySyntaxError for a query that may not be evaluated,
    NotAcceptableError or ParameterError for formats that are not offered, and ParameterError for
    too many graphs.
    """
    query = operation.query or ""
    base = settings.public_url + "/sparql"
    added: tuple[str, ...] = ()
    if operation.published_prefixes and settings.prefixes == "page":
        outline(query, settings.service_allow)  # what is wrong is told as it was written
        added = prefixes.undeclared(query)
        query = prefixes.declaring(added) + query
    seen = read(query, settings.service_allow, base)
    inspected = replace(seen.outline, added=added) if added else seen.outline
    formats = _negotiated(inspected.form, operation.format, accept, pages=pages)
    return Plan(operation, inspected, formats, _job(query, operation, seen, formats, base))


def _negotiated(form: str | None, asked: str | None, accept: str | None, *, pages: bool) -> Formats:
    short = len(asked or "") + len(accept or "") < _SHORT
    return (_remembered if short else _ranked)(form, asked, accept, pages=pages)


def _ranked(form: str | None, asked: str | None, accept: str | None, *, pages: bool) -> Formats:
    page = (PAGE,) if pages else ()
    if form is not None:
        only = chosen(asked, accept, (*(_GRAPHS if _IS_GRAPH[form] else _ROWS), *page))
        return Formats(only, only)
    found = []
    for offers in (_ROWS, _GRAPHS):
        try:
            found.append(chosen(asked, accept, (*offers, *page)))
        except NotAcceptableError:
            found.append(offers[0])
    return Formats(*found)


_remembered = lru_cache(maxsize=512)(_ranked)


def _job(query: str, operation: Operation, seen: Reading, formats: Formats, base: str) -> Job:
    default, among = operation.default_graphs, operation.named_graphs
    if default is None and among is None:
        default, among = seen.default_graphs, seen.named_graphs
    return Job(
        query=query,
        rows=_written(formats.rows, _ROWS, "json"),
        graph=_written(formats.graph, _GRAPHS, "turtle"),
        default_graphs=default,
        named_graphs=among,
        base_iri=base,
        zero_paths=seen.zero_paths,
    )


def _written(of: Format | Page, among: tuple[Format | Page, ...], otherwise: str) -> str:
    return of.written if isinstance(of, Format) and of in among else otherwise
