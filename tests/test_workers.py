"""What a query gets from the pool of workers, and what it is told when it goes too far."""

import socket
import sys
import threading
import time
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from servers import wait_until

from graph.errors import ForbiddenError, LimitError, ParameterError, QuerySyntaxError, ReleaseError
from graph.rdf.namespaces import IDS
from graph.settings import Settings
from graph.workers.job import Job
from graph.workers.pool import Pool

LOOKUP = f"SELECT ?o {{ <{IDS}release> ?p ?o }}"
ENDLESS = "SELECT (COUNT(*) AS ?n) { ?a ?b ?c . ?d ?e ?f . ?g ?h ?i . ?j ?k ?l }"
SORTING = "SELECT * { ?a ?b ?c . ?d ?e ?f . ?g ?h ?i . ?j ?k ?l } ORDER BY ?a ?l"
WIDE = "SELECT * { ?a ?b ?c . ?d ?e ?f . ?g ?h ?i }"
NESTED = "SELECT * { FILTER(" + "(" * 20000 + "1" + ")" * 20000 + ") }"
ONE = f"<{IDS}claim/1>"


@pytest.fixture
def pool(settings: Settings) -> Iterator[Pool]:
    """A pool of two workers and a spare."""
    made = Pool(settings.release, settings)
    yield made
    made.close()


def limit_of(pool: Pool, query: str) -> LimitError:
    """The limit this query runs into."""
    with pytest.raises(LimitError) as caught:
        pool.answer(Job(query))
    return caught.value


@pytest.mark.parametrize(
    ("query", "given", "used", "start"),
    [
        ("SELECT ?x { VALUES ?x { 1 } }", "json", "json", b'{"head":{"vars":["x"]}'),
        ("SELECT ?x { VALUES ?x { 1 } }", "csv", "csv", b"x\r\n1\r\n"),
        ("SELECT ?x { VALUES ?x { 1 } }", "tsv", "tsv", b"?x\n1\n"),
        ("ASK { ?s ?p ?o }", "xml", "xml", b'<?xml version="1.0"?><sparql'),
        (f"DESCRIBE {ONE}", "turtle", "turtle", b"@prefix pp: <https://w3id.org/policyprov/ns#>"),
        (f"DESCRIBE {ONE}", "trig", "trig", b"@prefix pp: <https://w3id.org/policyprov/ns#>"),
        (f"DESCRIBE {ONE}", "nquads", "nquads", b"<https://w3id.org/policyprov/id/claim/1> <"),
        (f"DESCRIBE {ONE}", "ntriples", "ntriples", b"<https://w3id.org/policyprov/id/claim/1> <"),
        (f"DESCRIBE {ONE}", "jsonld", "jsonld", b'[{"@id":"https://w3id.org/policyprov/id/claim'),
        (f"DESCRIBE {ONE}", "rdfxml", "rdfxml", b'<?xml version="1.0" encoding="UTF-8"?>\n<rdf:'),
    ],
)  # fmt: skip
def test_answers_in_the_format_that_fits_the_query_form(
    pool: Pool, query: str, given: str, used: str, start: bytes
) -> None:
    """A SELECT or ASK uses the rows format, a CONSTRUCT or DESCRIBE the graph format."""
    job = Job(query, rows=given) if query[0] in "SA" else Job(query, graph=given)
    answer = pool.answer(job)
    assert answer.format == used
    assert answer.body.startswith(start)
    assert answer.release == "1"
    assert 0 < answer.seconds < 2


def test_equal_queries_give_equal_turtle(pool: Pool) -> None:
    """Prefixes come in the published order, only those used, whatever order the engine chose."""
    bodies = {pool.answer(Job(f"DESCRIBE {ONE}")).body for _ in range(20)}
    assert len(bodies) == 1
    names = [line.split()[1] for line in bodies.pop().decode().splitlines() if line[0] == "@"]
    assert names == ["pp:", "clm:", "rdfs:"]


@pytest.mark.parametrize(
    ("default", "among", "triples", "quads"),
    [
        (None, None, True, True),
        ((), None, False, False),
        (None, (), False, False),
        ((f"{IDS}claim/1",), None, True, False),
        (None, (f"{IDS}claim/1",), False, True),
        ((f"{IDS}claim/1",), (f"{IDS}claim/2",), True, True),
        (("http://example.org/none",), ("http://example.org/none",), False, False),
    ],
)
def test_a_given_dataset_hides_every_other_graph(
    pool: Pool,
    default: tuple[str, ...] | None,
    among: tuple[str, ...] | None,
    triples: bool,  # noqa: FBT001 - a column of the table (a column of the table)
    quads: bool,  # noqa: FBT001 - a column of the table
) -> None:
    """One list alone makes the other empty; neither leaves the store as it is."""

    def ask(pattern: str) -> bytes:
        job = Job(f"ASK {{ {pattern} }}", "csv", default_graphs=default, named_graphs=among)
        return pool.answer(job).body

    assert ask("?s ?p ?o") == (b"true" if triples else b"false")
    assert ask("GRAPH ?g { ?s ?p ?o }") == (b"true" if quads else b"false")


def test_a_graph_that_is_no_iri_is_a_parameter_error(pool: Pool) -> None:
    """The worker survives it."""
    with pytest.raises(ParameterError):
        pool.answer(Job("ASK {}", default_graphs=("no iri",)))
    assert pool.stats().deaths.get("crash", 0) == 0


def test_relative_iris_are_resolved_against_the_base(pool: Pool) -> None:
    """The base IRI of the request reaches the engine."""
    answer = pool.answer(Job("SELECT ?x { VALUES ?x { <a> } }", "csv", base_iri="http://e.org/b"))
    assert answer.body == b"x\r\nhttp://e.org/a\r\n"


def test_a_syntax_error_says_where_in_code_points(pool: Pool) -> None:
    """Lines and columns count from 1; a Chinese character is one column."""
    with pytest.raises(QuerySyntaxError) as caught:
        pool.answer(Job('SELECT * {\n  ?s ?p "四川" . ?x ?y ^ }'))
    position = caught.value.position
    assert position is not None
    assert (position.line, position.column) == (2, 24)


@pytest.mark.parametrize(
    ("query", "name", "value", "unit"),
    [
        (ENDLESS, "time", 2.0, "seconds"),
        (SORTING, "memory", 128, "MiB"),
        (WIDE, "size", 4, "MiB"),
        (NESTED, "nesting", None, None),
    ],
)
def test_past_a_limit_the_error_names_it_and_the_next_query_is_served(
    pool: Pool, query: str, name: str, value: float | None, unit: str | None
) -> None:
    """Time, memory, size and nesting each end that query alone."""
    start = time.monotonic()
    error = limit_of(pool, query)
    assert time.monotonic() - start < 20
    assert error.status == 503
    assert (error.extra["limit"], error.extra.get("value"), error.extra.get("unit")) == (
        name,
        value,
        unit,
    )
    start = time.monotonic()
    pool.answer(Job(LOOKUP))
    assert time.monotonic() - start < 5


@pytest.mark.skipif(sys.platform != "linux", reason="seccomp")
def test_a_worker_has_no_network(pool: Pool) -> None:
    """A SERVICE that got past the lexer calls nobody: the kernel refuses the socket."""
    with socket.create_server(("127.0.0.1", 0)) as canary:
        canary.settimeout(0.2)
        url = f"http://127.0.0.1:{canary.getsockname()[1]}/"
        with pytest.raises(ForbiddenError):
            pool.answer(Job(f"SELECT * {{ SERVICE <{url}> {{ ?s ?p ?o }} }}"))
        pool.answer(Job(f"SELECT * {{ SERVICE SILENT <{url}> {{ ?s ?p ?o }} }}"))
        with pytest.raises(TimeoutError):
            canary.accept()


def test_killed_workers_are_replaced(pool: Pool, settings: Settings) -> None:
    """After a kill the pool comes back to its number without being asked."""
    limit_of(pool, NESTED)
    limit_of(pool, NESTED)
    wait_until(lambda: pool.stats().workers == settings.workers + settings.spares)
    assert pool.stats().deaths["nesting"] == 2


def test_a_client_that_leaves_ends_its_query(pool: Pool) -> None:
    """The worker is killed soon after `cancelled` first says so."""
    gone = threading.Event()
    threading.Timer(0.2, gone.set).start()
    start = time.monotonic()
    with pytest.raises(LimitError) as caught:
        pool.answer(Job(ENDLESS), gone.is_set)
    assert caught.value.extra["limit"] == "client"
    assert time.monotonic() - start < 5


def test_the_queue_is_bounded(settings: Settings) -> None:
    """With every worker busy and every place taken, the next client is told when to come back."""
    pool = Pool(settings.release, replace(settings, workers=1, queue=1))
    results: list[str] = []

    def run(query: str) -> None:
        try:
            results.append(pool.answer(Job(query, "csv")).body.decode())
        except LimitError as error:
            results.append(str(error.extra["limit"]))

    first = threading.Thread(target=run, args=(ENDLESS,))
    first.start()
    wait_until(lambda: pool.stats().busy == 1)
    second = threading.Thread(target=run, args=(LOOKUP,))
    second.start()
    wait_until(lambda: pool.stats().waiting == 1)
    error = limit_of(pool, LOOKUP)
    assert (error.extra["limit"], error.retry_after) == ("queue", 2)
    first.join()
    second.join()
    assert results[0] in ("time", "queue")
    assert len(results) == 2
    pool.close()


def test_who_waits_first_is_served_first(settings: Settings) -> None:
    """Waiting queries are answered in the order in which they came."""
    pool = Pool(settings.release, replace(settings, workers=1, queue=8))
    order: list[int] = []
    hold = threading.Event()
    first = threading.Thread(target=lambda: limit_with(pool, hold))
    first.start()
    wait_until(lambda: pool.stats().busy == 1)
    threads = []
    for number in range(5):

        def run(number: int = number) -> None:
            pool.answer(Job(LOOKUP))
            order.append(number)

        threads.append(threading.Thread(target=run))
        threads[-1].start()
        wait_until(lambda number=number: pool.stats().waiting == number + 1)  # type: ignore[misc]  # a default binds the loop variable
    hold.set()
    for thread in (first, *threads):
        thread.join()
    assert order == sorted(order)
    pool.close()


def limit_with(pool: Pool, gone: threading.Event) -> None:
    """An endless query until its client leaves."""
    with pytest.raises(LimitError):
        pool.answer(Job(ENDLESS), gone.is_set)


def test_a_new_release_is_picked_up_under_load(pool: Pool, publish: Callable[[str], Path]) -> None:
    """No query fails, each answer fits the release it names, and afterwards all are new."""
    seen: list[tuple[str, bytes]] = []
    stop = threading.Event()

    def run() -> None:
        while not stop.is_set():
            answer = pool.answer(Job(LOOKUP, "csv"))
            seen.append((answer.release, answer.body))

    threads = [threading.Thread(target=run) for _ in range(4)]
    for thread in threads:
        thread.start()
    before = pool.release.key
    publish("2")
    wait_until(lambda: pool.release.version == "2")
    after = len(seen)
    wait_until(lambda: len(seen) > after + 50)
    stop.set()
    for thread in threads:
        thread.join()
    assert pool.release.key != before
    assert {body for _, body in seen} == {b"o\r\n1\r\n", b"o\r\n2\r\n"}
    assert all(body == f"o\r\n{release}\r\n".encode() for release, body in seen)


def test_a_broken_new_release_leaves_the_old_one_serving(pool: Pool, release: Path) -> None:
    """A folder without a store is refused; queries go on, and killed workers are replaced."""
    broken = release.parent / "broken"
    broken.mkdir()
    (broken / "release.json").write_text('{"version": "3"}')
    release.unlink()
    release.symlink_to("broken")
    time.sleep(0.6)
    limit_of(pool, NESTED)
    wait_until(lambda: pool.stats().workers == 3)
    assert pool.answer(Job(LOOKUP, "csv")).release == "1"


def test_without_a_release_nothing_starts(tmp_path: Path, settings: Settings) -> None:
    """The error says which command makes one."""
    with pytest.raises(ReleaseError, match="policyprov build"):
        Pool(tmp_path / "none", settings)


def test_a_closed_pool_refuses(pool: Pool) -> None:
    """After close nothing runs any more and nothing starts."""
    pool.close()
    assert not pool.ready
    assert limit_of(pool, LOOKUP).extra["limit"] == "queue"
    assert pool.stats().workers == 0
