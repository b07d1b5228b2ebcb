"""Where the engine leaves the specification, and what a worker needs to mend it.

- Graphs named in FROM are concatenated, not merged (SPARQL 1.1 Query §13.2.1): a triple in two of
  them, or in one named twice, counts twice. So the clauses are read here, for the worker to merge.
- A path of length zero is not found at a term that no triple has (§9.3, §18.4).
"""

import re

from pyoxigraph import NamedNode, QuerySolutions, Store

from graph.errors import ParameterError
from graph.tokens import GAP, IRI, LETTER, NAME, finder
from graph.workers.job import ZeroPath

_MOST = 1000
"""Graphs that one query may name."""
_PATHS = 100
"""Paths of one query that are looked at."""
_TERM = rf"(?:{IRI}|{NAME})"
_EDGE = rf"(?!{LETTER}|[.:-])"
_CLAUSE = finder(rf"(?i:from){_EDGE}{GAP}(?P<named>(?i:named){_EDGE}{GAP})?+(?P<iri>{_TERM})")
_FROM = re.compile(r"[fF](?i:rom)[\s#<\\]")
"""What must be there for a clause to be: a look at it is cheaper than at every token."""
_PATH = rf"\^?(?:{_TERM}|a{_EDGE}|\((?:{IRI}|[^()<>\"'\#])*+\))[*?]{GAP}"
_VARIABLE = rf"[?$]{LETTER}++"
_ZERO = finder(
    rf"[{{}}.]{GAP}(?P<triple>(?P<iri>{_TERM}){GAP}{_PATH}(?P<variable>{_VARIABLE})"
    rf"|(?P<ahead>{_VARIABLE}){GAP}{_PATH}(?P<object>{_TERM}))(?={GAP}[.}}])"
)
_SUSPECT = re.compile(r"[*?](?<=[>)\w].)(?:\s|\#)*+[?$<\w:]")

Graphs = tuple[tuple[str, ...] | None, tuple[str, ...] | None]


def dataset(text: str, prologue: str, base: str) -> Graphs:
    """The graphs of the FROM and of the FROM NAMED clauses; None and None if there are none.

    `prologue` is the beginning of the text that declares its prefixes and base. Raises
    ParameterError for more than 1000 graphs.
    """
    if not _FROM.search(text):
        return None, None
    found: list[tuple[str, bool]] = []
    at = 0
    while match := _CLAUSE.match(text, at):
        found.append((match["iri"], match["named"] is not None))
        at = match.end()
        if len(found) > _MOST:
            raise ParameterError(f"there are more than {_MOST} graphs", "name fewer")
    iris = _resolved(prologue, tuple(term for term, _ in found), base)
    if not found or iris is None:
        return None, None
    told = list(zip(iris, (is_named for _, is_named in found), strict=True))
    default = dict.fromkeys(iri for iri, is_named in told if not is_named)
    return tuple(default), tuple(dict.fromkeys(iri for iri, is_named in told if is_named))


def zero_paths(text: str, prologue: str, base: str) -> tuple[ZeroPath, ...]:
    """The triple patterns between an IRI and a variable whose path may have no step."""
    if not _SUSPECT.search(text):
        return ()
    found: list[re.Match[str]] = []
    at = 0
    while (match := _ZERO.match(text, at)) and len(found) < _PATHS:
        found.append(match)
        at = match.end()
    terms = tuple(match["iri"] or match["object"] for match in found)
    iris = _resolved(prologue, terms, base)
    if iris is None:
        return ()
    return tuple(
        ZeroPath(*match.span("triple"), iri, match["variable"] or match["ahead"])
        for match, iri in zip(found, iris, strict=True)
    )


def _resolved(prologue: str, terms: tuple[str, ...], base: str) -> tuple[str, ...] | None:
    """The IRIs that these terms stand for; None if the engine takes one of them for no IRI."""
    if not terms:
        return ()
    columns = " ".join(f"({term} AS ?g{n})" for n, term in enumerate(terms))
    try:
        rows = Store().query(f"{prologue} SELECT {columns} {{}}", base_iri=base)
    except SyntaxError:
        # The engine meets it again where it stands, and tells.
        return None
    if not isinstance(rows, QuerySolutions):
        raise TypeError(f"{type(rows)} from a SELECT")
    row = next(rows)
    values = [row[n] for n in range(len(terms))]
    return tuple(value.value for value in values if isinstance(value, NamedNode))
