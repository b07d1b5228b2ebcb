"""What a query worker is asked, and what it answers."""

from dataclasses import astuple, dataclass
from functools import lru_cache

from graph.workers import framing

_HEAD = ("rows", "graph", "default_graphs", "named_graphs", "base_iri", "zero_paths")
_FEW = 2
"""Graphs of a job whose head is remembered: nearly all jobs have the same."""


@dataclass(frozen=True)
class ZeroPath:
    """A triple pattern between an IRI and a variable, whose path may have no step.

    `start` and `end` are offsets of code points in the query; `variable` has its `?` or `$`.
    """

    start: int
    end: int
    iri: str
    variable: str


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
    zero_paths: tuple[ZeroPath, ...] = ()

    @property
    def head(self) -> bytes:
        """All but the query, as it is sent to the worker."""
        lists = (self.default_graphs, self.named_graphs)
        return _head(self.rows, self.graph, *lists, self.base_iri, self.zero_paths)


def _head(*values: str | tuple[object, ...] | None) -> bytes:
    few = sum(len(each) for each in values if isinstance(each, tuple)) <= _FEW
    return (_remembered if few else _encoded)(*values)


def _encoded(*values: str | tuple[object, ...] | None) -> bytes:
    *rest, paths = values
    told = [astuple(path) for path in paths or () if isinstance(path, ZeroPath)]
    return framing.encoded(dict(zip(_HEAD, (*rest, told), strict=True)))


_remembered = lru_cache(maxsize=64)(_encoded)


@dataclass(frozen=True)
class Answer:
    """One serialized result; `seconds` is what the evaluation took, `release` its version."""

    body: bytes
    format: str
    release: str
    seconds: float
