"""An article mapped whole: its claims, their figures named, every number, date and link proven."""

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from graph.mapping import claims as written
from graph.mapping import figures, links
from graph.mapping.article import Article
from graph.mapping.claims import Claim
from graph.mapping.facts import DATES, Facts, Node, listed
from graph.mapping.figures import Whole
from graph.mapping.links import Link
from graph.mapping.verification import Dated, Proofs, prove_date, prove_number

_PERIODS = (
    "pp:during", "pp:basePeriod", "pp:asOf", "pp:inForce", "pp:deadline", "org:memberDuring",
    *DATES,
)  # fmt: skip


@dataclass(frozen=True)
class Mapped:
    """An article's claims in the order of their IRIs, and what was proven of them."""

    article: Article
    claims: tuple[Claim, ...]
    proofs: Proofs
    links: tuple[Link, ...]


def _dates(node: Node) -> Iterator[tuple[str, str]]:
    for name in _PERIODS:
        for value in listed(node.get(name, [])):
            yield name, value["@value"] if "@value" in value else str(value["id"])[4:]


def _prove(claim: Claim, article: Article, facts: Facts, whole: Whole, proofs: Proofs) -> None:
    section = article.section[claim.passages[0].section]
    frame = "\n".join(p.text for p in section.paragraphs)
    for node in claim.nodes:
        # A piece that gives neither value nor words leaves them to the other pieces.
        silent = node["id"] in whole and not {"pp:value", "pp:valueText"} & node.keys()
        entire = whole.get(node["id"], {}) | node
        if "pp:Observation" in node.get("type", ()) and not silent:
            prove_number(entire, claim.quote, facts.vocabulary.notation, claim.place, proofs)
        dated = Dated(
            entire, article.issued, claim.quote, frame, claim.readings,
            claim.inferred, claim.place,
        )  # fmt: skip
        for name, slug in _dates(node):
            prove_date(dated, name, slug, proofs)


def load(folder: Path, article: Article, facts: Facts) -> Mapped:
    """The mapping of an article, proven against its source.

    Raises InputError with file, line and remedy for the first thing that is wrong; writes nothing.
    """
    claims, proofs = written.read(folder, article, facts), Proofs()
    whole = figures.wholes(claims)
    for claim in claims:
        _prove(claim, article, facts, whole, proofs)
    named = figures.named(claims, whole)
    found = links.prove(named, facts)
    return Mapped(article, tuple(sorted(named, key=lambda c: c.name)), proofs, found)
