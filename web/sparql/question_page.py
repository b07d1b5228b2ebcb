"""The page of a canned query: the question, its parameters as a form, the answer, the SPARQL."""

import json
from collections.abc import Mapping
from itertools import groupby
from typing import Any
from urllib.parse import urlencode

from flask import Response

from graph.queries import Query
from graph.rdf.formats import RDF_FORMATS, RESULT_FORMATS, Kind, named
from graph.sparql.plan import Plan
from web.middleware.context import front
from web.middleware.negotiated import html
from web.site.page_context import Frame, column_name, frame
from web.sparql import choices, question_feed
from web.views.columns import is_quote
from web.views.view import taken, views

_SHOWN = 500
"""Rows of a table on a page; the files to take away hold them all."""
_OTHER = "other"
_PRINTED = ("printed", "title")
"""Columns of words that are printed although they have a language: titles, slips."""
Row = Mapping[str, Any]
"""Variable → its term in SPARQL JSON."""


def grouped(known: Mapping[str, Query]) -> list[tuple[str, list[Query]]]:
    """The queries by their first tag, tags in alphabetical order."""
    tagged = sorted(known.values(), key=_tag)
    return [(tag, list(some)) for tag, some in groupby(tagged, key=_tag)]


def _tag(query: Query) -> str:
    return next(iter(query.tags), _OTHER)


def page(
    query: Query, values: Mapping[str, str], planned: Plan, view: str | None, form: str | None
) -> Response:
    """The question asked with these values, and its answer; with a view of it, if one is asked for.

    With a form, the picture of the view as a file. Raises ParameterError for views and forms that
    are not offered, and what the meter raises when the query runs into a limit.
    """
    here = frame()
    answer = front().meter.answer(planned.job)
    found = named(answer.format)
    rows = json.loads(answer.body) if found.kind is Kind.ROWS else {}
    bindings = rows.get("results", {}).get("bindings", [])
    told = rows.get("head", {}).get("vars", [])
    looked = views(told, bindings, planned.operation.query or "", view)
    if form is not None:
        path = f"{here.public_url}/queries/{query.name}?{urlencode({**values, 'view': view})}"
        return taken(looked, form, query.name, query.summary[here.lang], path)
    columns = _columns(here, told, bindings)
    return html(
        "question.html",
        section="questions",
        query=query,
        values=values,
        fields=[choices.field(here, each, values) for each in query.parameters],
        columns=columns,
        titles={column: column_name(column) for column in columns},
        quotes=[column for column in columns if is_quote(column)],
        printed=_PRINTED,
        bindings=bindings[:_SHOWN],
        count=len(bindings),
        boolean=rows.get("boolean"),
        text="" if rows else answer.body.decode(),
        views=looked,
        followed=bool(question_feed.claims(answer.body)),
        formats=RESULT_FORMATS if found.kind is Kind.ROWS else RDF_FORMATS,
        sparql=query.bare(planned.operation.query or "", here.lang),
    )


def _columns(here: Frame, columns: list[str], rows: list[Row]) -> list[str]:
    """The columns as a page shows them: claims last, no name twice.

    Words stand after the first column, if there is one column of words: more would push what they
    are about off the screen.
    """
    told = [c for c in columns if not _repeats(here, c, columns, rows)]
    first, rest = told[:1], told[1:]
    early = {c for c in rest if is_quote(c)} if sum(map(is_quote, rest)) == 1 else set()
    return first + sorted(rest, key=lambda c: (c not in early, _is_claim(c)))


def _is_claim(column: str) -> bool:
    return column.lower().endswith("claim")


def _repeats(here: Frame, column: str, columns: list[str], rows: list[Row]) -> bool:
    """Whether this column says what the thing before it is called, which its cell says already.

    Rows that have neither do not count. The cell of a claim has its number and not its name, which
    may be the very words it quotes.
    """
    at = columns.index(column)
    if not rows or at == 0 or _is_claim(columns[at - 1]):
        return False
    pairs = [(row.get(columns[at - 1]), row.get(column)) for row in rows]
    both = [(thing, words) for thing, words in pairs if thing or words]
    return bool(both) and all(
        thing
        and words
        and thing["type"] == "uri"
        and words["type"] == "literal"
        and here.name(thing["value"]) == words["value"]
        for thing, words in both
    )
