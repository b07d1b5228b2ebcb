"""A draft of a new text: how it arrives, what is proposed, and that no release reads it."""

import os
import re
import shutil
import subprocess
import sys
from datetime import date
from pathlib import Path

import pytest
import yaml

from graph.draft import arrival, drafting, proposal
from graph.draft.arrival import Told
from graph.draft.drafting import Draft
from graph.draft.gate import Gate
from graph.draft.naming import Names, slug
from graph.errors import InputError
from graph.mapping import article, entities
from graph.paths import ROOT
from graph.release import build
from graph.release.cli import main

DATA = Path(__file__).parent / "data"
REGISTRY = DATA / "notices" / "entities.csv"
TOLD = Told(publisher="agt:gazette")


def arrived(articles: Path, text: str, day: str) -> Path:
    """The folder of an article made from one of the texts written for the tests."""
    return arrival.new(f"gazette-{day}-9", DATA / "drafts" / f"{text}.txt", articles, TOLD)


@pytest.fixture(scope="module", params=[("notice", "20211206"), ("report", "20211220")])
def made(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Draft:
    """The draft of a text."""
    folder = arrived(tmp_path_factory.mktemp("articles"), *request.param)
    return drafting.draft(article.load(folder), entities.load(REGISTRY))


def test_nothing_is_dropped_of_these_texts(made: Draft) -> None:
    assert made.proposals
    assert made.dropped == ()


def test_every_note_is_in_both_languages(made: Draft) -> None:
    """A build refuses one that is not: what is taken as it stands must pass."""
    claims = [
        claim for p, _ in made.proposals
        for claim in yaml.load(p.claim, yaml.BaseLoader)  # noqa: S506 - text only
    ]  # fmt: skip
    notes = [claim["rdfs:comment"] for claim in claims if "rdfs:comment" in claim]
    assert notes
    assert all(set(note) == {"en", "zh"} for note in notes)


def test_every_name_is_given_once(made: Draft) -> None:
    names = [p.id for p, _ in made.proposals]
    assert len(set(names)) == len(names)


def test_things_that_are_not_registered_are_listed(made: Draft) -> None:
    known = entities.load(REGISTRY)
    claims = "".join(p.claim for p, _ in made.proposals)
    assert made.unregistered
    assert all(e.name not in known and e.name in claims for e in made.unregistered)


def test_a_document_speaks_for_itself(tmp_path: Path) -> None:
    folder = arrived(tmp_path, "notice", "20211206")
    made = drafting.draft(article.load(folder), entities.load(REGISTRY))
    assert "saidBy: agt:gazette, " in (folder / "article.yaml").read_text("utf-8")
    issuer = "saidBy: agt:qinghe-government-office"
    assert {issuer in p.claim for p, f in made.proposals} == {True, False}
    spoken = re.findall(
        "^ *voice: (.*)$", "".join(p.claim for p, f in made.proposals), re.MULTILINE
    )
    assert set(spoken) == {"mapper"}
    (own,) = (p for p, f in made.proposals if f.fields.get("self"))
    assert "documentNumber: 清政办发〔2021〕15号" in own.claim
    assert "issuedBy" in own.claim
    assert own.quote == "清河县人民政府办公室关于做好\n2022年村级标牌清理工作的通知"
    (inferred,) = (p for p, _ in made.proposals if p.quote == "2月4日至10日")
    assert "文件标题中的年份" in inferred.claim
    (duty,) = (p for p, _ in made.proposals if p.quote.startswith("二、"))
    assert "deadline: per:2022-03-31" in duty.claim


def test_the_document_that_a_text_is_goes_by_one_name(tmp_path: Path) -> None:
    """As it is told, or registered, or else after its title; a report is none."""
    known = entities.load(REGISTRY)
    folder = arrived(tmp_path, "report", "20211220")
    assert article.load(folder).document is None
    text = DATA / "notices" / "gazette-20210203-1" / "article.txt"
    folder = arrival.new("gazette-20210203-9", text, tmp_path, TOLD, known)
    assert article.load(folder).document == "doc:qinghe-plates-notice"
    text = DATA / "drafts" / "notice.txt"
    told = Told(publisher="agt:gazette", document="doc:qinghe-cleaning")
    folder = arrival.new("gazette-20211206-1", text, tmp_path, told, known)
    made = drafting.draft(article.load(folder), known)
    assert made.dropped == ()
    assert "doc:qinghe-cleaning" in {e.name for e in made.unregistered}
    named = set(re.findall("doc:[a-z-]+", "".join(p.claim for p, _ in made.proposals)))
    assert named == {"doc:qinghe-cleaning", "doc:qinghe-list"}
    with pytest.raises(InputError, match="is no name of a document"):
        arrival.new("gazette-20211207-1", text, tmp_path / "b", Told("", "agt:x", document="通知"))


def test_a_title_is_rendered_by_whoever_brings_the_text(tmp_path: Path) -> None:
    """Titles that every document has are rendered anyway."""
    known, text = entities.load(REGISTRY), DATA / "notices" / "gazette-20210203-1" / "article.txt"
    told = Told(publisher="agt:gazette", label="Notice on plates: “fewer”")
    for name, given, wanted in [
        ("gazette-20210203-8", told, told.label),
        ("gazette-20210203-9", TOLD, ""),
    ]:
        made = article.load(arrival.new(name, text, tmp_path / name, given, known))
        assert made.gloss == made.section["head"].gloss == wanted
        assert made.section["body"].gloss == "Body"


def test_a_document_says_to_whom_by_whose_leave_and_after_what(tmp_path: Path) -> None:
    """Each in a claim with the words that say it, and with the title."""
    folder = arrived(tmp_path, "notice", "20211206")
    made = drafting.draft(article.load(folder), entities.load(REGISTRY))
    said = {f.fields["property"]: p.claim for p, f in made.proposals if p.kind == "relation"}
    assert set(said) == {"addressee", "implements", "approvedBy", "issuedBy"}
    assert re.findall(r"\{id: (agt:\S+),", said["addressee"]) == [
        "agt:qinghe-townships", "agt:qinghe-departments",
    ]  # fmt: skip
    assert "{quote: 为贯彻落实《清河县减负清单》}" in said["implements"]
    assert "approvedBy: {id: agt:qinghe-government," in said["approvedBy"]
    assert all("清河县人民政府办公室关于做好2022年" in claim for claim in said.values())


def test_what_a_line_dates_is_quoted_with_its_name(tmp_path: Path) -> None:
    text = tmp_path / "text"
    text.write_text(
        "清河县人民政府关于2022年集市的通知\n清政发〔2021〕15号\n一、早市：2月4日开市，共7天。2月3日（星期四）布置。\n",
        "utf-8",
    )
    folder = arrival.new("gazette-20211206-9", text, tmp_path / "articles", TOLD)
    made = drafting.draft(article.load(folder), entities.load(REGISTRY))
    dated = {p.quote: p.claim for p, _ in made.proposals if p.kind == "date"}
    assert "quote: 一、早市：2月4日开市\n" in dated["2月4日"]
    assert "quote: 2月3日（星期四）布置\n" in dated["2月3日"]


def test_all_claims_of_a_draft_are_proven_together(tmp_path: Path) -> None:
    """A release of the accepted claims builds: no two claims rest on one passage as one number."""
    folder = arrived(tmp_path, "report", "20211220")
    text, known = article.load(folder), entities.load(REGISTRY)
    made = drafting.draft(text, known)
    names = Names({**known, **{e.name: e for e in made.unregistered}})
    claims = "\n".join(p.claim for p, _ in made.proposals)
    one, _ = made.proposals[0]
    with Gate(text, names) as gate:
        refused = gate.refusal(proposal.Proposal(**{**vars(one), "claim": claims}))
    assert refused is not None
    assert refused.what == f"{len(made.proposals)} claims in one proposal"


def test_a_claim_that_invents_is_refused(tmp_path: Path) -> None:
    folder = arrived(tmp_path, "report", "20211220")
    text, known = article.load(folder), entities.load(REGISTRY)
    made = drafting.draft(text, known)
    (figure,) = (p for p, _ in made.proposals if p.quote == "近3万户")
    names = Names({**known, **{e.name: e for e in made.unregistered}})
    invented = {
        "value": figure.claim.replace("reads: 近3万户", "reads: 近3万户, value: 50000"),
        "words": figure.claim.replace("reads: 近3万户", "reads: 近5万户"),
        "date": figure.claim.replace("per:2020-11-30", "per:2020-10-31"),
        "term": figure.claim.replace("statisticType", "statisticKind"),
        "quote": figure.claim.replace("quote: ", "quote: 据悉"),
    }
    with Gate(text, names) as gate:
        assert gate.refusal(figure) is None
        for claim in invented.values():
            assert claim != figure.claim
            assert gate.refusal(proposal.Proposal(**{**vars(figure), "claim": claim})) is not None


def test_the_same_text_gives_the_same_draft_in_any_process(tmp_path: Path) -> None:
    """Whatever seed Python hashes with."""
    arrived(tmp_path, "notice", "20211206")
    name, drafts = "gazette-20211206-9", []
    for seed in ("1", "2"):
        command = [sys.executable, "-m", "graph.release.cli", "draft", name]
        command += ["--articles", str(tmp_path), "--entities", str(REGISTRY)]
        done = subprocess.run(
            command, cwd=ROOT, env=os.environ | {"PYTHONHASHSEED": seed}, check=True,
            capture_output=True, text=True,
        )  # fmt: skip
        assert "0 of" not in done.stdout
        drafts.append((tmp_path / name / proposal.NAME).read_bytes())
    assert drafts[0] == drafts[1]
    assert len(proposal.read(tmp_path / name)) == drafts[0].count(b"\n")


def test_no_release_reads_a_draft(tmp_path: Path) -> None:
    """A release is the same with a draft beside its article, or an article that is only drafted."""
    articles = tmp_path / "articles"
    shutil.copytree(DATA / "notices", articles)
    before = build.read(articles, REGISTRY, articles / "background.yaml").quads
    name = "gazette-20210203-1"
    assert main(["draft", name, "--articles", str(articles), "--entities", str(REGISTRY)]) == 0
    assert (articles / name / proposal.NAME).stat().st_size > 0
    assert build.read(articles, REGISTRY, articles / "background.yaml").quads == before


def test_an_article_that_is_not_there_is_told(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["draft", "gazette-20300101-1"]) == 1
    assert "policyprov article new gazette-20300101-1" in capsys.readouterr().err


ARRIVALS = {
    "not UTF-8": ("a-20210101-1", "减负".encode("gbk"), TOLD, "is not UTF-8"),
    "with BOM": ("a-20210101-1", "\ufeff减负".encode(), TOLD, "byte order mark"),
    "UTF-16": ("a-20210101-1", "减负".encode("utf-16"), TOLD, "byte order mark"),
    "CRLF": ("a-20210101-1", "减负\r\n".encode(), TOLD, "carriage return"),
    "NUL": ("a-20210101-1", "减\x00负".encode(), TOLD, r"U\+0000"),
    "empty": ("a-20210101-1", b"", TOLD, "no text"),
    "blank": ("a-20210101-1", b" \n\n", TOLD, "no text"),
    "10 MB": ("a-20210101-1", b"a" * 10_000_000, TOLD, "10000000 bytes"),
    "no day": ("a-1", b"a", TOLD, "is no day"),
    "an impossible day": ("a-20210231-1", b"a", TOLD, "'2021-02-31' is no day"),
    "nobody": ("a-20210101-1", b"a", Told(), "nobody is named"),
    "no body": ("a-20210101-1", b"a", Told(publisher="央视网"), "no name of a body"),
    "no name": ("../a", b"a", TOLD, "is no name"),
    "capitals": ("Notice_2018", b"a", TOLD, "is no name"),
}


@pytest.mark.parametrize(("name", "raw", "told", "what"), ARRIVALS.values(), ids=ARRIVALS)
def test_a_text_that_cannot_be_an_article_is_refused(
    tmp_path: Path, name: str, raw: bytes, told: Told, what: str
) -> None:
    """In one message, and nothing is written."""
    (tmp_path / "text").write_bytes(raw)
    articles = tmp_path / "articles"
    with pytest.raises(InputError, match=what):
        arrival.new(name, tmp_path / "text", articles, told)
    assert not articles.exists()


def test_a_text_that_is_mapped_already_is_refused(tmp_path: Path) -> None:
    arrived(tmp_path, "notice", "20211206")
    with pytest.raises(InputError, match="already mapped"):
        arrived(tmp_path, "notice", "20211207")
    with pytest.raises(InputError, match="there is an article of this name"):
        arrived(tmp_path, "notice", "20211206")


def test_the_publisher_is_that_of_the_other_articles_of_its_prefix(tmp_path: Path) -> None:
    arrived(tmp_path, "notice", "20211206")
    text = DATA / "drafts" / "report.txt"
    folder = arrival.new("gazette-20211220-1", text, tmp_path, Told())
    assert article.load(folder).publisher == "agt:gazette"
    assert date.fromisoformat(article.load(folder).issued) == date(2021, 12, 20)


def test_names_are_pinyin() -> None:
    assert slug("国务院办公厅") == "guo-wu-yuan-ban-gong-ting"
    assert slug("……") == "unnamed"
    assert len(slug("一" * 100)) <= 40
