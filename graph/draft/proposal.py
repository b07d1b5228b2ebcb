"""What a drafting program proposes of an article, one JSON object a line in `draft.jsonl`.

A proposal is words of the source and a claim they would support. It is not yet a claim: nothing
under `graph/articles/` but `claims.yaml` reaches a release.
"""

import json
import os
from collections.abc import Iterable, Iterator
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from graph.errors import InputError, Place

NAME = "draft.jsonl"
SCHEMA = Path(__file__).with_name("proposal.schema.json")
"""The JSON Schema of one line."""
KINDS = (
    "date", "statistic", "policy_document", "organization", "place", "person", "meeting", "speech",
    "measure", "obligation", "relation",
)  # fmt: skip
"""What words can be proposed as."""
_TEXTS = ("id", "quote", "kind", "rule", "claim")
_OFFSETS = ("start", "end")
_KEYS = {*_TEXTS, *_OFFSETS}
_LARGEST = 16_000_000
"""Bytes of a draft: ten times what the longest article with a proposal a sentence needs."""
_REMEDY = "write {id, start, end, quote, kind, rule, claim}, one object a line, or draft again"


@dataclass(frozen=True)
class Proposal:
    """Words of the source, and the claim they would support.

    `text[start:end] == quote` in code points of `article.txt`, end exclusive; `rule` is the name
    and version of what proposed it, as `figure/1`; `claim` is one entry of `claims.yaml`, as its
    lines of YAML.
    """

    id: str
    start: int
    end: int
    quote: str
    kind: str
    rule: str
    claim: str


def _once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) != len(pairs):
        raise ValueError("a key stands twice")
    return found


def _object(line: str, place: Place) -> dict[str, Any]:
    try:
        found = json.loads(line, object_pairs_hook=_once)
    except (ValueError, RecursionError) as error:
        raise InputError(f"not JSON: {error}", place, _REMEDY) from error
    if not isinstance(found, dict):
        raise InputError("a line that is no object", place, _REMEDY)
    return found


def _encodable(text: str) -> bool:
    """Whether a text is Unicode: JSON can escape half of a surrogate pair, UTF-8 cannot."""
    return not any("\ud800" <= character <= "\udfff" for character in text)


def _wrong(entry: dict[str, Any]) -> str:
    """What is wrong with an object as a proposal, or nothing."""
    for key in sorted(_KEYS ^ entry.keys()):
        return f"no {key}" if key in _KEYS else f"unknown key {key!r}"
    for key in _TEXTS:
        if not isinstance(entry[key], str) or not entry[key].strip() or not _encodable(entry[key]):
            return f"{key} is no text"
    for key in _OFFSETS:
        if type(entry[key]) is not int or entry[key] < 0:
            return f"{key} is no offset"
    if entry["kind"] not in KINDS:
        return f"unknown kind {entry['kind']!r}: one of {', '.join(KINDS)}"
    if entry["end"] - entry["start"] != len(entry["quote"]):
        return f"the quote has {len(entry['quote'])} characters, not end - start"
    return ""


def parse(line: str, place: Place) -> Proposal:
    """The proposal that one line writes.

    Raises InputError for a line that is not JSON, an unknown or missing key, a value of another
    type, an unknown kind, and offsets that do not span the quote.
    """
    entry = _object(line, place)
    wrong = _wrong(entry)
    if wrong:
        raise InputError(f"no proposal: {wrong}", place, _REMEDY)
    return Proposal(**entry)


def line(proposal: Proposal) -> str:
    """The proposal as one line of JSON, without its end of line."""
    return json.dumps(asdict(proposal), ensure_ascii=False)


def _lines(path: Path, file: str) -> Iterator[str]:
    if path.stat().st_size > _LARGEST:
        raise InputError(f"more than {_LARGEST} bytes", Place(file), "draft again")
    raw = path.read_bytes()
    try:
        text = raw.decode("utf-8")
    except UnicodeDecodeError as error:
        number = raw[: error.start].count(b"\n") + 1
        raise InputError(f"not UTF-8: {error.reason}", Place(file, number), _REMEDY) from error
    # Not splitlines: a quote may hold U+2028 and its like.
    yield from text.removesuffix("\n").split("\n") if text else ()


def read(folder: Path) -> tuple[Proposal, ...]:
    """The proposals that wait for an article, in the order of its text; none without a draft.

    Raises InputError, with the line, for one that is no proposal, a name that stands twice, and a
    quote that is not at its offsets in `article.txt`.
    """
    path, file = folder / NAME, f"{folder.name}/{NAME}"
    if not path.is_file():
        return ()
    source = (folder / "article.txt").read_bytes().decode("utf-8", "replace")
    seen: dict[str, int] = {}
    found = []
    for number, each in enumerate(_lines(path, file), 1):
        place = Place(file, number)
        proposal = parse(each, place)
        if proposal.id in seen:
            raise InputError(
                f"two proposals are called {proposal.id!r}",
                place,
                f"give each a name of its own; the other is on line {seen[proposal.id]}",
            )
        if source[proposal.start : proposal.end] != proposal.quote:
            raise InputError(
                f"the quote {proposal.quote!r} is not at {proposal.start} of article.txt",
                place,
                "draft again: the source is not the one that was drafted",
            )
        seen[proposal.id] = number
        found.append(proposal)
    return tuple(sorted(found, key=_order))


def _order(proposal: Proposal) -> tuple[int, int, str]:
    return proposal.start, proposal.end, proposal.id


def write(folder: Path, proposals: Iterable[Proposal]) -> Path:
    """The file in which an article's proposals now stand, in the order of its text.

    It is written beside the last one and takes its place by a rename, whole or not at all.
    """
    path = folder / NAME
    text = "".join(f"{line(each)}\n" for each in sorted(proposals, key=_order))
    beside = path.with_name(f".{NAME}-{os.getpid()}")
    beside.write_bytes(text.encode())
    beside.replace(path)
    return path
