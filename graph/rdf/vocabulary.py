"""The vocabulary as `ontology/` states it: nothing of it is typed again in Python."""

import difflib
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

import pyoxigraph as ox

from graph.errors import InputError, Place
from graph.paths import ONTOLOGY
from graph.rdf.namespaces import NS, PREFIXES, expand, shorten

_TYPE = expand("rdf:type")
_LANGUAGE_MAPS = (
    "rdfs:label",
    "rdfs:comment",
    "skos:altLabel",
    "dcterms:title",
    "dcterms:description",
)


def read(path: Path) -> tuple[ox.Triple, ...]:
    """The triples of one Turtle file of the ontology.

    Raises InputError with the line of a syntax error.
    """
    try:
        return tuple(q.triple for q in ox.parse(path=path, format=ox.RdfFormat.TURTLE))
    except SyntaxError as error:
        place = Place(f"ontology/{path.name}", error.lineno or 0)
        raise InputError(f"not Turtle: {error.msg}", place, "mend the syntax") from error


@dataclass(frozen=True)
class Vocabulary:
    """The terms of the ontology, the concepts of its code lists, and how values are typed."""

    ontology: tuple[ox.Triple, ...]
    concepts: tuple[ox.Triple, ...]
    classes: frozenset[str]
    """Prefixed names of every declared class, ours and others'."""
    properties: dict[str, str]
    """Prefixed name of every declared property → `@id`, its datatype's prefixed name, or ''."""
    codes: frozenset[str]
    """Prefixed names of every concept."""
    schemes: frozenset[str]
    """Prefixed names of every code list."""
    notation: dict[str, str]
    """Prefixed name of a concept → its printed sign."""
    labels: dict[str, tuple[str, ...]]
    """Prefixed name of a concept → what it is called in Chinese."""

    def term(self, written: str) -> str:
        """The prefixed name of a key of a mapping: `value` is `pp:value`."""
        return written if ":" in written else f"pp:{written}"

    def property(self, written: str, place: Place) -> str:
        """The prefixed name of the property a key names.

        Raises InputError for a term the ontology does not declare, with the nearest ones.
        """
        return self._known(self.term(written), frozenset(self.properties), "property", place)

    def type(self, written: str, place: Place) -> str:
        """The prefixed name of the class a `type:` names; raises InputError as `property` does."""
        return self._known(self.term(written), self.classes, "class", place)

    def code(self, written: str, place: Place) -> str:
        """The prefixed name of a concept; raises InputError for one in no code list."""
        return self._known(written, self.codes, "code", place)

    def _known(self, name: str, among: frozenset[str], kind: str, place: Place) -> str:
        if name in among:
            return name
        near = difflib.get_close_matches(name, among, n=3)
        hint = f"did you mean {' or '.join(near)}?" if near else "see ontology/"
        raise InputError(f"unknown {kind} {name!r}", place, hint)

    def context(self) -> dict[str, Any]:
        """The JSON-LD context of claims and dumps, generated from the declarations."""
        terms: dict[str, Any] = {"@version": 1.1, "@vocab": NS, **PREFIXES}
        terms |= {"id": "@id", "type": "@type", "facts": "@graph"}
        for name, coercion in sorted(self.properties.items()):
            if name.partition(":")[0] not in PREFIXES:
                continue
            key = name.removeprefix("pp:")
            if name in _LANGUAGE_MAPS:
                terms[key] = {"@id": name, "@container": "@language"}
            elif coercion:
                terms[key] = {"@id": name, "@type": coercion}
        return {"@context": terms}


def _declared(triples: tuple[ox.Triple, ...], kind: str) -> set[str]:
    class_ = expand(kind)
    return {
        shorten(t.subject.value)
        for t in triples
        if t.predicate == _TYPE and t.object == class_ and isinstance(t.subject, ox.NamedNode)
    }


def _properties(triples: tuple[ox.Triple, ...]) -> dict[str, str]:
    ranges = {
        shorten(t.subject.value): shorten(t.object.value)
        for t in triples
        if t.predicate == expand("rdfs:range")
        and isinstance(t.subject, ox.NamedNode)
        and isinstance(t.object, ox.NamedNode)
    }
    found = dict.fromkeys(_declared(triples, "owl:ObjectProperty"), "@id")
    for kind in ("owl:DatatypeProperty", "owl:AnnotationProperty"):
        for name in _declared(triples, kind):
            datatype = ranges.get(name, "")
            found[name] = datatype if datatype.startswith("xsd:") else ""
    return found | dict.fromkeys(_LANGUAGE_MAPS, "")


def _labels(concepts: tuple[ox.Triple, ...]) -> dict[str, tuple[str, ...]]:
    names = (expand("rdfs:label"), expand("skos:altLabel"))
    found: dict[str, list[str]] = {}
    for t in concepts:
        if (
            t.predicate in names
            and isinstance(t.subject, ox.NamedNode)
            and isinstance(t.object, ox.Literal)
            and t.object.language == "zh"
        ):
            found.setdefault(shorten(t.subject.value), []).append(t.object.value)
    return {name: tuple(texts) for name, texts in found.items()}


@cache
def vocabulary() -> Vocabulary:
    """The vocabulary of this checkout, read once."""
    ontology, concepts = read(ONTOLOGY / "policyprov.ttl"), read(ONTOLOGY / "concepts.ttl")
    notation = {
        shorten(t.subject.value): t.object.value
        for t in concepts
        if t.predicate == expand("skos:notation")
        and isinstance(t.subject, ox.NamedNode)
        and isinstance(t.object, ox.Literal)
    }
    return Vocabulary(
        ontology=ontology,
        concepts=concepts,
        classes=frozenset(_declared(ontology, "owl:Class")),
        properties=_properties(ontology),
        codes=frozenset(_declared(concepts, "skos:Concept")),
        schemes=frozenset(_declared(concepts, "skos:ConceptScheme")),
        notation=notation,
        labels=_labels(concepts),
    )
