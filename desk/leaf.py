"""The text of an article as the page shows it: in reading order, each run with what covers it."""

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass

from desk.blocks import Blocks, body
from desk.form import Form, read
from graph.draft.proposal import Proposal
from graph.errors import InputError, Place
from graph.mapping.article import Article
from graph.mapping.links import Link
from graph.mapping.sections import Paragraph, Section, Span
from graph.mapping.yaml_positions import Text

_STOP = re.compile(r"[^。！？；]*(?:[。！？；]+[”’」』）]*|$)")


@dataclass(frozen=True)
class Run:
    """A stretch of text under the same claims and proposals; `at` is its first source offset."""

    text: str
    at: int
    claims: tuple[int, ...]
    proposals: tuple[str, ...]


@dataclass(frozen=True)
class Sentence:
    """A sentence of a paragraph as runs, and whether no claim rests on any of its words."""

    runs: tuple[Run, ...]
    bare: bool

    @property
    def text(self) -> str:
        """Its words."""
        return "".join(run.text for run in self.runs)


@dataclass(frozen=True)
class Leaf:
    """A section with its sentences, paragraph by paragraph."""

    slug: str
    title: str
    paragraphs: tuple[tuple[Sentence, ...], ...]


def _quotes(form: Form) -> Iterator[tuple[str, str | None, int | None]]:
    for passage in form.passages:
        quotes = passage.get("quote") or []
        lines = passage.get("line") or []
        quotes = quotes if isinstance(quotes, list) else [quotes]
        lines = lines if isinstance(lines, list) else [lines]
        for number, quote in enumerate(quotes):
            line = lines[number] if number < len(lines) and str(lines[number]).isdecimal() else None
            yield str(quote), passage.get("inSection"), int(line) if line else None


def spans(article: Article, form: Form) -> tuple[Span, ...]:
    """Where the quotes of a claim stand; one that is not found, or found twice, has no place."""
    found: list[Span] = []
    for words, section, line in _quotes(form):
        text = Text(words)
        text.place = Place(article.slug)
        try:
            found += article.resolve(text, section, line)[1]
        except InputError:
            continue  # the proofs say it, with its line and remedy
    return tuple(found)


def covered(article: Article, blocks: Blocks) -> Mapping[int, tuple[Span, ...]]:
    """Each claim's place in the file → where its words stand."""
    found = {}
    for index, entry in enumerate(blocks.entries):
        try:
            found[index] = spans(article, read(body(entry)))
        except InputError:
            found[index] = ()
    return found


def leaves(
    article: Article, claims: Mapping[int, Iterable[Span]], proposals: Iterable[Proposal]
) -> tuple[Leaf, ...]:
    """The article in reading order, section by section."""
    by_claim: list[tuple[int, ...]] = [()] * (len(article.text) + 1)
    for index, places in claims.items():
        for span in places:
            for offset in range(span.start, span.end):
                by_claim[offset] = (*by_claim[offset], index)
    by_proposal: list[tuple[str, ...]] = [()] * (len(article.text) + 1)
    for proposal in proposals:
        for offset in range(max(proposal.start, 0), min(proposal.end, len(article.text))):
            by_proposal[offset] = (*by_proposal[offset], proposal.id)
    return tuple(_leaf(section, by_claim, by_proposal) for section in article.sections)


def _leaf(
    section: Section, claims: list[tuple[int, ...]], proposals: list[tuple[str, ...]]
) -> Leaf:
    found = tuple(
        tuple(_sentence(p, start, end, claims, proposals) for start, end in _sentences(p.text))
        for p in section.paragraphs
    )
    return Leaf(section.slug, section.title, found)


def _sentences(text: str) -> Iterator[tuple[int, int]]:
    for match in _STOP.finditer(text):
        if match.end() > match.start():
            yield match.span()


def _sentence(
    paragraph: Paragraph, start: int, end: int,
    claims: list[tuple[int, ...]], proposals: list[tuple[str, ...]],
) -> Sentence:  # fmt: skip
    runs: list[Run] = []
    for i in range(start, end):
        at = paragraph.offsets[i]
        last = runs[-1] if runs else None
        joined = last and last.at + len(last.text) == at
        if last and joined and (last.claims, last.proposals) == (claims[at], proposals[at]):
            runs[-1] = Run(last.text + paragraph.text[i], last.at, last.claims, last.proposals)
        else:
            runs.append(Run(paragraph.text[i], at, claims[at], proposals[at]))
    return Sentence(tuple(runs), not any(run.claims for run in runs))


def bare(found: Iterable[Leaf]) -> tuple[int, int]:
    """How many sentences no claim rests on, and how many there are."""
    sentences = [s for leaf in found for paragraph in leaf.paragraphs for s in paragraph]
    return sum(s.bare for s in sentences), len(sentences)


def ends(links: Iterable[Link]) -> Iterator[Mapping[str, object]]:
    """The links of a claim with the words of both ends and where they stand in the source."""
    for link in links:
        yield {
            "subject": link.subject, "predicate": link.predicate, "object": link.object,
            "inferred": link.inferred,
            "start": [{"words": e.words, "how": e.how, "runs": e.runs} for e in link.start],
            "end": [{"words": e.words, "how": e.how, "runs": e.runs} for e in link.end],
        }  # fmt: skip
