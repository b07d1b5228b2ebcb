"""An index page of every kind of thing: /measures, /documents, …; and /browse, their list."""

from dataclasses import dataclass

from flask import Blueprint, Response, request
from pyoxigraph import NamedNode

from graph.errors import ParameterError
from graph.search.answer import Answer
from graph.search.entries import KINDS, PASSAGES
from graph.search.index import ORDERS
from graph.search.question import Question
from graph.sparql.negotiation import Page
from web.middleware.negotiated import AS_JSON, html, json_, negotiated
from web.search import hits
from web.search.columns import COLUMNS, values
from web.search.routes import leafed, question
from web.site import tables
from web.site.iris import page
from web.site.page_context import Frame, frame
from web.site.pagination import PAGE
from web.site.release_index import index
from web.site.release_view import Term

browse = Blueprint("browse", __name__)

THINGS = tuple(kind for kind in KINDS if kind != PASSAGES)
"""The kinds that have an index page, in the order of /browse."""
_PATHS = {kind: kind for kind in THINGS} | {"problems": "policy-problems"}
"""Kind → its path; at /problems stands what the errors of this server mean."""
_KINDS = {path: kind for kind, path in _PATHS.items()}
_OFFERS = (Page(), AS_JSON, tables.CSV, tables.XLSX)
_TAKEN = 10_000


@dataclass(frozen=True)
class Line:
    """One thing of an index page, with the values of its columns."""

    shown: hits.Shown
    cells: tuple[tuple[Term, ...], ...]


@browse.get("/browse")
def kinds() -> Response:
    """List the kinds of things, with how many there are."""
    counts = index().counts
    found = [(kind, path, counts[kind]) for kind, path in _PATHS.items() if counts.get(kind)]
    return html("browse.html", section="browse", kinds=found)


@browse.get(f"/<any({', '.join(repr(path) for path in _KINDS)}):path>")
def things(path: str) -> Response:
    """List the things of a kind."""
    kind = _KINDS[path]
    mine = negotiated(_OFFERS, request.args.get("format"))
    here, asked, order = frame(), question(kind=(kind,)), _order()
    if mine in (tables.CSV, tables.XLSX):
        return _taken(here, kind, asked, order, mine)
    answer, part = leafed(asked, PAGE, order=order, lang=here.lang)
    if mine is AS_JSON:
        return json_(
            {
                "kind": kind,
                "total": answer.total,
                "page": part.number,
                "pages": part.pages,
                "hits": [e.row(here.public_url) for e in hits.shown(here, asked, answer.hits)],
            }
        )
    kept = {"q": asked.words, "sort": order if order != ORDERS[0] else ""}
    narrowed = {name: list(v) for name, v in asked.narrowed.items() if name != "kind"}
    facets = hits.facets(here, f"/{path}", asked, answer, kept)
    return html(
        "kind.html",
        section="browse",
        kind=kind,
        question=asked,
        order=order,
        orders=ORDERS,
        columns=tuple(COLUMNS[kind]),
        lines=_lines(here, kind, asked, answer),
        answer=answer,
        part=part,
        facets=[facet for facet in facets if facet.key != "kind"],
        kept=kept | narrowed,
        path=f"/{path}",
    )


def _order() -> str:
    order = request.args.get("sort") or ORDERS[0]
    if order not in ORDERS:
        raise ParameterError(f"no list is sorted by {order[:40]!r}", f"use: {', '.join(ORDERS)}")
    return order


def _lines(here: Frame, kind: str, asked: Question, answer: Answer) -> list[Line]:
    return [
        Line(
            each,
            tuple(
                tuple(values(here.view, NamedNode(each.hit.iri), path))
                for path in COLUMNS[kind].values()
            ),
        )
        for each in hits.shown(here, asked, answer.hits)
    ]


def _taken(here: Frame, kind: str, asked: Question, order: str, mine: Page) -> Response:
    """The whole list as a file: names and values as the page shows them, links to the things."""
    answer = index().search(asked, size=_TAKEN, order=order, lang=here.lang)
    t = here.language.text
    columns = ["IRI", t("column.name"), *(t(f"column.{name}") for name in COLUMNS[kind])]
    rows: list[list[tables.Cell]] = [
        [
            line.shown.hit.iri,
            tables.Linked(line.shown.title, here.public_url + page(line.shown.hit.iri)),
            *(_cell(here, cell) for cell in line.cells),
        ]
        for line in _lines(here, kind, asked, answer)
    ]
    if mine is tables.XLSX:
        return tables.xlsx(kind, columns, rows)
    named = [[c.name if isinstance(c, tables.Linked) else c for c in row] for row in rows]
    return tables.csv_(kind, columns, named)


def _cell(here: Frame, cell: tuple[Term, ...]) -> tables.Cell:
    if len(cell) == 1 and isinstance(cell[0], NamedNode):
        return tables.Linked(here.name(cell[0].value), here.public_url + page(cell[0].value))
    return "; ".join(here.name(v.value) if isinstance(v, NamedNode) else v.value for v in cell)
