"""What a picture is drawn of: an article, a line of work, a place, an indicator, a year."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from urllib.parse import urlencode

from flask import request
from pyoxigraph import NamedNode

from graph.errors import UnavailableError, UnknownError
from graph.search.answer import Value
from graph.search.drawn import DRAWN
from graph.search.question import Question
from web.site import chosen_article, iris
from web.site.page_context import Frame, frame
from web.site.release_index import index

ALL = "all"
"""The value of `article=` that stands for every article."""
MARKS = 50
"""Marks of a picture: those that most claims tell of, where there are more."""
_OFFERED = 50
"""Values of one choice that a form lists: those with most marks."""


@dataclass(frozen=True)
class Wanted:
    """What is chosen for a picture: the name of a choice → its value as addresses have it.

    The values are the last parts of IRIs, and years; without an article it is of all articles.
    """

    picture: str
    values: Mapping[str, str]

    @property
    def article(self) -> NamedNode | None:
        """The article that it is of, if it is of one."""
        slug = self.values.get("article")
        return chosen_article.known(slug) if slug else None

    @property
    def parameters(self) -> Mapping[str, str]:
        """What its address says after the question mark: enough to find it again."""
        return self.values or {"article": ALL}

    @property
    def query(self) -> str:
        """The same as one text."""
        return urlencode(self.parameters)

    @property
    def slug(self) -> str:
        """The end of the name of a file of it."""
        return "-".join(self.parameters.values())

    def without(self, name: str) -> "Wanted":
        """The same with one choice less."""
        return replace(self, values={n: v for n, v in self.values.items() if n != name})

    @property
    def question(self) -> Question:
        """What is asked of the search index for its marks."""
        narrowed = {name: (value,) for name, value in self.values.items()}
        return Question(narrowed={DRAWN: (self.picture,), **narrowed})


@dataclass(frozen=True)
class Choice:
    """What can be chosen under one name: values as addresses have them, and what a list calls them.

    `total` counts all that there are, `offers` has those with most marks.
    """

    name: str
    value: str
    offers: tuple[tuple[str, str], ...]
    total: int


@dataclass(frozen=True)
class Marks:
    """The marks of a picture, at most MARKS; `total` counts all, and at least so many if `more`.

    `iris` is None where the index is out of order: then it is all that the article has.
    """

    iris: tuple[str, ...] | None
    total: int = 0
    more: bool = False


def wanted(picture: str, choices: Sequence[str]) -> Wanted | None:
    """What the address chooses, the usual article if nothing; None where there is no article.

    Raises UnknownError for what the release does not have.
    """
    given = {name: request.args.get(name, "") for name in choices}
    values = {name: value for name, value in given.items() if value}
    if values.get("article") == ALL:
        del values["article"]
    elif not values or "article" in values:
        article = chosen_article.chosen()
        if article is None:
            return None
        values["article"] = iris.last(article.value)
    others = {name: _known(name, value) for name, value in values.items() if name != "article"}
    return Wanted(picture, {name: others.get(name, value) for name, value in values.items()})


def _known(name: str, value: str) -> str:
    """A value as addresses have it."""
    found = index().value(name, value)
    if found is None:
        raise UnknownError(f"there is no {name} {value[:60]!r}", "choose one that the page offers")
    return found.value


def iri(asked: Wanted, name: str) -> str:
    """The IRI of what is chosen under a name; empty for nothing, the year itself for a year."""
    value = asked.values.get(name, "")
    found = index().value(name, value) if value else None
    return found.iri if found else value


def told(here: Frame, asked: Wanted) -> tuple[tuple[str, str], ...]:
    """Each choice that was made, with the name of its value."""
    return tuple((name, _named(here, asked, name)) for name in asked.values)


def _named(here: Frame, asked: Wanted, name: str) -> str:
    article = asked.article
    if name == "article" and article is not None:
        return here.name(article.value)
    return asked.values[name] if name == "year" else here.name(iri(asked, name))


def marks(here: Frame, asked: Wanted) -> Marks:
    """The marks of a picture."""
    return here.view.remember("marks", asked.query + asked.picture, lambda: _marks(asked))


def _marks(asked: Wanted) -> Marks:
    try:
        answer = index().search(asked.question, size=MARKS)
    except UnavailableError:
        if asked.values.keys() - {"article"} or not asked.values:
            raise
        return Marks(None)
    return Marks(tuple(hit.iri for hit in answer.hits), answer.total, answer.more)


def offered(here: Frame, asked: Wanted, choices: Sequence[str]) -> tuple[Choice, ...]:
    """What can be chosen, each with the other choices kept; only where there is a choice.

    Without the index there is none but the article.
    """
    key = (asked.picture, asked.query, here.lang)
    return here.view.remember("picture choices", key, lambda: tuple(_offered(here, asked, choices)))


def _offered(here: Frame, asked: Wanted, choices: Sequence[str]) -> Iterator[Choice]:
    for name in choices:
        values, chosen = [*_values(asked.without(name), name)], asked.values.get(name, "")
        if chosen and chosen not in (each.value for each in values):
            values.append(Value(chosen, iri(asked, name), 0))
        first = sorted(values, key=lambda each: (each.value != chosen, -each.count, each.value))
        listed = first[:_OFFERED]
        if name == "year":
            listed.sort(key=lambda each: each.value, reverse=True)
        if len(values) > 1 or chosen:
            offers = tuple(_offer(here, name, each) for each in listed)
            yield Choice(name, chosen, offers, len(values))


def _values(asked: Wanted, name: str) -> Sequence[Value]:
    try:
        return index().search(asked.question, size=0).facets.get(name, ())
    except UnavailableError:
        articles = frame().view.articles()[:_OFFERED] if name == "article" else ()
        return [Value(iris.last(each.value), each.value, 0) for each in articles]


def _offer(here: Frame, name: str, value: Value) -> tuple[str, str]:
    """A value, and its name with how many marks it leaves."""
    called = value.value if name == "year" else here.name(value.iri)
    told = f"{called} · {value.value}" if name == "article" else called
    return value.value, f"{told} ({value.count:,})" if value.count else told
