"""Things as the Reconciliation API names them: identifiers, types, and the columns to add."""

from collections.abc import Callable, Iterator, Mapping
from typing import Any

from pyoxigraph import Literal, NamedNode

from graph.rdf.namespaces import IDS
from graph.search.entries import KINDS, PASSAGES
from web.evidence import passages
from web.search.columns import COLUMNS, values
from web.site import iris
from web.site.page_context import Frame

TYPES = tuple(kind for kind in KINDS if kind != PASSAGES)
"""The types of things, which are the kinds that can be searched for."""
_CLAIMS = 10
"""Claims about a thing whose words, speakers and dates are given."""
_NAMES = ("skos:prefLabel", "rdfs:label", "dcterms:title", "skos:altLabel", "pp:divisionCode")
Cell = dict[str, Any]


def identifier(iri: str) -> str:
    """The identifier of a thing: its IRI without what all begin with."""
    return iris.slug(iri)


def thing(identifier_: str) -> NamedNode | None:
    """The thing of an identifier or an IRI, or None for what can be none."""
    text = identifier_.strip().removeprefix(IDS)
    try:
        return NamedNode(iris.iri(text)) if text and len(text) < 1000 else None
    except ValueError:
        return None


def type_of(here: Frame, kind: str) -> dict[str, str]:
    """A type as answers name it."""
    return {"id": kind, "name": here.language.text(f"kinds.{kind}")}


def names(here: Frame, found: NamedNode) -> list[str]:
    """All that a thing is called, and its code."""
    terms = (term for name in _NAMES for term in here.view.values(found, name))
    return [term.value for term in terms if isinstance(term, Literal)]


def properties(here: Frame, kind: str | None) -> list[dict[str, str]]:
    """The columns that can be added to things of this type, or of any."""
    own = [c for k, columns in COLUMNS.items() if kind in (None, k) for c in columns]
    return [
        *({"id": name, "name": here.language.text(f"reconcile.{name}")} for name in _TOLD),
        *({"id": c, "name": here.language.text(f"column.{c}")} for c in dict.fromkeys(own)),
    ]


def cells(here: Frame, found: NamedNode, property_: str) -> list[Cell]:
    """The values of a column for a thing; none for a column that it has not."""
    told = _TOLD.get(property_)
    if told is not None:
        return list({str(cell): cell for cell in told(here, found)}.values())
    paths = dict.fromkeys(c[property_] for c in COLUMNS.values() if property_ in c)
    terms = dict.fromkeys(term for path in paths for term in values(here.view, found, path))
    return [_cell(here, term) for term in terms]


def _cell(here: Frame, term: NamedNode | Literal) -> Cell:
    if isinstance(term, NamedNode):
        return {"id": identifier(term.value), "name": here.name(term.value)}
    return {"str": term.value}


def _claims(here: Frame, found: NamedNode) -> Iterator[passages.Claim]:
    for claim in here.view.sources_of(found, "pp:about")[:_CLAIMS]:
        yield passages.claim(here.view, claim)


def _quotes(here: Frame, found: NamedNode) -> Iterator[Cell]:
    if here.rights.quotes:
        yield from ({"str": claim.quote} for claim in _claims(here, found))


def _speakers(here: Frame, found: NamedNode) -> Iterator[Cell]:
    for claim in _claims(here, found):
        yield from (_cell(here, speaker) for speaker in claim.speakers)


def _dates(here: Frame, found: NamedNode) -> Iterator[Cell]:
    for claim in _claims(here, found):
        for passage in claim.passages:
            yield {"date": f"{here.view.text(passage.article, 'dcterms:issued')}T00:00:00"}


_TOLD: Mapping[str, Callable[[Frame, NamedNode], Iterator[Cell]]] = {
    "quote": _quotes, "speaker": _speakers, "date": _dates,
}  # fmt: skip
"""Columns made from the claims about a thing: printed words, who says them, when it was printed."""
