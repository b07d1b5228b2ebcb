"""What we know and no article states, as JSON-LD: masthead, errata, periods, known facts."""

import datetime as dt
import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

from graph import periods
from graph.errors import Errors, InputError
from graph.mapping import yaml_positions
from graph.mapping.article import Article, Conflict, Erratum
from graph.mapping.entities import Entity
from graph.mapping.evidence import ids, integer
from graph.mapping.facts import Facts, Node, listed
from graph.mapping.genre import PRESS
from graph.mapping.mapped import Mapped
from graph.mapping.sections import called
from graph.mapping.yaml_positions import Mapping as Written
from graph.mapping.yaml_positions import entries, only, required, word

_PLAIN_TEXT = "https://www.iana.org/assignments/media-types/text/plain"
_PLAN = "act:plan-mapping-2"
"""The plan that the mapper follows: docs/mapping.md."""
_OWN_TITLE = re.compile("［.+］")
"""A title of ours, for a graphic that prints none."""
_RENDERED = "English renderings of what articles print: translated for this graph"
_HOW = {
    "copy": "read in a copy",
    "excerpt": "seen only as an excerpt among the results of a search",
    "memory": "cited from memory and not opened for this graph",
    "own": "stated by this graph itself",
}
"""How a source was read, and what is said of it wherever it is cited."""


@dataclass(frozen=True)
class Background:
    """One group of facts that no article states, and where they are known from.

    `source` says how and when it was read, where that is told.
    """

    source: str
    facts: tuple[Node, ...]


def background(path: Path, facts: Facts) -> tuple[Background, ...]:
    """The groups of `background.yaml`.

    Raises InputError for every unknown term, entity or code, for a group without a source, and for
    one that is said to have been seen in a way or on a day that is none.
    """
    written = yaml_positions.load(path)
    found, errors = [], Errors()
    only(written, {"groups"}, "background.yaml")
    for group in entries(written, "groups"):
        with errors.kept():
            only(group, {"source", "seen", "facts"}, "a group")
            source, nodes = word(group, "source") + _seen(group), []
            for fact in entries(group, "facts"):
                with errors.kept():
                    nodes.append(facts.node(fact, group.place))
            found.append(Background(source, tuple(nodes)))
    errors.refuse()
    return tuple(found)


def _seen(group: Written) -> str:
    """How and when the source of a group was read, in words to be put after it."""
    if "seen" not in group:
        return ""
    seen = required(group, "seen")
    only(seen, {"as", "of", "on"}, "seen")
    how = word(seen, "as")
    if how not in _HOW:
        raise InputError(f"seen as {str(how)!r}", how.place, f"use one of: {', '.join(_HOW)}")
    found = f"; {_HOW[how]}"
    found += f", {word(seen, 'of')}," if "of" in seen else ""
    if "on" not in seen:
        return found.removesuffix(",")
    day = word(seen, "on")
    try:
        dt.date.fromisoformat(day)
    except ValueError:
        raise InputError(f"no day: {str(day)!r}", day.place, "write it as 2021-01-31") from None
    return f"{found} on {day}"


def _masthead(article: Article) -> Iterator[Node]:
    name = f"art:{article.slug}"
    node: Node = {
        "id": name,
        "dcterms:publisher": {"id": article.publisher},
        "dcterms:issued": {"@value": article.issued, "@type": "xsd:date"},
        "rdfs:label": called(article.title, article.gloss),
    }
    if article.page:
        node["schema:printPage"] = article.page
    if article.document is not None:
        node["pp:prints"] = {"id": article.document}
    if article.genre != PRESS:
        node["dcterms:type"] = {"id": article.genre}
    yield node
    if article.reprint:
        yield {"id": str(article.reprint), "prov:wasDerivedFrom": {"id": name}}
    yield {
        "id": f"src:{article.slug}",
        "type": "pp:SourceFile",
        "prov:wasDerivedFrom": {"id": f"art:{article.slug}"},
        "schema:sha256": article.sha256,
        "dcat:mediaType": {"id": _PLAIN_TEXT},
    }
    for section in article.sections:
        # A scan has no order: the reading order is the editor's, who wrote article.yaml. So is a
        # title in brackets, which nobody printed and no claim can state.
        own = (
            {"dcterms:title": {"zh": section.title}} if _OWN_TITLE.fullmatch(section.title) else {}
        )
        yield {
            "id": f"sec:{article.slug}-{section.slug}",
            "pp:sequence": integer(section.sequence),
            "rdfs:label": called(section.title, section.gloss),
        } | own
    yield _mapping(article)


def _mapping(article: Article) -> Node:
    """The activity that made the claims of an article, by which plan, and when."""
    name = article.gloss or article.slug
    node: Node = {
        "id": f"act:mapping-{article.slug}",
        "type": "prov:Activity",
        "rdfs:label": {"en": f"Mapping of {name}", "zh": f"{article.slug} 的映射"},
        "prov:used": ids(f"art:{article.slug}", _PLAN),
        "prov:wasAssociatedWith": {"id": "agt:policyprov"},
    }
    work = article.mapped
    if work is None:
        return node
    if work.person:
        node["prov:wasAssociatedWith"] = ids("agt:policyprov", work.person)
    # Days are told, so the first second of the first and the last of the last; without a zone, the
    # one spelling that every engine keeps.
    times = {
        "prov:startedAtTime": f"{work.begun}T00:00:00",
        "prov:endedAtTime": f"{work.ended}T23:59:59",
    }
    return node | {name: {"@value": time, "@type": "xsd:dateTime"} for name, time in times.items()}


def _ours() -> Iterator[Node]:
    """Who maps, and by which plan."""
    yield {
        "id": "agt:policyprov",
        "type": ["prov:SoftwareAgent", "schema:SoftwareApplication"],
        "rdfs:label": {"en": "policyprov", "zh": "policyprov"},
    }
    yield {
        "id": _PLAN,
        "type": "prov:Plan",
        "rdfs:label": {"en": "How an article becomes triples, format 2", "zh": "映射规程（第2版）"},
    }


def _conflict(number: int, conflict: Conflict, each: Mapped) -> Node:
    """What cannot all be true, as an assessment of the claims that say it."""
    stating = [c.name for c in each.claims if set(c.records) & set(conflict.records)]
    if len(stating) < 2:
        raise InputError(
            f"{len(stating)} claims cover {', '.join(conflict.records)}",
            conflict.comment.place,
            "name records of inventory.csv that two claims or more cover",
        )
    return {
        "id": f"err:{each.article.slug}-conflict-{number}",
        "type": "oa:Annotation",
        "rdfs:comment": dict(conflict.comment),
        "oa:motivatedBy": {"id": "oa:assessing"},
        "oa:hasTarget": ids(*stating),
    }


def _target(erratum: Erratum, article: Article) -> Node:
    """The slip in its file: the spans of the source that it covers."""
    stem = article.stem(erratum)
    return {
        "id": f"tgt:{stem}",
        "type": "oa:SpecificResource",
        "oa:hasSource": {"id": f"src:{article.slug}"},
        "oa:hasSelector": ids(*(f"spn:{stem}-{n}" for n in range(1, len(erratum.spans) + 1))),
    }


def _erratum(erratum: Erratum, article: Article) -> Node:
    stem = article.stem(erratum)
    node: Node = {
        "id": f"err:{stem}",
        "type": "oa:Annotation",
        "rdfs:label": {"zh": "".join(s.exact for s in erratum.spans)},
        "rdfs:comment": erratum.comment,
        "dcterms:identifier": str(erratum.record),
        "dcterms:type": {"id": str(erratum.confidence)},
        "oa:motivatedBy": {"id": "oa:editing"},
        "oa:hasTarget": {"id": f"tgt:{stem}"},
    }
    return node | ({"oa:bodyValue": str(erratum.reading)} if erratum.reading else {})


def _period(slug: str) -> Iterator[Node]:
    """A period with its days, once as dates of DCAT and once as instants of OWL-Time."""
    period = periods.parse(slug)
    node: Node = {
        "id": f"per:{slug}",
        "type": "pp:Period",
        "rdfs:label": {"zh": period.label_zh, "en": period.label_en},
    }
    if period.end is None:
        node["rdfs:comment"] = {
            "en": "Still open when the article was published.",
            "zh": "报道发表时尚未结束。",
        }
    days = {"start": period.start, "end": period.end}
    for name, property_ in (("start", "time:hasBeginning"), ("end", "time:hasEnd")):
        if day := days[name]:
            node[f"dcat:{name}Date"] = _date(day)
            node[property_] = {"id": f"ins:{day}"}
            yield _instant(day)
    yield node


def _instant(day: dt.date) -> Node:
    """A day as where a period begins or ends: one for all periods of all articles."""
    named = periods.Period(day, day)
    return {
        "id": f"ins:{day}",
        "type": "time:Instant",
        "rdfs:label": {"zh": named.label_zh, "en": named.label_en},
        "time:inXSDDate": _date(day),
    }


def _date(day: dt.date) -> Node:
    return {"@value": str(day), "@type": "xsd:date"}


def _references(node: Node) -> Iterator[str]:
    yield node["id"]
    for key, value in node.items():
        if key not in ("id", "type"):
            for each in listed(value):
                if isinstance(each, dict) and "id" in each:
                    yield from _references(each)


def of_article(each: Mapped, registry: Mapping[str, Entity]) -> Iterator[Node]:
    """What the background graph holds of an article: masthead, errata, what its claims refer to."""
    yield from _masthead(each.article)
    for erratum in each.article.errata:
        yield _erratum(erratum, each.article)
        yield _target(erratum, each.article)
    for number, conflict in enumerate(each.article.conflicts, 1):
        yield _conflict(number, conflict, each)
    used = {r for c in each.claims for f in c.facts for r in _references(f)}
    used |= {s for c in each.claims for s in c.speakers} | {each.article.publisher}
    if each.article.mapped and each.article.mapped.person:
        used.add(each.article.mapped.person)
    yield from _referred(used, registry)
    yield from (gloss for claim in each.claims for gloss in claim.glosses)


def _referred(used: Iterable[str], registry: Mapping[str, Entity]) -> Iterator[Node]:
    """The periods, and what registered things are called in English, among these names."""
    for name in sorted(used):
        if name.startswith("per:"):
            yield from _period(name[4:])
        elif (entity := registry.get(name)) and entity.en:
            yield {"id": name, "rdfs:label": {"en": entity.en}}


def shared(groups: Iterable[Background], registry: Mapping[str, Entity]) -> Iterator[Node]:
    """What the background graph holds whatever the articles: known facts, who maps, the graphs."""
    yield from _ours()
    used: set[str] = set()
    for group in groups:
        yield {"id": "gr:background", "dcterms:source": group.source}
        yield from group.facts
        used |= {r for f in group.facts for r in _references(f)}
    yield {
        "id": "gr:background",
        "type": "prov:Entity",
        "dcterms:source": _RENDERED,
        "rdfs:label": {"en": "Background knowledge", "zh": "背景知识"},
    }
    yield {
        "id": "gr:inferred",
        "type": "prov:Entity",
        "rdfs:label": {"en": "What follows from the axioms", "zh": "由公理推出的事实"},
    }
    yield from _referred(used, registry)
