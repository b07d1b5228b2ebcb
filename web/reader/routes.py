"""/reader: an article in the order it is read, all evidence marked, each with its claims."""

from collections.abc import Callable
from dataclasses import dataclass

from flask import Blueprint, Response, render_template, request
from pyoxigraph import NamedNode

from graph.errors import ParameterError
from web.evidence import schema_org
from web.middleware.negotiated import HTML
from web.reader import catalogue, model
from web.reader.catalogue import Masthead, Wanted
from web.reader.highlights import Piece
from web.reader.model import KINDS, VOICES, Entry, Reading, Told
from web.site.page_context import Frame, frame
from web.site.pagination import Slice
from web.site.release_view import View

reader = Blueprint("reader", __name__)


@dataclass(frozen=True)
class Filter:
    """Which claims a reader wants marked; an empty set stands for all."""

    voices: frozenset[str]
    kinds: frozenset[str]

    def passes(self, told: Told) -> bool:
        """Whether a claim is wanted."""
        spoken = not self.voices or told.voice in self.voices
        return spoken and (not self.kinds or bool(self.kinds & set(told.kinds)))

    def marks(self, entry: Entry) -> bool:
        """Whether a passage backs a wanted claim."""
        return any(self.passes(told) for told in entry.told)


def _reading(view: View, slug: str) -> Reading:
    return view.remember("reading", slug, lambda: model.read(view, slug), most=32)


@reader.get("/reader")
def articles() -> str:
    """List the articles, the newest first, or those of a year, a source, a place."""
    here, given = frame(), request.args
    wanted = Wanted(*(given.get(name, "") for name in ("year", "source", "place")))
    found = catalogue.narrowed(here, wanted)
    part = Slice.of(len(found), given.get("page"))
    offered = {
        "year": tuple((year, year) for year in catalogue.years(here)),
        "source": catalogue.sources(here),
        "place": catalogue.places(here),
    }
    return render_template(
        "articles.html",
        section="reader",
        rows=[
            (each, _count(here.view, each), _contents(here.view, each))
            for each in found[part.bounds]
        ],
        part=part,
        wanted=wanted,
        offered={name: choices for name, choices in offered.items() if len(choices) > 1},
    )


def _count(view: View, head: Masthead) -> int:
    article = NamedNode(head.iri)
    return view.remember("passages", article, lambda: model.count(view, article), most=4096)


def _contents(view: View, head: Masthead) -> tuple[tuple[int, str], ...]:
    return view.remember("contents", head.slug, lambda: model.contents(view, head.slug), most=4096)


@reader.get("/reader/<slug>")
def article(slug: str) -> Response:
    """Show an article with its evidence marked."""
    here = frame()
    asked = (request.script_root, request.query_string.decode("ascii", "replace"))
    # The page depends on nothing else, though it reads the request.
    key = (slug, here.language, here.rights, asked)
    body = here.view.remember("reader", key, lambda: _page(here, slug), most=64)
    return Response(body, content_type=HTML)


def _page(here: Frame, slug: str) -> str:
    reading, wanted = _reading(here.view, slug), _filter()
    return render_template(
        "reader.html",
        section="reader",
        reading=reading,
        wanted=wanted,
        lit=reading.entry.get(request.args.get("passage", "")),
        shown={e.passage.slug for e in reading.entries if wanted.marks(e)},
        voice=_voice(reading),
        words=_words(here, reading),
        head=catalogue.masthead(here, reading.iri),
        voices=[v for v in VOICES if reading.voices[v]],
        kinds=[k for k in KINDS if reading.kinds[k]],
        snippet=schema_org.snippet(here, reading.iri),
    )


def _filter() -> Filter:
    voices, kinds = (frozenset(request.args.getlist(name)) for name in ("voice", "kind"))
    for name, given, offered in (("voice", voices, VOICES), ("kind", kinds, tuple(KINDS))):
        if given - set(offered):
            raise ParameterError(
                f"no {name} is called {min(given - set(offered))!r}",
                f"use {name}= with: {', '.join(offered)}",
            )
    return Filter(voices, kinds)


def _voice(reading: Reading) -> Callable[[Piece], str]:
    """The voice whose colour a piece wears: that of the first claim on its shortest passage."""

    def voice(piece: Piece) -> str:
        return f"voice-{reading.entry[piece.marks[0]].told[0].voice}"

    return voice


def _words(here: Frame, reading: Reading) -> Callable[[Piece], str]:
    """The words a piece may be shown with."""

    def words(piece: Piece) -> str:
        if not here.rights.quotes:
            return f"{piece.start}–{piece.end}" if piece.marks else ""
        if piece.marks or here.rights.whole:
            return reading.source.text[piece.start : piece.end]
        return "[…]"

    return words
