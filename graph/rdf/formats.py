"""One table of every format the project reads or writes: suffix, media type, what it can carry.

Content negotiation, `?format=`, file names, dumps, docs and tests are all derived from it.
"""

import io
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from enum import Enum

from pyoxigraph import Quad, QueryResultsFormat, RdfFormat, Triple, serialize

from graph.errors import UnknownError

_W3C = "http://www.w3.org/ns/formats/"


class Kind(Enum):
    """What a format can carry."""

    DATASET = "dataset"
    """Triples in a default graph and in named graphs."""
    GRAPH = "graph"
    """Triples without graph names."""
    ROWS = "rows"
    """Solutions of a SELECT, or the boolean of an ASK."""


@dataclass(frozen=True)
class Format:
    """A format; `name` is the value of `?format=`, `suffix` the file ending without its dot.

    `media_types` lists the canonical media type first, then accepted synonyms.
    """

    name: str
    suffix: str
    kind: Kind
    media_types: tuple[str, ...]
    label: str
    engine: RdfFormat | QueryResultsFormat
    rendered_from: str = ""
    """The name of the format a worker writes for us to render this one; empty if it writes it."""

    @property
    def written(self) -> str:
        """The name of the format that a worker writes for it."""
        return self.rendered_from or self.name

    @property
    def media_type(self) -> str:
        """The canonical media type, without parameters."""
        return self.media_types[0]

    @property
    def content_type(self) -> str:
        """The `Content-Type` header: text formats name their charset."""
        text = self.media_type.startswith("text/")
        return f"{self.media_type}; charset=utf-8" if text else self.media_type

    @property
    def iri(self) -> str:
        """Its name in the W3C's list of formats, https://www.w3.org/ns/formats/."""
        # The engine has a name for JSON-LD that is not in the list.
        is_jsonld = self.engine == RdfFormat.JSON_LD
        return _W3C + "JSON-LD" if is_jsonld else self.engine.iri

    @property
    def rdf(self) -> RdfFormat:
        """The engine's name for this RDF format; raises TypeError for one of query results."""
        if not isinstance(self.engine, RdfFormat):
            raise TypeError(f"{self.label} holds query results, not triples")
        return self.engine

    def write(self, items: Iterable[Triple] | Iterable[Quad], prefixes: Mapping[str, str]) -> bytes:
        """These triples or quads, in their order, in this RDF format.

        Raises TypeError for a format of query results.
        """
        out = io.BytesIO()
        serialize(items, out, self.rdf, prefixes=dict(prefixes))
        return out.getvalue()


RDF_FORMATS: tuple[Format, ...] = (
    Format(
        "turtle",
        "ttl",
        Kind.GRAPH,
        ("text/turtle", "application/x-turtle"),
        "Turtle",
        RdfFormat.TURTLE,
    ),
    Format(
        "trig",
        "trig",
        Kind.DATASET,
        ("application/trig", "application/x-trig"),
        "TriG",
        RdfFormat.TRIG,
    ),
    Format(
        "ntriples",
        "nt",
        Kind.GRAPH,
        ("application/n-triples", "text/plain"),
        "N-Triples",
        RdfFormat.N_TRIPLES,
    ),
    Format(
        "nquads",
        "nq",
        Kind.DATASET,
        ("application/n-quads", "text/x-nquads"),
        "N-Quads",
        RdfFormat.N_QUADS,
    ),
    Format(
        "jsonld",
        "jsonld",
        Kind.DATASET,
        ("application/ld+json",),
        "JSON-LD",
        RdfFormat.JSON_LD,
        rendered_from="ntriples",
    ),
    Format("rdfxml", "rdf", Kind.GRAPH, ("application/rdf+xml",), "RDF/XML", RdfFormat.RDF_XML),
    Format("n3", "n3", Kind.GRAPH, ("text/n3", "text/rdf+n3"), "N3", RdfFormat.N3),
)
"""The seven RDF formats."""

RESULT_FORMATS: tuple[Format, ...] = (
    Format(
        "json",
        "srj",
        Kind.ROWS,
        ("application/sparql-results+json", "application/json", "text/json"),
        "SPARQL JSON",
        QueryResultsFormat.JSON,
    ),
    Format(
        "xml",
        "srx",
        Kind.ROWS,
        ("application/sparql-results+xml", "application/xml", "text/xml"),
        "SPARQL XML",
        QueryResultsFormat.XML,
    ),
    Format("csv", "csv", Kind.ROWS, ("text/csv",), "CSV", QueryResultsFormat.CSV),
    Format(
        "tsv",
        "tsv",
        Kind.ROWS,
        ("text/tab-separated-values",),
        "TSV",
        QueryResultsFormat.TSV,
    ),
)
"""The four standard SPARQL result formats."""

EXCEL = Format(
    "excel",
    "excel",
    Kind.ROWS,
    ("text/csv",),
    "CSV for Excel",
    QueryResultsFormat.CSV,
    rendered_from="csv",
)
"""Only by `?format=excel`: to an Accept header it is the same as CSV, which comes before it."""

XLSX = Format(
    "xlsx",
    "xlsx",
    Kind.ROWS,
    ("application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",),
    "Excel",
    QueryResultsFormat.JSON,
    rendered_from="json",
)
"""A real Excel file: things by their names, each a link to its page."""

ROW_FORMATS: tuple[Format, ...] = (*RESULT_FORMATS, EXCEL, XLSX)
"""What a SELECT or ASK can be answered in."""

FORMATS: tuple[Format, ...] = RDF_FORMATS + RESULT_FORMATS


def named(name: str, among: Iterable[Format] = FORMATS) -> Format:
    """The format with this name, suffix or media type.

    Raises UnknownError, naming the choices.
    """
    offered = tuple(among)
    spelled = name.lower().strip()
    for candidate in offered:
        if spelled in (candidate.name, candidate.suffix, *candidate.media_types):
            return candidate
    choices = ", ".join(f.name for f in offered)
    raise UnknownError(f"no format is called {name!r}", f"use one of: {choices}")
