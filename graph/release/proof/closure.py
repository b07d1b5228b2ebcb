"""The closure of a library without the half of it that says nothing."""

from typing import Any

from owlrl import OWLRL_Semantics
from rdflib.namespace import OWL

_EQUAL = frozenset({OWL.sameAs, OWL.differentFrom})


class Closure(OWLRL_Semantics):  # type: ignore[misc] # the library has no types
    """The OWL 2 RL closure of a graph, but that not everything is said to be the same as itself.

    Rule eq-ref adds that of each term, and the other rules are then tried with it: half of what a
    closure has, and half of its time. What follows from it beside itself is that nothing differs
    from itself, which is looked for here.
    """

    def _equality(self, triple: Any, cycle_num: int) -> None:
        """The rules of equality (the library's own name), where there is something to be equal."""
        _, predicate, thing = triple
        if predicate in _EQUAL or thing == OWL.AllDifferent:
            super()._equality(triple, cycle_num)
