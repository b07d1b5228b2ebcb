"""What a claim says, and what counts as a change of it.

A claim is named after the words it rests on, so a claim whose words changed is another claim: the
old one is removed and the new one added. A claim that keeps its words and says something else, or
is read with another voice or confidence, is changed.
"""

from collections.abc import Mapping
from dataclasses import dataclass

import pyoxigraph as ox

from graph.rdf.namespaces import expand, turtle

QUADS = "policyprov.nq.gz"
"""The file of a release that holds everything it says."""
RECORD = {
    expand(name): name
    for name in ("pp:voice", "pp:saidBy", "pp:confidence", "pp:statedIn", "rdfs:comment")
}
"""What is said about a claim and not in it; a change of these is a change of the claim."""
LABEL = expand("rdfs:label")
_STATED = expand("pp:statedIn")


@dataclass(frozen=True)
class ClaimState:
    """One claim as it was in a release.

    `facts` are what it says and `record` is what is known about it, as lines of Turtle; `passages`
    are the IRIs of those it rests on.
    """

    iri: str
    label: Mapping[str, str]
    passages: tuple[str, ...]
    facts: frozenset[str]
    record: frozenset[str]


@dataclass(frozen=True)
class Edit:
    """A claim of both releases that reads differently; `lost` and `gained` are lines of Turtle."""

    claim: ClaimState
    lost: tuple[str, ...]
    gained: tuple[str, ...]


def line(triple: ox.Triple) -> str:
    """A triple as a line of Turtle, with the published prefixes."""
    return f"{turtle(triple.subject)} {turtle(triple.predicate)} {turtle(triple.object)} ."


def state(iri: str, said: str) -> ClaimState:
    """The claim of this IRI that says and is said to be these N-Triples."""
    labels: dict[str, str] = {}
    passages: list[str] = []
    facts: set[str] = set()
    record: set[str] = set()
    for triple in (quad.triple for quad in ox.parse(said, format=ox.RdfFormat.N_TRIPLES)):
        about, thing = triple.subject == ox.NamedNode(iri), triple.object
        if about and triple.predicate == LABEL and isinstance(thing, ox.Literal):
            labels[thing.language or ""] = thing.value
        elif about and triple.predicate in RECORD:
            record.add(line(triple))
            if triple.predicate == _STATED and isinstance(thing, ox.NamedNode):
                passages.append(thing.value)
        else:
            facts.add(line(triple))
    return ClaimState(
        iri=iri,
        label={tag: text for tag, text in sorted(labels.items()) if tag},
        passages=tuple(sorted(passages)),
        facts=frozenset(facts),
        record=frozenset(record),
    )


def edit(old: ClaimState, new: ClaimState) -> Edit:
    """What a claim lost and gained; nothing where only its label is another."""
    before, after = old.facts | old.record, new.facts | new.record
    return Edit(new, tuple(sorted(before - after)), tuple(sorted(after - before)))
