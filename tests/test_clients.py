"""Real clients against the real server: each gets rows, a boolean and a graph."""

import json
import subprocess
import urllib.request
from typing import Any
from urllib.parse import urlencode

import pytest
from pyoxigraph import QueryResultsFormat, QuerySolutions, parse_query_results
from rdflib import Graph, URIRef
from rdflib.plugins.stores.sparqlstore import SPARQLStore
from servers import CLAIM, Site
from SPARQLWrapper import CSV, JSON, JSONLD, N3, POST, RDFXML, TSV, TURTLE, XML, SPARQLWrapper

from graph.paths import ROOT
from graph.sparql.protocol import FORM

COMUNICA = ROOT / "tests" / "comunica" / "node_modules" / ".bin" / "comunica-sparql"
SELECT = "SELECT ?claim WHERE { ?claim a <https://w3id.org/policyprov/ns#Claim> }"
CONSTRUCT = "CONSTRUCT { ?s ?p ?o } WHERE { ?s ?p ?o }"
ASK = "ASK { ?claim a <https://w3id.org/policyprov/ns#Claim> }"


def _converted(site: Site, query: str, format_: str, method: str = "GET") -> Any:
    wrapper = SPARQLWrapper(site.url + "/sparql")
    wrapper.setQuery(query)
    wrapper.setReturnFormat(format_)
    wrapper.setMethod(method)
    return wrapper.query().convert()


@pytest.mark.parametrize("method", ["GET", POST])
def test_sparqlwrapper_rows(site: Site, method: str) -> None:
    """SPARQLWrapper sends Accept and three spellings of ?format=."""
    found = _converted(site, SELECT, JSON, method)
    assert len(found["results"]["bindings"]) == 6
    found = _converted(site, SELECT, XML, method)
    assert len(found.getElementsByTagName("result")) == 6
    for format_, first in ((CSV, b"claim\r\n"), (TSV, b"?claim\n")):
        assert _converted(site, SELECT, format_, method).startswith(first)
    assert _converted(site, ASK, JSON, method)["boolean"] is True


@pytest.mark.parametrize("format_", [TURTLE, N3, RDFXML, XML, JSONLD])
def test_sparqlwrapper_graphs(site: Site, format_: str) -> None:
    """SPARQLWrapper parses what it asked for; its default for a graph is `xml`."""
    found = _converted(site, CONSTRUCT, format_)
    graph = found if isinstance(found, Graph) else Graph().parse(data=found, format=format_)
    assert len(graph) == 222


def test_rdflib_store(site: Site) -> None:
    """Rdflib's SPARQLStore asks by triple pattern, by query and by graph."""
    store = SPARQLStore(site.url + "/sparql", returnFormat="json")
    graph = Graph(store=store)
    assert len(list(graph.subjects(unique=True))) > 10
    assert len(list(graph.query(SELECT))) == 6
    assert graph.query(ASK).askAnswer is True
    claim = Graph(store=store, identifier=URIRef(CLAIM))
    assert len(list(claim.triples((None, None, None)))) == 10


def test_rdflib_reads_the_graph_store(site: Site) -> None:
    """Rdflib loads a named graph by its URL."""
    assert len(Graph().parse(f"{site.url}/data?{urlencode({'graph': CLAIM})}")) == 10


def test_rdflib_reads_the_descriptions(site: Site) -> None:
    """Rdflib parses the service description and VoID in each format it knows."""
    for path in ("/sparql", "/.well-known/void"):
        for format_ in ("turtle", "xml", "nt", "json-ld"):
            assert len(Graph().parse(site.url + path, format=format_)) > 0


@pytest.mark.parametrize(
    "format_", [QueryResultsFormat.JSON, QueryResultsFormat.XML, QueryResultsFormat.TSV]
)
def test_engine_parsers(site: Site, format_: QueryResultsFormat) -> None:
    """The engine's result parsers read our answers."""
    target = "/sparql?" + urlencode({"query": SELECT})
    reply = site.ask(target, headers={"Accept": format_.media_type})
    found = parse_query_results(reply.body, format_)
    assert isinstance(found, QuerySolutions)
    assert len(list(found)) == 6


def test_urllib(site: Site) -> None:
    """The standard library, as in the documentation."""
    body = urlencode({"query": SELECT}).encode()
    request = urllib.request.Request(  # noqa: S310 (our own server)
        site.url + "/sparql", body, {"Accept": "application/sparql-results+json"}
    )
    with urllib.request.urlopen(request) as reply:  # noqa: S310 - our own http URL
        assert len(json.load(reply)["results"]["bindings"]) == 6


def test_yasgui(site: Site) -> None:
    """YASGUI posts a form from another origin, after a preflight."""
    headers = {"Origin": "https://yasgui.example", "Access-Control-Request-Method": "POST"}
    assert site.ask("/sparql", "OPTIONS", headers).status == 204
    headers = {
        "Origin": "https://yasgui.example",
        "Content-Type": FORM + "; charset=UTF-8",
        "Accept": "application/sparql-results+json,*/*;q=0.9",
        "X-Requested-With": "XMLHttpRequest",
    }
    body = urlencode({"query": SELECT}).encode()
    reply = site.ask("/sparql", "POST", headers, body)
    assert reply.headers["access-control-allow-origin"] == "*"
    assert len(json.loads(reply.body)["results"]["bindings"]) == 6


def test_curl(site: Site) -> None:
    """Curl's own headers: `Accept: */*`, and --data-urlencode."""
    headers = {"User-Agent": "curl/8", "Accept": "*/*", "Content-Type": FORM}
    reply = site.ask("/sparql", "POST", headers, urlencode({"query": SELECT}).encode())
    assert reply.type == "application/sparql-results+json"


def test_long_chinese_query(site: Site) -> None:
    """A query of thousands of Chinese characters passes by POST, and by GET as far as URLs go."""
    text = "ASK { ?s ?p '" + "形式主义" * 1000 + "' }"
    body = urlencode({"query": text}).encode()
    assert site.ask("/sparql", "POST", {"Content-Type": FORM}, body).status == 200
    short = urlencode({"query": "ASK { ?s ?p '" + "形式主义" * 250 + "' }"})
    assert site.ask("/sparql?" + short).status == 200


@pytest.mark.slow
@pytest.mark.parametrize("source", ["/sparql", "/data?default", "/dumps/policyprov.trig"])
def test_comunica(site: Site, source: str) -> None:
    """Comunica finds out by itself what it queries: the endpoint, a graph, or a dump."""
    if not COMUNICA.exists():
        pytest.fail("Comunica is missing: install Node.js 20 and run `npm ci` in tests/comunica")
    query = "SELECT (COUNT(*) AS ?n) WHERE { ?s ?p ?o }"
    done = subprocess.run(
        [str(COMUNICA), site.url + source, query],
        capture_output=True,
        text=True,
        check=True,
        timeout=120,
    )
    assert "222" in done.stdout
