"""What a cited text is to each style: a newspaper's article, a document, a broadcast."""

from collections.abc import Mapping
from dataclasses import dataclass


@dataclass(frozen=True)
class Kind:
    """The names that styles give to texts of one genre.

    `letters` is the mark of GB/T 7714—2015, appendix B; `apa` the description in brackets of APA 7,
    empty where it has none; `periodical` says whether the publisher is the title of what prints it.
    """

    letters: str
    ris: str
    csl: str
    apa: str = ""
    periodical: bool = False


PRINTED = Kind("N", "NEWS", "article-newspaper", periodical=True)
KINDS: Mapping[str, Kind] = {
    "c:article-type-press-page": PRINTED,
    "c:article-type-official-document": Kind("Z", "GOVDOC", "document", "Official document"),
    "c:article-type-broadcast": Kind("Z", "VIDEO", "broadcast", "Broadcast"),
    "c:article-type-web-page": Kind("EB/OL", "ELEC", "webpage"),
    "c:article-type-statistical-bulletin": Kind("R", "RPRT", "report", "Statistical bulletin"),
    "c:article-type-speech": Kind("Z", "GEN", "speech", "Speech"),
}
"""Genre of an article → what it is to the styles."""
DATA = Kind("DS/OL", "DATA", "dataset", "Data set")
"""A part of this dataset."""
