"""The rows of our own queries over the release being served: each asked once per release."""

import json
import time
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cache

from pyoxigraph import NamedNode

from graph.engines.failure import EngineSlowError
from graph.errors import LimitError
from graph.paths import QUERIES
from graph.queries import ALL, THINGS, Query, load
from graph.workers.job import Job
from web.middleware.context import front

AGAIN = 60.0
"""Seconds after which a query that ran into a limit is tried again."""


class Value(str):
    """The IRI or the lexical form of one value, with the language and datatype it came with."""

    __slots__ = ("datatype", "language")
    language: str
    datatype: str


Row = Mapping[str, str]
"""Variable → its value as text; what is unbound is missing."""
Values = Mapping[str, Value]
"""A row whose values know their language."""


@dataclass(frozen=True)
class Table:
    """The rows of one query, and the very text that was asked."""

    query: str
    columns: tuple[str, ...]
    rows: tuple[Values, ...]


def _value(term: Mapping[str, str]) -> Value:
    value = Value(term["value"])
    value.language, value.datatype = term.get("xml:lang", ""), term.get("datatype", "")
    return value


def _read(query: str, body: bytes) -> Table:
    answer = json.loads(body)
    rows = tuple(
        {name: _value(term) for name, term in row.items()} for row in answer["results"]["bindings"]
    )
    return Table(query, tuple(answer["head"]["vars"]), rows)


@cache
def pictures() -> Mapping[str, Query]:
    """The queries behind the pictures, by name."""
    return load(QUERIES / "pictures")


@dataclass
class _Failure:
    """The last failure of a query, and until when it is not asked again."""

    error: LimitError | EngineSlowError | None = None
    until: float = 0.0


def ask(query: str) -> Table:
    """The rows of this SELECT over the release being served, asked once while it is.

    Raises LimitError when the query ran into a limit; the same again, without asking, for the next
    AGAIN seconds, so that one dear page cannot keep the workers from everybody else.
    """
    pool = front().pool
    failure = pool.release.remember("failed rows", query, _Failure)
    if failure.error is not None and time.monotonic() < failure.until:
        raise failure.error.with_traceback(None)
    try:
        return pool.release.remember(
            "rows", query, lambda: _read(query, pool.answer(Job(query)).body)
        )
    except (LimitError, EngineSlowError) as error:
        if error.extra.get("limit") != "queue":  # a queue says nothing of the query
            failure.error, failure.until = error, time.monotonic() + AGAIN
        raise


def picture(
    name: str, language: str, article: NamedNode | None, **marks: Iterable[str] | None
) -> Table:
    """The rows behind a picture of an article, or of all, labelled in this language.

    `marks` says which things of its query it is of, by their IRIs; None stands for any.
    """
    query = pictures()[name]
    given = {var: " ".join(each) for var, each in marks.items() if each is not None}
    if article is not None:
        given["article"] = article.value
    free = {each.name: ALL for each in query.parameters if each.type == THINGS}
    return ask(query.bound({"language": language, **free, **given}))
