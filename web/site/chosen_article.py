"""The article that a page is about, where a page of all of them would be without end."""

from flask import request
from pyoxigraph import NamedNode

from graph.errors import UnknownError
from graph.queries import canned
from graph.rdf.namespaces import IDS
from web.site.page_context import frame
from web.site.release_view import View

_EXAMPLE = "sections"
"""The canned query whose example is the article of every question's example."""


def usual(view: View) -> NamedNode | None:
    """The article of the questions' own examples, if the release has it, or else its newest."""
    (parameter,) = canned()[_EXAMPLE].parameters
    example = NamedNode(parameter.default)
    return example if view.has(example) else next(iter(view.articles()), None)


def chosen() -> NamedNode | None:
    """The article that the request names, or else the usual one, if there is any.

    Raises UnknownError for one that is not there.
    """
    slug = request.args.get("article")
    return known(slug) if slug else usual(frame().view)


def known(slug: str) -> NamedNode:
    """The article of this IRI, or of this last part of one.

    Raises UnknownError where there is none.
    """
    try:
        article = NamedNode(slug if slug.startswith(IDS) else f"{IDS}article/{slug}")
    except ValueError:
        article = None
    if article is None or "pp:Article" not in frame().view.types(article):
        raise UnknownError(f"there is no article {slug!r}", "see /reader for the list")
    return article
