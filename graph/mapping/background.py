"""What we know and no article states, as JSON-LD: masthead, errata, periods, known facts."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

from graph import periods
from graph.errors import InputError
from graph.mapping import yaml_positions
from graph.mapping.article import Article, Erratum
from graph.mapping.claims import Mapped
from graph.mapping.entities import Entity
from graph.mapping.evidence import ids
from graph.mapping.facts import Facts, Node, listed


@dataclass(frozen=True)
class Background:
    """One group of facts that no article states, and where they are known from."""

    source: str
    facts: tuple[Node, ...]


def background(path: Path, facts: Facts) -> tuple[Background, ...]:
    """The groups of `background.yaml`.

    Raises InputError for an unknown term, entity or code, and for a group without a source.
    """
    written = yaml_positions.load(path)
    found = []
    for group in written["groups"]:
        if not group.get("source"):
            raise InputError("a group without source", group.place, "say where it is known from")
        found.append(
            Background(group["source"], tuple(facts.node(f, group.place) for f in group["facts"]))
        )
    return tuple(found)


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
        "oa:hasTarget": ids(*(f"spn:{stem}-{n}" for n in range(1, len(erratum.spans) + 1))),
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
            for each in listed(value):
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
