import json
from collections.abc import Iterator
from decimal import Decimal
from itertools import islice
from typing import Any

import published
import pytest
from flask.testing import FlaskClient
from published import SLUG
from pyoxigraph import Literal, NamedNode, Quad, QuerySolutions, RdfFormat, parse

from graph.mapping import article
from graph.paths import ARTICLES
from graph.rdf.namespaces import BACKGROUND, INFERRED, expand
from web.evidence.number_check import Figure

FIGURE = "obs:cf607bca62a8"


@pytest.fixture(scope="module")
def client() -> FlaskClient:
    """A client of the application over the release."""
    return published.client()


def asked(fact: Quad) -> dict[str, str]:
    """The parameters that ask for the evidence of a fact."""
    assert isinstance(fact.subject, NamedNode)
    given = {"s": fact.subject.value, "p": fact.predicate.value, "format": "jsonld"}
    target = fact.object
    if isinstance(target, Literal):
        given |= {"o": target.value}
        given |= {"language": target.language} if target.language else {}
        return given if target.language else given | {"datatype": target.datatype.value}
    assert isinstance(target, NamedNode)
    return given | {"o": target.value}


def targets(page: dict[str, Any]) -> Iterator[dict[str, Any]]:
    """The targets of every annotation."""
    for item in page["items"]:
        found = item["target"]
        yield from found if isinstance(found, list) else [found]


def quoted(target: dict[str, Any]) -> tuple[str, int, int, str]:
    """In which article and where a target says its words stand, and the words."""
    position, words = target["selector"]
    slug = target["source"]["id"].rpartition("/")[2]
    return slug, position["start"], position["end"], words["exact"]


def prove(client: FlaskClient, fact: Quad) -> None:
    """Fail unless the evidence of a fact is words that stand in the source where it says."""
    answer = client.get("/evidence", query_string=asked(fact))
    assert answer.status_code == 200, (fact, answer.text)
    page = json.loads(answer.data)
    claims = {item["body"]["id"] for item in page["items"]}
    assert str(fact.graph_name)[1:-1] in claims
    spans = [quoted(target) for target in targets(page)]
    assert spans
    for slug, start, end, exact in spans:
        assert published.text(slug)[start:end] == exact


def test_facts_are_proven_by_words_in_their_places(client: FlaskClient) -> None:
    assert len(published.facts()) > 1400
    for fact in islice(published.facts(), 0, None, 25):
        prove(client, fact)


@pytest.mark.slow
def test_every_fact_is_proven_by_words_in_their_places(client: FlaskClient) -> None:
    for fact in published.facts():
        prove(client, fact)


def test_annotations_are_web_annotations(client: FlaskClient) -> None:
    page = json.loads(client.get(f"/evidence?s={FIGURE}&p=pp:value&format=jsonld").data)
    assert page["@context"][0] == "http://www.w3.org/ns/anno.jsonld"
    assert page["type"] == "AnnotationPage"
    assert len(page["items"]) == 2
    sha = article.load(ARTICLES / SLUG).sha256
    for item in page["items"]:
        assert item["type"] == "Annotation"
        assert item["motivation"] == "linking"
        assert item["body"]["numbersProven"] is True
        assert {"voice", "saidBy", "confidence"} <= set(item["body"])
    for target in targets(page):
        assert target["source"]["sha256"] == sha
        assert [s["type"] for s in target["selector"]] == [
            "TextPositionSelector",
            "TextQuoteSelector",
        ]


def test_a_quote_comes_with_its_context(client: FlaskClient) -> None:
    page = json.loads(client.get(f"/evidence?s={FIGURE}&format=jsonld").data)
    words = [t["selector"][1] for t in targets(page) if "prefix" in t["selector"][1]]
    assert words
    for each in words:
        assert each["prefix"] + each["exact"] + each.get("suffix", "") in published.text()


@pytest.mark.parametrize("fmt", ["turtle", "trig", "nquads", "rdfxml", "n3", "ntriples"])
def test_evidence_comes_as_rdf(client: FlaskClient, fmt: str) -> None:
    answer = client.get(f"/evidence?s={FIGURE}&p=pp:value&format={fmt}")
    quads = list(parse(answer.data, format=RdfFormat.from_media_type(str(answer.mimetype))))
    told = {q.predicate for q in quads}
    assert {expand(n) for n in ("pp:value", "pp:quote", "oa:start", "pp:voice")} <= told


def test_programs_and_people_are_told_apart_by_accept(client: FlaskClient) -> None:
    for accept, mimetype in (
        ("text/html", "text/html"),
        ("application/ld+json", "application/ld+json"),
        ("text/turtle", "text/turtle"),
    ):
        answer = client.get(f"/evidence?s={FIGURE}", headers={"Accept": accept})
        assert answer.mimetype == mimetype
        assert "Accept" in answer.headers["Vary"]


def test_the_page_shows_words_voice_and_proof(client: FlaskClient) -> None:
    page = client.get(f"/evidence?s={FIGURE}&p=pp:value&lang=en").text
    for wanted in (
        "同比下降27.7%和29.5%",
        "1081–1139",
        "Number read from these words",
        "Xu Leipeng",
        "9d9809dd",
    ):
        assert wanted in page
    assert f"/reader/{SLUG}?passage=0ddffad1&amp;lang=en#c1081-1139" in page


def test_a_subject_may_be_written_in_several_ways(client: FlaskClient) -> None:
    tail = "id/observation/cf607bca62a8"
    found = published.dataset().query(
        "SELECT (COUNT(*) AS ?n) { SELECT DISTINCT ?claim ?p WHERE { GRAPH ?claim { "
        f"<https://w3id.org/policyprov/{tail}> ?q ?o }} ?claim "
        "<https://w3id.org/policyprov/ns#statedIn> ?p } }"
    )
    assert isinstance(found, QuerySolutions)
    (count,) = found
    for written in (
        FIGURE,
        f"https://w3id.org/policyprov/{tail}",
        f"<https://w3id.org/policyprov/{tail}>",
        f"{published.PUBLIC}/{tail}",
    ):
        answer = client.get("/evidence", query_string={"s": written, "format": "jsonld"})
        assert len(json.loads(answer.data)["items"]) == int(count["n"].value) > 2


@pytest.mark.parametrize(
    ("query", "status"),
    [
        ("p=pp:value", 400),
        ("s=not an iri", 400),
        ("s=obs:cf607bca62a8&p=%3C%3E", 400),
        ("s=obs:cf607bca62a8&s=obs:x", 400),
        ("s=obs:cf607bca62a8&q=1", 400),
        ("s=obs:nothing", 404),
        ("s=obs:cf607bca62a8&p=pp:value&o=27.8", 404),
        ("s=obs:cf607bca62a8&p=pp:value&o=-27.7&datatype=xsd:string", 404),
        ("s=obs:cf607bca62a8&p=pp:value&o=-27.7&datatype=xsd:decimal", 200),
        ("s=obs:cf607bca62a8&p=pp:value&o=-27.7", 200),
        ("s=obs:cf607bca62a8&p=pp:unit&o=c:unit-percent", 200),
        ("s=obs:cf607bca62a8&format=docx", 400),
        ("s=obs:cf607bca62a8&format=csv", 406),
    ],
)
def test_what_cannot_be_answered_is_said(client: FlaskClient, query: str, status: int) -> None:
    assert client.get(f"/evidence?{query}").status_code == status


def test_inferred_and_background_statements_are_told_as_such(client: FlaskClient) -> None:
    for graph in (BACKGROUND, INFERRED):
        quads = published.dataset().quads_for_pattern(None, None, None, graph)
        told = {q.triple for q in quads} - {q.triple for q in published.facts()}
        triple = min(told, key=str)
        given = {"s": str(triple.subject), "p": triple.predicate.value, "lang": "en"}
        assert client.get("/evidence", query_string=given).status_code == 200


def test_every_printed_number_reads_again_from_its_quote(client: FlaskClient) -> None:
    found = published.dataset().quads_for_pattern(None, expand("pp:value"), None, None)
    observations = {str(q.subject) for q in found}
    assert len(observations) > 40
    for observation in sorted(observations):
        given = {"s": observation, "p": "pp:value", "format": "jsonld"}
        page = json.loads(client.get("/evidence", query_string=given).data)
        assert any(item["body"].get("numbersProven") for item in page["items"]), observation


def test_a_wrong_number_is_not_confirmed() -> None:
    observation = NamedNode("https://example.org/o")
    quote = "同比下降27.7%和29.5%"
    right = Figure(observation, ("下降27.7%",), Decimal("-27.7"), None, "exactly", ("%",))
    assert Figure(**{**right.__dict__, "texts": ("同比下降27.7%",)}).proven(quote)
    either = {"texts": ("3名",), "value": Decimal(3), "signs": ("人", "名")}
    assert Figure(**{**right.__dict__, **either}).proven("3名群众")
    for wrong in (
        {"value": Decimal("27.7")},
        {"value": Decimal("-27.8")},
        {"comparator": "about"},
        {"signs": ("项",)},
        {"signs": ()},
        {"texts": ("同比下降27%",)},
        {"value": None},
    ):
        changed = {**right.__dict__, "texts": ("同比下降27.7%",), **wrong}
        assert not Figure(**changed).proven(quote)


def test_positions_only_hides_every_word() -> None:
    client = published.client("offsets")
    for path in (f"/evidence?s={FIGURE}&lang=en", "/page/observation/cf607bca62a8?lang=en"):
        page = client.get(path).text
        assert "各省市区文件和会议数量" not in page
        assert "1081–1139" in page
    bare = json.loads(client.get(f"/evidence?s={FIGURE}&format=jsonld").data)
    assert all(len(t["selector"]) == 1 for t in targets(bare))


def test_quotes_only_shows_no_context() -> None:
    client = published.client("quotes")
    page = json.loads(client.get(f"/evidence?s={FIGURE}&format=jsonld").data)
    assert all("prefix" not in t["selector"][1] for t in targets(page))


def test_positions_only_withholds_the_words_of_records() -> None:
    """Positions only withholds the words of passages, spans and errata on their pages."""
    client = published.client("offsets")
    for path, words in (
        (f"passage/{SLUG}-0ddffad1", "文件和会议数量平均"),
        (f"span/{SLUG}-0ddffad1-1", "文件和会议数量平均"),
        (f"erratum/{SLUG}-err-009", "中央纪委监委国家监委"),
    ):
        assert words in published.client().get(f"/page/{path}?lang=en").text
        assert words not in client.get(f"/page/{path}?lang=en").text
