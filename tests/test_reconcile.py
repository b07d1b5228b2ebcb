"""Names looked up as OpenRefine does it: each answer has the shape the API 0.2 asks for."""

import json
import re
from typing import Any
from urllib.parse import urlencode

import jsonschema_rs
import published
import pytest
import servers
from flask.testing import FlaskClient

from graph.paths import ROOT
from web.reconcile import batch, entity

_TYPE = {"type": "object", "required": ["id", "name"], "properties": {
    "id": {"type": "string"}, "name": {"type": "string", "minLength": 1}}}  # fmt: skip
_NAMED = {"type": "object", "required": ["result"], "properties": {
    "result": {"type": "array", "items": _TYPE}}}  # fmt: skip
RESULT = {"type": "object", "additionalProperties": {
    "type": "object", "required": ["result"], "additionalProperties": False, "properties": {
        "result": {"type": "array", "items": {
            "type": "object", "required": ["id", "name", "score", "match", "type"],
            "properties": {
                "id": {"type": "string"}, "name": {"type": "string"},
                "score": {"type": "number", "minimum": 0, "maximum": 100},
                "match": {"type": "boolean"}, "type": {"type": "array", "items": _TYPE},
                "features": {"type": "array", "items": {
                    "type": "object", "required": ["id", "value"],
                    "properties": {"value": {"type": ["number", "boolean"]}}}},
            }}}}}}  # fmt: skip
"""What section 4.4 of the specification says of a result batch."""
_ONE = [
    {"required": ["id", "name"], "additionalProperties": False,
     "properties": {"id": {"type": "string"}, "name": {"type": "string"}}},
    {"required": ["str"], "additionalProperties": False, "properties": {"str": {"type": "string"}}},
    {"required": ["date"], "additionalProperties": False, "properties": {
        "date": {"type": "string", "pattern": r"^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d"}}},
]  # fmt: skip
EXTENSION = {"type": "object", "required": ["rows", "meta"], "properties": {
    "meta": {"type": "array", "items": _TYPE},
    "rows": {"type": "object", "additionalProperties": {
        "type": "object", "additionalProperties": {"type": "array", "items": {"oneOf": _ONE}}}},
}}  # fmt: skip
"""What section 7 says of a data extension response."""


@pytest.fixture
def client() -> FlaskClient:
    return published.client()


def held(schema: dict[str, Any], answer: Any) -> Any:
    """The answer, once it has this shape."""
    jsonschema_rs.validator_for(schema).validate(answer)
    return answer


def asked(client: FlaskClient, queries: Any, *, post: bool = False) -> Any:
    """The results of a batch."""
    form = {"queries": json.dumps(queries)}
    reply = (
        client.post("/reconcile", data=form)
        if post
        else client.get("/reconcile?" + urlencode(form))
    )
    assert reply.status_code == 200, reply.text
    return held(RESULT, reply.get_json())


def test_the_manifest_says_where_everything_is(client: FlaskClient) -> None:
    found = client.get("/reconcile?lang=en").get_json()
    assert "0.2" in found["versions"]
    assert all(found[name] for name in ("name", "identifierSpace", "schemaSpace"))
    assert "{{id}}" in found["view"]["url"]
    assert "{{id}}" in found["preview"]["url"]
    assert {each["id"] for each in found["defaultTypes"]} == set(entity.TYPES)
    for each in found["suggest"].values():
        path = each["service_url"].removeprefix(published.PUBLIC) + each["service_path"]
        held(_NAMED, client.get(path + "?prefix=").get_json())
    assert client.get("/reconcile").headers["Access-Control-Allow-Origin"] == "*"
    documents = client.get(found["documentation"].removeprefix(published.PUBLIC))
    assert documents.status_code == 200


@pytest.mark.parametrize("post", [False, True])
@pytest.mark.parametrize(
    ("name", "kind", "id_"),
    [("南浔区", "places", "place/330503"), ("南潯區", "places", "place/330503"),
     ("330503", "places", "place/330503")],
)  # fmt: skip
def test_a_name_finds_its_thing(
    client: FlaskClient, name: str, kind: str, id_: str, *, post: bool
) -> None:
    """By GET and POST; simplified, traditional and code."""
    (first, *others) = asked(client, {"q0": {"query": name, "type": kind}}, post=post)["q0"][
        "result"
    ]
    assert (first["id"], first["match"], first["score"]) == (id_, True, 100)
    assert all(each["score"] < 100 and not each["match"] for each in others)


def test_every_place_is_found_by_its_own_name(client: FlaskClient) -> None:
    """Looked up by its label, each place is the first of its candidates, or shares the name."""
    listed = client.get("/places?format=json").get_json()["hits"]
    assert len(listed) > 10
    queries = {each["iri"]: {"query": each["label"], "type": "places"} for each in listed[:40]}
    for iri, found in asked(client, queries).items():
        best = [each["id"] for each in found["result"] if each["score"] == 100]
        assert entity.identifier(iri) in best


def test_other_columns_tell_namesakes_apart(client: FlaskClient) -> None:
    query = {"query": "南浔区", "type": "places"}
    within = client.get("/reconcile?" + urlencode({"extend": json.dumps(
        {"ids": ["place/330503"], "properties": [{"id": "within"}]})})).get_json()  # fmt: skip
    parent = within["rows"]["place/330503"]["within"][0]["id"]
    right = query | {"properties": [{"pid": "within", "v": {"id": parent}}]}
    wrong = query | {"properties": [{"pid": "within", "v": "place/999999"}]}
    found = asked(client, {"r": right, "w": wrong})
    assert found["r"]["result"][0]["match"] is True
    assert found["w"]["result"][0]["match"] is False
    assert found["w"]["result"][0]["score"] == 50


def test_columns_are_added(client: FlaskClient) -> None:
    """Words as they were printed, who says them, when, and what the index page tells."""
    columns = ["quote", "speaker", "date", "code", "level"]
    asked_ = {"ids": ["place/330503", "nothing/x"], "properties": [{"id": c} for c in columns]}
    reply = client.post("/reconcile", data={"extend": json.dumps(asked_)})
    found = held(EXTENSION, reply.get_json())
    assert [each["id"] for each in found["meta"]] == columns
    row = found["rows"]["place/330503"]
    assert row["code"] == [{"str": "330503"}]
    assert row["date"] == [{"date": "2021-01-11T00:00:00"}]
    text = published.text()
    assert row["quote"]
    assert all(part in text for cell in row["quote"] for part in cell["str"].split(" / "))
    assert row["speaker"]
    assert found["rows"]["nothing/x"] == {column: [] for column in columns}


def test_words_are_not_given_where_they_may_not_be_shown() -> None:
    asked_ = {"ids": ["place/330503"], "properties": [{"id": "quote"}]}
    client = published.client("offsets")
    found = client.post("/reconcile", data={"extend": json.dumps(asked_)}).get_json()
    assert found["rows"]["place/330503"]["quote"] == []
    page = client.get("/reconcile/preview?id=place/330503").text
    assert "<blockquote" not in page


def test_a_preview_may_be_framed_and_runs_nothing(client: FlaskClient) -> None:
    reply = client.get("/reconcile/preview?id=place/330503")
    assert "frame-ancestors *" in reply.headers["Content-Security-Policy"]
    assert "南浔" in reply.text
    assert "<script" not in reply.text
    assert client.get("/reconcile/preview?id=place/none").status_code == 404


def test_columns_are_proposed_for_a_type(client: FlaskClient) -> None:
    found = client.get("/reconcile/properties?type=places").get_json()
    assert found["type"] == "places"
    assert {"quote", "speaker", "date", "code"} <= {each["id"] for each in found["properties"]}
    assert client.get("/reconcile/properties?type=x").status_code == 400


@pytest.mark.parametrize("form", [
    {"queries": "x"}, {"queries": "[]"}, {"queries": "[" * 100_000}, {"queries": '{"a": 1}'},
    {"queries": '{"a": {}}'}, {"queries": '{"a": {"query": 1}}'},
    {"queries": '{"a": {"query": "x", "limit": 0}}'}, {"queries": '{"a": {"query": "x", "y": 1}}'},
    {"queries": '{"a": {"query": "x", "limit": 21}}'},
    {"queries": '{"a": {"query": "x", "properties": [1]}}'},
    {"queries": json.dumps({str(n): {"query": "x"} for n in range(batch.QUERIES + 1)})},
    {"queries": "{}", "extend": "{}"}, {"extend": "{}"}, {"extend": '{"ids": [1]}'},
    {"extend": '{"ids": ["a"], "properties": [{"id": "no"}]}'},
    {"extend": json.dumps({"ids": ["a"] * 1001, "properties": [{"id": "code"}]})},
])  # fmt: skip
def test_what_is_no_batch_is_refused_with_its_reason(
    client: FlaskClient, form: dict[str, str]
) -> None:
    reply = client.post("/reconcile", data=form, headers={"Accept": "application/json"})
    assert reply.status_code == 400
    assert reply.get_json()["detail"]


@pytest.mark.parametrize("words", [
    "", " ", "\0", "；，。", "a" * 10_000,
    '"OR" NEAR(', "'; DROP TABLE entry; --", "\ud800", "减负",
])  # fmt: skip
def test_any_words_have_an_answer(client: FlaskClient, words: str) -> None:
    assert "result" in asked(client, {"q": {"query": words}}, post=True)["q"]


@pytest.mark.slow
@pytest.mark.filterwarnings("default")
def test_the_documented_client_finds_both(capsys: pytest.CaptureFixture[str]) -> None:
    """The Python of the document, with the client `reconciler`, over the real server."""
    text = (ROOT / "docs" / "reconciliation.md").read_text("utf-8")
    (code,) = re.findall(r"```python\n(.*?)```", text, re.DOTALL)
    with servers.ours(published.folder()) as site:
        found: dict[str, Any] = {}
        exec(code.replace("http://127.0.0.1:8000", site.url), found)  # noqa: S102 (our document)
    assert list(found["found"]["id"]) == ["place/330503", "place/141127"]
    assert list(found["found"]["match"]) == [True, True]
    assert "place/330503" in capsys.readouterr().out
