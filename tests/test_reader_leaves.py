"""A long article in the reader comes in leaves: pages that together are the whole."""

import re
from itertools import chain

import published
import pytest
from flask.testing import FlaskClient
from published import SLUG

from web.reader import leaf

READER = f"/reader/{SLUG}"


@pytest.fixture(scope="module")
def whole() -> str:
    """The first article on one page."""
    return published.client().get(f"{READER}?lang=en").text


@pytest.fixture(scope="module")
def client() -> FlaskClient:
    """A server to which 60 passages are a long article, and 40 a leaf."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(leaf, "WHOLE", 60)
        patch.setattr(leaf, "_LEAF", 40)
        client = published.app().test_client()
        client.get(READER)
    return client


@pytest.fixture(scope="module")
def pages(client: FlaskClient) -> tuple[str, ...]:
    """The leaves of the first article."""
    first = client.get(f"{READER}?lang=en").text
    count = max(map(int, re.findall(r"[?&;]page=(\d+)", first)))
    return tuple(client.get(f"{READER}?page={n}&lang=en").text for n in range(1, count + 1))


def listed(page: str) -> list[str]:
    """The passages whose claims are on a page."""
    return re.findall(r'<li id="p-(\w+)"', page)


def body(page: str) -> str:
    """What is printed below the head of an article."""
    return page[page.index('<article class="text') : page.index('<aside class="panel"')]


def words(pages: tuple[str, ...]) -> str:
    """The words below the head, without what the page adds."""
    return "".join(
        re.sub(
            r'<h2 class="added">.*?</h2>|<p class="rendered".*?</p>|<sup.*?</sup>|<[^>]+>|\s',
            "",
            body(page),
        )
        for page in pages
    )


def test_leaves_together_are_the_article(pages: tuple[str, ...], whole: str) -> None:
    """Every word once and in order, every passage, erratum and anchor on one of them."""
    assert len(pages) > 5
    assert words(pages) == words((whole,))
    assert sorted(chain.from_iterable(map(listed, pages))) == sorted(listed(whole))
    for anchor in (r' id="(e-[\w-]+)"', r'class="at" id="(c[\d-]+)"'):
        found = chain.from_iterable(re.findall(anchor, page) for page in map(foot, pages))
        assert sorted(found) == sorted(re.findall(anchor, foot(whole)))


def foot(page: str) -> str:
    """A page without its head, which all leaves have."""
    return page[page.index('<article class="text') :]


def test_a_leaf_holds_no_more_than_its_share(pages: tuple[str, ...]) -> None:
    assert max(len(listed(page)) for page in pages) <= 40


def test_a_passage_leads_to_the_leaf_that_holds_it(client: FlaskClient, whole: str) -> None:
    """As search, permanent links and citations name it; no script is needed."""
    for slug in listed(whole)[::40]:
        page = client.get(f"{READER}?passage={slug}&lang=en").text
        assert f'<li id="p-{slug}" class="lit"' in page
        spot = re.search(rf'id="p-{slug}".*?href="#(c\d+-\d+)"', page, re.DOTALL)
        assert spot
        assert f'id="{spot[1]}"' in page


def test_a_link_on_a_leaf_leads_to_what_is_there(
    client: FlaskClient, pages: tuple[str, ...]
) -> None:
    """Also where words of one leaf back a claim whose passage begins on another."""
    elsewhere = 0
    for page in pages:
        for link in set(re.findall(r'<mark[^>]*><a href="([^"]+)"', page)):
            path, slug = link.replace("&amp;", "&").split("#p-")
            elsewhere += bool(path)
            there = client.get(path).text if path else page
            assert slug in listed(there)
    assert elsewhere


def test_sections_are_found_on_their_leaves(client: FlaskClient, pages: tuple[str, ...]) -> None:
    for page in pages:
        contents = page[page.index('<details class="contents"') : page.index('<div class="spread"')]
        links = re.findall(r'<li><a href="([^"]*)#(s-\d+)"', contents)
        assert len(links) > 3
        for path, anchor in links:
            there = client.get(path.replace("&amp;", "&")).text if path else page
            assert '<section class="' in there
            assert f'id="{anchor}"' in there
    assert 'id="s-3"' in client.get(f"{READER}?section=3").text


def test_any_fragment_leads_to_the_leaf_it_stands_on(
    client: FlaskClient, pages: tuple[str, ...]
) -> None:
    """As the script asks for those of an address that has nothing else."""
    for page in pages:
        own = foot(page)
        for pattern in (
            'id="(s-\\d+)"',
            'id="(e-[\\w-]+)"',
            'id="(p-\\w+)"',
            'class="at" id="(c[\\d-]+)"',
        ):
            for anchor in re.findall(pattern, own)[:3]:
                there = client.get(f"{READER}?to={anchor}&lang=en").text
                assert f'id="{anchor}"' in foot(there), anchor
                start = re.match(r"c(\d+)-(\d+)", anchor)
                if start:
                    asked = f"{READER}?to=char%3D{start[1]},{start[2]}&lang=en"
                    assert f'id="{anchor}"' in foot(client.get(asked).text)
        slug = listed(page)[-1]
        assert f'<li id="p-{slug}" class="lit"' in client.get(f"{READER}?to={slug}").text


@pytest.mark.parametrize(
    "given",
    [
        "to=s-77",
        "to=p-",
        "to=c99999999-1",
        "to=%00",
        "to=e-",
        "page=99999",
        "page=x",
        "section=77",
        "passage=nothing",
        "page=0",
    ],
)
def test_what_is_not_there_leads_to_a_leaf_that_is(client: FlaskClient, given: str) -> None:
    reply = client.get(f"{READER}?{given}")
    assert reply.status_code == 200
    assert listed(reply.text)


def test_each_leaf_says_which_it_is(pages: tuple[str, ...]) -> None:
    for number, page in enumerate(pages, 1):
        (canonical,) = re.findall(rf'rel="canonical" href="[^"]*{READER}([^"]*)"', page)
        assert canonical == (f"?page={number}" if number > 1 else "")
        assert f'<span aria-current="page">{number}</span>' in page
        assert f'<input type="hidden" name="page" value="{number}">' in page


def test_an_article_of_250_passages_stays_on_one_page(whole: str) -> None:
    assert len(listed(whole)) == leaf.WHOLE
    assert 'class="pager"' not in whole
    assert len(whole.encode()) < 300_000
