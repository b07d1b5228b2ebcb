"""Requests made up from our own OpenAPI document, and answers held against it."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import schemathesis
import servers
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


@pytest.mark.slow
def test_answers_are_as_described(app: Flask) -> None:
    """Status, media type and shape of each answer are in the document; none is a crash."""
    document = schemathesis.openapi.from_wsgi("/openapi.json", app)
    found: list[Any] = list(document.get_all_operations())
    operations = [each.ok() for each in found]
    assert len(operations) == 8
    for operation in operations:
        _hold(operation)


def _hold(operation: Any) -> None:
    """Ask forty made-up requests of one operation."""

    @settings(max_examples=40, deadline=None, suppress_health_check=list(HealthCheck))
    @given(case=operation.as_strategy())
    def ask(case: Any) -> None:
        # Its client for WSGI does not undo compression.
        response = case.call(headers={"Accept-Encoding": "identity"})
        case.validate_response(response, checks=CHECKS)

    ask()
