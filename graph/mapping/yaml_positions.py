"""A YAML document in which every value knows its line, and every scalar stays text.

Types come from the ontology (a value's datatype is its property's range), never from YAML's own
guesses: `no` is a word and `2020-06` is not a subtraction.
"""

from dataclasses import dataclass
from pathlib import Path
from typing import Any

import yaml

from graph import source_files as files
from graph.errors import Errors, InputError, Place


class Text(str):
    """A scalar, with the place it was written at."""

    __slots__ = ("place",)
    place: Place


class Sequence(list[Any]):
    """A list, with the place it starts at."""

    place: Place


class Mapping(dict[str, Any]):
    """A mapping, with the place it starts at and the place of every key."""

    place: Place
    places: dict[str, Place]


def only(entry: Mapping | Sequence | Text, known: set[str], what: str) -> None:
    """Check that this is a mapping without any key but these.

    Raises InputError for every other key, with the known ones.
    """
    if not isinstance(entry, Mapping):
        remedy = f"use: {', '.join(sorted(known))}"
        raise InputError(f"{what} is not a mapping", entry.place, remedy)
    errors = Errors()
    for key in entry:
        if key not in known:
            remedy = f"use: {', '.join(sorted(known))}"
            errors.report(InputError(f"unknown key {key!r} of {what}", entry.places[key], remedy))
    errors.refuse()


def required(entry: Mapping, key: str) -> Any:
    """The value of a key that must be there.

    Raises InputError when it is missing.
    """
    if entry.get(key) is None:
        raise InputError(f"no {key}", entry.place, f"write {key}: …")
    return entry[key]


def word(entry: Mapping, key: str) -> Text:
    """The text of a key that must be there.

    Raises InputError when it is missing, a list or a mapping.
    """
    value = required(entry, key)
    if not isinstance(value, Text):
        raise InputError(f"{key} is not a text", entry.places[key], f"write {key}: one value")
    return value


def entries(entry: Mapping, key: str) -> Sequence:
    """The list of a key; an empty one where the key is missing.

    Raises InputError when it is anything else.
    """
    value = entry.get(key)
    if isinstance(value, Sequence):
        if None in value:
            raise InputError(f"an empty entry of {key}", value.place, "write it, or take it out")
        return value
    if value is not None or key in entry:
        raise InputError(f"{key} is not a list", entry.places[key], f"write {key}: […]")
    nothing = Sequence()
    nothing.place = entry.place
    return nothing


_DEEPEST = 50
"""Levels of a document: ours have a dozen, Python's stack a thousand frames."""


@dataclass(frozen=True)
class _Reader:
    file: str

    def place(self, node: yaml.Node) -> Place:
        return _place(node, self.file)

    def read(self, node: yaml.Node, depth: int = 0) -> Any:
        if depth > _DEEPEST:
            raise InputError("nested too deeply", self.place(node), "take levels out")
        if isinstance(node, yaml.MappingNode):
            return self.mapping(node, depth)
        if isinstance(node, yaml.SequenceNode):
            found = Sequence([self.read(child, depth + 1) for child in node.value])
            found.place = self.place(node)
            return found
        if node.tag == "tag:yaml.org,2002:null":
            return None
        text = Text(node.value)
        text.place = self.place(node)
        return text

    def mapping(self, node: yaml.MappingNode, depth: int) -> Mapping:
        found = Mapping()
        found.place, found.places = self.place(node), {}
        for key, value in node.value:
            name = str(key.value)
            if name in found:
                raise InputError(
                    f"the key {name!r} stands twice in one mapping",
                    self.place(key),
                    "keep one of them",
                )
            found[name] = self.read(value, depth + 1)
            found.places[name] = self.place(key)
        return found


def composed(text: str, file: str) -> yaml.Node | None:
    """The nodes of a YAML text, None for an empty one; `file` names it in errors.

    Raises InputError, with line and column as far as the parser knows them, for text that is no
    YAML, and for an alias: it would let a page of text grow without end.
    """
    try:
        # The C parser reads an article in a third of the time, and knows the same places.
        node: yaml.Node | None = yaml.compose(text, Loader=yaml.CSafeLoader)
    except yaml.reader.ReaderError as error:
        # The C parser counts bytes.
        place = Place(file, text.encode()[: error.position].count(b"\n") + 1)
        raise InputError(f"not YAML: {error.reason}", place, "take the character out") from error
    except yaml.MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        place = Place(file, mark.line + 1, mark.column + 1) if mark else Place(file)
        raise InputError(
            f"not YAML: {error.problem}", place, "mend the indentation or quote the value"
        ) from error
    _each_once(node, file)
    return node


def _place(node: yaml.Node, file: str) -> Place:
    return Place(file, node.start_mark.line + 1, node.start_mark.column + 1)


def _each_once(root: yaml.Node | None, file: str) -> None:
    """Refuse a document in which a node stands twice, or within itself."""
    seen, waiting = set[int](), [root] if root else []
    while waiting:
        node = waiting.pop()
        if id(node) in seen:
            raise InputError("an alias (*name)", _place(node, file), "write out what stands there")
        seen.add(id(node))
        if isinstance(node, yaml.MappingNode):
            waiting += [each for pair in node.value for each in pair]
        elif isinstance(node, yaml.SequenceNode):
            waiting += node.value


def load(path: Path) -> Any:
    """The document in this file: Mapping, Sequence and Text all the way down, null as None.

    Raises InputError, with line and column, for a file that is missing, not UTF-8 or not YAML, and
    for a key written twice.
    """
    file = f"{path.parent.name}/{path.name}"
    text = files.text(path, file)
    node = composed(text, file)
    if node is None:
        raise InputError("the file is empty", Place(file), "write a document")
    return _Reader(file).read(node)
