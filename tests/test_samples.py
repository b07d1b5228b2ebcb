"""Samples written for the project go the author's route: a transcript, a bulletin, two notices."""

import shutil
from pathlib import Path

import pyoxigraph as ox
import pytest
from gathered import DATA, SAMPLES, problems, together

from graph.errors import InputError
from graph.mapping import genre
from graph.paths import ARTICLES
from graph.rdf.namespaces import PREFIXES
from graph.rdf.store import in_memory
from graph.release import build, watching
from graph.release.build import Sources
from graph.release.proof import conformance


@pytest.fixture(scope="module")
def samples() -> Sources:
    """The transcript and the bulletin."""
    return build.read(SAMPLES, SAMPLES / "entities.csv", SAMPLES / "background.yaml")


@pytest.fixture(scope="module")
def dataset(samples: Sources) -> ox.Store:
    """Their dataset in memory."""
    return in_memory(samples.quads)


def rows(dataset: ox.Store, pattern: str) -> list[tuple[str, ...]]:
    """The values of a SELECT, sorted."""
    found = dataset.query(f"SELECT {pattern}", prefixes=PREFIXES)
    assert isinstance(found, ox.QuerySolutions)
    names = [v.value for v in found.variables]
    return sorted(tuple(row[n].value for n in names) for row in found)


def test_every_check_passes(samples: Sources, dataset: ox.Store) -> None:
    assert problems(samples, SAMPLES, dataset) == []


def test_the_same_figure_is_one_observation_with_the_claims_of_both(dataset: ox.Store) -> None:
    """The anchor, a caption and the bulletin all say 320 plates of the county in 2021."""
    found = rows(
        dataset,
        "?o ?v { ?o pp:value 320 . ?c pp:about ?o ; pp:voice ?v FILTER(?v != c:voice-mapper) }",
    )
    assert len({observation for observation, _ in found}) == 1
    spoken = sorted(voice.rpartition("voice-")[2] for _, voice in found)
    assert spoken == ["anchor", "caption", "document"]


def test_different_values_are_two_figures_side_by_side(dataset: ox.Store) -> None:
    """98 and 96 meetings of one county in one year: neither is lost, and a query finds the pair."""
    found = rows(
        dataset,
        """?a ?b { ?x pp:indicator ?i ; pp:scope ?s ; pp:during ?p ; pp:unit ?u ; pp:value ?a .
                   ?y pp:indicator ?i ; pp:scope ?s ; pp:during ?p ; pp:unit ?u ; pp:value ?b
                   FILTER(?a < ?b) }""",
    )
    assert found == [("96", "98")]


def test_people_are_people_however_they_are_counted(dataset: ox.Store) -> None:
    """名 is the unit of 人, so that the two can be compared."""
    assert rows(dataset, "?u { ?o pp:value 500 ; pp:unit ?u }") == [
        (PREFIXES["c"] + "unit-person",)
    ]


def test_what_a_broadcast_has_not_is_not_stated(dataset: ox.Store) -> None:
    assert rows(dataset, "?p { ?a schema:printPage ?p }") == []
    genres = rows(dataset, "?g { ?a a pp:Article ; dcterms:type ?g }")
    assert [genre.rpartition("type-")[2] for (genre,) in genres] == [
        "broadcast", "statistical-bulletin",
    ]  # fmt: skip


FIGURE = {
    "value": "500",
    "valueText": "近500名",
    "unit": "c:unit-person",
    "comparator": "c:comparator-nearly",
    "indicator": "c:indicator-training-participants",
    "statisticType": "c:statistic-count",
    "scope": "agt:qinghe",
    "during": "per:2021",
}
"""All that the bulletin's last figure says, written out."""


@pytest.mark.slow
@pytest.mark.parametrize("lacks", [(), *((key,) for key in FIGURE), ("scope", "during")], ids=str)
def test_a_build_refuses_what_the_shapes_refuse(lacks: tuple[str, ...], tmp_path: Path) -> None:
    """Whatever a figure lacks: if `check` refuses it by its shapes, a build did before."""
    shutil.copytree(SAMPLES, tmp_path / "samples")
    folder, registry = tmp_path / "samples" / "bulletin-20220110", SAMPLES / "entities.csv"
    claims = folder / "claims.yaml"
    written = claims.read_text("utf-8").splitlines()
    said = ", ".join(f"{key}: {value}" for key, value in FIGURE.items() if key not in lacks)
    claims.write_text(
        "\n".join([*written[:-1], f"      - {{type: Observation, {said}}}\n"]), "utf-8"
    )
    try:
        stated = build.read(folder.parent, registry, SAMPLES / "background.yaml").quads
    except InputError:
        shaped = False
    else:
        own = [
            problem for problem in conformance.shapes(stated).problems if problem.startswith("obs:")
        ]
        assert all("观测" not in problem for problem in own), "told in English"
        shaped = not own
    verdict = watching.prove(folder, registry)
    assert shaped or not verdict.sound, verdict.told
    assert verdict.sound is (lacks in ((), ("scope",), ("during",))), verdict.told


@pytest.mark.slow
@pytest.mark.parametrize(
    ("names", "count"),
    [
        ((), 1),
        (("samples",), 3),
        (("notices", "samples"), 5),
    ],
)
@pytest.mark.parametrize("first", [True, False], ids=["with-the-first", "without-the-first"])
def test_articles_live_together(
    names: tuple[str, ...],
    count: int,
    first: bool,  # noqa: FBT001 - a case
    tmp_path: Path,
) -> None:
    """One, three and five articles, and the published ones away: every rule holds."""
    folders = [ARTICLES] if first else []
    folders += [DATA / name for name in names]
    if not folders:
        return
    sources = together(tmp_path / "articles", *folders).read()
    published = len(genre.folders(ARTICLES)) if first else 0
    assert len(sources.mapped) == count - 1 + published
    assert problems(sources, tmp_path / "articles", in_memory(sources.quads)) == []
