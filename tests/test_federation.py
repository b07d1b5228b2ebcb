"""No query makes the server call anyone."""

from urllib.parse import quote

import pytest
import yaml
from servers import Canary, Site

from graph.paths import ROOT
from graph.sparql.protocol import DIRECT

REFUSED: dict[str, str] = yaml.safe_load(
    (ROOT / "tests" / "data" / "service.yaml").read_text("utf-8")
)["refused"]


@pytest.mark.parametrize("text", REFUSED.values(), ids=REFUSED)
def test_service_is_forbidden(text: str, site: Site, canary: Canary) -> None:
    """Every spelling, by GET and by POST, is a 403 that says where."""
    query = text.replace("CANARY", canary.url).encode()
    for reply in (
        site.ask("/sparql?query=" + quote(query)),
        site.ask("/sparql", "POST", {"Content-Type": DIRECT}, query),
    ):
        assert reply.status == 403
        assert '"line"' in reply.text
    assert canary.calls == 0


@pytest.mark.parametrize(
    "text",
    [
        "LOAD <CANARY>",
        "INSERT { ?s ?p ?o } WHERE { SERVICE <CANARY> { ?s ?p ?o } }",
        "SELECT * FROM <CANARY> { ?s ?p ?o }",
        "SELECT * FROM NAMED <CANARY> { GRAPH ?g { ?s ?p ?o } }",
        "SELECT * { GRAPH <CANARY> { ?s ?p ?o } }",
        "DESCRIBE <CANARY>",
        "SELECT (<CANARY>(1) AS ?x) {}",
    ],
)
def test_nothing_else_calls_either(text: str, site: Site, canary: Canary) -> None:
    """LOAD is refused; FROM, GRAPH, DESCRIBE and a function's name are only names."""
    query = quote(text.replace("CANARY", canary.url))
    for target in (
        f"/sparql?query={query}",
        f"/sparql?query={query}&default-graph-uri={quote(canary.url)}",
        f"/data?graph={quote(canary.url)}",
    ):
        assert site.ask(target).status in (200, 400, 403, 404)
    assert canary.calls == 0
