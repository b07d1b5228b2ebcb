"""The answers of a second reader, each on disk before the next sentence is shown."""

import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from functools import cached_property
from typing import Any

from desk.workbench import Workbench
from graph.coverage import second_reading
from graph.coverage.second_reading import FIELDS, Drawn
from graph.errors import DeskError, InputError, Place
from graph.rdf.vocabulary import vocabulary

NAME = "second-reading.jsonl"
CODED = {"voice": "c:voice-", "confidence": "c:confidence-"}
"""Fields that are answered by a code → how the codes begin."""


@dataclass(frozen=True)
class Lot:
    """Who reads, and which sentences: the same for the same seed, count and claims."""

    reader: str
    seed: int
    count: int


@dataclass(frozen=True)
class Answer:
    """What a reader made of a sentence; `number` counts the sentences of the lot from 1."""

    at: str
    """When, in UTC (ISO 8601)."""
    reader: str
    seed: int
    count: int
    number: int
    claim: str
    relation: str
    voice: str
    speaker: str
    confidence: str
    subject: str
    object: str


@dataclass(frozen=True)
class Reading:
    """One reader's way through a lot of sentences of an article."""

    bench: Workbench
    lot: Lot

    @cached_property
    def drawn(self) -> tuple[Drawn, ...]:
        """The claims drawn; raises DeskError while the article has errors, or states no link."""
        verdict = self.bench.state().verdict
        if verdict.findings:
            raise DeskError(
                f"the claims have {len(verdict.findings)} errors",
                "correct them at the desk first: proven claims are read again", 409,
            )  # fmt: skip
        links = [link for found in verdict.links.values() for link in found]
        drawn = second_reading.draw(verdict.claims.values(), links, self.lot.seed, self.lot.count)
        if not drawn:
            raise DeskError("no claim states a link", "map the article first", 409)
        return drawn

    @property
    def answers(self) -> Mapping[int, Answer]:
        """The last answer to each sentence; an answer to a claim that changed since is none."""
        names = dict(enumerate((each.claim.name for each in self.drawn), 1))
        return {
            each.number: each for each in self._kept()
            if Lot(each.reader, each.seed, each.count) == self.lot
            and names.get(each.number) == each.claim
        }  # fmt: skip

    def _kept(self) -> tuple[Answer, ...]:
        path = self.bench.folder / NAME
        if not path.is_file():
            return ()
        found = []
        for number, line in enumerate(path.read_text("utf-8").splitlines(), 1):
            try:
                found.append(Answer(**json.loads(line)))
            except (ValueError, TypeError) as error:
                raise InputError(
                    f"no answer: {error}", Place(f"{self.bench.folder.name}/{NAME}", number),
                    "restore the file, or move it away to begin anew",
                ) from error  # fmt: skip
        return tuple(found)

    @property
    def next(self) -> int | None:
        """The first sentence without an answer; None when all have one."""
        known = self.answers
        return next((n for n in range(1, len(self.drawn) + 1) if n not in known), None)

    def sentence(self, number: int) -> Drawn:
        """A sentence by its number; raises DeskError for none of the lot."""
        if not 1 <= number <= len(self.drawn):
            raise DeskError(f"no sentence {number}", f"there are {len(self.drawn)}", 404)
        return self.drawn[number - 1]

    def take(self, number: int, given: Mapping[str, str]) -> None:
        """Keep an answer; it takes the place of one given before.

        Raises DeskError for a code that is none, and for a text longer than 200 characters.
        """
        drawn, told = self.sentence(number), {f: given.get(f, "").strip() for f in FIELDS}
        codes = vocabulary().codes
        for name, start in CODED.items():
            if start + told[name] not in codes:
                raise DeskError(f"{name}: {told[name]!r} is no code", "choose one of the list", 422)
        if any(len(text) > 200 for text in told.values()):
            raise DeskError("an answer of more than 200 characters", "give the words alone", 422)
        found: dict[str, Any] = {
            "at": datetime.now(UTC).isoformat(timespec="milliseconds"), **asdict(self.lot),
            "number": number, "claim": drawn.claim.name, "relation": drawn.link.predicate, **told,
        }  # fmt: skip
        self.bench.keep(NAME, asdict(Answer(**found)))

    @property
    def agreement(self) -> Mapping[str, tuple[int, int]]:
        """Field → in how many of the sentences answered both readers agree, and of how many."""
        known = sorted(self.answers.items())
        names = {name: entity.zh for name, entity in self.bench.proofs.known.items()}
        rows = [{f: str(value) for f, value in asdict(each).items()} for _, each in known]
        return second_reading.agreement((self.sentence(n) for n, _ in known), rows, names)
