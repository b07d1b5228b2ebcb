"""Examples of canned queries that a release has: a file's own, or another that has an answer.

A query's file names a thing of the first article, or of an article written for the tests. A release
without that thing gets another of its kind, so that a question is about something that is there.
"""

from collections.abc import Iterable, Mapping

from pyoxigraph import NamedNode, QueryBoolean, Store

from graph.queries import Query
from graph.sample import kind

Examples = Mapping[str, Mapping[str, str]]
"""Query → parameter → the value that stands in for the one of its file."""


def chosen(store: Store, known: Iterable[Query], drawn: Mapping[str, Iterable[str]]) -> Examples:
    """What stands in for examples that a release lacks; nothing for those it has.

    Of queries that lack one thing: the first of those `drawn` from its kind that the query has an
    answer about; where it has none about any, the first drawn, if there is one.
    """
    found: dict[str, dict[str, str]] = {}
    for query in known:
        iris = (each for each in query.parameters if each.type == "iri")
        absent = [each for each in iris if not _has(store, each.default)]
        if len(absent) == 1:
            name, candidates = absent[0].name, drawn.get(kind(absent[0].default), ())
            answering = (c for c in candidates if _answers(store, query.bound({name: c})))
            best = next(answering, next(iter(candidates), None))
            if best is not None:
                found[query.name] = {name: best}
    return found


def _has(store: Store, iri: str) -> bool:
    # In whatever graph: codes stand in those of the code lists.
    about = store.quads_for_pattern(NamedNode(iri), None, None, None)
    return next(iter(about), None) is not None


def _answers(store: Store, text: str) -> bool:
    found = store.query(text)
    return bool(found) if isinstance(found, QueryBoolean) else next(iter(found), None) is not None
