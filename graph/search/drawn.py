"""In which pictures a thing can be drawn, and by what those can be narrowed besides."""

from collections.abc import Iterable, Iterator, Mapping
from typing import Protocol

from pyoxigraph import Literal, NamedNode

from graph.rdf.namespaces import expand

Facet = tuple[str, str]
"""The name of a facet and its value."""
DRAWN = "drawn"
"""The facet whose values are the pictures that a thing can be drawn in."""
_MEASURED = ("valueText", "statisticType", "indicator", "unit", "scope", "comparator")
_DATED = ("pp:during/dcat:startDate", "pp:during/dcat:endDate")
_NEEDED: Mapping[str, Mapping[str, tuple[str, ...]]] = {
    "events": {"timeline": _DATED, "lineage": (*_DATED, "pp:actor")},
    "figures": {"indicators": ("pp:value", *(f"pp:{name}" for name in _MEASURED))},
    "changes": {
        "changes": tuple(
            f"pp:{end}/pp:{name}"
            for end in ("before", "after")
            for name in ("value", *_MEASURED)
        )
    },
    "places": {"places": ("dcterms:type",)},
}  # fmt: skip
"""Kind → picture → the paths that must lead somewhere, or else its query has no row of the thing.

Whether the queries in `queries/pictures/` draw just these is tested.
"""
_CLASSES: Mapping[str, frozenset[str]] = {"lineage": frozenset({"pp:Issuance", "pp:Meeting"})}
"""Picture → the classes one of which a thing must be of."""
_PLACES: Mapping[str, tuple[str, ...]] = {
    "events": ("pp:place", "pp:actor/pp:place"),
    "figures": ("pp:place", "pp:scope"),
    "changes": ("pp:before/pp:place", "pp:before/pp:scope"),
    "places": ("",),
}
"""Kind → the paths to the places where a thing is."""
_INDICATORS = {"figures": "pp:indicator", "changes": "pp:before/pp:indicator"}
_PERIODS = ("pp:before/pp:during", "pp:after/pp:during")


class Told(Protocol):
    """What the default graph says, as this module asks for it."""

    def literals(self, subject: NamedNode, name: str) -> Iterator[Literal]:
        """The literals of a property of this subject."""

    def things(self, subject: NamedNode, name: str) -> Iterator[NamedNode]:
        """The things that a property of this subject leads to."""

    def years(self, period: NamedNode) -> tuple[str, ...]:
        """Every year that a period touches."""

    def lines(self, claim: NamedNode) -> frozenset[str]:
        """The lines of work of the cases in whose sections a claim is stated."""


def facets(thing: NamedNode, kind: str, claims: Iterable[NamedNode], told: Told) -> set[Facet]:
    """The pictures that a thing can be drawn in, its topics, indicators, places, years.

    A topic is a line of work: its own, or that of a case in whose section it is told.
    """
    found = {(DRAWN, picture) for picture in _pictures(thing, kind, told)}
    if not found:
        return found
    lines = {each.value for each in told.things(thing, "pp:workLine")}
    found |= {("topic", line) for line in lines.union(*map(told.lines, claims))}
    indicators = _reached(thing, _INDICATORS[kind], told) if kind in _INDICATORS else ()
    found |= {("indicator", each.value) for each in indicators if isinstance(each, NamedNode)}
    found |= {("place", place) for place in _places(thing, kind, told)}
    if kind == "changes":
        periods = (each for path in _PERIODS for each in _reached(thing, path, told))
        found |= {
            ("year", y) for each in periods if isinstance(each, NamedNode) for y in told.years(each)
        }
    return found


def _pictures(thing: NamedNode, kind: str, told: Told) -> Iterator[str]:
    for picture, paths in _NEEDED.get(kind, {}).items():
        classes = {expand(name) for name in _CLASSES.get(picture, ())}
        if classes and classes.isdisjoint(told.things(thing, "rdf:type")):
            continue
        if all(any(True for _ in _reached(thing, path, told)) for path in paths):
            yield picture


def _places(thing: NamedNode, kind: str, told: Told) -> Iterator[str]:
    division = expand("pp:AdministrativeDivision")
    for path in _PLACES[kind]:
        for place in _reached(thing, path, told):
            if isinstance(place, NamedNode) and division in told.things(place, "rdf:type"):
                # What a place lies within is told at every level: the axioms infer it.
                yield from (each.value for each in (place, *told.things(place, "pp:within")))


def _reached(thing: NamedNode, path: str, told: Told) -> Iterator[NamedNode | Literal]:
    """What a path of properties leads to; an empty one to the thing itself."""
    if not path:
        yield thing
        return
    name, _, rest = path.partition("/")
    for each in told.things(thing, name):
        yield from _reached(each, rest, told)
    if not rest:
        yield from told.literals(thing, name)
