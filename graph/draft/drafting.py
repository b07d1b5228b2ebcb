"""A draft of an article: every finding worded as a claim that passes the gate, or counted out."""

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any, Self

import yaml

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


class Drafter:
    """Makes proposals for one article, one after another, and remembers what they use up.

    `kept` are proposals that are there already. It is a context: it has a room of its own on disk.
    """

    def __init__(
        self, article: Article, registry: Mapping[str, Entity], kept: Iterable[Proposal] = ()
    ) -> None:
        self.article = article
        self.source = Source(article.text, date.fromisoformat(article.issued))
        self.findings = findings(self.source)
        self.names = Names(registry)
        if article.publisher not in registry:
            self.names.of("agt", str(article.publisher), article.publisher.partition(":")[2])
        if article.document is not None and article.document not in registry:
            self.names.of("doc", article.title, article.document.partition(":")[2])
        self.writer = Writer(article, self.source, self.findings, self.names, vocabulary())
        self._gate = Gate(article, self.names)
        self._kept = tuple(kept)
        self._ids = {each.id for each in self._kept}
        self._used = Counter(key for each in self._kept if (key := _stated(each.claim)))

    def __enter__(self) -> Self:
        self._gate.__enter__()
        return self

    def __exit__(self, *_: object) -> None:
        self._gate.close()

    def propose(self, finding: Finding) -> Proposal | InputError | None:
        """The fullest claim of a finding that the gate lets through, or what it says of the last.

        None for a finding without words to quote.
        """
        refused: InputError | None = None
        for entry in entries(self.writer, finding):
            claim = self._gate.short(written(_numbered(entry, self._used)))
            made = self.offer(finding, claim, _passage(entry))
            if isinstance(made, Proposal):
                return made
            refused = made
        return refused

    @property
    def taken(self) -> Iterator[tuple[str, int, int]]:
        """The kinds and places of what is kept."""
        return ((each.kind, each.start, each.end) for each in self._kept)

    def refusal(self, proposal: Proposal) -> InputError | None:
        """What the gate says of a proposal of this article; None when it lets it through.

        Things that the claim names and nobody registered are taken for what it calls them.
        """
        self.names.meet(proposal.claim)
        return self._gate.refusal(proposal)

    def given(self, finding: Finding, claim: str) -> Proposal | InputError:
        """The proposal of a claim that somebody else wrote, or what the gate says of it."""
        return self.offer(finding, claim, _stated(claim))

    def offer(self, finding: Finding, claim: str, passage: str) -> Proposal | InputError:
        """The proposal of a claim for a finding, if the gate lets it through, or what it says."""
        quote = self.article.text[finding.start : finding.end]
        proposal = Proposal(
            self._name(finding),
            finding.start,
            finding.end,
            quote,
            finding.kind,
            finding.rule,
            claim,
        )
        refused = self._gate.refusal(proposal)
        if refused is not None:
            return refused
        self._ids.add(proposal.id)
        self._used[passage] += 1
        return proposal

    def _name(self, finding: Finding) -> str:
        """A name for a finding: its kind and where it starts, numbered where two start alike."""
        name = stem = f"{finding.kind.replace('_', '-')}-{finding.start}"
        number = 2
        while name in self._ids:
            name, number = f"{stem}-{number}", number + 1
        return name

    def unregistered(self, proposals: Iterable[Proposal]) -> tuple[Entity, ...]:
        """The entities that these proposals name and the registry lacks."""
        told = "".join(p.claim for p in proposals)
        return tuple(e for n, e in self.names.added.items() if n in told)


def _numbered(entry: Entry, used: Counter[str]) -> Entry:
    """The claim with the next number of its passage, where it is not the first on those words."""
    number = used[_passage(entry)] + 1
    head = {"records": entry["records"]} | ({"number": str(number)} if number > 1 else {})
    return head | entry


def _passage(entry: Entry) -> str:
    """What tells the first passage of a claim: its words, section and line."""
    stated = entry["statedIn"]
    first = stated[0] if isinstance(stated, list) else stated
    return _key(first)


def _key(passage: Mapping[str, Any]) -> str:
    return "\n".join(str(passage.get(key, "")) for key in ("quote", "inSection", "line"))


def _stated(claim: str) -> str:
    """What tells the first passage of a claim that is written; nothing if that cannot be read."""
    try:
        node = yaml.compose(claim, Loader=yaml.CSafeLoader)
    except yaml.YAMLError:
        return ""
    entry = _first(node)
    if not isinstance(entry, yaml.MappingNode):
        return ""
    keys = {str(k.value): v for k, v in entry.value}
    passage = _first(keys["statedIn"]) if "statedIn" in keys else entry
    if not isinstance(passage, yaml.MappingNode):
        return ""
    return _key({str(k.value): v.value for k, v in passage.value})


def _first(node: yaml.Node | None) -> yaml.Node | None:
    """What a list starts with, or the node itself if it is none."""
    return node.value[0] if isinstance(node, yaml.SequenceNode) and node.value else node


def draft(article: Article, registry: Mapping[str, Entity], kept: Iterable[Proposal] = ()) -> Draft:
    """What the rules propose for an article, beside what is kept; the same text gives the same.

    Nothing is proposed that the readers and proofs of the build would refuse once the new entities
    are registered.
    """
    made: list[tuple[Proposal, Finding]] = []
    dropped: list[tuple[Finding, InputError | None]] = []
    with Drafter(article, registry, kept) as drafter:
        for each in drafter.findings:
            found = drafter.propose(each)
            if isinstance(found, Proposal):
                made.append((found, each))
            else:
                dropped.append((each, found))
        needed = drafter.unregistered(p for p, _ in made)
    return Draft(tuple(made), tuple(dropped), needed)
