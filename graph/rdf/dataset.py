"""A release in Python: opened as an rdflib dataset that reads the store as it lies on disk."""

from pathlib import Path
from typing import Any, NoReturn

import pyoxigraph as ox
import rdflib
from oxrdflib.store import OxigraphStore
from rdflib.graph import ModificationException

from graph.errors import ReleaseError
from graph.rdf import store
from graph.rdf.namespaces import PREFIXES

_STORE = "store"
"""The directory of the store in a release."""


class _ReadOnly(OxigraphStore):
    """A store that answers and refuses every change."""

    def _refuse(self, *_: Any, **__: Any) -> NoReturn:
        raise ModificationException

    add = addN = remove = update = remove_graph = destroy = _refuse  # noqa: N815 - rdflib's name

    def add_graph(self, graph: rdflib.Graph) -> None:
        """Nothing: rdflib announces every graph that it is about to read."""


def opened(path: Path | str) -> rdflib.Dataset:
    """The dataset of a release folder, or of a downloaded N-Quads file, which nothing can change.

    A release is read where it lies, without copying; a file is loaded into memory once. SPARQL is
    answered by the engine of the endpoint; `query(text, use_store_provided=False)` by rdflib's own.
    The published prefixes are bound. Raises ReleaseError if there is no such release or file, and
    for a file that is not N-Quads; a change raises rdflib's ModificationException.
    """
    path = Path(path)
    found = rdflib.Dataset(store=_ReadOnly(store=_stored(path)))
    for prefix, space in PREFIXES.items():
        found.bind(prefix, space, replace=True)
    return found


def _stored(path: Path) -> ox.Store:
    if not path.is_file():
        return store.read(path / _STORE)
    loaded = ox.Store()
    try:
        loaded.bulk_load(path=str(path), format=ox.RdfFormat.N_QUADS)
    except (SyntaxError, ValueError, OSError) as error:
        raise ReleaseError(f"{path} is no N-Quads ({error}); download policyprov.nq") from error
    return loaded
