"""What a query worker is asked, and what it answers."""

from dataclasses import dataclass
from functools import lru_cache

from graph.workers import framing

_HEAD = ("rows", "graph", "default_graphs", "named_graphs", "base_iri")
_FEW = 2
"""Graphs of a job whose head is remembered: nearly all jobs have the same."""


@dataclass(frozen=True)
class Job:
    """One query to evaluate.

    `rows` and `graph` name the formats for a SELECT or ASK, and for a CONSTRUCT or DESCRIBE. The
    graph lists are IRIs; None means that neither the protocol nor a FROM clause gave any, and when
    one is given the other counts as empty.
    """

    query: str
    rows: str = "json"
    graph: str = "turtle"
    default_graphs: tuple[str, ...] | None = None
    named_graphs: tuple[str, ...] | None = None
    base_iri: str | None = None

    @property
    def head(self) -> bytes:
        """All but the query, as it is sent to the worker."""
        return _head(self.rows, self.graph, self.default_graphs, self.named_graphs, self.base_iri)


def _head(*values: str | tuple[str, ...] | None) -> bytes:
    few = sum(len(each) for each in values if isinstance(each, tuple)) <= _FEW
    return (_remembered if few else _encoded)(*values)


def _encoded(*values: str | tuple[str, ...] | None) -> bytes:
    return framing.encoded(dict(zip(_HEAD, values, strict=True)))


_remembered = lru_cache(maxsize=64)(_encoded)


@dataclass(frozen=True)
class Answer:
    """One serialized result; `seconds` is what the evaluation took, `release` its version."""

    body: bytes
    format: str
    release: str
    seconds: float
