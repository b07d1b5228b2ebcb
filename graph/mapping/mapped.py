"""An article mapped whole: its claims, their figures named, every number, date and link proven."""

from collections.abc import Collection, Iterator
from dataclasses import dataclass
from pathlib import Path

from graph.errors import Errors, Place
from graph.mapping import claim_reader, figures, genre, links
from graph.mapping.article import Article
from graph.mapping.claim_reader import Read
from graph.mapping.claims import Claim
from graph.mapping.facts import DATES, FIGURE, Facts, Node, listed
from graph.mapping.figures import Whole
from graph.mapping.links import Link
from graph.mapping.short.claims import MAPPER
from graph.mapping.verification import Dated, Proofs, prove_date, prove_number, prove_reading
from graph.mapping.yaml_positions import Text
from graph.rdf.vocabulary import Vocabulary

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


@dataclass(frozen=True)
class _Prover:
    """Proves the numbers and dates of claims.

    `whole` is what the pieces of figures say together, as far as the claims could be read.
    """

    article: Article
    facts: Facts
    whole: Whole
    proofs: Proofs

    def prove(self, claim: Claim, errors: Errors) -> None:
        """Take note of each number and each date of a claim that its words do not say."""
        section = self.article.section[claim.passages[0].section]
        frame = "\n".join([self.article.title, *(p.text for p in section.paragraphs)])
        signs = self.facts.vocabulary.signs
        for slug, words in claim.readings.items():
            read = Dated(
                {}, self.article.issued, claim.quote, frame, claim.readings, claim.inferred,
                words.place,
            )  # fmt: skip
            with errors.kept():
                prove_reading(read, slug, words)
        for node in claim.nodes:
            if node["id"].startswith(FIGURE) and node["id"] not in self.whole:
                continue
            # A piece that gives neither value nor words leaves them to the other pieces.
            silent = node["id"] in self.whole and not {"pp:value", "pp:valueText"} & node.keys()
            entire = self.whole.get(node["id"], {}) | node
            if "pp:Observation" in node.get("type", ()) and not silent:
                with errors.kept():
                    prove_number(entire, claim.quote, signs, claim.place, self.proofs)
            dated = Dated(
                entire, self.article.issued, claim.quote, frame, claim.readings,
                claim.inferred, claim.place,
            )  # fmt: skip
            for name, slug in _dates(node):
                with errors.kept():
                    prove_date(dated, name, slug, self.proofs)


def _fitting(
    article: Article, code: str, place: Place, vocabulary: Vocabulary, errors: Errors
) -> None:
    """Note a voice or a type of section that the genre cannot have."""
    if code in vocabulary.codes:  # an unknown one is told where codes are looked up
        with errors.kept():
            genre.unfit(article.genre, code, place, vocabulary.related)


def masthead(article: Article, facts: Facts, errors: Errors) -> None:
    """Take note of what article.yaml names undeclared, and of what its genre cannot have."""
    vocabulary = facts.vocabulary
    if isinstance(article.publisher, Text) and article.publisher not in facts.registry:
        facts.report(facts.unknown(article.publisher))
    if article.document is not None:
        facts.known(article.document)
    facts.known(article.genre, vocabulary.scheme(("pp:Article",), "dcterms:type"))
    for section in article.sections:
        facts.known(section.type, vocabulary.scheme(("pp:Section",), "dcterms:type"))
        _fitting(article, section.type, section.type.place, vocabulary, errors)
        if section.author is not None:
            facts.known(section.author)
    for erratum in article.errata:
        facts.known(erratum.confidence, vocabulary.scheme(("pp:Claim",), "pp:confidence"))
    if article.mapped is not None and article.mapped.person is not None:
        facts.known(article.mapped.person)


def load(folder: Path, article: Article, facts: Facts) -> Mapped:
    """The mapping of an article, proven against its source; writes nothing.

    All that is wrong is reported to `facts.report`, the proofs of what could be read with it, and
    what was returned is then no mapping to publish. Raises InputError for a file that cannot be
    read, and what is wrong with figures or links.
    """
    errors = Errors()
    masthead(article, facts, errors)
    return proven(article, facts, claim_reader.read(folder, article, facts), errors)


def proven(
    article: Article, facts: Facts, read: Read, errors: Errors,
    among: Collection[str] | None = None,
) -> Mapped:  # fmt: skip
    """Claims that were read, proven; `among` names those to prove, over the figures of all.

    `errors` holds what is wrong with the article already. All of it is reported to `facts.report`.
    """
    proofs, claims = Proofs(), read.claims
    whole: Whole = {}
    # A figure or a link may rest on a claim that could not be read: it is judged when all can.
    with errors.kept():
        whole = figures.wholes(claims) if read.entire else {}
    prover = _Prover(article, facts, whole, proofs)
    for claim in claims:
        if among is not None and claim.name not in among:
            continue
        prover.prove(claim, errors)
        if claim.voice != MAPPER:
            _fitting(article, claim.voice, claim.place, facts.vocabulary, errors)
    named, found = claims, tuple[Link, ...]()
    if read.entire and not errors.found:
        with errors.kept():
            named = figures.named(claims, whole, article.slug)
            found = links.prove(named, facts, among)
    for error in errors.found:
        facts.report(error)
    return Mapped(article, tuple(sorted(named, key=lambda c: c.name)), proofs, found)
