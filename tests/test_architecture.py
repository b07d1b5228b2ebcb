"""Imports point one way, rooms and modules stay small, and the two wings meet at a release."""

import ast
import subprocess
import sys
import tomllib
from collections import Counter
from pathlib import Path
from typing import Any

from graph.paths import ROOT

MODULES = sorted(p for name in ("desk", "graph", "web") for p in (ROOT / name).rglob("*.py"))
NAMES = [str(path.relative_to(ROOT)) for path in MODULES]
_FLAT = {
    "graph": {
        "changes", "datings", "errors", "examples", "memory", "numerals", "options", "paths",
        "periods", "queries", "sample", "settings", "snapshot", "tokens", "source_files",
    },
    "web": {"downloads", "home"},
}  # fmt: skip


def contracts() -> list[dict[str, Any]]:
    """The import contracts of pyproject.toml."""
    with (ROOT / "pyproject.toml").open("rb") as file:
        found: list[dict[str, Any]] = tomllib.load(file)["tool"]["importlinter"]["contracts"]
    return found


def build_wing() -> tuple[str, ...]:
    """The packages that the contracts keep out of the server."""
    walls = [each for each in contracts() if each["type"] == "forbidden"]
    return tuple(
        module for wall in walls if "web" in wall["source_modules"]
        for module in wall["forbidden_modules"]
    )  # fmt: skip


def test_imports_point_one_way() -> None:
    """The contracts in pyproject.toml hold: two wings over one floor, an order in each room."""
    command = [str(Path(sys.executable).parent / "lint-imports"), "--no-cache"]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout


def test_every_room_has_a_contract() -> None:
    rooms = {".".join(p.parent.relative_to(ROOT).parts) for p in MODULES}
    ordered = {room for each in contracts() for room in each.get("containers", ())}
    assert rooms == ordered


def test_only_what_has_no_room_lies_flat() -> None:
    for package, flat in _FLAT.items():
        assert {p.stem for p in (ROOT / package).glob("*.py")} - {"__init__"} == flat


def test_the_server_starts_without_the_build_wing() -> None:
    """server.py and what it loads meet the build wing at a release on disk only."""
    lines = "import server, sys; print(*sys.modules)"
    done = subprocess.run(
        [sys.executable, "-c", lines], cwd=ROOT, capture_output=True, text=True, check=True
    )
    assert len(build_wing()) >= 2
    assert not [m for m in done.stdout.split() if m.startswith(build_wing())]


def imported(path: Path) -> set[str]:
    """The full names of the modules a file imports."""
    tree = ast.parse(path.read_text("utf-8"))
    plain = {a.name for n in ast.walk(tree) if isinstance(n, ast.Import) for a in n.names}
    return plain | {str(n.module) for n in ast.walk(tree) if isinstance(n, ast.ImportFrom)}


def test_only_pages_import_flask() -> None:
    """The graph package works without a web framework."""
    frameworks = {
        name: {each.partition(".")[0] for each in imported(ROOT / name)} & {"flask", "werkzeug"}
        for name in NAMES
    }
    assert any(frameworks.values())
    pages = ("desk/", "web/")
    assert not {n: found for n, found in frameworks.items() if found and not n.startswith(pages)}


def test_modules_stay_small() -> None:
    """A module past 300 lines has become two."""
    lines = {name: len((ROOT / name).read_text("utf-8").splitlines()) for name in NAMES}
    assert len(lines) > 100
    assert not {name: count for name, count in lines.items() if count > 300}


def test_rooms_stay_small() -> None:
    """A folder past 16 modules has become two."""
    count = Counter(path.parent for path in MODULES if path.stem != "__init__")
    assert max(count.values()) <= 16


def test_every_room_says_what_it_is_for() -> None:
    for path in MODULES:
        if path.stem == "__init__" and path.parent.name not in ("desk", "graph", "web"):
            words = ast.get_docstring(ast.parse(path.read_text("utf-8"))) or ""
            assert "In:" in words
            assert "Out:" in words
            assert "import" in words


def test_nobody_writes_an_attic() -> None:
    """There is no module for what has no name."""
    attics = {"utils", "helpers", "common", "misc"}
    assert not {p.stem for p in MODULES} & attics
