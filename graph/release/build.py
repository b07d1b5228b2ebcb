"""A release: the dataset on disk in every format, switched in whole or not at all.

It is written beside the last one under `build/`, named by what is in it, and becomes current by one
rename of a symbolic link. A build that fails or is killed leaves the last release serving.
"""

import fcntl
import gzip
import hashlib
import json
import os
import shutil
import tomllib
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pyoxigraph as ox

from graph.errors import CheckError, Errors, Place, ReleaseError
from graph.mapping import article, evidence, mapped, quads
from graph.mapping import background as known_facts
from graph.mapping.entities import load as load_entities
from graph.mapping.facts import Facts
from graph.mapping.mapped import Mapped
from graph.paths import ARTICLES, BUILD, ROOT
from graph.rdf import store
from graph.rdf.formats import RDF_FORMATS
from graph.rdf.namespaces import expand
from graph.rdf.vocabulary import Vocabulary, vocabulary
from graph.release import checks, dcat, dumps, inventory, publication
from graph.release.dumps import Made, Progress
from graph.search import writer as search

ENTITIES = ROOT / "graph" / "entities.csv"
BACKGROUND = ROOT / "graph" / "background.yaml"


@dataclass(frozen=True)
class Sources:
    """What a release is built from, read and proven but not written."""

    vocabulary: Vocabulary
    mapped: tuple[Mapped, ...]
    quads: tuple[ox.Quad, ...]

    @property
    def places(self) -> dict[str, Place]:
        """The IRI of every claim, and of everything claims are about → where that is written."""
        claims_ = [c for m in self.mapped for c in m.claims]
        about = {s: c.place for c in reversed(claims_) for s in evidence.subjects(c)}
        named = about | {c.name: c.place for c in claims_}
        return {expand(name).value: place for name, place in named.items()}


def _silent(_: str) -> None:
    """No progress wanted."""


def read(
    articles: Path = ARTICLES, entities: Path = ENTITIES, background: Path = BACKGROUND,
    progress: Progress = _silent,
) -> Sources:  # fmt: skip
    """Everything the data says, from its sources.

    Raises InputError with all that is wrong in any file: where, what and the remedy.
    """
    progress("vocabulary and registry")
    errors = Errors()
    terms, known = vocabulary(), load_entities(entities, errors.report)
    found = []
    for folder in sorted(p.parent for p in articles.glob("*/article.yaml")):
        progress(f"article {folder.name}")
        with errors.kept():
            source = article.load(folder, errors.report)
            facts = Facts(terms, known, source.names, errors.report)
            inventory.load(folder, source, errors.report)
            found.append(mapped.load(folder, source, facts))
    progress("background and inference")
    groups: tuple[known_facts.Background, ...] = ()
    with errors.kept():
        groups = known_facts.background(background, Facts(terms, known, report=errors.report))
    errors.refuse()
    return Sources(terms, tuple(found), quads.assemble(found, groups, known, terms))


def _zipped(content: bytes) -> bytes:
    """Gzip without a time stamp: the same bytes for the same content."""
    return gzip.compress(content, mtime=0)


def _sums(files: Mapping[str, bytes]) -> str:
    return "".join(f"{hashlib.sha256(c).hexdigest()}  {n}\n" for n, c in sorted(files.items()))


def project_version() -> str:
    """The version in pyproject.toml."""
    with (ROOT / "pyproject.toml").open("rb") as file:
        return str(tomllib.load(file)["project"]["version"])


def _sync(path: Path) -> None:
    handle = os.open(path, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def _write(folder: Path, files: Mapping[str, bytes]) -> None:
    for name, content in files.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content)
        _sync(path)


@contextmanager
def _locked(build: Path) -> Iterator[None]:
    """Only one build at a time; what a killed one left behind is cleared away."""
    build.mkdir(parents=True, exist_ok=True)
    with (build / ".lock").open("w") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError as error:
            raise ReleaseError(f"another build is at work in {build}; wait for it") from error
        for left in [*build.glob(".building-*"), *build.glob(".current-*")]:
            if left.is_dir() and not left.is_symlink():
                shutil.rmtree(left)
            else:
                left.unlink()
        yield


def _refuse_bad(sources: Sources, articles: Path, progress: Progress) -> None:
    progress("proofs and forbidden rows")
    findings = (
        checks.spans(sources.mapped),
        checks.coverage(sources.mapped, articles),
        checks.violations(store.in_memory(sources.quads), sources.places),
    )
    problems = [p for f in findings for p in f.problems]
    if problems:
        shown = "\n  ".join(problems[:20])
        more = f"\n  … and {len(problems) - 20} more" if len(problems) > 20 else ""
        raise CheckError(
            f"{len(problems)} rules are broken; nothing was published\n  {shown}{more}\n"
            "  remedy: correct the claims named above and build again"
        )


def _switch(build: Path, version: str) -> None:
    link = build / f".current-{os.getpid()}"
    link.symlink_to(version)
    link.replace(build / "current")
    _sync(build)


def _manifest(
    version: str,
    sources: Sources,
    files: Mapping[str, bytes],
    triples: Mapping[str, int | None],
) -> dict[str, Any]:
    types = {f.suffix: f.media_type for f in RDF_FORMATS}
    types |= {"csv": "text/csv", "gz": "application/gzip"}
    return {
        "version": version,
        "files": [
            {
                "name": name,
                "media_type": types.get(name.rpartition(".")[2], "application/octet-stream"),
                "bytes": len(content),
                "sha256": hashlib.sha256(content).hexdigest(),
                "triples": triples.get(name.removesuffix(".gz")),
            }
            for name, content in sorted(files.items())
        ],
        "counts": dcat.counts(sources.quads),
    }


def build(
    target: Path = BUILD, articles: Path = ARTICLES, entities: Path = ENTITIES,
    background: Path = BACKGROUND, progress: Progress = _silent,
) -> Path:  # fmt: skip
    """The folder of the release that is current when this returns.

    Raises InputError or CheckError for data that may not be published, and ReleaseError when
    another build is at work; the last release is then untouched and still current.
    """
    with _locked(target):
        errors = Errors()
        with errors.kept():
            publication.check(target, load_entities(entities))
        with errors.kept():
            sources = read(articles, entities, background, progress)
        errors.refuse()
        _refuse_bad(sources, articles, progress)
        made = tuple(dumps.files(sources.quads, sources.vocabulary, entities, progress))
        content = {each.name: each.content for each in made}
        texts = dict(dumps.texts(sources.mapped))
        digest = hashlib.sha256(_sums(content | texts).encode()).hexdigest()[:8]
        version = f"{project_version()}-{digest}"
        if not (target / version).is_dir():
            progress("store and checksums")
            _publish(target / version, sources, made, texts)
        progress("search index")
        search.write(target / version)
        _switch(target, version)
    return target / version


def _publish(
    release: Path, sources: Sources, made: Iterable[Made], texts: Mapping[str, bytes]
) -> None:
    made = tuple(made)
    content = {each.name: each.content for each in made}
    zipped = {f"{n}.gz": _zipped(c) for n, c in content.items() if n.endswith(_ZIPPED)}
    files = {**content, **zipped}
    files["void.ttl"] = dcat.describe(release.name, sources.quads, files)
    triples = {each.name: each.triples for each in made}
    manifest = _manifest(release.name, sources, files, triples)
    files["release.json"] = json.dumps(manifest, ensure_ascii=False, indent=1).encode() + b"\n"
    files["SHA256SUMS"] = _sums(files).encode()
    folder = release.parent / f".building-{os.getpid()}"
    # The texts are their publisher's: on disk for the reader, in neither manifest nor checksums.
    _write(folder, {**files, **texts})
    store.write(sources.quads, folder / "store")
    _sync(folder)
    folder.rename(release)
    _sync(release.parent)


_ZIPPED = tuple(f".{f.suffix}" for f in RDF_FORMATS)
