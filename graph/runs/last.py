"""What the last release holds of a dump: its chapters and pieces, looked up in their order."""

from collections.abc import Iterable, Iterator
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO, Self, TypeVar

from graph.rdf.joints import Joint
from graph.runs.buckets import SEAM
from graph.runs.chapters import Chapter, Table, checked
from graph.runs.pieces import FOLDER, Piece, StaleError, Walk

T = TypeVar("T")


@dataclass(frozen=True)
class Found:
    """A piece of the last release: where it and its packed form lie, and what stands before it."""

    piece: Piece
    at: int
    packed_at: int
    glue: bytes
    before: bytes
    """The name of the last piece before it that has a text."""
    opened: bytes | None
    """The graph that is open before it; None where nothing is before it."""


@dataclass(frozen=True)
class FoundChapter:
    """A chapter of the last release, found as a piece is, and where the lines of its pieces are."""

    chapter: Chapter
    found: Found
    lines_at: int


class Last:
    """The pieces of a dump of the last release, looked up in their order; a context manager.

    `heads` are the bytes of the dump, and of its packed form, before the first piece. Raises
    StaleError when a file that is told of is not there.
    """

    def __init__(
        self, folder: Path, name: str, code: str, joint: Joint, heads: tuple[int, int]
    ) -> None:
        self._joint = joint
        with ExitStack() as opened:
            self._table = opened.enter_context(Table(folder / FOLDER / name, code))
            if self._table.known:
                self._raw, self._packed = (
                    opened.enter_context(_opened(folder / each)) for each in (name, f"{name}.gz")
                )
            self._chapters = self._read(heads)
            self._here, self._next = next(self._chapters, None), next(self._chapters, None)
            self._walk: Walk[Found] | None = None
            self._opened = opened.pop_all()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self._opened.close()

    def _read(self, heads: tuple[int, int]) -> Iterator[FoundChapter]:
        told = self._table.chapters()
        wholes = ((each, each[0].whole, each[0].tail[0]) for each in told)
        for (chapter, lines_at), found in _placed(self._joint, wholes, heads, (b"", None)):
            yield FoundChapter(chapter, found, lines_at)

    def _pieces(self, of: FoundChapter) -> Iterator[tuple[bytes, Found]]:
        whole = of.found
        lines = map(Piece.read, self.lines(of).splitlines(keepends=True))
        pieces = ((piece.name, piece, piece.name) for piece in lines)
        where = (whole.at - len(whole.glue), whole.packed_at)
        return _placed(self._joint, pieces, where, (whole.before, whole.opened))

    def _reach(self, name: bytes) -> FoundChapter | None:
        """The chapter in which a stretch would be."""
        start = name.partition(SEAM)[0]
        while self._next and self._next.found.piece.name.partition(SEAM)[0] <= start:
            self._here, self._next = self._next, next(self._chapters, None)
            self._walk = None
        return self._here

    def chapter(self, name: bytes) -> FoundChapter | None:
        """The chapter of this name, if the last release has it; asked for in order."""
        here = self._reach(name)
        return here if here and here.found.piece.name == name else None

    def find(self, name: bytes) -> Found | None:
        """The piece of a stretch, if the last release has it; asked for in order."""
        here = self._reach(name)
        if here is None:
            return None
        self._walk = self._walk or Walk(self._pieces(here))
        return self._walk.find(name)

    def lines(self, found: FoundChapter) -> bytes:
        """The lines of the pieces of a chapter; raises StaleError when they are damaged."""
        return self._table.lines(found.chapter, found.lines_at)

    def text(self, found: Found) -> bytes:
        """The text of a piece; raises StaleError when it is not what it was."""
        return checked(self._raw, found.at, found.piece.size, found.piece.sum)

    def packed(self, found: Found) -> bytes:
        """The packed form of a piece; raises StaleError when it is not what it was."""
        piece = found.piece
        return checked(self._packed, found.packed_at, piece.packed, piece.packed_sum)


def _placed(
    joint: Joint, pieces: Iterable[tuple[T, Piece, bytes]], where: tuple[int, int],
    behind: tuple[bytes, bytes | None],
) -> Iterator[tuple[T, Found]]:  # fmt: skip
    """Where pieces, each with the name of the last in it that has a text, lie one after another.

    What comes with a piece goes with it. They begin at `where` in the dump and in its packed form,
    `behind` the last piece with a text and the graph that is open.
    """
    (at, packed_at), (before, opened) = where, behind
    for told, piece, tail in pieces:
        glue = joint.between(opened, piece.first) if piece.size else b""
        yield told, Found(piece, at + len(glue), packed_at, glue, before, opened)
        at += len(glue) + piece.size
        packed_at += piece.packed
        if piece.size:
            before, opened = tail, piece.last


def _opened(path: Path) -> BinaryIO:
    try:
        return path.open("rb")
    except FileNotFoundError as error:
        raise StaleError from error
