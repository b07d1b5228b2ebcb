"""Whether an engine was loaded with all of a release, and where this server looks for it."""

import json
import logging
from collections.abc import Callable

from graph.engines.failure import EngineSlowError
from graph.errors import ReleaseError

_SIZE = "SELECT (COUNT(*) AS ?n) WHERE { ?s ?p ?o }"
_log = logging.getLogger(__name__)


def count(version: str, triples: int | None, ask: Callable[[str], bytes]) -> None:
    """Nothing, if the default graph has as many triples as the release says, or does not say.

    `ask` gives the SPARQL JSON to a query. Raises ReleaseError when it has not, and what `ask`
    raises; an engine that cannot count them in time is believed, and the log says so.
    """
    if triples is None:
        return
    try:
        (row,) = json.loads(ask(_SIZE))["results"]["bindings"]
    except EngineSlowError:
        _log.warning("the engine could not count the triples of release %s in time", version)
        return
    held = int(row["n"]["value"])
    if held != triples:
        raise ReleaseError(
            f"the engine's default graph holds {held} triples, that of release {version} {triples};"
            " load all of policyprov.nq, and nothing else, and where the engine has no default"
            " graph of its own, name the one that stands for it: ?default-graph-uri=IRI in"
            " POLICYPROV_STORE"
        )
