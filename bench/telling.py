"""One generated article: its lines, the claims on them, and what of the world they speak of."""

import hashlib
from dataclasses import dataclass, field
from typing import Any

from world import Node, Thing

RIGHTS = "Made up for measurements: no newspaper printed it, and none of it is true."
_MAPPER = ("c:voice-mapper", "agt:policyprov")


@dataclass
class Section:
    """A section as article.yaml writes it; a paragraph is a line, or a list of lines joined."""

    slug: str
    type: str
    title: str
    author: str | None
    paragraphs: list[int | list[int]] = field(default_factory=list)


class Telling:
    """An article as it is told sentence by sentence; every sentence is a paragraph and a record."""

    def __init__(self, slug: str, issued: str, paper: Thing) -> None:
        self.slug, self.issued, self.paper = slug, issued, paper
        self.title = ""
        self.sections: list[Section] = []
        self.errata: list[Node] = []
        self.conflicts: list[Node] = []
        self.claims: list[Node] = []
        self.records: list[tuple[str, str, str, str]] = []
        self.things: dict[str, Thing] = {}
        self._lines: list[str] = []
        self._told: set[tuple[str, str]] = set()
        self._speaker, self._voice = paper.name, "c:voice-editor"
        self.knows(paper)

    def knows(self, *things: Thing) -> None:
        """Note that the article speaks of these things."""
        self.things |= {thing.name: thing for thing in things}

    def named(self, thing: Thing, kind: str, **more: Any) -> Node:
        """A node that gives a thing its kind and its Chinese name."""
        self.knows(thing)
        return {"id": thing.name, "type": kind, "rdfs:label": {"zh": thing.zh}, **more}

    def section(self, kind: str, title: str, author: Thing | None = None) -> str:
        """Begin a section with its heading; returns the name of the section."""
        slug = f"{kind}-{len(self.sections) + 1}"
        name = f"sec:{self.slug}-{slug}"
        self.sections.append(
            Section(slug, f"c:section-type-{kind}", title, author.name if author else None)
        )
        self._speaker, self._voice = self.paper.name, "c:voice-editor"
        self.say(title, [{"id": name, "dcterms:title": {"zh": title}}])
        if author:
            self._byline(name, author)
            self._speaker, self._voice = author.name, "c:voice-reporter"
        return name

    def graphic(self) -> None:
        """From here on a graphic of the paper tells."""
        self._speaker, self._voice = self.paper.name, "c:voice-graphic"

    def _byline(self, section: str, author: Thing) -> None:
        person = self.named(author, "foaf:Person")
        self.say(f"本报记者 {author.zh}", [{"id": section, "schema:author": author.name}, person])
        post = {
            "type": "org:Membership", "org:member": author.name, "org:role": "c:role-reporter",
            "org:organization": self.paper.name,
        }  # fmt: skip
        why = {self.paper.name: "A paper calls itself so"}
        self.infer([post], mention={self.paper.name: "本报"}, because=why)

    def _write(self, words: str, *, cut: bool) -> int:
        """The line, from 1, on which the words begin; a cut sentence ends on a line further on."""
        at = len(self._lines) + 1
        if cut and len(words) > 8:
            half = len(words) // 2
            self._lines += [words[:half], "", words[half:]]
            self.sections[-1].paragraphs.append([at, at + 2])
        else:
            self._lines.append(words)
            self.sections[-1].paragraphs.append(at)
        return at

    def say(
        self, words: str, facts: list[Node], *, speech: tuple[str, Thing] | None = None,
        mention: Node | None = None, cut: bool = False,
    ) -> str | None:  # fmt: skip
        """A sentence and the claim it makes; None for one the section has told before.

        `speech` is the voice (`direct`, `reported`) and whose words they are.
        """
        here = self.sections[-1].slug
        if (here, words) in self._told:
            return None
        self._told.add((here, words))
        line = self._write(words, cut=cut)
        record = f"F-{len(self.records) + 1}"
        voice, speaker = self._voice, self._speaker
        if speech:
            voice, speaker = f"c:voice-{speech[0]}", speech[1].name
        stated = {"inSection": here, "quote": words, "line": str(line)}
        self._claim(facts, stated, (voice, speaker), records=[record], mention=mention)
        joined = self.sections[-1].paragraphs[-1]
        spans = [self._run(each) for each in ([joined] if isinstance(joined, int) else joined)]
        self.records.append((record, here, voice.rpartition("-")[2], " ".join(spans)))
        return record

    def _claim(
        self, facts: list[Node], stated: Node, saying: tuple[str, str], **more: Any
    ) -> None:  # fmt: skip
        voice, speaker = saying
        inferred = voice == _MAPPER[0]
        label = {
            "en": f"Sentence {len(self.claims) + 1} of {self.slug}.",
            "zh": stated["quote"],
        }
        claim = {
            "records": [],
            **({"number": "2"} if inferred else {}),
            "rdfs:label": label,
            "statedIn": stated,
            "voice": voice,
            "saidBy": speaker,
            "confidence": "c:confidence-high-inferred" if inferred else "c:confidence-high",
            **{key: value for key, value in more.items() if value},
            "facts": facts,
        }
        self.claims.append(claim)

    def infer(self, facts: list[Node], **more: Any) -> None:
        """What the sentence just told does not print, in the mapper's own voice; `more` of it."""
        self._claim(facts, dict(self.claims[-1]["statedIn"]), _MAPPER, **more)

    def _start(self, line: int) -> int:
        """The offset of the first character of a line."""
        return sum(len(text) + 1 for text in self._lines[: line - 1])

    def _run(self, line: int) -> str:
        start = self._start(line)
        return f"{start}-{start + len(self._lines[line - 1])}"

    def slip(self, printed: str, reading: str) -> None:
        """An erratum in the sentence just told."""
        last = self.claims[-1]["statedIn"]
        record = f"ERR-{len(self.errata) + 1}"
        at = last["quote"].index(printed)
        start = self._start(int(last["line"])) + at
        self.errata.append(
            {
                "record": record, "quote": printed, "section": last["inSection"],
                "line": last["line"], "reading": reading,
                "confidence": "c:confidence-high-inferred",
                "comment": {"en": "A character is printed twice.", "zh": "衍一字。"},
            }
        )  # fmt: skip
        self.records.append(
            (record, last["inSection"], "reporter", f"{start}-{start + len(printed)}")
        )

    def contradict(self, *records: str) -> None:
        """Say that these sentences cannot all be true."""
        comment = {"en": "Two numbers of one figure.", "zh": "同一数字前后不一。"}
        self.conflicts.append({"records": list(records), "comment": comment})

    @property
    def text(self) -> str:
        """The source: every line ends with a line feed."""
        return "".join(f"{line}\n" for line in self._lines)

    def masthead(self, page: int) -> Node:
        """What article.yaml holds."""
        return {
            "title": self.title,
            "publisher": self.paper.name,
            "issued": self.issued,
            "page": str(page),
            "reprint": f"https://sample.example/{self.slug}",
            "sha256": hashlib.sha256(self.text.encode()).hexdigest(),
            "rights": RIGHTS,
            "mapped": {"from": self.issued, "to": self.issued},
            "sections": [
                {k: v for k, v in vars(section).items() if v is not None}
                for section in self.sections
            ],
            **({"errata": self.errata} if self.errata else {}),
            **({"conflicts": self.conflicts} if self.conflicts else {}),
        }
