"""Claims read from `claims.yaml` and checked against the words they quote.

`claims.yaml` is YAML-LD: with the context that `vocabulary.context` generates, `facts` is the named
graph of its claim. What the file leaves out follows from the rest and is completed here: the IRIs
of claims, passages, observations, changes and memberships, and the spans of every quote.
"""

import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from graph.errors import Errors, InputError, Place
from graph.mapping import yaml_positions
from graph.mapping.article import Article
from graph.mapping.claims import Claim, Passage
from graph.mapping.facts import LANGUAGES, Facts, Node, digest, listed
from graph.mapping.short import claims as short
from graph.mapping.short.claims import MAPPER, OURS
from graph.mapping.yaml_positions import Text, entries, only, word

CLAIM_KEYS = {
    "records", "number", "rdfs:label", "rdfs:comment", "statedIn", "voice", "saidBy", "confidence",
    "readings", "mention", "because", "facts", *short.SHORT,
}  # fmt: skip
"""What a claim may hold."""
PASSAGE_KEYS = {"quote", "inSection", "line"}
"""What a passage may hold."""
_LINE = re.compile("[1-9][0-9]{0,5}")


def _required(entry: yaml_positions.Mapping, key: str, what: str) -> Any:
    if not entry.get(key):
        raise InputError(f"a {what} without {key}", entry.place, f"write {key}: …")
    return entry[key]


def _codes(written: yaml_positions.Mapping, key: str) -> list[Any]:
    """The texts of a key, alone or in a list; raises InputError for anything else."""
    found = listed(written[key])
    if not all(isinstance(each, Text) for each in found):
        raise InputError(f"{key} is no text", written.places[key], "write one, or a list")
    return found


def _said(written: yaml_positions.Mapping, key: str) -> Mapping[str, str]:
    """What a claim says in plain words, by language."""
    words = written.get(key)
    if words is None:
        return {}
    only(words, LANGUAGES, f"{key}, which is text in languages")
    if not all(isinstance(text, Text) for text in words.values()):
        raise InputError(f"{key} is no words", written.places[key], "write {en: …, zh: …}")
    return dict(words)


def _lines(written: yaml_positions.Mapping, quotes: int) -> list[int | None]:
    """The line hints of a passage: none, one for its only quote, or one a quote."""
    hints = written.get("line")
    if hints is None:
        return [None] * quotes
    each = listed(hints)
    if len(each) != quotes or not all(_LINE.fullmatch(str(hint)) for hint in each):
        raise InputError(
            f"{quotes} quotes and {len(each)} lines",
            written.places["line"],
            "write one line number a quote",
        )
    return [int(hint) for hint in each]


@dataclass(frozen=True)
class _Reader:
    article: Article
    facts: Facts

    def passage(self, written: Any, place: Place) -> Passage:
        if not isinstance(written, yaml_positions.Mapping):
            raise InputError("a passage is not a mapping", place, "write statedIn: {quote: …}")
        only(written, PASSAGE_KEYS, "a passage")
        _required(written, "quote", "passage")
        words = _codes(written, "quote")
        inside = written.get("inSection")
        if inside is not None and not isinstance(inside, Text):
            raise InputError("inSection is no name", written.places["inSection"], "name one")
        found = [
            self.article.resolve(w, inside, line)
            for w, line in zip(words, _lines(written, len(words)), strict=True)
        ]
        sections = {section for section, _ in found}
        if len(sections) > 1:
            raise InputError(
                f"one passage in {len(sections)} sections", written.place, "write two passages"
            )
        section = sections.pop()
        name = f"psg:{self.article.slug}-{digest(section, ' / '.join(words), length=8)}"
        spans = tuple(s for _, spans in found for s in spans)
        return Passage(name, section, tuple(str(w) for w in words), spans)

    def claim(self, written: Any, place: Place) -> Claim:
        """A claim; raises InputError with everything that keeps it from being one."""
        if not isinstance(written, yaml_positions.Mapping):
            raise InputError("a claim is not a mapping", place, "write - records: …")
        errors = Errors()
        with errors.kept():
            only(written, CLAIM_KEYS, "a claim")
            written = short.written_out(written, self.article)
        told = _Told(written, self)
        for name, read in _PARTS.items():
            with errors.kept():
                told.parts[name] = read(told)
        errors.refuse()
        claim = Claim(place=written.place, **told.parts)
        self.judge(claim, written)
        return claim

    def judge(self, claim: Claim, written: yaml_positions.Mapping) -> None:
        """Refuse a claim that gives an inference out as print, or one of ours as somebody's."""
        report = self.facts.report
        if claim.readings and not claim.inferred:
            report(
                InputError(
                    "readings under a confidence that is not inferred",
                    written.places["readings"],
                    "put what is read into a claim of its own (number: 2) in the mapper's voice",
                )
            )
        if claim.inferred != (claim.speakers == (OURS,)):
            report(
                InputError(
                    f"{MAPPER} and saidBy: {OURS} go together",
                    written.places["voice"],
                    "write both for an inference of ours, or the voice and speaker of the words",
                )
            )
        if claim.inferred and not claim.confidence.endswith("-inferred"):
            report(
                InputError(
                    "the mapper's voice under a confidence that is not inferred",
                    written.places["voice"],
                    "give the voice of the words, or mark the confidence as inferred",
                )
            )
        for name, words in claim.mention.items():
            self.mentioned(claim, name, words)
        for name, reason in claim.because.items():
            if name not in claim.mention:
                report(
                    InputError(
                        f"a reason for {name}, which the claim does not mention",
                        reason.place,
                        "mention it, or take the reason out",
                    )
                )

    def mentioned(self, claim: Claim, name: str, words: Text) -> None:
        """Refuse a mention of nothing known, or by words that no passage holds."""
        known = Text(name)
        known.place = words.place
        self.facts.known(known)
        if not words or words not in claim.quote:
            self.facts.report(
                InputError(
                    f"the mention {str(words)!r} of {name} is not in the quote",
                    words.place,
                    "give words of the passage, or quote the sentence that holds them",
                )
            )


@dataclass(frozen=True)
class _Told:
    """A claim as it is written, and the parts of it that were read."""

    written: yaml_positions.Mapping
    reader: _Reader
    parts: dict[str, Any] = field(default_factory=dict)

    def records(self) -> tuple[str, ...]:
        records = entries(self.written, "records") if self.written.get("records") else []
        if not all(isinstance(record, Text) for record in records):
            raise InputError(
                "records is no list of names", self.written.places["records"], "write [A, B]"
            )
        return tuple(records)

    def passages(self) -> tuple[Passage, ...]:
        stated, errors = listed(_required(self.written, "statedIn", "claim")), Errors()
        found = []
        for passage in stated:
            with errors.kept():
                found.append(self.reader.passage(passage, self.written.place))
        errors.refuse()
        return tuple(found)

    def name(self) -> str:
        number = word(self.written, "number") if self.written.get("number") else "1"
        if not _LINE.fullmatch(number):
            raise InputError(
                f"the number {str(number)!r}", self.written.places["number"], "count from 1"
            )
        passages = self.parts.get("passages")
        return f"clm:{passages[0].name.removeprefix('psg:')}-{number}" if passages else ""

    def code(self, key: str) -> str:
        _required(self.written, key, "claim")
        scheme = self.reader.facts.vocabulary.scheme(("pp:Claim",), f"pp:{key}")
        return self.reader.facts.known(self.written[key], scheme, self.written.places[key])

    def speakers(self) -> tuple[str, ...]:
        _required(self.written, "saidBy", "claim")
        return tuple(self.reader.facts.known(s) for s in _codes(self.written, "saidBy"))

    def facts(self) -> tuple[Node, ...]:
        _required(self.written, "facts", "claim")
        errors, found = Errors(), []
        facts = entries(self.written, "facts")
        for fact in facts:
            with errors.kept():
                found.append(self.reader.facts.node(fact, facts.place))
        errors.refuse()
        return tuple(found)


_PARTS: Mapping[str, Callable[[_Told], Any]] = {
    "records": _Told.records,
    "passages": _Told.passages,
    "name": _Told.name,
    "label": lambda told: _said(told.written, "rdfs:label"),
    "comment": lambda told: _said(told.written, "rdfs:comment"),
    "voice": lambda told: told.code("voice"),
    "speakers": _Told.speakers,
    "confidence": lambda told: told.code("confidence"),
    "facts": _Told.facts,
    "readings": lambda told: _words(told.written, "readings"),
    "mention": lambda told: _words(told.written, "mention"),
    "because": lambda told: _words(told.written, "because"),
}
"""Part of a claim → how it is read, in this order: the name follows from the passages."""


def _words(written: yaml_positions.Mapping, key: str) -> Mapping[str, Text]:
    """The printed words a claim names, by what they mean."""
    words = written.get(key) or {}
    if not isinstance(words, Mapping) or not all(isinstance(w, Text) for w in words.values()):
        raise InputError(f"{key} is no list of names and words", written.places[key], "write a: …")
    return words


@dataclass(frozen=True)
class Read:
    """The claims of an article in the order of their file, and whether all could be read."""

    claims: tuple[Claim, ...]
    entire: bool


def read(folder: Path, article: Article, facts: Facts) -> Read:
    """The claims of `claims.yaml` in this folder; their quotes were found in the source.

    What is wrong is reported to `facts.report`, and a claim that is none is left out. Raises
    InputError for a file that cannot be read at all.
    """
    found = singly(folder, article, facts)
    for error in doubles(found.claims):
        facts.report(error)
    return found


def singly(folder: Path, article: Article, facts: Facts) -> Read:
    """The claims as `read` gives them, each looked at by itself."""
    written = yaml_positions.load(folder / "claims.yaml")
    if not isinstance(written, yaml_positions.Mapping) or "claims" not in written:
        raise InputError("no claims", Place(f"{folder.name}/claims.yaml", 1), "write claims: […]")
    reader, errors = _Reader(article, facts), Errors()
    with errors.kept():
        only(written, {"claims"}, "claims.yaml")
    claims: list[Claim] = []
    for entry in entries(written, "claims"):
        with errors.kept():
            claims.append(reader.claim(entry, written.place))
    for error in errors.found:
        facts.report(error)
    return Read(tuple(claims), not errors.found)


def doubles(claims: Iterable[Claim]) -> Iterator[InputError]:
    """An error for each claim that has the name of one before it."""
    seen: dict[str, Claim] = {}
    for claim in claims:
        if claim.name in seen:
            yield InputError(
                f"two claims rest on one passage as number {claim.name.rpartition('-')[2]}",
                claim.place,
                f"give it the next number: (the other is at {seen[claim.name].place})",
            )
        seen[claim.name] = claim
