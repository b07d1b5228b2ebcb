import gzip
import html
import re
from itertools import pairwise

import published
import pytest
from flask.testing import FlaskClient
from hypothesis import given, settings
from hypothesis import strategies as st
from published import SLUG
from pyoxigraph import Literal, NamedNode

from graph.rdf.namespaces import IDS, expand
from web.reader.highlights import Cutter, Mark, covered
from web.site import source_text

READER = f"/reader/{SLUG}"
FIRST, LAST, SOURCE = expand("oa:start"), expand("oa:end"), expand("oa:hasSource")


@pytest.fixture(scope="module")
def client() -> FlaskClient:
    """A client of the application over the release."""
    return published.client()


def body(page: str) -> str:
    """The article's part of a page."""
    return page[page.index('<header class="masthead"') : page.index('<aside class="panel"')]


def shown(page: str) -> str:
    """The words of the article as one text."""
    bare = re.sub(r'<sup class="noted">.*?</sup>|<h2 class="added">.*?</h2>', "", body(page))
    return html.unescape(re.sub(r"<[^>]+>|\s", "", bare))


def test_the_text_is_read_in_its_restored_order(client: FlaskClient) -> None:
    words = shown(client.get(f"{READER}?lang=zh").text)
    assert "牢固树立正确政绩观。" in words
    assert "“一票否决”、签订责任状事项和涉及及城市评选" not in words
    assert "“一票否决”、签订责任状事项和涉及城市评选评比表彰" in words


def test_every_printed_character_is_shown(client: FlaskClient) -> None:
    words = shown(client.get(f"{READER}?lang=zh").text)
    for line in published.text().split("\n"):
        assert re.sub(r"\s", "", line) in words


def test_every_span_of_evidence_has_an_anchor_and_marks(client: FlaskClient) -> None:
    page = client.get(READER).text
    anchors = set(re.findall(r'<span class="at" id="(c\d+-\d+)"', page))
    marks = {tuple(map(int, m)) for m in re.findall(r'data-c="(\d+)-(\d+)"', page)}
    spans = set()
    source = NamedNode(f"{IDS}source/{SLUG}")
    of_article = {
        q.subject for q in published.dataset().quads_for_pattern(None, SOURCE, source, None)
    }
    begun = {q.subject for q in published.dataset().quads_for_pattern(None, FIRST, None, None)}
    for span in begun & of_article:
        [first], [last] = (
            {q.object for q in published.dataset().quads_for_pattern(span, edge, None, None)}
            for edge in (FIRST, LAST)
        )
        assert isinstance(first, Literal)
        assert isinstance(last, Literal)
        spans.add((int(first.value), int(last.value)))
    assert {f"c{start}-{end}" for start, end in spans} == anchors
    edges = {edge for mark in marks for edge in mark}
    for start, end in spans:
        # The text is cut where evidence begins and ends, or a paragraph does.
        assert start in edges
        assert end in edges


def test_marks_lead_to_their_claims(client: FlaskClient) -> None:
    page = client.get(READER).text
    targets = set(re.findall(r'<mark[^>]*><a href="#(p-\w+)"', page))
    assert targets
    assert targets <= set(re.findall(r'<li id="(p-\w+)"', page))


def test_ids_are_unique(client: FlaskClient) -> None:
    ids = re.findall(r'\sid="([^"]+)"', client.get(READER).text)
    assert len(ids) == len(set(ids))


def test_a_passage_is_lit_without_scripts(client: FlaskClient) -> None:
    page = client.get(f"{READER}?passage=0ddffad1&lang=en").text
    lit = re.findall(r'<mark class="[^"]*\blit\b[^"]*" data-c="(\d+)-(\d+)"', page)
    assert lit[0][0] == "1081"
    assert lit[-1][1] == "1139"


def test_filters_work_without_scripts(client: FlaskClient) -> None:
    every = client.get(READER).text
    some = client.get(f"{READER}?voice=direct&kind=figures").text
    marks = re.compile(r'<mark class="([^"]*)" data-c')
    assert " off" not in "".join(marks.findall(every))
    on = [m for m in marks.findall(some) if "off" not in m.split()]
    assert on
    assert len(on) < len(marks.findall(some)) / 4
    hidden = re.findall(r'<li id="p-\w+"[^>]* hidden', some)
    assert 0 < len(hidden) < len(re.findall(r'<li id="p-\w+"', some))


@pytest.mark.parametrize("query", ["voice=loud", "kind=unicorns"])
def test_unknown_filters_are_refused(client: FlaskClient, query: str) -> None:
    assert client.get(f"{READER}?{query}").status_code == 400


def test_coverage_and_checksum_are_shown(client: FlaskClient) -> None:
    page = client.get(f"{READER}?lang=en").text
    assert re.search(r"9\d\.\d % of the printed characters", page)
    assert "9d9809ddc952" in page


def test_errata_stand_beside_the_text(client: FlaskClient) -> None:
    page = client.get(f"{READER}?lang=en").text
    assert len(re.findall(r'<li id="e-err-\d+"', page)) == 13
    assert len(re.findall(r'<sup class="noted">', page)) == 13
    assert "善�塘镇" in re.sub(r"<[^>]+>", "", page)
    assert "<ins>善琏镇</ins>" in page


def test_quotes_only_shows_nothing_else() -> None:
    page = published.client("quotes").get(f"{READER}?lang=zh").text
    assert "[…]" in page
    assert "……" in published.text()
    assert "……" not in shown(page)
    assert "整治形式主义为基层减负" in shown(page)


def test_positions_only_shows_no_words() -> None:
    page = published.client("offsets").get(f"{READER}?lang=en").text
    article = page[page.index('<article class="text') : page.index("</article>")]
    bare = re.sub(r'<h2 class="added">.*?</h2>|<[^>]+>', "", article)
    assert not re.search("[一-鿿]", bare)
    assert "1081–" in bare
    assert "牢固树立正确政绩观" not in page


def test_the_list_of_articles_leads_to_them(client: FlaskClient) -> None:
    assert f'href="{READER}"' in client.get("/reader").text


def test_an_unknown_article_is_not_found(client: FlaskClient) -> None:
    for slug in ("nothing", "a b", "..", "%3Cx%3E", "%00", "x" * 4000):
        assert client.get(f"/reader/{slug}").status_code == 404


@pytest.mark.parametrize("path", ["/reader", READER])
def test_the_reader_is_light(client: FlaskClient, path: str) -> None:
    page = client.get(path)
    files = re.findall(r'(?:href|src)="(/static/[^"]+)"', page.text)
    assert len(files) >= 3
    sizes = []
    for file in files:
        with client.get(file) as answer:
            sizes.append(len(gzip.compress(answer.data)))
    assert len(gzip.compress(page.data)) + sum(sizes) < 150_000


runs = st.integers(0, 60).flatmap(lambda a: st.tuples(st.just(a), st.integers(a + 1, 61)))


# No deadline: what is proven is not a time.
@settings(deadline=None)
@given(st.lists(runs, max_size=12), st.lists(runs, min_size=1, max_size=3))
def test_pieces_join_to_the_paragraph_and_know_what_covers_them(
    spans: list[tuple[int, int]], paragraph: list[tuple[int, int]]
) -> None:
    marks = [Mark(str(n), (span,)) for n, span in enumerate(spans)]
    pieces = list(Cutter(marks, ()).pieces(paragraph))
    joined = [at for piece in pieces for at in range(piece.start, piece.end)]
    assert joined == [at for start, end in paragraph for at in range(start, end)]
    for piece in pieces:
        for at in range(piece.start, piece.end):
            covering = {m.slug for m in marks if m.runs[0][0] <= at < m.runs[0][1]}
            assert set(piece.marks) == covering


def test_coverage_counts_printed_characters() -> None:
    assert covered([Mark("a", ((0, 2),))], "ab cd\n") == 0.5
    assert covered([], "") == 0.0


def test_sections_follow_each_other(client: FlaskClient) -> None:
    page = client.get(READER).text
    starts = [page.index(f"section-type-{each}") for each in ("overview", "timeline", "case")]
    assert all(left < right for left, right in pairwise(starts))


def test_the_text_is_in_no_dump(client: FlaskClient) -> None:
    """The text is in no dump: neither listed, nor summed, nor served."""
    folder = published.folder()
    assert (folder / "articles" / SLUG / "article.txt").read_text("utf-8") == published.text()
    for name in ("release.json", "SHA256SUMS", "void.ttl"):
        assert "article.txt" not in (folder / name).read_text("utf-8")
    assert client.get(f"/dumps/articles/{SLUG}/article.txt").status_code == 404


def test_reading_order_reads_every_printed_character_once() -> None:
    """The reading order leaves nothing printed out and reads nothing twice."""
    found = source_text.read(published.folder(), SLUG)
    assert found is not None
    runs = [run for s in found.sections for p in s.paragraphs for run in p]
    read = [at for start, end in runs for at in range(start, end)]
    assert len(read) == len(set(read))
    assert {at for at, c in enumerate(found.text) if not c.isspace()} <= set(read)


@pytest.mark.parametrize("query", ["", "?lang=en", "?lang=zh", "?lang=en&passage=f40017d8"])
def test_the_page_of_the_first_article_is_not_heavy(client: FlaskClient, query: str) -> None:
    """What 291 claims of 250 passages cost a reader: the words of links come when asked for."""
    assert len(client.get(f"/reader/{published.SLUG}{query}").data) <= 300_000


def test_a_passage_alone_shows_the_words_of_its_links(client: FlaskClient) -> None:
    page = client.get(f"/reader/{published.SLUG}?lang=en").text
    assert 'class="linked"' not in page
    (led,) = re.findall(r'href="(\?passage=f40017d8[^"#]*)#p-f40017d8"', page)
    alone = client.get(f"/reader/{published.SLUG}{html.unescape(led)}").text
    assert alone.count('<details class="linked" open>') == 1
    assert '<mark class="object">中共中央政治局</mark>' in alone


def test_the_list_of_articles_leads_to_each_section(client: FlaskClient) -> None:
    listed = client.get("/reader?lang=zh").text
    page = client.get(f"/reader/{published.SLUG}?lang=zh").text
    titles = re.findall(rf'/reader/{published.SLUG}\?lang=zh#(s-\d+)">(.*?)</a>', listed)
    assert titles == re.findall(r'<li><a href="#(s-\d+)">(.*?)</a>', page)
    for anchor, _ in titles:
        assert f'id="{anchor}"' in page


@pytest.mark.slow  # needs a release of many articles
def test_articles_are_listed_by_year_source_and_place() -> None:
    many = published.app_of_many().test_client()
    whole = many.get("/reader?lang=en").text
    offered = {
        key: re.findall(r'<option value="([^"]+)"', found[1])
        for key in ("year", "source", "place")
        if (found := re.search(rf'<select name="{key}">(.*?)</select>', whole))
    }
    total = _told(whole)
    assert total > 1
    for key in ("year", "source"):
        if key in offered:
            counts = [_told(many.get(f"/reader?lang=en&{key}={v}").text) for v in offered[key]]
            assert sum(counts) == total
            assert all(counts)
    few = [_told(many.get(f"/reader?lang=en&place={v}").text) for v in offered["place"][:8]]
    assert all(0 < n <= total for n in few)
    assert min(few) < total
    assert _told(many.get("/reader?lang=en&place=nowhere").text) == 0


def _told(page: str) -> int:
    """How many articles a list says it has."""
    found = re.search(r"(\d+) articles?<", page)
    assert found is not None
    return int(found[1])
