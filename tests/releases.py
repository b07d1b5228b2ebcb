"""The releases that tests serve: a small one to switch, the example, and the first article's."""

import atexit
import fcntl
import hashlib
import json
import os
import shutil
import tempfile
from collections.abc import Callable, Iterable
from functools import cache
from pathlib import Path

import corpus
from gathered import together
from pyoxigraph import DefaultGraph, Literal, NamedNode, Quad, RdfFormat, parse, serialize
from rdflib import Dataset

from graph.mapping.genre import folders
from graph.paths import ARTICLES, ROOT
from graph.rdf.dataset import opened
from graph.rdf.formats import RDF_FORMATS, Kind
from graph.rdf.namespaces import IDS, NS, PREFIXES
from graph.rdf.store import write
from graph.rdf.vocabulary import vocabulary
from graph.release import build

SLUG = "rmrb-20210111-11"
"""The first article."""
EXAMPLE = ROOT / "tests" / "data" / "example.trig"


def _quads(version: str) -> list[Quad]:
    label = NamedNode("http://www.w3.org/2000/01/rdf-schema#label")
    backs = NamedNode(NS + "backs")
    claims = [NamedNode(f"{IDS}claim/{n}") for n in range(200)]
    told = [Quad(c, label, Literal(f"论断 {n}", language="zh")) for n, c in enumerate(claims)]
    linked = [Quad(c, backs, claims[(n * 7 + 1) % 200], c) for n, c in enumerate(claims)]
    default = [Quad(q.subject, q.predicate, q.object) for q in linked]
    return [*told, *linked, *default, Quad(NamedNode(IDS + "release"), label, Literal(version))]


def small(target: Path, version: str) -> Path:
    """A small release of a version under `target`, to which its `current` is switched at once."""
    folder = target / version
    folder.mkdir(parents=True)
    write(_quads(version), folder / "store")
    (folder / "release.json").write_text(json.dumps({"version": version, "files": []}))
    link, fresh = target / "current", target / "fresh"
    fresh.symlink_to(version)
    os.replace(fresh, link)  # noqa: PTH105 (the one call that swaps a symlink atomically)
    return link


def example(folder: Path) -> Path:
    """A complete release of the example, as a build leaves it; returns its `current`."""
    quads = list(parse(path=str(EXAMPLE), format=RdfFormat.TRIG))
    target = folder / "example"
    target.mkdir(parents=True)
    files = {}
    for format_ in RDF_FORMATS:
        triples = (q.triple for q in quads if q.graph_name == DefaultGraph())
        items = quads if format_.kind is Kind.DATASET else list(triples)
        files[f"policyprov.{format_.suffix}"] = (format_.media_type, format_.write(items, PREFIXES))
    void = (
        b"<https://w3id.org/policyprov/dataset> a <http://rdfs.org/ns/void#Dataset> ; "
        b'<http://www.w3.org/ns/dcat#version> "example" .\n'
    )
    files["void.ttl"] = ("text/turtle", void)
    files["ontology/empty.ttl"] = ("text/turtle", b"")
    context = json.dumps(vocabulary().context()).encode()
    files["context.jsonld"] = ("application/ld+json", context)
    for name, (_, content) in files.items():
        path = target / name
        path.parent.mkdir(exist_ok=True)
        path.write_bytes(content)
    rows = [
        {
            "name": name,
            "media_type": kind,
            "bytes": len(content),
            "sha256": hashlib.sha256(content).hexdigest(),
            "triples": None,
        }
        for name, (kind, content) in files.items()
    ]
    (target / "release.json").write_text(json.dumps({"version": "example", "files": rows}))
    write(quads, target / "store")
    current = folder / "current"
    current.symlink_to("example")
    return current


def second(quads: Iterable[Quad]) -> Dataset:
    """These quads as somebody opens a downloaded file of them in Python."""
    with tempfile.NamedTemporaryFile(suffix=".nq") as file:
        serialize(quads, file, RdfFormat.N_QUADS)
        file.flush()
        return opened(file.name)


RUN = "RELEASES_OF_THE_TESTS"
"""The variable that names the folder of what the processes of one run of the tests build."""


@cache
def _room() -> Path:
    """That folder; outside of a run of the tests one of this process, gone with it."""
    if RUN in os.environ:
        return Path(os.environ[RUN])
    made = Path(tempfile.mkdtemp(prefix="policyprov-"))
    atexit.register(shutil.rmtree, made, ignore_errors=True)
    return made


def _once(name: str, make: Callable[[Path], object]) -> Path:
    """The folder `current` of a release that one process of a run builds, and all of them read.

    `make` writes the release to `build` in the folder it is given.
    """
    target = _room() / name
    with (_room() / f"{name}.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not (target / "build" / "current").exists():
            target.mkdir()
            make(target)
    return target / "build" / "current"


@cache
def article() -> Path:
    """The folder `current` of a release built for this test run."""
    return _once("article", lambda target: build.build(target / "build"))


@cache
def first() -> Path:
    """The folder `current` of a release of the first article alone, whatever others there are."""
    if len(folders(ARTICLES)) == 1:
        return article()

    def make(target: Path) -> None:
        together(target / "articles", ARTICLES, only=SLUG).build(target / "build")

    return _once("first", make)


MANY = 20
"""Articles of the release that growth is seen on."""


@cache
def many() -> Path:
    """The folder `current` of a release of MANY articles: the first, and made-up ones."""

    def make(target: Path) -> None:
        corpus.write(target, MANY)
        build.build(
            target / "build",
            target / "articles",
            target / "entities.csv",
            target / "background.yaml",
        )

    return _once("many", make)
