"""/robots.txt, /sitemap.xml and /favicon.ico."""

from flask import Blueprint, Response
from markupsafe import escape

from graph.search.entries import PASSAGES
from graph.search.index import MOST
from graph.search.question import Question
from web.middleware.context import address
from web.site import iris, static_files
from web.site.page_context import frame
from web.site.release_index import index

crawlers = Blueprint("crawlers", __name__)

_LONGEST = 50_000
"""Addresses of one sitemap, as sitemaps.org has it."""
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
    """List the pages of the site and of every thing of the release, at most 50,000."""
    body = frame().view.remember("sitemap", address(""), _sitemap)
    return Response(body, content_type="application/xml; charset=utf-8")


def _sitemap() -> str:
    found = index()
    paths = list(_FIXED)
    for kind in sorted(found.counts.keys() - {PASSAGES}):
        hits = found.search(Question("", {"kind": (kind,)}), size=MOST).hits
        paths += [iris.page(hit.iri) for hit in hits]
        if kind == "articles":
            paths += [f"/reader/{iris.last(hit.iri)}" for hit in hits]
    rows = (f"<url><loc>{escape(address(path))}</loc></url>" for path in paths[:_LONGEST])
    head = '<?xml version="1.0" encoding="UTF-8"?>'
    return f'{head}\n<urlset xmlns="{_SPACE}">{"".join(rows)}</urlset>\n'


@crawlers.get("/favicon.ico")
def icon() -> Response:
    """Send the icon to whoever looks for it at its usual address."""
    return static_files.static_file("favicon.ico")
