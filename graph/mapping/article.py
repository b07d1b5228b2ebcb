"""A newspaper article: its source text, untouched, and the order in which it is read.

Offsets are Unicode code points of the decoded file, 0-based, end exclusive. A page scan stores the
columns of a page in the wrong order and breaks sentences between them; `article.yaml` names the
lines of every paragraph in reading order, so a broken sentence is one quote again and the source
stays as it is.
"""

import hashlib
import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from functools import cached_property
from pathlib import Path
from typing import Any

from graph.errors import InputError, Place
from graph.mapping import yaml_positions
from graph.mapping.yaml_positions import Mapping, Text


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


@dataclass(frozen=True)
class Erratum:
    """A slip of the printed or scanned text, beside the untouched source.

    `reading` is what it most likely should say, or None when that cannot be told.
    """

    record: str
    spans: tuple[Span, ...]
    section: str
    reading: str | None
    confidence: str
    comment: str


@dataclass(frozen=True)
class Article:
    """An article with its masthead, its sections in reading order and its errata."""

    slug: str
    text: str
    sha256: str
    title: str
    publisher: str
    issued: str
    page: str
    reprint: str
    sections: tuple[Section, ...]
    errata: tuple[Erratum, ...]

    @cached_property
    def section(self) -> dict[str, Section]:
        """The sections by slug."""
        return {s.slug: s for s in self.sections}

    def line(self, offset: int) -> int:
        """The line number, from 1, of a source offset."""
        return self.text.count("\n", 0, offset) + 1

    def resolve(
        self, words: Text, section: str | None, line: int | None
    ) -> tuple[str, tuple[Span, ...]]:
        """The section and the spans of the one place where these words stand.

        `section` and `line` (of the first character) narrow the search. Raises InputError when
        there is no such place or more than one.
        """
        if not words:
            raise InputError("an empty quote", words.place, "quote the words of the source")
        if section is not None and section not in self.section:
            raise InputError(
                f"no section {section!r}", words.place, f"use one of: {', '.join(self.section)}"
            )
        among = self.sections if section is None else (self.section[section],)
        found = [
            (s.slug, spans)
            for s in among
            for spans in s.occurrences(words)
            if line is None or self.line(spans[0].start) == line
        ]
        if not found:
            raise InputError(
                f"the quote {words!r} is not in the source",
                words.place,
                "copy it from article.txt; a column break needs its lines joined in article.yaml",
            )
        if len(found) > 1:
            lines = ", ".join(str(self.line(spans[0].start)) for _, spans in found)
            raise InputError(
                f"the quote {words!r} stands {len(found)} times in the source (lines {lines})",
                words.place,
                "quote more of the sentence, or add inSection: or line:",
            )
        return found[0]


def _required(entry: Mapping, key: str) -> Any:
    if entry.get(key) is None:
        raise InputError(f"no {key}", entry.place, f"write {key}: …")
    return entry[key]


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


def _sections(entries: Any, text: str) -> tuple[Section, ...]:
    used: dict[int, Place] = {}
    sections = tuple(
        Section(
            slug=_required(entry, "slug"),
            type=_required(entry, "type"),
            title=_required(entry, "title"),
            sequence=sequence,
            author=entry.get("author"),
            paragraphs=tuple(
                _paragraph(lines, text, used) for lines in _required(entry, "paragraphs")
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


def _source(entry: Mapping, folder: Path) -> tuple[str, str]:
    path = folder / "article.txt"
    place = Place(f"{folder.name}/article.txt")
    if not path.is_file():
        raise InputError("the file is missing", place, "put the byte-exact source there")
    raw = path.read_bytes()
    digest = hashlib.sha256(raw).hexdigest()
    stated = _required(entry, "sha256")
    if digest != stated:
        raise InputError(
            f"the source has changed: its SHA-256 is {digest}, article.yaml says {stated}",
            stated.place,
            "restore article.txt; if the new text is right, map it as a new article",
        )
    try:
        return raw.decode("utf-8"), digest
    except UnicodeDecodeError as error:
        raise InputError(f"not UTF-8 ({error})", place, "save it as UTF-8") from error


def _errata(entries: Any, article: Article) -> tuple[Erratum, ...]:
    found = []
    for entry in entries or ():
        quote = _required(entry, "quote")
        line = entry.get("line")
        section, spans = article.resolve(quote, entry.get("section"), int(line) if line else None)
        found.append(
            Erratum(
                record=_required(entry, "record"),
                spans=spans,
                section=section,
                reading=entry.get("reading"),
                confidence=_required(entry, "confidence"),
                comment=_required(entry, "comment"),
            )
        )
    return tuple(found)


def load(folder: Path) -> Article:
    """The article in this folder: `article.txt` and `article.yaml`.

    Raises InputError for a changed source, a line that no section reads or two read, and an
    erratum that is not in the source.
    """
    entry = yaml_positions.load(folder / "article.yaml")
    text, digest = _source(entry, folder)
    bare = Article(
        slug=folder.name,
        text=text,
        sha256=digest,
        title=_required(entry, "title"),
        publisher=_required(entry, "publisher"),
        issued=_required(entry, "issued"),
        page=_required(entry, "page"),
        reprint=_required(entry, "reprint"),
        sections=_sections(_required(entry, "sections"), text),
        errata=(),
    )
    return replace(bare, errata=_errata(entry.get("errata"), bare))
