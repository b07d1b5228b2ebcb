"""Where the things of the data are answered for here: canonical IRI ⇄ local path.

The data names things under CANONICAL_BASE, wherever a copy of it is served. A page links to
`/id/agent/x` of this server; the data it shows keeps the canonical IRI.
"""

from graph.rdf.namespaces import CANONICAL_BASE, IDS

_PAGES, _DATA, _LINKSET = "/page/", "/data/", "/linkset/"


def tail(iri: str) -> str | None:
    """What names this thing below the canonical base, or None for a foreign IRI."""
    if not iri.startswith(CANONICAL_BASE):
        return None
    rest = iri[len(CANONICAL_BASE) :]
    bare = rest.partition("#")[0]
    known = bare in ("ns", "concept") or bare.startswith(("id/", "concept/", "ns/"))
    return rest if known else None


def local(iri: str) -> str:
    """The path that answers for this IRI here; a foreign IRI unchanged."""
    rest = tail(iri)
    return iri if rest is None else f"/{rest}"


def slug(iri: str) -> str:
    """What a page, a data file and a link set of this thing are called after their folder."""
    rest = tail(iri) or ""
    return rest.removeprefix("id/")


def page(iri: str) -> str:
    """The path of the page about this thing; a foreign IRI unchanged."""
    return iri if tail(iri) is None else _PAGES + slug(iri)


def data(iri: str, suffix: str) -> str:
    """The path of the data about this thing in the format with this suffix."""
    return f"{_DATA}{slug(iri)}.{suffix}"


def linkset(iri: str) -> str:
    """The path of the link set of this thing."""
    return _LINKSET + slug(iri)


def iri(name: str) -> str:
    """The canonical IRI of what pages and data files call by this slug."""
    top = name.partition("/")[0]
    return (CANONICAL_BASE if top in ("concept", "ns") else IDS) + name


def last(iri_: str) -> str:
    """What stands after the last slash of an IRI: the slug of a thing or a concept."""
    return iri_.rpartition("/")[2]


def kind(iri_: str) -> str:
    """The kind an IRI says its thing is of, such as `agent`; empty for terms and foreign IRIs."""
    return iri_[len(IDS) :].partition("/")[0] if iri_.startswith(IDS) else ""
