"""/robots.txt, /sitemap.xml and /favicon.ico."""

from collections.abc import Iterable
from math import ceil

from flask import Blueprint, Response
from markupsafe import escape

from graph.errors import UnknownError
from graph.search.entries import PASSAGES
from web.middleware.context import address
from web.site import iris, static_files
from web.site.page_context import frame
from web.site.release_index import index

crawlers = Blueprint("crawlers", __name__)

_PART = 24_000
"""Entries of one sitemap: an article has two addresses, and 50,000 addresses are allowed."""
_FIXED = (
    "/", "/reader", "/browse", "/explore", "/query", "/queries", "/dumps/", "/ontology", "/about",
)  # fmt: skip
_SPACE = "http://www.sitemaps.org/schemas/sitemap/0.9"


@crawlers.get("/robots.txt")
def robots() -> Response:
    """Let everyone read the pages, and ask no one to run queries or leaf through searches."""
    lines = ["User-agent: *", "Disallow: /sparql", "Disallow: /search", "Disallow: /cite/"]
    text = "\n".join([*lines, f"Sitemap: {address('/sitemap.xml')}", ""])
    return Response(text, content_type="text/plain; charset=utf-8")


@crawlers.get("/sitemap.xml")
def sitemap() -> Response:
    """List the pages of the site and of every thing of the release, or the parts that do."""
    parts = ceil(index().total / _PART)
    if parts <= 1:
        return _part(1)
    paths = (f"/sitemap/{number}.xml" for number in range(1, parts + 1))
    return _xml(_written("sitemapindex", "sitemap", paths))


@crawlers.get("/sitemap/<int:number>.xml")
def sitemap_part(number: int) -> Response:
    """List one part of the pages: the first has those of the site, too."""
    parts = max(1, ceil(index().total / _PART))
    if not 1 <= number <= parts:
        raise UnknownError("there is no such part of the sitemap", "see /sitemap.xml")
    return _part(number)


def _part(number: int) -> Response:
    after, until = (number - 1) * _PART, number * _PART
    key = (address(""), after, until)
    return _xml(frame().view.remember("sitemap", key, lambda: _listed(after, until), most=8))


def _listed(after: int, until: int) -> str:
    paths = [] if after else list(_FIXED)
    for kind, iri in index().numbered(after, until):
        if kind != PASSAGES:
            paths.append(iris.page(iri))
        if kind == "articles":
            paths.append(f"/reader/{iris.last(iri)}")
    return _written("urlset", "url", paths)


def _written(root: str, each: str, paths: Iterable[str]) -> str:
    rows = (f"<{each}><loc>{escape(address(path))}</loc></{each}>" for path in paths)
    head = '<?xml version="1.0" encoding="UTF-8"?>'
    return f'{head}\n<{root} xmlns="{_SPACE}">{"".join(rows)}</{root}>\n'


def _xml(body: str) -> Response:
    return Response(body, content_type="application/xml; charset=utf-8")


@crawlers.get("/favicon.ico")
def icon() -> Response:
    """Send the icon to whoever looks for it at its usual address."""
    return static_files.static_file("favicon.ico")
