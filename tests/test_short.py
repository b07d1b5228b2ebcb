"""Claims written short map to the same, and say what they stand for."""

import shutil
from dataclasses import replace
from pathlib import Path

import pytest

from graph.authoring import shortening
from graph.errors import InputError
from graph.mapping import article, yaml_positions
from graph.mapping.short import claims, facts
from graph.paths import ARTICLES, ROOT
from graph.rdf.vocabulary import vocabulary
from graph.release import build, cli

DATA = Path(__file__).parent / "data"
SETS = [(ARTICLES, ROOT / "graph"), *((DATA / n, DATA / n) for n in ("articles", "notices"))]
EVERY = [(path.parent, registry) for root, registry in SETS for path in root.glob("*/claims.yaml")]


@pytest.mark.parametrize(("source", "registry"), EVERY, ids=[s.name for s, _ in EVERY])
def test_an_article_written_short_maps_to_the_same(
    source: Path, registry: Path, tmp_path: Path
) -> None:
    """Other lines, fewer of them, the same mapping; written short again, the same bytes."""
    folder = tmp_path / source.name
    shutil.copytree(source, folder)
    before = (folder / "claims.yaml").read_bytes()
    measured = shortening.shorten(folder, registry / "entities.csv", write=False)
    assert (folder / "claims.yaml").read_bytes() == before
    done = shortening.shorten(folder, registry / "entities.csv")
    assert done == measured
    assert done.after <= done.before
    once = (folder / "claims.yaml").read_bytes()
    assert shortening.shorten(folder, registry / "entities.csv").after == done.after
    assert (folder / "claims.yaml").read_bytes() == once


def test_both_forms_give_the_same_release(tmp_path: Path) -> None:
    """The name of a release is its content: two articles in both forms have one name."""
    folder = tmp_path / "articles"
    shutil.copytree(DATA / "articles", folder)
    files = (folder, folder / "entities.csv", folder / "background.yaml")
    long = build.build(tmp_path / "long", *files)
    for path in folder.glob("*/claims.yaml"):
        assert (
            cli.main(
                [
                    "shorten",
                    path.parent.name,
                    "--articles",
                    str(folder),
                    "--entities",
                    str(files[1]),
                ]
            )
            == 0
        )
    short = build.build(tmp_path / "short", *files)
    assert short.name == long.name


def test_the_first_article_takes_nine_lines_a_claim(capsys: pytest.CaptureFixture[str]) -> None:
    assert cli.main(["shorten", "rmrb-20210111-11", "--dry-run"]) == 0
    said = " ".join(capsys.readouterr().out.split())
    assert "280 claims; one took 9 lines at the median and would take 9" in said


SOURCE = article.load(DATA / "articles" / "gazette-20210111-1")


def written(text: str, tmp_path: Path) -> yaml_positions.Mapping:
    """A mapping as it is read from a file."""
    path = tmp_path / "x" / "claims.yaml"
    path.parent.mkdir(exist_ok=True)
    path.write_text(text, "utf-8")
    found = yaml_positions.load(path)
    assert isinstance(found, yaml_positions.Mapping)
    return found


@pytest.mark.parametrize(
    ("short", "full"),
    [
        ("{en: A., zh: 甲。}", {"rdfs:label": {"en": "A.", "zh": "甲。"}}),
        ("{quote: 甲, line: 3}", {"statedIn": {"quote": "甲", "line": "3"}}),
        (
            "{inferred: low}",
            {
                "voice": "c:voice-mapper", "saidBy": "agt:policyprov",
                "confidence": "c:confidence-low-inferred",
            },
        ),
        ("{direct: agt:x}", {"voice": "c:voice-direct", "saidBy": "agt:x"}),
        ("{voice: editor}", {"voice": "c:voice-editor"}),
    ],
)  # fmt: skip
def test_a_short_claim_is_written_out(short: str, full: dict[str, object], tmp_path: Path) -> None:
    assert claims.written_out(written(short, tmp_path), SOURCE) == full


@pytest.mark.parametrize(
    ("both", "says"),
    [
        ("{en: A., 'rdfs:label': {en: A.}}", "en and rdfs:label in one claim"),
        ("{quote: 甲, statedIn: {quote: 甲}}", "quote and statedIn in one claim"),
        ("{direct: agt:x, voice: editor}", "direct and voice in one claim"),
        ("{direct: agt:x, inferred: low}", "direct and inferred in one claim"),
        ("{inferred: [low]}", "inferred is no confidence"),
    ],
)
def test_a_claim_says_nothing_twice(both: str, says: str, tmp_path: Path) -> None:
    with pytest.raises(InputError, match=says):
        claims.written_out(written(both, tmp_path), SOURCE)


SIGNS = vocabulary().signs


@pytest.mark.parametrize(
    ("words", "value", "comparator", "unit"),
    [
        ("20项", "20", "exactly", "c:unit-item"),
        ("500多人", "500", "more-than", "c:unit-person"),
        ("近500名", "500", "nearly", "c:unit-person"),
        ("77.4%", "77.4", "exactly", "c:unit-percent"),
    ],
)
def test_a_figure_is_read_from_its_words(
    words: str, value: str, comparator: str, unit: str, tmp_path: Path
) -> None:
    full = facts.written_out(written(f"{{reads: {words}, scope: agt:x}}", tmp_path), {}, SIGNS)
    assert full == {
        "valueText": words, "value": value, "comparator": f"c:comparator-{comparator}",
        "unit": unit, "type": "Observation", "scope": "agt:x",
    }  # fmt: skip


@pytest.mark.parametrize(
    ("words", "says"),
    [
        ("从20项减至8项", "says 2 numbers"),
        ("很多项", "says 0 numbers"),
        ("7颗", "is the sign of 0 units"),
    ],
)
def test_words_of_no_one_number_are_refused(words: str, says: str, tmp_path: Path) -> None:
    with pytest.raises(InputError, match=says):
        facts.written_out(written(f"{{reads: {words}}}", tmp_path), {}, SIGNS)


def test_a_speaker_goes_with_its_voice(tmp_path: Path) -> None:
    """The speaker of a section's reporter is not that of another voice."""
    text = written("{defaults: {voice: reporter, saidBy: agt:x, confidence: high}}", tmp_path)
    source = replace(SOURCE, defaults=dict(text["defaults"]))
    quote = SOURCE.sections[0].paragraphs[0].text
    plain = claims.written_out(written(f"{{quote: {quote}}}", tmp_path), source)
    assert (plain["voice"], plain["saidBy"]) == ("c:voice-reporter", "agt:x")
    other = claims.written_out(written(f"{{quote: {quote}, voice: editor}}", tmp_path), source)
    assert "saidBy" not in other
    assert other["confidence"] == "c:confidence-high"
    mine = claims.written_out(written(f"{{quote: {quote}, voice: mapper}}", tmp_path), source)
    assert (mine["saidBy"], mine["confidence"]) == ("agt:policyprov", "c:confidence-high-inferred")
