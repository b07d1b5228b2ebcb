"""What every page is made in: one release, one language, one measure of what may be shown."""

import hashlib
from dataclasses import dataclass
from functools import cache, lru_cache
from pathlib import Path

from flask import Flask, Response, current_app, g, request, send_from_directory
from markupsafe import Markup
from pyoxigraph import NamedNode

from graph.formats import RDF_FORMATS
from graph.namespaces import shorten
from graph.settings import Settings
from web import addresses, language
from web.graphview import View, Views
from web.language import Language
from web.names import Names
from web.texts import Rights

NAVIGATION = (
    ("home", "/"),
    ("reader", "/reader"),
    ("query", "/query"),
    ("explore", "/explore"),
    ("data", "/dumps"),
    ("ontology", "/ontology"),
)
"""The entries of the navigation: key and path."""
_EXTENSION = "policyprov.pages"
_YEAR = 365 * 24 * 3600
_STATIC = Path(__file__).with_name("static")


@dataclass(frozen=True)
class Site:
    """What pages are made from, for as long as the server runs."""

    settings: Settings
    views: Views

    @property
    def rights(self) -> Rights:
        """How much of the articles' words this server shows."""
        return Rights(self.settings.source_text)


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
    if "frame" not in g:
        site: Site = current_app.extensions[_EXTENSION]
        spoken, view, rights = language.spoken(), site.views.now, site.rights
        name = _names(view, spoken.code, rights)
        g.frame = Frame(view, spoken, rights, name, site.settings.public_url)
    found: Frame = g.frame
    return found


@lru_cache(maxsize=8)
def _names(view: View, lang: str, rights: Rights) -> Names:
    return Names(view, lang, rights)


def static(file: str) -> str:
    """The address of a file in static/, which changes when the file does."""
    digest = _digest(file, (_STATIC / file).stat().st_mtime_ns)
    return f"{request.script_root}/static/{file}?v={digest}"


def static_file(file: str) -> Response:
    """Answer with a file of static/; under an address that names its digest, for good."""
    return send_from_directory(_STATIC, file, max_age=_YEAR if "v" in request.args else 0)


@cache
def _digest(file: str, _written: int) -> str:
    return hashlib.sha256((_STATIC / file).read_bytes()).hexdigest()[:10]


def _term(iri: str) -> str:
    """A property's or class's name: its label, or the words of the interface for a foreign one."""
    here = frame()
    short = shorten(iri)
    if f"term.{short}" in language.messages():
        return here.language.text(f"term.{short}")
    return here.view.label(NamedNode(iri), here.lang) or short


def install(app: Flask, settings: Settings) -> None:
    """Give the application its templates, its static files, and every template its words."""
    app.extensions[_EXTENSION] = Site(settings, Views(settings.release))
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
            "local": addresses.local,
            "own": lambda iri: addresses.tail(iri) is not None,
            "name": here.name,
            "term": _term,
            "prefixed": shorten,
            "release": here.view.version,
            "rights": here.rights,
            "public_url": here.public_url,
            "rdf_formats": RDF_FORMATS,
            "root": request.script_root,
            "Markup": Markup,
        }
