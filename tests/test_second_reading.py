"""The second reading: drawn by lot, printed without our answers, compared field by field."""

import csv
from collections.abc import Mapping
from pathlib import Path

import pytest

from graph.coverage import second_reading
from graph.coverage.second_reading import FIELDS, Drawn
from graph.errors import InputError
from graph.mapping.entities import load
from graph.release.build import ENTITIES, Sources


@pytest.fixture(scope="module")
def drawn(sources: Sources) -> tuple[Drawn, ...]:
    return draw(sources, 7)


def draw(sources: Sources, seed: int) -> tuple[Drawn, ...]:
    """Thirty claims of the published articles."""
    claims = [claim for each in sources.mapped for claim in each.claims]
    links = [link for each in sources.mapped for link in each.links]
    return second_reading.draw(claims, links, seed, 30)


def filled(path: Path, drawn: tuple[Drawn, ...], names: dict[str, str]) -> Path:
    """The form as the mapper would fill it in."""
    rows = list(second_reading.form(drawn))
    for row, each in zip(rows, drawn, strict=True):
        row["voice"] = each.claim.voice.removeprefix("c:voice-")
        row["confidence"] = each.claim.confidence.removeprefix("c:confidence-")
        row["speaker"] = names[each.claim.speakers[0]]
        row["subject"] = each.link.start[0].words if each.link.start else names[each.link.subject]
        row["object"] = each.link.end[0].words if each.link.end else names[each.link.object]
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, rows[0].keys())
        writer.writeheader()
        writer.writerows(rows)
    return path


def agreed(
    drawn: tuple[Drawn, ...], path: Path, names: dict[str, str]
) -> Mapping[str, tuple[int, int]]:
    """What a form that was filled in comes to."""
    return second_reading.agreement(drawn, second_reading.filled(path, drawn), names)


@pytest.fixture(scope="module")
def names() -> dict[str, str]:
    return {name: entity.zh for name, entity in load(ENTITIES).items()}


def test_the_same_seed_draws_the_same_claims(sources: Sources, drawn: tuple[Drawn, ...]) -> None:
    assert draw(sources, 7) == drawn
    assert draw(sources, 8) != drawn
    assert len({each.claim.name for each in drawn}) == 30


def test_the_form_gives_no_answer_away(drawn: tuple[Drawn, ...]) -> None:
    for row in second_reading.form(drawn):
        assert not any(row[field] for field in FIELDS)
        assert row["sentence"]
        assert row["relation"]


def test_the_mapper_agrees_with_itself(
    tmp_path: Path, drawn: tuple[Drawn, ...], names: dict[str, str]
) -> None:
    found = agreed(drawn, filled(tmp_path / "f.csv", drawn, names), names)
    assert found == dict.fromkeys(FIELDS, (30, 30))


def test_an_empty_form_agrees_in_nothing(
    tmp_path: Path, drawn: tuple[Drawn, ...], names: dict[str, str]
) -> None:
    second_reading.write(drawn, tmp_path / "f.csv")
    found = agreed(drawn, tmp_path / "f.csv", names)
    assert found == dict.fromkeys(FIELDS, (0, 30))


def test_a_form_of_another_draw_is_refused(
    sources: Sources, tmp_path: Path, drawn: tuple[Drawn, ...], names: dict[str, str]
) -> None:
    second_reading.write(draw(sources, 8), tmp_path / "f.csv")
    with pytest.raises(InputError, match="other sentences"):
        agreed(drawn, tmp_path / "f.csv", names)
