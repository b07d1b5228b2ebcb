"""Figures: nodes of one name, anywhere in an article, are one observation.

A passage that prints a number seldom says everything about it: the period or the scope is inferred
and stands in a claim of its own. `figure: NAME` joins the nodes; the observation's IRI follows from
what they say together.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import reduce
from typing import Any

from graph.errors import InputError, Place
from graph.mapping.facts import FIGURE, OBSERVATION_KEY, Node, change, key_part, listed, observation


@dataclass(frozen=True)
class Stated:
    """One value of a key property, and where it is written."""

    value: Any
    place: Place


@dataclass(frozen=True)
class Figure:
    """What the nodes of one name say together.

    `key` holds the properties that identify an observation, `worded` says whether any claim gives
    its printed wording, `valued` whether a claim other than the mapper's gives its value.
    """

    name: str
    key: Mapping[str, Stated]
    worded: bool
    valued: bool
    place: Place

    @property
    def node(self) -> Node:
        """The key properties, as JSON-LD."""
        return {name: stated.value for name, stated in self.key.items()}

    @property
    def identity(self) -> str:
        """The prefixed name of the observation."""
        return observation(self.node)


def stated(node: Node, *, printed: bool) -> Figure:
    """What one node says of its figure; `printed` is whether its claim renders printed words."""
    name = node[FIGURE]
    key = {k: Stated(node[k], name.place) for k in OBSERVATION_KEY if k in node}
    worded = "pp:valueText" in node
    return Figure(str(name), key, worded, printed and "pp:value" in node, name.place)


def merge(one: Figure, other: Figure) -> Figure:
    """The figure that both are part of.

    Associative and commutative. Raises InputError when they contradict each other.
    """
    for name in one.key.keys() & other.key.keys():
        first, second = sorted((one.key[name], other.key[name]), key=lambda s: _order(s.place))
        if key_part(first.value) != key_part(second.value):
            raise InputError(
                f"the figure {one.name!r} has {name} {key_part(second.value)} here and "
                f"{key_part(first.value)} at {first.place}",
                second.place,
                "correct one of them, or give one of the two figures another name",
            )
    key = {
        name: min(
            (each.key[name] for each in (one, other) if name in each.key),
            key=lambda found: _order(found.place),
        )
        for name in one.key.keys() | other.key.keys()
    }
    place = min(one.place, other.place, key=_order)
    worded, valued = one.worded or other.worded, one.valued or other.valued
    return Figure(one.name, key, worded, valued, place)


def _order(place: Place) -> tuple[str, int, int]:
    return place.file, place.line, place.column


def merged(parts: Iterable[Figure]) -> dict[str, Figure]:
    """The figures of an article by name.

    Raises InputError for nodes that contradict each other, for a figure without wording, and for
    one whose value only the mapper states.
    """
    of: dict[str, list[Figure]] = {}
    for part in parts:
        of.setdefault(part.name, []).append(part)
    found = {name: reduce(merge, each) for name, each in of.items()}
    for figure in found.values():
        if not figure.worded or ("pp:value" in figure.key and not figure.valued):
            raise InputError(
                f"no printed claim gives the figure {figure.name!r} a value",
                figure.place,
                "state value and valueText in the claim whose passage prints them, or correct the "
                "name",
            )
    return found


def identified(node: Node, figures: Mapping[str, Figure]) -> Node:
    """The node with every figure's name replaced by its observation's IRI."""

    def settled(value: Any) -> Any:
        if isinstance(value, list):
            return [settled(each) for each in value]
        return identified(value, figures) if isinstance(value, dict) and "id" in value else value

    made: Node = {key: settled(value) for key, value in node.items() if key != FIGURE}
    if FIGURE in node:
        made["id"] = figures[node[FIGURE]].identity
    elif "pp:Change" in listed(made.get("type", [])):
        made["id"] = change(made)
    return made
