"""The second reading: drawn by lot, printed without our answers, compared field by field."""

import csv
from pathlib import Path

import pytest

from graph.errors import InputError
from graph.mapping.entities import load
from graph.release import second_reading
from graph.release.build import ENTITIES, Sources
from graph.release.second_reading import FIELDS, Drawn


@pytest.fixture(scope="module")
def drawn(sources: Sources) -> tuple[Drawn, ...]:
    return second_reading.draw(sources.mapped, 7, 30)


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


@pytest.fixture(scope="module")
def names() -> dict[str, str]:
    return {name: entity.zh for name, entity in load(ENTITIES).items()}


def test_the_same_seed_draws_the_same_claims(sources: Sources, drawn: tuple[Drawn, ...]) -> None:
    assert second_reading.draw(sources.mapped, 7, 30) == drawn
    assert second_reading.draw(sources.mapped, 8, 30) != drawn
    assert len({each.claim.name for each in drawn}) == 30


def test_the_form_gives_no_answer_away(drawn: tuple[Drawn, ...]) -> None:
    for row in second_reading.form(drawn):
        assert not any(row[field] for field in FIELDS)
        assert row["sentence"]
        assert row["relation"]


def test_the_mapper_agrees_with_itself(
    tmp_path: Path, drawn: tuple[Drawn, ...], names: dict[str, str]
) -> None:
    found = second_reading.agreement(drawn, filled(tmp_path / "f.csv", drawn, names), names)
    assert found == dict.fromkeys(FIELDS, (30, 30))


def test_an_empty_form_agrees_in_nothing(
    tmp_path: Path, drawn: tuple[Drawn, ...], names: dict[str, str]
) -> None:
    second_reading.write(drawn, tmp_path / "f.csv")
    found = second_reading.agreement(drawn, tmp_path / "f.csv", names)
    assert found == dict.fromkeys(FIELDS, (0, 30))


def test_a_form_of_another_draw_is_refused(
    sources: Sources, tmp_path: Path, drawn: tuple[Drawn, ...], names: dict[str, str]
) -> None:
    second_reading.write(second_reading.draw(sources.mapped, 8, 30), tmp_path / "f.csv")
    with pytest.raises(InputError, match="other sentences"):
        second_reading.agreement(drawn, tmp_path / "f.csv", names)
