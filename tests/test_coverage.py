"""Coverage of each article by itself: what nobody quotes is listed, long quotes buy nothing."""

import hashlib
from dataclasses import replace
from pathlib import Path

import pytest

from graph.coverage import coverage
from graph.errors import CheckError, InputError
from graph.release import build, watching
from graph.release.build import Sources
from graph.release.cli import main

LINES = (
    "关于2022年放假安排的通知",
    "各科室于2022年1月4日报送名单。近期天气转凉。会议室已经粉刷。名单一式两份。",
)
HEAD = """title: {title}
publisher: agt:office
issued: 2021-12-20
sha256: {digest}
defaults: {{voice: document, saidBy: agt:office, confidence: high}}
sections:
  - {{slug: head, type: c:section-type-head, title: 通知, paragraphs: [1]}}
  - {{slug: body, type: c:section-type-body, title: 正文, paragraphs: [2]}}
{more}
"""
CLAIMS = """claims:
  - en: A notice.
    zh: 一则通知。
    quote: 关于2022年放假安排的通知
    facts:
      - {{id: doc:notice, type: PolicyDocument, dcterms:title: {{zh: 关于2022年放假安排的通知}},
         dcterms:type: c:document-type-notice}}
  - en: The departments hand in lists.
    zh: 各科室报送名单。
    quote: {quote}
    facts:
      - {{id: mea:lists, type: PolicyMeasure,
         implementedBy: {{id: agt:departments, type: ActorGroup}}}}
    mention: {{mea:lists: 报送名单}}
"""
REGISTRY = """name,zh,of,en
agt:office,办公室,,Office
agt:departments,各科室,,Departments
doc:notice,关于2022年放假安排的通知,,Notice
mea:lists,报送名单,,Handing in lists
"""
BACKGROUND = """groups:
  - source: known
    facts: [{id: agt:office, type: org:Organization}]
"""


def write(folder: Path, quote: str = LINES[1], more: str = "genre: official-document") -> Path:
    """A notice of two lines of our own, whose second claim quotes these words."""
    text = "\n".join(LINES) + "\n"
    article = folder / "articles" / "office-20211220"
    article.mkdir(parents=True)
    digest = hashlib.sha256(text.encode()).hexdigest()
    head = HEAD.format(title=LINES[0], digest=digest, more=more)
    files = {"article.txt": text, "article.yaml": head, "claims.yaml": CLAIMS.format(quote=quote)}
    for name, content in files.items():
        (article / name).write_text(content, "utf-8")
    (folder / "entities.csv").write_text(REGISTRY, "utf-8")
    (folder / "background.yaml").write_text(BACKGROUND, "utf-8")
    return folder


def paths(folder: Path) -> tuple[Path, Path, Path]:
    """Articles, registry and background of a folder."""
    return folder / "articles", folder / "entities.csv", folder / "background.yaml"


def read(folder: Path) -> Sources:
    """What a build reads from a folder."""
    return build.read(*paths(folder))


def test_a_document_needs_no_page_no_reprint_and_no_inventory(tmp_path: Path) -> None:
    """What its genre does not have is not asked for, and nothing is stated in its place."""
    sources = read(write(tmp_path))
    told = "\n".join(map(str, sources.quads))
    assert 'printPage> "' not in told
    assert "article-type-official-document" in told
    assert "The quoted text is its publisher's" in told


def test_a_press_page_is_asked_for_its_page(tmp_path: Path) -> None:
    with pytest.raises(InputError) as refused:
        read(write(tmp_path, more=""))
    what = [error.what for error in refused.value.each]
    # The voice of its claims is another genre's, which is told besides.
    assert sorted(each for each in what if "genre" not in each) == ["no page", "no reprint"]


@pytest.mark.parametrize(
    ("more", "says"),
    [
        ("genre: poem", "unknown code 'c:article-type-poem'"),
        ("genre: c:unit-item", "is a code of c:unit, and c:article-type is wanted here"),
        ("genre: broadcast\nstate: done", "the state 'done'"),
    ],
)
def test_an_unknown_genre_or_state_is_refused(more: str, says: str, tmp_path: Path) -> None:
    with pytest.raises(InputError) as refused:
        read(write(tmp_path, more=more))
    assert says in str(refused.value)


def test_a_long_quote_does_not_buy_coverage(tmp_path: Path) -> None:
    """Sentences of a quote that no fact needs are told with their line, and cover nothing."""
    (each,) = read(write(tmp_path)).mapped
    measured = coverage.measure(each)
    assert measured.unquoted == ()
    assert [(s.line, s.words) for _, s in measured.idle] == [
        (2, "近期天气转凉。会议室已经粉刷。名单一式两份。")
    ]
    assert measured.share == pytest.approx(32 / 54)


def test_a_complete_article_with_idle_quotes_is_not_published(tmp_path: Path) -> None:
    """The build names the share, each stretch with its line, and the way out."""
    folder = write(tmp_path)
    with pytest.raises(CheckError) as refused:
        build.build(tmp_path / "build", *paths(folder))
    told = str(refused.value)
    assert "office-20211220/article.txt: only 59.3% of the printed characters back a fact" in told
    assert "article.txt:2: '近期天气转凉。会议室已经粉刷。名单一式两份。' is quoted by" in told
    assert "state: partial" in told


def test_a_partial_article_is_published_and_lists_what_nobody_quotes(tmp_path: Path) -> None:
    folder = write(tmp_path, LINES[1][:17], "genre: official-document\nstate: partial")
    (each,) = read(folder).mapped
    assert [s.words for s in coverage.measure(each).unquoted] == [LINES[1][17:]]
    assert build.build(tmp_path / "build", *paths(folder)).is_dir()


def test_a_check_lists_what_a_partial_article_leaves_out(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """With its line; a watch of the article tells the same, and neither calls it a problem."""
    folder = write(tmp_path, LINES[1][:17], "genre: official-document\nstate: partial")
    named = zip(("--articles", "--entities", "--background"), map(str, paths(folder)), strict=True)
    assert main(["check", *(word for pair in named for word in pair)]) == 0
    shown = capsys.readouterr().out
    left = f"office-20211220/article.txt:2: no claim quotes '{LINES[1][17:]}'"
    assert f"unclaimed {left}" in shown
    assert "every check passed" in shown
    verdict = watching.prove(folder / "articles" / "office-20211220", folder / "entities.csv")
    assert verdict.sound
    assert verdict.told.endswith(left)


def test_what_an_article_leaves_out_is_listed_up_to_a_bound(tmp_path: Path) -> None:
    """So many stretches of so many characters, and how many more; a failed article lists all."""
    folder = write(tmp_path, LINES[1][:17], "genre: official-document\nstate: partial")
    (each,) = read(folder).mapped
    many = tuple(coverage.Stretch(line, "名单" * 200) for line in range(50))
    told = coverage.Coverage(1, 20001, many, ()).left(each)
    assert len(told) == coverage.LISTED + 1
    assert max(map(len, told)) < 120
    assert told[-1].endswith("30 more stretches that no fact rests on")
    complete = replace(each, article=replace(each.article, state="complete"))
    failed = coverage.Coverage(1, 20001, many, ())
    assert failed.left(complete) == ()
    assert len(failed.problems(complete)) == 51


def test_a_draft_is_not_read(tmp_path: Path) -> None:
    """Nothing of an article whose state is draft reaches a release, or stops one."""
    folder = write(tmp_path, "不在原文", "genre: official-document\nstate: draft")
    assert read(folder).mapped == ()
