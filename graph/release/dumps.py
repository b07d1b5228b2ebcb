"""The files of a release: the dataset in every format, its statements, context and words."""

import json
from collections.abc import Callable, Iterable, Iterator
from dataclasses import asdict
from pathlib import Path
from typing import Any

import pyoxigraph as ox

from graph.mapping.article import Article
from graph.mapping.links import Link
from graph.mapping.mapped import Mapped
from graph.paths import ONTOLOGY
from graph.rdf import jsonld, reification
from graph.rdf.formats import RDF_FORMATS, Format, Kind, named
from graph.rdf.namespaces import DEFAULT, PREFIXES, expand
from graph.rdf.vocabulary import Vocabulary

NAME = "policyprov"

Progress = Callable[[str], None]
"""Told the name of each step as it begins."""


def dump(dataset: Iterable[ox.Quad], fmt: Format, terms: Vocabulary) -> bytes:
    """The dataset in this format, or its default graph where the format has no graphs."""
    ordered = sorted(dataset, key=lambda q: (str(q.graph_name), str(q.triple)))
    if fmt.name == "jsonld":
        return jsonld.Writer(terms.context()).document(ordered)
    if fmt.kind is Kind.DATASET:
        return fmt.write(ordered, PREFIXES)
    return fmt.write((q.triple for q in ordered if q.graph_name == DEFAULT), PREFIXES)


def statements(dataset: Iterable[ox.Quad]) -> Iterator[ox.Triple]:
    """Triple-level provenance in plain RDF: one rdf:Statement for each fact of each claim."""
    dataset = list(dataset)
    passages: dict[ox.NamedNode, list[ox.NamedNode]] = {}
    for q in dataset:
        if q.graph_name == DEFAULT and q.predicate == expand("pp:statedIn"):
            claim, passage = q.subject, q.object
            if isinstance(claim, ox.NamedNode) and isinstance(passage, ox.NamedNode):
                passages.setdefault(claim, []).append(passage)
    for q in dataset:
        graph = q.graph_name
        if isinstance(graph, ox.NamedNode) and graph in passages:
            yield from reification.statement(q.triple, graph, passages[graph])


def files(
    dataset: Iterable[ox.Quad], terms: Vocabulary, entities: Path, progress: Progress
) -> Iterator[tuple[str, bytes]]:
    """Every file that a release offers to download, by name, before packing."""
    dataset = list(dataset)
    for fmt in RDF_FORMATS:
        progress(f"{NAME}.{fmt.suffix}")
        yield f"{NAME}.{fmt.suffix}", dump(dataset, fmt, terms)
    progress("statements.ttl")
    turtle = named("turtle")
    yield "statements.ttl", turtle.write(sorted(statements(dataset), key=str), PREFIXES)
    context = json.dumps(terms.context(), ensure_ascii=False, indent=1, sort_keys=True)
    yield "context.jsonld", context.encode() + b"\n"
    yield "entities.csv", entities.read_bytes()
    for path in sorted((*ONTOLOGY.glob("*.ttl"), *(ONTOLOGY / "examples").glob("*.t*"))):
        yield f"ontology/{path.relative_to(ONTOLOGY)}", path.read_bytes()


def texts(mapped: Iterable[Mapped]) -> Iterator[tuple[str, bytes]]:
    """What the reader shows and no dump holds, by name.

    Each article's words, their reading order, and the words that name both ends of its links.
    """
    for each in mapped:
        source = each.article
        yield f"articles/{source.slug}/article.txt", source.text.encode()
        yield f"articles/{source.slug}/reading.json", _json(_order(source))
        told = {"article": source.slug, "links": [_link(link) for link in each.links]}
        yield f"articles/{source.slug}/links.json", _json(told)


def _json(value: Any) -> bytes:
    return json.dumps(value, ensure_ascii=False).encode() + b"\n"


def _link(link: Link) -> dict[str, Any]:
    """A link by prefixed names, and where its claim's passages name its ends."""
    return {
        "claim": link.claim,
        "node": link.node,
        "subject": link.subject,
        "predicate": link.predicate,
        "object": link.object,
        "inferred": link.inferred,
        "start": [asdict(end) for end in link.start],
        "end": [asdict(end) for end in link.end],
    }


def _order(source: Article) -> dict[str, Any]:
    """The [start, end) runs of the source to read, by section and paragraph."""
    return {
        "article": source.slug,
        "sha256": source.sha256,
        "length": len(source.text),
        "sections": [
            {
                "section": f"{source.slug}-{s.slug}",
                "paragraphs": [
                    [[run.start, run.end] for run in p.spans(0, len(p.text))] for p in s.paragraphs
                ],
            }
            for s in source.sections
        ],
        "errata": [source.stem(erratum) for erratum in source.errata],
    }
