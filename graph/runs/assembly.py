"""Dumps put together of pieces: what has not changed is copied from the last release, packed too.

A packed dump is one gzip stream. Each piece is deflated by itself, with the end of the piece before
it for a dictionary, and ends on a byte: so it stands in another stream as it is, behind the same.
"""

import hashlib
import zlib
from collections.abc import Callable, Iterable
from contextlib import ExitStack
from dataclasses import dataclass, replace
from pathlib import Path
from typing import BinaryIO

from graph.rdf.joints import Joint
from graph.runs import files, pieces
from graph.runs.chapters import Chapter, chapters
from graph.runs.files import Written
from graph.runs.last import Found, FoundChapter, Last
from graph.runs.pieces import Piece, StaleError
from graph.runs.plan import is_shadow

_WINDOW = 1 << 15
"""How far back deflate looks."""
_GZIP_HEAD = b"\x1f\x8b\x08\x00\x00\x00\x00\x00\x02\x03"
"""A gzip header without a time stamp: the same bytes for the same content."""
_END = b"\x03\x00"
"""The last block of a deflated stream, with nothing in it."""


@dataclass(frozen=True)
class Order:
    """What a dump is put together of.

    `plan` lists the stretches, `spools` are the folders of what was made, `last` is the release
    that may hold the rest, written by the same `code` or not.
    """

    folder: Path
    plan: Path
    spools: tuple[Path, ...]
    last: Path
    code: str


class _File:
    """A file that is being written, with its digest."""

    def __init__(self, out: BinaryIO) -> None:
        self._out = out
        self._digest = hashlib.sha256()
        self.size = 0

    def put(self, content: bytes) -> None:
        self._out.write(content)
        self._digest.update(content)
        self.size += len(content)

    def written(self, name: str, triples: int) -> Written:
        return Written(name, self.size, self._digest.hexdigest(), triples)


def deflated(content: bytes, before: bytes) -> bytes:
    """Content as a piece of a deflated stream that comes after the text `before`."""
    window = before[-_WINDOW:]
    packer = (
        zlib.compressobj(9, zlib.DEFLATED, -zlib.MAX_WBITS, zdict=window)
        if window
        else zlib.compressobj(9, zlib.DEFLATED, -zlib.MAX_WBITS)
    )
    return packer.compress(content) + packer.flush(zlib.Z_SYNC_FLUSH)


def put_together(order: Order, name: str, joint: Joint, head: bytes) -> tuple[Written, Written]:
    """Write a dump, its packed form and the table of its pieces.

    Raises StaleError when the last release is not what it was.
    """
    table = order.folder / pieces.FOLDER / name
    packed_head = _GZIP_HEAD + deflated(head, b"")
    with ExitStack() as opened:
        raw, packed, lines = (
            opened.enter_context(path.open("wb"))
            for path in (order.folder / name, order.folder / f"{name}.gz", table)
        )
        plan = opened.enter_context(order.plan.open("rb"))
        heads = (len(head), len(packed_head))
        old = opened.enter_context(Last(order.last, name, order.code, joint, heads))
        out = _Out(_File(raw), _File(packed), lines)
        lines.write(pieces.head(order.code))
        dump = _Dump(joint, old, _fresh(order, name), out)
        dump.begin(head, packed_head)
        for chapter, stretches in chapters(line[:-1] for line in plan):
            found = old.chapter(chapter)
            if found and dump.fits(found.found):
                dump.copy(found)
            else:
                dump.make(chapter, stretches)
        dump.end()
    for path in (order.folder / name, order.folder / f"{name}.gz", table):
        files.sync(path)
    triples = dump.triples
    return out.raw.written(name, triples), out.packed.written(f"{name}.gz", triples)


Fresh = Callable[[bytes], tuple[Piece, bytes]]
"""Gives the pieces that were made, asked for by their stretches in order, with their texts."""


def _fresh(order: Order, name: str) -> Fresh:
    fresh = pieces.made([spool / name for spool in order.spools])
    shadows = pieces.made([spool / f"{name}{pieces.SHADOWS}" for spool in order.spools])

    def given(stretch: bytes) -> tuple[Piece, bytes]:
        piece, body = next(shadows if is_shadow(stretch) else fresh, (None, b""))
        if piece is None or piece.name != stretch:
            raise StaleError
        return piece, body

    return given


@dataclass(frozen=True)
class _Out:
    """The files of a dump: itself, its packed form, the table of its pieces."""

    raw: _File
    packed: _File
    lines: BinaryIO


class _Dump:
    """A dump that is being written, with its packed form and the table of its pieces."""

    def __init__(self, joint: Joint, old: Last, fresh: Fresh, out: _Out) -> None:
        self._joint, self._old, self._fresh, self._out = joint, old, fresh, out
        self.triples = 0
        self._sum = 0
        self._open: bytes | None = None
        self._before: tuple[bytes, bytes] = (b"", b"")
        """The last piece with a text, which the next one is packed with: its name, its text."""

    def begin(self, head: bytes, packed: bytes) -> None:
        """Write what stands before all pieces."""
        self._put(head, packed)

    def _put(self, content: bytes, packed: bytes) -> None:
        self._sum = zlib.crc32(content, self._sum)
        self._out.raw.put(content)
        self._out.packed.put(packed)

    def _glue(self, piece: Piece) -> bytes:
        return self._joint.between(self._open, piece.first) if piece.size else b""

    def fits(self, found: Found) -> bool:
        """Whether what is found stands here behind the same as in the last release."""
        return found.glue == self._glue(found.piece) and found.before == self._before[0]

    def copy(self, found: FoundChapter) -> None:
        """Write a chapter as it is in the last release."""
        whole, (tail, size) = found.chapter.whole, found.chapter.tail
        text = self._old.text(found.found)
        lines = self._old.lines(found)
        self._put(found.found.glue + text, self._old.packed(found.found))
        self._out.lines.write(found.chapter.line + lines)
        self.triples += whole.triples
        if whole.size:
            self._before, self._open = (tail, text[-size:]), whole.last

    def make(self, name: bytes, stretches: Iterable[bytes]) -> None:
        """Write a chapter piece by piece, of which some are in the last release, too."""
        lines: list[bytes] = []
        whole = Piece(name, 0, b"", b"", 0, 0)
        for stretch in stretches:
            found = self._old.find(stretch)
            piece, body = (found.piece, self._old.text(found)) if found else self._fresh(stretch)
            glue, chunk = self._glue(piece), b""
            if piece.size:
                same = found if found and self.fits(found) else None
                chunk = self._old.packed(same) if same else deflated(glue + body, self._before[1])
                self._before, self._open = (piece.name, body), piece.last
            self._put(glue + body, chunk)
            piece = replace(piece, packed=len(chunk), packed_sum=zlib.crc32(chunk))
            lines.append(piece.line)
            whole = _joined(whole, piece, glue if whole.size else b"", body, chunk)
        tail, text = self._before if whole.size else (b"", b"")
        told = b"".join(lines)
        chapter = Chapter(whole, (tail, len(text)), (len(told), zlib.crc32(told)))
        self._out.lines.write(chapter.line + told)
        self.triples += whole.triples

    def end(self) -> None:
        """Write what stands after all pieces."""
        foot = self._joint.end(self._open)
        self._put(foot, deflated(foot, self._before[1]) + _END)
        size = self._out.raw.size & 0xFFFFFFFF
        self._out.packed.put(self._sum.to_bytes(4, "little") + size.to_bytes(4, "little"))


def _joined(whole: Piece, piece: Piece, glue: bytes, body: bytes, chunk: bytes) -> Piece:
    """What is told of pieces in a row, with one more."""
    return Piece(
        name=whole.name,
        triples=whole.triples + piece.triples,
        first=whole.first if whole.size else piece.first,
        last=piece.last if piece.size else whole.last,
        size=whole.size + len(glue) + piece.size,
        sum=zlib.crc32(body, zlib.crc32(glue, whole.sum)),
        packed=whole.packed + len(chunk),
        packed_sum=zlib.crc32(chunk, whole.packed_sum),
    )
