"""Parts: an article is read once, a release is the same bytes however its parts came about."""

import hashlib
import json
import os
import re
import resource
import shutil
import signal
import sqlite3
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import closing
from functools import partial
from itertools import groupby
from pathlib import Path
from typing import Any

import corpus
import index_contents
import pyoxigraph as ox
import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st
from test_checks import DEFECTS, broken, rows

from graph import queries
from graph.errors import CheckError, InputError, ReleaseError
from graph.history import writer as history
from graph.history.schema import NAME as HISTORY
from graph.mapping import entities
from graph.paths import ROOT
from graph.rdf import order, store
from graph.rdf.namespaces import IDS, expand
from graph.rdf.store import in_memory
from graph.release import build as releases
from graph.release import checks, cli, part, writing
from graph.release.part_cache import NAME, Cache
from graph.runs import merge
from graph.runs.buckets import SEAM
from graph.runs.crew import Crew, silent
from graph.search import writer as search

pytestmark = pytest.mark.slow  # builds over and over

_BLANK = re.compile(r"(?<=BlankNode value=)\w+")
OWN = {"LOG", "LOCK", search.NAME, search.SUM}
"""Names of files that the engines write as they like; a folder `store` is another such."""


def _build(folder: Path, target: Path, *, jobs: int = 1, keep_going: bool = False) -> Path:
    """A release of the articles in a folder that holds a registry and background knowledge too."""
    articles = folder / "articles"
    return releases.build(
        target, articles, folder / "entities.csv", folder / "background.yaml",
        jobs=jobs, keep_going=keep_going,
    )  # fmt: skip


def _bytes(release: Path) -> dict[str, str]:
    """The digest of every file of a release but the store's and the search index."""
    return {
        str(path.relative_to(release)): hashlib.sha256(path.read_bytes()).hexdigest()
        for path in sorted(release.rglob("*"))
        if path.is_file() and "store" not in path.parts and path.name not in OWN
    }


def _entries(target: Path) -> dict[str, int]:
    """The article of every part that is kept → the number of its file on disk."""
    return {
        json.loads(path.read_bytes())["slug"]: path.stat().st_ino
        for path in (target / NAME).glob(f"*/*/{part.SUMMARY}")
    }


def _corpus(root: Path, name: str, count: int) -> Path:
    corpus.write(root / name, count, real=False)
    return root / name


@pytest.fixture(scope="module")
def sources(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """`few`, two articles, and `more`, one more with further rows of the registry."""
    root = tmp_path_factory.mktemp("sources")
    _corpus(root, "few", 3)
    _corpus(root, "more", 4)
    return root


@pytest.fixture(scope="module")
def built(sources: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder of releases in which the three articles were built."""
    target = tmp_path_factory.mktemp("built")
    _build(sources / "more", target)
    return target


@pytest.fixture
def copied(sources: Path, tmp_path: Path) -> Path:
    """A copy of the three articles."""
    return Path(shutil.copytree(sources / "more", tmp_path / "copied"))


@pytest.fixture
def target(built: Path, tmp_path: Path) -> Path:
    """A copy of the folder of releases."""
    return Path(shutil.copytree(built, tmp_path / "target", symlinks=True))


def _summaries(target: Path) -> dict[str, dict[str, Any]]:
    paths = (target / NAME).glob(f"*/*/{part.SUMMARY}")
    return {told["slug"]: told for told in (json.loads(path.read_bytes()) for path in paths)}


def _told(target: Path, name: str) -> dict[str, list[list[str]]]:
    """The rows of a run of each part, by its article."""
    paths = (target / NAME).glob(f"*/*/{part.SUMMARY}")
    return {
        json.loads(path.read_bytes())["slug"]: [
            line.split(SEAM.decode())
            for line in (path.parent / name).read_text("utf-8").splitlines()
        ]
        for path in paths
    }


def test_an_unchanged_article_is_not_read_again(copied: Path, target: Path) -> None:
    before, release = _entries(target), (target / "current").resolve()
    assert _build(copied, target) == release
    assert _entries(target) == before
    assert len(before) == 3


def test_one_more_article_costs_its_own_part(sources: Path, built: Path, tmp_path: Path) -> None:
    """Also when it brings rows for the registry: the parts of the others do not rest on those."""
    few, more = (sources / name / "entities.csv" for name in ("few", "more"))
    assert len(few.read_bytes()) < len(more.read_bytes())
    _build(sources / "few", tmp_path)
    before = _entries(tmp_path)
    release = _build(sources / "more", tmp_path)
    assert before.items() < _entries(tmp_path).items()
    assert _bytes(release) == _bytes((built / "current").resolve())


def test_a_changed_row_makes_the_parts_that_looked_it_up_again(copied: Path, target: Path) -> None:
    """And no other: here the English name of a thing that one article speaks of."""
    told = _summaries(target)
    slug, *others = sorted(told)
    own = {name for name, row in told[slug]["rows"].items() if row and row[2]}
    name = min(own - {name for each in others for name in told[each]["rows"]})
    before = _entries(target)
    path = copied / "entities.csv"
    lines = path.read_text("utf-8").splitlines()
    changed = [line + " renamed" if line.startswith(f"{name},") else line for line in lines]
    assert changed != lines
    path.write_text("\n".join(changed) + "\n", "utf-8")
    release = _build(copied, target)
    after = _entries(target)
    assert {each for each in told if after[each] != before[each]} == {slug}
    assert " renamed" in (release / "policyprov.nq").read_text("utf-8")


@pytest.mark.parametrize("name", sorted((*part.FILES, "SHA256SUMS")))
@pytest.mark.parametrize("damage", ["truncated", "changed", "gone"])
def test_a_damaged_part_is_not_found(damage: str, name: str, copied: Path, target: Path) -> None:
    folder = min((copied / "articles").iterdir())
    key, known = part.key(folder), entities.load(copied / "entities.csv")
    found = Cache(target).find(key, known)
    assert found is not None
    path = found.folder / name
    content = path.read_bytes()
    path.unlink()
    if damage != "gone":
        path.write_bytes(content[: len(content) // 2] if damage == "truncated" else b"#" + content)
    assert Cache(target).find(key, known) is None


def test_a_damaged_part_is_made_again(copied: Path, target: Path) -> None:
    """A truncated one, and one under the name of another, as other code would have written it."""
    release = (target / "current").resolve()
    good = _bytes(release)
    shutil.rmtree(release)
    cut, one, other = sorted((target / NAME).glob("*/*"))
    run = cut / merge.STATED
    content = run.read_bytes()
    run.unlink()
    run.write_bytes(content[: len(content) // 2])
    shutil.rmtree(one)
    shutil.copytree(other, one)
    assert _bytes(_build(copied, target)) == good


def test_parts_that_no_article_has_any_more_go(sources: Path, target: Path) -> None:
    _build(sources / "few", target)
    few = {folder.name for folder in (sources / "few" / "articles").iterdir()}
    assert _entries(target).keys() == few


def _spoil(folder: Path) -> None:
    path = folder / "article.yaml"
    path.write_text(path.read_text("utf-8").replace("title:", "titel:", 1), "utf-8")


def test_keep_going_publishes_the_rest_and_lists_what_was_left_out(
    copied: Path, tmp_path: Path
) -> None:
    """Also when the background tells of places that only the article left out names."""
    target, spoilt = tmp_path / "build", max((copied / "articles").iterdir())
    _spoil(spoilt)
    with pytest.raises(InputError, match="titel"):
        _build(copied, target)
    assert not (target / "current").exists()
    told = json.loads((_build(copied, target, keep_going=True) / "release.json").read_bytes())
    (left,) = told["left_out"]
    assert left["article"] == spoilt.name
    assert "titel" in left["because"]
    assert told["counts"]["articles"] == 2


def test_keep_going_does_not_go_on_with_nothing(copied: Path, tmp_path: Path) -> None:
    for folder in (copied / "articles").iterdir():
        _spoil(folder)
    with pytest.raises(ReleaseError, match="no sound article"):
        _build(copied, tmp_path / "build", keep_going=True)


def test_what_articles_may_not_say_together_is_refused(copied: Path, target: Path) -> None:
    """A place within two places, each told by an article; the last release stays.

    It is refused before dumps are made, and nothing is left behind.
    """
    release = (target / "current").resolve()
    names = sorted(each.name for each in target.iterdir())
    path = copied / "background.yaml"
    called = _told(target, part.CALLED)[_last(copied)]
    places = {name for name, *_ in called if name[:4] == "plc:"}
    county, *provinces = sorted(places, key=lambda name: name.endswith("0000"))
    facts = "".join(f"      - {{id: {county}, within: {each}}}\n" for each in provinces[-2:])
    group = f"  - source: made up\n    facts:\n{facts}"
    path.write_text(path.read_text("utf-8").rstrip("\n") + "\n" + group, "utf-8")
    steps: list[str] = []

    def progress(step: str, _: int = 0, __: int = 0, /) -> None:
        steps.append(step)

    with pytest.raises(CheckError, match="division-with-two-parents"):
        releases.build(target, copied / "articles", copied / "entities.csv", path, progress, jobs=1)
    assert (target / "current").resolve() == release
    assert "quads of stretches" in steps
    assert "pieces of dumps" not in steps
    assert sorted(each.name for each in target.iterdir()) == names


@pytest.mark.parametrize("jobs", [1, 2])
def test_rules_over_all_articles_are_asked_on_any_core(
    jobs: int, built: Path, tmp_path: Path
) -> None:
    path = tmp_path / "store"
    shutil.copytree(built / "current" / "store", path)
    with Crew(jobs) as crew:
        assert writing.broken(path, crew, silent, worth=True) == []
        found = ox.Store(str(path))
        a, b, c = (ox.NamedNode(f"{IDS}place/{name}") for name in "abc")
        found.extend([ox.Quad(a, expand("pp:within"), each, a) for each in (b, c)])
        found.flush()
        del found
        rules = writing.broken(path, crew, silent, worth=True)
    assert rules == ["division-with-two-parents-violation"]


_DAMAGE: dict[str, tuple[str, Callable[[bytes], bytes | None]]] = {
    "a letter of a dump": (
        "policyprov.trig",
        lambda text: text.replace(b"clm:sample", b"clm:simple", 1),
    ),
    "a byte of a packed dump": ("policyprov.nq.gz", lambda text: text[:-99] + b"?" + text[-98:]),
    "the end of a dump": ("policyprov.jsonld", lambda text: text[: len(text) // 2]),
    "the end of a table": ("pieces/policyprov.ttl", lambda text: text[: len(text) // 2 + 5]),
    "a field of a table": ("pieces/policyprov.rdf", lambda text: text.replace(b"\x01", b"", 9)),
    "the lines of a table": ("pieces/stretches", lambda text: text[: text.index(b"\n") + 1]),
    "a dump is gone": ("policyprov.n3", lambda _: None),
    "a table of other code": ("pieces/statements.ttl", lambda text: b"other" + text),
}
"""What may be wrong with the last release → which file, and how."""


@pytest.mark.parametrize("damage", _DAMAGE)
def test_what_is_wrong_with_the_last_release_is_not_copied(
    damage: str, sources: Path, built: Path, tmp_path: Path
) -> None:
    """One article more gives the bytes that all of them give, whatever became of the files."""
    release = _build(sources / "few", tmp_path)
    name, spoil = _DAMAGE[damage]
    content = (release / name).read_bytes()
    spoilt = spoil(content)
    assert spoilt != content
    (release / name).unlink()
    if spoilt is not None:
        (release / name).write_bytes(spoilt)
    assert _bytes(_build(sources / "more", tmp_path)) == _bytes((built / "current").resolve())


def test_what_did_not_change_is_not_made_again(sources: Path, tmp_path: Path) -> None:
    """Of one article more only some stretches, of the same articles none."""

    def made(name: str) -> int:
        told: list[int] = []

        def progress(step: str, _: int = 0, total: int = 0, /) -> None:
            if step == "pieces of dumps":
                told.append(total)

        folder = sources / name
        releases.build(
            tmp_path, folder / "articles", folder / "entities.csv", folder / "background.yaml",
            progress, jobs=1,
        )  # fmt: skip
        return told[0]

    def names() -> set[bytes]:
        table = (tmp_path / "current" / "pieces" / "stretches").read_bytes()
        return {line.rpartition(b"\x01")[0] for line in table.splitlines()[1:]}

    assert made("few") > 0
    few = names()
    assert made("more") > 0
    assert len(names() & few) > len(few) / 2
    assert made("more") == 0


def _fewer(copied: Path) -> None:
    shutil.rmtree(copied)
    corpus.write(copied, 3, real=False)


def _renamed(copied: Path) -> None:
    """Rename every place, which many entries of the index follow."""
    path = copied / "entities.csv"
    lines = path.read_text("utf-8").splitlines()
    told = [f"{line} renamed" if line.startswith("plc:") else line for line in lines]
    assert told != lines
    path.write_text("\n".join(told) + "\n", "utf-8")


def _more(copied: Path) -> None:
    shutil.rmtree(copied)
    corpus.write(copied, 5, real=False)


_STEPS = {"an article less": _fewer, "renamed places": _renamed, "an article more": _more}


@pytest.mark.parametrize("step", _STEPS)
def test_what_is_made_of_the_last_release_is_what_is_made_from_nothing(
    step: str, copied: Path, target: Path, tmp_path: Path
) -> None:
    """The store, the index of words and the history, which are no files to download."""
    _STEPS[step](copied)
    before = tmp_path / "before"
    shutil.copytree(target, before, symlinks=True)
    made = _build(copied, target)
    anew = _build(copied, tmp_path / "anew")
    assert _bytes(made) == _bytes(anew)
    assert set(store.read(made / "store")) == set(store.read(anew / "store"))
    graphs = [set(store.read(each / "store").named_graphs()) for each in (made, anew)]
    assert graphs[0] == graphs[1]
    indexes = [index_contents.contents(each / search.NAME) for each in (made, anew)]
    assert indexes[0] == indexes[1]
    shutil.copytree(anew, before / anew.name)
    (before / "current").unlink()
    (before / "current").symlink_to(anew.name)
    history.record(before / "current")
    assert _tables(target / HISTORY) == _tables(before / HISTORY)


def _tables(path: Path) -> dict[str, list[tuple[Any, ...]]]:
    """The rows of a database but for the moments at which releases became known."""
    with closing(sqlite3.connect(path)) as database:
        names = [n for (n,) in database.execute("SELECT name FROM sqlite_master WHERE rootpage")]
        found = {}
        for name in names:
            if database.execute("SELECT 1 FROM pragma_table_info(?)", (name,)).fetchone():
                columns = [row[1] for row in database.execute(f"PRAGMA table_info({name})")]
                told = ", ".join(f'"{each}"' for each in columns if each != "at")
                rows = database.execute(f"SELECT {told} FROM {name}")  # noqa: S608 - names of ours
                found[name] = sorted(rows.fetchall(), key=repr)
        return found


def test_the_store_of_one_article_more_shares_the_files_of_the_last(
    sources: Path, tmp_path: Path
) -> None:
    _build(sources / "few", tmp_path)
    release = _build(sources / "more", tmp_path)
    assert [path for path in (release / "store").glob("*.sst") if path.stat().st_nlink > 1]


_NAMED = ox.NamedNode("x:a")
_FACT = ox.Quad(_NAMED, _NAMED, ox.Literal("words"), ox.NamedNode("x:g"))
_OTHER_FACTS = {
    "a word": ox.Quad(_NAMED, _NAMED, ox.Literal("other"), ox.NamedNode("x:g")),
    "a graph": ox.Quad(_NAMED, _NAMED, ox.Literal("words"), ox.NamedNode("x:other")),
    "nothing": ox.Quad(ox.NamedNode("x:b"), _NAMED, ox.Literal("words"), ox.NamedNode("x:g")),
}


@pytest.mark.parametrize("left", _OTHER_FACTS)
def test_nothing_that_was_taken_away_stays_in_a_store(left: str, tmp_path: Path) -> None:
    """Where a word or a graph is in no quad any more, the store is not made of the older one."""
    subject = ox.Quad(_NAMED, _NAMED, _NAMED)
    store.write([_FACT, _OTHER_FACTS[left], subject], tmp_path / "old")
    made = store.changed(tmp_path / "old", tmp_path / "new", [_FACT], [])
    assert made == (left == "nothing") == (tmp_path / "new").is_dir()
    assert _FACT in store.read(tmp_path / "old")
    if made:
        assert set(store.read(tmp_path / "new")) == {_OTHER_FACTS[left], subject}


def test_a_damaged_store_of_the_last_release_is_not_gone_on_with(
    sources: Path, built: Path, tmp_path: Path
) -> None:
    release = _build(sources / "few", tmp_path)
    for path in (release / "store").glob("*.sst"):
        content = path.read_bytes()
        path.unlink()
        path.write_bytes(content[: len(content) // 2])
    made = _build(sources / "more", tmp_path)
    quads = set(store.read((built / "current").resolve() / "store"))
    assert set(store.read(made / "store")) == quads


def _last(copied: Path) -> str:
    return max((copied / "articles").iterdir()).name


def test_the_checks_over_all_articles_are_checks() -> None:
    assert {f"{name}-violation" for name in checks.SPANNING} <= queries.checks().keys()
    assert checks.alone() | checks.spanning() == queries.checks().keys()
    assert len(checks.spanning()) < len(checks.alone())


@pytest.fixture(scope="module")
def four(tmp_path_factory: pytest.TempPathFactory) -> tuple[ox.Store, ox.Store]:
    """The first article alone, and with three made-up ones beside it."""
    folder = tmp_path_factory.mktemp("four")
    corpus.write(folder, 4)
    every = releases.read(folder / "articles", folder / "entities.csv", folder / "background.yaml")
    return in_memory(releases.read().quads), in_memory(every.quads)


@pytest.mark.parametrize(
    ("name", "defect"), [each for each in DEFECTS if each[0] not in checks.SPANNING]
)
def test_an_article_alone_shows_what_is_wrong_with_it(
    name: str, defect: str, four: tuple[ox.Store, ox.Store]
) -> None:
    """A check of one article reports the same rows beside others: neither fewer nor more."""
    query = queries.checks()[f"{name}-violation"]
    found = []
    for each in four:
        with broken(each, defect):
            found.append({_BLANK.sub("_:", str(row)) for row in rows(each, query)})
    alone, together = found
    assert alone
    assert alone == together


_QUADS = st.lists(
    st.builds(
        ox.Quad,
        st.sampled_from([ox.NamedNode(f"x:s{n}") for n in "019"]),
        st.sampled_from([ox.NamedNode(f"x:p{n}") for n in range(3)]),
        st.text(max_size=5).map(ox.Literal),
        st.sampled_from([ox.DefaultGraph(), ox.NamedNode("x:g"), ox.NamedNode("x:g-1")]),
    ),
    max_size=40,
)


@given(parts=st.lists(_QUADS, min_size=1, max_size=5))
def test_merged_runs_are_all_quads_in_order(
    parts: list[list[ox.Quad]], tmp_path_factory: pytest.TempPathFactory
) -> None:
    """Whatever is in which part: terms with tabs, line ends and any characters too."""
    work = tmp_path_factory.mktemp("runs")
    paths = [work / f"part-{number}" for number in range(len(parts))]
    for path, quads in zip(paths, parts, strict=True):
        path.write_bytes(b"".join(sorted(map(order.line, quads))))
    wanted = order.ordered(quad for quads in parts for quad in quads)
    with pytest.MonkeyPatch.context() as patched:
        patched.setattr(merge, "_GROUP", 200)
        merged = b"".join(map(order.nquad, merge.united(paths, work, "all")))
    assert list(ox.parse(merged, format=ox.RdfFormat.N_QUADS)) == wanted


def _killed(_: int) -> int:
    os.kill(os.getpid(), signal.SIGKILL)
    return 0


def test_a_killed_worker_is_told() -> None:
    with Crew(2) as crew, pytest.raises(ReleaseError, match="a worker was killed during reading"):
        crew.run(_killed, [1, 2, 3], "reading", silent, worth=True)


def test_a_full_disk_is_told_and_changes_nothing(copied: Path, target: Path) -> None:
    """Wherever it fills up: no file may grow past a bound, from less than a part to a dump."""
    release = (target / "current").resolve()
    good = _bytes(release)
    path = max((copied / "articles").iterdir()) / "claims.yaml"
    path.write_text(path.read_text("utf-8") + "\n# changed\n", "utf-8")
    for kilobytes in (1, 60, 300, 900):
        done = subprocess.run(
            _command(copied, target), cwd=ROOT, capture_output=True, text=True, check=False,
            preexec_fn=partial(
                resource.setrlimit, resource.RLIMIT_FSIZE, (kilobytes << 10, kilobytes << 10)
            ),
        )  # fmt: skip
        assert done.returncode == 1, kilobytes
        assert "nothing was published" in done.stderr
        assert "Traceback" not in done.stderr
        assert (target / "current").resolve() == release
        assert _bytes(release) == good
        assert not list(target.glob(".building-*"))


@pytest.mark.parametrize("size", [100, 4096, 1 << 18])
def test_a_disk_that_fills_with_the_store_alone_changes_nothing(
    size: int, copied: Path, target: Path
) -> None:
    """Where files may grow to this size while the store is loaded whole, and to any before."""
    release = (target / "current").resolve()
    path = max((copied / "articles").iterdir()) / "article.yaml"
    path.write_text(path.read_text("utf-8") + "\n# changed\n", "utf-8")
    work = (
        "import resource, sys; from pathlib import Path; from graph.rdf import store\n"
        "load = store.load\n"
        "def limited(quads, path):\n"
        f"    resource.setrlimit(resource.RLIMIT_FSIZE, ({size}, {size}))\n"
        "    load(quads, path)\n"
        "store.changed, store.load = lambda *_: False, limited\n"
        "from graph.release import cli; sys.exit(cli.main(sys.argv[1:]))"
    )
    options = _command(copied, target, "--jobs", "1")[3:]
    done = subprocess.run(
        [sys.executable, "-c", work, *options], cwd=ROOT, capture_output=True, text=True,
        check=False,
    )  # fmt: skip
    assert done.returncode == 1, done.stderr
    assert done.stderr.count("nothing was published") == 1
    assert "Traceback" not in done.stderr
    assert (target / "current").resolve() == release
    assert not list(target.glob(".building-*"))


def _full(*_: object) -> None:
    """Write to a database that may not grow, which SQLite tells as it tells a full disk."""
    with closing(sqlite3.connect(":memory:")) as database:
        database.execute("PRAGMA max_page_count = 1")
        database.execute("CREATE TABLE t (x)")


def _wrong(*_: object) -> None:
    with closing(sqlite3.connect(":memory:")) as database:
        database.execute("SELECT x FROM nowhere")


def test_a_disk_that_fills_with_the_index_changes_nothing(
    copied: Path, target: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    release = (target / "current").resolve()
    monkeypatch.setattr(search, "write", _full)
    with pytest.raises(ReleaseError, match="disk is full; nothing was published"):
        _build(copied, target)
    assert (target / "current").resolve() == release


def test_a_disk_that_fills_with_the_history_leaves_the_new_release(
    copied: Path, target: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What is told is what is so: the release serves, and the next build takes note of it."""
    path = max((copied / "articles").iterdir()) / "article.yaml"
    path.write_text(path.read_text("utf-8") + "\n# changed\n", "utf-8")
    with monkeypatch.context() as patch:
        patch.setattr(history, "record", _full)
        with pytest.raises(ReleaseError, match=r"disk is full; \S+ is published, but its history"):
            _build(copied, target)
    assert _build(copied, target) == (target / "current").resolve()


def test_a_mistake_in_a_statement_is_no_full_disk(
    copied: Path, target: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(history, "record", _wrong)
    with pytest.raises(sqlite3.OperationalError, match="nowhere"):
        _build(copied, target)


def _command(folder: Path, target: Path, *more: str) -> list[str]:
    return [
        sys.executable, "-m", "graph.release.cli", "build", "--articles", str(folder / "articles"),
        "--entities", str(folder / "entities.csv"), "--background",
        str(folder / "background.yaml"), "--target", str(target), *more,
    ]  # fmt: skip


@pytest.fixture(scope="module")
def many(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """As many articles as are worth the start of workers, and a few more."""
    return _corpus(tmp_path_factory.mktemp("root"), "many", 15)


def test_a_release_is_the_same_bytes_however_it_was_built(many: Path, tmp_path: Path) -> None:
    """One process, several, taken up after a kill, article by article: the same release."""
    serial = _build(many, tmp_path / "serial", jobs=1)
    good = _bytes(serial)
    sources = releases.read(many / "articles", many / "entities.csv", many / "background.yaml")
    written = ox.parse(path=str(serial / "policyprov.nq"), format=ox.RdfFormat.N_QUADS)
    assert set(written) == set(sources.quads)
    assert _bytes(_build(many, tmp_path / "parallel", jobs=4)) == good
    assert _bytes(_resumed(many, tmp_path / "resumed")) == good
    _build(_corpus(tmp_path, "half", 8), tmp_path / "added")
    assert _bytes(_build(many, tmp_path / "added", jobs=3)) == good


def _resumed(many: Path, target: Path) -> Path:
    """A release whose build was killed while its workers were at it, and taken up again."""
    mark = f"POLICYPROV_TEST_{os.getpid()}"
    process = subprocess.Popen(
        _command(many, target, "--jobs", "2"), cwd=ROOT, env={**os.environ, mark: "1"},
        stdout=subprocess.DEVNULL,
    )  # fmt: skip
    while len(_entries(target)) < 3:
        assert process.poll() is None
        time.sleep(0.01)
    process.kill()
    process.wait()
    before = _entries(target)
    assert 3 <= len(before) < 14
    end = time.monotonic() + 20
    while list(_marked(mark)) and time.monotonic() < end:
        time.sleep(0.05)
    assert list(_marked(mark)) == []
    before = _entries(target)
    release = _build(many, target, jobs=2)
    assert before.items() <= _entries(target).items()
    return release


def _marked(name: str) -> Iterator[int]:
    """The processes that have this variable in their environment."""
    for path in Path("/proc").glob("[0-9]*/environ"):
        try:
            if f"{name}=".encode() in path.read_bytes():
                yield int(path.parent.name)
        except OSError:
            continue


_OTHER = {"dcterms:type": "c:document-type-decision", "pp:issuedBy": "agt:policyprov"}


@pytest.mark.parametrize("name", part.AGREED)
def test_a_document_told_otherwise_by_another_article_is_told(
    name: str, copied: Path, target: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """Its kind or its issuer: both are in the data, and the console names both places."""
    assert cli.main(_command(copied, target)[3:]) == 0
    assert "told otherwise" not in capsys.readouterr().out
    told = sorted(row for rows in _told(target, part.TOLD).values() for row in rows)
    same = groupby((row for row in told if row[1] == name), key=lambda row: row[0])
    document, ((first, *_), (other, values, _), *_) = next(
        (document, rows) for document, found in same if len(rows := [row[2:] for row in found]) > 1
    )
    (value,) = json.loads(values)
    path = copied / "articles" / other / "claims.yaml"
    key = name.removeprefix("pp:")
    claims = yaml.safe_load(path.read_text("utf-8"))
    for claim in claims["claims"]:
        for node in _nodes(claim["facts"], document):
            if node.get(key) == value:
                node[key] = _OTHER[name]
                # A link needs words for both of its ends.
                claim.setdefault("mention", {})[_OTHER[name]] = _words(claim["statedIn"])[-5:-1]
    path.write_text(yaml.safe_dump(claims, allow_unicode=True, sort_keys=False), "utf-8")
    assert cli.main(_command(copied, target)[3:]) == 0
    shown = capsys.readouterr().out
    (line,) = [line for line in shown.splitlines() if f"{document} has two {name}" in line]
    assert f"({first}/claims.yaml:" in line
    assert f"({other}/claims.yaml:" in line
    assert value in line


def _nodes(value: Any, name: str) -> Iterator[dict[str, Any]]:
    if isinstance(value, dict):
        if value.get("id") == name:
            yield value
        value = list(value.values())
    for each in value if isinstance(value, list) else ():
        yield from _nodes(each, name)


def _words(passages: Any) -> str:
    first = passages[0] if isinstance(passages, list) else passages
    quote = first["quote"]
    return str(quote[0] if isinstance(quote, list) else quote)


def test_spark_builds_the_same_bytes(many: Path, tmp_path: Path) -> None:
    """Two executors, each a process with a Java of its own, that share only the disk."""
    pytest.importorskip("pyspark", reason="the extra `spark` is not installed")
    good = _bytes(_build(many, tmp_path / "serial"))
    target = tmp_path / "spark"
    done = subprocess.run(
        _command(many, target, "--engine", "spark", "--master", "local-cluster[2,1,1024]"),
        cwd=ROOT, capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    assert _bytes((target / "current").resolve()) == good


def test_spark_without_java_is_told(many: Path, tmp_path: Path) -> None:
    with pytest.MonkeyPatch.context() as patched:
        patched.setenv("PATH", str(tmp_path))
        patched.delenv("JAVA_HOME", raising=False)
        with pytest.raises(ReleaseError, match="needs Java 17"):
            releases.build(tmp_path / "build", many / "articles", spark="local[1]")
