"""The published prefixes that a query uses and does not declare, and the query with them declared.

Nothing is added to a query unless whoever sends it asks for it: graph.sparql.plan.
"""

from collections.abc import Iterable

from graph.rdf.namespaces import PREFIXES
from graph.sparql.token import Kind, tokens

_LONGEST = 1 << 16
"""Characters of a query that is looked at; a longer one has to declare what it uses."""


def undeclared(query: str) -> tuple[str, ...]:
    """The published prefixes that names of this query have and that it does not declare, in order.

    None for a query of more than 65,536 characters.
    """
    if len(query) > _LONGEST:
        return ()
    used: set[str] = set()
    declared: set[str] = set()
    declares = False
    for token in tokens(query):
        if token.kind is Kind.NAME:
            (declared if declares else used).add(token.prefix)
        declares = token.says("PREFIX")
    return tuple(name for name in PREFIXES if name in used - declared)


def declaring(names: Iterable[str]) -> str:
    """The declarations of published prefixes, to put before a query: one line, or nothing."""
    lines = [f"PREFIX {name}: <{PREFIXES[name]}>" for name in names]
    return " ".join(lines) + "\n" if lines else ""
