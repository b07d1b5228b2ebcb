"""The index of one dataset made that of a later one: what differs is put in and taken out."""

from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass

from pyoxigraph import NamedNode, Quad, Store

from graph.rdf.namespaces import DEFAULT, IDS, expand
from graph.search import numbering
from graph.search.entries import some
from graph.search.tables import Tables, Told, brief

_ABOUT, _STATED_IN = expand("pp:about"), expand("pp:statedIn")
_LED_TO = tuple(
    map(
        expand,
        (
            "pp:place", "pp:during", "pp:issuedThrough", "pp:indicator", "pp:scope", "pp:actor",
            "pp:before", "pp:after",
        ),
    )
)  # fmt: skip
"""The properties that an entry follows to another thing, to tell what that is called or when."""
_PART_OF, _IN_SECTION = expand("dcterms:isPartOf"), expand("pp:inSection")
_SPAN = expand("pp:hasSpan")
_CLAIM = IDS + "claim/"


def renew(tables: Tables, data: Store, differing: Collection[Quad]) -> None:
    """Make tables those of a dataset which differs in these quads from the one they are of."""
    things = _affected(data, differing)
    fresh = {told.iri: told for told in map(Told.of, some(data, things))}
    moved = []
    for iri in sorted(brief(thing.value) for thing in things):
        number, after = tables.number(iri), fresh.get(iri)
        before = None if number is None else tables.read(number)
        if before == after:
            continue
        if number is not None and before:
            tables.take(number, before)
        if number is not None and before and after and before.rank == after.rank:
            tables.put(number, after)
        elif after:
            moved.append(after)
    numbering.place(tables, moved)


@dataclass(frozen=True)
class _Links:
    """What leads to what in the dataset as it is now."""

    store: Store

    def to(self, things: Iterable[NamedNode], predicate: NamedNode) -> set[NamedNode]:
        """The things from which a property leads to any of these."""
        found = (
            quad.subject
            for thing in things
            for quad in self.store.quads_for_pattern(None, predicate, thing, DEFAULT)
        )
        return set(_named(found))

    def of(self, things: Iterable[NamedNode], predicate: NamedNode) -> set[NamedNode]:
        """The things to which a property of any of these leads."""
        found = (
            quad.object
            for thing in things
            for quad in self.store.quads_for_pattern(thing, predicate, None, DEFAULT)
        )
        return set(_named(found))


def _affected(store: Store, differing: Collection[Quad]) -> set[NamedNode]:
    """The things and passages whose entries may differ, of a dataset and of the one before it.

    What an entry tells is of the thing, of its claims with their passages, and of what the thing
    leads to, step by step.
    """
    links = _Links(store)
    changed = set(_named(quad.subject for quad in differing if quad.graph_name == DEFAULT))
    things, fresh = set(changed), set(changed)
    while fresh:
        fresh = set().union(*(links.to(fresh, name) for name in _LED_TO)) - things
        things |= fresh
    claims = {each for each in changed if each.value.startswith(_CLAIM)}
    claims |= links.to(changed, _STATED_IN)
    # A passage can be narrowed by what is stated of the things that its claims are about; that more
    # is told of them makes no difference.
    passages = links.of(claims | links.to(things, _ABOUT), _STATED_IN) | links.to(changed, _SPAN)
    # What is told in the section of a case is of the case's line of work.
    sections = links.of(changed, _PART_OF)
    sections |= {*_named(q.object for q in differing if q.predicate == _PART_OF)}
    told = links.to(links.to(sections, _IN_SECTION), _STATED_IN)
    things |= links.of(claims | told, _ABOUT)
    before = (q.object for q in differing if q.predicate in (_ABOUT, _STATED_IN))
    return things | passages | set(_named(before))


def _named(terms: Iterable[object]) -> Iterator[NamedNode]:
    return (term for term in terms if isinstance(term, NamedNode))
