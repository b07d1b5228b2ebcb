"""What a page says of itself to search engines: a schema.org JSON-LD data block for its head."""

import json
from collections.abc import Mapping
from typing import Any

from markupsafe import Markup
from pyoxigraph import NamedNode

from web.evidence import passages
from web.site import iris
from web.site.page_context import Frame
from web.site.release_view import is_claim


def snippet(here: Frame, thing: NamedNode) -> Markup | None:
    """The data block of a claim or an article, or None for anything else."""
    if is_claim(thing):
        found = _claim(here, thing)
    elif iris.kind(thing.value) == "article":
        found = {"@context": "https://schema.org", **article(here, thing)}
    else:
        return None
    return written(found)


def written(block: Mapping[str, Any]) -> Markup:
    """A data block as it stands in a script element."""
    # `<` is escaped so that no value can end the script element.
    return Markup(json.dumps(block, ensure_ascii=False).replace("<", "\\u003c"))  # noqa: S704 (JSON whose "<" is escaped)


def article(here: Frame, thing: NamedNode) -> dict[str, Any]:
    """An article as schema.org describes one."""
    view = here.view
    publisher = next((here.name(p.value) for p in view.things(thing, "dcterms:publisher")), "")
    derived = view.sources_of(thing, "prov:wasDerivedFrom")
    reprints = [each.value for each in derived if "pp:SourceFile" not in view.types(each)]
    return {
        "@type": "NewsArticle",
        "@id": thing.value,
        "headline": here.name(thing.value),
        "inLanguage": "zh",
        "datePublished": view.text(thing, "dcterms:issued"),
        "pagination": view.text(thing, "schema:printPage"),
        "publisher": {"@type": "Organization", "name": publisher},
        "sameAs": reprints,
        "url": here.public_url + iris.page(thing.value),
    }


def _claim(here: Frame, thing: NamedNode) -> dict[str, Any]:
    claim = passages.claim(here.view, thing)
    return {
        "@context": "https://schema.org",
        "@type": "Claim",
        "@id": thing.value,
        "name": here.name(thing.value),
        "url": here.public_url + iris.page(thing.value),
        "author": [{"@id": s.value, "name": here.name(s.value)} for s in claim.speakers],
        "appearance": [article(here, a) for a in {p.article: None for p in claim.passages}],
        "about": [
            {"@id": each.value, "name": here.name(each.value)}
            for each in here.view.things(thing, "pp:about")
        ],
    }
