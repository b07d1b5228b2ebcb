"""The canned queries with the examples of the release that is served."""

from collections.abc import Mapping

from graph.queries import Query
from web.middleware.context import front


def here(known: Mapping[str, Query]) -> Mapping[str, Query]:
    """These queries, each about something that the release has: its own example, or another."""
    release = front().pool.release
    return release.remember(
        "questions", frozenset(known),
        lambda: {name: _exampled(query, release.examples.get(name, {}))
                 for name, query in known.items()},
    )  # fmt: skip


def _exampled(query: Query, examples: Mapping[str, str]) -> Query:
    # A release built by another version may name what this version's query does not take.
    taken = {each.name for each in query.parameters}
    return query.exampled({name: examples[name] for name in examples.keys() & taken})
