"""The home page: what this is, what is in it, three answers, and how to take it along."""

import logging
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cache, partial
from typing import Any

from flask import Blueprint, Response
from pyoxigraph import NamedNode

from graph.engines.failure import EngineFaultError
from graph.queries import Query, canned
from graph.rdf.formats import RDF_FORMATS, Format
from graph.rdf.namespaces import CANONICAL_BASE
from graph.snapshot import Release
from graph.sparql.negotiation import Page
from graph.sparql.plan import PAGE
from web.evidence import schema_org
from web.evidence.citation import cited
from web.evidence.passages import Claim
from web.middleware.context import address, front
from web.middleware.negotiated import html, negotiated
from web.site import chosen_article, release_queries
from web.site.language import TAGS
from web.site.page_context import frame
from web.site.release_queries import Row, Value, Values

home = Blueprint("home", __name__)
_log = logging.getLogger(__name__)

COUNTED = (
    "articles", "claims", "passages", "documents", "measures", "observations", "events",
)  # fmt: skip
"""The counts of a release that the page shows."""
_LISTS = {
    "claims": "/search?kind=passages", "passages": "/search?kind=passages",
    "observations": "/figures",
}  # fmt: skip
"""Count → where its things are listed, if not under its own name."""
FEATURED: Mapping[str, tuple[str, ...]] = {
    "issuer-of-document": ("body", "issued"),
    "contradictory-figures": ("indicator", "before", "after", "computed", "printed"),
    "figures-resting-on-direct-speech": ("indicator", "valueText", "speaker"),
}
"""Canned query → the columns of its first rows that the page shows."""
_SHOWN = 2
_OFFERS: tuple[Page | Format, ...] = (PAGE, *RDF_FORMATS)
_EXAMPLE = """\
PREFIX pp: <https://w3id.org/policyprov/ns#>
SELECT ?text ?quote WHERE {
  ?figure pp:valueText ?text .
  ?claim pp:about ?figure ; pp:statedIn/pp:quote ?quote .
} LIMIT 5"""
_DOWNLOAD = "policyprov.trig.gz"
_PLAIN = {"Turtle": "policyprov.ttl", "JSON-LD": "policyprov.jsonld"}
"""What most people take: its name → its file."""


@dataclass(frozen=True)
class Cell:
    """One value of an answer; `iri` when it names a thing."""

    name: str
    value: str
    iri: str = ""
    language: str = ""

    @property
    def tag(self) -> str:
        """The BCP 47 tag of the language the value is written in; empty where it has none."""
        return TAGS.get(self.language, self.language)


@dataclass(frozen=True)
class Line:
    """One row of an answer, with the claim whose words it rests on."""

    cells: tuple[Cell, ...]
    claim: Claim | None


@dataclass(frozen=True)
class Featured:
    """A question with its first rows; `total` counts them all."""

    query: Query
    lines: tuple[Line, ...]
    total: int


def _cell(name: str, value: Value) -> Cell:
    here = frame()
    if not value.startswith(CANONICAL_BASE):
        return Cell(name, value, language=value.language)
    called = here.view.called(NamedNode(value), here.lang)
    return Cell(name, here.name(value), value, (called and called.language) or "")


def _line(row: Values, columns: Iterable[str]) -> Line:
    cells = tuple(_cell(name, row[name]) for name in columns if name in row)
    claims = cited([row["claim"]] if "claim" in row else [])
    return Line(cells, claims[0] if claims else None)


@dataclass(frozen=True)
class Proof:
    """One figure and the sentence it stands in, with its own words marked."""

    row: Row
    claim: Claim

    @property
    def pieces(self) -> tuple[str, str, str]:
        """The sentence before the figure, the figure, and the sentence after it."""
        text = f"{abs(float(self.row['value'])):g}%"
        before, found, after = self.claim.quote.partition(text)
        return before, found, after


def _telling(row: Row) -> tuple[int, float]:
    return len(row["claims"].split()), abs(float(row["value"]))


def proof() -> Proof | None:
    """The year-on-year figure that most claims of an article state, if words may be shown."""
    article = chosen_article.usual(frame().view)
    if article is None or not frame().rights.quotes:
        return None
    table = release_queries.picture("indicators", frame().lang, article)
    figures = [row for row in table.rows if row["type"].endswith("year-on-year-change")]
    if not figures:
        return None
    row = max(figures, key=_telling)
    found = [Proof(row, claim) for claim in cited(row["claims"].split())]
    # A sentence tells more than the labels of a graphic.
    found.sort(key=lambda each: (each.claim.tone == "voice-graphic", each.claim.start))
    return found[0] if found else None


def _distinct(rows: Iterable[Values], columns: Iterable[str]) -> list[Values]:
    """The rows, each kind once: a claim with several passages has several that say the same."""
    found: dict[tuple[str | None, ...], Values] = {}
    for row in rows:
        found.setdefault(tuple(row.get(name) for name in columns), row)
    return list(found.values())


def _asked(query: Query, article: NamedNode) -> str:
    takes = any(parameter.name == "article" for parameter in query.parameters)
    return query.bound({"article": article.value} if takes else {}, labels=frame().lang)


def _featured(query: Query, columns: Iterable[str], article: NamedNode) -> Featured | None:
    table = release_queries.ask(_asked(query, article))
    lines = tuple(_line(row, columns) for row in _distinct(table.rows, columns)[:_SHOWN])
    return Featured(query, lines, len(table.rows)) if lines else None


def answers() -> tuple[Featured, ...]:
    """The featured questions that an article answers, each within it, kept with the release.

    One that an engine elsewhere cannot answer is left out, and the log says so.
    """
    here, found = frame(), []
    article = chosen_article.usual(here.view)
    for name, columns in FEATURED.items():
        query = canned().get(name)
        if query is None or article is None:
            continue
        make = partial(_featured, query, columns, article)
        try:
            found.append(here.view.remember("featured", (name, here.lang, here.rights), make))
        except EngineFaultError as error:
            _log.warning("the home page leaves %s out: %s", name, error)
    return tuple(featured for featured in found if featured)


def _distribution(release: Release) -> list[dict[str, Any]]:
    return [
        {
            "@type": "DataDownload",
            "name": file.name,
            "contentUrl": address(f"/dumps/{file.name}"),
            "encodingFormat": file.media_type,
            "contentSize": str(file.bytes),
            "sha256": file.sha256,
        }
        for file in release.files
    ]


def dataset(release: Release) -> dict[str, Any]:
    """The dataset in schema.org terms, as search engines for data read it."""
    about = release.masthead
    return {
        "@context": "https://schema.org/",
        "@type": "Dataset",
        "@id": CANONICAL_BASE + "dataset",
        "url": address("/"),
        "name": list(about.title.values()),
        "description": about.description.get(frame().lang, ""),
        "version": release.version,
        "license": about.license,
        "usageInfo": about.rights.get(frame().lang, ""),
        "keywords": list(about.keywords),
        "inLanguage": ["zh", "en"],
        "isAccessibleForFree": True,
        "datePublished": about.issued,
        "creator": {"@type": "Organization", "name": "policyprov", "url": CANONICAL_BASE},
        "distribution": _distribution(release),
        "subjectOf": {"@type": "WebPage", "url": address("/dumps/")},
        "potentialAction": {
            "@type": "SearchAction",
            "name": "SPARQL",
            "target": {"@type": "EntryPoint", "urlTemplate": address("/sparql?query={query}")},
            "query-input": "required name=query",
        },
    }


@cache
def _links(site: str, license_: str) -> tuple[tuple[str, str, str], ...]:
    """Where a program goes from here: relation, address and media type."""
    rdf = [("describedby", "/.well-known/void", f.media_type) for f in RDF_FORMATS[:1]]
    return (
        ("cite-as", CANONICAL_BASE + "dataset", ""),
        *((relation, site + path, kind) for relation, path, kind in rdf),
        ("service-desc", f"{site}/openapi.json", "application/openapi+json"),
        ("service-desc", f"{site}/sparql", "text/turtle"),
        ("http://www.w3.org/ns/sparql-service-description#endpoint", f"{site}/sparql", ""),
        ("item", f"{site}/dumps/policyprov.trig.gz", "application/gzip"),
        ("item", f"{site}/dumps/policyprov.ttl", "text/turtle"),
        ("collection", f"{site}/dumps/", "application/json"),
        ("license", license_, ""),
        ("type", "https://schema.org/Dataset", ""),
    )


def links() -> tuple[tuple[str, str, str], ...]:
    """Where a program goes from the home page."""
    return _links(address(""), front().pool.release.masthead.license)


def _header(relation: str, href: str, kind: str) -> str:
    return f'<{href}>; rel="{relation}"' + (f'; type="{kind}"' if kind else "")


@home.get("/")
def index() -> Response:
    """Show the home page; send a client that wants RDF to the description of the dataset."""
    response = _described() if isinstance(negotiated(_OFFERS), Format) else _page()
    for link in links():
        response.headers.add("Link", _header(*link))
    return response


def _described(path: str = "/.well-known/void") -> Response:
    return Response(status=303, headers={"Location": address(path)})


def _page() -> Response:
    here = frame()
    release = here.view.release
    return html(
        "home.html",
        section="home",
        counts=[
            (name, release.counts[name], _LISTS.get(name, f"/{name}"))
            for name in COUNTED
            if name in release.counts
        ],
        triples=release.counts.get("triples", 0),
        proof=here.view.remember("proof", (here.lang, here.rights), proof),
        answers=answers(),
        questions=len(canned()),
        example=_EXAMPLE,
        download=release.file(_DOWNLOAD),
        plain=[(label, release.file(name)) for label, name in _PLAIN.items()],
        snippet=here.view.remember(
            "dataset", here.lang, lambda: schema_org.written(dataset(release))
        ),
        links=links(),
        about=release.masthead,
        article=chosen_article.usual(here.view),
    )


@home.get("/dataset")
def identity() -> Response:
    """Lead from the dataset's name to what describes it."""
    return _described() if isinstance(negotiated(_OFFERS), Format) else _described("/")
