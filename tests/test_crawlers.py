"""What crawlers ask for before anything else."""

import urllib.robotparser
import xml.etree.ElementTree as ET

import published
import pytest
from flask.testing import FlaskClient

_LOC = "{http://www.sitemaps.org/schemas/sitemap/0.9}loc"


@pytest.fixture(scope="module")
def client() -> FlaskClient:
    """A client of the application over the release."""
    return published.client()


def test_robots_may_read_pages_and_run_no_queries(client: FlaskClient) -> None:
    rules = urllib.robotparser.RobotFileParser()
    rules.parse(client.get("/robots.txt").text.splitlines())
    assert rules.can_fetch("*", f"{published.PUBLIC}/page/place/330503")
    assert not rules.can_fetch("*", f"{published.PUBLIC}/sparql?query=ASK{{}}")
    assert not rules.can_fetch("*", f"{published.PUBLIC}/search?q=a")
    assert rules.site_maps() == [f"{published.PUBLIC}/sitemap.xml"]


def test_every_tenth_address_of_the_sitemap_is_a_page(client: FlaskClient) -> None:
    root = ET.fromstring(client.get("/sitemap.xml").data)  # noqa: S314 (our own)
    found = [str(each.text) for each in root.iter(_LOC)]
    assert len(found) == len(set(found)) > 100
    assert f"{published.PUBLIC}/reader/{published.SLUG}" in found
    for each in found[::10]:
        path = each.removeprefix(published.PUBLIC)
        answer = client.get(path, headers={"Accept": "text/html"}, follow_redirects=True)
        assert answer.status_code == 200, path
