"""JSON lines: one offer a line, as a language model can write them."""

from collections.abc import Iterator

from graph.draft.intake.offer import Offer, kind, loads, text
from graph.errors import InputError, Place

_KEYS = {"kind", "quote", "left", "right", "fields", "claim"}
_REMEDY = 'write {"kind": …, "quote": …, "left"?, "right"?, "fields"?, "claim"?}'


def _offer(line: str, place: Place) -> Offer:
    entry = loads(line, place)
    if not isinstance(entry, dict):
        raise InputError("a line that is no object", place, _REMEDY)
    for key in sorted(entry.keys() - _KEYS):
        raise InputError(f"unknown key {key!r}", place, _REMEDY)
    told = entry.get("fields", {})
    if not isinstance(told, dict) or not all(text(v) for v in told.values()):
        raise InputError("fields is no object of texts and numbers", place, _REMEDY)
    for key in sorted(_KEYS - {"fields"}):
        if not isinstance(entry.get(key, ""), str):
            raise InputError(f"{key} is no text", place, _REMEDY)
    if not entry.get("kind", "").strip() or not entry.get("quote"):
        raise InputError("no kind or no quote", place, _REMEDY)
    return Offer(
        kind(entry["kind"]), entry["quote"], place, entry.get("left", ""), entry.get("right", ""),
        None, {k: text(v) for k, v in told.items()}, entry.get("claim", ""),
    )  # fmt: skip


def read(written: str, file: str) -> Iterator[Offer | InputError]:
    """The offers of a file, and what is wrong with the lines that are none."""
    for number, line in enumerate(written.split("\n"), 1):
        if line.strip():
            try:
                yield _offer(line, Place(file, number))
            except InputError as error:
                yield error
