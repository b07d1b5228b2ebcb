"""What the documents say is true: their queries run, their answers are the answers."""

import json
import re
from pathlib import Path

import jsonschema_rs
import pyoxigraph as ox
import pytest
import releases
from rdflib.query import ResultRow

from graph.draft import proposal
from graph.draft.intake.offer import SCHEMA
from graph.mapping.claim_reader import CLAIM_KEYS, PASSAGE_KEYS
from graph.paths import ARTICLES, ROOT
from graph.rdf.store import in_memory
from graph.release import build
from graph.release.cli import main

PAGES = sorted([*ROOT.glob("*.md"), *(ROOT / "docs").rglob("*.md")])
_ANSWERED = re.compile(r"```sparql\n(.*?)```\n+(\|.*?\n)\n", re.DOTALL)
_LINK = re.compile(r"\[[^\]]*\]\(([^)#:]+)\)")


@pytest.fixture(scope="module")
def dataset() -> ox.Store:
    """The dataset the documents talk about."""
    return in_memory(build.read().quads)


def answered() -> list[tuple[str, str, str]]:
    """Every SPARQL block that a table follows: file, query, table."""
    return [
        (page.name, query, table)
        for page in PAGES
        for query, table in _ANSWERED.findall(page.read_text("utf-8"))
    ]


def blocks(language: str) -> list[tuple[str, str]]:
    """Every fenced block of a language: file and text."""
    fence = re.compile(rf"```{language}\n(.*?)```", re.DOTALL)
    return [(p.name, text) for p in PAGES for text in fence.findall(p.read_text("utf-8"))]


def test_the_readme_answers_its_questions() -> None:
    """There are queries with answers to check."""
    assert len([1 for name, _, _ in answered() if name == "README.md"]) >= 2


@pytest.mark.parametrize(("page", "query", "table"), answered())
def test_a_printed_answer_is_the_answer(
    page: str, query: str, table: str, dataset: ox.Store
) -> None:
    """The table after a query holds exactly its rows."""
    assert page
    header, _, *lines = [
        tuple(cell.strip() for cell in line.strip("|\n").split("|")) for line in table.splitlines()
    ]
    found = dataset.query(query)
    assert isinstance(found, ox.QuerySolutions)
    assert header == tuple(v.value for v in found.variables)
    assert [tuple(row[name].value for name in header) for row in found] == lines


@pytest.mark.parametrize(("page", "query"), blocks("sparql"))
def test_a_printed_query_has_an_answer(page: str, query: str, dataset: ox.Store) -> None:
    """Every query in the documents runs on the dataset and finds something."""
    assert page
    found = dataset.query(query)
    assert found if isinstance(found, ox.QueryBoolean) else next(iter(found), None) is not None


@pytest.mark.parametrize("page", PAGES, ids=[p.name for p in PAGES])
def test_links_between_documents_lead_somewhere(page: Path) -> None:
    """A relative link names a file of the repository."""
    for target in _LINK.findall(page.read_text("utf-8")):
        assert (page.parent / target).exists(), target


def test_every_make_target_in_the_documents_exists() -> None:
    """`make x` in a document is a target of the Makefile."""
    targets = set(re.findall(r"^([a-z-]+):", (ROOT / "Makefile").read_text("utf-8"), re.MULTILINE))
    shown = re.compile(r"`make ([a-z -]+)|^make ([a-z-]+) ", re.MULTILINE)
    named = [
        (page.name, target)
        for page in PAGES
        for words in shown.findall(page.read_text("utf-8"))
        for target in "".join(words).split()
    ]
    assert {"serve", "test", "build", "check", "bench"} <= {target for _, target in named}
    assert not [(page, target) for page, target in named if target not in targets]


MAPPED = sorted(
    path
    for folder in (ARTICLES, ROOT / "tests" / "data" / "articles")
    for path in (*folder.rglob("*.yaml"), ROOT / "graph" / "background.yaml")
)


@pytest.mark.parametrize("example", [text for name, text in blocks("yaml") if name == "mapping.md"])
def test_an_example_of_the_mapping_is_part_of_a_mapping(example: str) -> None:
    """Every example stands, letter by letter, in a file that is built in the tests."""
    assert any(example in path.read_text("utf-8") for path in MAPPED)


def test_the_mapping_page_names_every_key() -> None:
    """What a claim may hold is told in the table of keys."""
    page = (ROOT / "docs" / "mapping.md").read_text("utf-8")
    assert not [key for key in CLAIM_KEYS | PASSAGE_KEYS if f"`{key}`" not in page]


def test_the_first_query_of_the_readme_runs_in_rdflib(dataset: ox.Store) -> None:
    """A second engine gives the rows that are printed."""
    _, query, table = next(each for each in answered() if each[0] == "README.md")
    data = releases.second(dataset)
    lines = [
        tuple(cell.strip() for cell in line.strip("|").split("|"))
        for line in table.splitlines()[2:]
    ]
    rows = data.query(query, use_store_provided=False)
    found = [tuple(map(str, row)) for row in rows if isinstance(row, ResultRow)]
    assert found == lines


def test_the_walk_through_a_draft_runs(tmp_path: Path) -> None:
    """The commands of docs/drafts.md, on a text written for the tests."""
    lines = "".join(text for name, text in blocks("sh") if name == "drafts.md")
    texts = ROOT / "tests" / "data" / "drafts"
    common = ["--articles", str(tmp_path), "--entities", str(texts.parent / "notices/entities.csv")]
    text = (texts / "report.txt").read_text("utf-8").replace("办事快", "办事更快")
    (tmp_path / "corrected.txt").write_text(text, "utf-8")
    for line in lines.splitlines():
        name, *words = [
            next((str(f / word) for f in (texts, tmp_path) if (f / word).is_file()), word)
            for word in line.split()
        ]
        assert name == "policyprov"
        assert main([*words, *common]) == 0
    rules = {p.rule for p in proposal.read(tmp_path / "gazette-20211220-9")}
    assert {"date/2", "figure/1", "model/1"} <= rules


def test_an_offer_in_the_documents_fits_its_schema() -> None:
    examples = [text for name, text in blocks("json") if name == "drafts.md"]
    schemas = [SCHEMA, proposal.SCHEMA]
    assert len(examples) == 2
    for text, path in zip(examples, schemas, strict=True):
        schema = jsonschema_rs.validator_for(json.loads(path.read_text("utf-8")))
        assert schema.is_valid(json.loads(text))
