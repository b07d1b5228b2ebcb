"""Look rather than read: pictures of the release, each with its table, query and sources."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date

from flask import Blueprint, render_template
from markupsafe import Markup

from graph.errors import UnknownError
from graph.periods import Period
from web.evidence.citation import cited, read
from web.explore import before_after, indicators, lineage, places, timeline
from web.site import release_queries
from web.site.language import messages
from web.site.page_context import frame
from web.site.release_queries import Row, Table

explore = Blueprint("explore", __name__)


@dataclass(frozen=True)
class Panels:
    """The indicator pictures, and every figure behind and beside them."""

    panels: tuple[indicators.Panel, ...]
    rows: tuple[Row, ...]


def _panels(table: Table) -> Panels | None:
    return Panels(indicators.layout(table.rows), table.rows) if table.rows else None


def _lineage(table: Table) -> lineage.Lineage | None:
    lang = frame().lang
    measures = messages()["explore.lineage.measures"][lang]
    return lineage.layout(table.rows, release_queries.picture("worklines", lang).rows, measures)


PICTURES: Mapping[str, Callable[[Table], object]] = {
    "timeline": lambda table: timeline.layout(table.rows),
    "lineage": _lineage,
    "changes": lambda table: before_after.layout(table.rows),
    "indicators": _panels,
    "places": lambda table: places.layout(table.rows),
}
"""Name → how the rows of the query of that name are laid out."""

_ICONS = {
    "timeline": '<path d="M4 10h18M14 24h12M22 38h22"/>',
    "lineage": '<path d="M24 4v40M24 10h14M24 24H10M24 38h14"/>',
    "changes": '<path d="M6 14h36M6 20h36M6 32h12M6 38h12"/>',
    "indicators": '<path d="M10 42V20M24 42V8M38 42V28"/>',
    "places": '<path d="M8 6v34M8 18h12M8 40h12M28 18h12M20 18v12h12"/>',
}


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
    lang = frame().lang
    questions = {name: release_queries.pictures()[name].summary[lang] for name in PICTURES}
    icons = {
        name: Markup('<svg class="icon" viewBox="0 0 48 48" aria-hidden="true">{}</svg>').format(
            Markup(path)  # noqa: S704 (one of the five paths above)
        )
        for name, path in _ICONS.items()
    }
    return render_template(
        "explore/index.html", section="explore", questions=questions, icons=icons
    )


@explore.get("/explore/<name>", strict_slashes=False)
def picture(name: str) -> str:
    """Show one picture."""
    if name not in PICTURES:
        raise UnknownError("there is no such picture", f"there are: {', '.join(PICTURES)}")
    lang = frame().lang
    query, table = release_queries.pictures()[name], release_queries.picture(name, lang)
    return render_template(
        f"explore/{name}.html",
        section="explore",
        picture=name,
        question=query.summary[lang],
        description=query.description[lang],
        table=table,
        text=query.bare(table.query, lang),
        drawn=PICTURES[name](table),
        worklines=release_queries.picture("worklines", lang) if name == "lineage" else None,
    )
