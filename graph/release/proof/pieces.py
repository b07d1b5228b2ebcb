"""The pieces that a dataset is judged in: what an article names first, and what is everybody's."""

import zlib
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import asdict, dataclass
from functools import cache
from pathlib import Path

import pyoxigraph as ox

from graph.mapping import quads
from graph.paths import ONTOLOGY
from graph.rdf import order, store
from graph.rdf.namespaces import IDS
from graph.rdf.vocabulary import vocabulary
from graph.release.proof import conformance, notes
from graph.release.proof.conformance import Closed, Shaped
from graph.release.proof.depth import deep
from graph.release.proof.neighbourhood import Neighbourhood
from graph.release.proof.notes import Notes
from graph.runs.merge import STATED

FOREIGN = "foreign"
"""The file beside a part's runs that lists what it names and is not its own."""
_EVERY = 512
"""One thing in so many begins a piece of what is everybody's."""


@dataclass(frozen=True)
class Judged:
    """What shapes and a closure find in a piece, and the note that it is kept under."""

    note: str
    shaped: Shaped
    closed: Closed


@dataclass(frozen=True)
class Bench:
    """Where pieces are judged: the store of the dataset, and the folder of releases."""

    store: Path
    build: Path

    def article(self, item: tuple[Path, str]) -> Judged:
        """What comes of the things that an article names; `item` is its part and its slug.

        All else that it speaks of is listed beside its runs.
        """
        folder, slug = item
        rows = (folder / STATED).read_bytes().splitlines(keepends=True)
        text = b"".join(map(order.nquad, rows))
        stated = {quad.triple for quad in ox.parse(text, format=ox.RdfFormat.N_QUADS)}
        named = {
            term
            for triple in stated
            for term in (triple.subject, triple.object)
            if isinstance(term, ox.NamedNode) and term.value.startswith(IDS)
        }
        own = {term for term in named if _is_of(slug, term)}
        (folder / FOREIGN).write_text(_lines(named - own), "utf-8")
        return self._judged(stated | _around(self.store).beyond(stated, own), own)

    def things(self, names: tuple[str, ...]) -> Judged:
        """What comes of things of these IRIs."""
        things = {ox.NamedNode(name) for name in names}
        return self._judged(_around(self.store).around(things), things)

    def _judged(self, triples: set[ox.Triple], things: set[ox.NamedNode]) -> Judged:
        known = Notes(self.build)
        told = sorted(f"{triple}\n".encode() for triple in triples)
        note = notes.key((*told, _lines(things).encode()))
        found = known.find(note)
        if found is None:
            every = triples | _terms()
            shaped = conformance.shaped(every, {thing.value for thing in things})
            found = {"shaped": asdict(shaped), "closed": asdict(conformance.closed(every))}
            known.keep(note, found)
        return Judged(note, Shaped(**found["shaped"]), Closed(**found["closed"]))


def described(runs: Mapping[str, bytes]) -> str:
    """What no article says is about, as a file of names: with the terms of the ontology."""
    subjects = {row.split(b"\t")[1].decode() for row in runs[STATED].splitlines()}
    return "".join(f"{name[1:-1]}\n" for name in sorted(subjects) if name.startswith("<"))


def cut(names: Iterable[bytes]) -> Iterator[tuple[str, ...]]:
    """Sorted lines of names as pieces that one name more leaves as they are, but for one."""
    piece: list[str] = []
    for line in names:
        if piece and zlib.crc32(line) % _EVERY == 0:
            yield tuple(piece)
            piece = []
        piece.append(line[:-1].decode())
    if piece:
        yield tuple(piece)


def _lines(terms: Iterable[ox.NamedNode]) -> str:
    return "".join(f"{name}\n" for name in sorted(term.value for term in terms))


def _is_of(slug: str, term: ox.NamedNode) -> bool:
    local = term.value.rpartition("/")[2]
    return local == slug or local.startswith(f"{slug}-")


@cache
def _around(path: Path) -> Neighbourhood:
    return surroundings(store.read(path))


def surroundings(data: ox.Store) -> Neighbourhood:
    """What stands around things in a store of the whole dataset, as shapes and closures see it."""
    ontology = vocabulary().ontology
    named = {t.subject for t in ontology if str(t.object).endswith("#ObjectProperty>")}
    properties = sorted((each for each in named if isinstance(each, ox.NamedNode)), key=str)
    shapes = ox.parse(path=ONTOLOGY / "shapes.ttl", format=ox.RdfFormat.TURTLE)
    return Neighbourhood(data, tuple(properties), deep(quad.triple for quad in shapes))


@cache
def _terms() -> frozenset[ox.Triple]:
    return frozenset(quad.triple for quad in quads.terms(vocabulary()))
