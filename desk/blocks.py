"""`claims.yaml` as the lines of its claims: one is exchanged, and every other byte stays.

A claim's lines begin with the blank lines and comments right above it; what stands before the first
claim and after the last belongs to none.
"""

import textwrap
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import pairwise

import yaml

from graph.errors import InputError, Place
from graph.mapping.yaml_positions import composed

EMPTY = "claims:\n"
"""What a file without claims holds."""


@dataclass(frozen=True)
class Blocks:
    """A file of claims, cut; `head + "".join(entries) + tail` is the file again."""

    file: str
    head: str
    entries: tuple[str, ...]
    tail: str
    indent: int = 2
    """Columns before the dash of a claim."""

    @property
    def text(self) -> str:
        """The whole file."""
        return self.head + "".join(self.entries) + self.tail

    def line(self, index: int) -> int:
        """The line, from 1, on which an entry begins."""
        return 1 + self.head.count("\n") + sum(e.count("\n") for e in self.entries[:index])

    def at(self, line: int) -> int | None:
        """The entry that a line of the file belongs to."""
        start = 1 + self.head.count("\n")
        for index, entry in enumerate(self.entries):
            end = start + entry.count("\n")
            if start <= line < end:
                return index
            start = end
        return None

    def exchanged(self, index: int, old: Sequence[str], new: Sequence[str]) -> "Blocks":
        """These claims with `old`, which stand at `index`, exchanged for `new`.

        Raises InputError when other lines stand there.
        """
        if self.entries[index : index + len(old)] != tuple(old) or index > len(self.entries):
            raise InputError(
                "the claims to exchange are not there any more",
                Place(self.file, self.line(min(index, len(self.entries)))),
                "load the article anew and decide again",
            )
        kept = self.entries[:index], self.entries[index + len(old) :]
        head = self.head
        if not self.entries and new:
            head = head if head.endswith("\n") else head + "\n"
        return replace(self, head=head, entries=(*kept[0], *new, *kept[1]))

    def entry(self, written: str, above: str = "") -> str:
        """A claim as lines of this file: indented, begun with a dash, below these comments.

        `written` may have its dash or not, and any indentation. Raises InputError for no mapping.
        """
        body = textwrap.dedent(written.strip("\n")).rstrip() + "\n"
        if body.startswith("- "):
            body = textwrap.dedent("  " + body[2:])
        place = Place(self.file)
        node = composed(body, self.file)
        if not isinstance(node, yaml.MappingNode):
            raise InputError("a claim is not a mapping", place, "write records: …")
        lines = textwrap.indent(body, " " * (self.indent + 2))
        return above + " " * self.indent + "- " + lines[self.indent + 2 :]


def lead(entry: str) -> str:
    """The blank lines and comments above a claim."""
    lines = entry.splitlines(keepends=True)
    count = next(i for i, line in enumerate(lines) if line.lstrip().startswith("-"))
    return "".join(lines[:count])


def body(entry: str) -> str:
    """A claim without what stands above it, its dash and its indentation."""
    own = entry[len(lead(entry)) :]
    dash = own.index("-")
    return textwrap.dedent(" " * (dash + 1) + own[dash + 1 :]).rstrip() + "\n"


def cut(text: str, file: str) -> Blocks:
    """The claims of a file's text.

    Raises InputError for text that is no YAML, has no list under `claims:`, or has it in brackets.
    """
    root = composed(text, file)
    found = _claims(root)
    if found is None or root is None:
        raise InputError("no claims", Place(file, 1), "write claims: and a list below it")
    key, listed = found
    lines = text.splitlines(keepends=True)
    after = [
        k.start_mark.line
        for k, _ in root.value
        if k.start_mark.line > key.start_mark.line
    ]  # fmt: skip
    end = min(after, default=len(lines))
    if not isinstance(listed, yaml.SequenceNode) or not listed.value:
        if isinstance(listed, yaml.SequenceNode) or listed.value == "":
            head = "".join(lines[: key.start_mark.line]) + EMPTY
            return Blocks(file, head, (), "".join(lines[end:]))
        raise InputError("claims is no list", Place(file, key.start_mark.line + 1), "write - …")
    if listed.flow_style:
        raise InputError(
            "claims in brackets", Place(file, listed.start_mark.line + 1), "write one a line: - …"
        )
    indent = listed.start_mark.column
    starts = [
        _first(lines, child.start_mark.line, indent, key.start_mark.line) for child in listed.value
    ]
    end = _last(lines, starts[-1], end) if after else end
    parts = ["".join(lines[a:b]) for a, b in pairwise([*starts, end])]
    return Blocks(file, "".join(lines[: starts[0]]), tuple(parts), "".join(lines[end:]), indent)


def _claims(root: yaml.Node | None) -> tuple[yaml.Node, yaml.Node] | None:
    if isinstance(root, yaml.MappingNode):
        for key, value in root.value:
            if key.value == "claims":
                return key, value
    return None


def _first(lines: Sequence[str], line: int, indent: int, above: int) -> int:
    """The first line of a claim whose dash is on `line`: comments right above are its own."""
    while not lines[line].lstrip().startswith("-"):
        line -= 1  # the mapping of `-` alone on its line starts on the next
    while line - 1 > above and _aside(lines[line - 1], indent):
        line -= 1
    return line


def _last(lines: Sequence[str], first: int, end: int) -> int:
    while end - 1 > first and _aside(lines[end - 1], 0):
        end -= 1
    return end


def _aside(line: str, indent: int) -> bool:
    bare = line.lstrip()
    return not bare or (bare.startswith("#") and len(line) - len(bare) <= indent)


def changes(before: Blocks, after: Blocks) -> Iterator[int]:
    """The indices of the claims of `after` that `before` does not have."""
    known = set(before.entries)
    return (i for i, entry in enumerate(after.entries) if entry not in known)
