"""Links proven: the words of both ends stand in the passage, or the link is nobody's but ours.

A number can be read again; that one thing led to another cannot. What can be checked is that the
sentence speaks of both: by their names, by another name the data knows, by the wording of a figure,
or by words that the claim points at (`mention:`). A link whose ends the words do not name is an
inference of the mapper, and stands in a claim of its own that says so.
"""

import re
import unicodedata
from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass

from graph.errors import Errors, InputError
from graph.mapping.claims import Claim, Passage
from graph.mapping.facts import Facts, Node, listed
from graph.mapping.short.claims import MAPPER

_NAMED = frozenset({"agt", "app", "doc", "eff", "evt", "mea", "obl", "obs", "plc", "prb", "say"})
"""Kinds of things that words name. Codes classify, periods are proven as dates, sections and
entries are places on the page: a property that leads to one of those is no link."""
_REGISTERED = _NAMED - {"obs"}
"""Kinds of things that the registry holds."""
_TARGETS = _NAMED | {"chg"}
_LINE = "pp:workLine"
"""The one code that a sentence links to: a line of work is a thing the overview names."""
_KINDS = {
    "rdfs:label": "label", "dcterms:title": "label", "skos:altLabel": "alias",
    "pp:valueText": "wording",
}  # fmt: skip
_ENDS = ("org:member", "org:organization")
"""Both ends of a membership, which has no name of its own."""
_MARKS = re.compile(r"[\s“”‘’《》「」、，。；：！？（）()/·—…-]")
_ASIDE = re.compile(r"（[^）]*）$")
_FEW = 2
"""So many characters are a common noun as easily as a name: 镇, 单位, 本报."""
_NUMERAL = re.compile(r"\d+(?:\.\d+)?")


@dataclass(frozen=True)
class End:
    """One end of a link, and which words of the passage mean it.

    `how` is `label`, `alias`, `wording` of a figure, `mention`, or `section` for a local case,
    which is what its section tells. `runs` are the [start, end) code points of the source file.
    """

    thing: str
    words: str
    how: str
    passage: str
    runs: tuple[tuple[int, int], ...] = ()


@dataclass(frozen=True)
class Link:
    """A link of a claim with the words of both ends, none for an end that no words name.

    A change has the words of both its figures. `node` is the subject, or the membership that joins
    a person and a body.
    """

    claim: str
    node: str
    predicate: str
    subject: str
    object: str
    start: tuple[End, ...]
    end: tuple[End, ...]
    inferred: bool

    @property
    def proven(self) -> bool:
        """Whether the passage speaks of both ends."""
        return bool(self.start and self.end)


def folded(text: str) -> tuple[str, tuple[int, ...]]:
    """Text as names are compared, and the index in `text` of each of its characters.

    Compatibility variants are one character; blanks and punctuation are left out.
    """
    found: list[str] = []
    at: list[int] = []
    for index, character in enumerate(text):
        if not _MARKS.match(character):
            plain = unicodedata.normalize("NFKC", character)
            found.append(plain)
            at += [index] * len(plain)
    return "".join(found), tuple(at)


def runs(offsets: Iterable[int | None]) -> tuple[tuple[int, int], ...]:
    """Source offsets as [start, end) runs; None, between two labels, is passed over."""
    found: list[list[int]] = []
    for offset in offsets:
        if offset is None:
            continue
        if found and found[-1][1] == offset:
            found[-1][1] = offset + 1
        else:
            found.append([offset, offset + 1])
    return tuple((start, end) for start, end in found)


@dataclass(frozen=True)
class Name:
    """Something a thing is called, and by which kind of name."""

    text: str
    how: str

    def end(self, thing: str, passage: Passage) -> End | None:
        """The first place in a passage where the name stands; an ellipsis leaves words out."""
        place = self._place(passage.quote)
        if place is None:
            return None
        start, end = place
        at = runs(passage.offsets[start:end])
        return End(thing, passage.quote[start:end], self.how, passage.name, at)

    def _place(self, quote: str) -> tuple[int, int] | None:
        text, at = folded(quote)
        parts = [plain for part in self.text.split("…") if (plain := folded(part)[0])]
        start, end = None, 0
        for part in parts:
            match = _whole(part).search(text, end)
            if match is None:
                return self._numeral(quote)
            start = match.start() if start is None else start
            end = match.end()
        return None if start is None else (at[start], at[end - 1] + 1)

    def _numeral(self, quote: str) -> tuple[int, int] | None:
        """A number may be parted from its verb, as in 下降27.7%和29.5%."""
        number = _NUMERAL.search(self.text) if self.how == "wording" else None
        match = _whole(number[0]).search(quote) if number else None
        return match.span() if match else None


def _whole(text: str) -> re.Pattern[str]:
    """These words, with no digit of a longer number before or after them."""
    before = r"(?<![\d.])" if text[0].isdecimal() else ""
    after = r"(?!\d|\.\d)" if text[-1].isdecimal() else ""
    return re.compile(before + re.escape(text) + after)


class _Names:
    """What the things of an article are called: in its claims, in the registry, in the lists."""

    def __init__(self, claims: Iterable[Claim], facts: Facts) -> None:
        self._facts = facts
        self._told: dict[str, set[Name]] = {}
        self._parts: dict[str, list[str]] = {}
        for claim in claims:
            for node in claim.nodes:
                self._told.setdefault(node["id"], set()).update(_names(node))
                if "pp:before" in node and "pp:after" in node:
                    halves = (node["pp:before"], node["pp:after"])
                    self._parts[node["id"]] = [listed(half)[0]["id"] for half in halves]

    def of(self, thing: str) -> list[Name]:
        """Every name of a thing, the longest first."""
        found = set(self._told.get(thing, ()))
        found |= {Name(text, "label") for text in self._facts.vocabulary.labels.get(thing, ())}
        if thing in self._facts.registry:
            found.add(Name(self._facts.registry[thing].zh, "label"))
        found |= {Name(_ASIDE.sub("", name.text), name.how) for name in found}
        named = (name for name in found if folded(name.text)[0])
        return sorted(named, key=lambda n: (-len(n.text), n.text, n.how))

    def unclear(self, claim: Claim) -> Iterator[InputError]:
        """Mentions by so few words that anything could be meant, for which no reason is given."""
        for thing, words in claim.mention.items():
            few = folded(words)[0]
            clear = len(few) > _FEW or thing in claim.because
            if not clear and not any(folded(n.text)[0].startswith(few) for n in self.of(thing)):
                yield InputError(
                    f"the mention {str(words)!r} of {thing} could mean other things",
                    words.place,
                    f"mention it by more words, or say why they mean it: because: {{{thing}: …}}",
                )

    def blamed(self, link: Link, claim: Claim) -> bool:
        """Whether an end has no words since it is unknown, or mentioned by words not quoted."""
        return any(
            claim.mention.get(thing, claim.quote) not in claim.quote
            or (thing.partition(":")[0] in _REGISTERED and thing not in self._facts.registry)
            for thing, words in ((link.subject, link.start), (link.object, link.end))
            if not words
        )

    def ends(self, thing: str, claim: Claim) -> tuple[End, ...]:
        """Where the passages of a claim name a thing; empty when they do not."""
        if thing.startswith("cas:"):
            passage = claim.passages[0]
            return (End(thing, passage.section, "section", passage.name),)
        parts = self._parts.get(thing, [thing]) if thing not in claim.mention else [thing]
        found = [self._one(part, claim) for part in parts]
        return tuple(end for end in found if end) if all(found) else ()

    def _one(self, thing: str, claim: Claim) -> End | None:
        mentioned = claim.mention.get(thing)
        called = self.of(thing) if mentioned is None else [Name(str(mentioned), "mention")]
        ends = (name.end(thing, passage) for name in called for passage in claim.passages)
        return next((end for end in ends if end), None)


def _names(node: Node) -> Iterator[Name]:
    for key, how in _KINDS.items():
        for value in listed(node.get(key, [])):
            if not isinstance(value, dict):
                yield Name(str(value), how)
            elif value.get("@language", "zh") == "zh":
                yield Name(value["@value"], how)


def _pairs(node: Node) -> Iterator[tuple[str, str, str]]:
    """The links a node states: property, subject, object."""
    if all(name in node for name in _ENDS):
        member, body = (listed(node[name])[0]["id"] for name in _ENDS)
        yield "org:organization", member, body
        return
    subject = node["id"]
    for name, values in node.items():
        for value in listed(values) if name not in ("id", "type") else ():
            target = value.get("id") if isinstance(value, dict) else None
            if target and (name == _LINE or _joins(subject, target)):
                yield name, subject, target


def _joins(subject: str, target: str) -> bool:
    kinds = (name.partition(":")[0] for name in (subject, target))
    return next(kinds) in _NAMED and next(kinds) in _TARGETS


def _links(claim: Claim, names: _Names) -> Iterator[Link]:
    for node in claim.nodes:
        for name, subject, target in _pairs(node):
            ends = names.ends(subject, claim), names.ends(target, claim)
            yield Link(claim.name, node["id"], name, subject, target, *ends, claim.inferred)


def prove(
    claims: Iterable[Claim], facts: Facts, among: Collection[str] | None = None
) -> tuple[Link, ...]:
    """The links of these claims, or of those of them that are named, with the words of both ends.

    Whatever object property joins two things is a link: the ontology says which there are. Raises
    InputError for every link whose ends the words do not name, unless its claim is an inference in
    the mapper's own voice, and for a mention by one or two characters that neither begin a name of
    the thing nor come with a reason. Names that only the background knows do not count: that the
    words mean a thing of that name is then our knowledge, which a mention tells.
    """
    claims = list(claims)
    names = _Names(claims, facts)
    claims = [claim for claim in claims if among is None or claim.name in among]
    found = [(link, claim) for claim in claims for link in _links(claim, names)]
    unproven = [(link, claim) for link, claim in found if not link.proven and not link.inferred]
    errors = Errors()
    for claim in claims:
        for error in names.unclear(claim):
            errors.report(error)
    for link, claim in unproven:
        if not names.blamed(link, claim):
            errors.report(_unproven(link, claim))
    errors.refuse()
    return tuple(link for link, _ in found)


def _unproven(link: Link, claim: Claim) -> InputError:
    ends = {link.subject: link.start, link.object: link.end}
    missing = " nor ".join(name for name, end in ends.items() if not end)
    return InputError(
        f"{link.subject} {link.predicate} {link.object}: the quote does not name {missing}",
        claim.place,
        "quote more of the sentence, point at the words with mention:, or state the link in a "
        f"claim of its own with voice {MAPPER} and an inferred confidence",
    )


def counted(links: Iterable[Link]) -> Mapping[str, tuple[int, int]]:
    """How many links of each property are proven by words, and how many are our inference."""
    found: dict[str, tuple[int, int]] = {}
    for link in links:
        proven, inferred = found.get(link.predicate, (0, 0))
        mine = link.inferred
        found[link.predicate] = (proven + (not mine), inferred + mine)
    return dict(sorted(found.items()))


def told_by(links: Iterable[Link]) -> Mapping[str, int]:
    """By which kind of words the ends of the proven links are named, and how many by each."""
    found: dict[str, int] = {}
    for end in (each for link in links if not link.inferred for each in (*link.start, *link.end)):
        found[end.how] = found.get(end.how, 0) + 1
    return dict(sorted(found.items()))
