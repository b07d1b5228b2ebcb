"""Imports point one way, and modules stay small."""

import ast
import subprocess
import sys
from pathlib import Path

import pytest

from graph.paths import ROOT

MODULES = sorted([*(ROOT / "graph").glob("*.py"), *(ROOT / "web").glob("*.py")])


def test_imports_point_one_way() -> None:
    """The contracts in pyproject.toml hold: two wings over one floor."""
    command = [str(Path(sys.executable).parent / "lint-imports"), "--no-cache"]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout


@pytest.mark.parametrize("path", MODULES, ids=[p.name for p in MODULES])
def test_only_the_web_imports_flask(path: Path) -> None:
    """The graph package works without a web framework."""
    imported = {
        alias.name.split(".")[0]
        for node in ast.walk(ast.parse(path.read_text("utf-8")))
        if isinstance(node, ast.Import)
        for alias in node.names
    } | {
        (node.module or "").split(".")[0]
        for node in ast.walk(ast.parse(path.read_text("utf-8")))
        if isinstance(node, ast.ImportFrom)
    }
    assert path.parent.name == "web" or "flask" not in imported


@pytest.mark.parametrize("path", MODULES, ids=[p.name for p in MODULES])
def test_modules_stay_small(path: Path) -> None:
    """A module past 400 lines has become two."""
    assert len(path.read_text("utf-8").splitlines()) <= 400


def test_nobody_writes_an_attic() -> None:
    """There is no module for what has no name."""
    attics = {"utils", "helpers", "common", "misc"}
    assert not {p.stem for p in MODULES} & attics
