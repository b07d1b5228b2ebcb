"""Where an article's facts stand, as JSON-LD: sections, passages, spans and the claims on them."""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping

from graph.mapping.article import Article, Erratum
from graph.mapping.claims import Claim, Passage
from graph.mapping.facts import Node
from graph.mapping.mapped import Mapped
from graph.mapping.sections import Span


def ids(*names: str) -> list[Node]:
    """References to these things, by their prefixed names."""
    return [{"id": name} for name in names]


def integer(number: int) -> Node:
    """A whole number as JSON-LD writes it."""
    return {"@value": str(number), "@type": "xsd:integer"}


def _span(name: str, sequence: int, span: Span, slug: str) -> Node:
    return {
        "id": name,
        "type": "pp:Span",
        "oa:hasSource": {"id": f"src:{slug}"},
        "pp:sequence": integer(sequence),
        "oa:start": integer(span.start),
        "oa:end": integer(span.end),
        "oa:exact": span.exact,
    }


def span_nodes(stem: str, spans: Iterable[Span], slug: str) -> list[Node]:
    """The spans of a passage or an erratum, numbered in reading order."""
    return [_span(f"spn:{stem}-{n}", n, span, slug) for n, span in enumerate(spans, 1)]


def corrected(passage: Passage, errata: Iterable[Erratum]) -> str | None:
    """The quote with every erratum inside it read as it should be, or None if nothing differs."""
    text = passage.quote
    for erratum in errata:
        printed = "".join(span.exact for span in erratum.spans)
        if erratum.reading and erratum.section == passage.section:
            text = text.replace(printed, erratum.reading)
    return None if text == passage.quote else text


def _passage(passage: Passage, article: Article, speakers: Iterable[str]) -> Node:
    stem = passage.name.partition(":")[2]
    node: Node = {
        "id": passage.name,
        "type": "pp:Passage",
        "pp:inSection": {"id": f"sec:{article.slug}-{passage.section}"},
        "pp:quote": passage.quote,
        "prov:wasAttributedTo": ids(*sorted(speakers)),
        "pp:hasSpan": span_nodes(stem, passage.spans, article.slug),
    }
    better = corrected(passage, article.errata)
    return node | ({"pp:correctedText": better} if better else {})


def subjects(claim: Claim) -> list[str]:
    """What a claim is about: every subject of its graph."""
    return sorted({node["id"] for node in claim.nodes if len(node) > 1})


def _claim(claim: Claim, article: Article) -> Node:
    return {
        "id": claim.name,
        "type": "pp:Claim",
        "rdfs:label": dict(claim.label),
        "rdfs:comment": dict(claim.comment),
        "dcterms:identifier": [str(r) for r in claim.records],
        "pp:statedIn": ids(*(p.name for p in claim.passages)),
        "pp:voice": {"id": claim.voice},
        "pp:saidBy": ids(*claim.speakers),
        "pp:confidence": {"id": claim.confidence},
        "pp:about": ids(*subjects(claim)),
        "prov:wasAttributedTo": {"id": "agt:policyprov"},
        "prov:wasGeneratedBy": {"id": f"act:mapping-{article.slug}"},
        "facts": claim.printed,
    }


def _sections(article: Article) -> Iterator[Node]:
    for section in article.sections:
        node: Node = {
            "id": f"sec:{article.slug}-{section.slug}",
            "type": "pp:Section",
            "pp:inArticle": {"id": f"art:{article.slug}"},
            "dcterms:type": {"id": section.type},
            "dcterms:title": {"zh": section.title},
        }
        yield node | ({"schema:author": {"id": section.author}} if section.author else {})


def _speakers(claims: Iterable[Claim]) -> Mapping[str, set[str]]:
    """Passage → whose words it renders; an inference of ours has no say in it."""
    found: dict[str, set[str]] = defaultdict(set)
    for claim in claims:
        for passage in () if claim.inferred else claim.passages:
            found[passage.name].update(claim.speakers)
    return found


def evidence(mapped: Mapped) -> Iterator[Node]:
    """The nodes that say where an article's facts stand; a claim carries its graph as `facts`."""
    article = mapped.article
    yield {
        "id": f"art:{article.slug}",
        "type": "pp:Article",
        "dcterms:title": {"zh": article.title},
        "dcterms:rights": [
            {"@value": words, "@language": language} for language, words in article.rights.items()
        ],
    }
    yield from _sections(article)
    passages = {p.name: p for claim in mapped.claims for p in claim.passages}
    speakers = _speakers(mapped.claims)
    for name, each in sorted(passages.items()):
        yield _passage(each, article, speakers.get(name, ()))
    yield from (_claim(claim, article) for claim in mapped.claims)
    for erratum in article.errata:
        yield from span_nodes(article.stem(erratum), erratum.spans, article.slug)
