"""What follows from several parts together: the same as from all at once, however they are cut."""

import tempfile
from itertools import product
from pathlib import Path

import hypothesis.strategies as st
import pyoxigraph as ox
import pytest
from hypothesis import given, settings

from graph.mapping import inference
from graph.rdf import order
from graph.rdf.namespaces import IDS, expand
from graph.rdf.vocabulary import vocabulary
from graph.runs import joining
from graph.runs.merge import JOINS

ONTOLOGY = vocabulary().ontology
PAIRS = sorted({each for pair in inference.joining(ONTOLOGY) for each in pair}, key=str)
_THINGS = [ox.NamedNode(f"{IDS}place/{number}") for number in range(7)]
_TRIPLES = st.sets(
    st.sampled_from([ox.Triple(*each) for each in product(_THINGS, PAIRS, _THINGS)]), max_size=24
)


def _lines(triples: set[ox.Triple]) -> list[bytes]:
    return sorted(order.line(ox.Quad(t.subject, t.predicate, t.object)) for t in triples)


def _together(parts: list[set[ox.Triple]], work: Path) -> list[bytes]:
    """What follows from these parts together, each of which has what follows from it alone."""
    folders = [work / str(number) for number in range(len(parts))]
    for folder, stated in zip(folders, parts, strict=True):
        folder.mkdir()
        known = {t for t in stated | inference.infer(stated, ONTOLOGY) if t.predicate in PAIRS}
        (folder / JOINS).write_bytes(b"".join(_lines(known)))
    return list(joining.together(folders, ONTOLOGY, work))


@pytest.mark.parametrize("batch", [1, 3, 4096])
@settings(deadline=None, max_examples=40)
@given(stated=_TRIPLES, parts=st.integers(1, 4), data=st.data())
def test_parts_and_what_follows_from_them_together_are_what_follows_from_all(
    batch: int, stated: set[ox.Triple], parts: int, data: st.DataObject
) -> None:
    """Chains over several parts and rounds, in batches of any size; each line once, in order."""
    cut: list[set[ox.Triple]] = [set() for _ in range(parts)]
    for triple in sorted(stated, key=str):
        cut[data.draw(st.integers(0, parts - 1))].add(triple)
    with pytest.MonkeyPatch.context() as patched, tempfile.TemporaryDirectory() as work:
        patched.setattr(joining, "_BATCH", batch)
        patched.setattr(joining, "_FILE", 300)
        found = _together(cut, Path(work))
    alone = set[ox.Triple]().union(*(each | inference.infer(each, ONTOLOGY) for each in cut))
    assert found == sorted(set(found))
    assert set(found) | set(_lines(alone)) == set(
        _lines(stated | inference.infer(stated, ONTOLOGY))
    )


def test_the_properties_that_join_are_those_of_two_part_axioms() -> None:
    within, through, actor = (expand(f"pp:{name}") for name in ("within", "issuedThrough", "actor"))
    assert {(within, within), (through, actor)} <= inference.joining(ONTOLOGY)


def test_a_chain_through_four_parts_needs_rounds(tmp_path: Path) -> None:
    within = expand("pp:within")
    parts = [{ox.Triple(_THINGS[at], within, _THINGS[at + 1])} for at in range(4)]
    found = _together(parts, tmp_path)
    ends = ox.Quad(_THINGS[0], within, _THINGS[4])
    assert order.line(ends) in found
