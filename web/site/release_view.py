"""The release being served, as pages read it: point look-ups in a read-only store.

Every look-up is by subject, by object or by graph, and bounded; no client's query runs here.
"""

import re
from collections.abc import Callable, Hashable, Iterable, Iterator
from dataclasses import dataclass, replace
from itertools import groupby, islice
from pathlib import Path
from typing import TypeVar

from pyoxigraph import Literal, NamedNode, Quad, Store, Triple

from graph.engines.lookups import Lookups, Quads
from graph.rdf.namespaces import (
    BACKGROUND,
    CONCEPTS_GRAPH,
    DEFAULT,
    IDS,
    INFERRED,
    ONTOLOGY_GRAPH,
    expand,
    shorten,
)
from graph.rdf.store import read as read_store
from graph.snapshot import Release

Term = NamedNode | Literal
T = TypeVar("T")
MOST = 2000
"""Statements looked at in one look-up: what a page lists stays small however large the data."""
_CLAIMS = IDS + "claim/"
_NAMES = tuple(expand(n) for n in ("skos:prefLabel", "rdfs:label", "dcterms:title"))
_TYPE = expand("rdf:type")
_PREFIXED = re.compile(r"\b\w+:\w+\b")


@dataclass(frozen=True)
class Statement:
    """A triple and where it is from: `claim`, `background`, `inferred`, `records` or `terms`.

    `unshown` counts the claims that make it besides those listed.
    """

    triple: Triple
    claims: tuple[NamedNode, ...]
    origin: str
    unshown: int = 0

    def of(self, claims: Iterable[NamedNode]) -> "Statement":
        """The statement with only these of its claims; the others are counted."""
        kept = tuple(claims)
        return replace(self, claims=kept, unshown=len(self.claims) - len(kept))


_ORIGINS = {
    BACKGROUND: "background",
    INFERRED: "inferred",
    ONTOLOGY_GRAPH: "terms",
    CONCEPTS_GRAPH: "terms",
}


@dataclass(frozen=True, eq=False)
class View:
    """One release and its quads."""

    release: Release
    store: Quads

    @property
    def folder(self) -> Path:
        """The folder of the release."""
        return self.release.folder

    @property
    def version(self) -> str:
        """The version of the release."""
        return self.release.version

    def remember(self, kind: str, key: Hashable, make: Callable[[], T], most: int = 256) -> T:
        """What `make` gives, kept with the release: see Release.remember."""
        return self.release.remember(kind, key, make, most)

    def gather(self, thing: NamedNode, where: str, *leading: str) -> None:
        """Have at hand what is said of each ?s of a pattern, where look-ups go to another machine.

        $this in it is the thing, and names are prefixed. Whatever leads to what these ?s lead to by
        the `leading` properties is at hand, too; the pattern must find all of that.
        """
        if isinstance(self.store, Lookups):
            full = _PREFIXED.sub(lambda name: str(expand(name[0])), where)
            self.store.gather(full.replace("$this", str(thing)), map(expand, leading))

    def known(self, iri: NamedNode) -> bool:
        """Whether the data says anything about this IRI, or names a graph by it."""
        return self.has(iri) or self.store.contains_named_graph(iri)

    def has(self, subject: NamedNode, predicate: NamedNode | None = None) -> bool:
        """Whether the data says anything, or this, about a thing."""
        return any(True for _ in self.store.quads_for_pattern(subject, predicate, None, DEFAULT))

    def about(self, subject: NamedNode) -> list[Triple]:
        """What the data says of this thing, in a stable order."""
        found = self.store.quads_for_pattern(subject, None, None, DEFAULT)
        return sorted((q.triple for q in found), key=str)

    def mentions(self, thing: NamedNode) -> int:
        """How many things a stated, not inferred, triple leads from to this one; counted once."""
        return self.remember(
            "mentions", thing, lambda: sum(1 for _ in self._toward(thing)), most=4096
        )

    def mentioning(
        self, thing: NamedNode, bounds: slice
    ) -> list[tuple[NamedNode, list[NamedNode]]]:
        """Some of the things that mention counts, each with the properties by which it leads here.

        Up to MOST come by name, more in the order of the store, which is the same at each visit.
        """
        found: Iterable[tuple[NamedNode, list[NamedNode]]] = self._toward(thing)
        if self.mentions(thing) <= MOST:
            found = sorted(found, key=lambda each: each[0].value)
        return list(islice(found, bounds.start, bounds.stop))

    def _toward(self, thing: NamedNode) -> Iterator[tuple[NamedNode, list[NamedNode]]]:
        found = self.store.quads_for_pattern(None, None, thing, DEFAULT)
        inferred = {q.triple for q in self.store.quads_for_pattern(None, None, thing, INFERRED)}
        stated = (q.triple for q in found if q.triple not in inferred)
        # The store gives all triples of one subject together.
        for subject, triples in groupby(stated, key=lambda each: each.subject):
            if isinstance(subject, NamedNode):
                yield subject, sorted((t.predicate for t in triples), key=str)

    def inside(self, graph: NamedNode) -> list[Triple]:
        """The triples of a named graph, in a stable order."""
        found = self.store.quads_for_pattern(None, None, None, graph)
        return sorted((q.triple for q in found), key=str)

    def matching(
        self, subject: NamedNode, predicate: NamedNode | None, target: Term | None
    ) -> list[Statement]:
        """The statements of this shape with all their claims, in a stable order."""
        return self.remember(
            "statements",
            (subject, predicate, target),
            lambda: self._matching(subject, predicate, target),
            most=16,
        )

    def _matching(
        self, subject: NamedNode, predicate: NamedNode | None, target: Term | None
    ) -> list[Statement]:
        found: dict[Triple, list[NamedNode]] = {}
        quads = self.store.quads_for_pattern(subject, predicate, target, None)
        for quad in quads:
            graphs = found.setdefault(quad.triple, [])
            if isinstance(quad.graph_name, NamedNode):
                graphs.append(quad.graph_name)
        return [_statement(t, found[t]) for t in sorted(found, key=str)]

    def source(self, triple: Triple) -> Statement:
        """The statement that this triple is, with the claims that make it."""
        quads: Iterable[Quad] = self.store.quads_for_pattern(
            triple.subject, triple.predicate, triple.object, None
        )
        return _statement(
            triple, [q.graph_name for q in quads if isinstance(q.graph_name, NamedNode)]
        )

    def values(self, subject: NamedNode, name: str) -> list[Term]:
        """The objects of a thing's property, given by its prefixed name, in a stable order."""
        found = self.store.quads_for_pattern(subject, expand(name), None, DEFAULT)
        terms = (q.object for q in found if isinstance(q.object, NamedNode | Literal))
        return sorted(terms, key=str)

    def things(self, subject: NamedNode, name: str) -> list[NamedNode]:
        """The things a property leads to."""
        return [v for v in self.values(subject, name) if isinstance(v, NamedNode)]

    def text(self, subject: NamedNode, name: str) -> str:
        """The first literal of a property, or nothing."""
        return next((v.value for v in self.values(subject, name) if isinstance(v, Literal)), "")

    def sources_of(self, thing: NamedNode, name: str) -> list[NamedNode]:
        """The things whose property leads to this one."""
        found = self.store.quads_for_pattern(None, expand(name), thing, DEFAULT)
        return sorted(
            (q.subject for q in islice(found, MOST) if isinstance(q.subject, NamedNode)), key=str
        )

    def of_type(self, name: str) -> list[NamedNode]:
        """The things of a class, at most MOST."""
        found = self.store.quads_for_pattern(None, _TYPE, expand(name), DEFAULT)
        return sorted(
            (q.subject for q in islice(found, MOST) if isinstance(q.subject, NamedNode)), key=str
        )

    def articles(self) -> tuple[NamedNode, ...]:
        """Every article, the newest first."""
        return self.remember("articles", (), self._articles)

    def _articles(self) -> tuple[NamedNode, ...]:
        found = self.store.quads_for_pattern(None, _TYPE, expand("pp:Article"), DEFAULT)
        dated = [
            (self.text(q.subject, "dcterms:issued"), q.subject.value)
            for q in found
            if isinstance(q.subject, NamedNode)
        ]
        newest = sorted(sorted(dated, key=lambda each: each[1]), key=_issued, reverse=True)
        return tuple(NamedNode(iri) for _, iri in newest)

    def types(self, thing: NamedNode) -> list[str]:
        """The prefixed names of a thing's classes."""
        return [shorten(t.value) for t in self.things(thing, "rdf:type")]

    def label(self, thing: NamedNode, lang: str) -> str | None:
        """The name a thing has in this language, or else in another; None if it has none."""
        called = self.called(thing, lang)
        return called and called.value

    def called(self, thing: NamedNode, lang: str) -> Literal | None:
        """The literal that names a thing in this language, or else in another."""
        return _best(self._names(thing), lang)

    def _names(self, thing: NamedNode) -> Iterator[Literal]:
        for name in _NAMES:
            for quad in self.store.quads_for_pattern(thing, name, None, DEFAULT):
                if isinstance(quad.object, Literal):
                    yield quad.object


def _issued(dated: tuple[str, str]) -> str:
    return dated[0]


def _best(names: Iterable[Literal], lang: str) -> Literal | None:
    found: dict[str, Literal] = {}
    for name in names:
        found.setdefault(name.language or "", name)
    return found.get(lang) or found.get("zh") or found.get("en") or found.get("")


def is_claim(graph: NamedNode) -> bool:
    """Whether a graph's name is a claim's."""
    return graph.value.startswith(_CLAIMS)


def _statement(triple: Triple, graphs: Iterable[NamedNode]) -> Statement:
    graphs = sorted(graphs, key=str)
    claims = tuple(g for g in graphs if is_claim(g))
    origins = [_ORIGINS[g] for g in graphs if g in _ORIGINS]
    return Statement(triple, claims, "claim" if claims else (origins or ["records"])[0])


def stored(release: Release) -> Store:
    """The release's own store, opened once.

    Raises ReleaseError when it cannot be read.
    """
    return release.remember("store", (), lambda: read_store(release.store))


def view(release: Release, opened: Callable[[Release], Quads] = stored) -> View:
    """The view of a release, opened once; raises what `opened` raises."""
    return release.remember("view", (), lambda: View(release, opened(release)))
