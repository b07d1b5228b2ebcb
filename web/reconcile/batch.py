"""A batch of names to look up, and of rows to extend: read strictly, bounded by what it costs."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from difflib import SequenceMatcher
from typing import Any

from pyoxigraph import NamedNode

from graph.errors import ParameterError
from graph.search.answer import Hit
from graph.search.fold import fold
from graph.search.question import LONGEST, Question
from web.reconcile import entity
from web.site.page_context import Frame
from web.site.release_index import index

QUERIES = 50
"""Names of one batch."""
CANDIDATES = 20
"""Candidates of one name."""
CELLS = 1000
"""Rows times columns of one extension."""
_LIMIT = 5
_MEMBERS = frozenset({"query", "type", "limit", "properties", "type_strict"})
_PROPERTIES = 8


@dataclass(frozen=True)
class Wanted:
    """One name to look up; `properties` are a column and the values that it should have."""

    words: str
    kinds: tuple[str, ...]
    limit: int
    properties: tuple[tuple[str, frozenset[str]], ...]


def read(text: str) -> Mapping[str, Wanted]:
    """The queries of a batch by their key.

    Raises ParameterError for what is no batch, and for one that would cost too much.
    """
    found = _object(text, "queries")
    if len(found) > QUERIES:
        raise ParameterError(
            f"the batch has {len(found)} queries", f"send at most {QUERIES} at a time"
        )
    return {key: _wanted(key, each) for key, each in found.items()}


def _object(text: str, name: str) -> dict[str, Any]:
    try:
        found = json.loads(text)
    except (ValueError, RecursionError) as error:
        raise ParameterError(f"{name} is no JSON ({error})", "send an object") from error
    if not isinstance(found, dict):
        raise ParameterError(f"{name} is no JSON object", "send an object")
    return found


def _wanted(key: str, query: Any) -> Wanted:
    def wrong(what: str) -> ParameterError:
        return ParameterError(f"query {key[:40]!r}: {what}", "see /about/reconciliation")

    if not isinstance(query, dict) or query.keys() - _MEMBERS:
        raise wrong(f"it is an object with members among {', '.join(sorted(_MEMBERS))}")
    words, limit = query.get("query"), query.get("limit", _LIMIT)
    if not isinstance(words, str):
        raise wrong("it has no text to look for in `query`; properties alone find nothing here")
    if isinstance(limit, bool) or not isinstance(limit, int) or not 1 <= limit <= CANDIDATES:
        raise wrong(f"limit is a number from 1 to {CANDIDATES}")
    kinds = query.get("type") or []
    kinds = [kinds] if isinstance(kinds, str) else kinds
    if not isinstance(kinds, list) or not all(isinstance(k, str) for k in kinds):
        raise wrong("type is a name, or a list of names")
    asked = query.get("properties") or []
    if not isinstance(asked, list) or len(asked) > _PROPERTIES:
        raise wrong(f"properties are a list of at most {_PROPERTIES}")
    properties = []
    for each in asked:
        if not isinstance(each, dict) or not isinstance(each.get("pid"), str) or "v" not in each:
            raise wrong("a property is an object with `pid` and `v`")
        given = each["v"] if isinstance(each["v"], list) else [each["v"]]
        properties.append((each["pid"], frozenset(fold(_text(value)) for value in given)))
    return Wanted(words[:LONGEST], tuple(dict.fromkeys(kinds)), limit, tuple(properties))


def _text(value: Any) -> str:
    return str(value.get("id") if isinstance(value, dict) else value).strip()


def candidates(here: Frame, wanted: Wanted) -> list[dict[str, Any]]:
    """The candidates for a name, the best first.

    A thing called exactly so scores 100, another by how much of its name is the same; where values
    of columns are given, half the score is how many of these fit. `match` is true for the only
    candidate that fits in all.
    """
    kinds = tuple(kind for kind in wanted.kinds if kind in entity.TYPES)
    if (wanted.kinds and not kinds) or not wanted.words.strip():
        return []
    asked = Question(wanted.words, {"kind": kinds or entity.TYPES})
    hits = index().search(asked, size=CANDIDATES, lang=here.lang).hits
    scored = [_candidate(here, wanted, hit) for hit in hits]
    scored.sort(key=lambda each: -each["score"])
    sure = [each for each in scored if each["score"] == 100]
    for each in scored:
        each["match"] = len(sure) == 1 and each is sure[0]
    return scored[: wanted.limit]


def _candidate(here: Frame, wanted: Wanted, hit: Hit) -> dict[str, Any]:
    thing = NamedNode(hit.iri)
    words = fold(wanted.words.strip())
    called = max((_likeness(words, fold(name)) for name in entity.names(here, thing)), default=0.0)
    features = [{"id": "name", "value": round(called, 1)}]
    fits = []
    for property_, values in wanted.properties:
        told = {
            fold(str(v)) for cell in entity.cells(here, thing, property_) for v in cell.values()
        }
        fits.append(not told.isdisjoint(values))
        features.append({"id": property_, "value": fits[-1]})
    score = (called + 100 * sum(fits) / len(fits)) / 2 if fits else called
    return {
        "id": entity.identifier(hit.iri),
        "name": here.name(hit.iri),
        "score": round(score, 1),
        "type": [entity.type_of(here, hit.kind)],
        "features": features,
    }


def _likeness(words: str, name: str) -> float:
    if words == name:
        return 100.0
    return min(99.0, 100 * SequenceMatcher(None, words, name[:LONGEST], autojunk=False).ratio())


def extended(here: Frame, text: str) -> dict[str, Any]:
    """The columns asked for, of the things asked for.

    Raises ParameterError for what is no such request, and for more than CELLS cells.
    """
    found = _object(text, "extend")
    ids, columns = found.get("ids"), found.get("properties")
    if not isinstance(ids, list) or not all(isinstance(each, str) for each in ids):
        raise ParameterError("extend has no list of identifiers in `ids`", "send identifiers")
    if not isinstance(columns, list) or not all(
        isinstance(each, dict) and isinstance(each.get("id"), str) for each in columns
    ):
        raise ParameterError("extend has no list of objects in `properties`", "send {id: …}")
    if len(ids) * len(columns) > CELLS:
        raise ParameterError(f"extend asks for {len(ids) * len(columns)} cells", f"at most {CELLS}")
    names = {each["id"]: each["name"] for each in entity.properties(here, None)}
    for each in columns:
        if each["id"] not in names:
            raise ParameterError(
                f"no column is called {each['id'][:40]!r}", f"use: {', '.join(names)}"
            )
    return {
        "meta": [{"id": each["id"], "name": names[each["id"]]} for each in columns],
        "rows": {id_: _row(here, id_, [each["id"] for each in columns]) for id_ in ids},
    }


def _row(here: Frame, id_: str, columns: list[str]) -> dict[str, list[entity.Cell]]:
    thing = entity.thing(id_)
    known = thing is not None and here.view.known(thing)
    return {
        column: entity.cells(here, thing, column) if thing is not None and known else []
        for column in columns
    }
