"""What queries cost as articles are added, in rows the engine looked at and never in seconds."""

from pathlib import Path

import corpus
import plans
import pytest

from graph import queries
from graph.queries import Query
from graph.rdf import store
from graph.release import build

pytestmark = pytest.mark.slow  # needs a release of many articles

CHECKS = queries.checks()
FEW, MANY = 5, 24


@pytest.fixture(scope="module")
def sizes(tmp_path_factory: pytest.TempPathFactory) -> dict[int, tuple[Path, int]]:
    """How many articles → a store of them, and how many claims they make."""
    found = {}
    for count in (FEW, MANY):
        folder = tmp_path_factory.mktemp(f"articles-{count}")
        corpus.write(folder, count, real=False)
        sources = build.read(
            folder / "articles", folder / "entities.csv", folder / "background.yaml"
        )
        store.write(sources.quads, folder / "store")
        found[count] = folder / "store", sum(len(each.claims) for each in sources.mapped)
    return found


@pytest.mark.parametrize("query", CHECKS.values(), ids=lambda query: query.name)
def test_a_check_looks_at_more_rows_only_as_there_are_more(
    query: Query, sizes: dict[int, tuple[Path, int]], tmp_path: Path
) -> None:
    """A check reads everything, so its work may grow with the claims, and no faster.

    Half as much again is let through: articles differ, and in more of them more is told twice.
    """
    (few, claims), (many, more) = sizes[FEW], sizes[MANY]
    once = plans.explained(few, query.text, tmp_path).work
    again = plans.explained(many, query.text, tmp_path)
    assert again.work <= 1.5 * max(once, 100) * more / claims
    assert plans.multiplied(again) == []


def test_a_path_inside_not_exists_is_noticed(
    sizes: dict[int, tuple[Path, int]], tmp_path: Path
) -> None:
    """The pattern that is forbidden: all quotes are read again for each claim."""
    text = """
    PREFIX pp: <https://w3id.org/policyprov/ns#>
    SELECT ?claim WHERE {
      ?claim a pp:Claim .
      FILTER NOT EXISTS { ?claim pp:statedIn/pp:quote ?quote }
    }"""
    few, many = (plans.explained(sizes[n][0], text, tmp_path) for n in (FEW, MANY))
    assert many.work / few.work > 2 * sizes[MANY][1] / sizes[FEW][1]
    (pattern,) = plans.multiplied(many)
    assert "#quote>" in pattern
    better = text.replace("FILTER NOT EXISTS", "MINUS")
    assert plans.multiplied(plans.explained(sizes[MANY][0], better, tmp_path)) == []
