"""Quotation cards: a claim as a page shows it, with its words, its voice and its proofs."""

from dataclasses import dataclass, replace

from pyoxigraph import NamedNode

from web.evidence import links, number_check, passages
from web.evidence.links import Link
from web.evidence.number_check import Figure
from web.evidence.passages import Claim, Passage
from web.site import iris, source_text
from web.site.page_context import Frame
from web.site.release_view import View
from web.site.source_text import SourceText


@dataclass(frozen=True)
class Quote:
    """A passage as it is shown: its words with what stands around them, as far as rights allow."""

    passage: Passage
    before: str
    after: str
    sha256: str

    @property
    def article(self) -> str:
        """The slug of the article it stands in."""
        return iris.last(self.passage.article.value)

    @property
    def path(self) -> str:
        """The reader's page of its article."""
        return f"/reader/{self.article}"


@dataclass(frozen=True)
class Card:
    """A claim with its quotations.

    `checks` are its figures and whether each re-parses, `links` what it says is linked to what.
    """

    number: int
    claim: Claim
    quotes: tuple[Quote, ...]
    checks: tuple[tuple[Figure, bool], ...]
    links: tuple[Link, ...]

    @property
    def iri(self) -> str:
        """The claim's IRI."""
        return self.claim.iri.value


def source(view: View, slug: str) -> SourceText | None:
    """The text of an article of a release, kept for the next page that needs it."""
    return view.remember("text", slug, lambda: source_text.read(view.folder, slug), most=64)


def checksum(here: Frame, article: NamedNode) -> str:
    """The SHA-256 of the article's source file, as the data states it."""
    files = here.view.sources_of(article, "prov:wasDerivedFrom")
    return next(filter(None, (here.view.text(file, "schema:sha256") for file in files)), "")


def quote(here: Frame, passage: Passage) -> Quote:
    """A passage with its surroundings."""
    text = source(here.view, iris.last(passage.article.value))
    before = after = ""
    if text is not None and here.rights.whole and not passage.broken:
        spans = sorted(passage.spans)
        before, after = text.context(spans[0].start, spans[-1].end)
    return Quote(passage, before, after, checksum(here, passage.article))


def card(
    here: Frame,
    iri: NamedNode,
    about: NamedNode | None = None,
    predicate: NamedNode | None = None,
) -> Card:
    """The card of a claim; with `about`, only with that thing's figures and links."""
    whole = here.view.remember("card", (iri, here.rights), lambda: _card(here, iri), most=2048)
    if about is None:
        return whole
    return replace(
        whole,
        checks=tuple((each, good) for each, good in whole.checks if each.observation == about),
        links=links.about(whole.links, about.value, predicate.value if predicate else None),
    )


def _card(here: Frame, iri: NamedNode) -> Card:
    claim = passages.claim(here.view, iri)
    return Card(
        number=1,
        claim=claim,
        quotes=tuple(quote(here, each) for each in claim.passages),
        checks=tuple(
            (each, each.proven(claim.quote)) for each in number_check.figures(here.view, iri)
        ),
        links=links.of(here.view, claim),
    )


def numbered(
    here: Frame,
    claims: set[NamedNode],
    about: NamedNode | None = None,
    predicate: NamedNode | None = None,
) -> list[Card]:
    """The cards of these claims, numbered in the order of the sources."""
    found = [card(here, iri, about, predicate) for iri in claims]
    found.sort(key=lambda c: (c.claim.passages[0].article.value, c.claim.start, c.iri))
    return [replace(each, number=n) for n, each in enumerate(found, 1)]
