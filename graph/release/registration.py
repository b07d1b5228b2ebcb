"""The rows that the registry lacks for all articles together."""

from pathlib import Path

from graph.draft import registration
from graph.draft.registration import Missing, Told
from graph.errors import InputError
from graph.mapping import entities, yaml_positions
from graph.release import build


def missing(articles: Path, registry: Path, background: Path) -> tuple[Missing, ...]:
    """The things that articles and background name and the registry lacks, each once.

    Raises InputError when the registry or a file of claims cannot be read.
    """
    known, told = entities.load(registry), Told()
    for path in [*sorted(articles.glob("*/claims.yaml")), background]:
        told.read(yaml_positions.load(path))
    try:
        build.read(articles, registry, background)
    except InputError as error:
        return registration.missing(error.each, told, known)
    return ()
