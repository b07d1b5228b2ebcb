"""Large answers begin before their query has ended, and one cut short is not taken for whole."""

import gzip
import http.client
import json
import signal
import socket
import sys
import xml.etree.ElementTree as ET
from collections.abc import Iterator
from os import kill
from pathlib import Path
from urllib.parse import quote

import brotli  # type: ignore[import-untyped]  # it ships no types
import pytest
import releases
import zstandard
from pyoxigraph import QueryResultsFormat, QuerySolutions, Store, parse_query_results
from servers import Site, ours, wait_until, workers

pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(sys.platform != "linux", reason="needs memfd_create"),
]

MANY = "SELECT * { ?s ?p ?o . ?d ?e ?x } LIMIT %d"
JSON = {"Accept": "application/sparql-results+json"}
ENDLESS = "SELECT * { ?a ?b ?c . ?d ?e ?f . ?g ?h ?i }"
"""Rows for longer than anybody waits."""


@pytest.fixture(scope="module")
def release() -> Path:
    """A release with enough in it."""
    return releases.article()


@pytest.fixture(scope="module")
def site(release: Path) -> Iterator[Site]:
    """A server with time for a large answer, and room for it."""
    settings = {"ANSWER_MB": "60", "QUERY_SECONDS": "60", "WORKERS": "1", "ADMIN": "on"}
    with ours(
        release, **{f"POLICYPROV_{name}": value for name, value in settings.items()}
    ) as found:
        yield found


def begun(
    site: Site, query: str, **headers: str
) -> tuple[http.client.HTTPConnection, http.client.HTTPResponse]:
    """An answer of which only the headers were read, and its connection."""
    connection = http.client.HTTPConnection("127.0.0.1", site.port, timeout=90)
    named = {name.replace("_", "-"): value for name, value in headers.items()}
    connection.request("GET", f"/sparql?query={quote(query)}", headers={**JSON, **named})
    return connection, connection.getresponse()


def metric(site: Site, name: str) -> float:
    """What the server counts under this name."""
    lines = site.ask("/metrics").text.splitlines()
    return next((float(line.split()[-1]) for line in lines if line.startswith(name + " ")), 0)


def resident(pid: int) -> int:
    """The resident MiB of a process."""
    return int(Path(f"/proc/{pid}/statm").read_text().split()[1]) * 4096 >> 20


def test_the_first_rows_come_while_the_query_runs(site: Site) -> None:
    """And the client that has seen enough ends it by leaving."""
    before = metric(site, "policyprov_evaluation_seconds_count")
    connection, answer = begun(site, ENDLESS)
    assert answer.status == 200
    assert answer.read(1 << 18).startswith(b'{"head"')
    assert metric(site, "policyprov_workers_busy") == 1
    assert metric(site, "policyprov_evaluation_seconds_count") == before
    connection.close()
    answer.close()
    wait_until(lambda: metric(site, 'policyprov_limits_total{limit="client"}') == 1)
    assert metric(site, "policyprov_workers_busy") == 0


def test_fifty_megabytes_take_no_more_memory_than_one(site: Site) -> None:
    """The server holds a piece at a time, and its client gets each row."""
    connection, answer = begun(site, MANY % 2000)
    answer.read()
    connection.close()
    before, most, size = resident(site.pid), 0, 0
    connection, answer = begun(site, MANY % 120_000)
    while piece := answer.read(1 << 20):
        size, most = size + len(piece), max(most, resident(site.pid))
    connection.close()
    assert size > 50 << 20
    assert most - before < 16


def test_a_client_that_reads_slowly_keeps_no_worker(site: Site) -> None:
    """The only worker is free again while most of its answer is still to be read."""
    connection, answer = begun(site, MANY % 50_000)
    begin = answer.read(1 << 16)
    wait_until(lambda: metric(site, "policyprov_workers_busy") == 0)
    assert site.ask(f"/sparql?query={quote('ASK { FILTER(true) }')}").status == 200
    assert len(json.loads(begin + answer.read())["results"]["bindings"]) == 50_000
    connection.close()


@pytest.mark.parametrize("accept", ["json", "xml", "tsv"])
@pytest.mark.parametrize("coding", ["", "gzip", "zstd", "br"])
def test_it_is_the_engines_answer(site: Site, release: Path, accept: str, coding: str) -> None:
    """In every format and coding, and again from the cache, with an ETag then."""
    query = f"{MANY % 3000} VALUES ?fresh {{ '{accept}{coding}' }}"
    target = f"/sparql?format={accept}&query={quote(query)}"
    first, second = (site.ask(target, headers={"Accept-Encoding": coding}) for _ in range(2))
    assert (first.status, first.headers["transfer-encoding"]) == (200, "chunked")
    assert "etag" not in first.headers
    assert "content-length" not in first.headers
    assert first.headers.get("content-encoding", "") == coding
    assert second.headers["cache-status"] == "policyprov; hit"
    assert "etag" in second.headers
    assert decoded(coding, first.body) == decoded(coding, second.body)
    store = Store.read_only(str(release / "store"))
    expected = store.query(MANY % 3000)
    found = parse_query_results(
        decoded(coding, first.body), getattr(QueryResultsFormat, accept.upper())
    )
    assert isinstance(found, QuerySolutions)
    assert isinstance(expected, QuerySolutions)
    assert sum(1 for _ in found) == sum(1 for _ in expected) == 3000


def decoded(coding: str, body: bytes) -> bytes:
    """The body without its coding."""
    match coding:
        case "gzip":
            return gzip.decompress(body)
        case "zstd":
            return zstandard.ZstdDecompressor().decompressobj().decompress(body)
        case "br":
            plain: bytes = brotli.decompress(body)
            return plain
    return body


def test_a_large_graph_has_the_published_prefixes(site: Site) -> None:
    """Turtle by the piece is Turtle as it is whole, and XML is well-formed."""
    query = "CONSTRUCT { ?s ?p ?o } { ?s ?p ?o }"
    by_piece = site.ask(f"/sparql?query={quote(query)}", headers={"Accept": "text/turtle"})
    at_once = site.ask(
        f"/sparql?query={quote(query + '#')}",
        headers={"Accept": "text/turtle", "If-None-Match": '"x"'},
    )
    assert by_piece.headers["transfer-encoding"] == "chunked"
    assert "content-length" in at_once.headers
    assert sorted(by_piece.text.splitlines()) == sorted(at_once.text.splitlines())
    assert by_piece.text.split(" .\n")[:5] == at_once.text.split(" .\n")[:5]
    rdf = site.ask(f"/sparql?query={quote(query)}", headers={"Accept": "application/rdf+xml"})
    assert len(ET.fromstring(rdf.body)) > 1000  # noqa: S314 - our own


@pytest.mark.parametrize("limit", ["size", "time", "killed"])
def test_an_answer_cut_short_is_not_well_formed(release: Path, limit: str) -> None:
    """The connection ends in the middle of the chunked coding; which limit it was is counted."""
    settings = {
        "POLICYPROV_ADMIN": "on",
        "POLICYPROV_ANSWER_MB": "2" if limit == "size" else "2047",
        "POLICYPROV_QUERY_SECONDS": "3" if limit == "time" else "60",
    }
    with ours(release, **settings) as site:
        connection, answer = begun(site, ENDLESS)
        assert answer.status == 200
        assert answer.read(1 << 16)
        if limit == "killed":
            for worker in workers(site.pid):
                kill(worker, signal.SIGKILL)
        with pytest.raises((http.client.IncompleteRead, ConnectionError)):
            answer.read()
        connection.close()
        named = "memory" if limit == "killed" else limit
        wait_until(lambda: metric(site, f'policyprov_limits_total{{limit="{named}"}}') == 1)
        assert site.ask(f"/sparql?query={quote('ASK { FILTER(true) }')}").status == 200


@pytest.mark.parametrize(("version", "method"), [("1.0", "GET"), ("1.1", "HEAD")])
def test_who_cannot_take_it_in_pieces_gets_it_whole(site: Site, version: str, method: str) -> None:
    """HTTP/1.0 has no chunks, and HEAD tells the length."""
    query = f"{MANY % 4000} VALUES ?fresh {{ '{version}' }}"
    target = f"/sparql?query={quote(query)}"
    request = f"{method} {target} HTTP/{version}\r\nHost: x\r\nConnection: close\r\n\r\n"
    with socket.create_connection(("127.0.0.1", site.port), timeout=60) as connection:
        connection.sendall(request.encode())
        with connection.makefile("rb") as reader:
            status = reader.readline()
            headers = http.client.parse_headers(reader)
            body = reader.read()
    assert status.startswith(b"HTTP/1.1 200 ")
    assert headers["Transfer-Encoding"] is None
    length = int(headers["Content-Length"])
    assert length > 1 << 20
    assert len(body) == (0 if method == "HEAD" else length)
