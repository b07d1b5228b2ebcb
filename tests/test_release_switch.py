"""What a running server holds of a release: all it needs while it is served, nothing afterwards."""

import os
import shutil
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest
import releases
import servers
from servers import Site, tree, wait_until

from graph.paths import ROOT

pytestmark = pytest.mark.slow

SWITCHES = 200
PAGES = ("/", "/reader", f"/reader/{releases.SLUG}", "/explore/places", "/evidence?s=agt:li-xiang")
SOURCES = ("ontology", "graph/articles", "graph/dataset.yaml", "graph/entities.csv")
ONE = {"POLICYPROV_WORKERS": "1", "POLICYPROV_SPARES": "0", "POLICYPROV_CACHE_MB": "1"}


def descriptors(pid: int) -> list[str]:
    """What the open descriptors of a process and its descendants lead to."""
    links = [link for each in tree(pid) for link in Path(f"/proc/{each}/fd").iterdir()]
    return [str(link.readlink()) for link in links if link.is_symlink()]


def resident(pid: int) -> int:
    """The resident MiB of a process and its descendants."""
    pages = [int(Path(f"/proc/{each}/statm").read_text().split()[1]) for each in tree(pid)]
    return sum(pages) * os.sysconf("SC_PAGESIZE") >> 20


class Switcher:
    """Releases that come and go: copies of the article's, each by another name."""

    def __init__(self, target: Path) -> None:
        self.target, self.count = target, 0

    def switch(self) -> str:
        """Make another copy current, and remove the one before; returns its version."""
        self.count += 1
        version, last = f"r{self.count}", self.target / f"r{self.count - 1}"
        folder = self.target / version
        shutil.copytree(releases.article().resolve(), folder)
        manifest = folder / "release.json"
        text = manifest.read_text("utf-8")
        old = text.partition('"version": "')[2].partition('"')[0]
        manifest.write_text(text.replace(old, version), "utf-8")
        fresh = self.target / "fresh"
        fresh.symlink_to(version)
        fresh.replace(self.target / "current")
        shutil.rmtree(last, ignore_errors=True)
        return version


@pytest.fixture
def switcher(tmp_path: Path) -> Switcher:
    made = Switcher(tmp_path)
    made.switch()
    return made


@pytest.fixture
def site(switcher: Switcher) -> Iterator[Site]:
    with servers.ours(switcher.target / "current", ROOT, **ONE) as found:
        # It listens before it has opened the release, and the first switch takes that one away.
        assert found.ask("/health/ready").status == 200
        yield found


def visited(site: Site, version: str) -> None:
    """Every kind of page, once the release of this version is served."""
    wait_until(lambda: version in site.ask("/dumps?format=json").text)
    for page in PAGES:
        assert site.ask(page, headers={"Accept": "text/html"}).status == 200


def test_nothing_of_an_old_release_stays_open(switcher: Switcher, site: Site) -> None:
    """Two hundred switches leave descriptors and memory where they were, and the disk free."""
    for _ in range(10):
        visited(site, switcher.switch())
    before, memory = len(descriptors(site.pid)), resident(site.pid)
    for _ in range(SWITCHES):
        visited(site, switcher.switch())
    gone = str(switcher.target)
    wait_until(
        lambda: not [d for d in descriptors(site.pid) if d.startswith(gone) and "(deleted)" in d]
    )
    assert len(descriptors(site.pid)) <= before + 8
    assert resident(site.pid) <= memory + 48


@pytest.fixture
def bare_checkout(tmp_path: Path) -> Path:
    """A checkout of this project whose sources of the data are moved away."""
    command = ["git", "ls-files", "--cached", "--others", "--exclude-standard"]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=True)
    checkout = tmp_path / "checkout"
    for name in done.stdout.splitlines():
        if not name.startswith(SOURCES) and (ROOT / name).is_file():
            (checkout / name).parent.mkdir(parents=True, exist_ok=True)
            shutil.copy(ROOT / name, checkout / name)
    return checkout


def test_a_release_and_the_package_are_all_that_is_served(bare_checkout: Path) -> None:
    """Neither articles nor vocabulary nor masthead are read from the checkout."""
    paths = (
        *PAGES,
        "/ontology",
        "/query",
        "/query/vocabulary.json",
        "/dumps",
        "/queries/",
        "/sparql",
    )
    with servers.ours(releases.article(), bare_checkout, **ONE) as site:
        for path in paths:
            assert site.ask(path, headers={"Accept": "text/html"}).status == 200, path
        for path in ("/id/agent/li-xiang", "/data/agent/li-xiang.jsonld", "/.well-known/void"):
            assert site.ask(path, headers={"Accept": "application/ld+json"}).status < 400, path
