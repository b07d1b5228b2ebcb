"""Every IRI of the data answers: to a browser with a page, to a program with data.

`/id/x` and `/concept/x` name things and redirect (303) to `/page/x` or `/data/x.ttl`; `/ns` names
the vocabulary, whose page is `/ontology`.
"""

import hashlib
import json
from contextlib import suppress

from flask import Blueprint, Response, redirect, render_template, request
from pyoxigraph import NamedNode
from werkzeug.wrappers import Response as BaseResponse

from graph.errors import GoneError, UnavailableError, UnknownError
from graph.rdf.formats import RDF_FORMATS, Format, named
from graph.rdf.namespaces import CANONICAL_BASE
from graph.sparql.negotiation import Page, accepted, chosen
from web.evidence import cards, schema_org
from web.follow import stream
from web.middleware.context import address
from web.middleware.negotiated import HTML
from web.resources import resource, resource_rdf, signposts
from web.site import iris, language
from web.site.page_context import Frame, frame, made_once
from web.site.release_history import history
from web.site.release_view import is_claim

resources = Blueprint("resources", __name__)

_OFFERS: tuple[Format | Page, ...] = (Page(), *RDF_FORMATS)
_LINKSET = Page("linkset", (signposts.LINKSET, "application/json", "text/html"))
_SUFFIXES = tuple(f.suffix for f in RDF_FORMATS)
KEPT = 128
"""Pages of things that are kept: of some 25 kB each, and of at most 500."""
_FRESH = "public, max-age=0, must-revalidate"


@resources.get("/id/<path:name>")
def identify(name: str) -> BaseResponse:
    """Send on from the name of a thing to what is known of it."""
    return _sent_on(f"id/{name}")


@resources.get("/concept<tail>")
@resources.get("/concept", defaults={"tail": ""})
@resources.get("/concept/<path:name>")
def concept(name: str = "", tail: str = "") -> BaseResponse:
    """Send on from the name of a concept, or of all code lists."""
    return _sent_on((f"concept/{name}" if name else "concept") + tail)


@resources.get("/ns<tail>")
@resources.get("/ns", defaults={"tail": ""})
@resources.get("/ns/<path:name>")
def vocabulary(name: str = "", tail: str = "") -> BaseResponse:
    """Send on from the name of the vocabulary, or of a version of it."""
    return _sent_on((f"ns/{name}" if name else "ns") + tail)


def _sent_on(tail: str) -> BaseResponse:
    bare, _, suffix = tail.rpartition(".")
    if bare and suffix in _SUFFIXES:
        thing = _thing(bare)
        return redirect(request.script_root + iris.data(thing.value, suffix), 303)
    thing = _thing(tail)
    mine = chosen(request.args.get("format"), request.headers.get("Accept"), _OFFERS)
    if isinstance(mine, Format):
        target = request.script_root + iris.data(thing.value, mine.suffix)
    elif tail.partition("/")[0] == "ns":
        target = language.link("/ontology")
    else:
        target = language.link(iris.page(thing.value))
    response = redirect(target, 303)
    response.vary.add("Accept")
    return response


def _thing(tail: str) -> NamedNode:
    """The thing whose canonical IRI ends so.

    Raises UnknownError if the release knows none, and GoneError if it was a claim that was removed.
    """
    try:
        thing = NamedNode(CANONICAL_BASE + tail)
    except ValueError as error:
        raise UnknownError(f"{tail!r} is no IRI", "check the address") from error
    if not resource_rdf.known(frame().view, thing):
        if is_claim(thing):
            _refuse_gone(thing)
        raise UnknownError(
            f"nothing here is called {thing.value}", "look for it in the reader or with a query"
        )
    return thing


def _refuse_gone(claim: NamedNode) -> None:
    with suppress(UnknownError, UnavailableError):  # then nobody remembers it
        last = history().last(claim.value)
        if last is not None:
            raise GoneError(
                f"{claim.value} was removed in release {last.release.version}",
                "its last change says when; earlier releases that are kept still hold it",
                extra={"see": stream.member(address(""), last.number)},
            )


def _named(slug: str) -> NamedNode:
    return _thing(iris.iri(slug).removeprefix(CANONICAL_BASE))


@resources.get("/data/<path:name>")
def data(name: str) -> Response:
    """Answer with what is known of a thing, in the format its suffix names."""
    slug, _, suffix = name.rpartition(".")
    if not slug or suffix not in _SUFFIXES:
        raise UnknownError(
            f"{name!r} ends in no format", f"use one of: {', '.join('.' + s for s in _SUFFIXES)}"
        )
    here, thing, fmt = frame(), _named(slug), named(suffix)
    described, part = resource_rdf.describe(here.view, thing, request.args.get("page"))
    response = Response(described.write(fmt), content_type=fmt.content_type)
    signposts.mark_data(response, thing, here.public_url)
    signposts.mark_part(response, here.public_url + iris.data(thing.value, fmt.suffix), part)
    return _conditional(response, here)


@resources.get("/linkset/<path:name>")
def linkset(name: str) -> Response:
    """Answer with the typed links of a thing's page, as RFC 9264 JSON."""
    here, thing = frame(), _named(name)
    accepted(request.headers.get("Accept"), (_LINKSET,))
    found = signposts.linkset(here.view, thing, here.public_url)
    body = json.dumps(found, ensure_ascii=False, indent=1)
    return _conditional(Response(body, content_type=signposts.LINKSET), here)


def _conditional(response: Response, here: Frame) -> Response:
    response.headers["Policyprov-Release"] = here.view.version
    response.headers["Cache-Control"] = _FRESH
    response.set_etag(hashlib.sha256(response.get_data()).hexdigest()[:32])
    response.make_conditional(request)
    return response


@resources.get("/page/<path:name>")
def page(name: str) -> BaseResponse:
    """Show what is known of a thing, each statement with its sources."""
    if name.partition("/")[0] == "ns":
        return redirect(language.link("/ontology"), 303)
    here, thing = frame(), _named(name)
    body = made_once("page", thing, lambda: _page(here, thing), most=KEPT)
    response = Response(body, content_type=HTML)
    signposts.mark_page(response, here.view, thing, here.public_url)
    return response


def _page(here: Frame, thing: NamedNode) -> str:
    stated = resource_rdf.statement(here.view, thing)
    if stated is not None:
        graph = stated.graph_name
        claims = {graph} if isinstance(graph, NamedNode) and is_claim(graph) else set()
        return render_template(
            "statement.html",
            thing=thing.value,
            triple=stated.triple,
            graph=graph,
            cards=cards.numbered(here, claims),
        )
    return render_template(
        "resource.html",
        resource=resource.gather(here, thing, request.args.get("page"), request.args.get("links")),
        path=iris.page(thing.value),
        snippet=schema_org.snippet(here, thing),
        formats=[(f, iris.data(thing.value, f.suffix)) for f in RDF_FORMATS],
    )
