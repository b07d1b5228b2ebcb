"""What shapes and a closure must see to judge some things, cut out of the whole dataset.

A thing is judged by what is stated of it, by what shapes ask of that which it leads to, and by
whether anything leads to it by a property. So each piece of the dataset is judged by itself, in
memory that does not grow, and what more is told of a place or a problem does not concern all
articles that name it.
"""

import hashlib
from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass

import pyoxigraph as ox

from graph.rdf.namespaces import DEFAULT, IDS, INFERRED
from graph.release.proof.depth import FAR


@dataclass(frozen=True)
class Neighbourhood:
    """Of a store of the whole dataset; `properties` may lead to a thing.

    `deep` are those that shapes ask of what a thing leads to.
    """

    store: ox.Store
    properties: tuple[ox.NamedNode, ...]
    deep: frozenset[ox.NamedNode]

    def around(self, things: Iterable[ox.NamedNode]) -> set[ox.Triple]:
        """What is stated of these things, of what that leads to, and how others lead to them."""
        things = set(things)
        found = {triple for thing in things for triple in self._of(thing)}
        found |= self.beyond(found, things)
        for thing in things:
            found.update(self._leading(thing))
        return found

    def beyond(
        self, triples: Collection[ox.Triple], known: Iterable[ox.NamedNode]
    ) -> set[ox.Triple]:
        """What is asked of all that these triples name, but for things that are known."""
        seen = set(known)
        found = set[ox.Triple]()
        fresh = set(_ours(term for t in triples for term in (t.subject, t.object)))
        while fresh := fresh - seen:
            seen |= fresh
            more = {t for thing in fresh for t in self._of(thing) if t.predicate in self.deep}
            found |= more
            fresh = set(_ours(t.object for t in more if t.predicate in FAR))
        return found

    def _of(self, thing: ox.NamedNode) -> Iterator[ox.Triple]:
        return self._stated(self.store.quads_for_pattern(thing, None, None, DEFAULT))

    def _stated(self, quads: Iterable[ox.Quad]) -> Iterator[ox.Triple]:
        """The triples of these quads, without those that only follow."""
        for quad in quads:
            terms = quad.subject, quad.predicate, quad.object
            if ox.Quad(*terms, INFERRED) not in self.store or any(
                each.graph_name not in (DEFAULT, INFERRED)
                for each in self.store.quads_for_pattern(*terms, None)
            ):
                yield quad.triple

    def _leading(self, thing: ox.NamedNode) -> Iterator[ox.Triple]:
        """That something leads to a thing, for each property by which anything does.

        Its name is made up: what it is, is judged with its own surroundings.
        """
        for predicate in self.properties:
            found = self.store.quads_for_pattern(None, predicate, thing, DEFAULT)
            if next(self._stated(found), None):
                told = hashlib.sha256(f"{predicate} {thing}".encode()).hexdigest()
                yield ox.Triple(ox.NamedNode(f"urn:something:{told}"), predicate, thing)


def _ours(terms: Iterable[object]) -> Iterator[ox.NamedNode]:
    """Those of these terms that this project names."""
    for term in terms:
        if isinstance(term, ox.NamedNode) and term.value.startswith(IDS):
            yield term
