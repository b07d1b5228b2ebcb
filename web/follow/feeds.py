"""Feeds in Atom (RFC 4287): one entry for each change of a claim, the newest first."""

from collections.abc import Mapping
from dataclasses import dataclass
from xml.etree import ElementTree as ET

from flask import Response
from pyoxigraph import Literal, NamedNode, RdfFormat, Triple, parse

from graph.history.schema import KINDS, Event
from graph.rdf.namespaces import expand
from web.follow import stream
from web.follow.replies import reply
from web.middleware.context import address
from web.site import iris
from web.site.page_context import frame

MEDIA_TYPE = "application/atom+xml"
MOST = 50
"""Entries of a feed; the event stream has all."""
_ATOM = "http://www.w3.org/2005/Atom"
_LABEL = expand("rdfs:label")


@dataclass(frozen=True)
class Feed:
    """What a feed is about: its title, its own address, and the page it belongs to."""

    title: str
    language: str
    url: str
    page: str


def answer(feed: Feed, events: tuple[Event, ...]) -> Response:
    """The feed as an answer to the present request."""
    words = {kind: frame().language.text(f"follow.{kind}") for kind in KINDS}
    body = written(feed, address(""), events, words).decode()
    response = reply(body, f"{MEDIA_TYPE}; charset=utf-8")
    response.vary.add("Accept-Language")
    return response


def written(feed: Feed, base: str, events: tuple[Event, ...], words: Mapping[str, str]) -> bytes:
    """The feed in XML; `words` say what Create, Update and Delete are called.

    With no entry it was last updated when time began: it changes with its first one.
    """
    ET.register_namespace("", _ATOM)
    root = ET.Element(f"{{{_ATOM}}}feed", {"xml:lang": feed.language})
    _text(root, "id", feed.url)
    _text(root, "title", feed.title)
    _text(root, "updated", events[0].release.at if events else "1970-01-01T00:00:00Z")
    _text(ET.SubElement(root, f"{{{_ATOM}}}author"), "name", "policyprov")
    _link(root, "self", feed.url, MEDIA_TYPE)
    _link(root, "alternate", feed.page, "text/html")
    for event in events:
        _entry(root, base, event, feed.language, words)
    body: bytes = ET.tostring(root, encoding="utf-8", xml_declaration=True)
    return body


def _entry(
    root: ET.Element, base: str, event: Event, language: str, words: Mapping[str, str]
) -> None:
    entry = ET.SubElement(root, f"{{{_ATOM}}}entry")
    change = stream.member(base, event.number)
    called = _called(event, language)
    _text(entry, "id", change)
    _text(entry, "title", f"{words[event.kind]}: {called}")
    _text(entry, "updated", event.release.at)
    ET.SubElement(entry, f"{{{_ATOM}}}category", {"term": event.kind})
    _link(entry, "alternate", base + iris.page(event.claim), "text/html")
    _link(entry, "related", change, stream.MEDIA_TYPE)
    _text(entry, "summary", f"{called} ({event.release.version})")


def _called(event: Event, language: str) -> str:
    """What a claim says in this language, or else what it is named."""
    labels = {}
    for quad in parse(event.said, format=RdfFormat.N_TRIPLES):
        triple = quad.triple
        if _labels(triple, event.claim) and isinstance(triple.object, Literal):
            labels[triple.object.language] = triple.object.value
    return labels.get(language) or labels.get("zh") or iris.last(event.claim)


def _labels(triple: Triple, claim: str) -> bool:
    return triple.predicate == _LABEL and triple.subject == NamedNode(claim)


def _text(parent: ET.Element, name: str, text: str) -> None:
    ET.SubElement(parent, f"{{{_ATOM}}}{name}").text = text


def _link(parent: ET.Element, relation: str, url: str, kind: str) -> None:
    ET.SubElement(parent, f"{{{_ATOM}}}link", {"rel": relation, "href": url, "type": kind})
