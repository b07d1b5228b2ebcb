"""Links proven: the words of both ends stand in the passage, or the link is nobody's but ours.

A number can be read again; that one thing led to another cannot. What can be checked is that the
sentence speaks of both: by their names, by another name the data knows, or by words that the claim
points at (`mention:`). A link whose ends the words do not name is an inference of the mapper, and
stands in a claim of its own that says so.
"""

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass

from graph.errors import InputError
from graph.mapping.claims import MAPPER, Claim
from graph.mapping.facts import Facts, Node, listed, nodes

LINKS = (
    "pp:actor", "pp:participant", "pp:reviewed", "pp:issues", "pp:issuedBy", "pp:issuedThrough",
    "pp:prescribes", "pp:decidedAt", "pp:carriesOut", "pp:implementedBy", "pp:uses",
    "pp:providedThrough", "pp:managedBy", "pp:addresses", "pp:broaderProblem", "pp:experiencedBy",
    "pp:claimedEffect", "pp:resultedIn", "pp:workLine",
)  # fmt: skip
"""The properties by which one named thing does something to another."""
_ENDS = ("org:member", "org:organization")
"""Both ends of a membership, which has no name of its own."""
_CASE = "cas:"
_SHOWN = ("rdfs:label", "skos:altLabel", "dcterms:title", "pp:valueText")
_MARKS = re.compile(r"[\s“”‘’《》「」、，。；：！？（）()/·—…-]+")
_ASIDE = re.compile(r"（[^）]*）$")


@dataclass(frozen=True)
class End:
    """One end of a link, and which words of the passage mean it.

    `how` is `name`, `mention`, `parts` for a thing known by what it is made of, or `section` for a
    local case, which is what its section tells.
    """

    thing: str
    words: str
    how: str


@dataclass(frozen=True)
class Link:
    """A link of a claim with the words of both ends; None for an end that no words name."""

    claim: str
    predicate: str
    subject: str
    object: str
    start: End | None
    end: End | None
    inferred: bool

    @property
    def proven(self) -> bool:
        """Whether the passage speaks of both ends."""
        return self.start is not None and self.end is not None


def _bare(text: str) -> str:
    return _MARKS.sub("", text)


def _texts(node: Node) -> Iterator[str]:
    for name in _SHOWN:
        for value in listed(node.get(name, [])):
            yield value["@value"] if isinstance(value, dict) else str(value)


class _Names:
    """What the things of an article are called: in its claims, and in the registry."""

    def __init__(self, claims: Iterable[Claim], facts: Facts) -> None:
        self._registry = facts.registry
        self._told: dict[str, list[str]] = {}
        self._parts: dict[str, list[str]] = {}
        for claim in claims:
            for node in (each for fact in claim.facts for each in nodes(fact)):
                self._told.setdefault(node["id"], []).extend(_texts(node))
                for name in ("pp:before", "pp:after"):
                    ends = [v["id"] for v in listed(node.get(name, [])) if isinstance(v, dict)]
                    self._parts.setdefault(node["id"], []).extend(ends)
        self._concepts = facts.vocabulary.labels

    def of(self, thing: str) -> list[str]:
        """Every name of a thing, the longest first."""
        found = [*self._told.get(thing, ()), *self._concepts.get(thing, ())]
        if thing in self._registry:
            found.append(self._registry[thing].zh)
        bare = {_ASIDE.sub("", name) for name in found} | set(found)
        return sorted((name for name in bare if _bare(name)), key=lambda n: (-len(n), n))

    def parts(self, thing: str) -> list[str]:
        """The things that a change is made of."""
        return self._parts.get(thing, [])


def _found(name: str, quote: str) -> bool:
    """Whether a name stands in the quote, its parts in order where an ellipsis leaves some out."""
    at = 0
    for part in filter(None, map(_bare, name.split("…"))):
        place = quote.find(part, at)
        if place < 0:
            return False
        at = place + len(part)
    return True


def _end(thing: str, claim: Claim, names: _Names) -> End | None:
    words = claim.mention.get(thing)
    if words is not None:
        return End(thing, str(words), "mention")
    if thing.startswith(_CASE):
        return End(thing, claim.passages[0].section, "section")
    quote = _bare(claim.quote)
    for name in names.of(thing):
        if _found(name, quote):
            return End(thing, name, "name")
    parts = [_end(part, claim, names) for part in names.parts(thing)]
    if parts and all(parts):
        return End(thing, " → ".join(p.words for p in parts if p), "parts")
    return None


def _pairs(node: Node) -> Iterator[tuple[str, str, str]]:
    """The links a node states: property, subject, object."""
    for name in LINKS:
        for value in listed(node.get(name, [])):
            yield name, node["id"], value["id"]
    if all(name in node for name in _ENDS):
        member, body = (listed(node[name])[0]["id"] for name in _ENDS)
        yield "org:organization", member, body


def _links(claim: Claim, names: _Names) -> Iterator[Link]:
    for node in (each for fact in claim.facts for each in nodes(fact)):
        for name, subject, target in _pairs(node):
            ends = _end(subject, claim, names), _end(target, claim, names)
            yield Link(claim.name, name, subject, target, *ends, claim.voice == MAPPER)


def prove(claims: Iterable[Claim], facts: Facts) -> tuple[Link, ...]:
    """The links of these claims, each with the words of its ends.

    Raises InputError for a link whose ends the words do not name, unless its claim is an inference
    in the mapper's own voice.
    """
    claims = list(claims)
    names, found = _Names(claims, facts), []
    for claim in claims:
        for link in _links(claim, names):
            if not link.proven and not link.inferred:
                raise _unproven(link, claim)
            found.append(link)
    return tuple(found)


def _unproven(link: Link, claim: Claim) -> InputError:
    ends = {link.subject: link.start, link.object: link.end}
    missing = " nor ".join(name for name, end in ends.items() if end is None)
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
