"""Dumps put together of pieces: what has not changed is copied from the last release, packed too.

A packed dump is one gzip stream. Each piece is deflated by itself, with the end of the piece before
it for a dictionary, and ends on a byte: so it stands in another stream as it is, behind the same.
"""

import hashlib
import zlib
from collections.abc import Iterator
from contextlib import ExitStack
from dataclasses import dataclass, replace
from pathlib import Path
from typing import BinaryIO

from graph.rdf.joints import Joint
from graph.runs import files, pieces
from graph.runs.files import Written
from graph.runs.pieces import Last, Piece, StaleError
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
    triples, sum_ = 0, zlib.crc32(head)
    previous, last = _Previous(), None
    with ExitStack() as opened:
        raw, packed, lines = (
            opened.enter_context(path.open("wb"))
            for path in (order.folder / name, order.folder / f"{name}.gz", table)
        )
        old = opened.enter_context(
            Last(order.last, name, order.code, joint, (len(head), len(packed_head)))
        )
        whole, small = _File(raw), _File(packed)
        whole.put(head)
        small.put(packed_head)
        lines.write(pieces.head(order.code))
        for found, piece, body in _texts(order, name, old):
            triples += piece.triples
            glue = joint.between(last, piece.first) if piece.size else b""
            chunk = b""
            if piece.size:
                here = found and found.glue == glue and found.before == previous.name
                same = found if here else None
                chunk = old.packed(same) if same else deflated(glue + body, previous.text)
                previous, last = _Previous(piece.name, body), piece.last
            sum_ = zlib.crc32(body, zlib.crc32(glue, sum_))
            whole.put(glue + body)
            small.put(chunk)
            lines.write(replace(piece, packed=len(chunk), packed_sum=zlib.crc32(chunk)).line)
        foot = joint.end(last)
        sum_ = zlib.crc32(foot, sum_)
        whole.put(foot)
        small.put(deflated(foot, previous.text) + _END)
        small.put(sum_.to_bytes(4, "little") + (whole.size & 0xFFFFFFFF).to_bytes(4, "little"))
    for path in (order.folder / name, order.folder / f"{name}.gz", table):
        files.sync(path)
    return whole.written(name, triples), small.written(f"{name}.gz", triples)


@dataclass(frozen=True)
class _Previous:
    """The last piece with a text, which the next one is packed with."""

    name: bytes = b""
    text: bytes = b""


def _texts(
    order: Order, name: str, old: Last
) -> Iterator[tuple[pieces.Found | None, Piece, bytes]]:
    """Every piece of a dump in order, with its text, and where the last release has it."""
    fresh = pieces.made([spool / name for spool in order.spools])
    shadows = pieces.made([spool / f"{name}{pieces.SHADOWS}" for spool in order.spools])
    with order.plan.open("rb") as plan:
        for line in plan:
            found = old.find(stretch := line[:-1])
            if found:
                yield found, found.piece, old.text(found)
                continue
            piece, body = next(shadows if is_shadow(stretch) else fresh, (None, b""))
            if piece is None or piece.name != stretch:
                raise StaleError
            yield None, piece, body
