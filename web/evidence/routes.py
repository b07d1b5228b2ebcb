"""/evidence: the exact words behind a statement, for people and for programs."""

from collections.abc import Iterator
from dataclasses import dataclass
from urllib.parse import urlencode

from flask import Blueprint, Response, request
from pyoxigraph import Literal, NamedNode, Quad, Triple

from graph.errors import ParameterError, UnknownError
from graph.rdf.formats import RDF_FORMATS, Format
from graph.rdf.namespaces import CANONICAL_BASE, PREFIXES
from graph.sparql.negotiation import Page
from web.evidence import annotations, cards, records, statements
from web.evidence.records import Description
from web.middleware.context import RELEASE
from web.middleware.negotiated import html, json_, negotiated, rdf
from web.site.page_context import Frame, frame
from web.site.pagination import Slice
from web.site.release_view import Statement

evidence = Blueprint("evidence", __name__)

_OFFERS: tuple[Format | Page, ...] = (Page(), *RDF_FORMATS)
_NAMES = ("s", "p", "o", "datatype", "language", "format", "page", "lang")


@dataclass(frozen=True)
class EvidenceQuery:
    """What evidence is asked for; `target` is what the object must be, None for any."""

    subject: NamedNode
    predicate: NamedNode | None
    value: str | None
    datatype: str | None
    language: str | None

    def fits(self, triple: Triple) -> bool:
        """Whether a triple of this subject and predicate has the object asked for."""
        if self.value is None:
            return True
        if isinstance(triple.object, NamedNode):
            bare = self.datatype is None and self.language is None
            return bare and triple.object == _iri(self.value, "o", strict=False)
        if not isinstance(triple.object, Literal) or triple.object.value != self.value:
            return False
        if self.language is not None and triple.object.language != self.language.lower():
            return False
        datatype = None if self.datatype is None else _iri(self.datatype, "datatype")
        return datatype is None or triple.object.datatype == datatype


@evidence.get("/evidence")
def show() -> Response:
    """Answer with the claims, quotations and positions behind the statements asked for."""
    here = frame()
    _refuse_unknown()
    if "s" not in request.args:
        return html("evidence.html", asked=None)
    query = _query()
    found = [
        s for s in here.view.matching(query.subject, query.predicate, None) if query.fits(s.triple)
    ]
    if query.predicate is None:
        # What merely follows from the ontology has no words of its own: it is shown when asked for.
        found = [s for s in found if s.origin != "inferred"] or found
    if not found:
        raise UnknownError(
            "the release holds no such statement",
            "leave out o, or p and o, to see what is said of this thing",
        )
    mine = negotiated(_OFFERS, request.args.get("format"))
    response = _answer(here, query, found, mine)
    response.headers[RELEASE] = here.view.version
    return response


def _refuse_unknown() -> None:
    for name, values in request.args.lists():
        if name not in _NAMES:
            raise ParameterError(f"unknown parameter {name!r}", f"use {', '.join(_NAMES)}")
        if len(values) > 1:
            raise ParameterError(f"there is more than one {name}", "give one")
    if "s" not in request.args and {"p", "o"} & request.args.keys():
        raise ParameterError("the subject is missing", "give s=, the IRI of a thing")


def _query() -> EvidenceQuery:
    given = request.args
    return EvidenceQuery(
        subject=_known(given["s"], "s"),
        predicate=_known(given["p"], "p") if given.get("p") else None,
        value=given.get("o") or None,
        datatype=given.get("datatype") or None,
        language=given.get("language") or None,
    )


def _known(text: str, name: str) -> NamedNode:
    found = _iri(text, name)
    if found is None:
        raise ParameterError(f"{name}={text!r} is no IRI", "give an IRI or a prefixed name")
    return found


def _iri(text: str, name: str, *, strict: bool = True) -> NamedNode | None:
    """The IRI this text writes: whole, in angle brackets, prefixed, or as this server's address."""
    written = text.strip().removeprefix("<").removesuffix(">")
    prefix, colon, rest = written.partition(":")
    if colon and prefix in PREFIXES and not rest.startswith("//"):
        written = PREFIXES[prefix] + rest
    public = frame().public_url + "/"
    if written.startswith(public):
        written = CANONICAL_BASE + written[len(public) :]
    try:
        return NamedNode(written)
    except ValueError as error:
        if strict:
            raise ParameterError(
                f"{name}={text!r} is no IRI", "give an IRI or a prefixed name"
            ) from error
        return None


def _answer(
    here: Frame, query: EvidenceQuery, found: list[Statement], mine: Format | Page
) -> Response:
    shown, part = statements.part(statements.ordered(found), request.args.get("page"))
    claims = {claim for s in shown for claim in s.claims}
    stood = cards.numbered(here, claims, about=query.subject, predicate=query.predicate)
    if not isinstance(mine, Format):
        return _page(here, query, shown, stood, (part, len(found)))
    if mine.name == "jsonld":
        address = f"{here.public_url}/evidence?{urlencode(list(request.args.items()))}"
        return json_(annotations.page(here, address, stood), mine.content_type)
    quads = tuple(_quads(here, shown))
    told = Description(here.view, query.subject, quads)
    return rdf(told.write(mine), mine)


def _quads(here: Frame, shown: list[Statement]) -> Iterator[Quad]:
    for each in shown:
        yield from records.supported(here.view, each)


def _page(
    here: Frame,
    query: EvidenceQuery,
    shown: list[Statement],
    stood: list[cards.Card],
    leafed: tuple[Slice, int],
) -> Response:
    part, total = leafed
    kept = {k: v for k, v in request.args.items() if k not in ("lang", "page", "format")}
    grouped = statements.properties(shown, stood, here.rights)
    return html(
        "evidence.html",
        asked=query,
        properties=grouped,
        agreed=statements.agreed(grouped),
        cards=stood,
        part=part,
        total=total,
        kept=kept,
        forms=[(f, {**kept, "format": f.name}) for f in RDF_FORMATS],
    )
