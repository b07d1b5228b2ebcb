"""Forty mistakes a newcomer makes, and thousands that nobody thought of: an error or success."""

import shutil
import string
from pathlib import Path

import pytest
import yaml
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from graph.errors import CheckError, InputError
from graph.release import build
from graph.release.watching import prove

DATA = Path(__file__).parent / "data"
SLUG = "gazette-20210111-1"
MISTAKES = yaml.safe_load((DATA / "mistakes.yaml").read_text("utf-8"))


def copied(target: Path) -> Path:
    """A copy of the two articles."""
    shutil.copytree(DATA / "articles", target / "articles")
    return target / "articles"


@pytest.mark.parametrize("case", MISTAKES, ids=[c["name"].replace(" ", "-") for c in MISTAKES])
def test_a_mistake_is_told(case: dict[str, str], tmp_path: Path) -> None:
    """What, where and the remedy; nothing is published."""
    folder = copied(tmp_path)
    path = folder / SLUG / case["file"]
    text = path.read_bytes().decode()
    assert case["old"] in text or case["old"] == "ALL"
    new = case["new"] if case["old"] == "ALL" else text.replace(case["old"], case["new"], 1)
    path.write_bytes(new.encode())
    files = (folder, folder / "entities.csv", folder / "background.yaml")
    with pytest.raises((InputError, CheckError)) as refused:
        build.build(tmp_path / "build", *files)
    assert case["says"] in str(refused.value)
    assert not (tmp_path / "build" / "current").exists()


def test_there_are_forty_mistakes() -> None:
    assert len({case["name"] for case in MISTAKES}) >= 40


def test_a_folder_with_a_bad_name_is_refused(tmp_path: Path) -> None:
    folder = copied(tmp_path)
    (folder / SLUG).rename(folder / "Notice_2018")
    with pytest.raises(InputError, match="'Notice_2018' is no name"):
        build.read(folder, folder / "entities.csv", folder / "background.yaml")


FILES = ("article.yaml", "claims.yaml", "inventory.csv")
WORDS = st.sampled_from([
    "", "null", "~", "[]", "{}", "[[]]", "{a: {b: c}}", "- x", "2021-13-45", "9" * 40, "1e999",
    "NaN", "-", "'", '"', ": ", "#", "&a", "*a", "!!python/object:os.system", "c:", "per:", "ent:",
    "agt:", "fig:", ":", "per:2020--", "per:--", "\ufeff", "\x00", "\x85", "\ud7ff", "𠀀", "１２",
    "[a, [b]]", "? x", "|", ">", "%YAML", "---", "...", "<<: x", "per:0000", "per:9999-12-31",
])  # fmt: skip
"""What stands in for a value, or for a whole line."""
GARBAGE = st.text(string.printable + "年月日项%：，。“”至", max_size=12)


@st.composite
def damage(draw: st.DrawFn) -> tuple[str, str]:
    """A file, and its text with one to three places changed."""
    name = draw(st.sampled_from(FILES))
    lines = (DATA / "articles" / SLUG / name).read_text("utf-8").splitlines()
    for _ in range(draw(st.integers(1, 3))):
        at = draw(st.integers(0, len(lines) - 1))
        line = lines[at]
        kind = draw(st.sampled_from(["value", "drop", "double", "indent", "insert", "cut", "key"]))
        if kind == "value" and ":" in line:
            lines[at] = line.partition(":")[0] + ": " + draw(WORDS | GARBAGE)
        elif kind == "key" and ":" in line:
            head, _, rest = line.partition(":")
            lines[at] = head[: len(head) - len(head.lstrip())] + draw(WORDS | GARBAGE) + ":" + rest
        elif kind == "drop" and len(lines) > 1:
            del lines[at]
        elif kind == "double":
            lines.insert(at, line)
        elif kind == "indent":
            lines[at] = " " * draw(st.integers(1, 3)) + line
        elif kind == "cut":
            lines[at] = line[: draw(st.integers(0, len(line)))]
        else:
            lines.insert(at, draw(WORDS | GARBAGE))
    return name, "\n".join(lines) + "\n"


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A copy of the articles to be damaged and mended over and over."""
    return copied(tmp_path_factory.mktemp("fuzz"))


@pytest.mark.slow
@settings(
    max_examples=2500, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(damaged=damage())
def test_any_damage_is_an_error_or_a_success(damaged: tuple[str, str], folder: Path) -> None:
    """No damage of any file ends in another exception than those that say what is wrong."""
    name, text = damaged
    path = folder / SLUG / name
    good = path.read_bytes()
    path.write_text(text, "utf-8", errors="surrogatepass")
    try:
        verdict = prove(folder / SLUG, folder / "entities.csv")
        assert verdict.told
    finally:
        path.write_bytes(good)
