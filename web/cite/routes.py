"""/cite: how to cite a thing, in one style; and what templates ask about citations."""

from flask import Blueprint, Response, request
from pyoxigraph import NamedNode

from graph.errors import ParameterError, UnknownError
from web.cite import source
from web.cite.source import Source
from web.cite.styles import STYLES
from web.middleware.context import RELEASE
from web.middleware.negotiated import json_
from web.site import iris
from web.site.page_context import frame

cite = Blueprint("cite", __name__)


def cited_as(iri: str) -> Source | None:
    """How a thing is cited, or None if no words speak of it."""
    return source.of(frame(), NamedNode(iri))


@cite.app_context_processor
def words() -> dict[str, object]:
    """What templates ask."""
    return {
        "cited_as": cited_as,
        "part_cited": lambda path, title: source.of_part(frame(), path, title),
        "styles": tuple(STYLES.values()),
        "cite_path": lambda iri, style: f"/cite/{iris.slug(iri)}?style={style}",
    }


@cite.get("/cite/<path:name>")
def show(name: str) -> Response:
    """Cite a thing in the style of `?style=`; without one, in all of them as JSON."""
    try:
        found = cited_as(iris.iri(name))
    except ValueError as error:
        raise UnknownError(f"{name!r} names nothing", "take the link of a page") from error
    if found is None:
        raise UnknownError(f"no words speak of {name!r}", "cite a claim, a figure or an article")
    chosen = request.args.get("style")
    if chosen is None:
        return json_({style.name: style.write(found) for style in STYLES.values()})
    style = STYLES.get(chosen)
    if style is None:
        raise ParameterError(f"no style is called {chosen[:40]!r}", f"use: {', '.join(STYLES)}")
    response = Response(style.write(found), content_type=style.media_type)
    if style.file:
        filename = f"{found.key}.{style.file}"
        response.headers.set("Content-Disposition", "attachment", filename=filename)
    response.headers[RELEASE] = found.release
    return response
