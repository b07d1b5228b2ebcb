"""The registry: a mapping of the rows of a file, of any size."""

import csv
import os
import subprocess
import sys
from pathlib import Path

import hypothesis.strategies as st
import pytest
from hypothesis import given, settings

from graph import source_files
from graph.errors import Errors, InputError
from graph.mapping import entities
from graph.mapping.entities import Consulted
from graph.paths import ROOT

_WORDS = st.text(st.characters(codec="utf-8", exclude_characters="\0"), max_size=6)
_ROWS = st.lists(
    st.tuples(st.from_regex("(agt|doc|plc):[a-c]{1,2}(-[0-9])?", fullmatch=True), _WORDS, _WORDS),
    max_size=12,
)


def _written(path: Path, rows: list[tuple[str, str, str]]) -> Path:
    with path.open("w", encoding="utf-8", newline="") as file:
        csv.writer(file).writerows([("name", "zh", "of", "en"), *((*row, "") for row in rows)])
    return path


@settings(deadline=None)
@given(rows=_ROWS)
def test_names_lead_to_their_rows_in_the_order_of_the_file(
    rows: list[tuple[str, str, str]], tmp_path_factory: pytest.TempPathFactory
) -> None:
    """A name or a key that stands twice is reported; the first row stays."""
    told, names, keys = Errors(), dict[str, tuple[str, str, str]](), set[tuple[str, str, str]]()
    twice = 0
    for row in rows:
        key = row[0][:3], entities.normalised(row[1]), entities.normalised(row[2])
        if row[0] in names or key in keys:
            twice += 1
        else:
            names[row[0]] = row
            keys.add(key)
    path = _written(tmp_path_factory.mktemp("registry") / "entities.csv", rows)
    found = entities.load(path, told.report)
    assert list(found) == list(names)
    assert len(found) == len(names)
    assert {name: (e.name, e.zh, e.of) for name, e in found.items()} == names
    assert len(told.found) == twice
    assert "agt:nobody" not in found


def test_what_is_consulted_is_remembered_with_what_is_missing(tmp_path: Path) -> None:
    known = entities.load(
        _written(tmp_path / "entities.csv", [("agt:a", "甲", ""), ("agt:b", "乙", "")])
    )
    asked = Consulted(known)
    assert asked["agt:a"].zh == "甲"
    assert asked.get("agt:c") is None
    assert asked.rows == {"agt:a": known["agt:a"], "agt:c": None}


def test_a_line_that_is_not_utf8_is_told_by_its_number(tmp_path: Path) -> None:
    path = tmp_path / "entities.csv"
    path.write_bytes("name,zh,of,en\nagt:a,甲,,\n".encode() + b"agt:b,\xff,,\n")
    with pytest.raises(InputError, match=r"entities\.csv:3: byte 6 is not UTF-8"):
        entities.load(path)


def _large(path: Path, things: int) -> Path:
    return _written(
        path, [(f"plc:{number}", f"第{number}号事物", "x" * 60) for number in range(things)]
    )


def test_a_registry_may_be_larger_than_a_file_of_an_article(tmp_path: Path) -> None:
    """It holds the things of all articles; beyond its own bound, the message says where that is."""
    path = _large(tmp_path / "entities.csv", 120_000)
    assert path.stat().st_size > source_files.LARGEST
    assert len(entities.load(path)) == 120_000
    os.truncate(path, entities.LARGEST + 1)
    with pytest.raises(InputError, match=r"(?s)at most 100000000 are read.*raise LARGEST in graph"):
        entities.load(path)


_PEAK = """
import resource, sys
from pathlib import Path
from graph.mapping import entities
assert entities.load(Path(sys.argv[1]))["plc:7"].zh == "第7号事物"
print(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss)
"""


def test_memory_does_not_grow_with_the_registry(tmp_path: Path) -> None:
    """For 100,000 things more, a process needs less than half of what the file grows by."""
    peaks, paths = [], [_large(tmp_path / f"{things}.csv", things) for things in (10_000, 110_000)]
    for path in paths:
        command = [sys.executable, "-c", _PEAK, str(path)]
        told = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=True)
        peaks.append(int(told.stdout) * 1024)
    assert peaks[1] - peaks[0] < (paths[1].stat().st_size - paths[0].stat().st_size) / 2
