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


def imported(path: Path) -> set[str]:
    """The full names of the modules a file imports."""
    tree = ast.parse(path.read_text("utf-8"))
    plain = {a.name for n in ast.walk(tree) if isinstance(n, ast.Import) for a in n.names}
    return plain | {
        f"{n.module}.{a.name}" if n.module in ("graph", "web") else str(n.module)
        for n in ast.walk(tree)
        if isinstance(n, ast.ImportFrom)
        for a in n.names
    }


def test_the_server_starts_without_the_build_wing() -> None:
    """server.py and what it loads meet the build wing at a release on disk only."""
    lines = "import server, sys; print(*[m for m in sys.modules if m.startswith('graph.')])"
    done = subprocess.run(
        [sys.executable, "-c", lines], cwd=ROOT, capture_output=True, text=True, check=True
    )
    build_wing = {"article", "claims", "quads", "check", "release", "closure", "registry", "cli"}
    assert not {m.removeprefix("graph.") for m in done.stdout.split()} & build_wing


@pytest.mark.parametrize("path", MODULES, ids=[p.name for p in MODULES])
def test_only_the_web_imports_flask(path: Path) -> None:
    """The graph package works without a web framework."""
    frameworks = {name.partition(".")[0] for name in imported(path)} & {"flask", "werkzeug"}
    assert path.parent.name == "web" or not frameworks


@pytest.mark.parametrize("path", MODULES, ids=[p.name for p in MODULES])
def test_modules_stay_small(path: Path) -> None:
    """A module past 400 lines has become two."""
    assert len(path.read_text("utf-8").splitlines()) <= 400


def test_nobody_writes_an_attic() -> None:
    """There is no module for what has no name."""
    attics = {"utils", "helpers", "common", "misc"}
    assert not {p.stem for p in MODULES} & attics
