"""/search and the index pages, as people and as programs ask them."""

import csv
import io
import re
import shutil
import xml.etree.ElementTree as ET
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from urllib.parse import quote

import openpyxl
import published
import pytest
from flask.testing import FlaskClient

from graph.rdf.namespaces import DEFAULT, expand
from graph.search.entries import KINDS
from graph.search.index import Index
from graph.search.writer import NAME
from graph.settings import Settings
from server import create_app
from web.middleware.stack import EXTENSION
from web.search.browse import THINGS
from web.search.hits import COLUMNS
from web.site.options import options

PAGE = {"Accept": "text/html"}
TYPE = expand("rdf:type")
_SEARCH = "{http://a9.com/-/spec/opensearch/1.1/}"


@pytest.fixture(scope="module")
def client() -> FlaskClient:
    """A client of the application over the release."""
    return published.client()


def test_a_hit_has_its_sentence_marks_and_links(client: FlaskClient) -> None:
    page = client.get("/search?q=27.7%25&lang=zh", headers=PAGE).text
    assert '<mark class="hit">27.7%</mark>' in page
    assert f'href="/reader/{published.SLUG}?passage=' in page
    assert "/page/claim/" in page


def test_json_tells_what_was_found_and_where(client: FlaskClient) -> None:
    answer = client.get("/search?q=减负&kind=passages", headers={"Accept": "application/json"})
    found = answer.get_json()
    assert found["total"] == len(found["hits"]) + 20 * (found["pages"] - 1) or found["pages"] > 1
    assert {"kind", "voice", "speaker", "article"} <= found["facets"].keys()
    source = published.text()
    for hit in found["hits"]:
        assert tuple(hit) == COLUMNS
        assert hit["kind"] == "passages"
        if "减负" in hit["quote"] and "rmrb-20210111-11" in hit["iri"]:
            assert source[hit["start"] : hit["end"]] == "减负"


def test_csv_and_excel_hold_the_same_hits(client: FlaskClient) -> None:
    rows = list(csv.DictReader(io.StringIO(client.get("/search?q=南浔&format=csv").text)))
    book = openpyxl.load_workbook(io.BytesIO(client.get("/search?q=南浔&format=xlsx&lang=zh").data))
    _, *lines = book.active.iter_rows()
    assert [row["label"] for row in rows]
    assert len(rows) == len(lines)
    assert all(line[0].hyperlink for line in lines)


def test_pages_of_hits_join_to_the_whole(client: FlaskClient) -> None:
    first = client.get("/search?q=干部&format=json").get_json()
    irises = []
    for n in range(1, first["pages"] + 1):
        got = client.get(f"/search?q=干部&format=json&page={n}").get_json()
        irises += [hit["iri"] for hit in got["hits"]]
    assert len(irises) == len(set(irises)) == first["total"]
    beyond = client.get("/search?q=干部&format=json&page=99999999").get_json()
    assert beyond["page"] == first["pages"]


@pytest.mark.parametrize(
    ("query", "status"),
    [
        ("q=", 200),
        ("q=" + "a" * 10_000, 400),
        ("q=%00", 200),
        ("q=%ED%A0%80", 200),
        ("q=" + quote('" OR NEAR( *'), 200),
        ("q=" + quote("。，！"), 200),
        ("q=" + quote("'; DROP TABLE entry; --"), 200),
        ("q=a&kind=nonsense", 400),
        ("q=a&size=0", 400),
        ("q=a&size=9999", 400),
        ("q=a&page=-1", 200),
        ("q=a&format=nonsense", 400),
        ("q=a&" + "&".join(f"year={n}" for n in range(99)), 400),
    ],
)
def test_bad_input_is_answered_or_refused_in_words(
    client: FlaskClient, query: str, status: int
) -> None:
    answer = client.get(f"/search?{query}")
    assert answer.status_code == status
    if status == 400:
        assert answer.get_json()["detail"]


@pytest.mark.parametrize("text", ["南", "nanx", "jianfu", "3305", "中办"])
def test_type_ahead_offers_names_that_fit(client: FlaskClient, text: str) -> None:
    asked, names, kinds, links = client.get(f"/search/suggest?q={text}&lang=zh").get_json()
    assert asked == text
    assert names
    assert len(names) == len(kinds) == len(links)


def test_the_field_of_every_page_is_a_plain_form(client: FlaskClient) -> None:
    for path in ("/", "/reader", "/explore", "/query", "/dumps/", "/ontology", "/measures"):
        page = client.get(path, headers=PAGE).text
        assert re.search(r'<form class="seek" action="/search" method="get" role="search"', page)
        assert 'rel="search"' in page


def test_browsers_can_learn_to_search_here(client: FlaskClient) -> None:
    answer = client.get("/opensearch.xml")
    assert answer.mimetype == "application/opensearchdescription+xml"
    root = ET.fromstring(answer.data)  # noqa: S314 (our own)
    assert root.tag == f"{_SEARCH}OpenSearchDescription"
    assert 0 < len(root.findtext(f"{_SEARCH}ShortName", "")) <= 16
    for each in root.findall(f"{_SEARCH}Url"):
        address = each.attrib["template"].replace(published.PUBLIC, "")
        address = address.replace("{searchTerms}", "减负").replace("{startPage?}", "1")
        got = client.get(address, headers={"Accept": each.attrib["type"]})
        assert (got.status_code, got.mimetype) == (200, each.attrib["type"])


@pytest.mark.parametrize("lang", ["en", "zh"])
@pytest.mark.parametrize("kind", THINGS)
def test_every_kind_has_a_list(client: FlaskClient, kind: str, lang: str) -> None:
    path = {"problems": "policy-problems"}.get(kind, kind)
    answer = client.get(f"/{path}?lang={lang}", headers=PAGE)
    assert answer.status_code == 200
    assert "<h1>" in answer.text
    got = client.get(f"/{path}?format=json").get_json()
    stored = len(
        list(published.dataset().quads_for_pattern(None, TYPE, expand(KINDS[kind]), DEFAULT))
    )
    # A thing of two classes is listed under the first.
    assert got["total"] <= stored
    assert got["total"] >= stored * 0.5


def test_a_list_can_be_taken_as_excel(client: FlaskClient) -> None:
    book = openpyxl.load_workbook(io.BytesIO(client.get("/measures?format=xlsx&lang=en").data))
    head, *lines = book.active.iter_rows()
    assert [cell.value for cell in head][:2] == ["IRI", "Name"]
    assert len(lines) == client.get("/measures?format=json").get_json()["total"]
    for line in lines:
        assert line[1].hyperlink.target.startswith(f"{published.PUBLIC}/page/measure/")
        assert not any(str(cell.value or "").startswith("https://") for cell in line[1:])


def test_lists_are_sorted_by_name_and_by_year(client: FlaskClient) -> None:
    by_name = client.get("/places?sort=name&lang=en&format=json").get_json()["hits"]
    labels = [hit["label"].lower() for hit in by_name]
    # What has no English name stands by its sound between them.
    latin = [label for label in labels if not re.search("[\u3400-\u9fff]", label)]
    assert len(latin) > 10
    assert latin == sorted(latin)
    assert client.get("/places?sort=nonsense").status_code == 400


def test_the_tiles_of_the_home_page_lead_to_lists(client: FlaskClient) -> None:
    page = client.get("/?lang=en", headers=PAGE).text
    counts = page.partition('class="counts"')[2].partition("</ul>")[0]
    links = re.findall(r'href="([^"]+)"', counts)
    assert len(links) >= 6
    for link in links:
        assert client.get(link.replace("&amp;", "&"), headers=PAGE).status_code == 200


@pytest.fixture
def damaged(tmp_path: Path) -> Iterator[FlaskClient]:
    """A client of a release whose index is gone."""
    folder = tmp_path / "release"
    shutil.copytree(published.folder().resolve(), folder)
    (folder / NAME).unlink()
    app = create_app(Settings(release=folder, workers=1, spares=0, rate=0, log="off"))
    yield app.test_client()
    app.extensions[EXTENSION].pool.close()


def test_without_an_index_only_search_is_out_of_order(damaged: FlaskClient) -> None:
    for path in ("/search?q=减负", "/measures", "/search/suggest?q=南"):
        answer = damaged.get(path)
        assert answer.status_code == 503, path
        assert answer.get_json()["type"].endswith("#unavailable")
    for path in ("/", "/reader", "/explore/places", "/dumps/"):
        assert damaged.get(path, headers=PAGE).status_code == 200, path
    assert damaged.get("/sparql?query=ASK{}").status_code == 200


def test_words_of_a_canned_query_go_through_the_index(client: FlaskClient) -> None:
    text = client.get("/queries/quotes-containing.rq?words=減負").text
    assert re.search(r"VALUES \?words \{ (<https://w3id\.org/[^>]+> ?)+\} # parameter", text)
    answer = client.get("/queries/quotes-containing?words=減負&format=csv").text
    rows = list(csv.DictReader(io.StringIO(answer)))
    assert rows
    assert all("减负" in row["quote"] for row in rows)
    none = client.get("/queries/quotes-containing?words=没有这些文字&format=csv").text
    assert len(none.splitlines()) == 1
    given = client.get("/queries/quotes-containing?format=csv").text
    bound = client.get("/queries/quotes-containing?words=一票否决&format=csv").text
    assert set(given.splitlines()) <= set(bound.splitlines())


def test_leafing_through_hits_counts_them_once(
    client: FlaskClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Every further page of the same search costs its own hits and no more."""
    counted = []

    def counting(index: Index, *found: Any) -> Any:
        counted.append(found)
        return count(index, *found)

    count = Index._counted  # noqa: SLF001 - the dear part of a search
    monkeypatch.setattr(Index, "_counted", counting)
    pages = [
        client.get(f"/search?q=会&kind=passages&page={n}&size=10&format=json").get_json()
        for n in (1, 2, 3)
    ]
    assert len(counted) == 1
    assert pages[0]["facets"] == pages[1]["facets"]
    assert len({hit["iri"] for page in pages for hit in page["hits"]}) == 30


def test_the_options_of_a_list_are_escaped() -> None:
    assert options([("a", "x"), ('b"', "<y>")], 'b"') == (
        '<option value="a">x</option><option value="b&quot;" selected>&lt;y&gt;</option>'
    )


@pytest.mark.parametrize("path", ["/queries/effects", "/queries/meetings", "/explore/timeline"])
def test_answers_and_pictures_are_taken_as_excel(client: FlaskClient, path: str) -> None:
    answer = client.get(f"{path}?format=xlsx")
    assert answer.status_code == 200
    name = path.rpartition("/")[2]
    stem = f"{name}-rmrb-20210111-11" if path.startswith("/explore") else name
    assert f"{stem}.xlsx" in answer.headers["Content-Disposition"]
    rows = list(csv.reader(io.StringIO(client.get(f"{path}?format=csv").text)))
    head, *lines = openpyxl.load_workbook(io.BytesIO(answer.data)).active.iter_rows()
    assert len(head) == len(rows[0])
    if path.startswith("/queries"):  # a column is headed by its words, not by its variable
        assert all(
            cell.value[:1].isupper() or cell.value == name
            for cell, name in zip(head, rows[0], strict=True)
        )
    else:
        assert [cell.value for cell in head] == rows[0]
    assert len(lines) == len(rows) - 1
    if path.startswith("/queries"):
        claim = rows[0].index("claim")
        assert all(line[claim].hyperlink for line in lines)
        assert not any(str(line[claim].value).startswith(("http", "clm:")) for line in lines)


def test_an_ask_can_be_an_excel_file(client: FlaskClient) -> None:
    answer = client.get("/sparql?query=ASK{}&format=xlsx")
    rows = list(openpyxl.load_workbook(io.BytesIO(answer.data)).active.values)
    assert rows == [("boolean",), ("true",)]
