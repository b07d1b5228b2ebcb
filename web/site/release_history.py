"""The history of the claims of the release being served."""

from graph.history.ledger import History
from web.middleware.context import front


def history() -> History:
    """The history as it is now; a build may have continued it since the last request.

    Raises UnknownError when none is kept, and UnavailableError when it is damaged.
    """
    return History(front().pool.release.folder)
