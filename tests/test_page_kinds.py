"""The kinds of pages that a browser goes through are all there are."""

import published
import yaml

from graph.paths import ROOT
from web.sparql.addresses import path_of

STATES = {"empty", "answered", "refused", "opened"}


def test_every_address_that_answers_with_a_page_is_a_kind() -> None:
    """What OpenAPI says is HTML has a row in tests/data/page-kinds.yaml, reached by its rule."""
    described = published.client().get("/openapi.json").get_json()["paths"]
    rules = published.app().url_map
    pages = {
        rule.endpoint
        for rule in rules.iter_rules()
        if "text/html"
        in described[path_of(rule.rule)]
        .get("get", {})
        .get("responses", {})
        .get("200", {})
        .get("content", {})
    }
    table = yaml.safe_load((ROOT / "tests" / "data" / "page-kinds.yaml").read_text("utf-8"))
    assert table.keys() == STATES
    rows = [row if isinstance(row, str) else row["path"] for rows in table.values() for row in rows]
    where = rules.bind("pages.example")
    met = {
        where.match(row.partition("?")[0].format(article=published.SLUG))[0]
        for row in rows
        if row != "/nothing"
    }
    assert pages - met == set()
    assert len(pages) > 10
