"""Some things of each kind, drawn while all of them pass by."""

import zlib
from bisect import insort
from collections.abc import Iterable, Mapping

from graph.rdf.namespaces import IDS

SIZE = 8
"""Things of a kind that are drawn."""
_OURS = f"<{IDS}".encode()


def kind(iri: str) -> str:
    """What the IRIs of things of one kind begin with: all up to the last slash."""
    return iri.rpartition("/")[0]


class Sample:
    """Things of each kind whose checksums are the least.

    They are spread over all there are, and the same in whatever order they come. Held are no more
    than SIZE of a kind.
    """

    def __init__(self, iris: Iterable[str] = ()) -> None:
        self._least: dict[bytes, list[tuple[int, bytes]]] = {}
        for iri in iris:
            self.see(f"<{iri}>".encode())

    def see(self, subject: bytes) -> None:
        """Take note of a subject, as N-Triples writes it; one that is not named by us is none."""
        if not subject.startswith(_OURS):
            return
        least = self._least.setdefault(subject.rpartition(b"/")[0], [])
        drawn = zlib.crc32(subject), subject
        if (len(least) < SIZE or drawn < least[-1]) and drawn not in least:
            insort(least, drawn)
            del least[SIZE:]

    def add(self, other: "Sample") -> None:
        """Take note of what another has drawn, too."""
        for iris in other.drawn.values():
            for iri in iris:
                self.see(f"<{iri}>".encode())

    @property
    def drawn(self) -> Mapping[str, tuple[str, ...]]:
        """Kind → the IRIs of the things drawn, by name."""
        return {
            name[1:].decode(): tuple(sorted(iri[1:-1].decode() for _, iri in least))
            for name, least in self._least.items()
        }
