"""Evidence as the data records it: spans of a source, passages of spans, claims on passages."""

from collections.abc import Iterable
from dataclasses import dataclass
from itertools import pairwise

from pyoxigraph import NamedNode

from web.site import iris
from web.site.release_view import View


@dataclass(frozen=True, order=True)
class Span:
    """A contiguous piece of the source, in code points, end exclusive."""

    start: int
    end: int
    exact: str
    iri: str

    @property
    def anchor(self) -> str:
        """What the reader's page calls this place."""
        return f"c{self.start}-{self.end}"


@dataclass(frozen=True)
class Passage:
    """A quotation: words that are read as one, in one or more spans."""

    iri: NamedNode
    quote: str
    spans: tuple[Span, ...]
    section: NamedNode
    article: NamedNode
    correction: str
    """The quote with its errata read as they should be; empty if nothing differs."""

    @property
    def start(self) -> int:
        """Where the first span in source order begins."""
        return min(s.start for s in self.spans)

    @property
    def fragment(self) -> str:
        """The reader's deep link to these spans: `char=613,640`, or several as `1,5;9,12`."""
        return _fragment(self.spans)

    @property
    def slug(self) -> str:
        """What the reader's page calls this passage."""
        return self.iri.value.rpartition("-")[2]

    @property
    def broken(self) -> bool:
        """Whether the sentence stands in more than one place of the source."""
        return any(left.end != right.start for left, right in pairwise(self.spans))


@dataclass(frozen=True)
class Claim:
    """What one voice says in one or more passages."""

    iri: NamedNode
    voice: NamedNode
    speakers: tuple[NamedNode, ...]
    confidence: NamedNode
    passages: tuple[Passage, ...]

    @property
    def start(self) -> int:
        """Where its first passage begins, to order claims as the source does."""
        return min(p.start for p in self.passages)

    @property
    def quote(self) -> str:
        """The words of all its passages."""
        return " / ".join(p.quote for p in self.passages)

    @property
    def fragment(self) -> str:
        """The reader's deep link to the spans of all its passages."""
        return _fragment(span for passage in self.passages for span in passage.spans)

    @property
    def tone(self) -> str:
        """The slug of its voice, such as `voice-direct`."""
        return iris.last(self.voice.value)


def _fragment(spans: Iterable[Span]) -> str:
    return "char=" + ";".join(f"{span.start},{span.end}" for span in spans)


def span(view: View, iri: NamedNode) -> Span:
    """The span of this name."""
    start, end = (int(view.text(iri, name)) for name in ("oa:start", "oa:end"))
    return Span(start, end, view.text(iri, "oa:exact"), iri.value)


def passage(view: View, iri: NamedNode) -> Passage:
    """The passage of this name, its spans in reading order."""
    spans = sorted(
        view.things(iri, "pp:hasSpan"), key=lambda each: int(view.text(each, "pp:sequence"))
    )
    section = view.things(iri, "pp:inSection")[0]
    return Passage(
        iri=iri,
        quote=view.text(iri, "pp:quote"),
        spans=tuple(span(view, each) for each in spans),
        section=section,
        article=view.things(section, "pp:inArticle")[0],
        correction=view.text(iri, "pp:correctedText"),
    )


def claim(view: View, iri: NamedNode) -> Claim:
    """The claim of this name, its passages in source order."""
    found = [passage(view, each) for each in view.things(iri, "pp:statedIn")]
    return Claim(
        iri=iri,
        voice=view.things(iri, "pp:voice")[0],
        speakers=tuple(view.things(iri, "pp:saidBy")),
        confidence=view.things(iri, "pp:confidence")[0],
        passages=tuple(sorted(found, key=lambda p: p.start)),
    )
