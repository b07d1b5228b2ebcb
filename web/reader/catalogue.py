"""The list of articles, and what it can be narrowed by: year, source and place."""

from dataclasses import dataclass

from pyoxigraph import NamedNode

from graph.errors import UnavailableError
from graph.search.entries import PASSAGES
from graph.search.question import Question
from web.site import iris
from web.site.page_context import Frame
from web.site.release_index import index

_PLACES = 300
"""Places to choose from: those that most passages speak of; search narrows by any other."""


@dataclass(frozen=True)
class Masthead:
    """Where and when an article was printed."""

    iri: str
    slug: str
    issued: str
    page: str
    publishers: tuple[str, ...]
    document: str
    """The official document whose own words it is; empty for most."""

    @property
    def year(self) -> str:
        """The year it was printed in."""
        return self.issued[:4]


@dataclass(frozen=True)
class Wanted:
    """What a reader narrows the list to; empty for all. A place and a source are slugs."""

    year: str = ""
    source: str = ""
    place: str = ""


def masthead(here: Frame, article: NamedNode) -> Masthead:
    """Where and when an article was printed."""
    return Masthead(
        iri=article.value,
        slug=iris.last(article.value),
        issued=here.view.text(article, "dcterms:issued"),
        page=here.view.text(article, "schema:printPage"),
        publishers=tuple(p.value for p in here.view.things(article, "dcterms:publisher")),
        document=next((d.value for d in here.view.things(article, "pp:prints")), ""),
    )


def all_(here: Frame) -> tuple[Masthead, ...]:
    """Every article, the newest first."""
    return here.view.remember(
        "mastheads", (), lambda: tuple(masthead(here, each) for each in here.view.articles())
    )


def narrowed(here: Frame, wanted: Wanted) -> tuple[Masthead, ...]:
    """The articles of a year, of a source, that speak of a place; the newest first.

    Raises UnavailableError for a place where the index is out of order.
    """
    if wanted == Wanted():
        return all_(here)
    told = _telling(wanted.place) if wanted.place else None
    return tuple(
        each
        for each in all_(here)
        if wanted.year in ("", each.year)
        and (not wanted.source or wanted.source in map(iris.last, each.publishers))
        and (told is None or each.slug in told)
    )


def _telling(place: str) -> frozenset[str]:
    """The articles with words about a place, as the index of search counts them."""
    answer = index().search(Question(narrowed={"place": (place,)}), size=1)
    return frozenset(value.value for value in answer.facets.get("article", ()))


def years(here: Frame) -> tuple[str, ...]:
    """The years articles were printed in, the newest first."""
    return here.view.remember(
        "reader years", (), lambda: tuple(dict.fromkeys(each.year for each in all_(here)))
    )


def sources(here: Frame) -> tuple[tuple[str, str], ...]:
    """Slug and name of every publisher, by name."""
    return here.view.remember("reader sources", here.lang, lambda: _sources(here))


def _sources(here: Frame) -> tuple[tuple[str, str], ...]:
    found = dict.fromkeys(p for each in all_(here) for p in each.publishers)
    return tuple(sorted(((iris.last(p), here.name(p)) for p in found), key=lambda each: each[1]))


def places(here: Frame) -> tuple[tuple[str, str], ...]:
    """Slug and name of the places that passages speak of, by name; none without the index."""
    return here.view.remember("reader places", here.lang, lambda: _places(here))


def _places(here: Frame) -> tuple[tuple[str, str], ...]:
    try:
        found = index().search(Question(narrowed={"kind": (PASSAGES,)}), size=1)
    except UnavailableError:
        return ()
    told = found.facets.get("place", ())[:_PLACES]
    return tuple(sorted(((v.value, here.name(v.iri)) for v in told), key=lambda each: each[1]))
