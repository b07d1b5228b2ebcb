"""YAML read with the place of every value: the C parser's places are those of PyYAML's own."""

from pathlib import Path
from typing import Any

import pytest
import yaml

from graph.errors import InputError
from graph.mapping import yaml_positions
from graph.mapping.yaml_positions import Mapping, Sequence, Text
from graph.paths import ROOT

FILES = sorted(
    path
    for folder in (ROOT / "graph", ROOT / "tests" / "data")
    for path in folder.rglob("*.yaml")
    if path.name in ("article.yaml", "claims.yaml", "background.yaml")
)


def _told(value: Any) -> Any:
    """A document with line and column, from 1, of every value and key."""
    if isinstance(value, Mapping):
        rows = [
            (k, value.places[k].line, value.places[k].column, _told(v)) for k, v in value.items()
        ]
        return value.place.line, value.place.column, rows
    if isinstance(value, Sequence):
        return value.place.line, value.place.column, [_told(each) for each in value]
    if isinstance(value, Text):
        return value.place.line, value.place.column, str(value)
    return value


def _wanted(node: yaml.Node) -> Any:
    """The same from the nodes of the parser that is written in Python."""
    at = node.start_mark.line + 1, node.start_mark.column + 1
    if isinstance(node, yaml.MappingNode):
        keys = [(key, key.start_mark, value) for key, value in node.value]
        return *at, [(k.value, m.line + 1, m.column + 1, _wanted(v)) for k, m, v in keys]
    if isinstance(node, yaml.SequenceNode):
        return *at, [_wanted(child) for child in node.value]
    return None if node.tag == "tag:yaml.org,2002:null" else (*at, node.value)


@pytest.mark.parametrize("path", FILES, ids=lambda path: str(path.relative_to(ROOT)))
def test_every_value_knows_its_place(path: Path) -> None:
    node = yaml.compose(path.read_text("utf-8"), Loader=yaml.SafeLoader)
    assert node is not None
    assert _told(yaml_positions.load(path)) == _wanted(node)


@pytest.mark.parametrize(
    ("text", "line"),
    [
        ("甲: 乙\n丙丙丙丙丙丙: \x01\n丁: 戊", 2),
        ("甲: 乙\n丙: “丁\n  戊: *己", 3),
        ("甲:\n  - 乙\n 丙: 丁", 3),
        ('甲: "乙\n', 2),
    ],
)
def test_what_is_no_yaml_is_told_with_its_line(text: str, line: int, tmp_path: Path) -> None:
    path = tmp_path / "claims.yaml"
    path.write_text(text, "utf-8")
    with pytest.raises(InputError, match="not YAML") as caught:
        yaml_positions.load(path)
    assert caught.value.where.line == line


@pytest.mark.parametrize(
    ("text", "what"),
    [
        ("甲: &a [乙, 乙]\n丙: [*a, *a]", "an alias"),
        ("&a [*a]", "an alias"),
        ("[" * 200 + "]" * 200, "nested too deeply"),
        ("{a: " * 200 + "1" + "}" * 200, "nested too deeply"),
        ("\n".join(" " * depth + "a:" for depth in range(200)), "nested too deeply"),
        ("[" * 100_000, "not YAML"),
    ],
)
def test_a_document_that_would_grow_without_end_is_refused(
    text: str, what: str, tmp_path: Path
) -> None:
    path = tmp_path / "claims.yaml"
    path.write_text(text, "utf-8")
    with pytest.raises(InputError, match=what):
        yaml_positions.load(path)
