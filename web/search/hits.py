"""What a search found, as a page, JSON or CSV shows it."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from pyoxigraph import NamedNode

from graph.search.answer import Answer, Hit
from graph.search.entries import PASSAGES
from graph.search.question import FACETS, Question
from web.site import iris
from web.site.language import link
from web.site.page_context import Frame

Piece = tuple[str, bool]
"""Some words, and whether they are what was searched for."""
COLUMNS = ("iri", "kind", "label", "quote", "start", "end", "url")
"""The members of a hit in JSON, and the columns of CSV and Excel."""


@dataclass(frozen=True)
class Shown:
    """A hit in the words and with the links of one page; `place` is in code points of the source.

    `url` leads to the words in the reader, or to the page of a thing; `page` always to a page.
    """

    hit: Hit
    label: tuple[Piece, ...]
    quote: tuple[Piece, ...]
    place: tuple[int, int] | None
    url: str
    page: str

    @property
    def title(self) -> str:
        """Its label without marks."""
        return "".join(text for text, _ in self.label)

    def row(self, public_url: str) -> dict[str, Any]:
        """Its members as data."""
        start, end = self.place or (None, None)
        quote = "".join(text for text, _ in self.quote) or None
        values = (self.hit.iri, self.hit.kind, self.title, quote, start, end)
        return dict(zip(COLUMNS, (*values, public_url + self.url), strict=True))


def shown(here: Frame, question: Question, hits: Sequence[Hit]) -> list[Shown]:
    """These hits as this page shows them."""
    return [_shown(here, question, hit) for hit in hits]


def _shown(here: Frame, question: Question, hit: Hit) -> Shown:
    label = hit.labels.get(here.lang) or here.name(hit.iri)
    quote = hit.quote if here.rights.quotes else ""
    place = hit.place(question.marks(hit.quote))
    page = link(iris.page(hit.claims[0] if hit.kind == PASSAGES and hit.claims else hit.iri))
    return Shown(
        hit=hit,
        label=tuple(_pieces(label, question.marks(label))),
        quote=tuple(_pieces(quote, question.marks(quote))),
        place=place,
        url=_reader(hit) if hit.kind == PASSAGES and hit.article else page,
        page=page,
    )


def _reader(hit: Hit) -> str:
    spans = ";".join(f"{start},{end}" for start, end, _ in hit.spans)
    passage = iris.last(hit.iri).rpartition("-")[2]
    return link(f"/reader/{iris.last(hit.article)}#char={spans}", passage=passage)


def _pieces(text: str, marks: list[tuple[int, int]]) -> Iterator[Piece]:
    at = 0
    for start, end in marks:
        if start > at:
            yield text[at:start], False
        yield text[start:end], True
        at = end
    if at < len(text):
        yield text[at:], False


@dataclass(frozen=True)
class Choice:
    """One value to narrow by: its name, how many hits have it, whether it is chosen, its link."""

    name: str
    count: int
    chosen: bool
    href: str


@dataclass(frozen=True)
class Facet:
    """What a list can be narrowed by."""

    key: str
    choices: tuple[Choice, ...]


def facets(
    here: Frame, path: str, question: Question, answer: Answer, kept: dict[str, str]
) -> list[Facet]:
    """The facets of an answer; each choice links to the same list with it added or taken away."""
    found = []
    for key in FACETS:
        values = answer.facets.get(key, ())
        choices = tuple(
            Choice(
                name=value_name(here, key, value.value, value.iri),
                count=value.count,
                chosen=value.value in question.narrowed.get(key, ()),
                href=link(path, **kept, **_switched(question, key, value.value)),
            )
            for value in values[:_MOST]
        )
        if len(choices) > 1 or any(choice.chosen for choice in choices):
            found.append(Facet(key, choices))
    return found


_MOST = 8
"""Values of a facet that a page lists."""


def _switched(question: Question, key: str, value: str) -> dict[str, list[str]]:
    """What narrows the search, with this value added, or taken away if it was there."""
    narrowed = {name: list(values) for name, values in question.narrowed.items()}
    values = narrowed.setdefault(key, [])
    if value in values:
        values.remove(value)
    else:
        values.append(value)
    return {name: each for name, each in narrowed.items() if each}


def value_name(here: Frame, key: str, value: str, iri: str) -> str:
    """What a value of a facet is called."""
    if key == "kind":
        return here.language.text(f"kinds.{value}")
    return value if key == "year" else here.name(NamedNode(iri).value)
