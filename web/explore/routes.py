"""Look rather than read: pictures of the release, each with its table, query and sources."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import date

from flask import Blueprint, Response, render_template, request

from graph.errors import UnknownError
from graph.periods import Period
from graph.sparql.negotiation import Page
from web.cite import source
from web.cite.styles import apa, gbt7714
from web.evidence.citation import cited, read
from web.explore import before_after, indicators, lineage, places, timeline
from web.explore.sheet import Sheet, png, svg
from web.middleware.context import RELEASE
from web.middleware.negotiated import negotiated
from web.site import chosen_article, iris, release_queries, tables
from web.site.language import TAGS, messages
from web.site.page_context import frame
from web.site.release_queries import Row, Table

explore = Blueprint("explore", __name__)

SVG = Page("svg", ("image/svg+xml",))
PNG = Page("png", ("image/png",))
_ROWS = {tables.XLSX: tables.xlsx, tables.CSV: tables.csv_}


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
    """Show one picture; with `?format=`, hand over its rows or the picture itself as a file."""
    mine = PICTURES.get(name)
    if mine is None:
        raise UnknownError("there is no such picture", f"there are: {', '.join(PICTURES)}")
    article, lang, query = chosen_article.chosen(), frame().lang, release_queries.pictures()[name]
    if article is None:
        return render_template(
            "explore/picture.html", section="explore", picture=name, question=query.summary[lang]
        )
    table = release_queries.picture(name, lang, article)
    form = negotiated((Page(), *_ROWS, SVG, PNG), request.args.get("format"))
    if form in _ROWS:
        rows = [[row.get(column) for column in table.columns] for row in table.rows]
        return _ROWS[form](name, table.columns, rows)
    values = {"table": table, "drawn": mine.layout(table), "picture": name, **mine.extra()}
    if form in (SVG, PNG):
        return _file(mine, query.summary[lang], values, form)
    return render_template(
        f"explore/{name}.html",
        layout="explore/picture.html",
        section="explore",
        question=query.summary[lang],
        description=query.description[lang],
        text=query.bare(table.query, lang),
        article=iris.last(article.value),
        articles=[(iris.last(each.value), each.value) for each in chosen_article.offered(article)],
        **values,
    )


def _file(picture: Picture, question: str, values: Mapping[str, object], form: Page) -> Response:
    """The picture as SVG or PNG, with its title, what it is drawn from, and the licence."""
    if values["drawn"] is None:
        raise UnknownError("this release holds nothing to draw here", "choose another article")
    here, article = frame(), chosen_article.chosen()
    assert article is not None  # noqa: S101 - a picture is drawn of one
    words, slug = here.language.text, iris.last(article.value)
    cited = source.of(here, article)
    reference = (gbt7714 if here.lang == "zh" else apa)(cited) if cited else ""
    sheet = Sheet(
        title=words(f"explore.{picture.name}.title"),
        question=question,
        drawing=render_template(
            f"explore/{picture.name}.html", layout="explore/file.html", **values
        ),
        beneath=(
            words(f"explore.{picture.name}.caption"),
            f"{here.public_url}/explore/{picture.name}?article={slug}",
            words("explore.drawn", reference=reference),
            words("footer.licence"),
        ),
        language=TAGS[here.lang],
        origin=here.public_url,
    )
    drawn = svg(sheet)
    body = drawn.encode()
    if form is PNG:
        body = here.view.remember("png", drawn, lambda: png(drawn), most=32)
    response = Response(body, content_type=form.media_types[0])
    filename = f"{picture.name}-{slug}.{form.name}"
    response.headers.set("Content-Disposition", "attachment", filename=filename)
    response.headers[RELEASE] = here.view.version
    # The style of the file is in the file; it loads nothing, from here or elsewhere.
    response.headers["Content-Security-Policy"] = "default-src 'none'; style-src 'unsafe-inline'"
    return response
