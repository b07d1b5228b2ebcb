"""JSON Schemas of the files an author writes, generated from the ontology, and the watch."""

import copy
import json
import shutil
from pathlib import Path
from typing import Any

import jsonschema_rs
import pytest
import yaml

from graph.authoring import schemas
from graph.paths import ARTICLES
from graph.rdf.vocabulary import vocabulary
from graph.release import cli, watching

DATA = Path(__file__).parent / "data"
FOLDERS = [
    path.parent
    for root in (ARTICLES, DATA / "articles", DATA / "notices")
    for path in sorted(root.glob("*/claims.yaml"))
]
SCHEMAS = {name: schemas.schema(name, vocabulary()) for name in schemas.NAMES}


def read(folder: Path, name: str) -> Any:
    """A file as an editor reads it, but with every scalar as text."""
    text = (folder / f"{name}.yaml").read_text("utf-8")
    return yaml.load(text, yaml.BaseLoader)  # noqa: S506 - text only


@pytest.mark.parametrize("name", schemas.NAMES)
def test_a_schema_is_one(name: str) -> None:
    jsonschema_rs.meta.validate(SCHEMAS[name])


@pytest.mark.parametrize("name", schemas.NAMES)
@pytest.mark.parametrize("folder", FOLDERS, ids=[f.name for f in FOLDERS])
def test_every_article_of_ours_is_valid(folder: Path, name: str) -> None:
    assert list(jsonschema_rs.validator_for(SCHEMAS[name]).iter_errors(read(folder, name))) == []


WRONG: tuple[tuple[str, tuple[Any, ...], Any], ...] = (
    ("claims", ("claims", 0, "voice"), "c:voice-documents"),
    ("claims", ("claims", 0, "tone"), "loud"),
    ("claims", ("claims", 0, "facts"), []),
    ("claims", ("claims", 1, "facts", 0, "unit"), "c:unit-pieces"),
    ("claims", ("claims", 1, "facts", 0, "type"), "Observatory"),
    ("claims", ("claims", 1, "facts", 0, "scoop"), "agt:qinghe"),
    ("claims", ("claims", 0, "rdfs:label"), {"fr": "x"}),
    ("article", ("issued",), "2021年1月11日"),
    ("article", ("genre",), "poem"),
    ("article", ("state",), "done"),
    ("article", ("sections", 0, "type"), "c:section-type-front"),
    ("article", ("sha256",), "abc"),
)


@pytest.mark.parametrize(("name", "at", "value"), WRONG, ids=[str(w[1]) for w in WRONG])
def test_what_no_build_reads_is_underlined(name: str, at: tuple[Any, ...], value: Any) -> None:
    """The error points at the very value, which is all an editor needs to underline it."""
    whole = copy.deepcopy(read(DATA / "articles" / "gazette-20210111-1", name))
    place = whole
    for step in at[:-1]:
        place = place[step]
    place[at[-1]] = value
    assert not jsonschema_rs.validator_for(SCHEMAS[name]).is_valid(whole)


def test_the_command_writes_them(tmp_path: Path) -> None:
    assert cli.main(["schemas", "--target", str(tmp_path / "new")]) == 0
    for name in schemas.NAMES:
        text = (tmp_path / "new" / f"{name}.schema.json").read_text("utf-8")
        assert json.loads(text) == SCHEMAS[name]


def test_each_save_is_answered(tmp_path: Path) -> None:
    """Sound, then wrong after a save, then sound again; nothing is told where nothing changed."""
    shutil.copytree(DATA / "articles", tmp_path / "articles")
    folder = tmp_path / "articles" / "gazette-20210111-1"
    path, good = folder / "claims.yaml", (folder / "claims.yaml").read_text("utf-8")
    saves = iter([good.replace("value: '252'", "value: '225'"), None, None, good])
    looks: list[float] = []

    def sleep(seconds: float) -> None:
        looks.append(seconds)
        text = next(saves, None)
        if text is not None:
            path.write_text(text + "#" * len(looks) + "\n", "utf-8")

    told = watching.watch(folder, tmp_path / "articles" / "entities.csv", sleep)
    assert next(told).sound
    wrong = next(told)
    assert not wrong.sound
    assert "its quote does not support 225" in wrong.told
    assert next(told).sound
    assert len(looks) == 4
    assert max(looks) <= 0.5
