"""What a parameter of a canned query can be: things of the kind of its example, by their names."""

from collections.abc import Mapping
from dataclasses import dataclass

from pyoxigraph import NamedNode

from graph.errors import UnavailableError
from graph.queries import Parameter
from graph.search.question import Question
from web.site import iris, release_index
from web.site.page_context import Frame

_KINDS: Mapping[str, tuple[str, ...]] = {
    "article": ("articles",),
    "agent": ("bodies", "groups", "people"),
    "case": ("cases",),
    "document": ("documents",),
    "event": ("events",),
    "observation": ("figures",),
    "place": ("places",),
}
"""Kind of the example's IRI → the kinds of the search index that are offered."""
_ANY = ("thing", "subject")
"""Parameters that take a thing of whatever kind: no list would hold them."""
_LONGEST = 90
"""Characters of a name in a list."""
_MOST = 300
"""Things of a list to choose from; past it one types the IRI."""


@dataclass(frozen=True)
class Field:
    """A parameter as a form shows it: its value, and what can be chosen, if that can be listed."""

    parameter: Parameter
    value: str
    choices: tuple[tuple[str, str], ...]
    """IRI and name of each choice, by name, long names cut; the value is among them."""


def field(here: Frame, parameter: Parameter, values: Mapping[str, str]) -> Field:
    """The parameter with the value it was given, or its example."""
    value = values.get(parameter.name, parameter.default)
    if parameter.type != "iri" or parameter.name in _ANY:
        return Field(parameter, value, ())
    found = _things(here, value) or _things(here, parameter.default)
    if found and value not in dict(found):
        found = ((value, here.name(value)), *found)
    return Field(parameter, value, tuple((iri, _cut(name)) for iri, name in found))


def _cut(name: str) -> str:
    return name if len(name) <= _LONGEST else name[: _LONGEST - 1] + "…"


def _things(here: Frame, example: str) -> tuple[tuple[str, str], ...]:
    kind, thing = iris.kind(example), NamedNode(example)
    if kind in _KINDS:
        return here.view.remember(
            "choices", (here.lang, kind), lambda: _indexed(here, _KINDS[kind])
        )
    if kind == "section":
        parts = here.view.things(thing, "pp:inArticle")[:1]
        inside = (s for a in parts for s in here.view.sources_of(a, "pp:inArticle"))
        # What lies in a section lies in its article, too.
        return _named(here, [each for each in inside if iris.kind(each.value) == kind])
    lists = here.view.things(thing, "skos:inScheme")[:1]
    return _named(here, [c for each in lists for c in here.view.sources_of(each, "skos:inScheme")])


def _indexed(here: Frame, kinds: tuple[str, ...]) -> tuple[tuple[str, str], ...]:
    try:
        asked = Question(narrowed={"kind": kinds})
        answer = release_index.index().search(asked, size=_MOST, order="name", lang=here.lang)
    except UnavailableError:
        # Without the index of names one types the IRI, as for everything that is not listed.
        return ()
    if answer.total > _MOST:
        return ()
    return tuple((hit.iri, here.name(hit.iri)) for hit in answer.hits)


def _named(here: Frame, things: list[NamedNode]) -> tuple[tuple[str, str], ...]:
    if len(things) > _MOST:
        return ()
    named = [(thing.value, here.name(thing.value)) for thing in things]
    return tuple(sorted(named, key=lambda pair: pair[1]))
