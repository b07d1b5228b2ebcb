"""From claims to quads: one named graph a claim, its evidence, the background, what follows.

The default graph is a physical copy of every named graph plus the evidence records, each triple
once, so that an ordinary query needs no GRAPH and counts nothing twice.
"""

import json
from collections.abc import Iterable, Iterator, Mapping
from typing import Any

import pyoxigraph as ox

from graph.errors import Errors, InputError
from graph.mapping import inference
from graph.mapping.background import Background, known
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
)
from graph.rdf.vocabulary import Vocabulary


def parse(graph: Iterable[Node], context: Mapping[str, Any]) -> list[ox.Quad]:
    """The quads of these JSON-LD nodes; `facts` of a claim are its named graph."""
    text = json.dumps({**context, "@graph": list(graph)}, ensure_ascii=False)
    return list(ox.parse(text, format=ox.RdfFormat.JSON_LD))


def _named(quads: Iterable[ox.Quad], graph: ox.NamedNode) -> Iterator[ox.Quad]:
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


def check_names(quads: Iterable[ox.Quad], registry: Mapping[str, Entity]) -> None:
    """Check that every registered thing in these quads is called what the registry calls it.

    Raises InputError naming every row of the registry that is not.
    """
    quads = list(quads)
    labels = _labels(quads)
    present = {q.subject for q in quads} | {q.object for q in quads}
    errors = Errors()
    for name, entity in registry.items():
        iri = expand(name)
        if iri in present and normalised(entity.zh) not in labels.get(iri, set()):
            called = ", ".join(sorted(labels.get(iri, set())))
            remedy = f"state `rdfs:label: {{zh: {entity.zh}}}` in a claim, or correct the row"
            if not called:
                remedy += "; what no article prints is labelled in graph/background.yaml"
            errors.report(
                InputError(
                    f"{name} is registered as {entity.zh!r} but the claims call it "
                    f"{called or 'nothing'}",
                    entity.place,
                    remedy,
                )
            )
    errors.refuse()


def assemble(
    mapped: Iterable[Mapped],
    groups: Iterable[Background],
    registry: Mapping[str, Entity],
    vocabulary: Vocabulary,
) -> tuple[ox.Quad, ...]:
    """Every quad of the dataset, sorted, each once; no blank node among them.

    Raises InputError when a registered thing goes by another name than its own.
    """
    mapped = list(mapped)
    context = vocabulary.context()
    told = parse((node for each in mapped for node in evidence(each)), context)
    claims = {q for q in told if q.graph_name != DEFAULT}
    records = {q for q in told if q.graph_name == DEFAULT}
    back = set(_named(parse(known(mapped, groups, registry), context), BACKGROUND))
    terms = set(_named_things(vocabulary.ontology, ONTOLOGY_GRAPH))
    codes = set(_named_things(vocabulary.concepts, CONCEPTS_GRAPH))
    check_names(claims | back, registry)
    stated = {q.triple for q in claims | back | records}
    inferred = inference.infer(stated, vocabulary.ontology)
    named = claims | back | terms | codes | set(_named_things(inferred, INFERRED))
    default = records | {ox.Quad(q.subject, q.predicate, q.object, DEFAULT) for q in named}
    return tuple(sorted(named | default, key=str))
