"""Texts with the spans that a person found in them: what a draft is measured against.

A folder has `NAME.txt`, `NAME.meta.json` with the `date` of publication, and `NAME.gold.jsonl`: one
object a line with `kind`, `start`, `end` (code points of the text), `fields`, and `quote` or none.
"""

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

from graph.draft.proposal import KINDS
from graph.errors import InputError, Place

_REMEDY = "write {kind, start, end, fields}, one object a line, offsets in code points of the text"


@dataclass(frozen=True)
class Span:
    """Words that a person marked, as what, and what they say."""

    kind: str
    start: int
    end: int
    fields: Mapping[str, Any]


@dataclass(frozen=True)
class Marked:
    """A text with the day of its publication and everything a person marked in it."""

    name: str
    path: Path
    text: str
    published: str
    spans: tuple[Span, ...]


def _json(text: str, place: Place) -> dict[str, Any]:
    try:
        found = json.loads(text)
    except (ValueError, RecursionError) as error:
        raise InputError(f"not JSON: {error}", place, _REMEDY) from error
    if not isinstance(found, dict):
        raise InputError("a line that is no object", place, _REMEDY)
    return found


def _span(entry: Mapping[str, Any], text: str, place: Place) -> Span:
    kind, start, end = entry.get("kind"), entry.get("start"), entry.get("end")
    fields = entry.get("fields")
    if kind not in KINDS or not isinstance(fields, dict):
        raise InputError("a span without a known kind and fields", place, _REMEDY)
    if type(start) is not int or type(end) is not int or not 0 <= start < end <= len(text):
        raise InputError(f"[{start}, {end}) is no span of the text", place, _REMEDY)
    if entry.get("quote", text[start:end]) != text[start:end]:
        raise InputError(f"the text says {text[start:end]!r} there", place, "correct the offsets")
    return Span(str(kind), start, end, fields)


def _read(path: Path) -> str:
    try:
        return path.read_bytes().decode("utf-8")
    except FileNotFoundError as error:
        raise InputError("the file is missing", Place(path.name), "put it there") from error
    except UnicodeDecodeError as error:
        raise InputError("not UTF-8", Place(path.name), "save it as UTF-8") from error


def _day(path: Path) -> str:
    place = Place(path.name)
    try:
        return date.fromisoformat(str(_json(_read(path), place).get("date"))).isoformat()
    except ValueError as error:
        raise InputError("no date of publication", place, "write {date: YYYY-MM-DD}") from error


def read(folder: Path) -> Iterator[Marked]:
    """The marked texts of a folder, by name.

    Raises InputError for a folder without any, and with its place for a file or line that is wrong.
    """
    paths = sorted(folder.glob("*.gold.jsonl"))
    if not paths:
        raise InputError("no gold", Place(str(folder)), "name a folder with NAME.gold.jsonl files")
    for path in paths:
        name = path.name.removesuffix(".gold.jsonl")
        text = _read(folder / f"{name}.txt")
        rows = _read(path).removesuffix("\n").split("\n")
        spans = tuple(
            _span(_json(row, Place(path.name, n)), text, Place(path.name, n))
            for n, row in enumerate(rows, 1)
            if row.strip()
        )
        day = _day(folder / f"{name}.meta.json")
        yield Marked(name, folder / f"{name}.txt", text, day, spans)
