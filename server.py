"""The Flask application, and `python server.py` to serve it."""

import os
import sys
from collections.abc import Mapping

from flask import Flask

from graph.errors import PolicyprovError
from graph.queries import Query, canned
from graph.settings import MEBIBYTE, Settings
from graph.workers import Pool
from web import front, headers, lane, pages, problems, queries
from web.dumps import dumps
from web.editor import editor
from web.explore import explore
from web.graphstore import graphstore
from web.home import home
from web.ontology import ontology
from web.releases import releases
from web.serve import run
from web.sparql import sparql


def create_app(
    settings: Settings | Mapping[str, str] | None = None,
    pool: Pool | None = None,
    known: Mapping[str, Query] | None = None,
) -> Flask:
    """The application: every page and endpoint, over a pool of query workers.

    `settings` may be given as environment variables, and defaults to those of the process. `known`
    are the canned queries, by default those in `queries/`. Raises SettingError and ReleaseError.
    """
    if not isinstance(settings, Settings):
        settings = Settings.from_env(os.environ if settings is None else settings)
    app = Flask(__name__, template_folder="web/templates", static_folder=None)
    app.config["MAX_CONTENT_LENGTH"] = settings.request_mb * MEBIBYTE
    lane.install(app, front.install(app, pool or Pool(settings.release, settings), settings))
    headers.install(app)
    problems.install(app)
    pages.install(app, settings)
    queries.install(app, canned() if known is None else known)
    for blueprint in (sparql, graphstore, dumps, home, explore, editor, releases, ontology):
        app.register_blueprint(blueprint)
    return app


def main() -> int:
    """The exit status of a server that ran in the foreground until it was told to stop."""
    try:
        run(create_app, Settings.from_env(os.environ))
    except PolicyprovError as error:
        sys.stderr.write(f"policyprov: {error}\n")
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
