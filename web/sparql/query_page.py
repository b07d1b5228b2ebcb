"""The query page: a form that works without scripts, and under it the answer as a table."""

import json
from typing import Any

from flask import Response

from graph.rdf.formats import RDF_FORMATS, RESULT_FORMATS, Format, Kind
from graph.rdf.namespaces import PREFIXES
from web.middleware.negotiated import html

_SHOWN = 1000
"""Rows of a table on a page; the downloads hold them all."""
_EXAMPLE = """\
PREFIX pp: <https://w3id.org/policyprov/ns#>
SELECT ?claim ?quote WHERE {
  ?claim pp:statedIn ?passage .
  ?passage pp:quote ?quote .
}
LIMIT 10
"""


def page(query: str = "", body: bytes = b"", found: Format | None = None) -> Response:
    """The page with this query in its form, and its answer in the format it was found in."""
    rows: dict[str, Any] = {}
    text = ""
    if found is not None and found.kind is Kind.ROWS:
        rows = json.loads(body)
    elif found is not None:
        text = body.decode()
    is_graph = found is not None and found.kind is not Kind.ROWS
    bindings = rows.get("results", {}).get("bindings", [])
    return html(
        "query.html",
        query=query or _EXAMPLE,
        names=rows.get("head", {}).get("vars", []),
        bindings=bindings[:_SHOWN],
        count=len(bindings),
        boolean=rows.get("boolean"),
        text=text,
        answered=found is not None,
        formats=RDF_FORMATS if is_graph else RESULT_FORMATS,
        prefixes=PREFIXES,
    )
