"""The sections of a page: the lines of the source in the order in which they are read."""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

from graph.errors import CombinedInputError, Errors, InputError, Place, Report, at_once
from graph.mapping.yaml_positions import Mapping, Sequence, Text, entries, only, required, word

SLUG = "[a-z0-9]+(-[a-z0-9]+)*"
"""What the name of an article or of a section looks like."""
_KEYS = {"slug", "type", "title", "label", "author", "paragraphs", "defaults"}


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
    type: Text
    title: str
    sequence: int
    author: str | None
    paragraphs: tuple[Paragraph, ...]
    defaults: dict[str, Text] = field(default_factory=dict)
    """Voice, speaker and confidence of its claims, as far as they say nothing else."""
    gloss: str = ""
    """Its title in English, where somebody rendered it: our words, and never printed ones."""

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
    numbers = [lines] if isinstance(lines, Text) else lines
    starts, rows = _line_starts(text), text.split("\n")
    offsets: list[int] = []
    for written in numbers:
        number = int(written) if re.fullmatch("[0-9]{1,6}", written) else 0
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


def _paragraphs(
    written: Sequence, text: str, used: dict[int, Place], errors: Errors
) -> Iterator[Paragraph]:
    for lines in written:
        with errors.kept():
            numbers = [lines] if isinstance(lines, Text) else lines
            if not isinstance(numbers, list) or not all(isinstance(n, Text) for n in numbers):
                raise InputError(
                    "a paragraph is no line and no list of lines",
                    written.place,
                    "write the numbers of its lines",
                )
            yield _paragraph(lines, text, used)


def defaults(entry: Mapping) -> dict[str, Text]:
    """Voice, speaker and confidence that claims have if they say nothing else.

    Raises InputError for any other key.
    """
    given = entry.get("defaults")
    if given is None:
        return {}
    only(given, {"voice", "saidBy", "confidence"}, "defaults")
    return {key: word(given, key) for key in given}


def called(title: str, gloss: str) -> dict[str, str]:
    """What something printed is called: by its title, and by what renders it in English."""
    return {tag: words for tag, words in (("zh", title), ("en", gloss)) if words}


def gloss(entry: Mapping) -> str:
    """The English rendering of the title of an article or a section; empty without one.

    Raises InputError for words in any other language: the title itself is the printed one.
    """
    told = entry.get("label")
    if told is None:
        return ""
    only(told, {"en"}, "label, which renders the printed title")
    return word(told, "en")


def _section(
    entry: Any, sequence: int, text: str, used: dict[int, Place], report: Errors
) -> Section:
    if not isinstance(entry, Mapping):
        raise InputError("a section is not a mapping", entry.place, "write - slug: …")
    errors, told = Errors(), dict[str, Text]()
    for key in ("slug", "type", "title"):
        with errors.kept():
            told[key] = word(entry, key)
    if not re.fullmatch(SLUG, told.get("slug", "x")):
        errors.report(
            InputError(
                f"{str(told['slug'])!r} is no slug", told["slug"].place, "write small letters"
            )
        )
    paragraphs: tuple[Paragraph, ...] = ()
    with errors.kept():
        required(entry, "paragraphs")
        paragraphs = tuple(_paragraphs(entries(entry, "paragraphs"), text, used, report))
    author = word(entry, "author") if entry.get("author") is not None else None
    given: dict[str, Text] = {}
    with errors.kept():
        given = defaults(entry)
    rendered = ""
    with errors.kept():
        rendered = gloss(entry)
    errors.refuse()
    return Section(
        slug=told["slug"],
        type=told["type"],
        title=told["title"],
        sequence=sequence,
        author=author,
        paragraphs=paragraphs,
        defaults=given,
        gloss=rendered,
    )


def read(entry: Mapping, text: str, report: Report = at_once) -> tuple[Section, ...]:
    """The sections that `article.yaml` lists, in reading order.

    A line that no section reads or two read, and an unknown key, are reported. Raises InputError
    where something is no section, since nothing can be looked up in it.
    """
    errors, lost, used = Errors(), Errors(), dict[int, Place]()
    sections: list[Section] = []
    required(entry, "sections")
    listed = entries(entry, "sections")
    for sequence, each in enumerate(listed, 1):
        with errors.kept():
            only(each, _KEYS, "a section")
        with lost.kept():
            sections.append(_section(each, sequence, text, used, errors))
    slugs = [s.slug for s in sections]
    for slug in sorted({s for s in slugs if slugs.count(s) > 1}):
        errors.report(
            InputError(f"two sections are {str(slug)!r}", listed.place, "give each its own slug")
        )
    missed = [n for n, row in enumerate(text.split("\n"), 1) if row.strip() and n not in used]
    if missed:
        errors.report(
            InputError(
                f"lines {missed} of the source belong to no section",
                listed.place,
                "add them to the paragraphs of a section, in reading order",
            )
        )
    if lost.found:
        raise CombinedInputError(errors.found + lost.found)
    for error in errors.found:
        report(error)
    return tuple(sections)
