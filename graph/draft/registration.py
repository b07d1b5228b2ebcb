"""Rows that the registry lacks: made from the labels in the claims, beside what they may double."""

import csv
import difflib
import io
import os
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import product
from pathlib import Path
from typing import Any

from graph import source_files as files
from graph.errors import InputError, UnknownEntityError
from graph.mapping import entities
from graph.mapping.entities import Entity, normalised
from graph.mapping.facts import listed
from graph.search.characters import readings
from graph.search.fold import fold

_MOST = 64
"""Readings of a name that are compared by sound."""


@dataclass
class Told:
    """What claims say of things: labels, aliases, and the body a person belongs to."""

    zh: dict[str, str] = field(default_factory=dict)
    en: dict[str, str] = field(default_factory=dict)
    aliases: dict[str, set[str]] = field(default_factory=dict)
    member: dict[str, str] = field(default_factory=dict)

    def read(self, written: Any) -> None:
        """Take in a mapping of claims.yaml or background.yaml, and all that stands in it."""
        if isinstance(written, list):
            for each in written:
                self.read(each)
        elif isinstance(written, Mapping):
            self._node(written)
            for each in written.values():
                self.read(each)

    def _node(self, node: Mapping[str, Any]) -> None:
        name, label = node.get("id"), node.get("rdfs:label")
        if isinstance(name, str) and isinstance(label, Mapping):
            for tag, kept in (("zh", self.zh), ("en", self.en)):
                if isinstance(label.get(tag), str):
                    kept.setdefault(name, label[tag])
        other = node.get("skos:altLabel")
        if isinstance(name, str) and isinstance(other, Mapping):
            words = (str(text) for value in other.values() for text in listed(value))
            self.aliases.setdefault(name, set()).update(words)
        member, body = (_name(node.get(f"org:{key}")) for key in ("member", "organization"))
        if member and body:
            self.member.setdefault(member, body)


def _name(written: Any) -> str | None:
    found = written.get("id") if isinstance(written, Mapping) else written
    return str(found) if isinstance(found, str) else None


@dataclass(frozen=True)
class Missing:
    """A thing that claims name and the registry lacks: its row, and what it may be already.

    `row` is None where no claim gives its Chinese label; `same` is the registered thing of the same
    kind, name and distinction, and such a row cannot be added; `near` are (name, why) of others.
    """

    error: InputError
    name: str
    row: tuple[str, str, str, str] | None
    same: str | None
    near: tuple[tuple[str, str], ...]

    @property
    def addable(self) -> bool:
        """Whether its row can be added."""
        return self.row is not None and self.same is None


def _sounds(text: str) -> set[tuple[str, ...]]:
    known = readings()
    ways = product(*(known.get(character, (character,)) for character in fold(text)))
    return {way for _, way in zip(range(_MOST), ways, strict=False)}


def _why(row: tuple[str, str, str, str], aliases: set[str], other: Entity, called: set[str]) -> str:
    """By which sign a row may be a registered thing; empty when by none."""
    name, zh, of, _ = row
    slug, its = (each.partition(":")[2] for each in (name, other.name))
    alike = difflib.SequenceMatcher(None, zh, other.zh).ratio()
    signs = {
        f"same name, {'of ' + other.of if other.of else 'without a distinction'}": (
            normalised(zh) == normalised(other.zh)
        ),
        "alias": bool({zh, *aliases} & called) or other.zh in aliases,
        "same sound": bool(_sounds(zh) & _sounds(other.zh)),
        "same code": slug.isdigit() and its.isdigit() and _code(slug) == _code(its),
        "like its code": difflib.SequenceMatcher(None, slug, its).ratio() >= 0.9,
        "same employer, like its name": bool(of) and of == other.of and alike >= 0.5,
        "like its name": alike >= 0.8,
    }
    return next((sign for sign, shown in signs.items() if shown), "")


def _code(digits: str) -> str:
    """A code of an administrative division without the zeros that fill it up."""
    return digits[:6].rstrip("0")


def _missing(
    error: UnknownEntityError, told: Told, registry: Mapping[str, Entity], things: Sequence[Entity]
) -> Missing:
    name = error.name
    zh = told.zh.get(name)
    if zh is None:
        return Missing(error, name, None, None, ())
    body = told.member.get(name, "")
    of = registry[body].zh if body in registry else told.zh.get(body, "")
    row = (name, zh, of, told.en.get(name, ""))
    kind = name.partition(":")[0]
    alike = [e for e in things if e.name.partition(":")[0] == kind]
    key = Entity(*row, place=error.where).key
    same = next((entity.name for entity in alike if entity.key == key), None)
    aliases = told.aliases.get(name, set())
    found = ((e.name, _why(row, aliases, e, told.aliases.get(e.name, set()))) for e in alike)
    return Missing(error, name, row, same, tuple((n, why) for n, why in found if why))


def missing(
    errors: Iterable[InputError], told: Told, registry: Mapping[str, Entity]
) -> tuple[Missing, ...]:
    """The things that these errors say nobody has registered, each once."""
    found = {e.name: e for e in reversed(list(errors)) if isinstance(e, UnknownEntityError)}
    things = tuple(registry.values()) if found else ()
    return tuple(_missing(error, told, registry, things) for _, error in sorted(found.items()))


def add(rows: Iterable[Missing], registry: Path) -> tuple[str, ...]:
    """Append the rows that can be added, all or none; their names.

    What stands in the registry stays, byte for byte. Raises InputError when two of the rows, or a
    row and the registry, are one thing.
    """
    return append([e.row for e in rows if e.row is not None and e.addable], registry)


def append(wanted: Sequence[tuple[str, str, str, str]], registry: Path) -> tuple[str, ...]:
    """Append rows (name, Chinese name, distinction, English name), all or none; their names.

    Raises InputError as `add` does.
    """
    if not wanted:
        return ()
    before = files.text(registry, registry.name)
    out = io.StringIO()
    csv.writer(out, lineterminator="\n").writerows(wanted)
    beside = registry.with_name(f".{registry.name}.{os.getpid()}")
    end = "" if before.endswith("\n") else "\n"
    beside.write_bytes((before + end + out.getvalue()).encode())
    try:
        entities.load(beside)
        beside.replace(registry)
    finally:
        beside.unlink(missing_ok=True)
    return tuple(row[0] for row in wanted)
