"""The query page: a form that works without scripts, and under it the answer as a table."""

import json
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from flask import Response
from markupsafe import Markup, escape

from graph.rdf.formats import RDF_FORMATS, RESULT_FORMATS, Format, Kind
from graph.rdf.namespaces import PREFIXES
from graph.sparql.protocol import Operation
from web.middleware.context import front
from web.middleware.negotiated import html
from web.site import iris, language
from web.site.page_context import frame
from web.sparql.vocabulary.absence import absent
from web.views.columns import is_quote
from web.views.view import taken, views

_SHOWN = 1000
"""Rows of a table on a page; the downloads hold them all."""
_WIDE = 40
"""Characters of a text that is read rather than seen."""
_ADDRESSABLE = 4000
"""Characters of a query that is asked for by an address of its page."""
_IRI = re.compile(r"<(https?://[^<>\s]*[^<>\s/#])>")
"""An IRI in Turtle that is none of a prefix."""
_LINK = Markup('<a href="{}">{}</a>')
_EXAMPLE = """\
PREFIX pp: <https://w3id.org/policyprov/ns#>
SELECT ?claim ?quote WHERE {
  ?claim pp:statedIn ?passage .
  ?passage pp:quote ?quote .
}
LIMIT 10
"""


@dataclass(frozen=True)
class Asked:
    """A query that was answered: its answer in `format`, and how its page is addressed.

    `added` are the prefixes that were declared for it, `view` how its page draws the answer, and
    `form` the file that it is to be drawn as.
    """

    operation: Operation
    body: bytes
    format: Format
    added: tuple[str, ...] = ()
    view: str | None = None
    form: str | None = None

    @property
    def address(self) -> Mapping[str, object]:
        """The parameters of the address at which the same is asked."""
        asked = self.operation
        return {
            "query": asked.query,
            "prefixes": "published" if asked.published_prefixes else None,
            "default-graph-uri": list(asked.default_graphs or ()),
            "named-graph-uri": list(asked.named_graphs or ()),
        }

    @property
    def rows(self) -> Mapping[str, Any]:
        """The answer in SPARQL JSON, if it is one of rows or a truth value."""
        found: Mapping[str, Any] = json.loads(self.body) if self.format.kind is Kind.ROWS else {}
        return found


def page(query: str = "") -> Response:
    """The page with this query in its form, and no answer yet."""
    return _page(query, answered=False, formats=RESULT_FORMATS)


def answer(asked: Asked) -> Response:
    """The page with a query and its answer, or the picture of its answer as a file.

    Raises ParameterError for a view or a form that is not offered.
    """
    query, rows, here = asked.operation.query or "", asked.rows, frame()
    names = rows.get("head", {}).get("vars", [])
    bindings = rows.get("results", {}).get("bindings", [])
    looked = views(names, bindings, query, asked.view)
    if asked.form is not None:
        return taken(looked, asked.form, "policyprov", here.language.text("query.title"), "")
    text = "" if rows else asked.body.decode()
    boolean = rows.get("boolean")
    nothing = not (bindings or boolean or text.strip())
    quotes = [name for name in names if is_quote(name)]
    fits = len(query) <= _ADDRESSABLE
    return _page(
        query,
        answered=True,
        absent=absent(here.view, query) if nothing else (),
        names=names,
        titles={name: name for name in names},
        quotes=quotes,
        wide=[name for name in names if name not in quotes and _is_wide(name, bindings)],
        bindings=bindings[:_SHOWN],
        count=len(bindings) if rows else text.count("\n"),
        boolean=boolean,
        text=_linked(text),
        formats=RESULT_FORMATS if rows else RDF_FORMATS,
        added=asked.added,
        asked=asked.address,
        # What fits no address is asked for by a form.
        fits=fits,
        views=looked,
    )


def _page(query: str, **values: object) -> Response:
    return html(
        "query.html",
        query=query or _EXAMPLE,
        prefixes=PREFIXES,
        lenient=front().settings.prefixes == "page",
        **values,
    )


def _is_wide(name: str, rows: Iterable[Mapping[str, Any]]) -> bool:
    """Whether a column has words that need room."""
    texts = (row[name]["value"] for row in rows if name in row and row[name]["type"] == "literal")
    return any(len(text) > _WIDE for text in texts)


def _linked(text: str) -> Markup:
    """A graph in Turtle, each IRI of which leads to its page or to where it is."""
    made: list[str] = []
    at = 0
    for found in _IRI.finditer(text):
        iri = found[1]
        address = iri if iris.tail(iri) is None else language.link(iris.local(iri))
        made += (escape(text[at : found.start()]), _LINK.format(address, found[0]))
        at = found.end()
    return Markup("").join((*made, escape(text[at:])))
