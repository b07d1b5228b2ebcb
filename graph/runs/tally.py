"""What is counted of a dataset while it is written, stretch by stretch."""

import json
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field

from graph.rdf import order
from graph.rdf.namespaces import expand
from graph.sample import Sample

_ARTICLE = str(expand("pp:Article")).encode()
_DAYS = {str(expand(name)).encode() for name in ("dcat:startDate", "dcat:endDate")}


@dataclass
class Tally:
    """What is counted of a dataset; terms by their N-Triples form.

    `days` are the first and the last day that a period begins or ends with. `graphs` counts named
    graphs; stretches are added in order, so that one that two of them share is counted once.
    """

    quads: int = 0
    triples: int = 0
    graphs: int = 0
    subjects: int = 0
    predicates: Counter[bytes] = field(default_factory=Counter)
    types: Counter[str] = field(default_factory=Counter)
    uses: Counter[tuple[str, bytes]] = field(default_factory=Counter)
    """A class and a property → how many triples with it have a subject of the class."""
    articles: list[str] = field(default_factory=list)
    """The IRI of every article, in order."""
    days: tuple[bytes, ...] = ()
    things: Sample = field(default_factory=Sample)
    """Some of each kind of what has a type."""
    edges: tuple[bytes, ...] = ()
    """The first and the last named graph."""

    def add(self, other: "Tally") -> None:
        """Count what comes next in the order of the dataset, too."""
        for name in ("quads", "triples", "graphs", "subjects"):
            setattr(self, name, getattr(self, name) + getattr(other, name))
        if self.edges and other.edges and self.edges[1] == other.edges[0]:
            self.graphs -= 1
        self.edges = (*self.edges, *other.edges)
        self.edges = (self.edges[0], self.edges[-1]) if self.edges else ()
        self.predicates.update(other.predicates)
        self.types.update(other.types)
        self.uses.update(other.uses)
        self.articles += other.articles
        days = (*self.days, *other.days)
        self.days = (min(days), max(days)) if days else ()
        self.things.add(other.things)

    def told(self) -> bytes:
        """All of it as one line."""
        things = sorted(iri for drawn in self.things.drawn.values() for iri in drawn)
        uses = [[kind, name.decode(), number] for (kind, name), number in self.uses.items()]
        found = {
            "numbers": [self.quads, self.triples, self.graphs, self.subjects],
            "predicates": {name.decode(): number for name, number in self.predicates.items()},
            "types": self.types, "uses": uses, "articles": self.articles,
            "days": [day.decode() for day in self.days], "things": things,
            "edges": [graph.decode() for graph in self.edges],
        }  # fmt: skip
        return json.dumps(found, ensure_ascii=False, sort_keys=True).encode()


def read(line: bytes) -> Tally:
    """What `told` gave."""
    found = json.loads(line)
    quads, triples, graphs, subjects = found["numbers"]
    return Tally(
        quads,
        triples,
        graphs,
        subjects,
        Counter({name.encode(): number for name, number in found["predicates"].items()}),
        Counter(found["types"]),
        Counter({(kind, name.encode()): number for kind, name, number in found["uses"]}),
        found["articles"],
        tuple(day.encode() for day in found["days"]),
        Sample(found["things"]),
        tuple(graph.encode() for graph in found["edges"]),
    )


def counted(rows: Iterable[bytes]) -> Tally:
    """What is counted of lines of runs that come in order."""
    tally = Tally()
    graph, subject, types = b"", b"", list[str]()
    for row in rows:
        tally.quads += 1
        of, about, predicate, thing = row[:-1].split(b"\t")
        if of:
            if of != graph:
                graph = of
                tally.graphs += 1
                tally.edges = (*tally.edges[:1], of) if tally.edges else (of, of)
            continue
        tally.triples += 1
        if about != subject:
            subject, types = about, []
            tally.subjects += 1
        tally.predicates[predicate or order.TYPE] += 1
        if predicate in _DAYS:
            days = (*tally.days, thing[1:11])
            tally.days = min(days), max(days)
        for kind in types if predicate else ():
            tally.uses[kind, predicate] += 1
        if not predicate:
            # The types of a subject come before all else of it.
            tally.things.see(subject)
            types.append(thing.decode())
            tally.types[types[-1]] += 1
            if thing == _ARTICLE:
                tally.articles.append(subject[1:-1].decode())
    return tally
