"""Look rather than read: pictures of the release, each with its table, query and sources."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import date

from flask import Blueprint, Response, render_template, request

from graph.errors import UnknownError
from graph.periods import Period
from graph.sparql.negotiation import Page
from web.evidence.citation import cited, read
from web.explore import before_after, indicators, lineage, places, timeline
from web.middleware.negotiated import negotiated
from web.site import chosen_article, iris, release_queries, tables
from web.site.language import messages
from web.site.page_context import frame
from web.site.release_queries import Row, Table

explore = Blueprint("explore", __name__)


@dataclass(frozen=True)
class Panels:
    """The indicator pictures, and every figure behind and beside them."""

    panels: tuple[indicators.Panel, ...]
    rows: tuple[Row, ...]


def _of_rows(layout: Callable[[Iterable[Row]], object]) -> Callable[[Table], object]:
    return lambda table: layout(table.rows)


def _panels(table: Table) -> Panels | None:
    return Panels(indicators.layout(table.rows), table.rows) if table.rows else None


def _lineage(table: Table) -> lineage.Lineage | None:
    measures = messages()["explore.lineage.measures"][frame().lang]
    lines = _worklines()["worklines"]
    return lineage.layout(table.rows, lines.rows, measures)


def _worklines() -> Mapping[str, Table]:
    article = chosen_article.chosen()
    assert article is not None  # noqa: S101 - a picture is drawn of one
    return {"worklines": release_queries.picture("worklines", frame().lang, article)}


@dataclass(frozen=True)
class Picture:
    """One picture: how the rows of the query of its name are laid out, and its sign in the index.

    `extra` gives what its template shows besides.
    """

    name: str
    layout: Callable[[Table], object]
    icon: str
    extra: Callable[[], Mapping[str, object]] = dict


PICTURES: Mapping[str, Picture] = {
    each.name: each
    for each in (
        Picture("timeline", _of_rows(timeline.layout), "M4 10h18M14 24h12M22 38h22"),
        Picture(
            "lineage",
            _lineage,
            "M24 4v40M24 10h14M24 24H10M24 38h14",
            _worklines,
        ),
        Picture(
            "changes", lambda t: before_after.layout(t.rows), "M6 14h36M6 20h36M6 32h12M6 38h12"
        ),
        Picture("indicators", _panels, "M10 42V20M24 42V8M38 42V28"),
        Picture(
            "places",
            lambda t: places.layout(t.rows),
            "M8 6v34M8 18h12M8 40h12M28 18h12M20 18v12h12",
        ),
    )
}
"""The pictures, by name. Another one is a row here, a query of its name, and a template."""


def span(start: str | None, end: str | None) -> str:
    """A period in the words of the page's language; nothing for no period."""
    if not start:
        return ""
    last = date.fromisoformat(end) if end else None
    period = Period(date.fromisoformat(start), last)
    return period.label_zh if frame().lang == "zh" else period.label_en


@explore.app_template_filter("sign")
def sign(value: str | float) -> str:
    """A number as one prints it: a true minus sign, and no decimals that say nothing."""
    number = float(value)
    text = f"{number:,.0f}" if number == int(number) else f"{number:,.1f}"
    return text.replace("-", "−")


@explore.app_context_processor
def words() -> dict[str, object]:
    """What every template can ask about a claim and its words."""
    return {"read": read, "cited": cited, "span": span, "pictures": tuple(PICTURES)}


@explore.get("/explore", strict_slashes=False)
def index() -> str:
    """Show which pictures there are."""
    questions = {n: release_queries.pictures()[n].summary[frame().lang] for n in PICTURES}
    return render_template(
        "explore/index.html", section="explore", questions=questions, rows=PICTURES.values()
    )


@explore.get("/explore/<name>", strict_slashes=False)
def picture(name: str) -> str | Response:
    """Show one picture; with `?format=csv` or `xlsx`, hand over its rows."""
    mine = PICTURES.get(name)
    if mine is None:
        raise UnknownError("there is no such picture", f"there are: {', '.join(PICTURES)}")
    article, lang, query = chosen_article.chosen(), frame().lang, release_queries.pictures()[name]
    if article is None:
        return render_template(
            "explore/picture.html", section="explore", picture=name, question=query.summary[lang]
        )
    table = release_queries.picture(name, lang, article)
    form = negotiated((Page(), tables.CSV, tables.XLSX), request.args.get("format"))
    if form in (tables.CSV, tables.XLSX):
        write = tables.csv_ if form is tables.CSV else tables.xlsx
        return write(name, table.columns, [[r.get(c) for c in table.columns] for r in table.rows])
    return render_template(
        f"explore/{name}.html",
        section="explore",
        picture=name,
        question=query.summary[lang],
        description=query.description[lang],
        table=table,
        text=query.bare(table.query, lang),
        drawn=mine.layout(table),
        article=iris.last(article.value),
        articles=[(iris.last(each.value), each.value) for each in chosen_article.offered(article)],
        **mine.extra(),
    )
