"""A source that was changed: words go along where they stand, and nothing goes to other numbers."""

import csv
import shutil
from pathlib import Path

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from graph.draft import arrival, drafting, proposal, renewal
from graph.draft.anchors.folded import LOCKED, edges, fold, locked
from graph.draft.anchors.ladder import Ladder
from graph.draft.renewal import Renewal
from graph.errors import InputError
from graph.mapping import article, entities
from graph.release.cli import main

DATA = Path(__file__).parent / "data" / "drafts"
REGISTRY = DATA.parent / "notices" / "entities.csv"
TEXT = (DATA / "report.txt").read_text("utf-8")
NAME = "gazette-20211220-9"

ROWS = list(csv.DictReader((DATA / "renewals.csv").read_text("utf-8").splitlines()))


@pytest.mark.parametrize("row", ROWS, ids=[row["case"] for row in ROWS])
def test_words_are_found_or_lost(row: dict[str, str]) -> None:
    """`found` is empty of words that are lost."""
    start = row["old"].index(row["words"])
    there = Ladder(row["old"], row["new"]).find(start, start + len(row["words"]))
    told = (row["new"][there.start : there.end], there.how) if there else ("", "")
    assert told == (row["found"], row["how"])


def test_of_two_places_the_words_around_tell_which() -> None:
    old, new = "清理标牌。", "清点标牌。清理标牌。"
    found = Ladder(old, new).find(2, 4)
    assert found is not None
    assert found.start == 7


SPANS = st.tuples(st.integers(0, len(TEXT) - 1), st.integers(1, 40)).map(
    lambda at: (at[0], min(len(TEXT), at[0] + at[1]))
)


@given(SPANS)
def test_in_the_same_text_words_stay_or_are_told_to_stand_twice(span: tuple[int, int]) -> None:
    found = Ladder(TEXT, TEXT).find(*span)
    assert found is None or (found.start, found.end) == span or TEXT.count(TEXT[slice(*span)]) > 1


SIGNS = st.sampled_from("0123456789一二三万不近超%上下增减")


@settings(max_examples=400, deadline=None)
@given(span=SPANS, at=st.integers(0, len(TEXT) - 1), sign=SIGNS)
def test_words_never_go_to_other_numbers(span: tuple[int, int], at: int, sign: str) -> None:
    """Whatever one sign of the text is exchanged for: what is found says the same numbers."""
    assume(TEXT[at] != "\n")
    new = TEXT[:at] + sign + TEXT[at + 1 :]
    found = Ladder(TEXT, new).find(*span)
    if found is not None:
        words, there = TEXT[slice(*span)], new[found.start : found.end]
        assert locked(fold(words).text) == locked(fold(there).text)
        assert edges(TEXT, *span) == edges(new, found.start, found.end)


@given(st.text(max_size=30))
def test_folding_keeps_what_is_locked_and_its_place(text: str) -> None:
    folded = fold(text)
    assert len(folded.text) == len(folded.at)
    assert all(0 <= at < len(text) for at in folded.at)
    assert [c for c in text if c in LOCKED and not c.isspace() and c != "～"] == [
        folded.text[i] for i, at in enumerate(folded.at) if text[at] in LOCKED and text[at] != "～"
    ]  # fmt: skip


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """An article with a draft."""
    articles = tmp_path / "articles"
    made = arrival.new(NAME, DATA / "report.txt", articles, arrival.Told(publisher="agt:gazette"))
    drafted = drafting.draft(article.load(made), entities.load(REGISTRY))
    proposal.write(made, (each for each, _ in drafted.proposals))
    return made


def renewed(folder: Path, text: str) -> Renewal:
    """What becomes of the article with this text."""
    path, room = folder.parent.parent / "new.txt", folder.parent.parent / "room"
    path.write_text(text, "utf-8")
    shutil.rmtree(room, ignore_errors=True)
    room.mkdir()
    return renewal.renew(folder, path, entities.load(REGISTRY), room)


def test_a_new_number_is_lost_and_the_rest_goes_along(folder: Path) -> None:
    before = proposal.read(folder)
    made = renewed(folder, "更正\n" + TEXT.replace("近3万户", "近5万户"))
    # The claim of the hours quotes the households too: it names the day the sentence prints.
    assert {each.quote for each, _ in made.lost} == {"近3万户", "三个小时"}
    assert len(made.moved) == len(before) - 2
    assert {each.how for each in made.moved} == {"exact"}
    assert made.unread == (1,)


def test_what_is_written_is_read_again(folder: Path) -> None:
    """The text, its sum, its sections and its draft change together."""
    text = TEXT.replace("办事快了", "办事快了些")
    renewal.write(folder, renewed(folder, text))
    assert article.load(folder).text == text
    assert len(proposal.read(folder)) > 20
    assert not [p for p in folder.iterdir() if p.name.startswith(".")]


def test_the_command_only_tells_until_it_is_told_to_write(
    folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    new = folder.parent.parent / "new.txt"
    new.write_text(TEXT.replace("27.7%", "28.7%"), "utf-8")
    common = ["--articles", str(folder.parent), "--entities", str(REGISTRY)]
    before = {p.name: p.read_bytes() for p in folder.iterdir()}
    assert main(["article", "renew", NAME, "--text", str(new), *common]) == 0
    assert {p.name: p.read_bytes() for p in folder.iterdir()} == before
    told = capsys.readouterr().out
    assert "'27.7%': its words do not stand in the new text" in told
    assert "nothing is written" in told
    assert main(["article", "renew", NAME, "--text", str(new), "--write", *common]) == 0
    assert (folder / "article.txt").read_text("utf-8") == new.read_text("utf-8")
    with pytest.raises(InputError, match="the source already"):
        renewed(folder, new.read_text("utf-8"))


def test_another_text_altogether_is_no_renewal(folder: Path) -> None:
    with pytest.raises(InputError, match="nothing is left of the lines"):
        renewed(folder, "完全不同的文字。\n另一行。\n")
