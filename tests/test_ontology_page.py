"""The documentation of the ontology: complete, in both languages, reached by a term's IRI."""

import re

import published
import pytest
from flask.testing import FlaskClient
from markupsafe import escape

from graph.rdf.namespaces import NS
from graph.snapshot import release
from web.ontology import diagram
from web.ontology.terms import OntologyTerms, ontology_terms
from web.site.release_view import view


@pytest.fixture(scope="module")
def client() -> FlaskClient:
    return published.client()


@pytest.fixture(scope="module")
def words() -> OntologyTerms:
    return ontology_terms(view(release(published.folder())))


def section(page: str, anchor: str) -> str:
    """The part of the page about one term."""
    return page.partition(f'id="{anchor}"')[2].partition("</section>")[0]


@pytest.mark.parametrize("lang", ["en", "zh"])
def test_every_term_is_explained_at_its_anchor(
    client: FlaskClient, words: OntologyTerms, lang: str
) -> None:
    page = client.get(f"/ontology?lang={lang}").text
    for term in (*words.classes, *words.properties):
        assert term.iri == NS + term.anchor
        part = section(page, term.anchor)
        assert str(escape(term.label[lang])) in part
        # Chinese words of an English definition are marked as such.
        bare = re.sub(r'<span lang="zh-Hans">(.*?)</span>', r"\1", part)
        assert str(escape(term.definition[lang])) in bare


def test_the_ontology_has_what_its_file_declares(words: OntologyTerms) -> None:
    assert len(words.classes) == 29
    assert len(words.properties) == 67
    assert words.terms[NS + "issuedBy"].chains == ((NS + "issuedThrough", NS + "actor"),)
    assert words.terms[NS + "within"].traits == ("transitive",)
    assert words.terms[NS + "Event"].children == (NS + "Issuance", NS + "Meeting")
    assert words.terms[NS + "Claim"].own


def test_every_code_is_listed_and_leads_to_its_page(
    client: FlaskClient, words: OntologyTerms
) -> None:
    page = client.get("/ontology?lang=en").text
    codes = [concept for scheme in words.schemes for concept in scheme.concepts]
    assert len(codes) > 100
    for concept in codes:
        assert f'href="/concept/{concept.iri.rpartition("/")[2]}' in page


def test_an_anchor_stands_once(client: FlaskClient) -> None:
    anchors = re.findall(r'\bid="([^"]+)"', client.get("/ontology").text)
    assert len(anchors) == len(set(anchors))


def test_every_link_inside_the_page_arrives(client: FlaskClient) -> None:
    page = client.get("/ontology").text
    anchors = set(re.findall(r'\bid="([^"]+)"', page))
    assert set(re.findall(r'href="#([^"]+)"', page)) <= anchors


def test_the_namespace_leads_a_browser_here(client: FlaskClient) -> None:
    """A browser keeps the fragment of `ns#Claim` over the redirection."""
    reply = client.get("/ns", headers={"Accept": "text/html"})
    assert reply.status_code == 303
    assert reply.headers["Location"].startswith("/ontology")


@pytest.mark.parametrize("name", diagram.GRIDS)
def test_what_is_drawn_is_what_the_ontology_says(words: OntologyTerms, name: str) -> None:
    drawing = diagram.diagram(words, name)
    assert {box.term.anchor for box in drawing.boxes} == set(diagram.GRIDS[name])
    assert all(term.own for arrow in drawing.arrows for term in arrow.terms)
    places = {(box.x, box.y) for box in drawing.boxes}
    assert len(places) == len(drawing.boxes)
    assert all(box.x + box.width <= drawing.width for box in drawing.boxes)


def test_no_arrow_runs_through_a_third_box(words: OntologyTerms) -> None:
    for name in diagram.GRIDS:
        drawing = diagram.diagram(words, name)
        for arrow in drawing.arrows:
            x, y = arrow.label
            assert not any(
                box.x < x < box.x + box.width and box.y < y < box.y + box.height
                for box in drawing.boxes
            )
