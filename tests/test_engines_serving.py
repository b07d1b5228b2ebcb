"""Real engines behind our server: the same pages and the same rows as from the release's own store.

What differs is listed in tests/data/engines.yaml, each with its reason; a difference that is listed
and no longer there is an error, too.
"""

import json
import os
import re
import shutil
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path
from typing import Any
from urllib.parse import quote

import engines
import pytest
import releases
import servers
from pyoxigraph import Literal, NamedNode, Quad, RdfFormat, parse, serialize
from servers import Site

from graph.paths import ROOT
from graph.queries import canned
from graph.rdf.namespaces import IDS, NS
from graph.rdf.store import write

pytestmark = pytest.mark.slow

ROOMY: Any = {"POLICYPROV_QUERY_SECONDS": "25", "POLICYPROV_QUEUE": "64"}
JSON = {"Accept": "application/sparql-results+json"}


@pytest.fixture(scope="module")
def folder() -> Path:
    """A built release of the first article."""
    return releases.article().resolve()


@pytest.fixture(scope="module")
def native(folder: Path) -> Iterator[Site]:
    """Our server over the release's own store."""
    with servers.ours(folder, **ROOMY) as site:
        yield site


@pytest.fixture(scope="module", params=engines.REAL)
def setting(
    request: pytest.FixtureRequest, folder: Path, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[tuple[str, str]]:
    """The name of a kind of engine, and the setting that asks one that holds the release."""
    work = tmp_path_factory.mktemp("engine") / "data"
    with engines.holding(request.param, folder, work) as found:
        yield request.param, found


@pytest.fixture(scope="module")
def other(setting: tuple[str, str], folder: Path) -> Iterator[tuple[str, Site]]:
    """The name of an engine and our server in front of it."""
    name, store = setting
    with servers.ours(folder, POLICYPROV_STORE=store, **ROOMY) as site:
        yield name, site


def answered(site: Site, name: str) -> object:
    """What a canned query answers, in no order; for an error, its status."""
    form = canned()[name].form
    if form in ("SELECT", "ASK"):
        reply = site.ask(f"/queries/{name}?format=json", headers=JSON)
        if reply.status != 200:
            return reply.status
        found = json.loads(reply.body)
        if "boolean" in found:
            return found["boolean"]
        return Counter(json.dumps(row, sort_keys=True) for row in found["results"]["bindings"])
    reply = site.ask(f"/queries/{name}?format=ntriples")
    if reply.status != 200:
        return reply.status
    return {str(quad.triple) for quad in parse(reply.body, RdfFormat.N_TRIPLES)}


@pytest.mark.parametrize("query", sorted(canned()))
def test_a_canned_query_finds_the_same_rows(
    query: str, native: Site, other: tuple[str, Site]
) -> None:
    """On every engine, or the difference is listed."""
    name, site = other
    same = answered(site, query) == answered(native, query)
    listed = query in engines.DIFFERENT[name]["queries"]
    assert same != listed, "listed, and the same" if listed else "not listed"


PAGES = (
    "/",
    "/reader",
    f"/reader/{releases.SLUG}",
    "/page/agent/li-xiang",
    "/page/document/notice-2019-03",
    f"/page/claim/{releases.SLUG}-94368501-1",
    "/evidence?s=https%3A%2F%2Fw3id.org%2Fpolicyprov%2Fid%2Fdocument%2Fnotice-2019-03",
    "/explore/timeline",
    "/explore/places",
    "/browse",
    "/search?q=%E5%87%8F%E8%B4%9F",
    "/ontology",
    "/data/document/notice-2019-03.ttl",
    "/linkset/agent/li-xiang",
    "/data?graph=https%3A%2F%2Fw3id.org%2Fpolicyprov%2Fid%2Fgraph%2Fbackground&format=ntriples",
    "/dumps",
)
_OF_A_SERVER = re.compile(rb"http(?:://|%3A%2F%2F)127\.0\.0\.1(?::|%3A)\d+")


def shown(site: Site, path: str) -> tuple[int, Counter[bytes]]:
    """A page as lines in no order, without the address of its server."""
    reply = site.ask(path)
    return reply.status, Counter(_OF_A_SERVER.sub(b"", reply.body).split(b"\n"))


@pytest.mark.parametrize("path", PAGES)
def test_a_page_is_the_same(path: str, native: Site, other: tuple[str, Site]) -> None:
    """Pages, evidence, search, graphs and data about things, whatever holds the quads."""
    name, site = other
    wanted, found = shown(native, path), shown(site, path)
    assert wanted[0] == 200
    told = f"{found[0]} {(found[1] - wanted[1]) + (wanted[1] - found[1])}"
    assert (found == wanted) != (path in engines.DIFFERENT[name]["pages"]), told


def test_no_graph_of_the_engine_is_seen(native: Site, other: tuple[str, Site]) -> None:
    """The named graphs are those of the release, with as many triples, and so is the default."""
    text = "SELECT ?g (COUNT(*) AS ?n) { GRAPH ?g { ?s ?p ?o } } GROUP BY ?g"
    whole = "SELECT (COUNT(*) AS ?n) { ?s ?p ?o }"
    for query in (text, whole):
        replies = [
            site.ask("/sparql", "POST", {**JSON, "Content-Type": "application/sparql-query"},
                     query.encode())
            for site in (native, other[1])
        ]  # fmt: skip
        wanted, found = (
            Counter(tuple(cell["value"] for cell in row.values())
                    for row in json.loads(reply.body)["results"]["bindings"])
            for reply in replies
        )  # fmt: skip
        assert found == wanted


def test_service_is_refused(other: tuple[str, Site], canary: servers.Canary) -> None:
    """An engine that federates is not asked to."""
    before = canary.calls
    query = f"SELECT * {{ SERVICE <{canary.url}> {{ ?s ?p ?o }} }}"
    headers = {"Content-Type": "application/sparql-query"}
    assert other[1].ask("/sparql", "POST", headers, query.encode()).status == 403
    assert canary.calls == before


REACH = "SELECT ?p ?o { <https://w3id.org/policyprov/id/agent/li-xiang> ?p ?o }"
SLOW = "SELECT (COUNT(*) AS ?n) { ?a ?b ?c . ?d ?e ?f . ?g ?h ?i . FILTER(?a != ?i && ?c != ?g) }"


def test_what_takes_too_long_is_told_and_the_next_query_answered(
    setting: tuple[str, str], folder: Path
) -> None:
    """504 after the deadline, from a front of four seconds."""
    headers = {"Content-Type": "application/sparql-query"}
    with servers.ours(folder, POLICYPROV_STORE=setting[1], POLICYPROV_QUERY_SECONDS="4") as site:
        reply = site.ask("/sparql", "POST", headers, SLOW.encode())
        problem = json.loads(reply.body)
        assert (reply.status, problem["limit"]) == (504, "time")
        assert "Retry-After".lower() in reply.headers
        assert site.ask("/queries/sections?format=json").status == 200


def test_no_store_of_the_folder_is_read(
    setting: tuple[str, str], folder: Path, tmp_path: Path
) -> None:
    """A query of little reach, and a page after it, come from the engine: the store is empty."""
    bare = shutil.copytree(folder, tmp_path / "release", ignore=shutil.ignore_patterns("store"))
    write([], bare / "store")
    headers = {**JSON, "Content-Type": "application/sparql-query"}
    with servers.ours(bare, POLICYPROV_STORE=setting[1], **ROOMY) as site:
        reply = site.ask("/sparql", "POST", headers, REACH.encode())
        assert reply.status == 200
        assert json.loads(reply.body)["results"]["bindings"]
        assert site.ask("/page/agent/li-xiang").status == 200


def refusal(folder: Path, store: str) -> str:
    """What our server says that does not start."""
    environ = {"POLICYPROV_RELEASE": str(folder), "POLICYPROV_STORE": store}
    done = subprocess.run(
        [sys.executable, "server.py"],
        cwd=ROOT,
        env={**os.environ, "POLICYPROV_PORT": str(servers.free_port()), **environ},
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    assert done.returncode == 1
    return done.stderr


def test_the_release_of_the_engine_must_be_that_of_the_folder(
    setting: tuple[str, str], tmp_path: Path, folder: Path
) -> None:
    """Both are named, and what to load."""
    (tmp_path / "release.json").write_text('{"version": "0.0.1", "files": []}')
    version = json.loads((folder / "release.json").read_bytes())["version"]
    told = refusal(tmp_path, setting[1])
    assert f"holds release {version}, the folder 0.0.1" in told


def test_a_default_graph_that_is_another_stops_the_start(
    setting: tuple[str, str], folder: Path
) -> None:
    """Both sizes are told, and how to name the right one."""
    elsewhere = "default-graph-uri=http://x/another"
    bare, _, _ = setting[1].partition("?")
    told = refusal(folder, f"{bare}?{elsewhere}")
    size = json.loads((folder / "release.json").read_bytes())["counts"]["triples"]
    assert "default graph holds 0 triples, that of release" in told
    assert f"{size};" in told
    assert "?default-graph-uri=IRI in POLICYPROV_STORE" in told


def test_an_engine_that_is_not_there_stops_the_start(folder: Path) -> None:
    """With its address, and what to do."""
    store = f"sparql+http://127.0.0.1:{servers.free_port()}/query"
    told = refusal(folder, store)
    assert f"the engine at {store.removeprefix('sparql+')} accepts no connection; start it" in told


def test_an_engine_that_goes_away_and_comes_back(folder: Path, tmp_path: Path) -> None:
    """503 while it is gone; the pages and queries after it without a restart of ours."""
    with ExitStack() as stack:
        first = ExitStack()
        store = first.enter_context(engines.oxigraph(folder, tmp_path / "data"))
        site = stack.enter_context(servers.ours(folder, POLICYPROV_STORE=store))
        assert site.ask("/queries/sections?format=json").status == 200
        first.close()
        reply = site.ask("/queries/cases?format=json")
        assert (reply.status, json.loads(reply.body)["type"][-11:]) == (503, "engine-gone")
        assert site.ask("/page/agent/li-xiang").status == 503
        port = int(store.rpartition(":")[2].partition("/")[0])
        stack.enter_context(engines.oxigraph_again(tmp_path / "data", port))
        assert site.ask("/queries/cases?format=json").status == 200
        assert site.ask("/page/agent/li-xiang").status == 200


def test_an_engine_behind_tls_serves_queries_and_pages(folder: Path, tmp_path: Path) -> None:
    """The workers trust what SSL_CERT_FILE names, as the operator's shell hands it on."""
    with engines.oxigraph(folder, tmp_path / "data") as store:
        port = int(store.rpartition(":")[2].partition("/")[0])
        secure = engines.Secure(port, tmp_path)
        setting = secure.setting("/query")
        assert "not trusted here" in refusal(folder, setting)
        trusted: Any = {"SSL_CERT_FILE": str(secure.certificate), "POLICYPROV_STORE": setting}
        with servers.ours(folder, **trusted, **ROOMY) as site:
            assert site.ask("/queries/sections?format=json").status == 200
            assert site.ask("/page/agent/li-xiang").status == 200
        secure.close()


def test_a_switch_finds_the_engine_of_the_new_release(tmp_path: Path) -> None:
    """{release} in the setting leads each release to its own dataset; the old one serves till then.

    Two engines stand behind one address, as datasets of one would, by the name of the release.
    """
    for version, count in (("1.0", 1), ("2.0", 2)):
        told_by(tmp_path / version, version, count)
    link = tmp_path / "current"
    link.symlink_to("1.0")
    ask = "/sparql?query=" + quote("SELECT (COUNT(*) AS ?n) { ?s ?p ?o }")
    with ExitStack() as stack:
        ports = {}
        for version in ("1.0", "2.0"):
            work = tmp_path / f"data-{version}"
            store = stack.enter_context(engines.oxigraph(tmp_path / version, work))
            ports[version] = int(store.rpartition(":")[2].partition("/")[0])
        crossing = engines.Crossing({"1.0": ports["1.0"]})
        stack.callback(crossing.close)
        setting: Any = {"POLICYPROV_STORE": crossing.setting}
        site = stack.enter_context(servers.ours(link, **setting, **ROOMY))

        def counted() -> str:
            found = json.loads(site.ask(ask, headers=JSON).body)["results"]["bindings"]
            return str(found[0]["n"]["value"])

        assert counted() == "1"
        fresh = tmp_path / "fresh"
        fresh.symlink_to("2.0")
        fresh.replace(link)
        time.sleep(3)
        assert counted() == "1", "the engine does not have the new release yet"
        crossing.ports["2.0"] = ports["2.0"]
        until = time.monotonic() + 30
        while counted() != "2":
            assert time.monotonic() < until
            time.sleep(0.2)


def told_by(folder: Path, version: str, count: int) -> None:
    """A release of so many triples, as an engine loads it."""
    folder.mkdir()
    quads = [Quad(NamedNode(f"{IDS}x"), NamedNode(f"{NS}value"), Literal(n)) for n in range(count)]
    write(quads, folder / "store")
    serialize(quads, output=str(folder / "policyprov.nq"), format=RdfFormat.N_QUADS)
    (folder / "void.ttl").write_text(
        "<https://w3id.org/policyprov/dataset> a <http://rdfs.org/ns/void#Dataset> ;"
        f' <http://www.w3.org/ns/dcat#version> "{version}" .\n'
    )
    counts = {"version": version, "files": [], "counts": {"triples": count}}
    (folder / "release.json").write_text(json.dumps(counts))


def test_virtuoso_that_cuts_its_answers_is_not_believed(folder: Path, tmp_path: Path) -> None:
    """ResultSetMaxRows cuts without an error; a header says so."""
    engines.need_virtuoso()
    with (
        engines.virtuoso(folder, tmp_path / "data", rows=100) as store,
        servers.ours(folder, POLICYPROV_STORE=store) as site,
    ):
        headers = {**JSON, "Content-Type": "application/sparql-query"}
        few = site.ask("/sparql", "POST", headers, b"SELECT * { ?s ?p ?o } LIMIT 10")
        many = site.ask("/sparql", "POST", headers, b"SELECT * { ?s ?p ?o }")
        assert few.status == 200
        assert (many.status, "ResultSetMaxRows" in many.text) == (502, True)
