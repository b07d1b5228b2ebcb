"""A graph that reads a query once, however often it is asked."""

from collections.abc import Mapping
from functools import lru_cache
from typing import Any

import rdflib
from rdflib.plugins.sparql import prepareQuery
from rdflib.plugins.sparql.sparql import Query

_KEPT = 64


class PreparedGraph(rdflib.Graph):
    """Shapes ask the same few queries of each thing: reading one takes longer than answering it."""

    def query(
        self, query_object: str | Query, processor: str | rdflib.query.Processor = "sparql",
        result: str | type[rdflib.query.Result] = "sparql",
        initNs: Mapping[str, Any] | None = None,  # noqa: N803 - the library's name
        *arguments: Any, **named: Any,
    ) -> rdflib.query.Result:  # fmt: skip
        """The result, as of any graph."""
        if isinstance(query_object, str):
            spaces = dict(self.namespaces()) if initNs is None else initNs
            told = tuple(sorted((prefix, str(space)) for prefix, space in spaces.items()))
            query_object = _read(query_object, told)
        return super().query(query_object, processor, result, initNs, *arguments, **named)


@lru_cache(_KEPT)
def _read(text: str, namespaces: tuple[tuple[str, str], ...]) -> Query:
    return prepareQuery(text, dict(namespaces))
