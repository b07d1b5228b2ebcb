"""How a file of RDF looks: what it is in its first lines, prefixes sorted, subjects set apart.

The engine's serializer writes every line; this puts air between some, and holds one at most.
"""

import re
from abc import ABC, abstractmethod
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import BinaryIO, cast

from pyoxigraph import Quad, RdfFormat, Triple, serialize

_TURTLES = (RdfFormat.TURTLE, RdfFormat.TRIG, RdfFormat.N3)
COMMENTED = (*_TURTLES, RdfFormat.N_TRIPLES, RdfFormat.N_QUADS, RdfFormat.RDF_XML)
"""The formats that can say in a comment what a file is; JSON has no comments."""


class _Lines(ABC):
    """A file for a serializer to write to: hands on line by line, in the layout wanted."""

    def __init__(self, out: BinaryIO) -> None:
        self._out = out
        self._rest = b""

    def write(self, content: bytes) -> int:
        """Take some bytes, wherever they end; returns how many."""
        *lines, self._rest = (self._rest + content).split(b"\n")
        self._out.writelines(part for line in lines for part in self.laid(line))
        return len(content)

    def flush(self) -> None:
        """Flush what was handed on; a line that has not ended stays."""
        self._out.flush()

    def end(self) -> None:
        """Hand on the last line, where the serializer did not end it."""
        if self._rest:
            self.write(b"\n")

    @abstractmethod
    def laid(self, line: bytes) -> Iterator[bytes]:
        """A line with its end and what goes before it."""


class _Turtle(_Lines):
    """Prefixes sorted, an empty line before each graph and each subject."""

    def __init__(self, out: BinaryIO) -> None:
        super().__init__(out)
        self._prefixes: list[bytes] = []
        self._graph = False
        self._first = False

    def laid(self, line: bytes) -> Iterator[bytes]:
        if line.startswith(b"@prefix "):
            self._prefixes.append(line + b"\n")
            return
        yield from sorted(self._prefixes)
        self._prefixes.clear()
        # Literals are written on one line, so tabs alone tell: a subject of the default graph and a
        # graph stand at the margin, a subject of a graph one tab in, what is said of it two.
        margin = b"\t" if self._graph else b""
        rest = line.removeprefix(margin)
        if line == b"}":
            self._graph = False
        elif line.startswith(margin) and not rest.startswith(b"\t"):
            if not self._first:
                yield b"\n"
            self._first = not margin and line.endswith(b" {")
            self._graph = self._graph or self._first
        yield line + b"\n"


_NAMESPACE = re.compile(rb' xmlns:[^ =]+="[^"]*"')


class _Xml(_Lines):
    """A comment after the declaration, namespaces sorted, an empty line before each node."""

    def __init__(self, out: BinaryIO, header: Sequence[str]) -> None:
        super().__init__(out)
        # Two hyphens would end the comment (XML 1.0 §2.5).
        words = "\n     ".join(line.replace("--", "- -") for line in header)
        self._header = f"<!-- {words} -->\n".encode() if header else b""

    def laid(self, line: bytes) -> Iterator[bytes]:
        # Text is escaped, so only the tag of a node can begin a line after one tab.
        if line.startswith(b"\t<") and not line.startswith(b"\t</"):
            yield b"\n"
        elif line.startswith(b"<rdf:RDF "):
            line = b"<rdf:RDF" + b"".join(sorted(_NAMESPACE.findall(line))) + b">"
        yield line + b"\n"
        if line.startswith(b"<?xml "):
            yield self._header


def comment(header: Sequence[str]) -> bytes:
    """Lines as a comment at the head of a file, in the formats that begin one with `#`."""
    return "".join(f"# {line}\n" for line in header).encode()


def write(
    items: Iterable[Triple] | Iterable[Quad],
    out: BinaryIO,
    engine: RdfFormat,
    prefixes: Mapping[str, str],
    header: Sequence[str] = (),
) -> None:
    """Write triples or quads, in the order they come, holding one of them at a time.

    `header` are the lines of the comment at the head of the file; a format without comments goes
    without. Subjects are set apart where `items` keeps what is said of one together.
    """
    target: BinaryIO | _Lines = out
    if engine == RdfFormat.RDF_XML:
        target = _Xml(out, header)
    elif engine in COMMENTED:
        out.write(comment(header))
        target = _Turtle(out) if engine in _TURTLES else out
    # The engine needs no more of a file than to write and flush.
    serialize(items, cast("BinaryIO", target), engine, prefixes=dict(prefixes))
    if isinstance(target, _Lines):
        target.end()
