"""What holds of the system whatever articles there are: of one, of two, of five, without the first.

Every page that links lead to answers, every canned query runs, and search finds what is there.
"""

import re
from collections import Counter, deque
from html import unescape
from urllib.parse import urlencode

import published
import pytest
from flask.testing import FlaskClient
from gathered import DATA, SAMPLES, together

from graph import queries
from graph.mapping import genre
from graph.paths import ARTICLES
from graph.rdf.namespaces import IDS
from web.site.language import messages

NOTICES = DATA / "notices"
CASES = {
    "one": ((SAMPLES,), "broadcast-20220105"),
    "two": ((SAMPLES,), ""),
    "five": ((SAMPLES, NOTICES, ARTICLES), ""),
}
"""How many articles → the folders they are of, and the only one taken."""
_HREF = re.compile(r'(?:href|src)="(/[^"#]*)')
PAGE = {"Accept": "text/html"}
_EACH = 8
"""Pages of one kind that are opened."""


class Visitor:
    """Follows the links of a site, so many pages of each kind."""

    def __init__(self, client: FlaskClient) -> None:
        self.client = client
        self.opened: Counter[str] = Counter()
        self.wrong: list[str] = []
        self._seen: set[str] = set()

    def kind(self, path: str) -> str:
        """The rule of the application that a path belongs to."""
        adapter = self.client.application.url_map.bind("pages.example")
        return str(adapter.match(path.partition("?")[0])[0])

    def walk(self, *starts: str) -> None:
        """Open what these pages lead to, and what that leads to."""
        waiting = deque(starts)
        while waiting:
            path = waiting.popleft()
            kind = self.kind(path)
            if path in self._seen or self.opened[kind] >= _EACH:
                continue
            self._seen.add(path)
            self.opened[kind] += 1
            waiting += self._open(path)

    def _open(self, path: str) -> list[str]:
        with self.client.get(
            path, headers={"Accept": "text/html"}, follow_redirects=True
        ) as answer:
            if answer.status_code != 200:
                self.wrong.append(f"{path}: {answer.status_code}")
                return []
            if answer.mimetype != "text/html":
                return []
            return [unescape(link) for link in _HREF.findall(answer.get_data(as_text=True))]


@pytest.fixture(scope="module", params=CASES)
def site(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> FlaskClient:
    """A client of a release of these articles."""
    folders, only = CASES[request.param]
    room = tmp_path_factory.mktemp(request.param)
    sources = together(room / "articles", *folders, only=only)
    count = {"one": 1, "two": 2, "five": 4 + len(genre.folders(ARTICLES))}[request.param]
    assert len(genre.folders(sources.folder)) == count
    sources.build(room / "build")
    return published.made(room / "build" / "current").test_client()


@pytest.mark.slow
def test_every_kind_of_page_answers(site: FlaskClient) -> None:
    visitor = Visitor(site)
    visitor.walk("/?lang=en", "/?lang=zh", "/robots.txt", "/sitemap.xml")
    assert visitor.wrong == []
    assert len(visitor.opened) > 25, visitor.opened


@pytest.mark.slow
def test_every_canned_query_answers_as_it_stands_and_on_its_page(site: FlaskClient) -> None:
    wrong = []
    for name, query in queries.canned().items():
        answer = site.post("/sparql", data={"query": query.text})
        page = site.get(f"/queries/{name}", follow_redirects=True)
        if (answer.status_code, page.status_code) != (200, 200):
            wrong.append((name, answer.status_code, page.status_code))
    assert wrong == []


@pytest.mark.slow
def test_search_finds_what_is_there(site: FlaskClient) -> None:
    assert "清河县村级标牌" in site.get("/search?q=标牌").text


@pytest.mark.slow
def test_one_figure_told_differently_is_a_page_with_both_sources(site: FlaskClient) -> None:
    """Both quotes, both articles and the difference, where both articles are there."""
    asked = {"article": f"{IDS}article/broadcast-20220105", "lang": "en"}
    answer = site.get(f"/queries/figures-told-differently?{urlencode(asked)}", headers=PAGE)
    page = unescape(re.sub("<[^>]+>", "", answer.text))
    both = site.get("/reader/bulletin-20220110").status_code == 200
    assert ("2021年，清河县村级标牌320块，召开会议96次。" in page) is both
    assert ("主播：2021年，清河县村级标牌320块，召开会议98次。" in page) is both
    assert ("清河县2021年村级减负统计公报" in page) is both
    assert (messages()["question.none"]["en"] in page) is not both
