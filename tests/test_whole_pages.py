"""Pages are whole in both languages: words of the other are quoted, or stand by what they mean.

Every kind of page is walked (tests/data/page-kinds.yaml), with the answer of every question, over
the first article: somebody rendered what it prints in English, which no article has to have.
"""

import io
import re
from functools import cache

import openpyxl
import published
import pytest
import releases
import yaml
from flask.testing import FlaskClient
from pyoxigraph import Literal
from spoken import Line, Words, words

from graph.paths import ROOT
from graph.queries import canned
from graph.rdf import store
from graph.rdf.namespaces import expand

ROWS = yaml.safe_load((ROOT / "tests" / "data" / "page-kinds.yaml").read_text("utf-8"))
PAGES = tuple(
    dict.fromkeys(
        path.format(article=published.SLUG)
        for rows in ROWS.values()
        for row in rows
        for path in [row if isinstance(row, str) else row["path"]]
    )
)
ANSWERS = tuple(f"/queries/{name}" for name in sorted(canned()))
MORE = (
    *(f"/{kind}" for kind in ("articles", "documents", "effects", "figures", "changes", "events")),
    f"/page/section/{published.SLUG}-editor-note",
    f"/page/entry/{published.SLUG}-overview-1",
    "/page/event/survey-2020-09",
    "/page/document/notice-2019-03",
    "/page/measure/daoxian-3plus1",
    "/page/change/ae46335512f8-8a8ed6fa8fcd",
    "/sparql?prefixes=published&query=SELECT%20*%20WHERE%20%7B%3Fs%20dcterms%3Adescription%20%3Fo%7D",
)
"""Pages with what has no English name of its own."""
MARKS = re.compile(r"[\s“”‘’《》「」、，。；：！？（）()/·—…\-\[\]［］,.]+")
HAN = re.compile("[\u3400-\u9fff\uf900-\ufaff]")
ENGLISH = re.compile("[A-Za-z]{2}")
AS_STATED = (
    "/sparql", "/queries/accounts-of-event", "/queries/background-facts", "/queries/facts-about",
    "/queries/short-names",
)  # fmt: skip
"""Answers that are literals as they are stated, of any language, which stands beside them."""
IN_ENGLISH = ("/about/changelog",)
"""What is written in English, and says so at its head."""
EXAMPLE = "dd"
"""Where the ontology's page has the examples of a term: in the language each is written in."""
INLINE = ("a", "p")
"""What is a part of the line around it: a link of a sentence, a value among those of a property."""
PRINTED = ("pp:quote", "pp:correctedText", "oa:exact", "oa:bodyValue", "dcterms:title",
           "skos:notation", "skos:example", "pp:documentNumber")  # fmt: skip
OWN_LANGUAGE = frozenset({"中文"})
"""What a language calls itself, in the menu of languages and over a column of labels."""


@pytest.fixture(scope="module")
def client() -> FlaskClient:
    """A client of the application over the release of the first article."""
    return published.made(releases.first()).test_client()


def bare(text: str) -> str:
    """Words without blanks and punctuation, which are cut and joined where they are quoted."""
    return MARKS.sub("", text)


@cache
def printed() -> str:
    """All that articles print, as it stands and as it is read, and what examples quote."""
    first = store.read(releases.first() / "store")
    told = [
        quad.object.value
        for name in PRINTED
        for quad in first.quads_for_pattern(None, expand(name), None, None)
        if isinstance(quad.object, Literal)
    ]
    return "\n".join(bare(text) for text in {published.text(), *told})


def is_printed(text: str) -> bool:
    """Whether each piece of these words is printed; “…”, “/” and “→” leave words out."""
    pieces = (bare(piece) for piece in re.split("…| / | → ", text))
    return all(piece in printed() for piece in pieces)


def unquoted(text: str) -> str:
    """What of a plain text stands outside quotation marks, which may stand in each other."""
    depth, left = 0, []
    for character in text:
        depth += character in "“《"
        left += [] if depth else [character]
        depth -= character in "”》" and depth > 0
    return "".join(left)


def line_of(found: Words, path: str) -> Line:
    """What the words are read in; in the ontology's tables of codes, the row."""
    near = found.lines[0]
    if near.tag in INLINE and len(found.lines) > 1:
        near = found.lines[1]
    if near.tag == "td" and path == "/ontology":
        return next(line for line in found.lines if line.tag == "tr")
    return near


def wrong(found: Words, path: str) -> str:
    """What is wrong with Chinese words of an English page, or nothing."""
    if found.text in OWN_LANGUAGE:
        return ""
    if not found.markable:
        left = unquoted(found.text)
        return "" if not HAN.search(left) or ENGLISH.search(left) else "plain, and no English"
    if not found.language.startswith("zh"):
        return "not marked as Chinese"
    if path.startswith(AS_STATED):
        return ""
    if found.quoted:
        return "" if is_printed(found.text) else "quoted, but not printed"
    return "" if ENGLISH.search(line_of(found, path).english) else "beside no English"


@pytest.mark.parametrize(
    ("page", "what"),
    [
        ("<p>Section 编者按</p>", "not marked as Chinese"),
        ("<p>Section <span lang=zh>编者按</span></p>", ""),
        ("<p><span lang=zh>编者按</span></p>", "beside no English"),
        ("<p>One <a href=x><span lang=zh>编者按</span></a></p>", ""),
        ("<td><span lang=zh>编者按</span></td>", "beside no English"),
        (
            "<p><span lang=zh>编者按</span> <span class=tag>in Chinese</span></p>",
            "beside no English",
        ),
        ("<p><q lang=zh>编者按</q></p>", ""),
        ("<p><q lang=zh>本报讯龘</q></p>", "quoted, but not printed"),
        ("<title>编者按</title>", "plain, and no English"),
        ("<title>Editor's note “编者按”</title>", ""),
        ("<input placeholder=编者按>", "plain, and no English"),
    ],
)
def test_the_rule_tells_words_apart(page: str, what: str) -> None:
    (found,) = (found for found in words(page) if found.chinese)
    assert wrong(found, "/") == what


@pytest.mark.parametrize("path", [*PAGES, *ANSWERS, *MORE])
def test_an_english_page_is_english_but_for_what_it_quotes(client: FlaskClient, path: str) -> None:
    separator = "&" if "?" in path else "?"
    reply = client.get(f"{path}{separator}lang=en", headers={"Accept": "text/html"})
    assert reply.mimetype == "text/html"
    chinese = [found for found in words(reply.text) if found.chinese]
    assert [(what, found.text) for found in chinese if (what := wrong(found, path))] == []


def alone(found: Words, path: str) -> bool:
    """Whether an English phrase of a Chinese page stands beside nothing Chinese."""
    if not found.lines:
        return True
    if path == "/ontology" and found.lines[0].tag == EXAMPLE:
        return False
    return not line_of(found, path).chinese


@pytest.mark.parametrize("path", [*PAGES, *ANSWERS, *MORE])
def test_a_chinese_page_is_chinese(client: FlaskClient, path: str) -> None:
    """Names of programs and formats are no phrases; what is answered as it is stated stays so."""
    separator = "&" if "?" in path else "?"
    reply = client.get(f"{path}{separator}lang=zh", headers={"Accept": "text/html"})
    assert reply.mimetype == "text/html"
    english = [found for found in words(reply.text) if found.english]
    if path in IN_ENGLISH or path.startswith(AS_STATED):
        assert [found.text for found in english if not found.language.startswith("en")] == []
    else:
        assert [found.text for found in english if alone(found, path)] == []


@pytest.mark.parametrize("name", sorted(n for n, q in canned().items() if q.form == "SELECT"))
def test_an_excel_file_in_english_has_english_columns_and_names(
    client: FlaskClient, name: str
) -> None:
    """What is left in Chinese there is printed, or stands in a cell with English words."""
    reply = client.get(f"/queries/{name}.xlsx?lang=en")
    sheet = openpyxl.load_workbook(io.BytesIO(reply.data)).worksheets[0]
    head, *rows = sheet.iter_rows(values_only=True)
    assert [title for title in head if HAN.search(str(title))] == []
    cells = [cell for row in rows for cell in row if isinstance(cell, str) and HAN.search(cell)]
    left = [cell for cell in cells if not is_printed(cell) and not ENGLISH.search(cell)]
    assert left == [] or f"/queries/{name}" in AS_STATED
