"""The facts of a claim as JSON-LD: known terms, known things, typed values, computed IRIs."""

import hashlib
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation
from typing import Any

from graph import periods
from graph.errors import InputError, Place
from graph.mapping import yaml_positions
from graph.mapping.entities import Entity
from graph.mapping.yaml_positions import Text, only
from graph.rdf.vocabulary import Vocabulary

Node = dict[str, Any]
"""A JSON-LD node object."""

OBSERVATION_KEY = (
    "pp:indicator", "pp:statisticType", "pp:scope", "pp:place", "pp:during", "pp:basePeriod",
    "pp:asOf", "pp:unit", "pp:value", "pp:valueMax", "pp:comparator", "adms:status",
    "schema:measurementMethod",
)  # fmt: skip
"""What two observations must agree in to be one."""
FIGURE = "fig:"
"""The prefix of an observation's name until all claims of its article are read."""
DATES = ("dcterms:created", "dcterms:issued", "dcterms:available")
"""Dates of a document, as precise as the words: signed, issued, made public."""
LANGUAGES = {"en", "zh"}
"""The languages that text is given in."""
_NUMBERS = ("pp:value", "pp:valueMax")
_WRITTEN_ONLY = ("id", "type", "figure")


def digest(*parts: str, length: int) -> str:
    """The first hex digits of the SHA-256 of these parts, one a line."""
    return hashlib.sha256("\n".join(parts).encode()).hexdigest()[:length]


def listed(value: Any) -> list[Any]:
    """A value that may stand alone or in a list, as a list."""
    return list(value) if isinstance(value, list) else [value]


@dataclass(frozen=True)
class Facts:
    """Completes the nodes of `facts:` into JSON-LD, refusing every term nobody has declared."""

    vocabulary: Vocabulary
    registry: Mapping[str, Entity]
    sections: frozenset[str] = frozenset()
    """Prefixed names of the article and its sections; `ent:` names of its entries begin alike."""

    def node(self, written: Any, place: Place) -> Node:
        """The JSON-LD node for a mapping, with its IRI and with typed values."""
        if not isinstance(written, yaml_positions.Mapping):
            raise InputError("a fact is not a mapping", place, "write - id: …")
        types = [
            self.vocabulary.type(t, t.place)
            for t in listed(written.get("type", []))
            if t is not None
        ]
        node: Node = {"type": types} if types else {}
        for key, value in written.items():
            if key not in _WRITTEN_ONLY:
                at = written.places[key]
                name = self.vocabulary.property(key, at)
                node[name] = self.value(name, value, at)
        return {"id": self.identity(node, types, written), **node}

    def identity(self, node: Node, types: list[str], written: yaml_positions.Mapping) -> str:
        """The prefixed name of a node: computed where the content decides it, else as written."""
        figure = written.get("figure")
        if figure is not None:
            if not isinstance(figure, Text) or "pp:Observation" not in types:
                at = written.places["figure"]
                raise InputError("a figure that is no Observation", at, "give its type")
            return f"{FIGURE}{figure}"
        for kind, mint in _MINTED.items():
            if kind in types:
                return mint(node, written)
        name = written.get("id")
        if name is None:
            raise InputError("a fact without id", written.place, "write id: …")
        return self.known(name)

    def known(self, name: Text) -> str:
        """The prefixed name a reference writes.

        Raises InputError for a thing, code or period that does not exist.
        """
        kind, _, local = name.partition(":")
        if kind == "c":
            return self.vocabulary.code(name, name.place)
        if kind == "per":
            self.period(local, name.place)
        elif kind == "ent":
            self.entry(name)
        elif name not in self.registry and name not in self.sections:
            raise InputError(
                f"unknown entity {str(name)!r}",
                name.place,
                f"register it: add `{name},中文名,,English name` to graph/entities.csv",
            )
        return str(name)

    def entry(self, name: Text) -> None:
        """Check that an entry's name is a section of this article and a number.

        Raises InputError for any other.
        """
        section, _, number = name.replace("ent:", "sec:", 1).rpartition("-")
        if section not in self.sections or not re.fullmatch("[1-9][0-9]*", number):
            raise InputError(
                f"unknown entry {str(name)!r}",
                name.place,
                "write ent:ARTICLE-SECTION-NUMBER, of a section of this article",
            )

    def period(self, slug: str, place: Place) -> periods.Period:
        """The period a slug names; raises InputError when it names none."""
        try:
            return periods.parse(slug)
        except ValueError as error:
            raise InputError(str(error), place, "write YYYY[-MM[-DD]] or START--END") from error

    def value(self, name: str, written: Any, place: Place) -> Any:
        """A value or a list of values of this property, as JSON-LD."""
        if isinstance(written, list):
            return [self.value(name, each, place) for each in written]
        if written is None:
            raise InputError(f"{name} has no value", place, "write one or leave the key out")
        coercion = self.vocabulary.properties[name]
        if coercion == "@id":
            if isinstance(written, yaml_positions.Mapping):
                return self.node(written, place)
            return {"id": self.known(written)}
        if isinstance(written, yaml_positions.Mapping):
            only(written, LANGUAGES, f"{name}, which is text in languages")
            return [{"@value": str(text), "@language": tag} for tag, text in written.items()]
        return self.literal(name, coercion, written)

    def literal(self, name: str, datatype: str, written: Text) -> Any:
        """A literal in canonical form: the engine keeps values, not spellings."""
        if name in DATES:
            parts = written.count("-")
            self.period(written, written.place)
            datatype = ("xsd:gYear", "xsd:gYearMonth", "xsd:date")[min(parts, 2)]
        elif name in _NUMBERS or datatype == "xsd:decimal":
            number = canonical(written)
            return {"@value": number, "@type": "xsd:decimal" if "." in number else "xsd:integer"}
        elif datatype == "xsd:integer":
            return {"@value": canonical(written).partition(".")[0], "@type": datatype}
        return {"@value": str(written), "@type": datatype} if datatype else {"@value": str(written)}


def canonical(written: Text) -> str:
    """A decimal without exponent, leading or trailing zeros.

    Raises InputError for text that is no number.
    """
    try:
        number = Decimal(written)
    except InvalidOperation as error:
        raise InputError(
            f"{str(written)!r} is not a number", written.place, "write digits, such as -27.7"
        ) from error
    text = format(number, "f")
    return text.rstrip("0").rstrip(".") if "." in text else text


def _local(value: Any) -> str:
    one = value[0] if isinstance(value, list) else value
    return str(one["id"]).partition(":")[2]


def key_part(value: Any) -> str:
    """A value of a property that tells observations apart, as text; lists have no order."""
    if value is None:
        return ""
    return " ".join(sorted(str(v.get("id", v.get("@value"))) for v in listed(value)))


def observation(node: Node) -> str:
    """The prefixed name of an observation, from what tells it apart from all others."""
    return "obs:" + digest(*(key_part(node.get(key)) for key in OBSERVATION_KEY), length=12)


def _mint_observation(node: Node, _: yaml_positions.Mapping) -> str:
    return observation(node)


def _mint_change(node: Node, written: yaml_positions.Mapping) -> str:
    if not {"pp:before", "pp:after"} <= node.keys():
        raise InputError("a Change needs before and after", written.place, "write both")
    return change(node)


def change(node: Node) -> str:
    """The prefixed name of a change, from its two observations."""
    return f"chg:{_local(node['pp:before'])}-{_local(node['pp:after'])}"


def _mint_membership(node: Node, written: yaml_positions.Mapping) -> str:
    parts = ("org:member", "org:organization", "org:role")
    if not set(parts) <= node.keys():
        raise InputError(f"a membership needs {', '.join(parts)}", written.place, "write all three")
    return "mem:" + "-".join(_local(node[p]).removeprefix("role-") for p in parts)


_MINTED = {
    "pp:Observation": _mint_observation,
    "pp:Change": _mint_change,
    "org:Membership": _mint_membership,
}
"""Types whose IRI follows from their content: the same figure told twice is one observation."""


def nodes(node: Node) -> Iterator[Node]:
    """A node and every node nested in it."""
    yield node
    for key, value in node.items():
        if key not in ("id", "type"):
            for each in listed(value):
                if isinstance(each, dict) and len(each) > 1 and "id" in each:
                    yield from nodes(each)
