"""The text of an article in HTML: each piece in the colour of its voice, leading to its claims.

A page has half a thousand pieces: they are written here, since a template takes four times as long.
"""

from collections.abc import Callable, Iterator
from collections.abc import Set as AbstractSet
from dataclasses import dataclass

from markupsafe import Markup, escape

from web.reader.highlights import Piece
from web.reader.model import Entry, Reading
from web.site.page_context import Frame


@dataclass(frozen=True)
class Printing:
    """What pieces are written with: the passages `shown`, the one that is `lit`, their addresses.

    `claims_at` gives the address of the claims on a passage.
    """

    here: Frame
    reading: Reading
    lit: Entry | None
    shown: AbstractSet[str]
    claims_at: Callable[[str], str]

    def piece(self, piece: Piece) -> Markup:
        """A piece of the text, with what begins and what is noted there."""
        return Markup("".join(self._parts(piece)))  # noqa: S704 (escaped below)

    def _parts(self, piece: Piece) -> Iterator[str]:
        said = self.here.language.text
        for anchor in piece.starts:
            yield f'<span class="at" id="{anchor}"></span>'
        if piece.seam:
            title = escape(said("reader.seam", n=piece.start))
            yield f'<span class="seam" title="{title}" aria-hidden="true"></span>'
        yield self._marked(piece, escape(self._words(piece)))
        for slug in piece.noted:
            label = escape(said("reader.note", slug=slug))
            sign = said("reader.note.sign")
            yield f'<sup class="noted"><a href="#e-{slug}" aria-label="{label}">{sign}</a></sup>'

    def _marked(self, piece: Piece, words: str) -> str:
        if not piece.marks:
            return f'<span class="slip">{words}</span>' if piece.errata else words
        on = [slug for slug in piece.marks if slug in self.shown]
        classes = [f"voice-{self.reading.entry[piece.marks[0]].told[0].voice}"]
        classes += [] if on else ["off"]
        classes += ["lit"] if self.lit and self.lit.passage.slug in piece.marks else []
        classes += ["slip"] if piece.errata else []
        several = f' data-p="{" ".join(piece.marks)}"' if len(piece.marks) > 1 else ""
        passed = "" if on else ' tabindex="-1"'
        return (
            f'<mark class="{" ".join(classes)}" data-c="{piece.start}-{piece.end}"{several}>'
            f'<a href="{escape(self.claims_at((on or piece.marks)[0]))}"'
            f"{passed}>{words}</a></mark>"
        )

    def _words(self, piece: Piece) -> str:
        """The words that a piece may be shown with."""
        if not self.here.rights.quotes:
            return f"{piece.start}–{piece.end}" if piece.marks else ""
        if piece.marks or self.here.rights.whole:
            return self.reading.source.text[piece.start : piece.end]
        return "[…]"
