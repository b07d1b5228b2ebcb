"""From claims to quads: one named graph a claim, its evidence, the background, what follows.

The default graph is a physical copy of every named graph plus the evidence records, each triple
once, so that an ordinary query needs no GRAPH and counts nothing twice.
"""

import json
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pyoxigraph as ox

from graph import closure, document, periods
from graph.article import Article, Erratum, Span
from graph.claims import Claim, Facts, Mapped, Node, Passage, nodes
from graph.errors import InputError
from graph.namespaces import BACKGROUND, CONCEPTS_GRAPH, DEFAULT, INFERRED, ONTOLOGY_GRAPH, expand
from graph.registry import Entity, normalised
from graph.vocabulary import Vocabulary

_RIGHTS = (
    "The quoted text is the newspaper's and is not covered by the licence of this dataset; "
    "it is cited as evidence."
)


@dataclass(frozen=True)
class Background:
    """One group of facts that no article states, and where they are known from."""

    source: str
    facts: tuple[Node, ...]


def background(path: Path, facts: Facts) -> tuple[Background, ...]:
    """The groups of `background.yaml`.

    Raises InputError for an unknown term, entity or code, and for a group without a source.
    """
    written = document.load(path)
    found = []
    for group in written["groups"]:
        if not group.get("source"):
            raise InputError("a group without source", group.place, "say where it is known from")
        found.append(
            Background(group["source"], tuple(facts.node(f, group.place) for f in group["facts"]))
        )
    return tuple(found)


def _ids(*names: str) -> list[Node]:
    return [{"id": name} for name in names]


def _integer(number: int) -> Node:
    return {"@value": str(number), "@type": "xsd:integer"}


def _span(name: str, sequence: int, span: Span) -> Node:
    return {
        "id": name,
        "type": "pp:Span",
        "pp:sequence": _integer(sequence),
        "oa:start": _integer(span.start),
        "oa:end": _integer(span.end),
        "oa:exact": span.exact,
    }


def _spans(stem: str, spans: Iterable[Span]) -> list[Node]:
    return [_span(f"spn:{stem}-{n}", n, span) for n, span in enumerate(spans, 1)]


def corrected(passage: Passage, errata: Iterable[Erratum]) -> str | None:
    """The quote with every erratum inside it read as it should be, or None if nothing differs."""
    text = passage.quote
    for erratum in errata:
        printed = "".join(span.exact for span in erratum.spans)
        if erratum.reading and erratum.section == passage.section:
            text = text.replace(printed, erratum.reading)
    return None if text == passage.quote else text


def _passage(passage: Passage, article: Article) -> Node:
    stem = passage.name.partition(":")[2]
    node: Node = {
        "id": passage.name,
        "type": "pp:Passage",
        "pp:inSection": {"id": f"sec:{article.slug}-{passage.section}"},
        "pp:quote": passage.quote,
        "pp:hasSpan": _spans(stem, passage.spans),
    }
    better = corrected(passage, article.errata)
    return node | ({"pp:correctedText": better} if better else {})


def subjects(claim: Claim) -> list[str]:
    """What a claim is about: every subject of its graph."""
    return sorted({n["id"] for fact in claim.facts for n in nodes(fact) if len(n) > 1})


def _claim(claim: Claim, article: Article) -> Node:
    return {
        "id": claim.name,
        "type": "pp:Claim",
        "rdfs:label": dict(claim.label),
        "rdfs:comment": dict(claim.comment),
        "dcterms:identifier": [str(r) for r in claim.records],
        "pp:statedIn": _ids(*(p.name for p in claim.passages)),
        "pp:voice": {"id": claim.voice},
        "pp:saidBy": _ids(*claim.speakers),
        "pp:confidence": {"id": claim.confidence},
        "pp:about": _ids(*subjects(claim)),
        "prov:wasGeneratedBy": {"id": f"act:mapping-{article.slug}"},
        "facts": list(claim.facts),
    }


def _sections(article: Article) -> Iterator[Node]:
    for section in article.sections:
        node: Node = {
            "id": f"sec:{article.slug}-{section.slug}",
            "type": "pp:Section",
            "pp:inArticle": {"id": f"art:{article.slug}"},
            "pp:sequence": _integer(section.sequence),
            "dcterms:type": {"id": section.type},
            "dcterms:title": {"zh": section.title},
        }
        yield node | ({"schema:author": {"id": section.author}} if section.author else {})


def evidence(mapped: Mapped) -> Iterator[Node]:
    """The nodes that say where an article's facts stand; a claim carries its graph as `facts`."""
    article = mapped.article
    yield {
        "id": f"art:{article.slug}",
        "type": "pp:Article",
        "dcterms:title": {"zh": article.title},
        "dcterms:rights": {"@value": _RIGHTS, "@language": "en"},
        "dcterms:identifier": f"sha256:{article.sha256}",
    }
    yield from _sections(article)
    passages = {p.name: p for claim in mapped.claims for p in claim.passages}
    yield from (_passage(p, article) for _, p in sorted(passages.items()))
    yield from (_claim(claim, article) for claim in mapped.claims)
    for erratum in article.errata:
        yield from _spans(f"{article.slug}-{erratum.record.lower()}", erratum.spans)


def _masthead(article: Article) -> Iterator[Node]:
    name = f"art:{article.slug}"
    yield {
        "id": name,
        "dcterms:publisher": {"id": article.publisher},
        "dcterms:issued": {"@value": article.issued, "@type": "xsd:date"},
        "schema:printPage": article.page,
        "dcterms:source": {"id": article.reprint},
    }
    yield {
        "id": f"act:mapping-{article.slug}",
        "type": "prov:Activity",
        "rdfs:label": {"en": f"Mapping of {article.slug}", "zh": f"{article.slug} 的映射"},
        "prov:used": {"id": name},
        "prov:wasAssociatedWith": {"id": "agt:policyprov"},
    }
    yield {
        "id": "agt:policyprov",
        "type": ["prov:Agent", "schema:SoftwareApplication"],
        "rdfs:label": {"en": "policyprov", "zh": "policyprov"},
    }


def _erratum(erratum: Erratum, article: Article) -> Node:
    stem = f"{article.slug}-{erratum.record.lower()}"
    node: Node = {
        "id": f"err:{stem}",
        "type": "oa:Annotation",
        "rdfs:label": {"zh": "".join(s.exact for s in erratum.spans)},
        "rdfs:comment": {"en": erratum.comment},
        "dcterms:identifier": str(erratum.record),
        "dcterms:type": {"id": str(erratum.confidence)},
        "oa:motivatedBy": {"id": "oa:editing"},
        "oa:hasTarget": _ids(*(f"spn:{stem}-{n}" for n in range(1, len(erratum.spans) + 1))),
    }
    return node | ({"oa:bodyValue": str(erratum.reading)} if erratum.reading else {})


def _period(slug: str) -> Node:
    period = periods.parse(slug)
    node: Node = {
        "id": f"per:{slug}",
        "type": "pp:Period",
        "rdfs:label": {"zh": period.label_zh, "en": period.label_en},
        "dcat:startDate": {"@value": str(period.start), "@type": "xsd:date"},
    }
    if period.end is None:
        return node | {"rdfs:comment": {"en": "Still open when the article was published."}}
    return node | {"dcat:endDate": {"@value": str(period.end), "@type": "xsd:date"}}


def _references(node: Node) -> Iterator[str]:
    yield node["id"]
    for key, value in node.items():
        if key not in ("id", "type"):
            for each in value if isinstance(value, list) else [value]:
                if isinstance(each, dict) and "id" in each:
                    yield from _references(each)


def known(
    mapped: Iterable[Mapped], groups: Iterable[Background], registry: Mapping[str, Entity]
) -> Iterator[Node]:
    """The nodes of the background graph: masthead, errata, periods, translations, known facts."""
    groups, mapped = list(groups), list(mapped)
    used: set[str] = set()
    for each in mapped:
        yield from _masthead(each.article)
        yield from (_erratum(e, each.article) for e in each.article.errata)
        used |= {r for c in each.claims for f in c.facts for r in _references(f)}
        used |= {s for c in each.claims for s in c.speakers} | {each.article.publisher}
    for group in groups:
        yield {"id": "gr:background", "dcterms:source": group.source}
        yield from group.facts
        used |= {r for f in group.facts for r in _references(f)}
    yield {
        "id": "gr:background",
        "type": "prov:Entity",
        "rdfs:label": {"en": "Background knowledge", "zh": "背景知识"},
    }
    yield {
        "id": "gr:inferred",
        "type": "prov:Entity",
        "rdfs:label": {"en": "What follows from the axioms", "zh": "由公理推出的事实"},
    }
    yield from (_period(name[4:]) for name in sorted(used) if name.startswith("per:"))
    for name in sorted(used & registry.keys()):
        if registry[name].en:
            yield {"id": name, "rdfs:label": {"en": registry[name].en}}


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

    Raises InputError naming the row of the registry.
    """
    quads = list(quads)
    labels = _labels(quads)
    present = {q.subject for q in quads} | {q.object for q in quads}
    for name, entity in registry.items():
        iri = expand(name)
        if iri in present and normalised(entity.zh) not in labels.get(iri, set()):
            raise InputError(
                f"{name} is registered as {entity.zh!r} but the claims call it "
                f"{', '.join(sorted(labels.get(iri, set()))) or 'nothing'}",
                entity.place,
                f"state `rdfs:label: {{zh: {entity.zh}}}` in a claim, or correct the row",
            )


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
    inferred = closure.infer(stated, vocabulary.ontology)
    named = claims | back | terms | codes | set(_named_things(inferred, INFERRED))
    default = records | {ox.Quad(q.subject, q.predicate, q.object, DEFAULT) for q in named}
    return tuple(sorted(named | default, key=str))
