"""What changed between two releases, a page of it: articles, the claims of one, the background."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any, TypeVar

from flask import request
from pyoxigraph import DefaultGraph, Literal, NamedNode

from graph.changes import ClaimState
from graph.errors import ParameterError
from graph.history.difference import Changed, Counts, Difference
from graph.rdf import store
from graph.rdf.namespaces import expand
from graph.snapshot import Release
from web.middleware.context import address
from web.site import iris
from web.site.page_context import frame
from web.site.pagination import Slice
from web.site.release_history import history

T = TypeVar("T")
CLAIMS, LINES = 50, 200
"""Claims, and lines of background knowledge, on one page."""
BACKGROUND = "background"
"""What `of` is for what no article says; any other value names an article."""
_PATH = "/dumps/changes"
_NOTHING, _NONE = Changed(), Counts(0, 0, 0)


@dataclass(frozen=True)
class Report:
    """A page of what the release `new` says differently from `old`.

    `of` is the article whose claims are told, or BACKGROUND, or nothing for the list of articles;
    `part` is which page of those it is. `total` counts the articles that something happened to.
    """

    old: Release
    new: Release
    of: str
    part: Slice
    total: int
    totals: Counts | None
    background: Counts | None
    articles: tuple[tuple[str, Counts], ...] = ()
    changed: Changed = _NOTHING
    counts: Counts = _NONE
    lines: tuple[tuple[str, str], ...] = ()

    @property
    def empty(self) -> bool:
        """Whether the two releases say the same."""
        return not self.total and self.background == _NONE

    @property
    def same(self) -> int | None:
        """How many claims are the same, where that is known."""
        held = self.new.counts.get("claims")
        if self.totals is None or held is None:
            return None
        return held - self.totals.added - self.totals.changed

    def query(self, of: str = "", page: int = 1) -> dict[str, str]:
        """The parameters of a page of this report."""
        found = {"from": self.old.version, "to": self.new.version}
        return found | ({"of": of} if of else {}) | ({"page": str(page)} if page > 1 else {})

    def quotes(self, claim: ClaimState, release: Release) -> tuple[str, ...]:
        """The words that a claim of a release rests on, where its store is here to ask."""
        view, passages = frame().view, [NamedNode(each) for each in claim.passages]
        if release == view.release:
            return tuple(view.text(each, "pp:quote") for each in passages)
        if not release.store.is_dir():
            return ()
        # A release that is kept: opened for this page alone, so that it can be removed any time.
        told = store.read(release.store)
        return tuple(
            quad.object.value
            for each in passages
            for quad in told.quads_for_pattern(each, expand("pp:quote"), None, DefaultGraph())
            if isinstance(quad.object, Literal)
        )


def _some(items: Sequence[T], part: slice, before: int) -> tuple[T, ...]:
    """What of a list stands on a page, when so many items stand before the list."""
    return tuple(items[max(0, part.start - before) : max(0, part.stop - before)])


def _paged(found: Changed, part: slice) -> Changed:
    """The claims on a page of all: the added, then the removed, then the changed."""
    before = len(found.added), len(found.added) + len(found.removed)
    return Changed(
        _some(found.added, part, 0),
        _some(found.removed, part, before[0]),
        _some(found.edited, part, before[1]),
    )


def report(old: Release, new: Release) -> Report:
    """The page asked for, by `of` and `page`, of what changed from one release to another.

    Where something happened to one article only, its claims are on the first page. Raises
    UnknownError for a release that the history does not tell of, and ParameterError for a name
    that none can have.
    """
    found, of, page = Difference(history(), old.version, new.version), *_asked()
    total = found.total
    if not of and total == 1:
        ((of, _),) = found.articles(slice(0, 1))
    background = found.background
    base = Report(old, new, of, Slice.of(total, page), total, found.totals, background)
    if of == BACKGROUND:
        known = background or _NONE
        part = Slice.of(known.added + known.removed, page, LINES)
        return replace(base, part=part, lines=found.lines(part.bounds))
    if of:
        changed = found.of(of)
        counts = changed.counts
        part = Slice.of(counts.added + counts.removed + counts.changed, page, CLAIMS)
        return replace(base, part=part, changed=_paged(changed, part.bounds), counts=counts)
    return replace(base, articles=found.articles(base.part.bounds))


def _asked() -> tuple[str, str | None]:
    of = request.args.get("of", "")
    try:
        iris.iri(f"article/{of}")
    except ValueError as error:
        raise ParameterError(f"{of!r} names no article", "take the links of the page") from error
    return of, request.args.get("page")


def listed(mine: Report) -> dict[str, Any]:
    """The same page in JSON."""

    def url(of: str = "", page: int = 1) -> str:
        query = "&".join(f"{name}={value}" for name, value in mine.query(of, page).items())
        return address(f"{_PATH}?{query}")

    following = mine.part.number + 1
    return {
        "from": mine.old.version,
        "to": mine.new.version,
        "url": url(mine.of, mine.part.number),
        "next": url(mine.of, following) if following <= mine.part.pages else None,
        "pages": mine.part.pages,
        "touched": mine.total,
        "totals": _counts(mine.totals),
        "same": mine.same,
        "of": mine.of or None,
        "articles": [
            {"article": name, **_counts(each), "url": url(name)} for name, each in mine.articles
        ],
        "added": [_claim(each) | _quoted(mine, each, mine.new) for each in mine.changed.added],
        "removed": [_claim(each) | _quoted(mine, each, mine.old) for each in mine.changed.removed],
        "changed": [
            {"iri": each.claim.iri, "label": dict(each.claim.label), "lost": each.lost,
             "gained": each.gained}
            for each in mine.changed.edited
        ],
        "background": {
            **_counts(mine.background), "url": url(BACKGROUND),
            **{kind: [line for told, line in mine.lines if told == kind]
               for kind in ("lost", "gained")},
        },
    }  # fmt: skip


def _counts(counts: Counts | None) -> dict[str, int | None]:
    names = ("added", "removed", "changed")
    return {name: None if counts is None else getattr(counts, name) for name in names}


def _claim(each: ClaimState) -> dict[str, Any]:
    return {
        "iri": each.iri,
        "label": dict(each.label),
        "facts": sorted(each.facts),
        "record": sorted(each.record),
    }


def _quoted(mine: Report, each: ClaimState, release: Release) -> dict[str, Any]:
    return {"quotes": mine.quotes(each, release) if frame().rights.quotes else ()}
