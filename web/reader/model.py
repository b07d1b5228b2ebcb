"""An article as it is read: sections, paragraphs, pieces of text, and what each passage backs."""

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cached_property

from pyoxigraph import Literal, NamedNode

from graph.errors import UnknownError
from web.evidence import links, passages
from web.evidence.links import Link
from web.evidence.passages import Claim, Passage
from web.reader.highlights import Cutter, Mark, Piece, covered, marks
from web.site import iris, source_text
from web.site.release_view import View
from web.site.source_text import SourceText

KINDS: dict[str, tuple[str, ...]] = {
    "documents": ("document",),
    "measures": ("measure", "obligation"),
    "figures": ("observation", "change"),
    "effects": ("effect",),
    "problems": ("problem",),
    "events": ("event",),
    "people": ("person", "membership"),
    "organisations": ("agent",),
    "places": ("place",),
    "cases": ("case", "platform"),
    "others": ("article", "section", "concept", ""),
}
"""What a claim can be about, as readers choose it → the kinds of IRI; people are told by type."""
VOICES = (
    "reporter", "editor", "graphic", "document", "anchor", "caption", "sound-bite", "direct",
    "reported", "mapper",
)  # fmt: skip
_KIND = {each: name for name, group in KINDS.items() for each in group}


@dataclass(frozen=True)
class Told:
    """A claim with what it is about."""

    claim: Claim
    about: tuple[NamedNode, ...]
    kinds: tuple[str, ...]
    links: tuple[Link, ...]

    @property
    def voice(self) -> str:
        """Its voice, as the filter names it."""
        return self.claim.tone.removeprefix("voice-")


@dataclass(frozen=True)
class Entry:
    """A passage and the claims that rest on it."""

    passage: Passage
    told: tuple[Told, ...]


@dataclass(frozen=True)
class Erratum:
    """A slip of the source, beside it."""

    slug: str
    iri: str
    printed: str
    reading: str
    comment: Mapping[str, str]
    """By language."""
    confidence: NamedNode
    runs: tuple[source_text.Run, ...]


@dataclass(frozen=True)
class Paragraph:
    """A paragraph; `heading` tells whether it prints the title of its section."""

    pieces: tuple[Piece, ...]
    heading: bool


@dataclass(frozen=True)
class Section:
    """A section of the article."""

    iri: NamedNode
    type: str
    author: NamedNode | None
    title: str
    paragraphs: tuple[Paragraph, ...]

    @property
    def heads(self) -> bool:
        """Whether it is what heads the whole page."""
        return self.type.endswith("-page")

    @property
    def headed(self) -> bool:
        """Whether its title is printed in it."""
        return any(p.heading for p in self.paragraphs)


@dataclass(frozen=True)
class Reading:
    """Everything the reader's page shows of one article."""

    iri: NamedNode
    source: SourceText
    sections: tuple[Section, ...]
    called: str
    """Its title, as printed."""
    entries: tuple[Entry, ...]
    errata: tuple[Erratum, ...]
    coverage: float

    @property
    def title(self) -> tuple[Paragraph, ...]:
        """The paragraph that prints the article's title, if one does."""
        heads = (p for s in self.sections if s.heads for p in s.paragraphs if p.heading)
        return tuple(heads)[:1]

    @cached_property
    def entry(self) -> dict[str, Entry]:
        """The entries by the slug of their passage."""
        return {e.passage.slug: e for e in self.entries}

    @cached_property
    def told(self) -> dict[NamedNode, Told]:
        """The claims, each once."""
        return {t.claim.iri: t for e in self.entries for t in e.told}

    @cached_property
    def voices(self) -> Counter[str]:
        """How many claims each voice makes."""
        return Counter(t.voice for t in self.told.values())

    @cached_property
    def kinds(self) -> Counter[str]:
        """How many claims are about each kind of thing."""
        return Counter(k for t in self.told.values() for k in t.kinds)


_ALL = """{ ?s pp:inArticle $this }
UNION { ?part pp:inArticle $this . ?s pp:inSection ?part }
UNION { ?part pp:inArticle $this . ?passage pp:inSection ?part ; pp:hasSpan ?s }
UNION { ?part pp:inArticle $this . ?passage pp:inSection ?part . ?s pp:statedIn ?passage }
UNION { ?part pp:inArticle $this . ?passage pp:inSection ?part .
        ?claim pp:statedIn ?passage ; pp:about ?s }"""
"""The things of an article that a page about all of it asks of."""


def read(view: View, slug: str) -> Reading:
    """The reading of an article.

    Raises UnknownError for an article the release does not hold, or holds no text of.
    """
    try:
        article = NamedNode(iris.iri(f"article/{slug}"))
    except ValueError as error:
        raise UnknownError(f"{slug!r} names no article", "see /reader for them") from error
    if "pp:Article" not in view.types(article):
        raise UnknownError(f"there is no article {slug!r}", "see /reader for those there are")
    source = source_text.read(view.folder, slug)
    if source is None:
        raise UnknownError(f"this release has no text of {slug!r}", "build it again")
    view.gather(article, _ALL, "pp:inArticle", "pp:inSection", "pp:statedIn")
    entries = _entries(view, article)
    errata = tuple(_erratum(view, NamedNode(each)) for each in source.errata)
    found = marks(e.passage for e in entries)
    cutter = Cutter(found, [Mark(e.slug, e.runs) for e in errata])
    return Reading(
        iri=article,
        source=source,
        sections=tuple(_section(view, each, source, cutter) for each in _ordered(view, source)),
        called=view.text(article, "dcterms:title"),
        entries=_in_reading_order(entries, source),
        errata=errata,
        coverage=covered(found, source.text),
    )


def count(view: View, article: NamedNode) -> int:
    """How many passages of an article back a fact."""
    return sum(len(_passages(view, each)) for each in _parts(view, article))


def contents(view: View, slug: str) -> tuple[tuple[int, NamedNode], ...]:
    """The sections of an article but for its head, each with the number it is found by."""
    source = source_text.read(view.folder, slug)
    found = [NamedNode(each.iri) for each in _ordered(view, source)] if source else []
    parts = (each for each in found if not _type(view, each).endswith("-page"))
    return tuple(enumerate(parts, 1))


def _entries(view: View, article: NamedNode) -> list[Entry]:
    found = []
    for section in _parts(view, article):
        for name in _passages(view, section):
            claims = view.sources_of(name, "pp:statedIn")
            told = tuple(_told(view, claim) for claim in claims)
            found.append(Entry(passages.passage(view, name), told))
    return found


def _parts(view: View, article: NamedNode) -> list[NamedNode]:
    """The sections of an article and the entries of its lists."""
    found = view.sources_of(article, "pp:inArticle")
    return [each for each in found if iris.kind(each.value) != "passage"]


def _passages(view: View, section: NamedNode) -> list[NamedNode]:
    """The passages of a section; the entries of its lists lie in it too."""
    found = view.sources_of(section, "pp:inSection")
    return [each for each in found if iris.kind(each.value) == "passage"]


def _told(view: View, iri: NamedNode) -> Told:
    about = tuple(view.things(iri, "pp:about"))
    kinds = dict.fromkeys(_kind(view, each) for each in about)
    claim = passages.claim(view, iri)
    return Told(claim, about, tuple(kinds), links.of(view, claim))


def _kind(view: View, thing: NamedNode) -> str:
    kind = iris.kind(thing.value)
    if kind == "agent" and "foaf:Person" in view.types(thing):
        kind = "person"
    return _KIND.get(kind, "others")


def _said(view: View, thing: NamedNode, name: str) -> Mapping[str, str]:
    """What a property says, by language."""
    found = (value for value in view.values(thing, name) if isinstance(value, Literal))
    return {value.language or "": value.value for value in found}


def _erratum(view: View, iri: NamedNode) -> Erratum:
    targets = view.things(iri, "oa:hasTarget")
    spans = [passages.span(view, s) for t in targets for s in view.things(t, "oa:hasSelector")]
    spans.sort(key=lambda each: int(view.text(NamedNode(each.iri), "pp:sequence")))
    return Erratum(
        slug=view.text(iri, "dcterms:identifier").lower(),
        iri=iri.value,
        printed="".join(s.exact for s in spans),
        reading=view.text(iri, "oa:bodyValue"),
        comment=_said(view, iri, "rdfs:comment"),
        confidence=view.things(iri, "dcterms:type")[0],
        runs=tuple((s.start, s.end) for s in spans),
    )


def _ordered(view: View, source: SourceText) -> list[source_text.SectionOrder]:
    """The sections as they are read: what heads the whole page stands first."""

    def rank(section: source_text.SectionOrder) -> bool:
        return not _type(view, NamedNode(section.iri)).endswith("-page")

    return sorted(source.sections, key=rank)


def _type(view: View, section: NamedNode) -> str:
    return next((t.value for t in view.things(section, "dcterms:type")), "")


def _section(
    view: View, section: source_text.SectionOrder, source: SourceText, cutter: Cutter
) -> Section:
    iri = NamedNode(section.iri)
    title = view.text(iri, "dcterms:title")
    return Section(
        iri=iri,
        type=_type(view, iri),
        author=next(iter(view.things(iri, "schema:author")), None),
        title=title,
        paragraphs=tuple(
            Paragraph(tuple(cutter.pieces(runs)), _printed(source, runs) == title)
            for runs in section.paragraphs
        ),
    )


def _printed(source: SourceText, runs: Iterable[source_text.Run]) -> str:
    return "".join(source.text[start:end] for start, end in runs).strip()


def _in_reading_order(entries: Iterable[Entry], source: SourceText) -> tuple[Entry, ...]:
    runs = [run for s in source.sections for p in s.paragraphs for run in p]

    def place(entry: Entry) -> tuple[int, int]:
        first = entry.passage.spans[0].start
        inside = (n for n, (start, end) in enumerate(runs) if start <= first < end)
        return next(inside, len(runs)), first

    return tuple(sorted(entries, key=place))
