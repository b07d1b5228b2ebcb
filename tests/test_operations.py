"""What an operator sees: health, metrics, the access log; and what one client may cost."""

import io
import json
import os
import signal
import time
from collections.abc import Iterator
from dataclasses import replace

import pytest
from flask import Flask
from flask.testing import FlaskClient
from prometheus_client.core import CounterMetricFamily, GaugeMetricFamily, Metric

from graph.errors import RateError
from graph.settings import Settings
from server import create_app
from web.middleware.arrival import ARRIVAL, Arrival
from web.middleware.rate_limit import Rates, client
from web.middleware.shared.board import Board
from web.middleware.shared.debts import Debts
from web.middleware.shared.region import Region
from web.middleware.stack import EXTENSION, Front

ASK = {"query": "ASK { ?s ?p ?o }"}
FIELDS = ["time", "method", "path", "status", "bytes", "ms", "release", "cache", "limit"]


@pytest.fixture
def app(settings: Settings) -> Iterator[Flask]:
    """The smallest application, with /metrics beside it."""
    made = create_app(replace(settings, admin="on"))
    yield made
    front_of(made).pool.close()


def front_of(app: Flask) -> Front:
    """The front of an application."""
    front: Front = app.extensions[EXTENSION]
    return front


@pytest.fixture
def http(app: Flask) -> FlaskClient:
    """A client of it."""
    return app.test_client()


def metric(http: FlaskClient, name: str) -> float:
    """The value of a metric, labels included in its name."""
    lines = http.get("/metrics").get_data(as_text=True).splitlines()
    return float(next(line for line in lines if line.startswith(name + " ")).split()[-1])


def test_live_and_ready_answer_while_a_worker_lives(http: FlaskClient) -> None:
    """Both are short, plain and never cached."""
    for path in ("/health/live", "/health/ready", "/health/ready/"):
        got = http.get(path)
        assert (got.status_code, got.mimetype) == (200, "text/plain")
        assert got.headers["Cache-Control"] == "no-store"


def test_not_ready_without_workers_but_alive(app: Flask, http: FlaskClient) -> None:
    """A balancer stops sending, and nobody restarts the process."""
    front_of(app).pool.close()
    assert http.get("/health/ready").status_code == 503
    assert http.get("/health/live").status_code == 200


def test_metrics_count_requests_evaluations_and_hits(http: FlaskClient) -> None:
    """Latency histograms, cache, workers and release are there."""
    for _ in range(3):
        assert http.get("/sparql", query_string=ASK).status_code == 200
    requests = 'policyprov_requests_total{method="GET",place="/sparql",status="200"}'
    assert metric(http, requests) == 3
    assert metric(http, 'policyprov_request_seconds_count{place="/sparql"}') == 3
    assert metric(http, "policyprov_evaluation_seconds_count") == 1
    assert metric(http, "policyprov_cache_hits_total") == 2
    assert metric(http, "policyprov_workers") >= 1
    assert metric(http, "policyprov_queue_length") == 0
    assert metric(http, 'policyprov_release{version="1"}') == 1


def test_metrics_count_kills_and_limits(http: FlaskClient) -> None:
    """A query that crashes its worker is counted by its limit and as a death."""
    nested = "SELECT * { FILTER(" + "(" * 20000 + "1" + ")" * 20000 + ") }"
    got = http.post("/sparql", data=nested, content_type="application/sparql-query")
    assert got.status_code == 503
    assert metric(http, 'policyprov_limits_total{limit="nesting"}') == 1
    assert metric(http, 'policyprov_worker_deaths_total{reason="nesting"}') == 1


def test_no_request_can_make_new_labels(http: FlaskClient) -> None:
    """Paths and methods that nobody offers are counted as other."""
    http.open("/x/y/z", method="BREW")
    other = 'policyprov_requests_total{method="other",place="other",status="405"}'
    missing = other.replace("405", "404")
    lines = http.get("/metrics").get_data(as_text=True)
    assert other in lines or missing in lines
    assert "BREW" not in lines


def test_metrics_are_not_public_by_default(settings: Settings) -> None:
    """Only ADMIN=on shows them beside the site."""
    app = create_app(settings)
    assert app.test_client().get("/metrics").status_code == 404
    front_of(app).pool.close()


def test_the_log_has_one_line_a_request_and_tells_nothing_personal(
    app: Flask, http: FlaskClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    """No address, no query, no user agent; the path of a hostile request stays one line."""
    out = io.StringIO()
    monkeypatch.setattr(front_of(app).log, "_stream", out)
    secret = {"User-Agent": "me/1", "X-Forwarded-For": "203.0.113.9"}
    for _ in range(2):
        http.get("/sparql", query_string=ASK, headers=secret)
    http.get("/a\n{}", headers=secret, environ_base={"REMOTE_ADDR": "203.0.113.9"})
    lines = out.getvalue().splitlines()
    rows = [json.loads(line) for line in lines]
    assert [list(row) for row in rows] == [FIELDS] * 3
    assert [row["cache"] for row in rows] == ["miss", "hit", ""]
    assert [row["status"] for row in rows] == [200, 200, 404]
    assert rows[0]["path"] == "/sparql"
    assert rows[0]["release"] == "1"
    assert rows[0]["bytes"] > 0
    for word in ("203.0.113.9", "me/1", "ASK"):
        assert word not in out.getvalue()


def test_lines_come_in_batches_and_all_of_them(
    app: Flask, http: FlaskClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Whoever reads the metrics finds every request counted; closing the log writes the rest."""
    out, log = io.StringIO(), front_of(app).log
    monkeypatch.setattr(log, "_stream", out)
    log.start_batches()
    for _ in range(30):
        http.get("/health/live")
    assert metric(http, 'policyprov_request_seconds_count{place="/health"}') == 30
    http.get("/health/live")
    log.close()
    http.get("/health/live")
    assert [json.loads(line)["path"] for line in out.getvalue().splitlines()] == [
        *["/health/live"] * 30,
        "/metrics",
        *["/health/live"] * 2,
    ]


def test_the_log_can_be_off(settings: Settings, capsys: pytest.CaptureFixture[str]) -> None:
    """Then requests are only counted."""
    app = create_app(replace(settings, log="off", admin="on"))
    assert app.test_client().get("/health/live").status_code == 200
    assert metric(app.test_client(), 'policyprov_request_seconds_count{place="/health"}') == 1
    assert capsys.readouterr().out == ""
    front_of(app).pool.close()


def test_what_was_refused_before_the_application_is_told_by_it(http: FlaskClient) -> None:
    """An error found while the body was read is rendered like any other."""
    error = RateError("too much", retry_after=7)
    came = Arrival(time.perf_counter(), refused=error)
    got = http.get("/sparql", query_string={"query": "ASK {}#x"}, environ_base={ARRIVAL: came})
    assert (got.status_code, got.headers["Retry-After"]) == (429, "7")


class Clock:
    """A clock that goes when told."""

    now = 0.0

    def __call__(self) -> float:
        """Tell the time."""
        return self.now


def test_a_client_may_spend_its_budget_and_gets_it_back_by_the_minute() -> None:
    """Past it comes 429 with the seconds to wait; another client is not concerned."""
    clock = Clock()
    rates = Rates(60, Debts(), clock)
    rates.charge("192.0.2.1", 59)
    rates.check("192.0.2.1")
    rates.charge("192.0.2.1", 11)
    with pytest.raises(RateError) as caught:
        rates.check("192.0.2.1")
    assert caught.value.retry_after == 10
    rates.check("192.0.2.2")
    clock.now = 10.5
    rates.check("192.0.2.1")


def test_a_budget_of_nothing_is_no_limit() -> None:
    """RATE=0 turns the limit off."""
    rates = Rates(0, Debts())
    rates.charge("192.0.2.1", 1e9)
    rates.check("192.0.2.1")


def test_the_table_of_clients_is_bounded() -> None:
    """A flood of addresses cannot fill the memory; one who was charged since is not forgotten."""
    debts, clock = Debts(), Clock()
    rates = Rates(60, debts, clock)
    for number in range(40_000):
        clock.now += 0.0001
        rates.charge(f"10.{number >> 16}.{number >> 8 & 255}.{number & 255}", 61)
    assert debts.clients() <= 1 << 14
    with pytest.raises(RateError):
        rates.check("10.0.156.63")


def test_a_limit_holds_over_all_processes() -> None:
    """What one process charges is seen by another, also after the first was killed."""
    debts = Debts()
    child = os.fork()
    if child == 0:
        Rates(60, debts).charge("192.0.2.1", 1000)
        os.kill(os.getpid(), signal.SIGKILL)
    os.waitpid(child, 0)
    with pytest.raises(RateError):
        Rates(60, debts).check("192.0.2.1")
    Rates(60, debts).check("192.0.2.2")


def test_a_lock_is_free_again_when_its_holder_is_killed() -> None:
    """A front that dies while it writes holds nobody up."""
    region = Region(8)
    child = os.fork()
    if child == 0:
        with region.held():
            region.bytes[:4] = b"here"
            os.kill(os.getpid(), signal.SIGKILL)
    os.waitpid(child, 0)
    with region.held():
        assert region.bytes[:4] == b"here"


def test_metrics_of_fronts_are_added_up() -> None:
    """Counters of a front that ended stay, its gauges go; the release is the same in all."""

    def counted(queries: int, busy: int) -> list[Metric]:
        total = CounterMetricFamily("policyprov_answers", "Queries", value=queries)
        release = GaugeMetricFamily("policyprov_release", "It", labels=("version",))
        release.add_metric(("1",), 1)
        return [total, GaugeMetricFamily("policyprov_workers_busy", "Busy", busy), release]

    def told() -> dict[str, float]:
        return {s.name: s.value for metric in board.sums() for s in metric.samples}

    board = Board(2)
    board.write(0, counted(3, 1))
    board.write(1, counted(4, 2))
    sums = {"policyprov_answers_total": 7, "policyprov_workers_busy": 3, "policyprov_release": 1}
    assert told() == sums
    board.end(0)
    assert told() == sums | {"policyprov_workers_busy": 2}
    board.write(0, counted(1, 0))
    assert told()["policyprov_answers_total"] == 8


@pytest.mark.parametrize(
    ("address", "who"),
    [
        ("192.0.2.1", "192.0.2.1"),
        ("2001:db8:1:2:3::4", "2001:db8:1:2::/64"),
        ("", ""),
        ("unix", "unix"),
    ],
)
def test_an_ipv6_client_is_its_network(address: str, who: str) -> None:
    """A subscriber cannot get a new budget from each of its addresses."""
    assert client(address) == who


def test_a_query_is_charged_to_the_client_the_proxy_names(settings: Settings) -> None:
    """With PROXIES=1 the last hop is believed; without, the header is only a claim."""
    for proxies, second in ((1, 200), (0, 429)):
        app = create_app(replace(settings, rate=0.000001, proxies=proxies, cache_mb=0))
        http = app.test_client()
        for address, status in (("203.0.113.1", 200), ("203.0.113.2", second)):
            got = http.get("/sparql", query_string=ASK, headers={"X-Forwarded-For": address})
            assert got.status_code == status
        front_of(app).pool.close()
