"""Where a run can be cut, the same in whatever run: by how subjects and graphs begin.

What an article says lies in some hundred buckets of the whole dataset. Its part lists them, each
with a digest of its lines, so that a build reads only those in which something is new.
"""

import hashlib
from collections.abc import Iterable, Iterator, Mapping
from itertools import groupby

from graph.rdf.namespaces import IDS

SEAM = b"\x01"
"""Stands between fields: below all that a name may hold, so that lines sort as their buckets do."""
_LOCAL = 20
"""Bytes of a name, after its kind, that a bucket is told by: about what names an article."""
_FOREIGN = 48
"""Bytes of a name that is not ours."""
_OURS = f"<{IDS}".encode()
_CLAIMS = _OURS + b"claim/"


def bucket(row: bytes) -> bytes:
    """What the lines of a bucket begin with; in the order of lines, buckets never go back.

    Facts of one claim, and what a graph says of one subject, are never in two.
    """
    graph, _, rest = row.partition(b"\t")
    if graph.startswith(_CLAIMS):
        return graph[: len(_CLAIMS) + _LOCAL]
    return graph + b"\t" + _shortened(rest.partition(b"\t")[0])


def _shortened(name: bytes) -> bytes:
    if not name.startswith(_OURS):
        return name[:_FOREIGN]
    return name[: name.find(b"/", len(_OURS)) + 1 + _LOCAL]


def listed(runs: Mapping[str, bytes], owner: str) -> bytes:
    """The buckets of these runs by name, as sorted lines.

    Each tells bucket, run, digest of its lines, owner, and where they begin and how long they are.
    """
    found = (
        line
        for name, content in runs.items()
        for line in cut(content.splitlines(keepends=True), name, owner)
    )
    return b"".join(sorted(found))


def cut(rows: Iterable[bytes], run: str, owner: str) -> Iterator[bytes]:
    """The line of each bucket of the run of this name, whose lines these are."""
    at = 0
    for name, bucketed in groupby(rows, key=bucket):
        lines = b"".join(bucketed)
        digest = hashlib.blake2b(lines, digest_size=12).hexdigest().encode()
        told = (name, run.encode(), digest, owner.encode(), b"%d" % at, b"%d" % len(lines))
        yield SEAM.join(told) + b"\n"
        at += len(lines)
