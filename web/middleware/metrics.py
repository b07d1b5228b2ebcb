"""What the server counts, in a registry of its own, and how Prometheus reads it."""

from collections import Counter as Counts
from collections.abc import Callable, Iterable, Iterator
from functools import lru_cache

from prometheus_client import CollectorRegistry, Counter, Histogram
from prometheus_client.core import CounterMetricFamily, GaugeMetricFamily, Metric
from prometheus_client.registry import Collector

from graph.workers.pool import Pool
from web.middleware.lru import CacheStats
from web.middleware.shared.board import Sums
from web.middleware.shared.commons import Commons

_SECONDS = (0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60)
_METHODS = frozenset(("GET", "HEAD", "POST", "QUERY", "OPTIONS"))
_PLACES = (
    "/sparql", "/queries", "/query", "/data", "/dumps", "/id", "/page", "/reader", "/evidence",
    "/explore", "/search", "/browse", "/ontology", "/static", "/health", "/metrics",
)  # fmt: skip


class Metrics:
    """The counters of one application; `registry` has those of all fronts, added up."""

    def __init__(self, pool: Pool, cache: Callable[[], CacheStats], commons: Commons) -> None:
        self._commons = commons
        self.registry = CollectorRegistry()
        # First of all, so that what it counts is in what is read after it.
        self._before = _Before()
        self.before_reading(self.publish)
        self.registry.register(self._before)
        self.registry.register(Sums(commons.board))
        self._here = here = CollectorRegistry()
        here.register(_Snapshots(pool, cache))
        self._requests = Counter(
            "policyprov_requests",
            "Requests answered",
            ("place", "method", "status"),
            registry=here,
        )
        self._latency = Histogram(
            "policyprov_request_seconds",
            "Seconds from the request to its answer",
            ("place",),
            buckets=_SECONDS,
            registry=here,
        )
        self.evaluation = Histogram(
            "policyprov_evaluation_seconds",
            "Seconds a worker took to evaluate and serialize",
            buckets=_SECONDS,
            registry=here,
        )
        self._near = Counter(
            "policyprov_near_answers",
            "Queries of little reach, answered without a worker",
            registry=here,
        )
        self._limits = Counter(
            "policyprov_limits", "Queries refused or ended", ("limit",), registry=here
        )

    def before_reading(self, count: Callable[[], None]) -> None:
        """Call this whenever somebody is about to read the metrics."""
        self._before.calls.insert(0, count)

    def publish(self) -> None:
        """Let every front read what is counted here."""
        self._commons.board.write(self._commons.front, self._here.collect())

    def requests(self, answered: Iterable[tuple[str, str, int, float]]) -> None:
        """Count requests by method, path and status, and the seconds each took.

        No label can take more than a handful of values.
        """
        counts: Counts[tuple[str, str, int]] = Counts()
        latencies: dict[str, list[float]] = {}
        for method, path, status, seconds in answered:
            place = _place(path)
            counts[place, method if method in _METHODS else "other", status] += 1
            latencies.setdefault(place, []).append(seconds)
        for (place, method, status), count in counts.items():
            self._requests.labels(place, method, str(status)).inc(count)
        for place, many in latencies.items():
            observed = self._latency.labels(place)
            for seconds in many:
                observed.observe(seconds)

    def near(self) -> None:
        """Count one query answered without a worker."""
        self._near.inc()

    def limit(self, name: str) -> None:
        """Count one query that met this limit."""
        self._limits.labels(name).inc()


@lru_cache(maxsize=1024)
def _place(path: str) -> str:
    return next((p for p in _PLACES if path == p or path.startswith((p + "/", p + "."))), "other")


class _Before(Collector):
    """No metric, but what is to be done before the others are read."""

    def __init__(self) -> None:
        self.calls: list[Callable[[], None]] = []

    def collect(self) -> Iterator[Metric]:
        """Nothing."""
        for call in self.calls:
            call()
        return iter(())

    def describe(self) -> Iterator[Metric]:
        """Nothing: without this, registering would call `collect`."""
        return iter(())


class _Snapshots(Collector):
    """What pool and cache count themselves, read when Prometheus asks."""

    def __init__(self, pool: Pool, cache: Callable[[], CacheStats]) -> None:
        self._pool, self._cache = pool, cache

    def collect(self) -> Iterator[Metric]:
        """The metric families of this moment."""
        pool, cache = self._pool.stats(), self._cache()
        gauges = (
            ("fronts", "Processes that answer requests", 1),
            ("workers", "Query workers alive", pool.workers),
            ("workers_busy", "Query workers evaluating", pool.busy),
            ("queue_length", "Queries waiting for a worker", pool.waiting),
            ("cache_entries", "Answers in the cache", cache.entries),
            ("cache_bytes", "Bytes in the cache", cache.bytes),
        )
        counters: tuple[tuple[str, str, float], ...] = (
            ("worker_starts", "Query workers started", pool.starts),
            ("answers", "Queries answered by a worker", pool.answers),
            ("evaluation_spent_seconds", "Seconds workers were busy", pool.seconds),
            ("cache_hits", "Requests answered from the cache", cache.hits),
            ("cache_misses", "Cacheable requests not in the cache", cache.misses),
            ("cache_evictions", "Answers that made room", cache.evictions),
        )
        for name, text, value in gauges:
            yield GaugeMetricFamily(f"policyprov_{name}", text, value)
        for name, text, total in counters:
            yield CounterMetricFamily(f"policyprov_{name}", text, total)
        deaths = CounterMetricFamily(
            "policyprov_worker_deaths", "Workers ended early, by reason", labels=("reason",)
        )
        for reason, count in sorted(pool.deaths.items()):
            deaths.add_metric((reason,), count)
        yield deaths
        info = GaugeMetricFamily("policyprov_release", "The release served", labels=("version",))
        info.add_metric((pool.release,), 1)
        yield info
