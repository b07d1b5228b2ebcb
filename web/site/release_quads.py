"""Where the quads of the release being served are: in its own store, or in an engine elsewhere."""

from graph.engines.failure import EngineGoneError
from graph.engines.lookups import Lookups, Quads
from graph.snapshot import Release
from graph.workers.job import Job
from web.middleware.context import front
from web.site.release_view import stored


def quads(release: Release) -> Quads:
    """The quads of this release, which is the one being served.

    Raises ReleaseError when its store cannot be read.
    """
    if not front().settings.store:
        return stored(release)
    pool = front().pool

    def ask(query: str) -> bytes:
        # By the pool, not by the meter: a reader is not charged for what a page looks up.
        answer = pool.answer(Job(query))
        if answer.release != release.version:
            raise EngineGoneError("the release changed while the page was made", "ask again")
        return answer.body

    return Lookups(ask, release.remember)
