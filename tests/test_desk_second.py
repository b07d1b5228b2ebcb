"""A second reading at the desk: blind, kept at once, and compared as a form is."""

import json
import re
import shutil
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from werkzeug.test import TestResponse

from desk.gate import Gate
from desk.second.answers import NAME, Lot, Reading
from desk.site import Desk, app
from desk.workbench import Order, Workbench
from graph.coverage.second_reading import FIELDS, Drawn
from graph.errors import DeskError
from graph.paths import ROOT

NOTICES = ROOT / "tests" / "data" / "notices"
SLUG = "gazette-20210203-1"
LOT = Lot("Ann", 7, 4)
HERE = f"/{SLUG}/second?reader=Ann&seed=7&count=4"


@pytest.fixture
def bench(tmp_path: Path) -> Workbench:
    """A notice, to change at will."""
    shutil.copy(NOTICES / "entities.csv", tmp_path / "entities.csv")
    shutil.copytree(NOTICES / SLUG, tmp_path / "articles" / SLUG)
    return Workbench(tmp_path / "articles" / SLUG, tmp_path / "entities.csv")


@pytest.fixture
def reading(bench: Workbench) -> Reading:
    """The way of a reader who has not begun."""
    return Reading(bench, LOT)


@pytest.fixture
def visit(bench: Workbench) -> Iterator[Any]:
    """Asks the desk as its own page does."""
    gate, registry = Gate(8125), bench.proofs.registry
    made = app(Desk(bench.folder.parent, registry), gate)
    base = f"http://127.0.0.1:{gate.port}"
    with made.test_client() as client:
        client.set_cookie(f"policyprov-desk-{gate.port}", gate.token, domain="127.0.0.1")

        def ask(path: str, form: dict[str, str] | None = None) -> TestResponse:
            headers = {"Origin": base, "Accept": "text/html"}
            method = "GET" if form is None else "POST"
            return client.open(path, method=method, data=form, base_url=base, headers=headers)

        yield ask


def own(reading: Reading, drawn: Drawn) -> dict[str, str]:
    """What the mapper would answer."""
    known, link = reading.bench.proofs.known, drawn.link
    return {
        "voice": drawn.claim.voice.removeprefix("c:voice-"),
        "confidence": drawn.claim.confidence.removeprefix("c:confidence-"),
        "speaker": known[drawn.claim.speakers[0]].zh,
        "subject": link.start[0].words if link.start else known[link.subject].zh,
        "object": link.end[0].words if link.end else known[link.object].zh,
    }


def test_the_mapper_agrees_with_itself_and_each_answer_is_on_disk(reading: Reading) -> None:
    for number, drawn in enumerate(reading.drawn, 1):
        assert reading.next == number
        reading.take(number, own(reading, drawn))
        lines = (reading.bench.folder / NAME).read_text("utf-8").splitlines()
        assert [json.loads(line)["number"] for line in lines] == list(range(1, number + 1))
    assert reading.next is None
    assert reading.agreement == dict.fromkeys(FIELDS, (4, 4))


def test_what_is_read_otherwise_counts_in_its_field_only(reading: Reading) -> None:
    for number, drawn in enumerate(reading.drawn, 1):
        told = own(reading, drawn)
        other = next(v for v in ("reporter", "direct") if v != told["voice"])
        reading.take(number, told | ({"voice": other, "object": "别的"} if number == 1 else {}))
    assert reading.agreement == dict.fromkeys(FIELDS, (4, 4)) | {
        "voice": (3, 4), "object": (3, 4),
    }  # fmt: skip


def test_the_last_answer_counts_and_each_reader_has_their_own(reading: Reading) -> None:
    told = own(reading, reading.drawn[0])
    reading.take(1, told | {"subject": "别的"})
    assert reading.agreement["subject"] == (0, 1)
    reading.take(1, told)
    assert reading.agreement["subject"] == (1, 1)
    assert Reading(reading.bench, replace(LOT, reader="Bo")).next == 1
    assert Reading(reading.bench, replace(LOT, seed=8)).next == 1


def test_a_claim_that_changed_since_is_asked_again(bench: Workbench, reading: Reading) -> None:
    for number, drawn in enumerate(reading.drawn, 1):
        reading.take(number, own(reading, drawn))
    gone = reading.drawn[0].claim
    state = bench.state()
    index = next(i for i, c in state.verdict.claims.items() if c.name == gone.name)
    bench.decide(Order("remove", state.revision, "w", index, 1))
    assert bench.state().verdict.findings == ()
    after = Reading(bench, LOT)
    again = {n for n, each in enumerate(after.drawn, 1) if each != reading.drawn[n - 1]}
    assert again
    assert set(after.answers) == set(range(1, 5)) - again


def test_claims_with_errors_are_not_read_again(bench: Workbench) -> None:
    path = bench.folder / "claims.yaml"
    path.write_text(path.read_text("utf-8").replace("c:voice-", "c:voices-", 1), "utf-8")
    with pytest.raises(DeskError, match="1 errors"):
        Reading(bench, LOT).drawn  # noqa: B018 - it is asked for


def test_the_page_gives_no_answer_away(visit: Any, reading: Reading) -> None:
    """Neither the name of the claim nor its label is in the page, and nothing is chosen."""
    page = visit(HERE).text
    claim = reading.drawn[0].claim
    assert claim.quote in page
    assert not any(words in page for words in (claim.name, claim.label["zh"], claim.label["en"]))
    assert not re.search(r"<option [^>]*selected", page)
    assert page.count('value=""') == 5


def test_one_sentence_after_another_and_back(visit: Any, reading: Reading) -> None:
    for number, drawn in enumerate(reading.drawn, 1):
        assert f"Sentence {number} of 4" in visit(HERE).text
        answer = visit(f"{HERE}&number={number}", own(reading, drawn))
        assert answer.status_code == 303
        assert answer.headers["Location"].endswith(HERE)
    done = visit(HERE).text
    assert done.count("4 of 4") == len(FIELDS)
    again = visit(f"{HERE}&number=2").text
    assert own(reading, reading.drawn[1])["subject"] in again
    assert "4 句已全部读完" in visit(HERE + "&lang=zh").text


@pytest.mark.parametrize(
    ("asked", "status", "said"),
    [
        ((f"/{SLUG}/second?reader=&seed=1&count=1", None), 400, "without a name"),
        ((f"/{SLUG}/second?reader={'x' * 41}&seed=1&count=1", None), 400, "without a name"),
        ((f"/{SLUG}/second?reader=a&seed=x&count=1", None), 400, "seed is"),
        ((f"/{SLUG}/second?reader=a&seed=1&count=0", None), 400, "count is"),
        ((f"/{SLUG}/second?reader=a&seed=1&count=201", None), 400, "count is"),
        ((f"/{SLUG}/second?reader=a&seed=1", None), 400, "count is"),
        ((f"{HERE}&number=9", None), 404, "no sentence 9"),
        ((f"{HERE}&number=1", {"voice": "loud"}), 422, "no code"),
        ((f"{HERE}&number=1", {}), 422, "no code"),
        ((f"{HERE}&number=0", {"voice": "direct"}), 400, "number is"),
        (("/other/second", None), 404, ""),
    ],
)  # fmt: skip
def test_what_is_asked_wrong_is_told(
    visit: Any, bench: Workbench, asked: tuple[Any, ...], status: int, said: str
) -> None:
    answer = visit(*asked)
    assert answer.status_code == status
    assert said in answer.text
    assert not (bench.folder / NAME).exists()


def test_too_long_an_answer_is_refused(reading: Reading) -> None:
    told = own(reading, reading.drawn[0])
    with pytest.raises(DeskError, match="200 characters"):
        reading.take(1, told | {"subject": "长" * 201})


def test_a_broken_line_is_told_with_its_number(visit: Any, bench: Workbench) -> None:
    (bench.folder / NAME).write_text("{}\n", "utf-8")
    answer = visit(HERE)
    assert answer.status_code == 422
    assert f"{SLUG}/{NAME}:1" in answer.text
