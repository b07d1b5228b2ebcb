"""The request table: every case to our server, and to the engine's own, over the same store."""

import io
import json
from collections import Counter
from collections.abc import Mapping
from typing import Any
from urllib.parse import quote

import pytest
import yaml
from pyoxigraph import (
    CanonicalizationAlgorithm,
    Dataset,
    QueryBoolean,
    QueryResultsFormat,
    RdfFormat,
    parse,
    parse_query_results,
)
from servers import ANY_FRONTS, Reply, Site

from graph.paths import ROOT
from graph.sparql.protocol import DIRECT, FORM

Case = Mapping[str, Any]

TABLE = yaml.safe_load((ROOT / "tests" / "data" / "requests.yaml").read_text("utf-8"))
CASES: list[Case] = TABLE["cases"]
COMPARED = [case for case in CASES if "absent" not in case.get("oxigraph", {})]
_PATHS = {"/sparql": "/query", "/sparql/": "/query/", "/data": "/store"}
_TYPES = {"direct": DIRECT, "form": FORM}


def _name(case: Case) -> str:
    return str(case["name"])


def _query(case: Case) -> str | None:
    text = TABLE["queries"][case["q"]] if "q" in case else case.get("query")
    return None if text is None else str(text)


def _body(case: Case) -> bytes | None:
    via, query = case.get("via", "get"), _query(case)
    if "hex" in case:
        return bytes.fromhex(case["hex"])
    if "body" in case:
        return str(case["body"]).encode()
    if query is None or via in ("get", "head"):
        return None
    return f"query={quote(query)}".encode() if via == "form" else query.encode()


def _target(case: Case, path: str) -> str:
    query = _query(case)
    in_url = query is not None and case.get("via", "get") in ("get", "head")
    own = f"query={quote(query or '')}" if in_url else ""
    text = case.get("raw") or "&".join(part for part in (own, case.get("params", "")) if part)
    return f"{path}?{text}" if text else path


def _headers(case: Case) -> dict[str, str]:
    headers = dict(case.get("headers", {}))
    if "accept" in case:
        headers["Accept"] = case["accept"]
    content_type = case.get("content_type", _TYPES.get(case.get("via", "get"), ""))
    if content_type:
        headers["Content-Type"] = content_type
    return headers


def ask(case: Case, site: Site, path: str) -> Reply:
    """What this server answers to this case."""
    via = case.get("via", "get")
    method = {"direct": "POST", "form": "POST"}.get(via, via.upper())
    host = case.get("host", True)
    return site.ask(_target(case, path), method, _headers(case), _body(case), host=host)


def said(reply: Reply) -> object:
    """What an answer says, whatever order and spelling it says it in."""
    results = QueryResultsFormat.from_media_type(reply.type)
    if results == QueryResultsFormat.CSV:
        return Counter(reply.text.splitlines())
    if results is not None:
        found = parse_query_results(reply.body, results)
        if isinstance(found, QueryBoolean):
            return bool(found)
        names = [v.value for v in found.variables]
        return names, Counter(tuple(str(row[name]) for name in names) for row in found)
    rdf = RdfFormat.from_media_type(reply.type)
    if rdf is None:
        return reply.text
    dataset = Dataset(parse(io.BytesIO(reply.body), rdf, base_iri="http://example.com/"))
    dataset.canonicalize(CanonicalizationAlgorithm.RDFC_1_0)
    return {str(quad) for quad in dataset}


@ANY_FRONTS
@pytest.mark.parametrize("case", CASES, ids=_name)
def test_our_answer(case: Case, site: Site) -> None:
    """Status, media type, headers and content are those in the table."""
    reply = ask(case, site, case.get("path", "/sparql"))
    assert reply.status == case["status"], reply.text
    assert reply.type == case.get("type", reply.type)
    assert case.get("has", "") in reply.text
    for name, piece in case.get("headers_have", {}).items():
        assert piece in reply.headers[name]
    if "rows" in case and reply.type == "application/sparql-results+json":
        assert len(json.loads(reply.body)["results"]["bindings"]) == case["rows"]


@ANY_FRONTS
@pytest.mark.parametrize("case", CASES, ids=_name)
def test_every_answer_is_safe(case: Case, site: Site) -> None:
    """Whatever is asked, the headers are there, a problem is well-formed, and nothing leaks."""
    reply = ask(case, site, case.get("path", "/sparql"))
    assert reply.headers["x-content-type-options"] == "nosniff"
    assert "default-src 'none'" in reply.headers["content-security-policy"]
    assert reply.headers["access-control-allow-origin"] == "*"
    assert "access-control-allow-credentials" not in reply.headers
    assert "Traceback" not in reply.text
    assert str(ROOT) not in reply.text
    if reply.type == "application/problem+json" and reply.body:
        problem = json.loads(reply.body)
        assert problem["status"] == reply.status
        assert problem["title"]
        assert problem["type"].startswith(("http://", "about:blank"))


@ANY_FRONTS
@pytest.mark.parametrize("case", COMPARED, ids=_name)
def test_the_engine_agrees(case: Case, site: Site, oracle: Site) -> None:
    """The engine's own server answers the same, or differs as the table says and why."""
    path = case.get("path", "/sparql")
    mine, theirs = ask(case, site, path), ask(case, oracle, _PATHS[path])
    if "oxigraph" in case:
        assert case["why"]
        assert theirs.status == case["oxigraph"]["status"], theirs.text
        assert theirs.type == case["oxigraph"].get("type", theirs.type)
        return
    assert theirs.status == mine.status, theirs.text
    if mine.status == 200 and case.get("via") != "head":
        assert theirs.type == mine.type
        assert said(theirs) == said(mine)


def test_the_table_is_whole() -> None:
    """No case is lost or doubled, each difference has its reason, and each query is used."""
    names = Counter(map(_name, CASES))
    assert len(names) == len(CASES) >= 120
    assert all(("why" in case) == ("oxigraph" in case) for case in CASES)
    assert {case["q"] for case in CASES if "q" in case} == TABLE["queries"].keys()
