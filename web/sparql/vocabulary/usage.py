"""What occurs in a release, as its build counted it: the classes, and the properties of each."""

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from pyoxigraph import NamedNode, RdfFormat, parse

from graph.rdf.namespaces import expand
from web.site.release_view import View

_NAME = "void.ttl"


@dataclass(frozen=True)
class Usage:
    """IRIs of the classes and the properties that occur, and how often, the most frequent first.

    `of_class` has the properties of the things of each class; it is empty for a release whose build
    did not count them.
    """

    classes: Mapping[str, int]
    properties: Mapping[str, int]
    of_class: Mapping[str, Mapping[str, int]]


def counted(folder: Path) -> bool:
    """Whether the build of the release in this folder counted what occurs."""
    return (folder / _NAME).is_file()


def usage(view: View) -> Usage:
    """The usage of a release, read once from its description (VoID)."""
    return view.remember("usage", (), lambda: _read(view.folder / _NAME))


def _read(path: Path) -> Usage:
    said: dict[str, dict[NamedNode, str]] = {}
    inside: list[tuple[str, str]] = []
    parts = (expand("void:classPartition"), expand("void:propertyPartition"))
    for quad in parse(path=path, format=RdfFormat.TURTLE):
        if isinstance(quad.subject, NamedNode) and not hasattr(quad.object, "subject"):
            if quad.predicate in parts:
                inside.append((quad.subject.value, quad.object.value))
            else:
                said.setdefault(quad.subject.value, {})[quad.predicate] = quad.object.value
    kind, entities = expand("void:class"), expand("void:entities")
    property_, triples = expand("void:property"), expand("void:triples")
    classes: Counter[str] = Counter()
    properties: Counter[str] = Counter()
    of_class: dict[str, Counter[str]] = {}
    for whole, part in inside:
        found, around = said[part], said.get(whole, {})
        if kind in found:
            classes[found[kind]] = int(found[entities])
        elif kind in around:
            of_class.setdefault(around[kind], Counter())[found[property_]] = int(found[triples])
        else:
            properties[found[property_]] = int(found[triples])
    return Usage(
        dict(classes.most_common()),
        dict(properties.most_common()),
        {name: dict(each.most_common()) for name, each in of_class.items()},
    )
