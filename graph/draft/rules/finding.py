"""What a rule finds: words of the source, what kind of thing they name, and what they say of it."""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date
from functools import cached_property

_SENTENCE = re.compile(r"[^。！？；\n]*[。！？；\n]?[”’）》]?")
_TITLED = re.compile(r"[〔\[(（](?:19|20)\d\d[〕\])）]\s?第?\d+号")
"""A document number."""
_HEADING = re.compile(r"(?:通知|意见|决定|办法|规定|方案|通报|公告|函|批复|命令|条例|细则|纪要)$")


@dataclass(frozen=True)
class Finding:
    """Words that a rule found: `text[start:end]` of the source, in code points.

    `fields` is what they say, as text: a date's `value` is the slug of a period, a figure has
    `value`, `value_max`, `unit` and `comparator`, anything with a name has `name`.
    """

    kind: str
    start: int
    end: int
    rule: str
    fields: Mapping[str, str] = field(default_factory=dict, hash=False)

    def overlaps(self, other: "Finding") -> bool:
        """Whether the two share a character."""
        return self.start < other.end and other.start < self.end

    def within(self, other: "Finding") -> bool:
        """Whether all its words are words of the other."""
        return other.start <= self.start and self.end <= other.end


@dataclass(frozen=True)
class Source:
    """The text that rules read, and the day it was published on."""

    text: str
    published: date

    @cached_property
    def sentences(self) -> tuple[tuple[int, int], ...]:
        """Where sentences and lines stand: [start, end) in code points."""
        return tuple(m.span() for m in _SENTENCE.finditer(self.text) if m[0].strip())

    def sentence(self, offset: int) -> tuple[int, int]:
        """The sentence that an offset lies in."""
        return next((s for s in self.sentences if s[0] <= offset < s[1]), (offset, offset))

    @cached_property
    def heading(self) -> tuple[int, int] | None:
        """Where the title of a numbered document stands, over however many lines; None of others.

        A document has its number, or the body it is addressed to, within its first lines.
        """
        rows, at = self.text.split("\n"), 0
        for count, row in enumerate(rows[:6]):
            end = at + len(row)
            if _HEADING.search(row):
                after = "\n".join(rows[count + 1 : count + 4])
                if _TITLED.search(after) or re.search(r"^[^。\n]{2,80}[：:]$", after, re.MULTILINE):
                    return len(self.text) - len(self.text.lstrip()), end
            at = end + 1
        return None

    @cached_property
    def number(self) -> str:
        """The number of the document that the text is, or nothing."""
        if self.heading is None:
            return ""
        found = re.search(
            r"^.*[〔\[(（](?:19|20)\d\d[〕\])）]\s?第?\d+号$",
            self.text[self.heading[1] : self.heading[1] + 200],
            re.MULTILINE,
        )
        return found[0].strip() if found else ""


def free(finding: Finding, taken: Iterable[Finding]) -> bool:
    """Whether none of these findings holds a word of it."""
    return not any(finding.overlaps(other) for other in taken)
