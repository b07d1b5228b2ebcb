"""Signposting: typed links that lead a program from a page to its identity, data and licence.

https://signposting.org/FAIR/: level 1 in `Link` headers, level 2 in a link set (RFC 9264).
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from flask import Response
from pyoxigraph import NamedNode

from graph.rdf.formats import RDF_FORMATS
from web.site import iris
from web.site.pagination import Slice
from web.site.release_view import View, is_claim

LICENCE = "https://creativecommons.org/licenses/by/4.0/"
LINKSET = "application/linkset+json"
_PAGE = "https://schema.org/AboutPage"


@dataclass(frozen=True)
class Signpost:
    """One typed link."""

    relation: str
    href: str
    media_type: str = ""

    def __str__(self) -> str:
        kind = f'; type="{self.media_type}"' if self.media_type else ""
        return f'<{self.href}>; rel="{self.relation}"{kind}'


def signposts(view: View, thing: NamedNode, public_url: str) -> Iterator[Signpost]:
    """The links of the page about a thing, in the order of their importance."""
    iri = thing.value
    yield Signpost("cite-as", iri)
    for fmt in RDF_FORMATS:
        yield Signpost("describedby", public_url + iris.data(iri, fmt.suffix), fmt.media_type)
    yield Signpost("license", LICENCE)
    yield Signpost("type", _PAGE)
    for each in view.things(thing, "rdf:type"):
        yield Signpost("type", each.value)
    if is_claim(thing):
        yield Signpost("item", public_url + iris.data(iri, "trig"), "application/trig")
    elif iris.kind(iri) == "article":
        slug = iris.last(iri)
        yield Signpost("item", f"{public_url}/reader/{slug}", "text/html")
    elif view.store.contains_named_graph(thing):
        yield Signpost("item", f"{public_url}/data?graph={iri}")


def mark_page(response: Response, view: View, thing: NamedNode, public_url: str) -> None:
    """Put the links of the page about a thing into its headers."""
    for signpost in signposts(view, thing, public_url):
        response.headers.add("Link", str(signpost))
    linkset = Signpost("linkset", public_url + iris.linkset(thing.value), LINKSET)
    response.headers.add("Link", str(linkset))


def mark_data(response: Response, thing: NamedNode, public_url: str) -> None:
    """Put the links of the data about a thing into its headers."""
    page = public_url + iris.page(thing.value)
    for signpost in (
        Signpost("describes", page, "text/html"),
        Signpost("license", LICENCE),
        Signpost("linkset", public_url + iris.linkset(thing.value), LINKSET),
    ):
        response.headers.add("Link", str(signpost))


def mark_part(response: Response, url: str, part: Slice) -> None:
    """Lead from one page of the data at `url` to the others; nothing where there is only one."""
    ways = {
        "first": 1, "prev": part.number - 1, "next": part.number + 1, "last": part.pages,
    }  # fmt: skip
    for relation, number in ways.items() if part.pages > 1 else ():
        if 1 <= number <= part.pages:
            response.headers.add("Link", str(Signpost(relation, f"{url}?page={number}")))


def linkset(view: View, thing: NamedNode, public_url: str) -> Mapping[str, Any]:
    """The link set of a thing: all links of its page, as RFC 9264 writes them."""
    page = public_url + iris.page(thing.value)
    entry: dict[str, Any] = {"anchor": page}
    described: list[dict[str, Any]] = []
    for signpost in signposts(view, thing, public_url):
        target = {"href": signpost.href}
        if signpost.media_type:
            target["type"] = signpost.media_type
        entry.setdefault(signpost.relation, []).append(target)
        if signpost.relation == "describedby":
            described.append(
                {"anchor": signpost.href, "describes": [{"href": page, "type": "text/html"}]}
            )
    return {"linkset": [entry, *described]}
