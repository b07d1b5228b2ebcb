"""Two renderings that the engine does not write: CSV that Excel opens well, and compact JSON-LD."""

import csv
import io
import re
from collections.abc import Mapping
from typing import Any

from pyoxigraph import DefaultGraph, Quad, RdfFormat, parse, serialize

from graph.rdf.jsonld import Writer

_FORMULA = re.compile(r"[=+\-@\t\r\n|%]")
_NUMBER = re.compile(r"[+-]?\d+(\.\d+)?([eE][+-]?\d+)?")
_COMPACTED = 4 << 20
"""Bytes of N-Triples past which JSON-LD is left expanded: compacting costs the server a second."""


def excel(body: bytes) -> bytes:
    """The CSV with a byte-order mark, and an apostrophe before what would be a formula."""
    out = io.StringIO()
    writer = csv.writer(out)
    for row in csv.reader(io.StringIO(body.decode(), newline="")):
        writer.writerow(_safe(cell) for cell in row)
    return out.getvalue().encode("utf-8-sig")


def _safe(cell: str) -> str:
    return "'" + cell if _FORMULA.match(cell) and not _NUMBER.fullmatch(cell) else cell


def jsonld(ntriples: bytes, context: Mapping[str, Any] | None) -> bytes:
    """The triples as JSON-LD: compacted with this context, expanded if it is None or many."""
    triples = parse(ntriples, RdfFormat.N_TRIPLES)
    if context is not None and len(ntriples) <= _COMPACTED:
        graph = DefaultGraph()
        quads = (Quad(t.subject, t.predicate, t.object, graph) for t in triples)
        return Writer(context).document(quads)
    out = io.BytesIO()
    serialize(triples, out, RdfFormat.JSON_LD)
    return out.getvalue()
