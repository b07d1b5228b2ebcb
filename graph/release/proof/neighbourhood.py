"""What shapes and a closure must see to judge some things, cut out of the whole dataset.

A thing is judged by what is stated of it, of what that leads to, and by whether anything leads to
it by a property. So each piece of the dataset is judged by itself, in memory that does not grow.
"""

import hashlib
from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass

import pyoxigraph as ox

from graph.rdf.namespaces import DEFAULT, IDS, INFERRED, expand

_FAR = frozenset(map(expand, ("pp:carriesOut", "pp:broaderProblem")))
"""The properties that shapes follow to the end."""


@dataclass(frozen=True)
class Neighbourhood:
    """Of a store of the whole dataset; `properties` may lead to a thing."""

    store: ox.Store
    properties: tuple[ox.NamedNode, ...]

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
        """What is stated of all that these triples name, but for things that are known."""
        seen = set(known)
        found = set[ox.Triple]()
        fresh = set(_ours(term for t in triples for term in (t.subject, t.object)))
        while fresh := fresh - seen:
            seen |= fresh
            more = {triple for thing in fresh for triple in self._of(thing)}
            found |= more
            fresh = set(_ours(t.object for t in more if t.predicate in _FAR))
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
