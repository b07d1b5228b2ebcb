"""Bad input is refused with file, line, what and remedy, and the last release stays as it was."""

import hashlib
import io
import shutil
from collections.abc import Callable, Iterator
from contextlib import redirect_stderr, redirect_stdout
from dataclasses import dataclass
from pathlib import Path

import pytest
import yaml

from graph.paths import ARTICLES, ROOT
from graph.release import cli, publication

ARTICLE = "rmrb-20210111-11"
CASES = yaml.safe_load((Path(__file__).parent / "data" / "broken.yaml").read_text("utf-8"))


@dataclass(frozen=True)
class Done:
    """How a command ended, and what it said of it."""

    returncode: int
    stderr: str


@dataclass(frozen=True)
class Checkout:
    """A copy of the sources a build reads, and the folder it builds into."""

    root: Path

    @property
    def target(self) -> Path:
        """Where its releases are."""
        return self.root / "build"

    def build(self) -> "Done":
        """Run `policyprov build` on this copy."""
        options = {
            "--articles": self.root / "articles", "--entities": self.root / "entities.csv",
            "--background": self.root / "background.yaml", "--target": self.target,
        }  # fmt: skip
        out, err = io.StringIO(), io.StringIO()
        with redirect_stdout(out), redirect_stderr(err):
            code = cli.main(["build", *(str(part) for pair in options.items() for part in pair)])
        return Done(code, err.getvalue())

    def path(self, name: str) -> Path:
        """A source file by its short name."""
        inside = self.root / "articles" / ARTICLE / name
        return inside if inside.parent.is_dir() and inside.exists() else self.root / name


def _fingerprint(folder: Path) -> dict[str, str]:
    return {
        str(p.relative_to(folder)): hashlib.sha256(p.read_bytes()).hexdigest()
        for p in sorted(folder.rglob("*"))
        if p.is_file() and ".parts" not in p.parts and p.name not in (".lock", "LOCK", "LOG")
    }


@pytest.fixture(scope="module")
def built(tmp_path_factory: pytest.TempPathFactory) -> Checkout:
    """A copy of the good sources with one release built from it."""
    root = tmp_path_factory.mktemp("checkout")
    shutil.copytree(ARTICLES, root / "articles")
    for name in ("entities.csv", "background.yaml"):
        shutil.copy(ROOT / "graph" / name, root / name)
    checkout = Checkout(root)
    done = checkout.build()
    assert done.returncode == 0, done.stderr
    return checkout


@pytest.fixture
def damaged(built: Checkout) -> Iterator[Callable[[str, bytes, bytes], Checkout]]:
    """Replaces bytes in one source file of the copy, and puts the file back afterwards."""
    kept: dict[Path, bytes] = {}

    def damage(name: str, old: bytes, new: bytes) -> Checkout:
        path = built.path(name)
        good = path.read_bytes()
        kept.setdefault(path, good)
        assert old in good, f"{name} no longer holds {old!r}"
        path.write_bytes(good.replace(old, new, 1))
        return built

    yield damage
    for path, good in kept.items():
        path.write_bytes(good)


def test_at_least_twelve_kinds_of_bad_input_are_tried() -> None:
    """The table holds every kind of damage the README promises to refuse."""
    assert len(CASES) >= 12
    assert len({case["name"] for case in CASES}) == len(CASES)


def _cases() -> Iterator[object]:
    """Each case; the first of each file is tried at once, the others with the slow tests."""
    seen: set[str] = set()
    for case in CASES:
        marks = [pytest.mark.slow] if case["file"] in seen else []
        seen.add(case["file"])
        yield pytest.param(case, id=case["name"].replace(" ", "-"), marks=marks)


@pytest.mark.parametrize("case", [*_cases()])
def test_bad_input_is_refused(
    case: dict[str, str], damaged: Callable[[str, bytes, bytes], Checkout]
) -> None:
    """A build of damaged sources says what, where and the remedy, and changes nothing."""
    new = case["new"].encode()
    for shown, byte in ((b"\\xff", b"\xff"), (b"\\x00", b"\x00")):
        new = new.replace(shown, byte)
    checkout = damaged(case["file"], case["old"].encode(), new)
    before = _fingerprint(checkout.target)
    current = (checkout.target / "current").readlink()
    done = checkout.build()
    assert done.returncode == 1
    assert case["says"] in done.stderr
    assert case["where"] in done.stderr
    assert "Traceback" not in done.stderr
    assert case.get("remedy", "remedy:") in done.stderr
    assert _fingerprint(checkout.target) == before
    assert (checkout.target / "current").readlink() == current


def test_a_registered_thing_may_not_change_its_meaning(
    built: Checkout, damaged: Callable[[str, bytes, bytes], Checkout]
) -> None:
    """A row of a published release that is gone or means something else stops the build."""
    publication.publish(built.target)
    checkout = damaged(
        "entities.csv", "mea:theory-arming,深化理论武装".encode(), b"mea:theory-arming,X"
    )
    done = checkout.build()
    (built.target / "published.csv").unlink()
    assert done.returncode == 1
    assert "mea:theory-arming meant '深化理论武装' in the last release" in done.stderr
