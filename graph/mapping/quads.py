"""From claims to quads: one named graph a claim, its evidence, the background, what follows.

The default graph is a physical copy of every named graph plus the evidence records, each triple
once, so that an ordinary query needs no GRAPH and counts nothing twice.
"""

import json
from collections.abc import Collection, Container, Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from typing import Any

import pyoxigraph as ox

from graph.errors import Errors, InputError
from graph.mapping import background, inference
from graph.mapping.background import Background
from graph.mapping.entities import Entity, normalised
from graph.mapping.evidence import evidence
from graph.mapping.facts import Node
from graph.mapping.mapped import Mapped
from graph.rdf.namespaces import (
    BACKGROUND,
    CONCEPTS_GRAPH,
    DEFAULT,
    INFERRED,
    ONTOLOGY_GRAPH,
    expand,
    shorten,
)
from graph.rdf.vocabulary import Vocabulary


def parse(graph: Iterable[Node], context: Mapping[str, Any]) -> list[ox.Quad]:
    """The quads of these JSON-LD nodes; `facts` of a claim are its named graph."""
    text = json.dumps({**context, "@graph": list(graph)}, ensure_ascii=False)
    return list(ox.parse(text, format=ox.RdfFormat.JSON_LD))


def _named(quads: Iterable[ox.Quad], graph: ox.NamedNode | ox.DefaultGraph) -> Iterator[ox.Quad]:
    return (ox.Quad(q.subject, q.predicate, q.object, graph) for q in quads)


def _named_things(triples: Iterable[ox.Triple], graph: ox.NamedNode) -> Iterator[ox.Quad]:
    """Triples without blank nodes: axioms that need them stay in the ontology's own file."""
    for t in triples:
        if not isinstance(t.subject, ox.BlankNode) and not isinstance(t.object, ox.BlankNode):
            yield ox.Quad(t.subject, t.predicate, t.object, graph)


def _labels(quads: Iterable[ox.Quad]) -> dict[ox.NamedNode, set[str]]:
    found: dict[ox.NamedNode, set[str]] = {}
    for q in quads:
        if (
            q.predicate == expand("rdfs:label")
            and isinstance(q.object, ox.Literal)
            and isinstance(q.subject, ox.NamedNode)
            and q.object.language == "zh"
        ):
            found.setdefault(q.subject, set()).add(normalised(q.object.value))
    return found


def called(quads: Iterable[ox.Quad], names: Container[str]) -> dict[str, list[str]]:
    """What these quads call each of these prefixed names that they speak of, in Chinese."""
    quads = list(quads)
    labels = _labels(quads)
    present = {term for q in quads for term in (q.subject, q.object)}
    found = {shorten(term.value): term for term in present if isinstance(term, ox.NamedNode)}
    return {name: sorted(labels.get(iri, ())) for name, iri in found.items() if name in names}


def check_names(
    called: Iterable[tuple[str, Collection[str]]], registry: Mapping[str, Entity]
) -> None:
    """Check that every registered thing is called what the registry calls it.

    `called` tells what each thing in the data is called. Raises InputError naming every row of the
    registry that is not.
    """
    errors = Errors()
    for name, names in called:
        entity = registry.get(name)
        if entity is not None and normalised(entity.zh) not in names:
            told = ", ".join(sorted(names))
            remedy = f"state `rdfs:label: {{zh: {entity.zh}}}` in a claim, or correct the row"
            if not told:
                remedy += "; what no article prints is labelled in graph/background.yaml"
            errors.report(
                InputError(
                    f"{name} is registered as {entity.zh!r} but the claims call it "
                    f"{told or 'nothing'}",
                    entity.place,
                    remedy,
                )
            )
    errors.refuse()


@dataclass(frozen=True)
class Stated:
    """What is stated: `facts` in their named graphs, and the `records` of where they stand."""

    facts: frozenset[ox.Quad]
    records: frozenset[ox.Quad] = frozenset()

    @property
    def triples(self) -> set[ox.Triple]:
        """Every triple that is stated."""
        return {q.triple for q in self.facts | self.records}


def of_article(each: Mapped, registry: Mapping[str, Entity], vocabulary: Vocabulary) -> Stated:
    """What an article states, and what is known of it and of what it speaks of."""
    context = vocabulary.context()
    told = parse(evidence(each), context)
    known = _named(parse(background.of_article(each, registry), context), BACKGROUND)
    return Stated(
        frozenset((*(q for q in told if q.graph_name != DEFAULT), *known)),
        frozenset(q for q in told if q.graph_name == DEFAULT),
    )


def shared(
    groups: Iterable[Background], registry: Mapping[str, Entity], vocabulary: Vocabulary
) -> Stated:
    """What is known whatever the articles."""
    told = parse(background.shared(groups, registry), vocabulary.context())
    return Stated(frozenset(_named(told, BACKGROUND)))


@cache
def _terms(ontology: tuple[ox.Triple, ...], concepts: tuple[ox.Triple, ...]) -> frozenset[ox.Quad]:
    return frozenset(
        (*_named_things(ontology, ONTOLOGY_GRAPH), *_named_things(concepts, CONCEPTS_GRAPH))
    )


def terms(vocabulary: Vocabulary) -> frozenset[ox.Quad]:
    """The ontology and the code lists, each in its graph."""
    return _terms(vocabulary.ontology, vocabulary.concepts)


def inferred(triples: Iterable[ox.Triple]) -> Iterator[ox.Quad]:
    """What follows, in the graph of what follows."""
    return _named_things(triples, INFERRED)


def copied(quads: Iterable[ox.Quad]) -> Iterator[ox.Quad]:
    """These quads as the default graph has them."""
    return _named(quads, DEFAULT)


def assemble(
    mapped: Iterable[Mapped],
    groups: Iterable[Background],
    registry: Mapping[str, Entity],
    vocabulary: Vocabulary,
) -> tuple[ox.Quad, ...]:
    """Every quad of the dataset, sorted, each once; no blank node among them.

    Raises InputError when a registered thing goes by another name than its own.
    """
    stated = [of_article(each, registry, vocabulary) for each in mapped]
    stated.append(shared(groups, registry, vocabulary))
    facts = frozenset[ox.Quad]().union(*(each.facts for each in stated))
    records = frozenset[ox.Quad]().union(*(each.records for each in stated))
    check_names(called(facts, registry).items(), registry)
    follow = inference.infer(Stated(facts, records).triples, vocabulary.ontology)
    named = {*facts, *terms(vocabulary), *inferred(follow)}
    return tuple(sorted({*named, *records, *copied(named)}, key=str))
