"""A draft of an article: every finding worded as a claim that passes the gate, or counted out."""

from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date

from graph.draft.gate import Gate
from graph.draft.naming import Names
from graph.draft.proposal import Proposal
from graph.draft.rules.finding import Finding, Source
from graph.draft.rules.grammar import findings
from graph.draft.wording import entries, written
from graph.draft.writer import Entry, Writer
from graph.errors import InputError
from graph.mapping.article import Article
from graph.mapping.entities import Entity
from graph.rdf.vocabulary import vocabulary


@dataclass(frozen=True)
class Draft:
    """The proposals for one article, each with what its rule found, and what was dropped.

    `dropped` has the reason the gate gave for the last wording tried, None where there was no
    stretch to quote; `unregistered` are entities that the proposals name and the registry lacks.
    """

    proposals: tuple[tuple[Proposal, Finding], ...]
    dropped: tuple[tuple[Finding, InputError | None], ...]
    unregistered: tuple[Entity, ...]

    @property
    def counts(self) -> Mapping[str, int]:
        """How many proposals there are of each kind."""
        return Counter(p.kind for p, _ in self.proposals)


def _ids(found: tuple[Finding, ...]) -> Iterator[str]:
    """A name for each finding: its kind and where it starts, numbered where two start alike."""
    seen: Counter[str] = Counter()
    for each in found:
        stem = f"{each.kind.replace('_', '-')}-{each.start}"
        seen[stem] += 1
        yield stem if seen[stem] == 1 else f"{stem}-{seen[stem]}"


def _numbered(entry: Entry, used: Counter[str]) -> Entry:
    """The claim with the next number of its passage, where it is not the first on those words."""
    number = used[_passage(entry)] + 1
    head = {"records": entry["records"]} | ({"number": str(number)} if number > 1 else {})
    return head | entry


def _passage(entry: Entry) -> str:
    stated = entry["statedIn"]
    return str(stated[0] if isinstance(stated, list) else stated)


def draft(article: Article, registry: Mapping[str, Entity]) -> Draft:
    """What the rules propose for an article; the same text gives the same draft.

    Nothing is proposed that the readers and proofs of the build would refuse once the new entities
    are registered.
    """
    source = Source(article.text, date.fromisoformat(article.issued))
    found, names = findings(source), Names(registry)
    if article.publisher not in registry:
        names.of("agt", str(article.publisher), article.publisher.partition(":")[2])
    writer = Writer(article, source, found, names, vocabulary())
    kept: list[tuple[Proposal, Finding]] = []
    dropped: list[tuple[Finding, InputError | None]] = []
    used: Counter[str] = Counter()
    with Gate(article, names) as gate:
        for name, each in zip(_ids(found), found, strict=True):
            refused: InputError | None = None
            for entry in entries(writer, each):
                claim = written(_numbered(entry, used))
                quote = article.text[each.start : each.end]
                proposal = Proposal(name, each.start, each.end, quote, each.kind, each.rule, claim)
                refused = gate.refusal(proposal)
                if refused is None:
                    kept.append((proposal, each))
                    used[_passage(entry)] += 1
                    break
            else:
                dropped.append((each, refused))
    told = "".join(p.claim for p, _ in kept)
    needed = [e for n, e in names.added.items() if n in told]
    return Draft(tuple(kept), tuple(dropped), tuple(needed))
