"""Links as pages show them: the words of both ends, marked in the sentence that joins them.

The build proves a link by the words of its passages (`docs/mapping.md`) and leaves them beside the
source text; here they are laid over the quotation again.
"""

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from itertools import groupby
from pathlib import Path
from typing import Any

from graph.rdf.namespaces import expand
from web.evidence.passages import Claim, Passage
from web.site import iris
from web.site.release_view import View
from web.site.source_text import Run

SUBJECT, OBJECT = "subject", "object"
_AROUND = 20
"""Characters shown before the first and after the last of the words that name an end."""


@dataclass(frozen=True)
class End:
    """How one end of a link is named: its thing, the kind of naming, and where.

    `how` is as in `links.json`; `runs` are [start, end) code points of the source.
    """

    thing: str
    how: str
    passage: str
    runs: tuple[Run, ...]


@dataclass(frozen=True)
class Words:
    """Characters that mean the same ends: none, the subject, the object, or both."""

    text: str
    ends: tuple[str, ...]


@dataclass(frozen=True)
class Link:
    """What a claim links to what; the names are IRIs, `node` the subject or a membership."""

    node: str
    predicate: str
    subject: str
    object: str
    inferred: bool
    ends: Mapping[str, tuple[End, ...]]
    """Of `subject` and `object`; empty for an end that no words name."""

    def touches(self, thing: str) -> bool:
        """Whether it is about this thing: one of its ends, or what it stands on."""
        parts = {end.thing for each in self.ends.values() for end in each}
        return thing in {self.node, self.subject, self.object, *parts}

    def told(self, end: str) -> str:
        """How an end is named: `words`, `section` for a case, or `nothing`."""
        found = self.ends[end]
        if not found:
            return "nothing"
        return "section" if all(each.how == "section" for each in found) else "words"

    def places(self, end: str) -> tuple[Run, ...]:
        """Where in the source the words of an end stand."""
        return tuple(run for each in self.ends[end] for run in each.runs)

    def sentence(self, passage: Passage) -> tuple[Words, ...]:
        """The words of a passage around those that name the ends; nothing if none stand in it."""
        meant = self._meant(passage)
        return _cut(_characters(passage), meant) if meant else ()

    def _meant(self, passage: Passage) -> Mapping[int, tuple[str, ...]]:
        found: dict[int, tuple[str, ...]] = {}
        for name, ends in self.ends.items():
            here = (end for end in ends if end.passage == passage.iri.value)
            for at in {i for end in here for start, stop in end.runs for i in range(start, stop)}:
                found[at] = (*found.get(at, ()), name)
        return found


def _characters(passage: Passage) -> list[tuple[str, int | None]]:
    """The characters of a quote with their places in the source; none between two labels."""
    found: list[tuple[str, int | None]] = []
    rest = passage.quote
    for span in passage.spans:
        gap, _, rest = rest.partition(span.exact)
        found += [(character, None) for character in gap]
        found += [(character, span.start + n) for n, character in enumerate(span.exact)]
    return found


def _cut(
    characters: list[tuple[str, int | None]], meant: Mapping[int, tuple[str, ...]]
) -> tuple[Words, ...]:
    ends = [meant.get(at, ()) if at is not None else () for _, at in characters]
    named = [n for n, each in enumerate(ends) if each]
    left, right = max(0, named[0] - _AROUND), min(len(ends), named[-1] + 1 + _AROUND)
    pieces = [
        Words("".join(characters[n][0] for n in group), each)
        for each, group in groupby(range(left, right), key=ends.__getitem__)
    ]
    before = [Words("…", ())] if left else []
    return (*before, *pieces, *([Words("…", ())] if right < len(ends) else []))


def _end(written: Mapping[str, Any]) -> End:
    return End(
        thing=expand(written["thing"]).value,
        how=written["how"],
        passage=expand(written["passage"]).value,
        runs=tuple((start, stop) for start, stop in written["runs"]),
    )


def _link(written: Mapping[str, Any]) -> Link:
    node, predicate, subject, target = (
        expand(written[name]).value for name in ("node", "predicate", "subject", "object")
    )
    ends = {
        SUBJECT: tuple(map(_end, written["start"])),
        OBJECT: tuple(map(_end, written["end"])),
    }
    return Link(node, predicate, subject, target, written["inferred"], ends)


def read(release: Path, slug: str) -> Mapping[str, tuple[Link, ...]]:
    """The links of an article by the IRI of their claim; none where the release holds no text."""
    path = release / "articles" / slug / "links.json"
    if not path.is_file():
        return {}
    found: dict[str, list[Link]] = {}
    for written in json.loads(path.read_text("utf-8"))["links"]:
        found.setdefault(expand(written["claim"]).value, []).append(_link(written))
    return {claim: tuple(links) for claim, links in found.items()}


def of(view: View, claim: Claim) -> tuple[Link, ...]:
    """The links that a claim states, in the order of its mapping."""
    slug = iris.last(claim.passages[0].article.value)
    known = view.remember("links", slug, lambda: read(view.folder, slug), most=64)
    return known.get(claim.iri.value, ())


def about(links: Iterable[Link], thing: str, predicate: str | None = None) -> tuple[Link, ...]:
    """Those of the links that touch a thing and, if a predicate is told, have that one.

    A membership is one link, by whichever of its properties it is asked for.
    """
    return tuple(
        link
        for link in links
        if link.touches(thing)
        and (predicate in (None, link.predicate) or link.node not in (link.subject, link.object))
    )
