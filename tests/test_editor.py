"""An editor with a YAML language server completes and underlines what the schemas say."""

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
from language_server import LanguageServer

from graph.paths import ROOT
from graph.release import cli

pytestmark = pytest.mark.slow

SERVER = ROOT / "tests" / "yamlls" / "node_modules" / "yaml-language-server" / "bin"
FOLDER = ROOT / "tests" / "data" / "articles" / "gazette-20210111-1"


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """An article, and beside it the schemas that `policyprov schemas` writes."""
    room = tmp_path_factory.mktemp("editor")
    shutil.copytree(FOLDER, room / "article")
    assert cli.main(["schemas", "--target", str(room)]) == 0
    return room / "article"


@pytest.fixture
def editor(folder: Path) -> Iterator[LanguageServer]:
    """The server, set up as docs/mapping.md says."""
    if not SERVER.is_dir():
        pytest.fail("yaml-language-server is missing: run `npm ci` in tests/yamlls")
    room = folder.parent
    schemas = {
        (room / f"{name}.schema.json").as_uri(): f"{name}.yaml" for name in ("article", "claims")
    }
    yaml = {"schemas": schemas, "validate": True, "completion": True,
            "schemaStore": {"enable": False}}  # fmt: skip
    command = ["node", str(SERVER / "yaml-language-server"), "--stdio"]
    with LanguageServer(command, {"yaml": yaml, "http": {}, "[yaml]": {}}) as found:
        yield found


@pytest.mark.parametrize("name", ["article", "claims"])
def test_nothing_is_underlined_in_an_article_that_builds(
    editor: LanguageServer, folder: Path, name: str
) -> None:
    assert editor.open(folder / f"{name}.yaml") == []


def written(folder: Path, name: str, before: str, after: str) -> tuple[Path, int]:
    """A file with one stretch written otherwise, and the line, from 0, on which that stands."""
    text = (FOLDER / f"{name}.yaml").read_text("utf-8")
    assert before in text
    at = text.index(before)
    path = folder / f"{name}.yaml"
    path.write_text(text[:at] + after + text[at + len(before) :], "utf-8")
    return path, text.count("\n", 0, at)


@pytest.mark.parametrize(
    ("name", "before", "after"),
    [
        ("claims", "voice: c:voice-reporter", "voice: c:voice-reporters"),
        ("claims", "unit: c:unit-item", "unit: c:unit-items"),
        ("claims", "    mention:", "    mentions:"),
        ("article", "issued: ", "isued: "),
    ],
)
def test_what_no_build_reads_is_underlined_on_its_line(
    editor: LanguageServer, folder: Path, name: str, before: str, after: str
) -> None:
    path, line = written(folder, name, before, after)
    try:
        found = editor.open(path)
        assert line in {each["range"]["start"]["line"] for each in found}, found
    finally:
        shutil.copy(FOLDER / path.name, path)


@pytest.mark.parametrize(
    ("name", "at", "offered"),
    [
        ("claims", ("voice: c:voice-reporter", "voice: "), {"c:voice-direct", "c:voice-document"}),
        ("claims", ("unit: c:unit-item", "unit: "), {"c:unit-item", "c:unit-person"}),
        ("claims", ("    mention:", "    "), {"because", "readings"}),
        ("article", ("type: c:section-type-case", "type: "), {"c:section-type-body"}),
    ],
)
def test_keys_and_codes_are_completed(
    editor: LanguageServer, folder: Path, name: str, at: tuple[str, str], offered: set[str]
) -> None:
    """`at` is what stands at the place, and what is typed there instead."""
    path, line = written(folder, name, *at)
    try:
        editor.open(path)
        text = path.read_text("utf-8").split("\n")[line]
        column = text.index(at[1]) + len(at[1])
        assert offered <= set(editor.complete(path, line, column))
    finally:
        shutil.copy(FOLDER / path.name, path)
