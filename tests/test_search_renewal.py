"""Entries are put in among others where they rank, and taken out, as if all were written anew."""

import sqlite3
from collections.abc import Iterable, Sequence
from contextlib import closing
from pathlib import Path
from tempfile import TemporaryDirectory

import index_contents
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from graph.search import numbering, writer
from graph.search.entries import KINDS, PASSAGES, Entry
from graph.search.index import Index
from graph.search.tables import MARK, Tables, Told

IDS = "https://w3id.org/policyprov/id/"


def _entry(number: int, kind: str, claims: int, first: int) -> Entry:
    iri = f"{IDS}{kind}/x{number}"
    passage = kind == PASSAGES
    return Entry(
        iri=iri,
        kind=kind,
        labels={"zh": f"减负{number}号"},
        names=() if passage else (f"减负{number}号", "同名"),
        quote=f"第{number}句，为基层减负" if passage else "",
        claims=tuple(f"{IDS}claim/x{number}-{n}" for n in range(claims)),
        article=f"{IDS}article/x" if passage else "",
        spans=((first, first + 3, 0),) if passage else (),
        codes=(iri, f"{number}"),
        facets=frozenset({("kind", kind), ("year", str(2000 + claims))}),
    )


ENTRIES = st.lists(
    st.builds(
        _entry,
        st.integers(0, 400),
        st.sampled_from([*KINDS]),
        st.integers(0, 3),
        st.integers(0, 5),
    ),
    unique_by=lambda entry: entry.iri,
    max_size=60,
)


def _fresh(entries: Iterable[Entry], folder: Path) -> Path:
    path = folder / writer.NAME
    ranked = sorted(entries, key=lambda entry: Told.of(entry).rank)
    with closing(sqlite3.connect(path)) as connection:
        writer.fill(connection, ranked)
    return path


@settings(deadline=None)
@given(ENTRIES, ENTRIES, st.integers(1, 9), st.integers(2, 9))
def test_an_index_that_was_added_to_holds_what_one_written_at_once_holds(
    first: Sequence[Entry], later: Sequence[Entry], size: int, gap: int
) -> None:
    """Whatever is added in whatever parts, also where there is hardly room between two."""
    known = {entry.iri for entry in first}
    later = [entry for entry in later if entry.iri not in known]
    with (
        TemporaryDirectory() as one,
        TemporaryDirectory() as two,
        pytest.MonkeyPatch.context() as p,
    ):
        p.setattr(numbering, "GAP", gap)
        path = _fresh(first, Path(one))
        with closing(sqlite3.connect(path)) as connection:
            tables = Tables(connection)
            for start in range(0, len(later), size):
                numbering.place(tables, map(Told.of, later[start : start + size]))
            tables.close(packed=False)
        expected = _fresh([*first, *later], Path(two))
        assert index_contents.contents(path) == index_contents.contents(expected)


@settings(deadline=None)
@given(ENTRIES, st.data())
def test_what_is_taken_out_leaves_nothing_behind(
    entries: Sequence[Entry], data: st.DataObject
) -> None:
    iris = [entry.iri for entry in entries]
    gone = data.draw(st.sets(st.sampled_from(iris)) if iris else st.just(set()))
    with TemporaryDirectory() as one, TemporaryDirectory() as two:
        path = _fresh(entries, Path(one))
        with closing(sqlite3.connect(path)) as connection:
            tables = Tables(connection)
            for told in (Told.of(entry) for entry in entries if entry.iri in gone):
                number = tables.number(told.iri)
                assert number is not None
                assert tables.read(number) == told
                tables.take(number, told)
                assert tables.number(told.iri) is None
            tables.close(packed=False)
        expected = _fresh([each for each in entries if each.iri not in gone], Path(two))
        assert index_contents.contents(path) == index_contents.contents(expected)


def test_ties_go_by_the_iri(tmp_path: Path) -> None:
    """Equally told things of a kind are in the order of their IRIs, also where one came later."""
    entries = [_entry(number, "places", 1, 0) for number in (1, 3, 5)]
    path = _fresh(entries, tmp_path)
    with closing(sqlite3.connect(path)) as connection:
        tables = Tables(connection)
        numbering.place(tables, map(Told.of, (_entry(n, "places", 1, 0) for n in (2, 4, 6, 0))))
        tables.close(packed=False)
    order = [row[0] for row in index_contents.contents(path)["entry"]]
    assert order == [f"id/places/x{n}" for n in range(7)]


def test_entries_are_counted_off_by_marks(tmp_path: Path) -> None:
    """Lists of all entries go on wherever they are cut, whatever numbers entries have."""
    many = [_entry(number, "terms", 0, 0) for number in range(2 * MARK + 7)]
    _fresh(many, tmp_path)
    index = Index(tmp_path)
    assert index.total == len(many)
    expected = sorted(("terms", each.iri) for each in many)
    for size in (MARK, MARK + 1, 313):
        cuts = range(0, len(many), size)
        assert [row for at in cuts for row in index.numbered(at, at + size)] == expected
    assert index.numbered(len(many), len(many) + MARK) == []
