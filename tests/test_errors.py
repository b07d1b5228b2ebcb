"""All that is wrong is told in one run, by file; no error is told because of another."""

import pickle
import shutil
from pathlib import Path

import pytest
import yaml

from graph.errors import CombinedInputError, Errors, InputError, Place
from graph.release import build, cli

DATA = Path(__file__).parent / "data"
DAMAGES = yaml.safe_load((DATA / "errors.yaml").read_text("utf-8"))


@pytest.fixture
def damaged(tmp_path: Path) -> Path:
    """The two articles with every damage of the list."""
    folder = tmp_path / "articles"
    shutil.copytree(DATA / "articles", folder)
    for damage in DAMAGES:
        path = folder / damage["file"]
        text = path.read_text("utf-8")
        assert damage["old"] in text or damage["new"] in text, damage
        if damage["new"] not in text:
            path.write_text(text.replace(damage["old"], damage["new"], 1), "utf-8")
    return folder


def read(folder: Path) -> CombinedInputError:
    """What a build says of these articles."""
    with pytest.raises(CombinedInputError) as refused:
        build.read(folder, folder / "entities.csv", folder / "background.yaml")
    return refused.value


def place(folder: Path, file: str) -> str:
    """What errors call a file: with its folder, if it is an article's."""
    return file if "/" in file or file == "entities.csv" else f"{folder.name}/{file}"


def test_one_run_tells_every_error_of_every_file(damaged: Path) -> None:
    """Each damage once, with its file, its line and what to do, and no error that follows."""
    told = read(damaged).each
    for damage in DAMAGES:
        (error,) = (e for e in told if damage["says"] in e.what)
        assert error.where.file == place(damaged, damage["file"])
        assert error.where.line
        assert damage["remedy"] in error.remedy
    assert len(told) == len(DAMAGES)


def test_errors_are_grouped_by_file(damaged: Path) -> None:
    """A file is named once with the number of its errors, in the order of their lines."""
    lines = str(read(damaged)).splitlines()
    files = sorted({place(damaged, damage["file"]) for damage in DAMAGES})
    assert lines[0] == f"{len(DAMAGES)} errors in {len(files)} files"
    heads = [line for line in lines[1:] if not line.startswith(" ")]
    assert [head.partition(":")[0] for head in heads] == files
    assert sum(int(head.split()[1]) for head in heads) == len(DAMAGES)


def test_the_command_tells_all_of_them(damaged: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """`policyprov check` is refused with the whole list and no traceback."""
    options = [f"--{name}={damaged / file}" for name, file in _FILES.items()]
    assert cli.main(["check", *options]) == 1
    said = capsys.readouterr().err
    assert all(damage["says"] in said for damage in DAMAGES)
    assert "Traceback" not in said


_FILES = {"articles": "", "entities": "entities.csv", "background": "background.yaml"}


def test_what_is_wrong_in_many_places_is_told_once_with_all_of_them() -> None:
    """An entity that nobody registered costs one line of reading, however often it is named."""
    places = [Place("claims.yaml", line, 9) for line in (3, 8, 21)]
    combined = CombinedInputError([InputError("unknown", at, "register it") for at in places])
    assert len(combined.each) == 3
    assert "claims.yaml:3:9: unknown (and on line 8, 21)" in str(combined)
    assert str(combined).count("register it") == 1


def test_one_error_stays_one() -> None:
    """What is wrong alone is raised as itself; nothing wrong raises nothing."""
    errors = Errors()
    errors.refuse()
    with errors.kept():
        raise InputError("a", Place("x", 1), "b")
    with pytest.raises(InputError) as refused:
        errors.refuse()
    assert type(refused.value) is InputError


def test_errors_travel_between_processes() -> None:
    """An error that a worker found is the same error where it is told."""
    one = InputError("a", Place("x", 1), "b")
    both = CombinedInputError([one, InputError("c", Place("y", 2), "d")])
    for error in (one, both):
        again = pickle.loads(pickle.dumps(error))  # noqa: S301 - written in the line before
        assert (type(again), str(again), again.where) == (type(error), str(error), error.where)


@pytest.mark.parametrize(
    ("claims", "says"),
    [
        ("claims:\n", "claims is not a list"),
        ("claims: {a: b}\n", "claims is not a list"),
        ("claims: [x]\n", "a claim is not a mapping"),
        ("claims: [null]\n", "an empty entry of claims"),
        ("- a\n", "no claims"),
        ("claims: [{statedIn: x, facts: [y], voice: [a], saidBy: {b: c}, confidence: {}}]\n", ""),
        ("\x00", "not YAML"),
    ],
)
def test_a_claims_file_that_is_none_is_refused(claims: str, says: str, tmp_path: Path) -> None:
    """Whatever stands in claims.yaml, the answer is an error of the input."""
    shutil.copytree(DATA / "articles", tmp_path / "articles")
    (tmp_path / "articles" / "gazette-20210111-1" / "claims.yaml").write_text(claims, "utf-8")
    folder = tmp_path / "articles"
    with pytest.raises(InputError) as refused:
        build.read(folder, folder / "entities.csv", folder / "background.yaml")
    assert says in str(refused.value)
