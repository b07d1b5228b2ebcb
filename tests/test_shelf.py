"""The releases that are kept: listed, compared, shared where nothing changed, removed."""

import shutil
from pathlib import Path

import corpus
import pytest

from graph.errors import ReleaseError
from graph.release import build as releases
from graph.release import cli, shelf

pytestmark = pytest.mark.slow  # builds over and over

FEW, MORE = 2, 3


def _build(folder: Path, target: Path, keep: int | None = None) -> Path:
    return releases.build(
        target, folder / "articles", folder / "entities.csv", folder / "background.yaml", keep=keep
    )


@pytest.fixture(scope="module")
def sources(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """`few` articles, and one `more`."""
    root = tmp_path_factory.mktemp("sources")
    for name, count in (("few", FEW), ("more", MORE)):
        corpus.write(root / name, count + 1, real=False)
    return root


@pytest.fixture(scope="module")
def both(sources: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with a release of each, the larger one current."""
    target = tmp_path_factory.mktemp("both")
    _build(sources / "few", target)
    _build(sources / "more", target)
    return target


@pytest.fixture
def target(both: Path, tmp_path: Path) -> Path:
    """A copy of that folder, to change; files that were shared are no longer."""
    return Path(shutil.copytree(both, tmp_path / "target", symlinks=True))


def test_the_list_has_every_release_and_says_which_is_current(
    both: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    new, old = shelf.held(both)
    assert (new.current, old.current) == (True, False)
    assert (new.release.counts["articles"], old.release.counts["articles"]) == (MORE, FEW)
    assert cli.main(["release", "list", "--target", str(both)]) == 0
    told = capsys.readouterr().out
    assert told.index(new.release.version) < told.index(old.release.version)


def test_what_did_not_change_is_on_disk_once(both: Path) -> None:
    """The ontology, and the words of articles that are in both, which the cache has too."""
    new, old = (each.release.folder for each in shelf.held(both))
    articles = [path.name for path in (old / "articles").iterdir()]
    for name in ("ontology/policyprov.ttl", f"articles/{articles[0]}/article.txt"):
        assert (new / name).stat().st_ino == (old / name).stat().st_ino
    assert (new / "policyprov.nq").stat().st_ino != (old / "policyprov.nq").stat().st_ino
    assert all(each.own < each.bytes for each in shelf.held(both))


def test_the_difference_is_told_by_article(both: Path, capsys: pytest.CaptureFixture[str]) -> None:
    new, old = (each.release for each in shelf.held(both))
    assert cli.main(["release", "diff", old.version, "--target", str(both)]) == 0
    told = capsys.readouterr().out
    (added,) = {p.name for p in (new.folder / "articles").iterdir()} - {
        p.name for p in (old.folder / "articles").iterdir()
    }
    claims = new.counts["claims"] - old.counts["claims"]
    (row,) = [line.split("│")[1:-1] for line in told.splitlines() if added in line]
    assert [cell.strip() for cell in row] == [added, str(claims), "0", "0"]
    assert f"{old.counts['claims']} claims are the same" in told


def test_a_release_that_is_not_kept_is_unknown(both: Path) -> None:
    with pytest.raises(ReleaseError, match=r"no release '9\.9'"):
        shelf.named(both, "9.9")
    assert shelf.named(both, "current").counts["articles"] == MORE


def test_the_oldest_go_and_the_current_one_never(
    target: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    new, old = (each.release.folder for each in shelf.held(target))
    assert cli.main(["release", "prune", "--keep", "1", "--target", str(target)]) == 0
    assert "nothing to remove" in capsys.readouterr().out
    assert cli.main(["release", "prune", "--keep", "0", "--target", str(target)]) == 0
    assert old.name in capsys.readouterr().out
    assert (target / "current").resolve() == new.resolve()
    folders = {p.name for p in target.iterdir() if p.is_dir() and not p.name.startswith(".")}
    assert folders == {"current", new.name}


def test_an_older_release_that_became_current_again_stays(sources: Path, target: Path) -> None:
    """What goes is decided by which is current, not by age alone."""
    few = _build(sources / "few", target, keep=0)
    assert [each.release.folder for each in shelf.held(target)] == [few]
    assert (target / "current").resolve() == few


def test_nothing_is_removed_while_a_build_is_at_work(both: Path) -> None:
    before = sorted(path.name for path in both.iterdir())
    with shelf.locked(both), pytest.raises(ReleaseError, match="another build"):
        shelf.prune(both, 0)
    assert sorted(path.name for path in both.iterdir()) == before


def test_what_a_killed_removal_left_goes_with_the_next(target: Path) -> None:
    _, old = shelf.held(target)
    old.release.folder.rename(target / f".gone-{old.release.folder.name}")
    shelf.prune(target, 5)
    assert not list(target.glob(".gone-*"))


@pytest.mark.parametrize("words", [["prune"], ["prune", "--keep", "-1"], ["diff"], []])
def test_wrong_use_is_told(words: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as ended:
        cli.main(["release", *words])
    assert ended.value.code == 2
    assert "usage:" in capsys.readouterr().err
