"""Work over several processes comes back in its order, however it is handed out."""

import operator

import pytest

from graph.runs.crew import Crew


@pytest.mark.parametrize("jobs", [1, 2])
def test_more_pieces_than_are_handed_out_one_by_one(jobs: int) -> None:
    items = list(range(2503))
    told: list[tuple[int, int]] = []
    with Crew(jobs) as crew:
        found = crew.run(
            operator.neg, items, "work", lambda _, done=0, total=0: told.append((done, total)),
            worth=True,
        )  # fmt: skip
        assert crew.run(operator.neg, [], "nothing", lambda *_: None, worth=True) == []
    assert found == [-item for item in items]
    assert [done for done, _ in told] == sorted({done for done, _ in told})
    assert told[-1] == (2503, 2503)
