"""Results written by the engine, and corrected where its writers leave the specification.

- XML 1.0 §2.2 has no way to write most control characters: such an answer is refused. A carriage
  return is written as a reference, or a parser would read a line feed (§2.11).
- An IRI that holds a comma is quoted in CSV (RFC 4180 §2), which the engine forgets.
"""

import csv
import io
import re
from collections.abc import Callable

from pyoxigraph import (
    Literal,
    NamedNode,
    QueryBoolean,
    QueryResultsFormat,
    QuerySolutions,
    RdfFormat,
)

from graph.rdf.namespaces import PREFIXES

Results = QuerySolutions | QueryBoolean
XML = frozenset({QueryResultsFormat.XML, RdfFormat.RDF_XML})
_UNWRITABLE = re.compile(rb"[\x00-\x08\x0b\x0c\x0e-\x1f]|\xef\xbf[\xbe\xbf]")


_SEARCHED = 1 << 16
"""Bytes of Turtle in which used prefixes are looked for."""


class CharacterError(Exception):
    """The answer holds a character that its format cannot write; the text names it."""


class Xml:
    """The same XML, by the piece, with its carriage returns as references."""

    def __init__(self) -> None:
        self._cut = b""

    def __call__(self, piece: bytes, *, last: bool) -> bytes:
        """The next piece as it is to be.

        Raises CharacterError.
        """
        body = self._cut + piece
        if found := _UNWRITABLE.search(body):
            raise CharacterError(f"U+{ord(found[0].decode()):04X}")
        # A character of three bytes may lie across two pieces.
        kept = 0 if last else next((n for n in (1, 2) if body[-n:].startswith(b"\xef")), 0)
        end = len(body) - kept
        self._cut = body[end:]
        return body[:end].replace(b"\r", b"&#xD;")


class Tidy:
    """Turtle by the piece, its first one with the prefix lines as `tidy` has them."""

    def __init__(self) -> None:
        self._first = True

    def __call__(self, piece: bytes, *, last: bool) -> bytes:
        """The next piece as it is to be."""
        del last
        first, self._first = self._first, False
        return tidy(piece) if first else piece


def tidy(turtle: bytes) -> bytes:
    """Turtle with its prefix lines in the published order; in a small answer, only those used.

    The engine writes them in an order that differs from run to run: equal answers would not be
    equal bytes. In a large answer nearly all are used, and looking for them costs time.
    """
    end = 0
    while turtle.startswith(b"@prefix ", end):
        end = turtle.index(b"\n", end) + 1
    body = turtle[end:]
    few = len(body) < _SEARCHED
    lines = [
        f"@prefix {name}: <{iri}> .\n".encode()
        for name, iri in PREFIXES.items()
        if not few or f"{name}:".encode() in body
    ]
    return b"".join((*lines, body))


def is_torn(text: bytes) -> bool:
    """Whether this CSV has a line with more cells than its first line."""
    first, _, _ = text.partition(b"\r\n")
    if b'"' not in text:
        return text.count(b",") != first.count(b",") * text.count(b"\r\n")
    rows = csv.reader(io.StringIO(text.decode(), newline=""))
    width = first.count(b",") + 1
    return any(len(row) > width for row in rows)


def quoted_csv(solutions: QuerySolutions, write: Callable[[bytes], object]) -> None:
    """These rows as SPARQL CSV, each cell quoted that must be."""
    names = [variable.value for variable in solutions.variables]
    out = io.StringIO()
    writer = csv.writer(out)
    writer.writerow(names)
    for row in solutions:
        writer.writerow([_cell(row[name]) for name in names])
        write(out.getvalue().encode())
        out.seek(0)
        out.truncate()
    write(out.getvalue().encode())


def _cell(term: object) -> str:
    if term is None:
        return ""
    return term.value if isinstance(term, NamedNode | Literal) else str(term)
