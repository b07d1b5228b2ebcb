"""Requests made up from our own OpenAPI document, and answers held against it."""

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import published
import pytest
import schemathesis
import servers
import yaml
from flask import Flask
from hypothesis import HealthCheck, given, settings
from schemathesis.checks import not_a_server_error
from schemathesis.specs.openapi.checks import (
    content_type_conformance,
    response_schema_conformance,
    status_code_conformance,
)

from graph.paths import ROOT
from graph.queries import load
from server import create_app
from web.middleware.stack import EXTENSION
from web.sparql.addresses import METHODS, path_of

CHECKS = [
    not_a_server_error,
    status_code_conformance,
    content_type_conformance,
    response_schema_conformance,
]


@pytest.fixture(scope="module")
def app(example: Path) -> Iterator[Flask]:
    """The application with three canned queries of its own."""
    environ = {**servers.CAPPED, "POLICYPROV_RELEASE": str(example)}
    found = create_app(environ, known=load(ROOT / "tests" / "data" / "queries"))
    yield found
    found.extensions[EXTENSION].pool.close()


@pytest.fixture(scope="module")
def described() -> dict[str, Any]:
    """The description of the site over the release."""
    found: dict[str, Any] = published.client().get("/openapi.json").get_json()
    return found


def test_every_public_address_is_described(described: dict[str, Any]) -> None:
    """A new route needs no word here, but one in web/sparql/addresses.yaml if it is no page."""
    for rule in published.app().url_map.iter_rules():
        for method in METHODS & (rule.methods or set()):
            operation = described["paths"][path_of(rule.rule)][method.lower()]
            holes = {p["name"] for p in operation.get("parameters", ()) if p["in"] == "path"}
            assert operation["summary"], rule.rule
            assert holes == rule.arguments - {"defaults"} - set(rule.defaults or ()), rule.rule


def test_every_description_is_of_an_address(described: dict[str, Any]) -> None:
    table = yaml.safe_load((ROOT / "web" / "sparql" / "addresses.yaml").read_text("utf-8"))
    # Whether there are metrics is a setting.
    assert table["addresses"].keys() - {"/metrics"} <= described["paths"].keys()
    used = {name for row in table["addresses"].values() for name in row.get("query", ())}
    assert used == table["parameters"].keys()
    names = [each["operationId"] for path in described["paths"].values() for each in path.values()]
    assert len(names) == len(set(names))


SAMPLES = {
    "path": ["measures"], "slug": [published.SLUG], "version": [published.folder().resolve().name],
    "file": ["style.css", "seal.svg", "favicon.ico", "seal.png", "theme.js"], "tail": ["/"],
    "number": ["1"], "what": ["entity"],
    "name": [
        "endpoint", "place/330503", f"claim/{published.SLUG}-0ddffad1-2", "policyprov.ttl",
        "place/330503.jsonld", "timeline", "admin-level-county",
        "0.3.0", "effects", "effects.rq", "release.json",
    ],
}  # fmt: skip
"""Values for the holes of paths: those that lead nowhere get their 404."""


def filled(path: str) -> list[str]:
    """The path with every hole filled in every way of the samples."""
    hole = re.search(r"{(\w+)}", path)
    if hole is None:
        return [path]
    ways = [path.replace(hole[0], value) for value in SAMPLES[hole[1]]]
    return [each for way in ways for each in filled(way)]


@pytest.mark.parametrize("accept", ["text/html", "*/*"])
def test_an_address_answers_with_a_type_it_is_described_with(
    described: dict[str, Any], accept: str
) -> None:
    client = published.client()
    for path, operations in described["paths"].items():
        if path == "/sparql" or (path.startswith("/queries/") and "{" not in path):
            continue  # schemathesis has them
        found = set()
        for way in filled(path):
            answer = client.get(way, headers={"Accept": accept}, buffered=True)
            told = operations["get"]["responses"][str(answer.status_code)]
            found.add(answer.status_code)
            if "content" in told:
                assert answer.mimetype in told["content"], way
        silent = {
            "/oembed",
            "/reconcile/preview",
            "/data",
            "/.well-known/security.txt",
            "/concept{tail}",
            "/ns{tail}",
        }
        assert found & {200, 302, 303} or path in silent, path


OF_SPARQL = ("/sparql", "/data", "/queries/")


@pytest.mark.slow
def test_answers_are_as_described(app: Flask) -> None:
    """Status, media type and shape of each answer are in the document; none is a crash."""
    operations = [o for o in _operations(app) if f"{o.path}/".startswith(OF_SPARQL)]
    assert {"/sparql", "/data", "/queries/facts-of"} <= {each.path for each in operations}
    for operation in operations:
        _hold(operation, 40)


@pytest.mark.slow
def test_pages_answer_as_described() -> None:
    """The same of everything that is not SPARQL, over the release."""
    operations = [o for o in _operations(published.app()) if not o.path.startswith(OF_SPARQL)]
    assert len(operations) > 40
    for operation in operations:
        _hold(operation, 12)


def _operations(app: Flask) -> list[Any]:
    document = schemathesis.openapi.from_wsgi("/openapi.json", app)
    found: list[Any] = list(document.get_all_operations())
    return [each.ok() for each in found]


def _hold(operation: Any, most: int) -> None:
    """Ask so many made-up requests of one operation."""

    @settings(max_examples=most, deadline=None, suppress_health_check=list(HealthCheck))
    @given(case=operation.as_strategy())
    def ask(case: Any) -> None:
        # Its client for WSGI does not undo compression.
        response = case.call(headers={"Accept-Encoding": "identity"})
        case.validate_response(response, checks=CHECKS)

    ask()
