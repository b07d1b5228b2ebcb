"""Printed figures, read again: whether a stored number follows from its own words."""

from dataclasses import dataclass
from decimal import Decimal

from pyoxigraph import Literal, NamedNode

from graph import numerals
from graph.rdf.namespaces import expand
from web.site.release_view import View

_CONCEPT = "comparator-"


@dataclass(frozen=True)
class Figure:
    """What a claim says of an observation; `value` is None where no numeral is printed.

    `signs` are all that its unit is printed as.
    """

    observation: NamedNode
    texts: tuple[str, ...]
    value: Decimal | None
    value_max: Decimal | None
    comparator: str
    signs: tuple[str, ...]

    def proven(self, quote: str) -> bool:
        """Whether its words stand in this quote and are read as this number."""
        value = self.value
        if value is None or not all(numerals.supported(t, quote) for t in self.texts):
            return False
        read = (reading for text in self.texts for reading in numerals.readings(text))
        return any(
            numerals.agrees(reading, value, self.value_max, self.comparator, sign)
            for reading in read
            for sign in self.signs
        )


def figures(view: View, claim: NamedNode) -> list[Figure]:
    """The figures that a claim states."""
    stated: dict[NamedNode, dict[str, list[NamedNode | Literal]]] = {}
    for triple in view.inside(claim):
        if isinstance(triple.subject, NamedNode) and isinstance(triple.object, NamedNode | Literal):
            properties = stated.setdefault(triple.subject, {})
            properties.setdefault(triple.predicate.value, []).append(triple.object)
    return [_figure(view, s, p) for s, p in stated.items() if expand("pp:valueText").value in p]


def _figure(
    view: View, observation: NamedNode, stated: dict[str, list[NamedNode | Literal]]
) -> Figure:
    def given(name: str) -> list[str]:
        return [term.value for term in stated.get(expand(name).value, [])]

    signs = [
        term.value
        for unit in given("pp:unit")[:1]
        for name in ("skos:notation", "skos:altLabel")
        for term in view.values(NamedNode(unit), name)
    ]
    return Figure(
        observation=observation,
        texts=tuple(given("pp:valueText")),
        value=next((Decimal(v) for v in given("pp:value")), None),
        value_max=next((Decimal(v) for v in given("pp:valueMax")), None),
        comparator=next((c.rpartition(_CONCEPT)[2] for c in given("pp:comparator")), ""),
        signs=tuple(signs),
    )
