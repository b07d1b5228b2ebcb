"""The facts of a claim as JSON-LD: known terms, known things, typed values, computed IRIs."""

import difflib
import hashlib
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from graph import periods
from graph.errors import Errors, InputError, Place, Report, UnknownEntityError, at_once
from graph.mapping import yaml_positions
from graph.mapping.entities import Entity
from graph.mapping.short import facts as short
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
_WHAT, _WHEN = {"pp:scope", "pp:place"}, {"pp:during", "pp:asOf"}
FIGURE = "fig:"
"""The prefix of an observation's name until all claims of its article are read."""
DATES = ("dcterms:created", "dcterms:issued", "dcterms:available")
"""Dates of a document, as precise as the words: signed, issued, made public."""
LANGUAGES = {"en", "zh"}
"""The languages that text is given in."""
_NOWHERE = Place("")
_DECIMAL = re.compile(r"[-+]?[0-9]{1,30}(\.[0-9]{1,30})?([eE][-+]?[0-9]{1,2})?")
_NUMBERS = ("pp:value", "pp:valueMax")
_WRITTEN_ONLY = ("id", "type", "figure")
_KINDS = {"art": "pp:Article", "sec": "pp:Section"}
"""What a name of our own making names; claims need not say its class."""


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
    report: Report = at_once
    """What is told of a name that nobody has declared, after which reading can go on."""

    @property
    def article(self) -> str:
        """The slug of the article; empty where facts are of none."""
        return next((n.removeprefix("art:") for n in self.sections if n.startswith("art:")), "")

    def node(self, written: Any, place: Place) -> Node:
        """The JSON-LD node for a mapping, with its IRI and with typed values.

        Raises InputError with everything that is wrong in it.
        """
        if not isinstance(written, yaml_positions.Mapping):
            raise InputError("a fact is not a mapping", place, "write - id: …")
        written = short.written_out(written, self.registry, self.vocabulary.signs)
        errors, types = Errors(), []
        for kind in listed(written.get("type", [])):
            with errors.kept():
                if not isinstance(kind, Text):
                    raise InputError("a type is not a name", written.places["type"], "name a class")
                types.append(self.vocabulary.type(kind, kind.place))
        node: Node = {"type": types} if types else {}
        subject = self.kinds(written, types)
        for key, value in written.items():
            if key not in _WRITTEN_ONLY:
                at = written.places[key]
                with errors.kept():
                    name = self.vocabulary.property(key, at)
                    scheme = self.vocabulary.scheme(subject, name)
                    node[name] = self.value(name, value, at, scheme)
        errors.refuse()
        return {"id": self.identity(node, types, written), **node}

    def kinds(self, written: yaml_positions.Mapping, types: list[str]) -> list[str]:
        """The classes a node is of: those written, or what an untyped section or article is."""
        kind = _KINDS.get(str(written.get("id")).partition(":")[0])
        return types or ([kind] if kind else [])

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
                return mint(node, written, self.article)
        name = written.get("id")
        if not isinstance(name, Text):
            raise InputError("a fact without id", written.place, "write id: …")
        return self.known(name)

    def known(self, name: Any, scheme: str | None = None, place: Place = _NOWHERE) -> str:
        """The prefixed name a reference writes; `scheme` is the code list it must be of.

        A thing or code that does not exist is reported. Raises InputError for an impossible period
        and for what is no name at all.
        """
        if not isinstance(name, Text):
            raise InputError("a list or mapping where a name is wanted", place, "write one name")
        errors, (kind, _, local) = Errors(), name.partition(":")
        with errors.kept():
            if kind == "c" or scheme:
                self.vocabulary.code(name, name.place, scheme)
            elif kind == "ent":
                self.entry(name)
            elif kind != "per" and name not in self.registry and name not in self.sections:
                raise self.unknown(name)
        for error in errors.found:
            self.report(error)
        if kind == "per":
            self.period(local, name.place)
        return str(name)

    def unknown(self, name: Text) -> UnknownEntityError:
        """What is told of a name that is not registered: the row to add, or the name meant."""
        row = (
            f"register it: add `{name},中文名,,English name` to graph/entities.csv, or let "
            "`policyprov entities --add` do it"
        )
        kind = name.partition(":")[0]
        alike = [n for n in self.registry if n.partition(":")[0] == kind]
        near = difflib.get_close_matches(name, alike, n=3, cutoff=0.8)
        meant = " or ".join(f"{n} ({self.registry[n].zh})" for n in near)
        hint = f"{row}; or did you mean {meant}?" if near else row
        return UnknownEntityError(str(name), name.place, hint)

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

    def value(self, name: str, written: Any, place: Place, scheme: str | None = None) -> Any:
        """A value or a list of values of this property, as JSON-LD.

        Raises InputError for what is no value of it.
        """
        if isinstance(written, list):
            if any(isinstance(each, list) for each in written):
                raise InputError(f"a list in a list as {name}", place, "write one list")
            if written:
                return [self.value(name, each, place, scheme) for each in written]
        if written is None or written == []:
            raise InputError(f"{name} has no value", place, "write one or leave the key out")
        coercion = self.vocabulary.properties[name]
        if coercion == "@id":
            if isinstance(written, yaml_positions.Mapping):
                return self.node(written, place)
            return {"id": self.known(written, scheme, place)}
        if isinstance(written, yaml_positions.Mapping):
            return self.texts(name, written)
        return self.literal(name, coercion, written)

    def texts(self, name: str, written: yaml_positions.Mapping) -> list[Node]:
        """Words in one or more languages.

        Raises InputError where the property takes none, and for a language that has no words or
        that nobody declared.
        """
        if self.vocabulary.properties[name]:
            raise InputError(f"a mapping as {name}", written.place, "write one value")
        only(written, LANGUAGES, f"{name}, which is text in languages")
        if self.article and list(written) == ["en"]:
            raise InputError(f"{name} in English only", written.place, "write zh: as printed")
        for tag, text in written.items():
            if not isinstance(text, Text):
                place = written.places[tag]
                raise InputError(f"no words in {tag!r}", place, "write {zh: …, en: …}")
        return [{"@value": str(text), "@language": tag} for tag, text in written.items()]

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
    if not _DECIMAL.fullmatch(written):
        raise InputError(
            f"{str(written)!r} is not a number", written.place, "write digits, such as -27.7"
        )
    text = format(Decimal(written), "f")
    return text.rstrip("0").rstrip(".") if "." in text else text


def _local(value: Any) -> str:
    one = value[0] if isinstance(value, list) else value
    return str(one["id"]).partition(":")[2]


def key_part(value: Any) -> str:
    """A value of a property that tells observations apart, as text; lists have no order."""
    if value is None:
        return ""
    return " ".join(sorted(str(v.get("id", v.get("@value"))) for v in listed(value)))


def anchored(node: Node) -> bool:
    """Whether an observation says of what or where, and of when: then any article can repeat it."""
    return bool(_WHAT & node.keys() and _WHEN & node.keys())


def observation(node: Node, article: str) -> str:
    """The prefixed name of an observation, from what tells it apart from all others.

    One that does not say of what or not when is of this article alone: 7 days of leave here are not
    7 days of leave there.
    """
    own = () if anchored(node) else (article,)
    return "obs:" + digest(*(key_part(node.get(key)) for key in OBSERVATION_KEY), *own, length=12)


def _mint_observation(node: Node, _: yaml_positions.Mapping, article: str) -> str:
    return observation(node, article)


def _mint_change(node: Node, written: yaml_positions.Mapping, _: str) -> str:
    if not {"pp:before", "pp:after"} <= node.keys():
        raise InputError("a Change needs before and after", written.place, "write both")
    return change(node)


def change(node: Node) -> str:
    """The prefixed name of a change, from its two observations."""
    return f"chg:{_local(node['pp:before'])}-{_local(node['pp:after'])}"


def _mint_membership(node: Node, written: yaml_positions.Mapping, _: str) -> str:
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
