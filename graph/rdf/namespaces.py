"""The published names: the base IRIs, the prefixes, and the two ways between a name and its IRI."""

from functools import lru_cache

from pyoxigraph import BlankNode, DefaultGraph, Literal, NamedNode, Triple

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
    "ent": IDS + "entry/",
    "err": IDS + "erratum/",
    "evt": IDS + "event/",
    "gr": IDS + "graph/",
    "ins": IDS + "instant/",
    "mea": IDS + "measure/",
    "mem": IDS + "membership/",
    "obl": IDS + "obligation/",
    "obs": IDS + "observation/",
    "per": IDS + "period/",
    "plc": IDS + "place/",
    "prb": IDS + "problem/",
    "psg": IDS + "passage/",
    "say": IDS + "saying/",
    "sec": IDS + "section/",
    "spn": IDS + "span/",
    "src": IDS + "source/",
    "stm": IDS + "statement/",
    "tgt": IDS + "target/",
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
    "time": "http://www.w3.org/2006/time#",
    "void": "http://rdfs.org/ns/void#",
    "xsd": "http://www.w3.org/2001/XMLSchema#",
}
"""The published prefixes: in every dump, offered to every editor, added to no query unasked."""


def expand(name: str) -> NamedNode:
    """The IRI of a prefixed name such as `pp:Claim`.

    Raises KeyError for a prefix that PREFIXES does not hold.
    """
    prefix, _, local = name.partition(":")
    return NamedNode(PREFIXES[prefix] + local)


_LONGEST_FIRST = sorted(
    ((space, name) for name, space in PREFIXES.items()), key=lambda s: -len(s[0])
)


@lru_cache(maxsize=4096)
def shorten(iri: str) -> str:
    """The prefixed name of an IRI, or the IRI itself if no published prefix fits."""
    for space, name in _LONGEST_FIRST:
        if iri.startswith(space):
            return f"{name}:{iri[len(space) :]}"
    return iri


def turtle(term: NamedNode | BlankNode | Literal | Triple) -> str:
    """A term as Turtle writes it, prefixed where a published prefix fits."""
    if not isinstance(term, NamedNode):
        return str(term)
    name = shorten(term.value)
    local = name.partition(":")[2].replace("-", "").replace("_", "")
    return name if name != term.value and local.isalnum() else str(term)
