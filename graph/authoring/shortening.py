"""The claims of an article on disk, written short: other lines, the same mapping."""

import os
from dataclasses import dataclass
from pathlib import Path

from graph import source_files as files
from graph.errors import CheckError
from graph.mapping import article, entities, mapped, yaml_positions
from graph.mapping.facts import Facts
from graph.mapping.mapped import Mapped
from graph.mapping.short.writer import Shortener, lines_a_claim
from graph.rdf.vocabulary import vocabulary


@dataclass(frozen=True)
class Shortened:
    """How many claims there are, and how many lines one takes at the median."""

    claims: int
    before: float
    after: float


def _mapped(folder: Path, registry: Path) -> Mapped:
    source = article.load(folder)
    return mapped.load(folder, source, Facts(vocabulary(), entities.load(registry), source.names))


def shorten(folder: Path, registry: Path, *, write: bool = True) -> Shortened:
    """Write the claims of an article as short as they can be, or only measure that.

    The old file is replaced when the new one was proven to map to the same. Raises InputError for
    an article that is not in order, and CheckError, with the old file kept, if the two differ.
    """
    path, terms = folder / "claims.yaml", vocabulary()
    before = _mapped(folder, registry)
    text = files.text(path, f"{folder.name}/claims.yaml")
    claims = yaml_positions.load(path)["claims"]
    short = Shortener(before.article, entities.load(registry), terms.signs).text(text, claims)
    beside = folder / f".claims.yaml.{os.getpid()}"
    beside.write_text(text, "utf-8")
    path.write_text(short, "utf-8")
    after = None
    try:
        after = _mapped(folder, registry)
        found = Shortened(
            len(claims),
            lines_a_claim(text, claims),
            lines_a_claim(short, yaml_positions.load(path)["claims"]),
        )
        if after != before:
            after = None
            raise CheckError(f"the short form of {folder.name} maps to something else")
    finally:
        if write and after is not None:
            beside.unlink()
        else:
            beside.replace(path)
    return found
