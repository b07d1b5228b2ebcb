"""The terms of the ontology and of its code lists, read from the files of a release."""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path

from pyoxigraph import BlankNode, Literal, NamedNode, Triple

from graph.errors import UnknownError
from graph.rdf.namespaces import NS, shorten
from graph.rdf.vocabulary import read
from web.site import iris
from web.site.release_view import View

Words = Mapping[str, str]
"""Language → text; a text without a language stands under the empty string."""
_FILES = ("ontology/policyprov.ttl", "ontology/concepts.ttl")
_PROPERTIES = ("owl:ObjectProperty", "owl:DatatypeProperty", "owl:AnnotationProperty")
_TRAITS = {
    "owl:FunctionalProperty": "functional",
    "owl:TransitiveProperty": "transitive",
    "owl:SymmetricProperty": "symmetric",
    "owl:DatatypeProperty": "data",
}


@dataclass(frozen=True)
class Term:
    """A class or a property; other terms are named by their IRIs."""

    iri: str
    label: Words
    definition: Words
    examples: tuple[tuple[str, str], ...]
    """Text and language of each."""
    parents: tuple[str, ...]
    children: tuple[str, ...]
    domain: tuple[str, ...]
    range: tuple[str, ...]
    inverse: tuple[str, ...]
    chains: tuple[tuple[str, ...], ...]
    traits: tuple[str, ...]
    own: bool

    @property
    def anchor(self) -> str:
        """What the page calls its place, as the ontology's IRI does."""
        return self.iri.removeprefix(NS)


@dataclass(frozen=True)
class Concept:
    """A member of a code list."""

    iri: str
    label: Words
    definition: Words
    notation: str
    broader: str


@dataclass(frozen=True)
class Scheme:
    """A code list with its members in their order in the file."""

    iri: str
    label: Words
    comment: Words
    concepts: tuple[Concept, ...]

    @property
    def anchor(self) -> str:
        """What the page calls its place."""
        return "list-" + iris.last(self.iri)


@dataclass(frozen=True)
class OntologyTerms:
    """Everything that the page of the ontology shows."""

    title: Words
    description: Words
    version: str
    classes: tuple[Term, ...]
    properties: tuple[Term, ...]
    foreign: tuple[Term, ...]
    schemes: tuple[Scheme, ...]

    @property
    def terms(self) -> Mapping[str, Term]:
        """Every class and property by IRI."""
        return {term.iri: term for term in (*self.classes, *self.properties, *self.foreign)}

    def properties_of(self, iri: str, side: str) -> tuple[str, ...]:
        """The properties whose `domain` or `range` is this class."""
        return tuple(term.iri for term in self.properties if iri in getattr(term, side))


class _Facts:
    """Triples by subject and predicate, in the order of the file."""

    def __init__(self, triples: Iterable[Triple]) -> None:
        self._found: dict[tuple[object, str], list[object]] = defaultdict(list)
        self.subjects: dict[str, dict[str, None]] = defaultdict(dict)
        for triple in triples:
            predicate = shorten(triple.predicate.value)
            self._found[triple.subject, predicate].append(triple.object)
            if predicate == "rdf:type" and isinstance(triple.subject, NamedNode):
                kind = triple.object.value if isinstance(triple.object, NamedNode) else ""
                self.subjects[shorten(kind)][triple.subject.value] = None

    def objects(self, subject: object, name: str) -> list[object]:
        key = NamedNode(subject) if isinstance(subject, str) else subject
        return self._found[key, name]

    def iris(self, subject: object, name: str) -> tuple[str, ...]:
        found = self.objects(subject, name)
        return tuple(each.value for each in found if isinstance(each, NamedNode))

    def texts(self, subject: object, name: str) -> tuple[tuple[str, str], ...]:
        found = self.objects(subject, name)
        return tuple((o.value, o.language or "") for o in found if isinstance(o, Literal))

    def words(self, subject: object, name: str) -> Words:
        return {language: text for text, language in self.texts(subject, name)}

    def list(self, head: object) -> tuple[str, ...]:
        members: list[str] = []
        while isinstance(head, BlankNode):
            members += self.iris(head, "rdf:first")
            rest = self.objects(head, "rdf:rest")
            head = rest[0] if rest else None
        return tuple(members)


def _term(facts: _Facts, iri: str, children: Mapping[str, list[str]]) -> Term:
    traits = (name for kind, name in _TRAITS.items() if iri in facts.subjects[kind])
    return Term(
        iri=iri,
        label=facts.words(iri, "rdfs:label"),
        definition=facts.words(iri, "skos:definition"),
        examples=facts.texts(iri, "skos:example"),
        parents=(*facts.iris(iri, "rdfs:subClassOf"), *facts.iris(iri, "rdfs:subPropertyOf")),
        children=tuple(sorted(children.get(iri, ()))),
        domain=facts.iris(iri, "rdfs:domain"),
        range=facts.iris(iri, "rdfs:range"),
        inverse=facts.iris(iri, "owl:inverseOf"),
        chains=tuple(facts.list(h) for h in facts.objects(iri, "owl:propertyChainAxiom")),
        traits=tuple(traits),
        own=iri.startswith(NS),
    )


def _children(facts: _Facts, iris: Iterable[str]) -> Mapping[str, list[str]]:
    found: dict[str, list[str]] = defaultdict(list)
    for iri in iris:
        for name in ("rdfs:subClassOf", "rdfs:subPropertyOf"):
            for parent in facts.iris(iri, name):
                found[parent].append(iri)
    return found


def _scheme(facts: _Facts, iri: str) -> Scheme:
    # What stands first in the file stands first in the list.
    members = [
        each for each in facts.subjects["skos:Concept"] if iri in facts.iris(each, "skos:inScheme")
    ]
    return Scheme(
        iri=iri,
        label=facts.words(iri, "rdfs:label"),
        comment=facts.words(iri, "rdfs:comment"),
        concepts=tuple(_concept(facts, each) for each in members),
    )


def _concept(facts: _Facts, iri: str) -> Concept:
    notation = facts.texts(iri, "skos:notation")
    broader = facts.iris(iri, "skos:broader")
    return Concept(
        iri=iri,
        label=facts.words(iri, "rdfs:label"),
        definition=facts.words(iri, "skos:definition"),
        notation=notation[0][0] if notation else "",
        broader=broader[0] if broader else "",
    )


def files(folder: Path) -> tuple[tuple[Triple, ...], tuple[Triple, ...]]:
    """The triples of the ontology and of the code lists of the release in this folder.

    Raises UnknownError if it has none.
    """
    if not has_ontology(folder):
        raise UnknownError("this release has no ontology", "build a release")
    ontology, concepts = (read(folder / name) for name in _FILES)
    return ontology, concepts


def has_ontology(folder: Path) -> bool:
    """Whether the release in this folder has the ontology and the code lists."""
    return all((folder / name).is_file() for name in _FILES)


def ontology_terms(view: View) -> OntologyTerms:
    """The ontology of a release, read once while it is served.

    Raises UnknownError if it has none.
    """
    return view.remember("ontology", (), lambda: _read(view.folder))


def _read(folder: Path) -> OntologyTerms:
    facts, lists = (_Facts(triples) for triples in files(folder))
    properties = {iri for kind in _PROPERTIES for iri in facts.subjects[kind]}
    classes = set(facts.subjects["owl:Class"])
    children = _children(facts, classes | properties)
    terms = [_term(facts, iri, children) for iri in sorted(classes | properties)]
    head = NS.removesuffix("#")
    return OntologyTerms(
        title=facts.words(head, "dcterms:title"),
        description=facts.words(head, "dcterms:description"),
        version="".join(text for text, _ in facts.texts(head, "owl:versionInfo")),
        classes=tuple(term for term in terms if term.own and term.iri in classes),
        properties=tuple(term for term in terms if term.own and term.iri in properties),
        foreign=tuple(term for term in terms if not term.own),
        schemes=tuple(_scheme(lists, iri) for iri in sorted(lists.subjects["skos:ConceptScheme"])),
    )
