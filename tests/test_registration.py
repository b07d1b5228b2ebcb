"""The registry is filled from the claims: rows with their labels, beside what they may double."""

import shutil
from pathlib import Path

import pytest

from graph.draft.registration import Missing
from graph.errors import InputError
from graph.mapping import entities
from graph.release import build, cli, publication, registration

DATA = Path(__file__).parent / "data" / "articles"


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A copy of the two articles with their registry."""
    shutil.copytree(DATA, tmp_path / "articles")
    return tmp_path / "articles"


def options(folder: Path) -> list[str]:
    """Where a command finds these articles."""
    files = {"articles": "", "entities": "entities.csv", "background": "background.yaml"}
    return [f"--{name}={folder / file}" for name, file in files.items()]


def without(folder: Path, *names: str) -> entities.Registry:
    """The rows of the registry as they were, with these now taken out."""
    path = folder / "entities.csv"
    before = entities.load(path)
    lines = path.read_text("utf-8").splitlines(keepends=True)
    kept = [line for line in lines if line.partition(",")[0] not in names]
    assert len(kept) == len(lines) - len(names)
    path.write_text("".join(kept), "utf-8")
    return before


def found(folder: Path) -> dict[str, Missing]:
    """What the registry lacks, by name."""
    lacking = registration.missing(folder, folder / "entities.csv", folder / "background.yaml")
    return {each.name: each for each in lacking}


def test_rows_are_added_with_the_labels_of_the_claims(folder: Path) -> None:
    """Every row taken out comes back with its Chinese name, and the build is content."""
    names = [name for name in entities.load(folder / "entities.csv") if name[:3] in ("doc", "agt")]
    before = without(folder, *names)
    kept = (folder / "entities.csv").read_bytes()
    with pytest.raises(InputError):
        build.read(folder, folder / "entities.csv", folder / "background.yaml")
    cli.main(["entities", "--add", *options(folder)])
    after = entities.load(folder / "entities.csv")
    assert (folder / "entities.csv").read_bytes().startswith(kept)
    added = set(names) & after.keys()
    assert added
    assert {n: after[n].zh for n in added} == {n: before[n].zh for n in added}
    told = {name for name, each in found(folder).items() if each.row is None}
    assert set(names) - added == told


def test_a_person_is_told_apart_by_the_employer(folder: Path) -> None:
    """`of` is the name of the body that a claim says the person works for."""
    persons = [e for e in entities.load(folder / "entities.csv").values() if e.of]
    assert persons
    before = without(folder, *(each.name for each in persons))
    rows = {name: each.row for name, each in found(folder).items()}
    for each in persons:
        row = rows[each.name]
        if row is not None:
            assert row[:3] == (each.name, each.zh, before[each.name].of)


def write(folder: Path, *rows: str) -> None:
    """Add rows to the registry by hand."""
    path = folder / "entities.csv"
    path.write_text(path.read_text("utf-8") + "".join(f"{row}\n" for row in rows), "utf-8")


@pytest.mark.parametrize(
    ("row", "why"),
    [
        ("agt:another,清合县委办公室,,", "same sound"),
        ("agt:another,清河县委办公厅,,", "like its name"),
        ("agt:another,清河县委办公室,某地,", "same name, of 某地"),
        ("agt:qinghe-offices,某机构,,", "like its code"),
    ],
)
def test_what_may_be_one_thing_already_is_shown(row: str, why: str, folder: Path) -> None:
    """Sound, spelling, distinction and code point at registered things."""
    before = without(folder, "agt:qinghe-office")
    assert before["agt:qinghe-office"].zh == "清河县委办公室"
    write(folder, row)
    near = dict(found(folder)["agt:qinghe-office"].near)
    assert near[row.partition(",")[0]] == why


def test_a_thing_registered_under_another_name_is_not_added_again(
    folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """The same kind, name and distinction is one thing: its registered name is told."""
    without(folder, "agt:qinghe-office")
    write(folder, "agt:other,清河县委办公室,,")
    (each,) = found(folder).values()
    assert (each.same, each.addable) == ("agt:other", False)
    before = (folder / "entities.csv").read_bytes()
    assert cli.main(["entities", "--add", *options(folder)]) == 1
    assert "agt:other (the same" in " ".join(capsys.readouterr().out.split())
    assert (folder / "entities.csv").read_bytes() == before


def test_a_full_registry_lacks_nothing(folder: Path) -> None:
    """Nothing to add is success, and the file stays as it was."""
    before = (folder / "entities.csv").read_bytes()
    assert cli.main(["entities", "--add", *options(folder)]) == 0
    assert (folder / "entities.csv").read_bytes() == before


def test_a_typo_can_be_mended_until_a_release_is_published(tmp_path: Path, folder: Path) -> None:
    """A local build binds nobody; `policyprov publish` makes the names of its release permanent."""
    registry, target = folder / "entities.csv", tmp_path / "build"
    files = (target, folder, registry, folder / "background.yaml")
    write(folder, "agt:typpo,某机构,,Some body")
    build.build(*files)
    registry.write_text(registry.read_text("utf-8").replace("agt:typpo", "agt:typo"), "utf-8")
    build.build(*files)
    assert cli.main(["publish", "--target", str(target)]) == 0
    registry.write_text(registry.read_text("utf-8").replace("agt:typo", "agt:tpyo"), "utf-8")
    with pytest.raises(InputError, match="agt:typo was in the last release and is gone"):
        build.build(*files)
    assert (target / "published.csv").is_file()
    publication.publish(target)


def test_the_registry_that_a_build_is_given_is_guarded_and_published(
    tmp_path: Path, folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """`build --entities X` looks at the rows of X, and not at those of the checkout."""
    target, registry = tmp_path / "build", folder / "entities.csv"
    write(folder, "agt:given,某机构,,Some body")
    command = ["build", *options(folder), "--target", str(target)]
    assert cli.main(command) == 0
    assert (target / "current" / "entities.csv").read_bytes() == registry.read_bytes()
    assert cli.main(["publish", "--target", str(target)]) == 0
    lines = registry.read_text("utf-8").splitlines(keepends=True)
    registry.write_text("".join(each for each in lines if "agt:given" not in each), "utf-8")
    before = (target / "current").readlink()
    assert cli.main(command) == 1
    assert "agt:given was in the last release and is gone" in capsys.readouterr().err
    assert (target / "current").readlink() == before
