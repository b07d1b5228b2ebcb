"""Completion knows which properties the things of a class have: counted by the build."""

import json
import shutil
import subprocess

import published
import pytest
from flask.testing import FlaskClient
from pyoxigraph import Literal, NamedNode

from graph.paths import WEB
from graph.rdf.namespaces import expand, shorten
from web.site.release_view import view
from web.sparql.vocabulary.usage import usage

OPENED = "SELECT * WHERE { "
SCOPES = [
    ("?x a pp:PolicyMeasure ; ", "", ["pp:PolicyMeasure"]),
    ("?x a pp:PolicyMeasure ; pp:in", "", ["pp:PolicyMeasure"]),
    ("?x a pp:PolicyMeasure .\n  ?x ", "", ["pp:PolicyMeasure"]),
    ("?x ", " . ?x rdf:type pp:Claim }", ["pp:Claim"]),
    ("?x pp:b ?y ; a pp:M , pp:N ; pp:c 'a; b' .\n ?x pp", "", ["pp:M", "pp:N"]),
    ("# a . b\n ?x a pp:PolicyMeasure ;\n  ", "", ["pp:PolicyMeasure"]),
    ("?y pp:p ?x ; a pp:B . ?x ", "", []),
    ("?x a pp:PolicyMeasure ; pp:a ", "", []),
    ("?x a ", "", []),
    ("?x", "", []),
]
"""What stands before the cursor, what behind it, and the classes of the subject at whose property
it stands."""


def test_the_usage_is_that_of_the_release() -> None:
    """Every class and property that occurs, counted as one counts in the store."""
    here = view(published.app().extensions["policyprov"].pool.release)
    found = usage(here)
    claim, quote = expand("pp:Claim").value, expand("pp:quote").value
    store = published.dataset()
    of_class = "SELECT (COUNT(*) AS ?n) { ?s a <%s> }"
    (row,) = store.query(of_class % claim)  # type: ignore[misc]
    assert found.classes[claim] == int(row["n"].value)
    (row,) = store.query(f"SELECT (COUNT(*) AS ?n) {{ ?s <{quote}> ?o }}")  # type: ignore[misc]
    assert found.properties[quote] == int(row["n"].value)
    assert list(found.properties.values()) == sorted(found.properties.values(), reverse=True)
    assert set(found.of_class) <= set(found.classes)
    assert {name for each in found.of_class.values() for name in each} <= set(found.properties)


def test_the_editor_is_told_the_properties_of_each_class() -> None:
    client: FlaskClient = published.client()
    uses = client.get("/query/vocabulary.json").get_json()["uses"]
    store = published.dataset()
    kind = expand("pp:PolicyMeasure")
    things = [q.subject for q in store.quads_for_pattern(None, expand("rdf:type"), kind, None)]
    said = {
        shorten(q.predicate.value)
        for thing in things
        for q in store.quads_for_pattern(thing, None, None, None)
        if isinstance(q.object, NamedNode | Literal)
    }
    assert set(uses["pp:PolicyMeasure"]) == said - {"rdf:type"}


@pytest.mark.skipif(shutil.which("node") is None, reason="needs Node.js")
@pytest.mark.parametrize(("head", "tail", "classes"), SCOPES)
def test_the_class_in_scope_is_read_from_the_query(
    head: str, tail: str, classes: list[str]
) -> None:
    script = (
        f"import {{ scope }} from {json.dumps((WEB / 'client/vocabulary.js').as_uri())};"
        f"const head = {json.dumps(OPENED + head)};"
        f"console.log(JSON.stringify(scope(head, head + {json.dumps(tail)})));"
    )
    ran = subprocess.run(
        ["node", "--input-type=module", "-e", script], capture_output=True, check=True, timeout=30
    )
    assert json.loads(ran.stdout) == classes
