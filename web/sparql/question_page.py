"""The page of a canned query: the question, its parameters as a form, the answer, the SPARQL."""

import json
from collections.abc import Mapping
from itertools import groupby
from typing import Any

from flask import Response

from graph.queries import Query
from graph.rdf.formats import RDF_FORMATS, RESULT_FORMATS, Kind, named
from graph.sparql.plan import Plan
from web.middleware.context import front
from web.middleware.negotiated import html
from web.site.page_context import Frame, frame
from web.sparql import choices, question_feed

_SHOWN = 500
"""Rows of a table on a page; the files to take away hold them all."""
_OTHER = "other"
Row = Mapping[str, Any]
"""Variable → its term in SPARQL JSON."""


def grouped(known: Mapping[str, Query]) -> list[tuple[str, list[Query]]]:
    """The queries by their first tag, tags in alphabetical order."""
    tagged = sorted(known.values(), key=_tag)
    return [(tag, list(some)) for tag, some in groupby(tagged, key=_tag)]


def _tag(query: Query) -> str:
    return next(iter(query.tags), _OTHER)


def page(query: Query, values: Mapping[str, str], planned: Plan) -> Response:
    """The question asked with these values, and its answer.

    Raises what the meter raises when the query runs into a limit.
    """
    here = frame()
    answer = front().meter.answer(planned.job)
    found = named(answer.format)
    rows = json.loads(answer.body) if found.kind is Kind.ROWS else {}
    bindings = rows.get("results", {}).get("bindings", [])
    columns = _columns(here, rows.get("head", {}).get("vars", []), bindings)
    return html(
        "question.html",
        section="questions",
        query=query,
        values=values,
        fields=[choices.field(here, each, values) for each in query.parameters],
        columns=columns,
        quotes=[column for column in columns if _is_quote(column)],
        bindings=bindings[:_SHOWN],
        count=len(bindings),
        boolean=rows.get("boolean"),
        text="" if rows else answer.body.decode(),
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
    early = {c for c in rest if _is_quote(c)} if sum(map(_is_quote, rest)) == 1 else set()
    return first + sorted(rest, key=lambda c: (c not in early, c.lower().endswith("claim")))


def _is_quote(column: str) -> bool:
    return column.startswith("quote") or column.endswith("Quote")


def _repeats(here: Frame, column: str, columns: list[str], rows: list[Row]) -> bool:
    """Whether this column says what the thing before it is called, which its cell says already."""
    at = columns.index(column)
    if not rows or at == 0:
        return False
    before = columns[at - 1]
    return all(
        row.get(before, {}).get("type") == "uri"
        and row.get(column, {}).get("type") == "literal"
        and here.name(row[before]["value"]) == row[column]["value"]
        for row in rows
    )
