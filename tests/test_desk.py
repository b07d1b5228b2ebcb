"""The desk: claims are decided on, proven, written, taken back; nothing typed by hand is lost."""

import json
import re
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from dataclasses import replace
from functools import partial
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest
import yaml
from gathered import SAMPLES
from hypothesis import given, settings
from hypothesis import strategies as st

from desk import blocks, form
from desk.completion import Completion
from desk.gate import Gate
from desk.journal import Journal
from desk.proofs import Proofs, Verdict
from desk.run import server
from desk.site import Desk, app, words
from desk.standing import Exchange
from desk.workbench import Order, State, Workbench
from graph.errors import DeskError, InputError
from graph.mapping import claim_reader
from graph.paths import ARTICLES, ROOT
from graph.rdf.vocabulary import vocabulary
from graph.release import watching
from graph.release.build import ENTITIES

NOTICES = ROOT / "tests" / "data" / "notices"
SLUG = "gazette-20210203-1"
EVERY = sorted([*ARTICLES.glob("*/claims.yaml"), *NOTICES.glob("*/claims.yaml")])


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """The folder of a notice, to change at will, beside its registry."""
    shutil.copy(NOTICES / "entities.csv", tmp_path / "entities.csv")
    shutil.copytree(NOTICES / SLUG, tmp_path / "articles" / SLUG)
    return tmp_path / "articles" / SLUG


@pytest.fixture
def bench(folder: Path) -> Workbench:
    """The workbench of that notice."""
    return opened(folder)


def opened(folder: Path) -> Workbench:
    """The workbench of an article, as a desk that is started opens it."""
    return Workbench(folder, folder.parent.parent / "entities.csv")


def propose(folder: Path, state: State, index: int, name: str = "p1") -> str:
    """Make a claim of the article a proposal, and take it out of the claims; its text."""
    claim = blocks.body(state.blocks.entries[index])
    row = {"id": name, "start": 0, "end": 4, "quote": "清河县人"}
    row |= {"kind": "policy_document", "rule": "test/1", "claim": claim}
    with (folder / "draft.jsonl").open("a", encoding="utf-8") as file:
        file.write(json.dumps(row, ensure_ascii=False) + "\n")
    return claim


def on_disk(folder: Path) -> str:
    """What claims.yaml holds."""
    return (folder / "claims.yaml").read_text("utf-8")


# ---- the file


@pytest.mark.parametrize("path", EVERY, ids=lambda p: p.parent.name)
def test_a_file_that_is_cut_is_whole_again(path: Path) -> None:
    text = path.read_text("utf-8")
    cut = blocks.cut(text, "claims.yaml")
    assert cut.text == text
    assert len(cut.entries) == len(yaml.safe_load(text)["claims"])


@pytest.mark.parametrize("path", EVERY, ids=lambda p: p.parent.name)
def test_a_claim_written_back_as_it_was_read_is_the_same_lines(path: Path) -> None:
    cut = blocks.cut(path.read_text("utf-8"), "claims.yaml")
    for entry in cut.entries:
        text = blocks.body(entry)
        assert form.written(form.read(text), text) == text
        assert cut.entry(text, blocks.lead(entry)) == entry


@pytest.mark.parametrize("path", EVERY, ids=lambda p: p.parent.name)
def test_a_claim_written_anew_says_the_same(path: Path) -> None:
    """Without the lines it was read from, only their layout may differ."""
    cut = blocks.cut(path.read_text("utf-8"), "claims.yaml")
    for entry in cut.entries:
        text = blocks.body(entry)
        if re.search("^(en|zh|quote|direct|reported|inferred):", text, re.MULTILINE):  # short
            assert form.read(form.written(form.read(text))) == form.read(text)
            continue
        anew, was = (
            yaml.load(each, yaml.BaseLoader)  # noqa: S506 - text only
            for each in (form.written(form.read(text)), text)
        )
        # One passage may stand in a list of its own.
        stated = was["statedIn"]
        was["statedIn"] = stated[0] if len(stated) == 1 else stated
        assert anew == was


def test_comments_belong_to_the_claim_below_and_stay() -> None:
    text = "# head\nclaims:\n\n  # one\n  - records: [A]\n\n  # two\n  - records: [B]  # b\n"
    text += "\nlater: 1\n"
    cut = blocks.cut(text, "f")
    assert [blocks.lead(e) for e in cut.entries] == ["\n  # one\n", "\n  # two\n"]
    done = cut.exchanged(0, cut.entries[:1], [cut.entry("records: [C]", "\n  # one\n")])
    assert done.text == text.replace("[A]", "[C]")
    assert done.tail == "\nlater: 1\n"


@pytest.mark.parametrize("text", ["claims:\n", "claims: []\n", "# c\nclaims:\n"])
def test_the_first_claim_finds_its_place(text: str) -> None:
    cut = blocks.cut(text, "f")
    assert cut.entries == ()
    done = cut.exchanged(0, (), [cut.entry("records: [A]\nfacts:\n  - id: x")])
    assert yaml.safe_load(done.text) == {"claims": [{"records": ["A"], "facts": [{"id": "x"}]}]}


@pytest.mark.parametrize("text", ["", "a: 1\n", "claims: [{a: 1}]\n", "claims: 3\n", "claims: [\n"])
def test_a_file_of_another_shape_is_refused(text: str) -> None:
    with pytest.raises(InputError):
        blocks.cut(text, "f")


_WORDS = st.text(
    st.characters(codec="utf-8", exclude_categories=("C", "Zl", "Zp")), min_size=1, max_size=30
).map(str.strip).filter(bool)  # fmt: skip


@settings(max_examples=200, deadline=None)
@given(zh=_WORDS, en=_WORDS, quote=_WORDS)
def test_whatever_is_typed_is_read_back(zh: str, en: str, quote: str) -> None:
    told = form.Form(
        label={"en": en, "zh": zh}, passages=({"quote": quote},), voice="c:voice-reporter",
        saidBy=("agt:a", "agt:b"), confidence="c:confidence-high", facts="- id: agt:a\n",
    )  # fmt: skip
    assert form.read(form.written(told)) == told


# ---- decisions


def test_accepting_a_proposal_writes_it_and_settles_it(folder: Path, bench: Workbench) -> None:
    before = on_disk(folder)
    claim = propose(folder, bench.state(), 0)
    state = bench.decide(Order("remove", bench.state().revision, "w", 0, 1))
    assert [p.id for p in state.proposals] == ["p1"]
    state = bench.decide(Order("accept", state.revision, "w", 0, 0, (claim,), ("p1",), 3.2))
    assert on_disk(folder) == before
    assert state.proposals == ()
    assert Journal(folder).settled == {"p1": "accept"}
    assert Journal(folder).figures()["seconds"] == 3.2


def test_a_proposal_taken_with_changes_counts_as_edited(folder: Path, bench: Workbench) -> None:
    claim = propose(folder, bench.state(), 0)
    state = bench.decide(Order("remove", bench.state().revision, "w", 0, 1))
    fields = form.read(claim)
    label = {**fields.label, "en": "Said otherwise."}
    changed = form.written(form.Form(**{**vars(fields), "label": label}), claim)
    bench.decide(Order("accept", state.revision, "w", 0, 0, (changed,), ("p1",)))
    assert Journal(folder).settled == {"p1": "edit"}
    assert "Said otherwise." in on_disk(folder)


def test_rejecting_keeps_the_claims_as_they_are(folder: Path, bench: Workbench) -> None:
    propose(folder, bench.state(), 0)
    before = on_disk(folder)
    state = bench.decide(Order("reject", bench.state().revision, "w", proposals=("p1",)))
    assert state.proposals == () and on_disk(folder) == before  # noqa: PT018 - one outcome
    assert [p.id for p in bench.undo(state.revision, "w").proposals] == ["p1"]


def test_undo_takes_back_one_decision_after_another(folder: Path, bench: Workbench) -> None:
    texts, state = [on_disk(folder)], bench.state()
    for index in (3, 0, 1):
        state = bench.decide(Order("remove", state.revision, "w", index, 1))
        texts.append(on_disk(folder))
    for text in reversed(texts[:-1]):
        state = bench.undo(state.revision, "w")
        assert on_disk(folder) == text
    with pytest.raises(DeskError, match="nothing was decided"):
        bench.undo(state.revision, "w")


def test_merge_and_split_are_each_others_way_back(bench: Workbench) -> None:
    state = bench.state()
    index = next(
        i for i, e in enumerate(state.blocks.entries)
        if len(form.facts_of(form.read(blocks.body(e)))) > 1
    )  # fmt: skip
    text = blocks.body(state.blocks.entries[index])
    parts = form.parted(form.read(text), [1], "9")
    two = (form.written(parts[0], text), form.written(parts[1]))
    split = bench.decide(Order("split", state.revision, "w", index, 1, two))
    assert len(split.blocks.entries) == len(state.blocks.entries) + 1
    assert not split.verdict.findings
    one = form.written(form.merged(map(form.read, two)), two[0])
    merged = bench.decide(Order("merge", split.revision, "w", index, 2, (one,)))
    facts = [form.facts_of(form.read(t)) for t in (one, text)]
    assert sorted(facts[0]) == sorted(facts[1])
    assert len(merged.blocks.entries) == len(state.blocks.entries)


def test_what_the_build_would_refuse_is_not_written(folder: Path, bench: Workbench) -> None:
    before, state = on_disk(folder), bench.state()
    text = blocks.body(state.blocks.entries[0]).replace("voice: c:voice-", "voice: c:voices-")
    with pytest.raises(DeskError, match="unknown code") as refused:
        bench.decide(Order("edit", state.revision, "w", 0, 1, (text,)))
    assert refused.value.status == 422
    assert on_disk(folder) == before
    assert not (folder / "journal.jsonl").exists()


def test_two_windows_do_not_overwrite_each_other(folder: Path, bench: Workbench) -> None:
    seen = bench.state().revision
    other = opened(folder)
    other.decide(Order("remove", seen, "second", 1, 1))
    now = on_disk(folder)
    with pytest.raises(DeskError, match="changed meanwhile") as late:
        bench.decide(Order("remove", seen, "first", 0, 1))
    assert late.value.status == 409
    assert on_disk(folder) == now


def test_a_change_by_hand_is_seen(folder: Path, bench: Workbench) -> None:
    seen = bench.state().revision
    (folder / "claims.yaml").write_text("# by hand\n" + on_disk(folder), "utf-8")
    with pytest.raises(DeskError, match="changed meanwhile"):
        bench.decide(Order("remove", seen, "w", 0, 1))
    assert bench.state().blocks.head.startswith("# by hand")


def test_comments_above_a_claim_that_goes_stay(folder: Path) -> None:
    cut = blocks.cut(on_disk(folder), "f")
    entries = list(cut.entries)
    entries[1] = "\n  # A note of the mapper.\n" + entries[1].lstrip("\n")
    (folder / "claims.yaml").write_text(cut.head + "".join(entries) + cut.tail, "utf-8")
    bench = opened(folder)
    before = on_disk(folder)
    state = bench.decide(Order("remove", bench.state().revision, "w", 1, 1))
    assert "# A note of the mapper." in on_disk(folder)
    bench.undo(state.revision, "w")
    assert on_disk(folder) == before


@pytest.mark.parametrize(
    ("order", "said"),
    [
        (Order("burn", "", "w"), "unknown action"),
        (Order("remove", "", "w", 0, 2), "takes away"),
        (Order("accept", "", "w", 0, 0, ("records: []",)), "without a proposal"),
    ],
    ids=["action", "count", "proposal"],
)
def test_an_order_that_does_not_fit_is_refused(bench: Workbench, order: Order, said: str) -> None:
    with pytest.raises(DeskError, match=said):
        bench.decide(order)


def test_a_row_of_the_registry_is_added_whole_or_not_at_all(folder: Path, bench: Workbench) -> None:
    registry = folder.parent.parent / "entities.csv"
    before = registry.read_text("utf-8")
    with pytest.raises(InputError):
        bench.register(
            [("agt:fresh", "新办", "", ""), ("agt:other", "清河县人民政府", "", "")], "w"
        )  # fmt: skip
    assert registry.read_text("utf-8") == before
    assert bench.register([("agt:fresh", "新办", "", "New Office")], "w") == ("agt:fresh",)
    assert registry.read_text("utf-8") == f"{before}agt:fresh,新办,,New Office\n"
    assert "agt:fresh" in bench.proofs.known
    with pytest.raises(DeskError, match="nothing was decided"):
        bench.undo(bench.state().revision, "w")


# ---- as one types

TYPED = {
    "nothing": ("", ""),
    "a key nobody knows": ("quote: ", "quotes: "),
    "an unknown code": ("c:indicator-", "c:indicators-"),
    "words that are not printed": ("quote: ", "quote: 并无此句"),
    "words that say something else": ("reads: ", "reads: 7"),
    "another number": ("value: ", "value: 7"),
    "another date": ("per:202", "per:201"),
    "what nobody registered": ("agt:", "agt:new-"),
    "no mention": ("mention:", "because:"),
    "another figure": ("figure: ", "figure: other-"),
}
"""What is typed into a claim: this for that."""
CLAIMED = [NOTICES / SLUG, *sorted(p.parent for p in SAMPLES.glob("*/claims.yaml"))]


def proofs(folder: Path) -> Proofs:
    """The proofs of an article of the tests, with the rules of the build."""
    return Proofs(folder, folder.parent / "entities.csv", watching.rules)


def said(found: Verdict, mine: range) -> list[tuple[str, str, int]]:
    """What is wrong with these claims by themselves."""
    return sorted(
        (f.what, f.remedy, f.line) for f in found.findings if f.index in mine and not f.whole
    )


@pytest.mark.parametrize("typed", TYPED)
def test_of_a_claim_that_changes_the_same_is_said_as_when_all_are_judged(typed: str) -> None:
    """Findings, links and things to register, on the same lines; only that claim is proven."""
    assert sum(map(partial(compared, *TYPED[typed]), CLAIMED))


def compared(old: str, new: str, folder: Path) -> int:
    """Type into each claim of an article in turn, and judge it both ways; in how many."""
    judged, tried = proofs(folder), 0
    before = blocks.cut(on_disk(folder), f"{folder.name}/claims.yaml")
    for index, entry in enumerate(before.entries):
        if old not in entry:
            continue
        written = entry.replace(old, new, 1) if new else entry + "    # typed\n"
        after, change = before.exchanged(index, [entry], [written]), Exchange(index, 1, 1)
        one, every = judged.glance(before, after, change), judged.judge(after)
        assert said(one, change.mine) == said(every, change.mine)
        assert [(m.name, m.row) for m in one.missing] == [(m.name, m.row) for m in every.missing]
        assert not one.whole
        if not every.findings:
            assert one.links[index] == every.links[index]
        tried += 1
    return tried


def test_a_claim_typed_twice_is_told_as_when_all_are_judged() -> None:
    """The second has the name of the first: the later one of the file is wrong."""
    judged = proofs(CLAIMED[0])
    before = blocks.cut(on_disk(CLAIMED[0]), f"{SLUG}/claims.yaml")
    for index, entry in enumerate(before.entries):
        after, change = before.exchanged(index + 1, (), [entry]), Exchange(index + 1, 0, 1)
        one, every = judged.glance(before, after, change), judged.judge(after)
        assert said(one, change.mine) == said(every, change.mine)
        assert "two claims rest on one passage" in one.of(index + 1)[0].what


def test_the_first_article_is_not_read_again_for_a_key(monkeypatch: pytest.MonkeyPatch) -> None:
    """Claims that stand are read once; each key reads and proves the one it changes."""
    (folder,) = ARTICLES.glob("rmrb-*")
    judged = Proofs(folder, ENTITIES)
    before = blocks.cut(on_disk(folder), f"{folder.name}/claims.yaml")
    read: list[int] = []
    singly = claim_reader.singly

    def counted(*given: Any) -> Any:
        found = singly(*given)
        read.append(len(found.claims))
        return found

    monkeypatch.setattr(claim_reader, "singly", counted)
    now = before
    for number in range(6):
        text = blocks.body(before.entries[100]) + f"# {number}\n"
        now = before.exchanged(100, before.entries[100:101], [before.entry(text)])
        assert judged.glance(before, now, Exchange(100, 1, 1)).links[100]
    assert read == [len(before.entries), *[1] * 6]
    # What was judged last is where the next decision begins: nothing is read but what it changes.
    judged.glance(now, now.exchanged(3, now.entries[3:4], []), Exchange(3, 1, 0))
    assert read[7:] == []


def test_what_was_judged_is_judged_again_over_a_registry_that_was_written(
    bench: Workbench,
) -> None:
    """A thing is registered between two keys: the same text is judged over what is known now."""
    judged, registry = bench.proofs, bench.proofs.registry
    before = bench.state().blocks
    entry = before.entries[0].replace("doc:qinghe-plates-notice", "doc:other-notice")
    assert entry != before.entries[0]
    after, change = before.exchanged(0, before.entries[:1], [entry]), Exchange(0, 1, 1)
    for asked in (judged.judge(after), judged.glance(before, after, change)):
        assert [m.name for m in asked.missing] == ["doc:other-notice"]
    row = "doc:other-notice,关于规范村级标牌管理的另一通知,清河县,Another notice\n"
    registry.write_text(registry.read_text("utf-8") + row, "utf-8")
    for asked in (judged.glance(before, after, change), judged.judge(after)):
        assert asked.missing == ()


def test_a_publisher_nobody_registered_is_told_with_any_claim(folder: Path) -> None:
    """Of the masthead the same is missing, whichever way a claim is judged."""
    path = folder / "article.yaml"
    path.write_text(
        path.read_text("utf-8").replace("publisher: agt:gazette", "publisher: agt:new-gazette"),
        "utf-8",
    )
    judged = Proofs(folder, folder.parent.parent / "entities.csv")
    before = blocks.cut(on_disk(folder), f"{SLUG}/claims.yaml")
    after = before.exchanged(0, before.entries[:1], [before.entries[0] + "    # typed\n"])
    for found in (judged.glance(before, after, Exchange(0, 1, 1)), judged.judge(after)):
        assert [m.name for m in found.missing] == ["agt:new-gazette"]
        assert [f.index for f in found.findings] == [None]


def test_a_document_nobody_registered_is_told_under_the_title(folder: Path) -> None:
    path = folder / "article.yaml"
    text = path.read_text("utf-8")
    path.write_text(text.replace("doc:qinghe-plates-notice", "doc:new-notice"), "utf-8")
    judged = Proofs(folder, folder.parent.parent / "entities.csv")
    found = judged.judge(blocks.cut(on_disk(folder), f"{SLUG}/claims.yaml")).missing
    assert [m.name for m in found] == ["doc:new-notice"]
    assert found[0].row == ("doc:new-notice", judged.article.title, "", "")


def test_the_rules_of_the_whole_follow() -> None:
    """A figure that lost its kind is proven by itself, and breaks a rule of the article."""
    folder = SAMPLES / "bulletin-20220110"
    judged = proofs(folder)
    before = blocks.cut(on_disk(folder), f"{folder.name}/claims.yaml")
    index, entry = next((i, e) for i, e in enumerate(before.entries) if "statisticType" in e)
    bare = entry.replace("statisticType: c:statistic-count, ", "", 1)
    after, change = before.exchanged(index, [entry], [bare]), Exchange(index, 1, 1)
    assert judged.glance(before, after, change).findings == ()
    assert [f.index for f in judged.judge(after).findings] == [index]
    assert judged.last(after).findings == judged.judge(after).findings


def test_a_decision_waits_for_no_rule_of_the_whole(bench: Workbench) -> None:
    """What stands after it is told at once, and that the whole was not judged; asked, it is."""
    state = bench.decide(Order("remove", bench.state().revision, "w", 2, 1))
    assert not state.verdict.whole
    assert state.verdict.claims.keys() == set(range(len(state.blocks.entries)))
    whole = bench.state()
    assert whole.verdict.whole
    assert {i: c.quote for i, c in whole.verdict.claims.items()} == {
        i: c.quote for i, c in state.verdict.claims.items()
    }


# ---- crashes

_KILLED = """
import os, signal, sys
from pathlib import Path
from desk.workbench import Order, Workbench
bench = Workbench(Path(sys.argv[1]), Path(sys.argv[2]))
state = bench.state()
bench._write = lambda text: os.kill(os.getpid(), signal.SIGKILL)
bench.decide(Order("remove", state.revision, "w", 2, 1))
"""


def test_a_decision_that_was_kept_is_carried_out_after_a_kill(folder: Path) -> None:
    """The journal is ahead of the file by one decision; opening the article finishes it."""
    before = on_disk(folder)
    done = subprocess.run(
        [sys.executable, "-c", _KILLED, str(folder), str(folder.parent.parent / "entities.csv")],
        cwd=ROOT, check=False,
    )  # fmt: skip
    assert done.returncode == -signal.SIGKILL
    assert on_disk(folder) == before
    state = opened(folder).state()
    cut = blocks.cut(before, "f")
    assert on_disk(folder) == cut.exchanged(2, cut.entries[2:3], ()).text
    opened(folder).undo(state.revision, "w")
    assert on_disk(folder) == before


def test_a_line_the_machine_did_not_finish_is_cut_off(folder: Path, bench: Workbench) -> None:
    bench.decide(Order("remove", bench.state().revision, "w", 2, 1))
    whole = (folder / "journal.jsonl").read_bytes()
    (folder / "journal.jsonl").write_bytes(whole + whole[: len(whole) // 2])
    assert len(Journal(folder).decisions) == 1
    assert (folder / "journal.jsonl").read_bytes() == whole


@pytest.mark.parametrize("line", ["{}", "[]", "x", '{"at": "", "action": "burn", "window": ""}'])
def test_a_broken_journal_is_told(folder: Path, line: str) -> None:
    (folder / "journal.jsonl").write_text(line + "\n", "utf-8")
    with pytest.raises(InputError) as told:
        opened(folder)
    assert told.value.where.line == 1


def test_a_broken_proposal_is_told(folder: Path, bench: Workbench) -> None:
    (folder / "draft.jsonl").write_text("[]\n", "utf-8")
    with pytest.raises(InputError) as told:
        bench.state()
    assert told.value.where.line == 1


# ---- completion


def test_what_may_stand_here_is_found_by_any_name(bench: Workbench) -> None:
    known = Completion(vocabulary(), bench.proofs.known, bench.proofs.article)
    name, entity = next((n, e) for n, e in bench.proofs.known.items() if n.startswith("agt:"))
    for typed in (name[:8], name.partition(":")[2], entity.zh, entity.en[:6]):
        assert name in [c.value for c in known.offered(typed, "saidBy")], typed
    assert "agt:qinghe-government" in [c.value for c in known.offered("qinghexian", "thing")]
    assert all(c.value.startswith("c:voice-") for c in known.offered("", "voice"))
    assert known.offered("", "any") == ()


# ---- the door


@pytest.fixture
def desk(folder: Path) -> Iterator[tuple[Any, Gate]]:
    """A client of the desk's own pages and its gate."""
    gate = Gate(8123)
    made = app(Desk(folder.parent, folder.parent.parent / "entities.csv"), gate)
    with made.test_client() as client:
        yield client, gate


def ask(desk: tuple[Any, Gate], path: str, method: str = "GET", **more: Any) -> Any:
    """A request as the desk's own page makes it."""
    client, gate = desk
    client.set_cookie(f"policyprov-desk-{gate.port}", gate.token, domain="127.0.0.1")
    base = f"http://127.0.0.1:{gate.port}"
    headers = {"Origin": base, "Accept": "application/json", **more.pop("headers", {})}
    headers = {name: value for name, value in headers.items() if value is not None}
    return client.open(
        path, method=method, base_url=more.pop("base", base), headers=headers, **more
    )


def test_the_token_opens_the_door_once_and_leaves_the_address(desk: tuple[Any, Gate]) -> None:
    client, gate = desk
    base = f"http://127.0.0.1:{gate.port}"
    shut = client.get("/", base_url=base)
    assert shut.status_code == 403
    let_in = client.get(f"/{SLUG}?token={gate.token}&lang=zh", base_url=base)
    assert (let_in.status_code, let_in.headers["Location"]) == (302, f"/{SLUG}?lang=zh")
    cookie = let_in.headers["Set-Cookie"]
    assert "HttpOnly" in cookie
    assert "SameSite=Strict" in cookie
    assert client.get(f"/{SLUG}", base_url=base).status_code == 200


@pytest.mark.parametrize(
    ("headers", "base", "method"),
    [
        ({}, "http://desk.example:8123", "GET"),
        ({}, "http://127.0.0.1:9999", "GET"),
        ({"Origin": "http://evil.example"}, None, "GET"),
        ({"Origin": "http://evil.example"}, None, "POST"),
        ({"Origin": "null"}, None, "POST"),
        ({"Origin": None}, None, "POST"),
    ],
    ids=["host", "port", "origin", "post-origin", "null-origin", "no-origin"],
)
def test_nobody_else_comes_in(
    desk: tuple[Any, Gate], headers: dict[str, str | None], base: str | None, method: str
) -> None:
    own = f"http://127.0.0.1:{desk[1].port}"
    path = f"/{SLUG}/decide" if method == "POST" else f"/{SLUG}"
    answer = ask(desk, path, method, headers=headers, base=base or own, json={})
    assert answer.status_code == 403


@pytest.mark.parametrize(
    ("path", "sent", "status"),
    [
        (f"/{SLUG}/decide", {}, 400),
        (f"/{SLUG}/decide", [], 400),
        (f"/{SLUG}/decide", {"action": "remove", "revision": "", "index": True, "count": 1}, 400),
        (f"/{SLUG}/decide", {"action": "remove", "revision": "", "index": 0, "count": 1}, 409),
        (f"/{SLUG}/decide", {"action": "add", "revision": "", "form": {"x": 1}}, 400),
        (f"/{SLUG}/decide", {"action": "add", "revision": "", "text": "- a: [", "count": 0}, 422),
        (f"/{SLUG}/judge", {"action": "add", "revision": "", "index": 999, "text": "a: b"}, 409),
        (f"/{SLUG}/merge", {"index": 999, "count": 2}, 400),
        (f"/{SLUG}/split", {"index": 0, "facts": []}, 422),
        (f"/{SLUG}/split", {"index": "0", "facts": []}, 409),
        ("/other/decide", {}, 404),
        (f"/{SLUG}/register", {"rows": []}, 400),
        (f"/{SLUG}/register", {"rows": [{"name": "agt:x"}]}, 400),
        (f"/{SLUG}/register", {"rows": [{"name": "x", "zh": "某", "of": "", "en": ""}]}, 422),
        (f"/{SLUG}/register", {"rows": [{"name": "agt:x", "zh": "", "of": "", "en": ""}]}, 422),
    ],
)
def test_what_is_sent_wrong_is_told(
    desk: tuple[Any, Gate], folder: Path, path: str, sent: Any, status: int
) -> None:
    before = on_disk(folder)
    answer = ask(desk, path, "POST", json=sent)
    assert answer.status_code == status, answer.text
    assert answer.json["what"]
    assert on_disk(folder) == before


_GROWING = "a: &a [x, x]\n" + "".join(
    f"{new}: &{new} [{', '.join([f'*{old}'] * 9)}]\n" for old, new in pairwise("abcdefghijkl")
)
"""A page of text that would be 2 · 9¹¹ values."""


@pytest.mark.parametrize("text", [_GROWING, "records: &a [*a]\n", "- &a [*a]\n- *a\n"])
@pytest.mark.parametrize("name", ["read", "judge", "decide"])
def test_a_text_that_grows_without_end_is_refused_at_once(
    desk: tuple[Any, Gate], folder: Path, name: str, text: str
) -> None:
    revision = ask(desk, f"/{SLUG}/state").json["revision"]
    sent = {"action": "add", "revision": revision, "index": 0, "count": 0, "text": text}
    before = on_disk(folder)
    answer = ask(desk, f"/{SLUG}/{name}", "POST", json=sent)
    assert answer.status_code in ((200,) if name == "read" else (422,))
    assert name == "read" or "an alias" in answer.json["what"]
    assert on_disk(folder) == before


def test_too_much_is_refused(desk: tuple[Any, Gate]) -> None:
    assert ask(desk, f"/{SLUG}/read", "POST", json={"text": "x" * (2 << 20)}).status_code == 413


@settings(max_examples=150, deadline=None)
@given(
    sent=st.dictionaries(
        st.sampled_from(["action", "revision", "index", "count", "text", "form", "before",
                         "proposals", "seconds", "facts", "window", "rows"]),
        st.recursive(
            st.none() | st.booleans() | st.integers() | st.text(max_size=20),
            lambda inner: st.lists(inner, max_size=3)
            | st.dictionaries(st.text(max_size=8), inner, max_size=3), max_leaves=6,
        ),
    ),
    name=st.sampled_from(["decide", "judge", "undo", "read", "merge", "split", "register"]),
)  # fmt: skip
def test_no_request_ends_in_a_traceback(
    tmp_path_factory: pytest.TempPathFactory, sent: dict[str, Any], name: str
) -> None:
    room = tmp_path_factory.getbasetemp() / "fuzzed-desk"
    if not room.exists():
        shutil.copytree(NOTICES, room)
    gate = Gate(8124)
    made = app(Desk(room, room / "entities.csv"), gate)
    made.testing = True
    with made.test_client() as client:
        answer = ask((client, gate), f"/{SLUG}/{name}", "POST", json=sent)
    assert answer.status_code in (200, 400, 404, 409, 413, 422)


def test_the_state_shows_every_word_once_in_reading_order(desk: tuple[Any, Gate]) -> None:
    found = ask(desk, f"/{SLUG}/state").json
    shown = "".join(
        run["text"]
        for leaf in found["leaves"] for paragraph in leaf["paragraphs"]
        for sentence in paragraph for run in sentence["runs"]
    )  # fmt: skip
    printed = (NOTICES / SLUG / "article.txt").read_text("utf-8")
    assert sorted(shown) == sorted(printed.replace("\n", ""))


def test_both_ends_of_a_link_are_shown(desk: tuple[Any, Gate]) -> None:
    text = (NOTICES / SLUG / "article.txt").read_text("utf-8")
    links = []
    for index in range(8):
        entry = ask(desk, f"/{SLUG}/entry?index={index}").json
        order = {"action": "judge", "revision": entry["revision"], "index": index, "count": 1}
        links += ask(desk, f"/{SLUG}/judge", "POST", json=order | {"text": entry["text"]}).json[
            "links"
        ]
    assert links
    for end in (end for link in links for end in (*link["start"], *link["end"])):
        assert "".join(text[a:b] for a, b in end["runs"]) == end["words"]


def test_every_word_has_both_languages() -> None:
    assert all(set(told) == {"en", "zh"} and all(told.values()) for told in words().values())


def test_every_word_is_used_and_every_used_word_is_there() -> None:
    folder = ROOT / "desk"
    pages = "".join(p.read_text("utf-8") for p in sorted(folder.glob("templates/*.html")))
    script = "".join(p.read_text("utf-8") for p in sorted(folder.glob("static/*.js")))
    for key in words():
        bare = key.removeprefix("js.")
        assert f'"{bare}"' in (script if key.startswith("js.") else pages), key


# ---- the command


@pytest.mark.parametrize("sent", [signal.SIGINT, signal.SIGTERM])
def test_the_command_serves_until_it_is_stopped(folder: Path, sent: signal.Signals) -> None:
    command = [
        str(Path(sys.executable).parent / "policyprov"), "desk", SLUG,
        "--articles", str(folder.parent), "--entities", str(folder.parent.parent / "entities.csv"),
    ]  # fmt: skip
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True, cwd=ROOT) as process:
        try:
            assert process.stdout is not None
            address = process.stdout.readline().strip()
            assert address.startswith("http://127.0.0.1:")
            assert f"/{SLUG}?token=" in address
            time.sleep(0.2)
            process.send_signal(sent)
            assert process.wait(20) == 0
        finally:
            process.kill()


@pytest.mark.parametrize("slug", ["nothing-here", None])
def test_an_article_that_is_not_there_is_told(tmp_path: Path, slug: str | None) -> None:
    with pytest.raises(DeskError, match="no article"):
        server(Desk(tmp_path, tmp_path, slug))


def test_a_taken_port_is_told(folder: Path) -> None:
    desk = Desk(folder.parent, folder.parent.parent / "entities.csv")
    first, gate = server(desk)
    try:
        with pytest.raises(DeskError, match="is taken"):
            server(desk, gate.port)
    finally:
        first.server_close()


SHORT = "records: [A]\nen: One.\nzh: 一。\nquote: 甲县\ndirect: agt:x\nfacts: [{id: agt:x}]\n"


def test_a_short_claim_fills_the_fields_and_stays_short() -> None:
    """What a field does not change stays as typed; what it changes is written out."""
    read = form.read(SHORT)
    assert (read.label, read.voice, read.saidBy) == (
        {"en": "One.", "zh": "一。"}, "c:voice-direct", ("agt:x",),
    )  # fmt: skip
    assert [p["quote"] for p in read.passages] == ["甲县"]
    assert form.written(read, SHORT) == SHORT
    other = form.written(replace(read, saidBy=("agt:y",)), SHORT)
    assert "voice: c:voice-direct\nsaidBy: agt:y\n" in other
    assert "direct:" not in other.replace("voice-direct", "")
    assert form.written(replace(read, records=("B",)), SHORT) == SHORT.replace("[A]", "[B]")


def test_a_short_inference_fills_its_confidence() -> None:
    text = SHORT.replace("direct: agt:x", "inferred: low")
    read = form.read(text)
    assert (read.voice, read.confidence) == ("c:voice-mapper", "c:confidence-low-inferred")
    assert form.written(read, text) == text
