"""What notices say, on two notices written for the tests: duties, parties, dates, validity."""

import re
import shutil
from pathlib import Path

import published
import pyoxigraph as ox
import pytest
from gathered import problems, together

from graph.errors import InputError
from graph.queries import canned
from graph.rdf.namespaces import PREFIXES, shorten
from graph.rdf.store import in_memory
from graph.release import build
from graph.release.build import Sources
from graph.release.proof import conformance

NOTICES = Path(__file__).parent / "data" / "notices"


@pytest.fixture(scope="module")
def notices() -> Sources:
    """Both notices, as a build reads them."""
    return build.read(NOTICES, NOTICES / "entities.csv", NOTICES / "background.yaml")


@pytest.fixture(scope="module")
def dataset(notices: Sources) -> ox.Store:
    """Their dataset in memory."""
    return in_memory(notices.quads)


def rows(dataset: ox.Store, pattern: str) -> list[tuple[str, ...]]:
    """The values of a SELECT, row by row, sorted; IRIs as prefixed names."""
    found = dataset.query(f"SELECT DISTINCT {pattern}", prefixes=PREFIXES)
    assert isinstance(found, ox.QuerySolutions)
    names = [v.value for v in found.variables]
    return sorted(tuple(shorten(row[n].value) for n in names) for row in found)


@pytest.mark.slow
def test_every_check_passes(notices: Sources, dataset: ox.Store) -> None:
    assert problems(notices, NOTICES, dataset) == []
    assert conformance.consistency(notices.quads).passed


def test_an_article_that_is_a_document_prints_it(dataset: ox.Store) -> None:
    found = rows(dataset, "?a ?d { ?a pp:prints ?d . ?d a pp:PolicyDocument }")
    assert found == [
        ("art:gazette-20210203-1", "doc:qinghe-plates-notice"),
        ("art:gazette-20220608-1", "doc:qinghe-plates-amendment"),
    ]


@pytest.mark.slow
def test_the_page_of_a_document_leads_to_its_words_and_back(tmp_path: Path) -> None:
    """In both languages, and from no document whose words are nowhere here."""
    together(tmp_path / "articles", NOTICES).build(tmp_path / "build")
    client = published.made(tmp_path / "build" / "current").test_client()
    for lang, read, document in (
        ("en", "Read this document here", "The document it is"),
        ("zh", "在此阅读该文件全文", "所刊载的公文"),
    ):
        page = client.get(f"/page/document/qinghe-plates-notice?lang={lang}").text
        assert re.search(rf'<a [^>]*href="/reader/gazette-20210203-1[^>]*>{read}</a>', page)
        reader = client.get(f"/reader/gazette-20210203-1?lang={lang}").text
        assert re.search(rf'href="/id/document/qinghe-plates-notice[^>]*>{document}</a>', reader)
        other = client.get(f"/page/document/qinghe-list?lang={lang}")
        assert other.status_code == 200
        assert read not in other.text


@pytest.mark.parametrize(
    ("written", "told"),
    {
        "document: doc:nowhere": "unknown entity 'doc:nowhere'",
        "document: agt:gazette": "'agt:gazette' is no document",
        "document: [doc:qinghe-plates-notice]": "document",
    }.items(),
)
def test_a_document_that_is_none_is_refused(tmp_path: Path, written: str, told: str) -> None:
    shutil.copytree(NOTICES, tmp_path / "notices")
    path = tmp_path / "notices" / "gazette-20210203-1" / "article.yaml"
    text = path.read_text("utf-8")
    path.write_text(text.replace("document: doc:qinghe-plates-notice", written), "utf-8")
    with pytest.raises(InputError, match=re.escape(told)):
        build.read(tmp_path / "notices", NOTICES / "entities.csv", NOTICES / "background.yaml")


def test_who_approves_does_not_issue(dataset: ox.Store) -> None:
    """经清河县人民政府同意: the office issues, the government consents."""
    found = rows(dataset, "?i ?a { doc:qinghe-plates-notice pp:issuedBy ?i ; pp:approvedBy ?a }")
    assert found == [("agt:qinghe-government-office", "agt:qinghe-government")]


def test_signed_and_issued_are_two_dates(dataset: ox.Store) -> None:
    found = rows(
        dataset, "?s ?i { doc:qinghe-plates-notice dcterms:created ?s ; dcterms:issued ?i }"
    )
    assert found == [("2021-02-01", "2021-02-03")]


def test_a_duty_is_no_measure(dataset: ox.Store) -> None:
    duties = rows(dataset, "?o { ?o a pp:Obligation }")
    assert len(duties) == 3
    assert rows(dataset, "?m { ?m a pp:PolicyMeasure }") == []


def test_whatever_a_document_does_to_another_it_cites_it(dataset: ox.Store) -> None:
    """The narrower relations imply the wider one, which no claim states for them."""
    told = rows(dataset, "?o { GRAPH ?c { doc:qinghe-plates-notice pp:cites ?o } ?c a pp:Claim }")
    all_ = rows(dataset, "?o { doc:qinghe-plates-notice pp:cites ?o }")
    assert told == [("doc:qinghe-sign-standard",)]
    assert len(all_) == 4


def test_money_has_its_currency_and_its_year(dataset: ox.Store) -> None:
    found = rows(
        dataset, "?v ?t ?u ?p { ?o pp:value ?v ; pp:valueText ?t ; pp:unit ?u ; pp:during ?p }"
    )
    assert found == [("120000", "12万元", "c:unit-yuan", "per:2021")]


@pytest.mark.parametrize(
    ("document", "day", "grounds"),
    [
        ("qinghe-plates-notice", "2021-02-28", {"not-yet"}),
        ("qinghe-plates-notice", "2021-03-01", {"in-force"}),
        ("qinghe-plates-notice", "2022-07-01", {"in-force", "amended"}),
        ("qinghe-plates-notice", "2026-03-01", {"expired", "amended"}),
        ("qinghe-sign-standard", "2022-06-30", set()),
        ("qinghe-sign-standard", "2022-07-01", {"repealed"}),
        ("qinghe-plate-catalogue", "2022-07-01", {"replaced"}),
        ("qinghe-plate-rules", "2021-03-01", {"repealed"}),
    ],
)
def test_validity_is_derived_for_a_day(
    document: str, day: str, grounds: set[str], dataset: ox.Store
) -> None:
    """Each ground comes with the claim it rests on."""
    asked = {"document": f"{PREFIXES['doc']}{document}", "day": day}
    found = dataset.query(canned()["validity-of-document"].bound(asked))
    assert isinstance(found, ox.QuerySolutions)
    told = [(row["ground"].value, row["claim"]) for row in found]
    assert {ground for ground, _ in told} == grounds
    assert all(claim is not None for _, claim in told)


@pytest.mark.parametrize(
    ("old", "new", "says"),
    [
        ("inForce: per:2021-03-01--2026-02-28", "inForce: per:2021-03-01--", "is not printed"),
        ("inForce: per:2021-03-01--2026-02-28", "inForce: per:2021-03-01", "is not printed"),
        ("deadline: per:2021-03-31", "deadline: per:2021-03-30", "is not printed"),
        ("dcterms:created: 2021-02-01", "dcterms:created: 2021-02-02", "is not printed"),
    ],
)
def test_a_date_that_the_words_do_not_print_is_refused(
    old: str, new: str, says: str, tmp_path: Path
) -> None:
    folder = tmp_path / "gazette-20210203-1"
    folder.mkdir()
    for path in (NOTICES / folder.name).iterdir():
        text = path.read_text("utf-8")
        assert path.name != "claims.yaml" or old in text
        (folder / path.name).write_text(text.replace(old, new), "utf-8")
    with pytest.raises(InputError) as refused:
        build.read(tmp_path, NOTICES / "entities.csv", NOTICES / "background.yaml")
    assert says in refused.value.what
