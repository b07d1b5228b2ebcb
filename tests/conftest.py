"""What several tests start from: a small release on disk, and settings that make limits cheap."""

import json
import os
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
import servers
from pyoxigraph import Literal, NamedNode, Quad, Store

from graph.rdf.namespaces import IDS, NS
from graph.rdf.store import in_memory, write
from graph.release.build import Sources, read
from graph.settings import Settings

Publish = Callable[[str], Path]


def _quads(version: str) -> list[Quad]:
    label = NamedNode("http://www.w3.org/2000/01/rdf-schema#label")
    backs = NamedNode(NS + "backs")
    claims = [NamedNode(f"{IDS}claim/{n}") for n in range(200)]
    told = [Quad(c, label, Literal(f"论断 {n}", language="zh")) for n, c in enumerate(claims)]
    linked = [Quad(c, backs, claims[(n * 7 + 1) % 200], c) for n, c in enumerate(claims)]
    default = [Quad(q.subject, q.predicate, q.object) for q in linked]
    return [*told, *linked, *default, Quad(NamedNode(IDS + "release"), label, Literal(version))]


@pytest.fixture
def publish(tmp_path: Path) -> Publish:
    """Builds a small release of a version and switches `build/current` to it, atomically."""

    def build(version: str) -> Path:
        folder = tmp_path / "build" / version
        folder.mkdir(parents=True)
        write(_quads(version), folder / "store")
        (folder / "release.json").write_text(json.dumps({"version": version, "files": []}))
        link, fresh = tmp_path / "build" / "current", tmp_path / "build" / "fresh"
        fresh.symlink_to(version)
        os.replace(fresh, link)  # noqa: PTH105 (the one call that swaps a symlink atomically)
        return link

    return build


@pytest.fixture
def release(publish: Publish) -> Path:
    """The path `build/current` of a small release, version `1`."""
    return publish("1")


@pytest.fixture
def settings(release: Path) -> Settings:
    """Settings over that release with limits small enough to run into on purpose."""
    return Settings(
        release=release,
        workers=2,
        spares=1,
        queue=8,
        query_seconds=2.0,
        query_memory_mb=128,
        answer_mb=4,
        rate=0,
        proxies=0,
    )


@pytest.fixture(scope="session")
def example(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The path `current` of a complete release of the example, for real servers."""
    return servers.example_release(tmp_path_factory.mktemp("release"))


@pytest.fixture(scope="session")
def site(example: Path) -> Iterator[servers.Site]:
    """Our server over the example, with limits small enough to run into on purpose."""
    with servers.ours(example) as found:
        yield found


@pytest.fixture(scope="session")
def oracle(example: Path) -> Iterator[servers.Site]:
    """The engine's own server over the same store."""
    with servers.oxigraph(example) as found:
        yield found


@pytest.fixture(scope="session")
def canary() -> Iterator[servers.Canary]:
    """A listener nobody may call."""
    found = servers.Canary()
    yield found
    found.close()


@pytest.fixture(scope="session")
def sources() -> Sources:
    """Everything the data says, read from the articles of this checkout."""
    return read()


@pytest.fixture(scope="session")
def dataset(sources: Sources) -> Store:
    """The dataset in memory; whoever changes it puts it back."""
    return in_memory(sources.quads)
