"""The quads of a release, on disk or in memory."""

import shutil
from collections.abc import Iterable
from pathlib import Path
from typing import Any

from pyoxigraph import Quad, RdfFormat, Store

from graph.errors import ReleaseError

_PIECE = 8 << 20
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
    with quads.open("rb") as file:
        gathered((b"".join(lines) for lines in iter(lambda: file.readlines(_PIECE), [])), path)


def gathered(pieces: Iterable[bytes], path: Path) -> None:
    """A store directory at `path` of pieces of N-Quads, complete on disk when this returns."""
    store = Store(str(path))
    for piece in pieces:
        store.bulk_load(piece, format=RdfFormat.N_QUADS)
    store.flush()
    store.optimize()


def changed(old: Path, path: Path, removed: Iterable[Quad], added: Iterable[Quad]) -> bool:
    """Whether a store directory at `path` could be made of an older one and what differs.

    Large files are shared with the older one, which does not change. It cannot be where words would
    stay behind that no quad has any more: then there is nothing at `path`, and all is to be loaded.
    """
    if not old.is_dir():
        return False
    try:
        _linked(old, path)
        store = Store(str(path))
        gone, fresh = list(removed), list(added)
        for quad in gone:
            store.remove(quad)
        store.extend(fresh)
        store.flush()
        done = not any(quad in store for quad in gone) and all(quad in store for quad in fresh)
        if done and not _left_behind(store, gone):
            return True
        del store
    except (OSError, RuntimeError):
        # The older one may be damaged, which the engine tells by both. A disk that is full is told
        # when all is loaded.
        pass
    shutil.rmtree(path)
    return False


def _linked(old: Path, path: Path) -> None:
    """A store directory that shares with another the files that engines never write again."""
    path.mkdir()
    for file in old.iterdir():
        copy = path / file.name
        if file.suffix == ".sst":
            try:
                copy.hardlink_to(file)
            except OSError:
                shutil.copyfile(file, copy)
        elif file.name not in ("LOCK", "LOG"):
            shutil.copyfile(file, copy)


def _left_behind(store: Store, gone: Iterable[Quad]) -> bool:
    """Whether a term of these quads is in no other, or a graph has none any more."""
    return not all(
        _any(store, subject=quad.subject)
        and _any(store, predicate=quad.predicate)
        and _any(store, thing=quad.object)
        and _any(store, graph=quad.graph_name)
        for quad in gone
    )


def _any(
    store: Store, subject: Any = None, predicate: Any = None, thing: Any = None, graph: Any = None
) -> bool:  # fmt: skip
    found = store.quads_for_pattern(subject, predicate, thing, graph)
    return next(iter(found), None) is not None


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
