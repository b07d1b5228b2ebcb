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

Results = QuerySolutions | QueryBoolean
XML = frozenset({QueryResultsFormat.XML, RdfFormat.RDF_XML})
_UNWRITABLE = re.compile(rb"[\x00-\x08\x0b\x0c\x0e-\x1f]|\xef\xbf[\xbe\xbf]")


class CharacterError(Exception):
    """The answer holds a character that its format cannot write; the text names it."""


def xml(body: bytes) -> bytes:
    """The same XML with its carriage returns as references.

    Raises CharacterError.
    """
    if found := _UNWRITABLE.search(body):
        raise CharacterError(f"U+{ord(found[0].decode()):04X}")
    return body.replace(b"\r", b"&#xD;")


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
