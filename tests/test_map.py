"""The map in CONTRIBUTING.md shows the house as it is, and its table leads to the right files."""

import ast
import csv
import re
from collections.abc import Callable, Mapping
from graphlib import TopologicalSorter
from pathlib import Path

import pytest

from graph.paths import ROOT

Arrows = set[tuple[str, str]]
TEXT = (ROOT / "CONTRIBUTING.md").read_text("utf-8")
_ROW = re.compile(r"^\| (?P<wish>[^|]+) \| (?P<files>`[^|]+`) \|$", re.MULTILINE)
ROWS = [(m["wish"].strip(), re.findall(r"`([^`]+)`", m["files"])) for m in _ROW.finditer(TEXT)]

WISHES = list(
    csv.DictReader((ROOT / "tests/data/change-requests.csv").read_text("utf-8").splitlines())
)
PACKAGES = ("desk", "graph", "web")
SEARCHED = ("desk", "graph", "ontology", "queries", "web")
"""Where somebody looks who does not know the house."""


def room(module: str) -> str:
    """The room of a module; graph.rdf and what lies flat in graph are the floor."""
    parts = module.split(".")
    if parts[0] == "graph":
        return "floor" if len(parts) < 3 or parts[1] == "rdf" else f"graph.{parts[1]}"
    return ".".join(parts[:2]) if parts[0] == "web" else parts[0]


def modules() -> dict[str, Path]:
    """Every module of the program by its full name."""
    found = [p for name in PACKAGES for p in (ROOT / name).rglob("*.py")] + [ROOT / "server.py"]
    names = {".".join(p.relative_to(ROOT).with_suffix("").parts): p for p in found}
    return {name: path for name, path in names.items() if not name.endswith("__init__")}


def imports() -> Arrows:
    """Which room imports which."""
    known, found = modules(), set()
    for name, path in known.items():
        for node in ast.walk(ast.parse(path.read_text("utf-8"))):
            if isinstance(node, ast.ImportFrom) and str(node.module).startswith(PACKAGES):
                for alias in node.names:
                    full = f"{node.module}.{alias.name}"
                    found.add((room(name), room(full if full in known else str(node.module))))
    return {(a, b) for a, b in found if a != b}


def reduced(arrows: Arrows) -> Arrows:
    """The arrows without those that a longer way says already; raises CycleError for a circle."""
    after: dict[str, set[str]] = {}
    for a, b in arrows:
        after.setdefault(a, set()).add(b)
    reach: dict[str, set[str]] = {}
    for each in TopologicalSorter(after).static_order():
        direct = after.get(each, set())
        reach[each] = direct | {far for near in direct for far in reach[near]}
    return {
        (a, b) for a, b in arrows if not any(b in reach[near] for near in after[a] if near != b)
    }


def drawn() -> Arrows:
    """The arrows of the picture."""
    picture = TEXT.partition("```mermaid")[2].partition("```")[0]
    return set(re.findall(r"^\s*([\w.]+) --> ([\w.]+)$", picture, re.MULTILINE))


def test_the_picture_is_the_house() -> None:
    real = reduced(imports())
    lines = "\n".join(f"  {a} --> {b}" for a, b in sorted(real))
    assert drawn() == real, f"draw these arrows:\n{lines}"


def test_a_longer_way_makes_an_arrow_needless() -> None:
    assert reduced({("a", "b"), ("b", "c"), ("a", "c")}) == {("a", "b"), ("b", "c")}


def test_the_table_has_enough_rows() -> None:
    assert len(ROWS) >= 20


@pytest.mark.parametrize(("wish", "files"), ROWS)
def test_the_table_names_files_that_are_there(wish: str, files: list[str]) -> None:
    assert wish
    assert not [name for name in files if not (ROOT / name).exists()]


def defined(text: str) -> set[str]:
    """What a module defines: its functions and classes, constants, and the fields of classes."""
    found: set[str] = set()
    for node in ast.walk(ast.parse(text)):
        match node:
            case ast.FunctionDef(name=name) | ast.ClassDef(name=name):
                found.add(name)
            case ast.AnnAssign(target=ast.Name(id=name)):
                found.add(name)
            case ast.Assign(targets=targets):
                found |= {each.id for each in targets if isinstance(each, ast.Name)}
            case _:
                pass
    return found


def _starts(after: str) -> Callable[[str, str], bool]:
    """Whether a line starts with the name, blanks and dashes aside, and then this."""
    return lambda text, name: bool(
        re.search(rf"^[\s-]*{re.escape(name)}{after}", text, re.MULTILINE)
    )


DEFINES: Mapping[str, Callable[[str, str], bool]] = {
    ".py": lambda text, name: name in defined(text),
    ".ttl": _starts(" a "),
    ".css": _starts(":"),
    ".yaml": _starts(":"),
    ".js": _starts(":"),
    ".csv": _starts(","),
    ".svg": lambda text, name: name in text,
}
"""How a file of this kind defines a name."""


@pytest.mark.parametrize("wish", WISHES, ids=[wish["request"] for wish in WISHES])
def test_a_change_request_leads_to_its_definition(wish: dict[str, str]) -> None:
    """The file holds the words searched for and the definition, and the table names the file."""
    path = ROOT / wish["file"]
    text = path.read_text("utf-8")
    assert path.relative_to(ROOT).parts[0] in SEARCHED
    assert re.search(wish["searched"], text, re.IGNORECASE | re.MULTILINE)
    assert DEFINES[path.suffix](text, wish["definition"])
    shown = [ROOT / name for name in dict(ROWS)[wish["row"]]]
    assert any(path == each or path.is_relative_to(each) for each in shown)


def test_twenty_change_requests_were_tried() -> None:
    assert len({wish["request"] for wish in WISHES}) >= 20
    assert len({wish["file"] for wish in WISHES}) == len(WISHES)


def test_what_a_file_only_mentions_it_does_not_define() -> None:
    assert defined("from a import B\nC: int = B\ndef d(e): return C") == {"C", "d"}
    assert not DEFINES[".ttl"]("pp:x rdfs:domain pp:y .", "pp:y")
    assert not DEFINES[".css"]("p { color: var(--mark); }", "--mark")
