"""/embed/claim/…: the card of a claim that other sites may frame; /oembed tells them how (oEmbed).

The code to embed names the release and the state of the claim it was copied from, so that the card
can say whether the claim has changed since: nothing of another release has to be kept for that.
"""

import hashlib
import html as escaping
import re

from flask import Blueprint, Response, request
from pyoxigraph import NamedNode

from graph.errors import ParameterError, UnknownError
from web.cite import source
from web.evidence import passages
from web.middleware.negotiated import html, json_
from web.middleware.security_headers import ALWAYS
from web.site import iris
from web.site.language import link
from web.site.page_context import Frame, frame

embed = Blueprint("embed", __name__)

WIDTH, HEIGHT = 560, 320
"""The size in pixels that a card asks for."""
_SIZE = re.compile(r"[1-9]\d{0,4}")
_RELEASE = re.compile(r"[0-9A-Za-z.+-]{1,40}")
_STATE = re.compile(r"[0-9a-f]{12}")


def state(here: Frame, iri: NamedNode) -> str:
    """Twelve hexadecimal digits that change when what a claim says, or rests on, does."""
    told = passages.claim(here.view, iri)
    words = [part.quote for part in told.passages]
    who = [told.voice.value, told.confidence.value, *(each.value for each in told.speakers)]
    facts = [str(triple) for triple in here.view.inside(iri)]
    text = "\n".join((*facts, *who, *words))
    return hashlib.sha256(text.encode()).hexdigest()[:12]


def code(iri: str) -> str:
    """The HTML with which another site shows the card of a claim."""
    here = frame()
    address = here.public_url + link(
        f"/embed/claim/{iris.last(iri)}",
        release=here.view.version,
        state=state(here, NamedNode(iri)),
    )
    title = escaping.escape(here.name(iri)[:120])
    return (
        f'<iframe src="{escaping.escape(address)}" title="{title}" width="{WIDTH}" '
        f'height="{HEIGHT}" loading="lazy" frameborder="0"></iframe>'
    )


@embed.app_context_processor
def words() -> dict[str, object]:
    """What templates ask."""
    return {"embed_code": lambda iri: code(iri) if iris.kind(iri) == "claim" else ""}


@embed.get("/embed/<path:name>")
def card(name: str) -> Response:
    """Show the words of a claim and where they were printed, for the frame of another site."""
    here, iri = frame(), _claim(name.removeprefix("claim/"))
    release = _given("release", _RELEASE)
    before = _given("state", _STATE)
    known = here.view.known(iri)
    found = source.of(here, iri) if known else None
    response = html(
        "embed.html",
        iri=iri.value,
        source=found,
        told=passages.claim(here.view, iri) if found else None,
        since=release,
        changed=bool(found and before and before != state(here, iri)),
    )
    response.status_code = 200 if found else 404
    policy = dict(ALWAYS)["Content-Security-Policy"]
    framed = policy.replace("frame-ancestors 'none'", "frame-ancestors *")
    response.headers["Content-Security-Policy"] = framed
    return response


@embed.get("/oembed")
def discovered() -> Response:
    """Tell how to embed the page of `?url=`, as oEmbed 1.0 has it.

    The address is that of the page of a claim here, or its IRI.
    """
    if (request.args.get("format") or "json") != "json":
        raise ParameterError("only JSON is offered", "leave format out, or give format=json")
    here, url = frame(), request.args.get("url") or ""
    path = url.partition("?")[0].partition("#")[0]
    for start in (here.public_url + "/page/claim/", here.public_url + "/id/claim/"):
        path = path.replace(start, iris.iri("claim/"), 1) if path.startswith(start) else path
    if not path.startswith(iris.iri("claim/")):
        raise UnknownError("this is no page of a claim here", "give url= the address of one")
    iri = _claim(path.removeprefix(iris.iri("claim/")))
    if not here.view.known(iri):
        raise UnknownError("there is no such claim", "take the address of its page")
    width, height = (
        min(most, int(_given(name, _SIZE) or most))
        for name, most in (("maxwidth", WIDTH), ("maxheight", HEIGHT))
    )
    framed = code(iri.value).replace(f'width="{WIDTH}"', f'width="{width}"')
    return json_(
        {
            "version": "1.0",
            "type": "rich",
            "title": here.name(iri.value),
            "provider_name": "policyprov",
            "provider_url": here.public_url + "/",
            "cache_age": 86400,
            "width": width,
            "height": height,
            "html": framed.replace(f'height="{HEIGHT}"', f'height="{height}"'),
        }
    )


def _claim(name: str) -> NamedNode:
    try:
        return NamedNode(iris.iri(f"claim/{name}"))
    except ValueError as error:
        raise UnknownError(f"{name[:80]!r} names nothing", "take the link of a page") from error


def _given(name: str, pattern: re.Pattern[str]) -> str:
    value = request.args.get(name) or ""
    if value and not pattern.fullmatch(value):
        raise ParameterError(f"{name} is not of its form", "copy the code of a page again")
    return value
