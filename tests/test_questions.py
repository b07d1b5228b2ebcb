"""The pages of the canned queries: a question, what it is about, its answer in two languages."""

import html
import io
import re

import openpyxl
import published
import pyoxigraph as ox
import pytest
from flask.testing import FlaskClient

from graph.errors import RequestError
from graph.queries import canned
from graph.rdf.namespaces import expand
from web.site.language import LANGUAGES, TAGS, messages

PAGE = {"Accept": "text/html"}
ROW = re.compile(r"<tr>(<td.*?)</tr>", re.DOTALL)
CELL = re.compile(r'<td data-label="([^"]*)"[^>]*>(.*?)</td>', re.DOTALL)
OURS = re.compile(r"^(https://w3id.org/policyprov/id/|(agt|doc|mea|eff|evt|plc|prb):)\S+$")


@pytest.fixture(scope="module")
def client() -> FlaskClient:
    """A client of the application over the release."""
    return published.client()


def cells(page: str) -> list[dict[str, str]]:
    """The words of the rows of an answer, by the name of the column."""
    return [
        {
            label: html.unescape(re.sub(r"<[^>]+>", "", cell)).strip()
            for label, cell in CELL.findall(row)
        }
        for row in ROW.findall(page)
    ]


@pytest.mark.parametrize("lang", LANGUAGES)
@pytest.mark.parametrize("name", canned())
def test_every_question_is_a_page_with_its_answer(
    client: FlaskClient, name: str, lang: str
) -> None:
    """Question, explanation and answer in the language of the page; things by name, not by slug."""
    query = canned()[name]
    reply = client.get(f"/queries/{name}?lang={lang}", headers=PAGE)
    assert reply.status_code == 200
    assert query.summary[lang] in html.unescape(reply.text)
    data = client.get(f"/queries/{name}?format=json&lang={lang}").get_json(force=True)
    if query.form == "SELECT":
        rows = cells(reply.text)
        assert len(rows) == min(500, len(data["results"]["bindings"]))
        for shown, row in zip(rows, data["results"]["bindings"], strict=False):
            assert not {words for words in shown.values() if OURS.match(words)}
            for column in {"quote", "quote1", "quote2"} & row.keys():
                assert shown[messages()[f"answer.{column}"][lang]] == row[column]["value"].strip()
    elif query.form == "ASK":
        assert ("true" if data["boolean"] else "false") in reply.text


def test_every_column_has_a_name_in_both_languages() -> None:
    """Whatever a query answers, its columns are called something."""
    store = ox.Store()
    columns = {
        v.value
        for query in canned().values()
        for found in [store.query(query.text)]
        if isinstance(found, ox.QuerySolutions)
        for v in found.variables
    }
    assert columns
    assert not {f"answer.{column}" for column in columns} - messages().keys()
    tags = {query.tags[0] for query in canned().values()}
    assert not {f"query.tag.{tag}" for tag in tags} - messages().keys()


def test_the_list_leads_to_every_question(client: FlaskClient) -> None:
    page = client.get("/queries?lang=en", headers=PAGE).text
    for name, query in canned().items():
        assert f'href="/queries/{name}?lang=en"' in page
        assert html.escape(query.summary["en"], quote=False) in html.unescape(page)


def test_a_thing_is_chosen_by_its_name(client: FlaskClient) -> None:
    """The choices are things of the kind of the example; the one asked for stays chosen."""
    nanxun = "https://w3id.org/policyprov/id/case/nanxun"
    page = client.get(f"/queries/problem-measure-effect?case={nanxun}&lang=en", headers=PAGE).text
    choices = re.findall(r'<option value="([^"]+)"( selected)?>([^<]+)<', page)
    found = published.dataset().quads_for_pattern(
        None, expand("rdf:type"), expand("pp:LocalCase"), None
    )
    cases = {q.subject.value for q in found if isinstance(q.subject, ox.NamedNode)}
    assert {iri for iri, _, _ in choices} == cases
    assert [iri for iri, chosen, _ in choices if chosen] == [nanxun]
    assert cells(page)


def test_where_no_figure_is_told_differently_the_page_says_so(client: FlaskClient) -> None:
    article = expand("art:rmrb-20210111-11").value
    path = f"/queries/figures-told-differently?article={article}&lang=en"
    assert messages()["question.none"]["en"] in client.get(path, headers=PAGE).text


def test_an_unknown_thing_is_asked_for_all_the_same(client: FlaskClient) -> None:
    """An IRI that no list holds is among the choices, and the answer says that there is none."""
    reply = client.get("/queries/problem-measure-effect?case=urn:x&lang=en", headers=PAGE)
    assert reply.status_code == 200
    assert '<option value="urn:x" selected>' in reply.text
    assert messages()["question.none"]["en"] in reply.text


def test_the_language_of_labels_is_that_of_the_reader(client: FlaskClient) -> None:
    """By `lang`, else of the page and of Excel; a program that asks for none gets the file's."""
    body = "Political Bureau of the CPC Central Committee"
    english, chinese = {"Accept-Language": "en"}, {"Accept-Language": "zh"}
    assert body in client.get("/queries/meetings", headers={**PAGE, **english}).text
    assert body not in client.get("/queries/meetings", headers={**PAGE, **chinese}).text
    assert body in client.get("/queries/meetings.csv?lang=en").text
    assert body not in client.get("/queries/meetings.csv", headers=english).text
    assert 'LANG(?body) = "en"' in client.get("/queries/meetings.rq?lang=en").text
    for headers, held in ((english, True), (chinese, False)):
        book = openpyxl.load_workbook(
            io.BytesIO(client.get("/queries/meetings.xlsx", headers=headers).data)
        )
        values = {cell.value for line in book.active.iter_rows() for cell in line}
        assert (body in values) is held


def test_a_language_that_is_not_offered_is_refused(client: FlaskClient) -> None:
    assert client.get("/queries/meetings.csv?lang=fr").status_code == 400


def test_columns_of_an_excel_file_have_names(client: FlaskClient) -> None:
    """A question's in the reader's language; a query of one's own keeps its variables."""
    reply = client.get("/queries/measures-of-level.xlsx?lang=zh")
    head = [
        c.value for c in next(openpyxl.load_workbook(io.BytesIO(reply.data)).active.iter_rows())
    ]
    assert head[:2] == [messages()["answer.measure"]["zh"], messages()["answer.label"]["zh"]]
    own = {"query": "SELECT ?measure WHERE { ?measure a ?x } LIMIT 1", "format": "xlsx"}
    sheet = openpyxl.load_workbook(io.BytesIO(client.get("/sparql", query_string=own).data)).active
    assert [c.value for c in next(sheet.iter_rows())] == ["measure"]


@pytest.mark.parametrize("lang", LANGUAGES)
@pytest.mark.parametrize(
    ("path", "status", "kind"),
    [
        ("/nothing", 404, "unknown"),
        ("/queries/none", 404, "unknown"),
        ("/queries/meetings?article=%20", 400, "parameter"),
        ("/sparql?query=SELECT", 400, "query-syntax"),
        ("/search?kind=none", 400, "parameter"),
    ],
)
def test_an_error_is_a_page_like_any_other(
    client: FlaskClient, path: str, status: int, kind: str, lang: str
) -> None:
    """With menu and search, in the reader's language, and so is what went wrong."""
    reply = client.get(path, headers={**PAGE, "Accept-Language": lang})
    assert reply.status_code == status
    assert f"<h1>{messages()[f'problem.{kind}'][lang]}</h1>" in html.unescape(reply.text)
    assert f'<html lang="{TAGS[lang]}">' in reply.text
    assert 'class="menu"' in reply.text
    assert 'role="search"' in reply.text
    assert re.search(rf'<pre [^>]*lang="{TAGS[lang]}">', reply.text)


def test_every_kind_of_error_has_a_name_in_both_languages(client: FlaskClient) -> None:
    """The English one is that of the data; the page of all of them shows each."""
    page = html.unescape(client.get("/problems?lang=zh", headers=PAGE).text)
    kinds: tuple[type[RequestError], ...] = (RequestError, *RequestError.__subclasses__())
    for kind in kinds:
        assert messages()[f"problem.{kind.type}"]["en"] == kind.title
        assert messages()[f"problem.{kind.type}"]["zh"] in page
