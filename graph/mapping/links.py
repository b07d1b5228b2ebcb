"""Links proven by words: both ends of a link are named in the passages of its claim.

A thing is named by its label, its title, an alias, or by words that the claim says mention it; a
figure by its printed wording, a change by those of both its figures. Only the mapper, whose claims
are inferred, may link what the words do not.
"""

import re
import unicodedata
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass

import pyoxigraph as ox

from graph.errors import InputError
from graph.mapping.claims import Claim, Mapped, Passage
from graph.mapping.facts import Node, listed, nodes
from graph.rdf.namespaces import DEFAULT, expand, shorten

_UNNAMED = re.compile("[\\s“”‘’「」『』《》〈〉\"']")
"""Signs that are set around a name and are no part of it."""

_KINDS = {
    "rdfs:label": "label",
    "skos:prefLabel": "label",
    "dcterms:title": "label",
    "skos:altLabel": "alias",
    "pp:valueText": "wording",
}
"""Property that names a thing → how a link is said to be proven by it."""

_SUBJECTS = frozenset({"agt", "app", "doc", "eff", "evt", "mea", "obs", "plc", "prb", "say"})
"""Kinds of things that words name; codes classify, periods are proven as dates, and the cases, the
sections and the entries of a list are told by the layout."""

_OBJECTS = _SUBJECTS | {"chg"}


@dataclass(frozen=True)
class Named:
    """Words that name an end of a link where they stand.

    `by` is label, alias, wording or mention; `runs` are the [start, end) code points of the source.
    """

    words: str
    by: str
    passage: str
    runs: tuple[tuple[int, int], ...]


@dataclass(frozen=True)
class Link:
    """A link of a claim that is not the mapper's, and the words found for each of its ends.

    An end that no words name is empty.
    """

    claim: Claim
    subject: str
    predicate: str
    object: str
    subject_words: tuple[Named, ...]
    object_words: tuple[Named, ...]

    @property
    def missing(self) -> tuple[str, ...]:
        """The ends that no words of the passages name."""
        ends = ((self.subject, self.subject_words), (self.object, self.object_words))
        return tuple(name for name, words in ends if not words)

    @property
    def error(self) -> InputError | None:
        """What is wrong with the link, where, and the remedy; None if nothing is."""
        if not self.missing:
            return None
        return InputError(
            f"no words of the passage name {' or '.join(self.missing)} of "
            f"{self.subject} {self.predicate} {self.object}",
            self.claim.place,
            "quote the sentence that names it, give its words in mention:, or move the link into a "
            "claim of the mapper with an inferred confidence",
        )


def folded(text: str) -> tuple[str, tuple[int, ...]]:
    """Text as names are compared, and the index in `text` of each of its characters.

    Compatibility variants are one character; blanks and the signs set around names are left out.
    """
    found: list[str] = []
    at: list[int] = []
    for index, character in enumerate(text):
        if not _UNNAMED.match(character):
            plain = unicodedata.normalize("NFKC", character)
            found.append(plain)
            at += [index] * len(plain)
    return "".join(found), tuple(at)


def _runs(offsets: Iterable[int | None]) -> tuple[tuple[int, int], ...]:
    runs: list[list[int]] = []
    for offset in offsets:
        if offset is None:
            continue
        if runs and runs[-1][1] == offset:
            runs[-1][1] = offset + 1
        else:
            runs.append([offset, offset + 1])
    return tuple((start, end) for start, end in runs)


def _at(passage: Passage, start: int, end: int, by: str) -> Named:
    words = passage.quote[start:end]
    return Named(words, by, passage.name, _runs(passage.offsets[start:end]))


def _stands(name: str, by: str, passages: Iterable[Passage]) -> Named | None:
    """The first place where a name stands whole in one of the passages."""
    plain, _ = folded(name)
    for passage in passages:
        text, at = folded(passage.quote)
        found = text.find(plain) if plain else -1
        if found >= 0:
            return _at(passage, at[found], at[found + len(plain) - 1] + 1, by)
    return None


def _numeral(wording: str, passages: Iterable[Passage]) -> Named | None:
    """The first place where the numerals of a wording stand; its verb may stand apart."""
    for number in re.findall(r"\d+(?:\.\d+)?[万亿]?%?", wording):
        whole = re.compile(rf"(?<![\d.]){re.escape(number)}(?!\d|\.\d)")
        for passage in passages:
            if match := whole.search(passage.quote):
                return _at(passage, match.start(), match.end(), "wording")
    return None


@dataclass(frozen=True)
class Names:
    """What the things of the dataset are called: prefixed name → (words, how), longest first."""

    of: Mapping[str, tuple[tuple[str, str], ...]]
    parts: Mapping[str, tuple[str, ...]]
    """A change → its two observations."""

    def words(self, thing: str, claim: Claim) -> tuple[Named, ...]:
        """Where the claim's passages name a thing; empty when they do not."""
        found = [self._one(part, claim) for part in self.parts.get(thing, (thing,))]
        return tuple(f for f in found if f) if all(found) else ()

    def _one(self, thing: str, claim: Claim) -> Named | None:
        if thing in claim.mention:
            return _stands(claim.mention[thing], "mention", claim.passages)
        for words, by in self.of.get(thing, ()):
            if found := _stands(words, by, claim.passages):
                return found
        for words, by in self.of.get(thing, ()):
            if by == "wording" and (found := _numeral(words, claim.passages)):
                return found
        return None


def names(quads: Iterable[ox.Quad]) -> Names:
    """The names of everything in a dataset, Chinese or in no language."""
    kinds = {expand(name): by for name, by in _KINDS.items()}
    halves = (expand("pp:before"), expand("pp:after"))
    of: dict[str, set[tuple[str, str]]] = {}
    parts: dict[str, set[str]] = {}
    for q in quads:
        if q.graph_name != DEFAULT or not isinstance(q.subject, ox.NamedNode):
            continue
        if q.predicate in kinds and isinstance(q.object, ox.Literal):
            if q.object.language in ("zh", None):
                entry = (q.object.value, kinds[q.predicate])
                of.setdefault(shorten(q.subject.value), set()).add(entry)
        elif q.predicate in halves and isinstance(q.object, ox.NamedNode):
            parts.setdefault(shorten(q.subject.value), set()).add(shorten(q.object.value))
    ordered = {n: tuple(sorted(words, key=lambda w: (-len(w[0]), w))) for n, words in of.items()}
    return Names(ordered, {n: tuple(sorted(each)) for n, each in parts.items()})


def _pairs(node: Node) -> Iterator[tuple[str, str, str]]:
    """The links of one node: subject, property, object."""
    if "org:Membership" in node.get("type", ()):
        yield node["org:member"]["id"], "org:organization", node["org:organization"]["id"]
        return
    for name, value in node.items():
        if name in ("id", "type"):
            continue
        for each in listed(value):
            if isinstance(each, dict) and "id" in each:
                yield node["id"], name, each["id"]


def _kind(name: str) -> str:
    return name.partition(":")[0]


def prove(mapped: Iterable[Mapped], called: Names) -> Iterator[Link]:
    """Every link between two things in the claims that are not the mapper's.

    Whatever object property joins them: `Facts` lets only declared ones into a claim.
    """
    for each in mapped:
        for claim in each.claims:
            if claim.inferred:
                continue
            pairs = {p for fact in claim.facts for node in nodes(fact) for p in _pairs(node)}
            for subject, name, object_ in sorted(pairs):
                if _kind(subject) in _SUBJECTS and _kind(object_) in _OBJECTS:
                    yield Link(
                        claim, subject, name, object_,
                        called.words(subject, claim), called.words(object_, claim),
                    )  # fmt: skip
