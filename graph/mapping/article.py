"""An article: its source text, untouched, and the order in which it is read.

Offsets are Unicode code points of the decoded file, 0-based, end exclusive. A page scan stores the
columns of a page in the wrong order and breaks sentences between them; `article.yaml` names the
lines of every paragraph in reading order, so a broken sentence is one quote again and the source
stays as it is.
"""

import datetime as dt
import hashlib
import re
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from functools import cached_property
from pathlib import Path

from graph import source_files as files
from graph.errors import Errors, InputError, Place, Report, at_once
from graph.mapping import genre, yaml_positions
from graph.mapping import sections as parts
from graph.mapping.genre import optional
from graph.mapping.sections import SLUG, Section, Span
from graph.mapping.yaml_positions import Mapping, Text, entries, only, required, word

_KEYS = {
    "title", "publisher", "issued", "page", "reprint", "sha256", "rights", "sections", "errata",
    "conflicts", "mapped", "defaults", "genre", "state", "document", "label",
}  # fmt: skip
_ERRATUM_KEYS = {"record", "quote", "section", "line", "reading", "confidence", "comment"}
RIGHTS = {
    "en": "The quoted text is its publisher's and is not covered by the licence of this dataset; "
    "it is cited as evidence.",
    "zh": "所引原文归其发布者所有，不在本数据集许可之列，仅作为依据引用。",
}
"""What is said of the rights of an article that says nothing itself, by language."""


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
    comment: Mapping
    """By language."""


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
    rights: dict[str, str]
    """Whose the printed words are, by language; English where the file says it in words alone."""
    genre: Text
    """The code of what kind of text it is."""
    state: str
    """How far it is mapped, one of `genre.STATES`."""
    document: Text | None = None
    """The official document whose own words it is, if it is one."""
    defaults: dict[str, Text] = field(default_factory=dict)
    """Voice, speaker and confidence of claims whose section has no others."""
    gloss: str = ""
    """Its title in English, in our words, where somebody rendered it."""

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
    name = f"{folder.name}/article.txt"
    raw = files.raw(folder / "article.txt", name)
    digest = hashlib.sha256(raw).hexdigest()
    stated = word(entry, "sha256")
    if digest != stated:
        raise InputError(
            f"the source has changed: its SHA-256 is {digest}, article.yaml says {stated}",
            stated.place,
            "restore article.txt; a corrected text comes by `policyprov article renew`",
        )
    return files.decoded(raw, name), digest


def _rights(entry: Mapping) -> dict[str, str]:
    said = entry.get("rights")
    if said is None:
        return RIGHTS
    if not isinstance(said, Mapping):
        return {"en": word(entry, "rights")}
    only(said, {"en", "zh"}, "rights, which are text in languages")
    return {language: word(said, language) for language in said}


def _line(entry: Mapping) -> int | None:
    if entry.get("line") is None:
        return None
    line = word(entry, "line")
    if not re.fullmatch("[0-9]{1,6}", line):
        raise InputError(f"{str(line)!r} is no line", line.place, "write the number of a line")
    return int(line)


def _errata(entry: Mapping, article: Article, errors: Errors) -> Iterator[Erratum]:
    for each in entries(entry, "errata"):
        with errors.kept():
            only(each, _ERRATUM_KEYS, "an erratum")
            comment = required(each, "comment")
            only(comment, {"en", "zh"}, "the comment of an erratum")
            inside = word(each, "section") if each.get("section") is not None else None
            section, spans = article.resolve(word(each, "quote"), inside, _line(each))
            yield Erratum(
                record=word(each, "record"),
                spans=spans,
                section=section,
                reading=word(each, "reading") if each.get("reading") is not None else None,
                confidence=word(each, "confidence"),
                comment=comment,
            )


def _conflicts(entry: Mapping, errors: Errors) -> Iterator[Conflict]:
    for each in entries(entry, "conflicts"):
        with errors.kept():
            only(each, {"records", "comment"}, "a conflict")
            records, comment = entries(each, "records"), required(each, "comment")
            if not records or not all(isinstance(record, Text) for record in records):
                raise InputError("a conflict of no records", each.place, "write records: [A, B]")
            only(comment, {"en", "zh"}, "the comment of a conflict")
            yield Conflict(tuple(records), comment)


def _day(entry: Mapping, key: str, what: str = "") -> str:
    """A day of the calendar, in ISO 8601; `what` is what errors call its mapping."""
    written = word(entry, key)
    try:
        # Python reads weeks and days without hyphens too, which are no days of ours.
        return dt.datetime.strptime(written, "%Y-%m-%d").date().isoformat()  # noqa: DTZ007 - a day
    except ValueError as error:
        raise InputError(f"{what}{key}: {error}", written.place, "write YYYY-MM-DD") from error


def _mapped(entry: Mapping) -> Work | None:
    days = entry.get("mapped")
    if days is None:
        return None
    only(days, {"from", "to", "by"}, "mapped")
    by = word(days, "by") if days.get("by") is not None else None
    return Work(_day(days, "from", "mapped "), _day(days, "to", "mapped "), by)


_WORDS = ("title", "publisher", "page", "reprint")


def load(folder: Path, report: Report = at_once) -> Article:
    """The article in this folder: `article.txt` and `article.yaml`.

    A line that no section reads or two read, an erratum that is not in the source, and what is
    wrong in the masthead are reported. Raises InputError where the text or the form is such that
    nothing of the article can be read.
    """
    entry = yaml_positions.load(folder / "article.yaml")
    if not isinstance(entry, Mapping):
        raise InputError("no mapping", Place(f"{folder.name}/article.yaml", 1), "write title: …")
    errors = Errors()
    with errors.kept():
        only(entry, _KEYS, "an article")
    if not re.fullmatch(SLUG, folder.name):
        remedy = "use small letters, digits and hyphens, such as gov-20181206"
        errors.report(InputError(f"{folder.name!r} is no name", entry.place, remedy))
    told = dict.fromkeys(_WORDS, "")
    kind = genre.read(entry, errors)
    for key in _WORDS:
        with errors.kept():
            told[key] = word(entry, key) if key in kind.asked else optional(entry, key)
    issued, mapped = "", None
    with errors.kept():
        issued = _day(entry, "issued")
    with errors.kept():
        mapped = _mapped(entry)
    bare = None
    with errors.kept():
        text, digest = _source(entry, folder)
        bare = Article(
            slug=folder.name,
            text=text,
            sha256=digest,
            issued=issued,
            sections=parts.read(entry, text, errors.report),
            errata=(),
            conflicts=(),
            mapped=mapped,
            genre=kind.code,
            state=kind.state,
            rights=_rights(entry),
            document=kind.document,
            title=told["title"],
            publisher=told["publisher"],
            page=told["page"],
            reprint=told["reprint"],
        )
        bare = replace(
            bare,
            defaults=parts.defaults(entry),
            gloss=parts.gloss(entry),
            conflicts=tuple(_conflicts(entry, errors)),
        )
        bare = replace(bare, errata=tuple(_errata(entry, bare, errors)))
    if bare is None or not issued:
        errors.refuse()
    for error in errors.found:
        report(error)
    assert bare is not None  # noqa: S101 - else `refuse` has raised
    return bare
