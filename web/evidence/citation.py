"""The claims behind a row of a query, and where the reader shows their words."""

from collections.abc import Iterable
from functools import partial

from pyoxigraph import NamedNode

from web.evidence import passages
from web.evidence.passages import Claim
from web.site import iris
from web.site.language import link
from web.site.page_context import frame
from web.site.release_view import View


def read(claim: Claim) -> str:
    """The address of the reader at the words of a claim, which are lit there."""
    first = claim.passages[0]
    return link(f"/reader/{iris.last(first.article.value)}#{claim.fragment}", passage=first.slug)


def cited(claims: Iterable[str]) -> tuple[Claim, ...]:
    """Those of these claims that the release holds, with their words."""
    here = frame().view
    found = (here.remember("claim", iri, partial(_claim, here, iri), most=8192) for iri in claims)
    return tuple(claim for claim in found if claim is not None)


def _claim(view: View, iri: str) -> Claim | None:
    # Workers and pages may be a moment apart when a release is switched.
    name = NamedNode(iri)
    return passages.claim(view, name) if view.has(name) else None
