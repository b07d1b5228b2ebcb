"""The quads of a release, on disk or in memory, and the two IRIs everything starts from."""

from collections.abc import Iterable
from pathlib import Path

from pyoxigraph import DefaultGraph, NamedNode, Quad, Store

from graph.errors import ReleaseError

CANONICAL_BASE = "https://w3id.org/policyprov/"
"""Identity: the prefix of every IRI in the data, wherever a copy of it is served."""

IDS = CANONICAL_BASE + "id/"
CONCEPTS = CANONICAL_BASE + "concept/"
NS = CANONICAL_BASE + "ns#"

BACKGROUND = NamedNode(IDS + "graph/background")
"""What we know and the article does not say: place codes, masthead, translations, errata."""
INFERRED = NamedNode(IDS + "graph/inferred")
"""What follows from the rest by the ontology's axioms."""
ONTOLOGY_GRAPH = NamedNode(CANONICAL_BASE + "ns")
CONCEPTS_GRAPH = NamedNode(CANONICAL_BASE + "concept")
DEFAULT = DefaultGraph()

PREFIXES: dict[str, str] = {
    "pp": NS,
    "c": CONCEPTS,
    "agt": IDS + "agent/",
    "app": IDS + "platform/",
    "art": IDS + "article/",
    "cas": IDS + "case/",
    "chg": IDS + "change/",
    "clm": IDS + "claim/",
    "doc": IDS + "document/",
    "eff": IDS + "effect/",
    "eli": "http://data.europa.eu/eli/ontology#",
    "err": IDS + "erratum/",
    "evt": IDS + "event/",
    "gr": IDS + "graph/",
    "mea": IDS + "measure/",
    "mem": IDS + "membership/",
    "obs": IDS + "observation/",
    "per": IDS + "period/",
    "plc": IDS + "place/",
    "prb": IDS + "problem/",
    "psg": IDS + "passage/",
    "sec": IDS + "section/",
    "spn": IDS + "span/",
    "act": IDS + "activity/",
    "adms": "http://www.w3.org/ns/adms#",
    "dcat": "http://www.w3.org/ns/dcat#",
    "dcterms": "http://purl.org/dc/terms/",
    "foaf": "http://xmlns.com/foaf/0.1/",
    "oa": "http://www.w3.org/ns/oa#",
    "org": "http://www.w3.org/ns/org#",
    "owl": "http://www.w3.org/2002/07/owl#",
    "prov": "http://www.w3.org/ns/prov#",
    "rdf": "http://www.w3.org/1999/02/22-rdf-syntax-ns#",
    "rdfs": "http://www.w3.org/2000/01/rdf-schema#",
    "schema": "https://schema.org/",
    "sh": "http://www.w3.org/ns/shacl#",
    "skos": "http://www.w3.org/2004/02/skos/core#",
    "void": "http://rdfs.org/ns/void#",
    "xsd": "http://www.w3.org/2001/XMLSchema#",
}
"""The published prefixes: in every dump, offered to every editor, injected into no query."""


def expand(name: str) -> NamedNode:
    """The IRI of a prefixed name such as `pp:Claim`.

    Raises KeyError for a prefix that PREFIXES does not hold.
    """
    prefix, _, local = name.partition(":")
    return NamedNode(PREFIXES[prefix] + local)


def in_memory(quads: Iterable[Quad]) -> Store:
    """A store of these quads that lives as long as the process."""
    store = Store()
    store.extend(quads)
    return store


def write(quads: Iterable[Quad], path: Path) -> None:
    """A store directory at `path`, compacted and complete on disk when this returns."""
    store = Store(str(path))
    store.bulk_extend(quads)
    store.flush()
    store.optimize()


def read(path: Path) -> Store:
    """The store directory of a release, opened so that nothing can change it.

    Raises ReleaseError if there is none or it cannot be read.
    """
    if not path.is_dir():
        raise ReleaseError(f"no store at {path}; run `policyprov build` first")
    try:
        return Store.read_only(str(path))
    except OSError as error:
        raise ReleaseError(f"the store at {path} cannot be read ({error}); build again") from error
