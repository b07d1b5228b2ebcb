"""The quads of a release, on disk or in memory."""

from collections.abc import Iterable
from pathlib import Path

from pyoxigraph import Quad, RdfFormat, Store

from graph.errors import ReleaseError

_PIECE = 16 << 20
"""How many bytes of N-Quads are loaded at once."""


def in_memory(quads: Iterable[Quad]) -> Store:
    """A store of these quads that lives as long as the process."""
    store = Store()
    store.extend(quads)
    return store


def write(quads: Iterable[Quad], path: Path) -> None:
    """A store directory at `path`, compacted and complete on disk when this returns."""
    store = Store(str(path))
    store.bulk_extend(quads)
    store.flush()
    store.optimize()


def load(quads: Path, path: Path) -> None:
    """A store directory at `path` of a file of N-Quads, complete on disk when this returns.

    Loaded piece by piece: the engine needs ten times the memory of what it loads at once.
    """
    store = Store(str(path))
    with quads.open("rb") as file:
        while lines := file.readlines(_PIECE):
            store.bulk_load(b"".join(lines), format=RdfFormat.N_QUADS)
    store.flush()
    store.optimize()


def read(path: Path) -> Store:
    """The store directory of a release, opened so that nothing can change it.

    Raises ReleaseError if there is none or it cannot be read.
    """
    if not path.is_dir():
        raise ReleaseError(f"no store at {path}; run `policyprov build` first")
    try:
        return Store.read_only(str(path))
    except OSError as error:
        raise ReleaseError(f"the store at {path} cannot be read ({error}); build again") from error
