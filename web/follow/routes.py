"""What happened to claims as an event stream and as feeds; earlier releases of a file by time."""

from flask import Blueprint, Response, request
from pyoxigraph import NamedNode
from werkzeug.wrappers import Response as BaseResponse

from graph.errors import UnknownError
from graph.history.ledger import PAGE
from web.follow import feeds, mementos, stream
from web.follow.replies import DONE, GROWING, reply
from web.middleware.context import address, front
from web.site import iris
from web.site.page_context import frame
from web.site.release_history import history

follow = Blueprint("follow", __name__)
_TRIG = f"{stream.MEDIA_TYPE}; charset=utf-8"


@follow.get("/changes.trig")
def root() -> Response:
    """Describe the event stream of claims (LDES 1.0), and lead to its first page."""
    history()
    return reply(stream.described(address("")), _TRIG)


@follow.get("/changes/<int:number>.trig")
def page(number: int) -> Response:
    """Give a page of the event stream of claims; a full page never changes."""
    events = history().page(number)
    body = stream.written(address(""), number, events)
    return reply(body, _TRIG, DONE if len(events) == PAGE else GROWING)


@follow.get("/feed.atom")
def site_feed() -> Response:
    """Give the last changes of all claims (Atom)."""
    return _feed(None, frame().language.text("follow.title"), "/feed.atom", "/dumps/changes")


@follow.get("/feeds/<path:name>.atom")
def feed(name: str) -> Response:
    """Give the last changes of the claims about a thing: an article, a body, a place (Atom)."""
    here = frame()
    try:
        thing = NamedNode(iris.iri(name))
    except ValueError as error:
        raise UnknownError(f"{name!r} names nothing", "take the link of a page") from error
    title = here.language.text("follow.of", name=here.name(thing.value))
    return _feed(thing, title, f"/feeds/{name}.atom", iris.page(thing.value))


def _feed(thing: NamedNode | None, title: str, path: str, page: str) -> Response:
    here = frame()
    events = history().latest(thing and thing.value, feeds.MOST)
    if thing is not None and not events and not here.view.known(thing):
        raise UnknownError(f"nothing here is called {thing.value}", "take the link of a page")
    kept = f"?lang={here.lang}" if here.language.explicit else ""
    return feeds.answer(feeds.Feed(title, here.lang, address(path) + kept, address(page)), events)


@follow.get("/timemap/dumps/<path:name>")
def time_map(name: str) -> Response:
    """List the releases of a file that are kept, each with its time (RFC 7089)."""
    found = mementos.holding(front().pool.release, name)
    body = mementos.time_map(address(""), found, name)
    return reply(body, mementos.LINK_FORMAT)


@follow.get("/timegate/dumps/<path:name>")
def time_gate(name: str) -> BaseResponse:
    """Send on to the release of a file that was the newest at Accept-Datetime (RFC 7089)."""
    found = mementos.holding(front().pool.release, name)
    release = mementos.at_time(found, request.headers.get("Accept-Datetime"))
    response = Response(status=302)
    response.headers["Location"] = mementos.memento_url(address(""), release, name)
    mementos.mark_original(response, address(""), name)
    response.vary.add("Accept-Datetime")
    return response
