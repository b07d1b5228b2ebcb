"""What an operator asks the server: is it alive, is it ready, how is it doing."""

from flask import Blueprint, Response, request
from prometheus_client import CONTENT_TYPE_LATEST, generate_latest

from graph.workers.pool import Pool
from web.middleware.arrival import arrival
from web.middleware.metrics import Metrics
from web.middleware.shared.rooms import Rooms


def operations(pool: Pool, metrics: Metrics, rooms: Rooms, *, public: bool) -> Blueprint:
    """The blueprint of /health/live and /health/ready, and if `public` of /metrics.

    Ready is the server if any of its fronts is: one that is not hands its queries to another.
    """
    blueprint = Blueprint("operations", __name__)

    @blueprint.before_app_request
    def refuse() -> None:
        """Raise what was wrong with the request before it came here, to be told like any error."""
        came = arrival(request.environ)
        if came is not None and came.refused is not None:
            raise came.refused

    @blueprint.get("/health/live", strict_slashes=False)
    def live() -> Response:
        """Say that the process answers."""
        return _plain("live", 200)

    @blueprint.get("/health/ready", strict_slashes=False)
    def ready() -> Response:
        """Say whether a worker over the release served answers, in this front or another."""
        return _plain("ready", 200) if pool.ready or rooms.ready() else _plain("not ready", 503)

    if public:

        @blueprint.get("/metrics", strict_slashes=False)
        def scrape() -> Response:
            """Show the metrics in the Prometheus text format."""
            return Response(generate_latest(metrics.registry), content_type=CONTENT_TYPE_LATEST)

    return blueprint


def _plain(text: str, status: int) -> Response:
    response = Response(text + "\n", status, content_type="text/plain; charset=utf-8")
    response.headers["Cache-Control"] = "no-store"
    return response
