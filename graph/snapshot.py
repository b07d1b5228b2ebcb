"""A release on disk: which one a symlink leads to now, and what it says of itself."""

import hashlib
import json
import threading
from collections.abc import Callable, Hashable, Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from typing import Any, TypeVar

from pyoxigraph import Literal, NamedNode, RdfFormat, parse

from graph.errors import ReleaseError
from graph.memory import Memory
from graph.rdf.namespaces import CANONICAL_BASE, expand

T = TypeVar("T")

_DATASET = CANONICAL_BASE + "dataset"
_RELATED = {"release.json": "application/json", "SHA256SUMS": "text/plain"}
"""Files beside those that the manifest lists: itself, and the checksums of all."""


@dataclass(frozen=True)
class File:
    """One file of a release; `triples` counts what it holds, where that is known."""

    name: str
    media_type: str
    bytes: int
    sha256: str
    triples: int | None = None


@dataclass(frozen=True)
class Masthead:
    """How the dataset is introduced; titles, descriptions and rights by language."""

    title: Mapping[str, str]
    description: Mapping[str, str]
    issued: str
    license: str
    rights: Mapping[str, str]
    keywords: tuple[str, ...]


@dataclass(frozen=True)
class Release:
    """One release on disk, as its manifest describes it.

    `key` is its version and a digest of its manifest, so two builds of one version differ in it.
    Whatever the server remembers of a release hangs on this object and goes with it.
    """

    folder: Path
    version: str
    key: str
    _memory: Memory = field(default_factory=Memory, compare=False, repr=False)

    def remember(self, kind: str, key: Hashable, make: Callable[[], T], most: int = 256) -> T:
        """What `make` gives, made once for each key of a kind while it is among the last `most`."""
        return self._memory.recall(kind, key, make, most)

    def forget(self) -> None:
        """Let go of all that was remembered until now: the release is no longer being served.

        Requests in hand keep what they hold, and go on remembering: a page made of a hundred
        claims must not read a file a hundred times because a release came meanwhile. Whoever
        forgets does so again while there are any.
        """
        self._memory.clear()

    @property
    def store(self) -> Path:
        """The store directory."""
        return self.folder / "store"

    @cached_property
    def _manifest(self) -> Mapping[str, Any]:
        found: Mapping[str, Any] = json.loads((self.folder / "release.json").read_bytes())
        return found

    @property
    def counts(self) -> Mapping[str, int]:
        """How many things of each kind it holds."""
        counts: Mapping[str, int] = self._manifest.get("counts", {})
        return counts

    @property
    def examples(self) -> Mapping[str, Mapping[str, str]]:
        """Canned query → parameter → the example that stands in for that of its file."""
        found: Mapping[str, Mapping[str, str]] = self._manifest.get("examples", {})
        return found

    @cached_property
    def files(self) -> tuple[File, ...]:
        """The files that the manifest lists."""
        return tuple(
            File(row["name"], row["media_type"], row["bytes"], row["sha256"], row.get("triples"))
            for row in self._manifest["files"]
        )

    @cached_property
    def offered(self) -> Mapping[str, File]:
        """Every file to download, by name: those listed, the manifest, and the checksums."""
        found = {file.name: file for file in self.files}
        for name, kind in _RELATED.items():
            path = self.folder / name
            if path.is_file() and name not in found:
                found[name] = File(name, kind, path.stat().st_size, "")
        return found

    @cached_property
    def masthead(self) -> Masthead:
        """The introduction of the dataset, from the description that the release carries."""
        found: dict[tuple[str, str], list[Literal | NamedNode]] = {}
        path = self.folder / "void.ttl"
        for quad in parse(path=path, format=RdfFormat.TURTLE) if path.is_file() else ():
            if isinstance(quad.subject, NamedNode) and isinstance(quad.object, Literal | NamedNode):
                key = quad.subject.value, quad.predicate.value
                found.setdefault(key, []).append(quad.object)

        def all_of(name: str, subject: str = _DATASET) -> list[Literal | NamedNode]:
            return found.get((subject, expand(name).value), [])

        def words(name: str, subject: str = _DATASET) -> Mapping[str, str]:
            terms = (term for term in all_of(name, subject) if isinstance(term, Literal))
            return {term.language or "": term.value for term in terms}

        def one(name: str) -> str:
            return next((term.value for term in all_of(name)), "")

        return Masthead(
            title=words("dcterms:title"),
            description=words("dcterms:description"),
            issued=one("dcterms:issued"),
            license=one("dcterms:license"),
            rights=words("rdfs:label", one("dcterms:rights")),
            keywords=tuple(sorted(term.value for term in all_of("dcat:keyword"))),
        )

    @cached_property
    def context(self) -> Mapping[str, Any]:
        """The JSON-LD context that the release was written with.

        Raises ReleaseError when it carries none.
        """
        path = self.folder / "context.jsonld"
        try:
            found: Mapping[str, Any] = json.loads(path.read_bytes())
        except (OSError, ValueError) as error:
            raise ReleaseError(f"{path} cannot be read ({error}); build again") from error
        return found

    def file(self, name: str) -> File | None:
        """The listed file of this name."""
        return next((file for file in self.files if file.name == name), None)

    @property
    def written(self) -> float:
        """When it was written, in seconds since the epoch."""
        return (self.folder / "release.json").stat().st_mtime


def release(path: Path) -> Release:
    """The release that `path`, a folder or a symlink to one, stands for at this moment.

    Raises ReleaseError if there is none, or it has no readable manifest.
    """
    folder = path.resolve()
    manifest = folder / "release.json"
    try:
        text = manifest.read_bytes()
        version = json.loads(text)["version"]
    except OSError as error:
        raise ReleaseError(f"no release at {path}; run `policyprov build` first") from error
    except (ValueError, KeyError, TypeError) as error:
        raise ReleaseError(f"{manifest} names no version; build again") from error
    digest = hashlib.sha256(text).hexdigest()[:12]
    return Release(folder, str(version), f"{version}-{digest}")


def kept(present: Release) -> tuple[Release, ...]:
    """The readable releases in the folder that holds this one, the newest first."""
    found = []
    for path in present.folder.parent.iterdir():
        if not path.is_symlink():
            with suppress(ReleaseError):  # another build's working folder
                found.append(release(path))
    return tuple(sorted(found, key=lambda each: each.written, reverse=True))


class Follower:
    """The release that `path`, a folder or a symlink to one, leads to, looked up when it changes.

    Raises ReleaseError when there is no readable release to start with.
    """

    def __init__(self, path: Path) -> None:
        self._path = path
        self._lock = threading.Lock()
        self._seen = (0, 0)
        self._release = self.look()

    def look(self) -> Release:
        """The release of this moment, read again only if the manifest is another file.

        Raises ReleaseError when there is none.
        """
        try:
            found = (self._path / "release.json").stat()
        except OSError as error:
            raise ReleaseError(f"no release at {self._path}; run `policyprov build`") from error
        seen = (found.st_ino, found.st_mtime_ns)
        with self._lock:
            if seen != self._seen:
                self._release, self._seen = release(self._path), seen
            return self._release
