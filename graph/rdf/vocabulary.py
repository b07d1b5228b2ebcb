"""The vocabulary as `ontology/` states it: nothing of it is typed again in Python."""

import difflib
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

import pyoxigraph as ox

from graph.errors import InputError, Place
from graph.paths import ONTOLOGY
from graph.rdf.namespaces import NS, PREFIXES, expand, shorten
from graph.rdf.store import in_memory

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
    listed: dict[str, str]
    """Prefixed name of a concept → its code list."""
    lists: dict[tuple[str, str], str]
    """Class (or '' for any) and property → the code list that the shapes take its values from."""
    notation: dict[str, str]
    """Prefixed name of a concept → its printed sign."""
    signs: dict[str, tuple[str, ...]]
    """Prefixed name of a unit → every sign it is printed as: its notation, its other labels."""
    labels: dict[str, tuple[str, ...]]
    """Prefixed name of a concept → what it is called in Chinese."""
    related: dict[str, frozenset[str]]
    """Prefixed name of a concept → the concepts of other lists that go with it, where any do."""

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

    def code(self, written: str, place: Place, scheme: str | None = None) -> str:
        """The prefixed name of a concept of this code list, or of any when none is named.

        Raises InputError for one that is not in it, with its nearest codes and how to add one.
        """
        among = frozenset(c for c in self.codes if scheme in (None, self.listed.get(c)))
        if written in among:
            return written
        near = difflib.get_close_matches(written, among, n=3)
        hint = f"did you mean {' or '.join(near)}? " if near else ""
        what = f"unknown code {written!r}"
        if written in self.codes:
            what = f"{written} is a code of {self.listed[written]}, and {scheme} is wanted here"
        raise InputError(
            what,
            place,
            f"{hint}A new code is one more concept of {scheme or 'its list'} in "
            "ontology/concepts.ttl (see docs/mapping.md)",
        )

    def scheme(self, types: Iterable[str], name: str) -> str | None:
        """The code list that a property of a thing of these classes takes its values from.

        None where the shapes name none, or several for a thing whose class is not known.
        """
        kinds = (*types, "")
        found = {s for (kind, path), s in self.lists.items() if path == name and kind in kinds}
        found = found or {s for (_, path), s in self.lists.items() if path == name and not types}
        return found.pop() if len(found) == 1 else None

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


_LISTS = """
  SELECT ?class ?path ?scheme WHERE {
    { ?shape sh:targetClass ?class ; sh:property ?property .
      { ?property sh:path ?path ; sh:node/sh:property ?in .
        ?in sh:path skos:inScheme ; sh:hasValue ?scheme }
      UNION
      { ?property sh:path ( ?path skos:inScheme ) ; sh:in ( ?scheme ) } }
    UNION
    { ?shape sh:targetObjectsOf ?path ; sh:property ?in .
      ?in sh:path skos:inScheme ; sh:hasValue ?scheme } }"""
"""Which values the shapes take from one code list."""


def _lists(shapes: tuple[ox.Triple, ...]) -> dict[tuple[str, str], str]:
    store = in_memory(ox.Quad(*t) for t in shapes)
    rows = store.query(_LISTS, prefixes=PREFIXES)
    assert isinstance(rows, ox.QuerySolutions)  # noqa: S101 - the query is a SELECT
    found = {}
    for row in rows:
        kind, path, scheme = (
            shorten(row[n].value) if isinstance(row[n], ox.NamedNode) else ""
            for n in ("class", "path", "scheme")
        )
        found[kind, path] = scheme
    return found


def _schemes(concepts: tuple[ox.Triple, ...]) -> dict[str, str]:
    return {
        shorten(t.subject.value): shorten(t.object.value)
        for t in concepts
        if t.predicate == expand("skos:inScheme")
        and isinstance(t.subject, ox.NamedNode)
        and isinstance(t.object, ox.NamedNode)
    }


def _related(concepts: tuple[ox.Triple, ...]) -> dict[str, frozenset[str]]:
    found: dict[str, set[str]] = {}
    for t in concepts:
        if t.predicate == expand("skos:related") and isinstance(t.object, ox.NamedNode):
            assert isinstance(t.subject, ox.NamedNode)  # noqa: S101 - concepts have names
            found.setdefault(shorten(t.subject.value), set()).add(shorten(t.object.value))
    return {name: frozenset(others) for name, others in found.items()}


def _texts(concepts: tuple[ox.Triple, ...], name: str, key: str) -> Iterator[str]:
    subject, predicate = expand(name), expand(key)
    for t in concepts:
        if t.subject == subject and t.predicate == predicate and isinstance(t.object, ox.Literal):
            yield t.object.value


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
        listed=_schemes(concepts),
        lists=_lists(read(ONTOLOGY / "shapes.ttl")),
        notation=notation,
        signs={
            name: (sign, *_texts(concepts, name, "skos:altLabel"))
            for name, sign in notation.items()
            if name.startswith("c:unit-")
        },
        labels=_labels(concepts),
        related=_related(concepts),
    )
