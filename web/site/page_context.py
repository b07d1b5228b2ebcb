"""What every page is made in: one release, one language, one measure of what may be shown."""

from collections.abc import Callable, Hashable
from dataclasses import dataclass

from flask import Flask, g, request
from markupsafe import Markup

from graph.rdf.formats import RDF_FORMATS
from graph.rdf.namespaces import shorten
from web.middleware.context import front
from web.site import iris, language, refusals
from web.site.labels import Names
from web.site.language import Language
from web.site.options import options
from web.site.release_quads import quads
from web.site.release_view import View, view
from web.site.source_text import Rights
from web.site.static_files import static, static_file

NAVIGATION = (
    ("home", "/"),
    ("reader", "/reader"),
    ("browse", "/browse"),
    ("questions", "/queries"),
    ("query", "/query"),
    ("explore", "/explore"),
    ("data", "/dumps"),
    ("ontology", "/ontology"),
)
"""The entries of the navigation: key and path."""


@dataclass(frozen=True)
class Frame:
    """What the page of one request is made from; the release stays the same throughout."""

    view: View
    language: Language
    rights: Rights
    name: Names
    public_url: str

    @property
    def lang(self) -> str:
        """The code of the page's language."""
        return self.language.code


def frame() -> Frame:
    """The frame of the present request."""
    found: Frame | None = g.get("frame")
    if found is None:
        settings, spoken = front().settings, language.spoken()
        here, rights = view(front().pool.release, quads), Rights(settings.source_text)
        name = here.remember(
            "names", (spoken.code, rights), lambda: Names(here, spoken.code, rights)
        )
        g.frame = found = Frame(here, spoken, rights, name, settings.public_url)
    return found


def made_once(kind: str, thing: Hashable, make: Callable[[], str], most: int) -> bytes:
    """The page of a thing in UTF-8, made once for each address, language and measure of rights.

    It must depend on nothing else but the release. At most `most` of a kind are kept.
    """
    here = frame()
    asked = (request.script_root, request.query_string.decode("ascii", "replace"))
    key = (thing, here.language, here.rights, asked)
    return here.view.remember(kind, key, lambda: make().encode(), most)


def _term(iri: str) -> str:
    return frame().name.term(iri)


def column_name(variable: str) -> str:
    """What a column of an answer is called: its variable, if it is none of our questions'."""
    key = f"answer.{variable}"
    return frame().language.text(key) if key in language.messages() else variable


def _titled(problem: str) -> str:
    """What kind of problem an error is, by its type or the address of it; nothing for others."""
    key = f"problem.{problem.rpartition('#')[2]}"
    here = language.spoken()
    return here.text(key) if key in language.messages() else ""


def install(app: Flask) -> None:
    """Give the application its templates, its static files, and every template its words."""
    app.add_url_rule("/static/<path:file>", view_func=static_file)
    app.jinja_env.trim_blocks = app.jinja_env.lstrip_blocks = True
    app.jinja_env.filters["term"] = _term
    language.install(app)

    @app.context_processor
    def words() -> dict[str, object]:
        here = frame()
        return {
            "navigation": NAVIGATION,
            "static": static,
            "local": iris.local,
            "last": iris.last,
            "own": lambda iri: iris.tail(iri) is not None,
            "name": here.name,
            "named": here.name.marked,
            "term": here.name.term,
            "titled": _titled,
            "retold": lambda words: refusals.retold(words, here.lang),
            "column_name": column_name,
            "prefixed": shorten,
            "release": here.view.version,
            "rights": here.rights,
            "public_url": here.public_url,
            "rdf_formats": RDF_FORMATS,
            "root": request.script_root,
            "options": options,
            "Markup": Markup,
        }
