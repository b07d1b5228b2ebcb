"""Figures told in pieces: one observation, though a claim prints its value and another its period.

A node with `figure: NAME` tells part of an observation. All nodes of that name in an article are
one observation, whose IRI follows from what they say together.
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from functools import reduce
from typing import Any

from graph.errors import Errors, InputError, Place
from graph.mapping.claims import Claim
from graph.mapping.facts import (
    FIGURE,
    OBSERVATION_KEY,
    Node,
    anchored,
    change,
    key_part,
    listed,
    observation,
)

Whole = Mapping[str, Node]
"""The temporary name of a figure → everything its pieces say that tells it apart."""


@dataclass(frozen=True)
class Figure:
    """What some pieces of a figure say together.

    `key` holds each property that tells an observation apart, as JSON-LD, with the place of the
    claim that states it; `worded` says whether any claim gives the printed words, `valued` whether
    a claim other than the mapper's gives the value.
    """

    name: str
    key: Mapping[str, tuple[Any, Place]]
    worded: bool
    valued: bool
    place: Place


def piece(node: Node, claim: Claim) -> Figure:
    """What one node of a claim says of its figure."""
    return Figure(
        name=node["id"],
        key={name: (node[name], claim.place) for name in OBSERVATION_KEY if name in node},
        worded="pp:valueText" in node,
        valued="pp:value" in node and not claim.inferred,
        place=claim.place,
    )


def merge(one: Figure, other: Figure) -> Figure:
    """What two groups of pieces say together, in whatever order and grouping they are merged.

    Raises InputError when they disagree, at the later place.
    """
    key: dict[str, tuple[Any, Place]] = {}
    for name in sorted(one.key.keys() | other.key.keys()):
        stated = [figure.key[name] for figure in (one, other) if name in figure.key]
        stated.sort(key=lambda each: _order(each[1]))
        (first, at), (last, place) = stated[0], stated[-1]
        if key_part(first) != key_part(last):
            raise InputError(
                f"the figure {one.name.removeprefix(FIGURE)!r} has two values of {name}: "
                f"{key_part(first)} at {at}, and {key_part(last)}",
                place,
                "correct one, or give the other figure a name of its own",
            )
        key[name] = first, at
    place = min(one.place, other.place, key=_order)
    worded, valued = one.worded or other.worded, one.valued or other.valued
    return Figure(one.name, key, worded, valued, place)


def _order(place: Place) -> tuple[str, int, int]:
    return place.file, place.line, place.column


def _pieces(claims: Iterable[Claim]) -> Iterator[Figure]:
    for claim in claims:
        for node in claim.nodes:
            if node["id"].startswith(FIGURE):
                yield piece(node, claim)


def wholes(claims: Iterable[Claim]) -> Whole:
    """What the pieces of each figure say together.

    Raises InputError when two pieces disagree, for a figure whose words no claim gives, and for one
    whose value only the mapper gives.
    """
    of: dict[str, list[Figure]] = {}
    for each in _pieces(claims):
        of.setdefault(each.name, []).append(each)
    found, errors = [], Errors()
    for pieces in of.values():
        with errors.kept():
            found.append(reduce(merge, pieces))
    for figure in found:
        if not figure.worded or ("pp:value" in figure.key and not figure.valued):
            errors.report(
                InputError(
                    f"no claim gives the {'value' if figure.worded else 'words'} of the figure "
                    f"{figure.name.removeprefix(FIGURE)!r} as printed",
                    figure.place,
                    "state its value and valueText in the claim that quotes it",
                )
            )
    errors.refuse()
    return {f.name: {key: value for key, (value, _) in f.key.items()} for f in found}


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


def _apart(claims: Iterable[Claim], figures: Whole, names: Mapping[str, str]) -> None:
    """Refuse figures told in two places as one that neither a period nor a name makes one."""
    told: dict[str, dict[str, Place]] = {}
    for claim in claims:
        for node in claim.nodes:
            if "pp:Observation" in node.get("type", ()) and not anchored(
                figures.get(node["id"], node)
            ):
                figure = node["id"] if node["id"] in figures else claim.passages[0].name
                told.setdefault(names.get(node["id"], node["id"]), {}).setdefault(
                    figure, claim.place
                )
    errors = Errors()
    for tellings in told.values():
        first, *others = tellings.values()
        for place in others:
            errors.report(
                InputError(
                    f"two figures would be one: this and the one of {first}",
                    place,
                    "say when and of what (during:, asOf:, scope:), or give both one figure: name "
                    "if they are one",
                )
            )
    errors.refuse()


def named(claims: Iterable[Claim], figures: Whole, article: str) -> tuple[Claim, ...]:
    """The claims of an article with every figure under its final name.

    Raises InputError where two figures would become one that neither says when or of what.
    """
    claims = tuple(claims)
    names = {name: observation(whole, article) for name, whole in figures.items()}
    _apart(claims, figures, names)
    return tuple(
        replace(claim, facts=tuple(_renamed(fact, names) for fact in claim.facts))
        for claim in claims
    )
