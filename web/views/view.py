"""The views of an answer: which its columns allow, and the one that is looked at."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from decimal import Decimal

from flask import Response, render_template
from markupsafe import Markup
from pyoxigraph import Literal, NamedNode

from graph.errors import ParameterError
from graph.rdf.namespaces import shorten
from web.drawing.file import PNG, SVG, file
from web.drawing.sheet import Sheet
from web.drawing.timeline import Timeline
from web.site import iris
from web.site.language import TAGS
from web.site.page_context import Frame, column_name, frame
from web.views import chart, columns, timeline
from web.views.chart import Chart, Figure, Known
from web.views.columns import Row, Term

VIEWS = ("timeline", "chart")
FORMS = {form.name: form for form in (SVG, PNG)}
"""The files a picture is taken away as."""
_LOOKED_AT = 500
"""Rows that a picture is made of, at most."""


@dataclass(frozen=True)
class Views:
    """The views that an answer offers besides its table, and the one that was chosen.

    `drawn` is its layout and `shown` its markup; `refused` is one that was asked for and is not
    offered. `most` bounds the marks of any, and `left` counts the numbers that have none.
    """

    offered: tuple[str, ...] = ()
    chosen: str = ""
    refused: str = ""
    drawn: Timeline | Chart | None = None
    most: int = timeline.MOST

    @property
    def left(self) -> int:
        """How many numbers are in the table alone."""
        return self.drawn.left if isinstance(self.drawn, Chart) else 0

    @property
    def shown(self) -> Markup:
        """The drawing as it stands on a page."""
        return _markup(self, "views/page.html")


def views(names: Sequence[str], rows: Sequence[Row], query: str, asked: str | None) -> Views:
    """The views of the answer to a query.

    Raises ParameterError if none is called as it was asked for.
    """
    if asked and asked not in VIEWS:
        raise ParameterError(f"no view is called {asked[:40]!r}", f"use: {', '.join(VIEWS)}")
    given, here = columns.answer(names, rows[:_LOOKED_AT], query), frame()
    layouts = {
        "timeline": timeline.layout(given, lambda term: _called(here, term)),
        "chart": chart.layout(given, _known(here)),
    }
    found = Views(tuple(name for name, drawn in layouts.items() if drawn))
    if not asked:
        return found
    drawn = layouts[asked]
    return (
        replace(found, refused=asked)
        if drawn is None
        else replace(found, chosen=asked, drawn=drawn)
    )


def taken(views: Views, form: str, name: str, title: str, address: str) -> Response:
    """The picture of a view as a file: its title, and beneath it where the answer is.

    Raises ParameterError where there is no picture.
    """
    if views.drawn is None:
        raise ParameterError(
            "no picture can be drawn of these columns", "see which views the page offers"
        )
    here = frame()
    words = here.language.text
    sheet = Sheet(
        title=title,
        question=words(f"views.{views.chosen}.caption", n=views.most),
        drawing=_markup(views, "drawing/file.html"),
        beneath=(
            address,
            words("footer.release", version=here.view.version),
            words("footer.licence"),
        ),
        language=TAGS[here.lang],
        origin=here.public_url,
    )
    return file(sheet, FORMS[form], f"{name}-{views.chosen}")


def _markup(views: Views, layout: str) -> Markup:
    made = render_template(
        f"views/{views.chosen}.html", layout=layout, drawn=views.drawn, most=views.most
    )
    return Markup(made)  # noqa: S704 (a template of ours has escaped it)


def _called(here: Frame, term: Term) -> str:
    value = str(term["value"])
    if term["type"] != "uri":
        return value
    if iris.tail(value) is None:
        return shorten(value)
    return here.name.term(value) if "/ns#" in value else here.name(value)


def _known(here: Frame) -> Known:
    return Known(lambda term: _called(here, term), column_name, lambda iri: _figure(here, iri))


def _figure(here: Frame, iri: str) -> Figure | None:
    numbers: set[Decimal] = set()
    found = {"pp:unit": "", "pp:statisticType": ""}
    for triple in here.view.about(NamedNode(iri)):
        name = shorten(triple.predicate.value)
        if name in found and isinstance(triple.object, NamedNode):
            found[name] = triple.object.value
        elif name in ("pp:value", "pp:valueMax") and isinstance(triple.object, Literal):
            numbers.add(Decimal(triple.object.value))
    return Figure(frozenset(numbers), found["pp:unit"], found["pp:statisticType"])
