"""What a citation is made of: who wrote which words, where and when they were printed."""

from dataclasses import dataclass
from datetime import date

from pyoxigraph import Literal, NamedNode

from graph.rdf.namespaces import shorten
from web.cite.kinds import DATA, KINDS, PRINTED, Kind
from web.evidence import passages
from web.evidence.passages import Passage
from web.site import iris
from web.site.page_context import Frame
from web.site.release_view import is_claim

_LOOKED_AT = 20
"""Claims on a thing among which the first in print is cited."""


@dataclass(frozen=True)
class Author:
    """An author; `latin` is the name in Latin letters, family name first, if there is one."""

    name: str
    latin: str

    @property
    def initials(self) -> str:
        """The name as APA has it: family name, initials."""
        family, _, given = self.latin.partition(" ")
        return f"{family}, {'. '.join(g[0].upper() for g in given.split())}." if given else family


@dataclass(frozen=True)
class Source:
    """Printed words, or with no `paper` a part of this dataset.

    `iri` is the permanent name of what is cited, `url` where its page is, `original` where the
    words can be read elsewhere; `printed` is the day, `paper` its publisher, `page` the page of a
    newspaper.
    """

    iri: str
    url: str
    release: str
    title: str
    printed: date
    paper: str = ""
    paper_latin: str = ""
    page: str = ""
    authors: tuple[Author, ...] = ()
    quote: str = ""
    original: str = ""
    kind: Kind = PRINTED
    heading: str = ""
    """The title of the whole page, where the words stand in one of its pieces."""
    rendered: str = ""
    """The title in English, in our words, where it is rendered."""

    @property
    def key(self) -> str:
        """A key for reference managers."""
        return iris.last(self.iri).replace("#", "-")


def of(here: Frame, thing: NamedNode) -> Source | None:
    """How to cite a thing: by the first passage that speaks of it; None if none does."""
    kind = iris.kind(thing.value)
    if kind == "article":
        return _article(here, thing)
    passage = _passage(here, thing)
    return None if passage is None else _printed(here, thing, passage)


def _passage(here: Frame, thing: NamedNode) -> Passage | None:
    kind = iris.kind(thing.value)
    if kind == "passage":
        return passages.passage(here.view, thing)
    if is_claim(thing):
        claims = [thing] if here.view.has(thing) else []
    else:
        claims = here.view.sources_of(thing, "pp:about")[:_LOOKED_AT]
    found = [passages.claim(here.view, claim) for claim in claims]
    first = min(
        found, key=lambda claim: (claim.passages[0].article.value, claim.start), default=None
    )
    return first.passages[0] if first else None


def _printed(here: Frame, thing: NamedNode, passage: Passage) -> Source:
    view, article = here.view, passage.article
    authors = view.things(passage.section, "schema:author")
    whole = _article(here, article)
    # A piece of a page that has an author of its own is what one cites.
    title = view.text(passage.section, "dcterms:title") if authors else whole.title
    return Source(
        iri=thing.value,
        url=here.public_url + iris.page(thing.value),
        release=view.version,
        title=title,
        rendered=_rendered(here, passage.section) if authors else whole.rendered,
        printed=whole.printed,
        paper=whole.paper,
        paper_latin=whole.paper_latin,
        page=whole.page,
        authors=tuple(_author(here, each) for each in authors),
        quote=passage.quote if here.rights.quotes else "",
        original=whole.original,
        kind=whole.kind,
        heading=whole.title if authors else "",
    )


def _article(here: Frame, article: NamedNode) -> Source:
    view = here.view
    publisher = next(iter(view.things(article, "dcterms:publisher")), None)
    genres = (KINDS.get(shorten(each.value)) for each in view.things(article, "dcterms:type"))
    return Source(
        iri=article.value,
        url=here.public_url + iris.page(article.value),
        release=view.version,
        title=view.label(article, "zh") or "",
        rendered=_rendered(here, article),
        printed=_day(view.text(article, "dcterms:issued")),
        paper=(publisher and view.label(publisher, "zh")) or "",
        paper_latin=(publisher and view.label(publisher, "en")) or "",
        page=view.text(article, "schema:printPage"),
        original=_reprint(here, article),
        kind=next((kind for kind in genres if kind), PRINTED),
    )


def _reprint(here: Frame, article: NamedNode) -> str:
    """Where the article can be read elsewhere: what is derived from it and is not of this site."""
    derived = here.view.sources_of(article, "prov:wasDerivedFrom")
    return next((each.value for each in derived if iris.tail(each.value) is None), "")


def _rendered(here: Frame, printed: NamedNode) -> str:
    """What something printed is called in English; empty where nobody has rendered its title."""
    called = here.view.called(printed, "en")
    return called.value if called and called.language == "en" else ""


def _author(here: Frame, agent: NamedNode) -> Author:
    names = {lang: here.view.called(agent, lang) for lang in ("zh", "en")}
    return Author(_text(names["zh"]), _text(names["en"]))


def _text(name: Literal | None) -> str:
    return name.value if name else ""


def _day(text: str) -> date:
    return date.fromisoformat(text[:10]) if len(text) >= 10 else date(int(text[:4]), 1, 1)


def of_part(here: Frame, path: str, title: str) -> Source:
    """How to cite a picture or an answer of this release, which is found at a path of the site."""
    return Source(
        iri=here.public_url + path,
        url=here.public_url + path,
        release=here.view.version,
        title=title,
        printed=_day(here.view.release.masthead.issued or "1970"),
        kind=DATA,
    )
