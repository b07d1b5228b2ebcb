"""The request table over an engine elsewhere: what we answer, whatever holds the quads."""

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import engines
import pytest
import servers
from servers import Site
from test_requests import CASES, Case, ask, said

pytestmark = pytest.mark.slow


@pytest.fixture(scope="module", params=engines.REAL)
def other(
    request: pytest.FixtureRequest, example: Path, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[tuple[str, Site]]:
    """The name of a kind of engine, and our server in front of one that holds the example."""
    work = tmp_path_factory.mktemp("engine") / "data"
    with (
        engines.holding(request.param, example.resolve(), work) as store,
        servers.ours(example, POLICYPROV_STORE=store, POLICYPROV_QUERY_SECONDS="10") as site,
    ):
        yield request.param, site


def told(case: Case, site: Site) -> tuple[object, ...]:
    """The status, the type, and of a good answer what it says, whatever its server's address."""
    reply = ask(case, site, case.get("path", "/sparql"))
    body = reply.body.replace(site.url.encode(), b"http://here")
    if reply.status != 200 or reply.type == "text/html" or not body:
        return reply.status, reply.type
    is_text = reply.type == "application/json"
    return reply.status, reply.type, body if is_text else said(replace(reply, body=body))


@pytest.mark.parametrize("case", CASES, ids=lambda case: case["name"])
def test_a_request_is_answered_the_same(case: Case, site: Site, other: tuple[str, Site]) -> None:
    """Status, type and content; or the difference is listed with its reason."""
    name, there = other
    wanted, found = told(case, site), told(case, there)
    listed = case["name"] in engines.DIFFERENT[name]["requests"]
    assert (found == wanted) != listed, f"{found} instead of {wanted}"
