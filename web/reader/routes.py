"""/reader: an article in the order it is read, all evidence marked, each with its claims."""

from collections.abc import Callable
from dataclasses import dataclass
from functools import cache

from flask import Blueprint, Response, render_template, request
from markupsafe import Markup, escape
from pyoxigraph import NamedNode

from graph.errors import ParameterError
from web.evidence import schema_org
from web.middleware.negotiated import HTML
from web.reader import catalogue, leaf, model
from web.reader.catalogue import Masthead, Wanted
from web.reader.leaf import Leaf, Leaves
from web.reader.model import KINDS, VOICES, Entry, Reading, Told
from web.reader.printing import Printing
from web.site import iris
from web.site.language import linker
from web.site.page_context import Frame, frame, made_once
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


def _leaves(view: View, slug: str) -> Leaves:
    return view.remember("leaves", slug, lambda: leaf.cut(_reading(view, slug)), most=32)


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
        cards=[_card(here, each, alone=part.total == 1) for each in found[part.bounds]],
        part=part,
        wanted=wanted,
        offered={name: choices for name, choices in offered.items() if len(choices) > 1},
    )


def _card(here: Frame, head: Masthead, *, alone: bool) -> Markup:
    """An article in the list; fifty of them are made once, and not at each visit."""
    key = (head.slug, here.language, here.rights, request.script_root, alone)
    return here.view.remember("card", key, lambda: _drawn(here, head, alone=alone), most=4096)


def _drawn(here: Frame, head: Masthead, *, alone: bool) -> Markup:
    view, iri = here.view, NamedNode(head.iri)
    return Markup(  # noqa: S704 (a template of ours)
        render_template(
            "article_card.html",
            head=head,
            alone=alone,
            title=view.text(iri, "dcterms:title"),
            passages=model.count(view, iri),
            sections=[(n, here.name(s.value)) for n, s in model.contents(view, head.slug)],
            whole=leaf.WHOLE,
        )
    )


@reader.get("/reader/<slug>")
def article(slug: str) -> Response:
    """Show an article with its evidence marked; of a long one a page.

    It is the one that holds `passage`, or else the beginning of `section`, or else what the
    fragment `to` leads to, or else `page`.
    """
    here = frame()
    body = made_once("reader", slug, lambda: _page(here, slug), most=64)
    return Response(body, content_type=HTML)


def _page(here: Frame, slug: str) -> str:
    reading, leaves, wanted = _reading(here.view, slug), _leaves(here.view, slug), _filter()
    part, lit = _chosen(leaves), _lit(reading)
    shown = frozenset(e.passage.slug for e in reading.entries if wanted.marks(e))
    on = leaves.each[part.number - 1]
    outline = [
        (number, here.name(section.iri.value), leaves.of_section(number))
        for number, section in enumerate((s for s in reading.sections if not s.heads), 1)
    ]
    return render_template(
        "reader.html",
        section="reader",
        reading=reading,
        leaf=on,
        part=part,
        outline=outline,
        wanted=wanted,
        lit=lit,
        shown=shown,
        piece=Printing(here, reading, lit, shown, _claims_at(on, wanted)).piece,
        to=_linked(here),
        sure=cache(lambda iri: here.language.text("card.confidence", level=here.name(iri))),
        head=catalogue.masthead(here, reading.iri),
        voices=[v for v in VOICES if reading.voices[v]],
        kinds=[k for k in KINDS if reading.kinds[k]],
        snippet=schema_org.snippet(here, reading.iri),
    )


def _linked(here: Frame) -> Callable[[str], Markup]:
    """The link to a thing, by its name: a page has a thousand of some hundred."""
    link = linker()

    @cache
    def linked(iri: str) -> Markup:
        to, name = escape(link(iris.local(iri))), escape(here.name.marked(iri))
        return Markup(f'<a href="{to}">{name}</a>')  # noqa: S704 (escaped)

    return linked


def _lit(reading: Reading) -> Entry | None:
    """The passage that the address names."""
    given = request.args
    slug = given.get("passage") or leaf.named(given.get("to", ""))
    return reading.entry.get(slug)


def _chosen(leaves: Leaves) -> Slice:
    """Which leaf is asked for."""
    given = request.args
    section = given.get("section", "")
    number = (
        leaves.of_passage(given.get("passage", ""))
        or leaves.of_anchor(f"s-{section}")
        or leaves.of_anchor(given.get("to", ""))
    )
    return Slice.of(len(leaves.each), str(number) if number else given.get("page"), size=1)


def _claims_at(on: Leaf, wanted: Filter) -> Callable[[str], str]:
    """The address of the claims on a passage: here, or on the leaf that holds them."""
    kept = {"voice": sorted(wanted.voices), "kind": sorted(wanted.kinds)}
    link = linker()

    def claims_at(slug: str) -> str:
        if slug in on.slugs:
            return f"#p-{slug}"
        return link(
            f"{request.path.removeprefix(request.script_root)}#p-{slug}", passage=slug, **kept
        )

    return claims_at


def _filter() -> Filter:
    voices, kinds = (frozenset(request.args.getlist(name)) for name in ("voice", "kind"))
    for name, given, offered in (("voice", voices, VOICES), ("kind", kinds, tuple(KINDS))):
        if given - set(offered):
            raise ParameterError(
                f"no {name} is called {min(given - set(offered))!r}",
                f"use {name}= with: {', '.join(offered)}",
            )
    return Filter(voices, kinds)
