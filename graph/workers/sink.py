"""Where the engine writes an answer: into memory, and past a bound into a spool, piece by piece."""

import io
from typing import Any, Protocol

from graph.workers.spool import PIECE, Outlet


class OverflowingError(Exception):
    """The answer outgrew its limit."""


class Mend(Protocol):
    """Makes of what the engine wrote what the specification wants, a piece after the other."""

    def __call__(self, piece: bytes, *, last: bool) -> bytes:
        """The next piece; `last` when none will come."""


def unchanged(piece: bytes, *, last: bool) -> bytes:
    """The piece as it is."""
    del last
    return piece


class Sink(io.BytesIO):
    """A file that refuses the byte after the last allowed one.

    What it holds is `mended`, and goes by the outlet, if there is one, when it has grown large.
    """

    def __init__(
        self,
        allowed: int,
        format_: str = "",
        outlet: Outlet | None = None,
        mended: Mend = unchanged,
    ) -> None:
        super().__init__()
        self._left, self._format = allowed, format_
        self._outlet, self._mended = outlet, mended

    def write(self, data: Any) -> int:
        """The number of bytes taken.

        Raises OverflowingError, which stops the engine in the middle of its answer.
        """
        self._left -= len(data)
        if self._left < 0:
            raise OverflowingError
        taken = super().write(data)
        if self._outlet is not None and self.tell() >= PIECE:
            self._outlet.write(self._format, self._mended(self.getvalue(), last=False))
            self.seek(0)
            self.truncate()
        return taken

    def ended(self) -> bytes:
        """The answer, or nothing of one that went by the outlet."""
        rest = self._mended(self.getvalue(), last=True)
        if self._outlet is None or not self._outlet.begun:
            return rest
        self._outlet.write(self._format, rest)
        return b""
