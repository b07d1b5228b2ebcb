"""How far work is, on a console: a bar where one can move, else a line now and then."""

import time
from typing import Self

from rich.console import Console
from rich.progress import (
    BarColumn,
    MofNCompleteColumn,
    Progress,
    TaskID,
    TextColumn,
    TimeElapsedColumn,
    TimeRemainingColumn,
)

_PAUSE = 10.0
"""Seconds between two lines of progress where nobody can see a bar."""


class Shown:
    """Shows how far a build is: each step with rate and time left, as lines where no bar moves."""

    def __init__(self, console: Console) -> None:
        self._bar = Progress(
            TextColumn("{task.description:24}"), BarColumn(), MofNCompleteColumn(),
            TextColumn("{task.fields[rate]}"), TimeElapsedColumn(), TimeRemainingColumn(),
            console=console, transient=True, disable=not console.is_terminal,
        )  # fmt: skip
        self._console = console
        self._step, self._task = "", TaskID(0)
        self._began = self._told = time.perf_counter()

    def __enter__(self) -> Self:
        self._bar.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._bar.stop()

    def __call__(self, step: str, done: int = 0, total: int = 0, /) -> None:
        """A step begins, or goes on."""
        now = time.perf_counter()
        if step != self._step:
            if self._step:
                self._bar.remove_task(self._task)
            self._task = self._bar.add_task(step, total=total or None, rate="")
            self._step, self._began, self._told = step, now, now
        speed = done / max(now - self._began, 0.001)
        rate = f"{speed:.1f}/s" if done else ""
        self._bar.update(self._task, completed=done, rate=rate)
        if not self._console.is_terminal and done and now - self._told > _PAUSE:
            self._told = now
            left = (total - done) / speed
            self._console.print(f"{step}: {done} of {total}, {rate}, {left:.0f} s left")
