"""The smallest application the front can stand before: `python tests/small_server.py` serves it.

It takes its settings from the environment, answers /sparql from the workers, and does nothing else:
what it shows is the front's doing.
"""

import os
import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from flask import Flask, Response, request

from graph.errors import RequestError
from graph.rdf.formats import named
from graph.settings import Settings
from graph.workers.job import Job
from graph.workers.pool import Pool
from web.middleware.shared.commons import Commons
from web.middleware.stack import install
from web.server.run import run

METHODS = ["GET", "POST", "QUERY"]


def create_app(settings: Settings, commons: Commons | None = None) -> Flask:
    """An application with one view."""
    app = Flask(__name__)
    meter = install(app, Pool(settings.release, settings), settings, commons or Commons()).meter

    @app.route("/sparql", methods=METHODS)
    def sparql() -> Response:
        direct = request.mimetype == "application/sparql-query"
        query = request.get_data(as_text=True) if direct else request.values.get("query", "")
        answer = meter.answer(Job(query, "json", "turtle"))
        response = Response(answer.body, content_type=named(answer.format).content_type)
        if "RAND" not in query:
            response.headers["X-Policyprov-Cache"] = "store"
        response.headers["X-Release"] = answer.release
        return response

    @app.errorhandler(RequestError)
    def problem(error: RequestError) -> tuple[dict[str, object], int, dict[str, str]]:
        headers = {"Retry-After": str(error.retry_after)} if error.retry_after else {}
        return {"type": error.type, "detail": str(error), **error.extra}, error.status, headers

    return app


if __name__ == "__main__":
    run(create_app, Settings.from_env(os.environ))
