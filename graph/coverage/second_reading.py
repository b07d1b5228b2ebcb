"""A second reading: claims drawn by lot, printed as sentences only, and how far two readers agree.

The form shows the words of a claim and which relation is asked for, and nothing of what the mapping
says. A reader fills in voice, speaker, confidence, and the words of both ends of the relation.
"""

import csv
import random
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

from graph.errors import InputError, Place
from graph.mapping.claims import Claim
from graph.mapping.links import End, Link, folded

FIELDS = ("voice", "speaker", "confidence", "subject", "object")
"""What the reader fills in."""
_COLUMNS = ("claim", "sentence", "relation", *FIELDS)


@dataclass(frozen=True)
class Drawn:
    """A claim drawn, with the one link of it that is asked for, and all its links."""

    claim: Claim
    link: Link
    links: tuple[Link, ...]


def draw(
    claims: Iterable[Claim], links: Iterable[Link], seed: int, count: int
) -> tuple[Drawn, ...]:
    """So many claims that state a link, drawn by lot: the same for the same seed and claims."""
    named = {claim.name: claim for claim in claims}
    linked: dict[str, list[Link]] = {}
    for link in links:
        linked.setdefault(link.claim, []).append(link)
    lot = random.Random(seed)  # noqa: S311 - a draw that can be repeated, no secret
    names = lot.sample(sorted(linked), min(count, len(linked)))
    return tuple(
        Drawn(named[name], lot.choice(linked[name]), tuple(linked[name])) for name in names
    )


def form(drawn: Iterable[Drawn]) -> Iterator[dict[str, str]]:
    """The rows of the form, in the order of the draw; a claim is known by its number only."""
    for number, each in enumerate(drawn, 1):
        row = {"claim": str(number), "sentence": each.claim.quote, "relation": each.link.predicate}
        yield row | dict.fromkeys(FIELDS, "")


def write(drawn: Iterable[Drawn], path: Path) -> None:
    """The form as a CSV file."""
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, _COLUMNS)
        writer.writeheader()
        writer.writerows(form(drawn))


def filled(path: Path, drawn: Iterable[Drawn]) -> list[dict[str, str]]:
    """The rows of a form that was filled in; raises InputError for one of another draw."""
    with path.open(encoding="utf-8", newline="") as lines:
        rows = list(csv.DictReader(lines))
    if not rows or set(_COLUMNS) - rows[0].keys():
        raise InputError("not a form", Place(path.name, 1), f"keep the columns {_COLUMNS}")
    if [row["sentence"] for row in rows] != [each.claim.quote for each in drawn]:
        raise InputError(
            "the form shows other sentences", Place(path.name), "draw with the same seed and count"
        )
    return rows


def _same_words(told: str, ends: Iterable[End], names: Iterable[str]) -> bool:
    """Whether the words a reader gives are those of the mapping, or one holds the other."""
    mine = folded(told)[0]
    known = [folded(words)[0] for words in (*(end.words for end in ends), *names)]
    return bool(mine) and any(mine in other or other in mine for other in known if other)


def agreement(
    drawn: Iterable[Drawn], rows: Iterable[Mapping[str, str]], names: Mapping[str, str]
) -> Mapping[str, tuple[int, int]]:
    """For each field, in how many rows both readers agree, and of how many.

    `names` gives the Chinese name of a thing.
    """
    found = compared(drawn, rows, names)
    return {field: (sum(field in row for row in found), len(found)) for field in FIELDS}


def compared(
    drawn: Iterable[Drawn], rows: Iterable[Mapping[str, str]], names: Mapping[str, str]
) -> tuple[frozenset[str], ...]:
    """For each row that a reader filled in, in which fields both readers agree.

    The form asks for a relation and does not show which of several links by it is meant: both ends
    are compared with the one that the answer fits best.
    """
    return tuple(_agreed(row, each, names) for row, each in zip(rows, drawn, strict=True))


def _agreed(row: Mapping[str, str], drawn: Drawn, names: Mapping[str, str]) -> frozenset[str]:
    claim = drawn.claim
    speakers = [names.get(speaker, "") for speaker in claim.speakers]
    same = {
        "voice": row["voice"] == claim.voice.removeprefix("c:voice-"),
        "confidence": row["confidence"] == claim.confidence.removeprefix("c:confidence-"),
        "speaker": _same_words(row["speaker"], (), speakers),
    }
    asked = (link for link in drawn.links if link.predicate == row["relation"])
    ends = max((_ends(row, link, names) for link in asked), key=len, default=frozenset[str]())
    return frozenset(field for field, agreed in same.items() if agreed) | ends


def _ends(row: Mapping[str, str], link: Link, names: Mapping[str, str]) -> frozenset[str]:
    told = {"subject": (link.subject, link.start), "object": (link.object, link.end)}
    return frozenset(
        field
        for field, (thing, words) in told.items()
        if _same_words(row[field], words, [names.get(thing, "")])
    )
