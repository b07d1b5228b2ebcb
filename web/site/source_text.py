"""The articles' own words, as much of them as this server may show.

They belong to their publisher and are in no dump. `POLICYPROV_SOURCE_TEXT` is `full` (the whole
text), `quotes` (only what backs a fact) or `offsets` (no words: positions and checksums).
"""

import json
from dataclasses import dataclass
from pathlib import Path

from pyoxigraph import NamedNode, Triple

from graph.errors import ReleaseError
from graph.rdf.namespaces import IDS, expand

Run = tuple[int, int]
"""A contiguous piece of the source, in code points, end exclusive."""

_WORDS = frozenset(
    expand(name)
    for name in ("pp:quote", "pp:correctedText", "oa:exact", "oa:bodyValue", "prov:value")
)
_LABEL = expand("rdfs:label")


def verbatim(triple: Triple) -> bool:
    """Whether the object of a triple is the source's own words: a quote, or a slip of the print."""
    if triple.predicate == _LABEL and isinstance(triple.subject, NamedNode):
        return triple.subject.value.startswith(IDS + "erratum/")
    return triple.predicate in _WORDS


@dataclass(frozen=True)
class Rights:
    """How much of the source a page shows."""

    mode: str

    @property
    def whole(self) -> bool:
        """Whether the words between the quotations are shown too."""
        return self.mode == "full"

    @property
    def quotes(self) -> bool:
        """Whether quotations are shown."""
        return self.mode != "offsets"


@dataclass(frozen=True)
class SectionOrder:
    """A section's paragraphs, each the runs of the source that are read one after the other."""

    iri: str
    paragraphs: tuple[tuple[Run, ...], ...]


@dataclass(frozen=True)
class SourceText:
    """An article's source text and the order in which it is read."""

    text: str
    sha256: str
    sections: tuple[SectionOrder, ...]
    errata: tuple[str, ...]
    """The IRIs of its errata."""

    def context(self, start: int, end: int, width: int = 24) -> tuple[str, str]:
        """What stands before and after these characters on their own line."""
        left, right = self.text[:start].rpartition("\n")[2], self.text[end:].partition("\n")[0]
        return left[-width:], right[:width]


def read(release: Path, slug: str) -> SourceText | None:
    """The text of an article in a release; None for a release that carries no text of it.

    Raises ReleaseError for a text that is not the one its reading order was made for.
    """
    folder = release / "articles" / slug
    if not (folder / "reading.json").is_file():
        return None
    order = json.loads((folder / "reading.json").read_text("utf-8"))
    text = (folder / "article.txt").read_bytes().decode("utf-8")
    if len(text) != order["length"]:
        raise ReleaseError(f"{folder} holds another text than its reading order; build again")
    sections = tuple(
        SectionOrder(
            f"{IDS}section/{each['section']}",
            tuple(tuple((start, end) for start, end in runs) for runs in each["paragraphs"]),
        )
        for each in order["sections"]
    )
    errata = tuple(f"{IDS}erratum/{each}" for each in order["errata"])
    return SourceText(text, order["sha256"], sections, errata)
