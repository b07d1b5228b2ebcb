"""One article on the desk: its claims, its proposals, and the decisions that change them.

A decision is proven by the build's own checks, kept in the journal, and only then written: whole,
beside the old file, and renamed over it. Whoever stops in between finds the journal ahead of the
file and finishes the work when the article is opened again.
"""

import fcntl
import hashlib
import os
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from desk import blocks, journal
from desk.blocks import Blocks
from desk.journal import Decision, Journal
from desk.proofs import Proofs, Rules, Verdict, no_rules
from desk.standing import Exchange
from graph.draft import proposal as drafts
from graph.draft import registration
from graph.draft.proposal import Proposal
from graph.errors import DeskError, InputError

CLAIMS = "claims.yaml"
_TAKES: dict[str, tuple[int | None, int | None]] = {
    "accept": (0, None), "add": (0, 1), "edit": (1, 1), "split": (1, None), "merge": (None, 1),
    "remove": (1, 0), "reject": (0, 0),
}  # fmt: skip
"""Action → how many claims it takes away and puts there; None is any number but none."""


@dataclass(frozen=True)
class Order:
    """What a window asks for: claims exchanged at a place, proposals settled."""

    action: str
    revision: str
    window: str
    index: int = 0
    count: int = 0
    """How many claims at `index` are taken away."""
    claims: tuple[str, ...] = ()
    """The claims put there, as they are written."""
    proposals: tuple[str, ...] = ()
    seconds: float | None = None


@dataclass(frozen=True)
class State:
    """The article as it stands now."""

    revision: str
    blocks: Blocks
    verdict: Verdict
    proposals: tuple[Proposal, ...]
    """Those not yet settled, in the order of the text."""
    undoable: str | None
    """The action that would be undone."""


def digest(text: str) -> str:
    """The SHA-256 of a text, which names a state of the claims."""
    return hashlib.sha256(text.encode()).hexdigest()


class Workbench:
    """The desk's only way to an article."""

    def __init__(self, folder: Path, registry: Path, rules: Rules = no_rules) -> None:
        self.folder = folder
        self.proofs = Proofs(folder, registry, rules)
        with self._alone():
            self._finish(Journal(folder))

    @contextmanager
    def _alone(self) -> Iterator[None]:
        """Nobody else changes the article meanwhile, in this process or another."""
        with (self.folder / ".desk.lock").open("w") as lock:
            fcntl.flock(lock, fcntl.LOCK_EX)
            yield

    def _read(self) -> Blocks:
        path = self.folder / CLAIMS
        text = path.read_bytes().decode("utf-8") if path.is_file() else blocks.EMPTY
        return blocks.cut(text, f"{self.folder.name}/{CLAIMS}")

    def _write(self, text: str) -> None:
        path = self.folder / CLAIMS
        beside = self.folder / f".{CLAIMS}.{os.getpid()}"
        with beside.open("w", encoding="utf-8", newline="") as file:
            file.write(text)
            file.flush()
            os.fsync(file.fileno())
        beside.replace(path)
        journal.sync(self.folder)

    def _finish(self, kept: Journal) -> None:
        """Write what the last decision says, if the machine stopped between it and the file."""
        for left in self.folder.glob(f".{CLAIMS}.*"):
            left.unlink()
        if not kept.decisions:
            return
        now, last = self._read(), kept.decisions[-1]
        if last.before == digest(now.text) != last.after:
            done = now.exchanged(last.index, last.old, last.new)
            if digest(done.text) == last.after:
                self._write(done.text)

    def state(self, *, judged: bool = True) -> State:
        """The article as it stands on disk, judged whole by the build's own checks.

        Without `judged` the verdict is the last one there is, and says so.
        """
        with self._alone():
            found = self._state(Journal(self.folder))
        return replace(found, verdict=self.proofs.judge(found.blocks)) if judged else found

    def _state(self, kept: Journal) -> State:
        now = self._read()
        settled, last = kept.settled, kept.last
        waiting = tuple(p for p in drafts.read(self.folder) if p.id not in settled)
        verdict = self.proofs.last(now)
        return State(digest(now.text), now, verdict, waiting, last[1].action if last else None)

    def judged(self, order: Order, *, whole: bool) -> tuple[Blocks, Verdict]:
        """What the claims would be after an order, and what the build would say of them.

        Unless the `whole` article is to be judged, only the claims of the order are.
        """
        with self._alone():
            now = self._read()
        after, old, new = self._after(now, order)
        if whole:
            return after, self.proofs.judge(after)
        change = Exchange(order.index, len(old), len(new))
        return after, self.proofs.glance(now, after, change)

    def decide(self, order: Order) -> State:
        """Carry out an order; the state after it.

        Raises DeskError for an order that rests on a state that is past (409), for one that does
        not fit its action, and for claims that the build would refuse, whose InputError is told.
        """
        self._fits(order)
        with self._alone():
            kept = Journal(self.folder)
            now = self._current(order)
            self._unsettled(order, kept)
            after, old, new = self._after(now, order)
            self._proven(now, after, Exchange(order.index, len(old), len(new)), order)
            changed = self._changed(order, after) if order.proposals and order.claims else None
            self._keep(
                kept, now, after,
                Decision(
                    at=_now(), action=order.action, window=order.window, proposals=order.proposals,
                    index=order.index, old=old, new=new, before=digest(now.text),
                    after=digest(after.text), seconds=order.seconds, changed=changed,
                ),
            )  # fmt: skip
            return self._state(kept)

    def register(self, rows: Sequence[tuple[str, str, str, str]], window: str) -> tuple[str, ...]:
        """Append rows to the registry, all or none; their names.

        They stay when a decision is taken back: a name that nothing uses does no harm, and is free
        to go until a release was published. Raises InputError for a row that is registered already
        or means what another row means.
        """
        with self._alone():
            added = registration.append(rows, self.proofs.registry)
            now = digest(self._read().text)
            told = tuple(",".join(row) for row in rows)
            Journal(self.folder).append(
                Decision(
                    at=_now(), action="register", window=window, new=told, before=now, after=now
                )
            )  # fmt: skip
            return added

    def keep(self, name: str, entry: Mapping[str, Any]) -> None:
        """Append a line to a file beside the claims; when this returns it is on disk."""
        with self._alone():
            journal.append(self.folder / name, entry)

    def undo(self, revision: str, window: str) -> State:
        """Take back the last decision that was not taken back yet; the state after it.

        Raises DeskError when there is none, or when its lines were changed since.
        """
        with self._alone():
            kept = Journal(self.folder)
            now = self._current(Order("undo", revision, window))
            if kept.last is None:
                raise DeskError("nothing was decided that could be undone", "go on", 409)
            number, last = kept.last
            try:
                after = now.exchanged(last.index, last.new, last.old)
            except InputError as error:
                raise DeskError(
                    f"decision {number} cannot be undone: its claims were changed since",
                    "change them by hand", 409,
                ) from error  # fmt: skip
            self._keep(
                kept, now, after,
                Decision(
                    at=_now(), action="undo", window=window, index=last.index, old=last.new,
                    new=last.old, before=digest(now.text), after=digest(after.text), undoes=number,
                ),
            )  # fmt: skip
            return self._state(kept)

    def _keep(self, kept: Journal, now: Blocks, after: Blocks, decision: Decision) -> None:
        kept.append(decision)
        if after.text != now.text:
            self._write(after.text)

    def _fits(self, order: Order) -> None:
        if order.action not in _TAKES:
            raise DeskError(f"unknown action {order.action!r}", f"use one of {', '.join(_TAKES)}")
        for number, wanted in zip((order.count, len(order.claims)), _TAKES[order.action],
                                  strict=True):  # fmt: skip
            if (wanted is None and number < 1) or (wanted is not None and number != wanted):
                raise DeskError(
                    f"{order.action} takes away {order.count} and puts {len(order.claims)} claims",
                    "load the page anew",
                )
        if order.action in ("accept", "reject") and not order.proposals:
            raise DeskError(f"{order.action} without a proposal", "name the proposals it settles")

    def _current(self, order: Order) -> Blocks:
        now = self._read()
        if digest(now.text) != order.revision:
            raise DeskError(
                "the claims were changed meanwhile, in another window or by hand",
                "look at them as they are now and decide again; nothing was overwritten", 409,
            )  # fmt: skip
        return now

    def _unsettled(self, order: Order, kept: Journal) -> None:
        known = {p.id for p in drafts.read(self.folder)}
        for name in order.proposals:
            if name not in known:
                raise DeskError(f"no proposal {name!r}", "load the article anew", 409)
            if name in kept.settled:
                raise DeskError(
                    f"the proposal {name} is settled already ({kept.settled[name]})",
                    "undo that first", 409,
                )  # fmt: skip

    def _after(self, now: Blocks, order: Order) -> tuple[Blocks, tuple[str, ...], tuple[str, ...]]:
        old = now.entries[order.index : order.index + order.count]
        if order.index < 0 or len(old) != order.count or order.index > len(now.entries):
            raise DeskError("no such claim", "load the article anew", 409)
        above = "".join(blocks.lead(entry) for entry in old) or _blank(now)
        new = tuple(
            now.entry(claim, above if number == 0 else _blank(now))
            for number, claim in enumerate(order.claims)
        )
        following = now.entries[order.index + order.count : order.index + order.count + 1]
        if old and not new and above.strip() and following:
            # Comments above a claim that goes away stay, above the next one.
            old, new = (*old, *following), (above + following[0].lstrip("\n"),)
        return now.exchanged(order.index, old, new), old, new

    def _proven(self, now: Blocks, after: Blocks, change: Exchange, order: Order) -> None:
        """Refuse claims that no build reads; what is wrong elsewhere stays where it is."""
        verdict = self.proofs.glance(now, after, change)
        bad = [f for f in verdict.findings if f.index in change.mine and not f.whole]
        if bad and order.claims:
            raise DeskError(bad[0].what, bad[0].remedy, 422)

    def _changed(self, order: Order, after: Blocks) -> bool:
        proposed = {p.id: p for p in drafts.read(self.folder)}
        as_they_were = [after.entry(proposed[name].claim) for name in order.proposals]
        return [after.entry(claim) for claim in order.claims] != as_they_were


def _blank(now: Blocks) -> str:
    """A blank line between claims, where the file has them."""
    return "\n" if len(now.entries) == 0 or now.entries[-1].startswith("\n") else ""


def _now() -> str:
    return datetime.now(UTC).isoformat(timespec="milliseconds")
