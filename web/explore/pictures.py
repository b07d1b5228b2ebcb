"""Which pictures there are: what draws each, and what can be chosen for it."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass

from web.drawing import timeline
from web.explore import before_after, indicators, lineage, places
from web.site.language import messages
from web.site.page_context import frame
from web.site.release_queries import Row, Table

LANES = ("issuance", "meeting", "event")
"""The kinds of events, as the timeline has them one below the other."""


@dataclass(frozen=True)
class Panels:
    """The indicator pictures, and every figure behind and beside them."""

    panels: tuple[indicators.Panel, ...]
    rows: tuple[Row, ...]


def _of_rows(layout: Callable[[Iterable[Row]], object]) -> Callable[[Table, Table], object]:
    return lambda table, _: layout(table.rows)


def _panels(table: Table, _: Table) -> Panels | None:
    return Panels(indicators.layout(table.rows), table.rows) if table.rows else None


def _lineage(table: Table, lines: Table) -> lineage.Lineage | None:
    measures = messages()["explore.lineage.measures"][frame().lang]
    return lineage.layout(table.rows, lines.rows, measures)


@dataclass(frozen=True)
class Picture:
    """One picture: how the rows of the query of its name are laid out, and its sign in the index.

    `layout` takes these rows and those of the lines of work, if the picture has them; `mark` is the
    variable of the things drawn, `choices` by what a reader can choose them.
    """

    name: str
    layout: Callable[[Table, Table], object]
    icon: str
    mark: str
    choices: tuple[str, ...]


PICTURES: Mapping[str, Picture] = {
    each.name: each
    for each in (
        Picture(
            "timeline",
            lambda table, _: timeline.layout(table.rows, LANES),
            "M4 10h18M14 24h12M22 38h22",
            "event",
            ("article", "topic", "place", "year"),
        ),
        Picture(
            "lineage",
            _lineage,
            "M24 4v40M24 10h14M24 24H10M24 38h14",
            "event",
            ("article", "topic", "place", "year"),
        ),
        Picture(
            "changes",
            _of_rows(before_after.layout),
            "M6 14h36M6 20h36M6 32h12M6 38h12",
            "change",
            ("article", "topic", "place", "indicator", "year"),
        ),
        Picture(
            "indicators",
            _panels,
            "M10 42V20M24 42V8M38 42V28",
            "observation",
            ("article", "topic", "place", "indicator", "year"),
        ),
        Picture(
            "places",
            _of_rows(places.layout),
            "M8 6v34M8 18h12M8 40h12M28 18h12M20 18v12h12",
            "place",
            ("article", "topic", "place"),
        ),
    )
}
"""The pictures, by name. Another one is a row here, a query of its name, and a template."""
