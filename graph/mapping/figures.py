"""Figures told in pieces: one observation, though a claim prints its value and another its period.

A node with `figure: NAME` tells part of an observation. All nodes of that name in an article are
one observation, whose IRI follows from what they say together.
"""

from collections.abc import Iterable, Mapping
from dataclasses import replace
from typing import Any

from graph.errors import InputError
from graph.mapping.claims import Claim
from graph.mapping.facts import FIGURE, OBSERVATION_KEY, Node, change, listed, nodes, observation

Whole = Mapping[str, Node]
"""The temporary name of a figure → everything its pieces say that tells it apart."""


def _pieces(claims: Iterable[Claim]) -> Iterable[tuple[Claim, Node]]:
    for claim in claims:
        for fact in claim.facts:
            for node in nodes(fact):
                if node["id"].startswith(FIGURE):
                    yield claim, node


def wholes(claims: Iterable[Claim]) -> Whole:
    """What the pieces of each figure say together.

    Raises InputError when two pieces disagree, and for a figure whose words no claim gives.
    """
    found: dict[str, Node] = {}
    printed: dict[str, bool] = {}
    last: dict[str, Claim] = {}
    for claim, node in _pieces(claims):
        name, whole = node["id"], found.setdefault(node["id"], {})
        last[name] = claim
        printed[name] = printed.get(name, False) or "pp:valueText" in node
        for key in OBSERVATION_KEY:
            if key in node and whole.setdefault(key, node[key]) != node[key]:
                raise InputError(
                    f"the figure {name.removeprefix(FIGURE)!r} has two values of {key}",
                    claim.place,
                    "correct one, or give the other figure a name of its own",
                )
    for name in found:
        if not printed[name]:
            raise InputError(
                f"no claim gives the words of the figure {name.removeprefix(FIGURE)!r}",
                last[name].place,
                "state its valueText in the claim that quotes it",
            )
    return found


def _renamed(value: Any, names: Mapping[str, str]) -> Any:
    if isinstance(value, list):
        return [_renamed(each, names) for each in value]
    if not isinstance(value, dict) or "id" not in value:
        return value
    node = {key: _renamed(each, names) for key, each in value.items()}
    node["id"] = names.get(value["id"], value["id"])
    if "pp:Change" in listed(node.get("type", [])):
        node["id"] = change(node)
    return node


def named(claims: Iterable[Claim], figures: Whole) -> tuple[Claim, ...]:
    """The claims with every figure under its final name."""
    names = {name: observation(whole) for name, whole in figures.items()}
    return tuple(
        replace(claim, facts=tuple(_renamed(fact, names) for fact in claim.facts))
        for claim in claims
    )
