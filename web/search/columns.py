"""What an index page tells of each thing besides its name."""

from collections.abc import Iterator, Mapping

from pyoxigraph import Literal, NamedNode

from web.site.release_view import Term, View

COLUMNS: Mapping[str, Mapping[str, str]] = {
    "articles": {"publisher": "dcterms:publisher", "issued": "dcterms:issued"},
    "documents": {
        "issuer": "pp:issuedBy",
        "when": "pp:issuedThrough/pp:during",
        "type": "dcterms:type",
    },
    "measures": {
        "who": "pp:implementedBy",
        "where": "pp:place",
        "case": "pp:inCase",
        "effect": "pp:claimedEffect",
    },
    "obligations": {"who": "pp:obliged", "document": "^pp:imposes", "when": "pp:deadline"},
    "effects": {"measure": "^pp:claimedEffect", "case": "pp:inCase", "where": "pp:place"},
    "problems": {"measure": "^pp:addresses"},
    "figures": {"when": "pp:during", "type": "pp:statisticType", "scope": "pp:scope"},
    "changes": {"before": "pp:before", "after": "pp:after"},
    "events": {"when": "pp:during", "who": "pp:actor", "where": "pp:place", "type": "dcterms:type"},
    "cases": {"where": "pp:place", "line": "pp:workLine"},
    "platforms": {"where": "pp:place", "case": "pp:inCase"},
    "bodies": {"type": "org:classification", "document": "^pp:issuedBy"},
    "groups": {},
    "people": {"body": "^org:member/org:organization", "post": "^org:member/org:role"},
    "places": {"level": "dcterms:type", "code": "pp:divisionCode", "within": "pp:within"},
    "terms": {"list": "skos:inScheme"},
}
"""Kind → column → the path of properties that leads to its values; `^` goes against one."""
_SHOWN = 4


def values(view: View, thing: NamedNode, path: str) -> list[Term]:
    """What this path leads to, at most four values."""
    found: list[Term] = [thing]
    for step in path.split("/"):
        found = list(dict.fromkeys(each for at in found for each in _step(view, at, step)))
    return found[:_SHOWN]


def _step(view: View, at: Term, step: str) -> Iterator[Term]:
    if isinstance(at, Literal):
        return
    if step.startswith("^"):
        yield from view.sources_of(at, step[1:])
    else:
        yield from view.values(at, step)
