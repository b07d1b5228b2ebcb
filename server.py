"""The Flask application, and `python server.py` to serve it."""

import os
import sys
from collections.abc import Mapping

from flask import Flask

from graph.errors import PolicyprovError
from graph.queries import Query, canned
from graph.settings import MEBIBYTE, Settings
from graph.workers.pool import Pool
from web.about.routes import about
from web.cite.embed import embed
from web.cite.routes import cite
from web.crawlers.routes import crawlers
from web.downloads import downloads
from web.evidence.routes import evidence
from web.explore.routes import explore
from web.follow.routes import follow
from web.home import home
from web.middleware import negotiated, problems, security_headers, stack
from web.middleware.shared.commons import Commons
from web.ontology.routes import ontology
from web.reader.routes import reader
from web.reconcile.routes import reconcile
from web.resources.routes import resources
from web.search.browse import browse
from web.search.routes import search
from web.server import fast_path
from web.server.run import run
from web.site import page_context
from web.sparql import canned_queries
from web.sparql.editor import editor
from web.sparql.graph_store import graph_store
from web.sparql.routes import sparql

BLUEPRINTS = (
    sparql, graph_store, canned_queries.queries, editor,
    home, search, browse, resources, evidence, cite, embed, reader, explore, ontology, downloads,
    crawlers, about, follow, reconcile,
)  # fmt: skip
"""Every subject of the site; a page is found from its address in the routes of one of them."""


def create_app(
    settings: Settings | Mapping[str, str] | None = None,
    pool: Pool | None = None,
    known: Mapping[str, Query] | None = None,
    commons: Commons | None = None,
) -> Flask:
    """The application: every page and endpoint, over a pool of query workers.

    `settings` may be given as environment variables, and defaults to those of the process. `known`
    are the canned queries, by default those in `queries/`; `commons` is what it shares with other
    processes. Raises SettingError and ReleaseError.
    """
    if not isinstance(settings, Settings):
        settings = Settings.from_env(os.environ if settings is None else settings)
    app = Flask(__name__, template_folder="web/templates", static_folder=None)
    app.config["MAX_CONTENT_LENGTH"] = settings.request_mb * MEBIBYTE
    pool = pool or Pool(settings.release, settings)
    fast_path.install(app, stack.install(app, pool, settings, commons or Commons()))
    security_headers.install(app)
    negotiated.install(app)
    problems.install(app)
    page_context.install(app)
    canned_queries.install(app, canned() if known is None else known)
    for blueprint in BLUEPRINTS:
        app.register_blueprint(blueprint)
    return app


def main() -> int:
    """The exit status of a server that ran in the foreground until it was told to stop."""
    try:
        run(
            lambda settings, commons: create_app(settings, commons=commons),
            Settings.from_env(os.environ),
        )
    except PolicyprovError as error:
        sys.stderr.write(f"policyprov: {error}\n")
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
