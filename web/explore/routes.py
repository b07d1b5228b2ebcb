"""Look rather than read: pictures of the release, each with its table, query and sources."""

from datetime import date

from flask import Blueprint, Response, render_template, request

from graph.errors import UnknownError
from graph.periods import Period
from graph.sparql.negotiation import Page
from web.cite import source
from web.cite.styles import apa, gbt7714
from web.drawing.file import PNG, SVG, file
from web.drawing.sheet import Sheet
from web.evidence.citation import cited, read
from web.explore import choice
from web.explore.drawing import Drawing, drawing
from web.explore.pictures import PICTURES
from web.middleware.negotiated import negotiated
from web.site import release_queries, tables
from web.site.language import TAGS
from web.site.page_context import Frame, frame

explore = Blueprint("explore", __name__)

_ROWS = {tables.XLSX: tables.xlsx, tables.CSV: tables.csv_}


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
    here, query = frame(), release_queries.pictures()[name]
    asked = choice.wanted(name, mine.choices)
    if asked is None:
        return render_template(
            "explore/picture.html",
            section="explore",
            picture=name,
            question=query.summary[here.lang],
        )
    drawn = drawing(here, mine, asked)
    form = negotiated((Page(), *_ROWS, SVG, PNG), request.args.get("format"))
    if form in _ROWS:
        columns = drawn.table.columns
        rows = [[row.get(column) for column in columns] for row in drawn.table.rows]
        return _ROWS[form](f"{name}-{asked.slug}", columns, rows)
    if form in (SVG, PNG):
        return _file(here, drawn, query.summary[here.lang], form)
    return render_template(
        f"explore/{name}.html",
        layout="explore/picture.html",
        section="explore",
        question=query.summary[here.lang],
        description=query.description[here.lang],
        text=query.bare(drawn.table.query, here.lang),
        offered=choice.offered(here, asked, mine.choices),
        parameters=asked.parameters,
        elsewhere={
            other.name: {n: v for n, v in asked.parameters.items() if n in other.choices}
            for other in PICTURES.values()
        },
        **drawn.values,
    )


def _file(here: Frame, drawing: Drawing, question: str, form: Page) -> Response:
    """The picture as SVG or PNG, with its title, what it is drawn from, and the licence."""
    name, words, article = drawing.picture.name, here.language.text, drawing.asked.article
    if drawing.drawn is None:
        raise UnknownError("this release holds nothing to draw here", "choose something else")
    title = words(f"explore.{name}.title")
    cited = source.of(here, article) if article else source.of_part(here, drawing.address, title)
    reference = (gbt7714 if here.lang == "zh" else apa)(cited) if cited else ""
    sheet = Sheet(
        title=title,
        question=question,
        drawing=render_template(
            f"explore/{name}.html", layout="drawing/file.html", **drawing.values
        ),
        beneath=(
            words(f"explore.{name}.caption"),
            words("explore.chosen", choices=drawing.chosen),
            *((drawing.cut,) if drawing.cut else ()),
            f"{here.public_url}{drawing.address}",
            words("explore.drawn", reference=reference),
            words("footer.licence"),
        ),
        language=TAGS[here.lang],
        origin=here.public_url,
    )
    return file(sheet, form, f"{name}-{drawing.asked.slug}")
