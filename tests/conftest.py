"""What several tests start from: a small release on disk, and settings that make limits cheap."""

import os
import shutil
import tempfile
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
import releases
import servers
import visits
from gathered import together
from playwright.sync_api import Browser, Page
from pyoxigraph import Store

from graph.paths import ARTICLES
from graph.rdf.store import in_memory
from graph.release.build import Sources, read
from graph.settings import Settings

Publish = Callable[[str], Path]


def pytest_configure(config: pytest.Config) -> None:
    """Name the folder in which all processes of this run keep the releases they share."""
    if not hasattr(config, "workerinput"):
        os.environ[releases.RUN] = tempfile.mkdtemp(prefix="policyprov-tests-")


def pytest_unconfigure(config: pytest.Config) -> None:
    """Remove it."""
    if not hasattr(config, "workerinput"):
        shutil.rmtree(os.environ.pop(releases.RUN), ignore_errors=True)


@pytest.fixture
def publish(tmp_path: Path) -> Publish:
    """Builds a small release of a version and switches `build/current` to it, atomically."""
    return lambda version: releases.small(tmp_path / "build", version)


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
    return releases.example(tmp_path_factory.mktemp("release"))


@pytest.fixture(scope="session")
def site(example: Path, request: pytest.FixtureRequest) -> Iterator[servers.Site]:
    """Our server over the example, with limits small enough to run into on purpose.

    It is one process, or as many as the parameter says (`servers.ANY_FRONTS`).
    """
    fronts = getattr(request, "param", 1)
    with servers.ours(example, POLICYPROV_FRONTS=str(fronts)) as found:
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
def first(sources: Sources, tmp_path_factory: pytest.TempPathFactory) -> Sources:
    """What the first article says alone, whatever others this checkout has."""
    if len(sources.mapped) == 1:
        return sources
    alone = tmp_path_factory.mktemp("first") / "articles"
    return together(alone, ARTICLES, only=releases.SLUG).read()


@pytest.fixture(scope="session")
def dataset(sources: Sources) -> Store:
    """The dataset in memory; whoever changes it puts it back."""
    return in_memory(sources.quads)


@pytest.fixture(scope="module")
def origin() -> Iterator[str]:
    """The address of a server of our pages."""
    with visits.serving() as found:
        yield found


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    """A headless chromium."""
    with visits.browsing() as found:
        yield found


@pytest.fixture(scope="module")
def page(browser: Browser) -> Iterator[Page]:
    """One page of the browser that goes everywhere."""
    context = browser.new_context(reduced_motion="reduce")
    yield context.new_page()
    context.close()


@pytest.fixture
def visit(browser: Browser, origin: str) -> Iterator[visits.Visit]:
    """A page of the browser that must stay without fault."""
    with visits.visiting(browser, origin) as found:
        yield found
