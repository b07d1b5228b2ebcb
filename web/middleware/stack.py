"""Everything that stands between the network and the views, put together."""

import sys
from dataclasses import dataclass

from flask import Flask

from graph.settings import MEBIBYTE, Settings
from graph.workers.pool import Pool
from web.middleware.access_log import AccessLog, Logged
from web.middleware.health import operations
from web.middleware.lru import Cache
from web.middleware.metering import Meter
from web.middleware.metrics import Metrics
from web.middleware.rate_limit import Rates
from web.middleware.response_cache import Cached, Kept
from web.middleware.shared.commons import Commons

EXTENSION = "policyprov"


@dataclass(frozen=True)
class Front:
    """The parts in front of one application; `meter` is what its views ask."""

    settings: Settings
    pool: Pool
    meter: Meter
    cached: Cached
    metrics: Metrics
    log: AccessLog
    commons: Commons


def install(app: Flask, pool: Pool, settings: Settings, commons: Commons) -> Front:
    """The front of this application: operations, rates, log and cache stand before its views.

    It can be found again as `app.extensions["policyprov"]`.
    """
    cache: Cache[Kept] = Cache(settings.cache_mb * MEBIBYTE)
    metrics = Metrics(pool, cache.stats, commons)
    meter = Meter(pool, Rates(settings.rate, commons.debts), metrics, settings.proxies)
    app.register_blueprint(operations(pool, metrics, commons.rooms, public=settings.admin == "on"))
    cached = Cached(app.wsgi_app, cache, lambda: pool.release.key, settings.request_mb * MEBIBYTE)
    stream = sys.stdout if settings.log == "json" else None
    log = AccessLog(metrics, lambda: pool.release.version, stream, commons.log)
    # The documented way to put WSGI middleware in front of a Flask application.
    app.wsgi_app = Logged(cached, log)  # type: ignore[method-assign]
    front = Front(settings, pool, meter, cached, metrics, log, commons)
    app.extensions[EXTENSION] = front
    return front
