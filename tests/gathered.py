"""Articles written for the tests, and the first one, put together as one folder of sources."""

import csv
import shutil
from dataclasses import dataclass
from pathlib import Path

from pyoxigraph import Store

from graph.paths import ARTICLES, ROOT
from graph.release import build, checks
from graph.release.build import Sources
from graph.release.proof import conformance

DATA = Path(__file__).parent / "data"
SAMPLES = DATA / "samples"
HOMES = {
    ARTICLES: ROOT / "graph",
    **{DATA / n: DATA / n for n in ("articles", "notices", "samples")},
}
"""Folder of articles → where their registry and background are."""


@dataclass(frozen=True)
class Gathered:
    """A folder of articles with one registry and one background."""

    folder: Path

    @property
    def entities(self) -> Path:
        """The registry."""
        return self.folder / "entities.csv"

    @property
    def background(self) -> Path:
        """What no article says."""
        return self.folder / "background.yaml"

    def read(self) -> Sources:
        """What a build reads from them."""
        return build.read(self.folder, self.entities, self.background)

    def build(self, target: Path) -> Path:
        """The release of them."""
        return build.build(target, self.folder, self.entities, self.background)


def problems(sources: Sources, folder: Path, dataset: Store) -> list[str]:
    """What the checks find wrong with the articles of a folder; of consistency, ask besides."""
    findings = (
        checks.spans(sources.mapped),
        checks.coverage(sources.mapped, folder),
        checks.violations(dataset, sources.places),
        conformance.shapes(sources.quads),
    )
    return [problem for finding in findings for problem in finding.problems]


def together(target: Path, *folders: Path, only: str = "") -> Gathered:
    """The articles of several folders at once, or the `only` one, with all their registries."""
    rows: dict[str, list[str]] = {}
    background = "groups:\n"
    target.mkdir(parents=True, exist_ok=True)
    for folder in folders:
        for article in sorted(folder.glob("*/article.yaml")):
            if only in ("", article.parent.name):
                shutil.copytree(article.parent, target / article.parent.name)
        with (HOMES[folder] / "entities.csv").open(encoding="utf-8", newline="") as file:
            rows |= {row[0]: rows.get(row[0], row) for row in csv.reader(file)}
        text = (HOMES[folder] / "background.yaml").read_text("utf-8")
        background += text.partition("groups:\n")[2]
    with (target / "entities.csv").open("w", encoding="utf-8", newline="") as file:
        csv.writer(file, lineterminator="\n").writerows(rows.values())
    (target / "background.yaml").write_text(background, "utf-8")
    return Gathered(target)
