"""What changed between two releases, claim by claim.

A claim is named after the words it rests on, so a claim whose words changed is another claim: the
old one is removed and the new one added. A claim that keeps its words and says something else, or
is read with another voice or confidence, is changed.
"""

import gzip
from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

import pyoxigraph as ox

from graph.errors import ReleaseError
from graph.rdf.namespaces import BACKGROUND, DEFAULT, IDS, expand, turtle

_CLAIM = IDS + "claim/"
QUADS = "policyprov.nq.gz"
"""The file of a release that holds everything it says."""
RECORD = {
    expand(name): name
    for name in ("pp:voice", "pp:saidBy", "pp:confidence", "pp:statedIn", "rdfs:comment")
}
"""What is said about a claim and not in it; a change of these is a change of the claim."""


@dataclass(frozen=True)
class ClaimState:
    """One claim of one release.

    `facts` are what it says and `record` is what is known about it, as lines of Turtle.
    """

    iri: str
    label: Mapping[str, str]
    quotes: tuple[str, ...]
    facts: frozenset[str]
    record: frozenset[str]


@dataclass(frozen=True)
class Edit:
    """A claim of both releases that reads differently; `lost` and `gained` are lines of Turtle."""

    claim: ClaimState
    lost: tuple[str, ...]
    gained: tuple[str, ...]


@dataclass(frozen=True)
class Changes:
    """The claims added, removed and changed, in the order of their IRIs.

    `background` are the lines that the background knowledge lost and gained.
    """

    added: tuple[ClaimState, ...]
    removed: tuple[ClaimState, ...]
    edited: tuple[Edit, ...]
    same: int
    background: tuple[tuple[str, ...], tuple[str, ...]]

    @property
    def empty(self) -> bool:
        """Whether the two releases say the same."""
        return not (self.added or self.removed or self.edited or any(self.background))


@dataclass(frozen=True)
class _Content:
    claims: Mapping[str, ClaimState]
    background: frozenset[str]


def _line(quad: ox.Quad) -> str:
    return f"{turtle(quad.subject)} {turtle(quad.predicate)} {turtle(quad.object)} ."


def _quads(folder: Path) -> Iterable[ox.Quad]:
    path = folder / QUADS
    try:
        content = gzip.decompress(path.read_bytes())
        return list(ox.parse(content, format=ox.RdfFormat.N_QUADS))
    except (OSError, EOFError, SyntaxError) as error:
        raise ReleaseError(f"{path} cannot be read ({error}); build that release again") from error


@lru_cache(maxsize=4)
def _content(folder: Path) -> _Content:
    facts: dict[str, set[str]] = defaultdict(set)
    known: dict[str, list[ox.Quad]] = defaultdict(list)
    quotes: dict[str, str] = {}
    background = set()
    for quad in _quads(folder):
        if quad.graph_name == BACKGROUND:
            background.add(_line(quad))
        elif isinstance(quad.graph_name, ox.NamedNode) and quad.graph_name.value.startswith(_CLAIM):
            facts[quad.graph_name.value].add(_line(quad))
        elif quad.graph_name == DEFAULT and isinstance(quad.subject, ox.NamedNode):
            if quad.predicate == expand("pp:quote") and isinstance(quad.object, ox.Literal):
                quotes[quad.subject.value] = quad.object.value
            elif quad.subject.value.startswith(_CLAIM):
                known[quad.subject.value].append(quad)
    claims = {iri: _claim(iri, frozenset(facts[iri]), known[iri], quotes) for iri in sorted(known)}
    return _Content(claims, frozenset(background))


def _claim(
    iri: str, facts: frozenset[str], known: list[ox.Quad], quotes: Mapping[str, str]
) -> ClaimState:
    labels = {
        quad.object.language: quad.object.value
        for quad in known
        if quad.predicate == expand("rdfs:label") and isinstance(quad.object, ox.Literal)
    }
    passages = sorted(
        quad.object.value
        for quad in known
        if quad.predicate == expand("pp:statedIn") and isinstance(quad.object, ox.NamedNode)
    )
    return ClaimState(
        iri=iri,
        label={tag: text for tag, text in sorted(labels.items(), key=str) if tag},
        quotes=tuple(quotes[passage] for passage in passages if passage in quotes),
        facts=facts,
        record=frozenset(_line(quad) for quad in known if quad.predicate in RECORD),
    )


def _edit(old: ClaimState, new: ClaimState) -> Edit | None:
    before, after = old.facts | old.record, new.facts | new.record
    if before == after:
        return None
    return Edit(new, tuple(sorted(before - after)), tuple(sorted(after - before)))


def compare(old: Path, new: Path) -> Changes:
    """What the release in the folder `new` says differently from the one in the folder `old`.

    Raises ReleaseError when either cannot be read.
    """
    before, after = _content(old.resolve()), _content(new.resolve())
    both = before.claims.keys() & after.claims.keys()
    edits = [_edit(before.claims[iri], after.claims[iri]) for iri in sorted(both)]
    edited = tuple(edit for edit in edits if edit is not None)
    return Changes(
        added=tuple(after.claims[iri] for iri in sorted(after.claims.keys() - both)),
        removed=tuple(before.claims[iri] for iri in sorted(before.claims.keys() - both)),
        edited=edited,
        same=len(both) - len(edited),
        background=(
            tuple(sorted(before.background - after.background)),
            tuple(sorted(after.background - before.background)),
        ),
    )


def by_article(changes: Changes) -> dict[str, tuple[int, int, int]]:
    """The name of each article with changed claims → how many were added, removed and edited."""
    found: dict[str, list[int]] = defaultdict(lambda: [0, 0, 0])
    edited = (edit.claim for edit in changes.edited)
    for place, claims in enumerate((changes.added, changes.removed, edited)):
        for claim in claims:
            # A claim is named after its article, the digest of its words and a number.
            found[claim.iri.removeprefix(_CLAIM).rsplit("-", 2)[0]][place] += 1
    return {name: (a, r, e) for name, (a, r, e) in sorted(found.items())}
