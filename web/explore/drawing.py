"""A picture of what was chosen: its marks, their rows, and what is said of what is left out."""

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace

from web.explore import choice
from web.explore.choice import MARKS, Wanted
from web.explore.pictures import Picture
from web.site import release_queries
from web.site.page_context import Frame
from web.site.release_queries import Table, Values

EACH = 3
"""Rows of one mark, as the measures of a notice, that a page shows; files of rows hold all."""
_NONE = Table("", (), ())


@dataclass(frozen=True)
class Drawing:
    """A picture of what was asked for: `table` has all rows of its marks, `shown` those of a page.

    `drawn` is what its template lays out, None for nothing; `chosen` and `cut` say in words what
    was chosen and how many of how many marks these are, if not all.
    """

    picture: Picture
    asked: Wanted
    table: Table
    shown: Table
    lines: Table
    drawn: object
    chosen: str
    cut: str

    @property
    def address(self) -> str:
        """Where it is found again."""
        return f"/explore/{self.picture.name}?{self.asked.query}"

    @property
    def values(self) -> Mapping[str, object]:
        """What its template is given."""
        return {
            "picture": self.picture.name,
            "table": self.shown,
            "drawn": self.drawn,
            "worklines": self.lines,
            "unshown": len(self.table.rows) - len(self.shown.rows),
            "chosen": self.chosen,
            "cut": self.cut,
            "address": self.address,
        }


def drawing(here: Frame, picture: Picture, asked: Wanted) -> Drawing:
    """The picture of what was asked for; raises what its query raises."""
    marks = choice.marks(here, asked)
    topic = choice.iri(asked, "topic")
    more = {"topic": [topic]} if topic and picture.name == "places" else {}
    table = release_queries.picture(
        picture.name, here.lang, asked.article, **{picture.mark: marks.iris}, **more
    )
    lines = _worklines(here, asked, topic) if picture.name == "lineage" else _NONE
    shown = replace(table, rows=tuple(_shown(table.rows, picture.mark)))
    words, n = here.language.text, len({row[picture.mark] for row in shown.rows})
    total = max(marks.total, len({row[picture.mark] for row in table.rows}))
    key = "explore.cut.more" if marks.more else "explore.cut"
    return Drawing(
        picture=picture,
        asked=asked,
        table=table,
        shown=shown,
        lines=lines,
        drawn=picture.layout(shown, lines) if shown.rows else None,
        chosen=_told(here, asked),
        cut=words(key, n=n, m=f"{total:,}") if n < total else "",
    )


def _worklines(here: Frame, asked: Wanted, topic: str) -> Table:
    """The lines of work of an article; none where a place or a year is chosen: none has one."""
    if asked.article is None or asked.values.keys() & {"place", "year"}:
        return _NONE
    table = release_queries.picture("worklines", here.lang, asked.article)
    return replace(table, rows=tuple(r for r in table.rows if topic in ("", r["line"])))


def _shown(rows: Iterable[Values], mark: str) -> Iterator[Values]:
    """The first rows of the first marks."""
    counted: Counter[str] = Counter()
    for row in rows:
        thing = row[mark]
        if counted[thing] < EACH and (thing in counted or len(counted) < MARKS):
            counted[thing] += 1
            yield row


def _told(here: Frame, asked: Wanted) -> str:
    """What was chosen, in words."""
    words = here.language.text
    told = [
        words("explore.chosen.one", choice=words(f"explore.choice.{name}"), name=value)
        for name, value in choice.told(here, asked)
    ]
    return words("explore.chosen.and").join(told) or words("explore.choice.all")
