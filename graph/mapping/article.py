"""A newspaper article: its source text, untouched, and the order in which it is read.

Offsets are Unicode code points of the decoded file, 0-based, end exclusive. A page scan stores the
columns of a page in the wrong order and breaks sentences between them; `article.yaml` names the
lines of every paragraph in reading order, so a broken sentence is one quote again and the source
stays as it is.
"""

import hashlib
from dataclasses import dataclass, replace
from datetime import date
from functools import cached_property
from pathlib import Path
from typing import Any

from graph.errors import InputError, Place
from graph.mapping import yaml_positions
from graph.mapping.sections import Section, Span
from graph.mapping.sections import read as read_sections
from graph.mapping.yaml_positions import Mapping, Text, only, required

_KEYS = {
    "title", "publisher", "issued", "page", "reprint", "sha256", "rights", "sections", "errata",
    "conflicts", "mapped",
}  # fmt: skip
_ERRATUM_KEYS = {"record", "quote", "section", "line", "reading", "confidence", "comment"}
RIGHTS = (
    "The quoted text is the newspaper's and is not covered by the licence of this dataset; "
    "it is cited as evidence."
)
"""What is said of the rights of an article that says nothing itself."""


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
class Conflict:
    """Statements of the article that cannot all be true; `records` are what states them."""

    records: tuple[str, ...]
    comment: Mapping


@dataclass(frozen=True)
class Work:
    """The days (ISO 8601) on which a mapping was begun and ended, and the person who made it."""

    begun: str
    ended: str
    person: str | None


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
    conflicts: tuple[Conflict, ...]
    mapped: Work | None
    """When its mapping was made and by whom, where that is told."""
    rights: str
    """Whose the printed words are, in English."""

    @cached_property
    def section(self) -> dict[str, Section]:
        """The sections by slug."""
        return {s.slug: s for s in self.sections}

    @property
    def names(self) -> frozenset[str]:
        """The prefixed names of the article and its sections, which no registry lists."""
        sections = (f"sec:{self.slug}-{section.slug}" for section in self.sections)
        return frozenset({f"art:{self.slug}", *sections})

    def stem(self, erratum: Erratum) -> str:
        """What everything of an erratum is named by."""
        return f"{self.slug}-{erratum.record.lower()}"

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


def _source(entry: Mapping, folder: Path) -> tuple[str, str]:
    path = folder / "article.txt"
    place = Place(f"{folder.name}/article.txt")
    if not path.is_file():
        raise InputError("the file is missing", place, "put the byte-exact source there")
    raw = path.read_bytes()
    digest = hashlib.sha256(raw).hexdigest()
    stated = required(entry, "sha256")
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
        only(entry, _ERRATUM_KEYS, "an erratum")
        quote = required(entry, "quote")
        line = entry.get("line")
        section, spans = article.resolve(quote, entry.get("section"), int(line) if line else None)
        found.append(
            Erratum(
                record=required(entry, "record"),
                spans=spans,
                section=section,
                reading=entry.get("reading"),
                confidence=required(entry, "confidence"),
                comment=required(entry, "comment"),
            )
        )
    return tuple(found)


def _conflicts(entries: Any) -> tuple[Conflict, ...]:
    for entry in entries or ():
        only(entry, {"records", "comment"}, "a conflict")
    return tuple(
        Conflict(tuple(required(entry, "records")), required(entry, "comment"))
        for entry in entries or ()
    )


def _mapped(entry: Mapping) -> Work | None:
    days = entry.get("mapped")
    if days is None:
        return None
    only(days, {"from", "to", "by"}, "mapped")
    for key in ("from", "to"):
        try:
            date.fromisoformat(required(days, key))
        except ValueError as error:
            raise InputError(f"mapped {key}: {error}", days.place, "write YYYY-MM-DD") from error
    return Work(str(days["from"]), str(days["to"]), days.get("by"))


def load(folder: Path) -> Article:
    """The article in this folder: `article.txt` and `article.yaml`.

    Raises InputError for a changed source, a line that no section reads or two read, and an
    erratum that is not in the source.
    """
    entry = yaml_positions.load(folder / "article.yaml")
    only(entry, _KEYS, "an article")
    text, digest = _source(entry, folder)
    bare = Article(
        slug=folder.name,
        text=text,
        sha256=digest,
        title=required(entry, "title"),
        publisher=required(entry, "publisher"),
        issued=required(entry, "issued"),
        page=required(entry, "page"),
        reprint=required(entry, "reprint"),
        sections=read_sections(required(entry, "sections"), text),
        errata=(),
        conflicts=_conflicts(entry.get("conflicts")),
        mapped=_mapped(entry),
        rights=entry.get("rights") or RIGHTS,
    )
    return replace(bare, errata=_errata(entry.get("errata"), bare))
