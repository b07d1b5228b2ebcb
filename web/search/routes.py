"""/search: words in names and quotations, narrowed by what there is; a page, JSON, CSV, Excel."""

from collections.abc import Iterable
from typing import Any
from urllib.parse import urlencode

from flask import Blueprint, Response, render_template, request

from graph.errors import ParameterError
from graph.search.answer import Answer
from graph.search.question import FACETS, LONGEST, Question
from graph.sparql.negotiation import Page
from web.middleware.context import address
from web.middleware.negotiated import AS_JSON, html, json_, negotiated
from web.search import hits
from web.site import tables
from web.site.page_context import Frame, frame
from web.site.pagination import Slice
from web.site.release_index import index

search = Blueprint("search", __name__)

SIZE = 20
"""Hits on a page."""
_LARGEST = 100
_OFFERS = (Page(), AS_JSON, tables.CSV, tables.XLSX)


def question(**fixed: tuple[str, ...]) -> Question:
    """What the address asks for, narrowed further by `fixed`.

    Raises ParameterError for more than a search may hold.
    """
    narrowed = {name: tuple(dict.fromkeys(request.args.getlist(name))) for name in FACETS}
    given = {name: tuple(v for v in values if v) for name, values in narrowed.items()}
    kept = {name: values for name, values in given.items() if values}
    return Question(request.args.get("q", ""), kept | fixed)


def size(otherwise: int) -> int:
    """How many hits the address wants on a page.

    Raises ParameterError if that is no number from 1 to 100.
    """
    written = request.args.get("size", "")
    if not written:
        return otherwise
    if not (written.isdecimal() and len(written) < 9 and 1 <= int(written) <= _LARGEST):
        raise ParameterError(f"size={written[:20]!r} is no number of hits", f"give 1 to {_LARGEST}")
    return int(written)


def leafed(asked: Question, many: int, **how: str) -> tuple[Answer, Slice]:
    """The hits on the page that the address asks for, or on the nearest there is, and which it is.

    `how` is the order and the language of Index.search.
    """
    written = request.args.get("page")
    # How many there are is known when the page is: the index says both at once.
    wanted = Slice.of(1 << 30, written, many)
    answer = index().search(asked, first=wanted.bounds.start, size=many, **how)
    part = Slice.of(answer.total, written, many)
    if part.number != wanted.number:
        answer = index().search(asked, first=part.bounds.start, size=many, **how)
    return answer, part


@search.get("/search")
def find() -> Response:
    """Find things and passages."""
    mine = negotiated(_OFFERS, request.args.get("format"))
    here, asked = frame(), question()
    if mine in (tables.CSV, tables.XLSX):
        return _table(here, asked, mine)
    answer, part = leafed(asked, size(SIZE))
    if mine is AS_JSON:
        return json_(_data(here, asked, answer, part))
    return html(
        "search.html",
        question=asked,
        answer=answer,
        part=part,
        hits=hits.shown(here, asked, answer.hits),
        facets=hits.facets(here, "/search", asked, answer, {"q": asked.words}),
        kept={"q": asked.words} | {name: list(v) for name, v in asked.narrowed.items()},
        longest=LONGEST,
    )


def _table(here: Frame, asked: Question, mine: Page) -> Response:
    answer = index().search(asked, size=1000)
    found = hits.shown(here, asked, answer.hits)
    if mine is tables.CSV:
        rows = (list(each.row(here.public_url).values()) for each in found)
        return tables.csv_("search", hits.COLUMNS, rows)
    return tables.xlsx("search", *_sheet(here, found))


def _sheet(here: Frame, found: Iterable[hits.Shown]) -> tuple[list[str], list[list[tables.Cell]]]:
    """Hits as people read them: names for IRIs, words of the page's language for kinds."""
    t = here.language.text
    columns = [t(f"search.column.{name}") for name in ("name", "kind", "quote", "start", "end")]
    rows: list[list[tables.Cell]] = [
        [
            tables.Linked(each.title, here.public_url + each.page),
            t(f"kinds.{each.hit.kind}"),
            "".join(text for text, _ in each.quote),
            *(each.place or (None, None)),
        ]
        for each in found
    ]
    return columns, rows


def _data(here: Frame, asked: Question, answer: Answer, part: Slice) -> dict[str, Any]:
    return {
        "query": asked.words,
        "total": answer.total,
        "more": answer.more,
        "page": part.number,
        "pages": part.pages,
        "release": here.view.version,
        "facets": {
            name: [
                {
                    "value": each.value,
                    "label": hits.value_name(here, name, each.value, each.iri),
                    "count": each.count,
                }
                for each in answer.facets[name]
            ]
            for name in FACETS
            if name in answer.facets
        },
        "hits": [each.row(here.public_url) for each in hits.shown(here, asked, answer.hits)],
    }


@search.get("/search/suggest")
def suggest() -> Response:
    """What begins like the words typed so far, as OpenSearch suggestions."""
    here, text = frame(), request.args.get("q", "")
    found = index().suggest(text)
    names = [name for name, _, _ in found]
    kinds = [here.language.text(f"kinds.{kind}") for _, kind, _ in found]
    response = json_(
        [text, names, kinds, [address(f"/search?{urlencode({'q': name})}") for name in names]],
        "application/x-suggestions+json",
    )
    response.headers["Cache-Control"] = "public, max-age=300"
    response.vary.add("Accept-Language")
    return response


@search.get("/opensearch.xml")
def description() -> Response:
    """Tell a browser how to search here."""
    return Response(
        render_template("opensearch.xml", site=address("")),
        content_type="application/opensearchdescription+xml; charset=utf-8",
    )
