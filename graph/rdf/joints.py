"""How the text of a dump is taken apart into stretches, and put together again, byte by byte.

A file of one stretch is its head, its body and its foot. A file of many is the head, every body
with the joint before it, and the foot. Where a graph reaches over two stretches, its line of
opening and of closing goes with the joints; so a body is the same whatever stands around it.
"""

import re
from abc import ABC, abstractmethod
from dataclasses import dataclass

from pyoxigraph import RdfFormat


@dataclass(frozen=True)
class Taken:
    """A file taken apart; `first` and `last` open the graphs that it begins and ends in."""

    head: bytes
    first: bytes
    body: bytes
    last: bytes


class Joint(ABC):
    """What stands between the bodies of one format."""

    @abstractmethod
    def apart(self, text: bytes) -> Taken:
        """A file of at least one triple, taken apart."""

    @abstractmethod
    def between(self, before: bytes | None, after: bytes) -> bytes:
        """What goes between the graph that was open and the next; None is before all."""

    @abstractmethod
    def end(self, last: bytes | None) -> bytes:
        """What goes after all."""


class _Lines(Joint):
    """A line for each triple, after comments."""

    def apart(self, text: bytes) -> Taken:
        at = 0
        while text.startswith(b"#", at):
            at = text.index(b"\n", at) + 1
        return Taken(text[:at], b"", text[at:], b"")

    def between(self, before: bytes | None, after: bytes) -> bytes:
        del before, after
        return b""

    def end(self, last: bytes | None) -> bytes:
        del last
        return b""


_OPENING = re.compile(rb"^[^\t\n][^\n]* \{$", re.MULTILINE)
"""The line that opens a graph: all that stands at the margin and ends so."""


def _in_graphs(head: bytes, body: bytes, opening: re.Pattern[bytes], closing: bytes) -> Taken:
    """A file taken apart whose graphs open with such a line; the last one is closed so."""
    first = last = b""
    line = body[: body.index(b"\n")]
    if opening.fullmatch(line):
        first = last = line
        body = body[len(line) + 1 :]
    for found in opening.finditer(body):
        last = found[0]
    return Taken(head, first, body.removesuffix(closing) if last else body, last)


class _Turtle(Joint):
    """Comments and prefixes, then subjects with an empty line before each, in graphs if any."""

    def apart(self, text: bytes) -> Taken:
        at = text.index(b"\n\n") + 1
        return _in_graphs(text[:at], text[at + 1 :], _OPENING, b"}\n")

    def between(self, before: bytes | None, after: bytes) -> bytes:
        if before == after:
            return b"\n"
        return (b"}\n" if before else b"") + b"\n" + (after + b"\n" if after else b"")

    def end(self, last: bytes | None) -> bytes:
        return b"}\n" if last else b""


class _Xml(Joint):
    """A node for each subject, with an empty line before it, in one element."""

    _FOOT = b"</rdf:RDF>\n"

    def apart(self, text: bytes) -> Taken:
        at = text.index(b"\n\n") + 1
        return Taken(text[:at], b"", text[at + 1 :].removesuffix(self._FOOT), b"")

    def between(self, before: bytes | None, after: bytes) -> bytes:
        del before, after
        return b"\n"

    def end(self, last: bytes | None) -> bytes:
        del last
        return self._FOOT


_FACTS = re.compile(rb'^\{"id": [^\n]*, "facts": \[$', re.MULTILINE)


class _Json(Joint):
    """A context, then nodes in a list; a named graph is a node with a list of its own."""

    _LIST = b'"@graph": ['
    _FOOT = b"\n]}\n"

    def apart(self, text: bytes) -> Taken:
        at = text.index(self._LIST) + len(self._LIST)
        return _in_graphs(text[:at], text[at + 1 :].removesuffix(self._FOOT), _FACTS, b"]}")

    def between(self, before: bytes | None, after: bytes) -> bytes:
        if before == after:
            return b",\n"
        close = b"]}" if before else b""
        comma = b"\n" if before is None else b",\n"
        return close + comma + (after + b"\n" if after else b"")

    def end(self, last: bytes | None) -> bytes:
        return (b"]}" if last else b"") + self._FOOT


JOINTS = {
    RdfFormat.N_TRIPLES: _Lines(),
    RdfFormat.N_QUADS: _Lines(),
    RdfFormat.TURTLE: _Turtle(),
    RdfFormat.N3: _Turtle(),
    RdfFormat.TRIG: _Turtle(),
    RdfFormat.RDF_XML: _Xml(),
    RdfFormat.JSON_LD: _Json(),
}
"""The joints of each format that a dump is written in."""
