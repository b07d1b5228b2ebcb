"""The sections of a page: the lines of the source in the order in which they are read."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from graph.errors import InputError, Place
from graph.mapping.yaml_positions import Text, only, required

_KEYS = {"slug", "type", "title", "author", "paragraphs"}


@dataclass(frozen=True, order=True)
class Span:
    """One contiguous piece of the source: `text[start:end] == exact`, in code points."""

    start: int
    end: int
    exact: str


@dataclass(frozen=True)
class Paragraph:
    """Lines of the source that are read as one text, in reading order.

    `offsets[i]` is the source offset of `text[i]`.
    """

    text: str
    offsets: tuple[int, ...]

    def spans(self, at: int, length: int) -> tuple[Span, ...]:
        """The source spans, in reading order, of `length` characters from `at`."""
        found: list[Span] = []
        run = at
        for i in range(at, at + length):
            if i + 1 == at + length or self.offsets[i + 1] != self.offsets[i] + 1:
                found.append(Span(self.offsets[run], self.offsets[i] + 1, self.text[run : i + 1]))
                run = i + 1
        return tuple(found)


@dataclass(frozen=True)
class Section:
    """A block of the page; `type` is a concept of the section-type scheme."""

    slug: str
    type: str
    title: str
    sequence: int
    author: str | None
    paragraphs: tuple[Paragraph, ...]

    def occurrences(self, words: str) -> Iterator[tuple[Span, ...]]:
        """The spans of every place in this section where these words stand."""
        for paragraph in self.paragraphs:
            at = paragraph.text.find(words)
            while at >= 0:
                yield paragraph.spans(at, len(words))
                at = paragraph.text.find(words, at + 1)


def _line_starts(text: str) -> list[int]:
    return [0, *(m.end() for m in re.finditer("\n", text))]


def _paragraph(lines: Any, text: str, used: dict[int, Place]) -> Paragraph:
    numbers = [lines] if isinstance(lines, Text) else list(lines)
    starts, rows = _line_starts(text), text.split("\n")
    offsets: list[int] = []
    for written in numbers:
        number = int(written) if written.isdigit() else 0
        if not 1 <= number <= len(rows) or not rows[number - 1]:
            raise InputError(
                f"the source has no text on line {written}", written.place, "name a printed line"
            )
        if number in used:
            raise InputError(
                f"line {number} is read twice", written.place, f"it stands at {used[number]} too"
            )
        used[number] = written.place
        offsets += range(starts[number - 1], starts[number - 1] + len(rows[number - 1]))
    return Paragraph("".join(text[i] for i in offsets), tuple(offsets))


def read(entries: Any, text: str) -> tuple[Section, ...]:
    """The sections that `article.yaml` lists, in reading order.

    Raises InputError for a line that no section reads or two read, and for an unknown key.
    """
    for entry in entries:
        only(entry, _KEYS, "a section")
    used: dict[int, Place] = {}
    sections = tuple(
        Section(
            slug=required(entry, "slug"),
            type=required(entry, "type"),
            title=required(entry, "title"),
            sequence=sequence,
            author=entry.get("author"),
            paragraphs=tuple(
                _paragraph(lines, text, used) for lines in required(entry, "paragraphs")
            ),
        )
        for sequence, entry in enumerate(entries, 1)
    )
    missed = [n for n, row in enumerate(text.split("\n"), 1) if row.strip() and n not in used]
    if missed:
        raise InputError(
            f"lines {missed} of the source belong to no section",
            entries.place,
            "add them to the paragraphs of a section, in reading order",
        )
    return sections
