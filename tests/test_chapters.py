"""A dump put together of what the last release holds is the one that is made from nothing."""

import gzip
import zlib
from collections.abc import Mapping, Sequence
from contextlib import ExitStack
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pyoxigraph import RdfFormat

from graph.rdf.joints import JOINTS, Taken
from graph.runs import chapters as cut
from graph.runs import pieces
from graph.runs.assembly import Order, put_together
from graph.runs.buckets import SEAM
from graph.runs.difference import difference
from graph.runs.files import Written
from graph.runs.pieces import StaleError

CODE, NAME, HEAD = "the code", "dump", b"# a dump\n\n"
GRAPHS = (b"", b"<g:1> {", b"<g:2> {")
STRETCHES = st.dictionaries(
    st.integers(0, 300),
    st.tuples(st.integers(0, 3), st.sampled_from(GRAPHS), st.sampled_from(GRAPHS)),
    max_size=120,
)
"""Where a stretch begins → how many lines it has, and the graphs that it begins and ends in."""
Stretches = Mapping[int, tuple[int, bytes, bytes]]


def _name(start: int, told: object) -> bytes:
    return b"%04d" % start + SEAM + b"%08x" % zlib.crc32(repr(told).encode())


def _order(folder: Path, stretches: Stretches, last: Path, known: Stretches) -> Order:
    """What a release is put together of: what is `known` is not made again."""
    spool = folder / "spool"
    for each in (spool, folder / pieces.FOLDER):
        each.mkdir(parents=True)
    with ExitStack() as opened:
        plan, fresh, _ = (
            opened.enter_context(path.open("wb"))
            for path in (folder / "plan", spool / NAME, spool / f"{NAME}{pieces.SHADOWS}")
        )
        for start, told in sorted(stretches.items()):
            name, (count, first, end) = _name(start, told), told
            plan.write(name + b"\n")
            if known.get(start) != told:
                body = b"".join(b"%d %d %s\n" % (start, n, first) for n in range(count))
                taken = Taken(b"", first, body, end) if count else None
                pieces.spooled(fresh, name, count, taken)
    return Order(folder, folder / "plan", (spool,), last, CODE)


def _made(
    folder: Path, stretches: Stretches, last: Path | None = None, known: Stretches | None = None
) -> Sequence[Written]:
    order = _order(folder, stretches, last or folder / "none", known or {})
    return put_together(order, NAME, JOINTS[RdfFormat.TRIG], HEAD)


@settings(deadline=None)
@given(STRETCHES, STRETCHES, st.sampled_from([1, 2, 32]))
def test_what_is_copied_is_what_would_be_made(
    before: Stretches, changes: Stretches, long: int
) -> None:
    """In chapters of any length: the dump, its packed form and the table of its pieces."""
    after = {**before, **changes}
    for gone in list(changes)[::3]:
        del after[gone]
    with TemporaryDirectory() as temporary, pytest.MonkeyPatch.context() as patch:
        patch.setattr(cut, "_LONG", long)
        last, added, anew = (Path(temporary) / name for name in ("last", "added", "anew"))
        _made(last, before)
        known = {start: told for start, told in before.items() if after.get(start) == told}
        told = _made(added, after, last, known)
        assert told == _made(anew, after)
        for name in (NAME, f"{NAME}.gz", f"{pieces.FOLDER}/{NAME}"):
            assert (added / name).read_bytes() == (anew / name).read_bytes()
        whole = (added / NAME).read_bytes()
        assert gzip.decompress((added / f"{NAME}.gz").read_bytes()) == whole
        assert told[0].triples == sum(count for count, *_ in after.values())


@settings(deadline=None)
@given(st.lists(st.integers(0, 2000), unique=True).map(sorted), st.sets(st.integers(0, 2000)))
def test_chapters_hold_all_stretches_and_go_by_what_they_hold(
    starts: Sequence[int], gone: set[int]
) -> None:
    names = [_name(start, start) for start in starts]
    rest = [_name(start, start) for start in starts if start not in gone]
    here, there = (dict(cut.chapters(iter(each))) for each in (names, rest))
    assert [name for each in here.values() for name in each] == names
    for name in here.keys() & there.keys():
        assert here[name] == there[name]


def _spoilt(path: Path, at: int) -> None:
    content = bytearray(path.read_bytes())
    content[at] ^= 1
    path.write_bytes(content)


@pytest.mark.parametrize("name", [NAME, f"{NAME}.gz", f"{pieces.FOLDER}/{NAME}"])
@pytest.mark.parametrize("where", [0.3, 0.5, 0.9])
def test_nothing_damaged_is_copied(name: str, where: float, tmp_path: Path) -> None:
    """A single bit is enough, wherever it is."""
    stretches = dict.fromkeys(range(300), (3, b"", b""))
    last = tmp_path / "last"
    _made(last, stretches)
    path = last / name
    _spoilt(path, int(path.stat().st_size * where))
    with pytest.raises(StaleError):
        _made(tmp_path / "new", stretches, last, stretches)


@settings(deadline=None)
@given(st.sets(st.integers(0, 400), max_size=99), st.sets(st.integers(0, 400), max_size=99))
def test_releases_differ_in_the_lines_that_one_of_them_has(one: set[int], two: set[int]) -> None:
    """However their lines are cut into stretches."""
    with TemporaryDirectory() as temporary:
        folders = []
        for side, (numbers, every) in enumerate(((one, 7), (two, 5))):
            folder = Path(temporary) / str(side)
            spool = folder / "spool"
            for each in (spool, folder / pieces.FOLDER):
                each.mkdir(parents=True)
            with (folder / "plan").open("wb") as plan, (spool / NAME).open("wb") as fresh:
                for start in range(0, 401, every):
                    held = sorted(n for n in numbers if start <= n < start + every)
                    body = b"".join(b"<x:s> <x:p> <x:%04d> .\n" % n for n in held)
                    name = _name(start, body)
                    plan.write(name + b"\n")
                    taken = Taken(b"", b"", body, b"") if held else None
                    pieces.spooled(fresh, name, len(held), taken)
            (spool / f"{NAME}{pieces.SHADOWS}").touch()
            order = Order(folder, folder / "plan", (spool,), folder / "none", CODE)
            put_together(order, NAME, JOINTS[RdfFormat.N_QUADS], b"")
            folders.append(folder)
        last, new = folders
        found = difference(last, new, NAME, 0, CODE)
        assert found is not None
        removed, added = (
            {int(str(quad.object)[3:-1]) for quad in each} for each in (found.removed, found.added)
        )
        assert (removed, added) == (one - two, two - one)
        assert difference(last, new, NAME, 0, "other code") is None
