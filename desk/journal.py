"""What was decided, one line a decision, on disk before anything else changes.

`journal.jsonl` lies beside the claims. A decision holds the lines it took away and those it put
there, so that it can be done again after a crash, and undone.
"""

import json
import os
from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass, field
from pathlib import Path
from statistics import median
from typing import Any

from graph.errors import InputError, Place

NAME = "journal.jsonl"
ACTIONS = ("accept", "add", "edit", "split", "merge", "remove", "reject", "undo", "register")
"""What a decision may be. `accept` takes a proposal as it is, `edit` one or a claim changed."""


@dataclass(frozen=True)
class Decision:
    """One decision; `before` and `after` are SHA-256 of claims.yaml around it."""

    at: str
    """When, in UTC (ISO 8601)."""
    action: str
    window: str
    """The window it was made in."""
    proposals: tuple[str, ...] = ()
    """The proposals it settles."""
    index: int = 0
    """Where in the list of claims it was made."""
    old: tuple[str, ...] = ()
    new: tuple[str, ...] = ()
    before: str = ""
    after: str = ""
    seconds: float | None = None
    """How long the claim was on the desk, where that is known."""
    undoes: int | None = None
    """The number, from 1, of the decision that this one takes back."""
    changed: bool | None = field(default=None)
    """Of a proposal taken: whether it was changed first."""


class Journal:
    """The decisions of one article, oldest first."""

    def __init__(self, folder: Path) -> None:
        self.path = folder / NAME
        self._file = f"{folder.name}/{NAME}"
        self.decisions: list[Decision] = list(self._read())

    def _read(self) -> Iterable[Decision]:
        if not self.path.is_file():
            return
        raw = self.path.read_bytes()
        whole = raw.rpartition(b"\n")[0] + b"\n" if raw and not raw.endswith(b"\n") else raw
        if whole != raw:
            # The machine stopped within a line: that decision was never told to be kept.
            with self.path.open("r+b") as file:
                file.truncate(len(whole) if whole.strip() else 0)
                os.fsync(file.fileno())
        for number, line in enumerate(whole.decode("utf-8", "replace").splitlines(), 1):
            if line:
                yield self._decision(line, number)

    def _decision(self, line: str, number: int) -> Decision:
        place = Place(self._file, number)
        remedy = "restore the journal, or move it away to begin anew"
        try:
            entry: Any = json.loads(line)
        except ValueError as error:
            raise InputError(f"not JSON: {error}", place, remedy) from error
        if not isinstance(entry, dict):
            raise InputError("no decision", place, remedy)
        lists = {key: tuple(entry.get(key) or ()) for key in ("proposals", "old", "new")}
        try:
            found = Decision(**(entry | lists))
        except TypeError as error:
            raise InputError(f"no decision: {error}", place, remedy) from error
        if found.action not in ACTIONS:
            raise InputError(
                f"unknown action {found.action!r}", place, f"it is one of {', '.join(ACTIONS)}"
            )
        return found

    def append(self, decision: Decision) -> None:
        """Keep a decision: when this returns it is on disk."""
        append(self.path, asdict(decision))
        self.decisions.append(decision)

    @property
    def undone(self) -> frozenset[int]:
        """The numbers of the decisions that were taken back."""
        return frozenset(d.undoes for d in self.decisions if d.undoes is not None)

    @property
    def last(self) -> tuple[int, Decision] | None:
        """The decision that would be undone now, with its number."""
        gone = self.undone
        for number, each in reversed(list(enumerate(self.decisions, 1))):
            if each.action not in ("undo", "register") and number not in gone:
                return number, each
        return None

    @property
    def settled(self) -> dict[str, str]:
        """Each proposal that was decided on → how."""
        gone = self.undone
        found: dict[str, str] = {}
        for number, each in enumerate(self.decisions, 1):
            if each.action != "undo" and number not in gone:
                found |= dict.fromkeys(each.proposals, "edit" if each.changed else each.action)
        return found

    def figures(self) -> dict[str, float | int | None]:
        """What the work came to: decisions by how they ended, and median seconds of one."""
        gone = self.undone
        stand = [d for n, d in enumerate(self.decisions, 1) if d.action != "undo" and n not in gone]
        timed = [d.seconds for d in stand if d.seconds is not None]
        counts: dict[str, float | int | None] = {
            action: sum(("edit" if d.changed else d.action) == action for d in stand)
            for action in ACTIONS
        }
        counts["undo"] = len(gone)
        counts["seconds"] = round(median(timed), 1) if timed else None
        return counts


def append(path: Path, entry: Mapping[str, Any]) -> None:
    """Append a line of JSON to a file: when this returns it is on disk."""
    new = not path.exists()
    with path.open("ab") as file:
        file.write((json.dumps(entry, ensure_ascii=False) + "\n").encode())
        file.flush()
        os.fsync(file.fileno())
    if new:
        sync(path.parent)


def sync(folder: Path) -> None:
    """See to it that the names in a folder are on disk."""
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
