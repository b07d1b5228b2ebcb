"""The search index of the release being served."""

from graph.search.index import Index
from web.middleware.context import front


def index() -> Index:
    """The index, opened once while its release is served.

    Raises UnavailableError when it is missing or damaged; everything else still answers.
    """
    release = front().pool.release
    return release.remember("search", (), lambda: Index(release.folder))
