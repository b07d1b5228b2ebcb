"""A question to follow: an entry for each change of a claim that its answer rests on."""

import re
from urllib.parse import urlencode

from flask import Response

from graph.errors import ParameterError
from graph.queries import Query
from graph.rdf.namespaces import IDS
from graph.sparql.plan import Plan
from web.follow import feeds
from web.middleware.context import address, front
from web.site.page_context import frame
from web.site.release_history import history

_CLAIM = re.compile(re.escape(IDS) + r'claim/[^\s"<>\\^`{|}]+')


def claims(body: bytes) -> frozenset[str]:
    """The claims that an answer names, in whichever column."""
    return frozenset(_CLAIM.findall(body.decode()))


def feed(query: Query, values: dict[str, str], planned: Plan) -> Response:
    """What happened to the claims that the question's answer of today rests on (Atom).

    A release that changes none of them leaves the feed as it was. Raises ParameterError for a
    question whose answers name no claims.
    """
    told = claims(front().meter.answer(planned.job).body)
    if not told and "claim" not in (query.text or ""):
        raise ParameterError(
            f"the answers of {query.name!r} name no claims to follow",
            "follow an article, a body or a place: each page has its feed",
        )
    here = frame()
    kept = values | ({"lang": here.lang} if here.language.explicit else {})
    asked = f"?{urlencode(kept)}" if kept else ""
    where = f"/queries/{query.name}"
    about = feeds.Feed(
        title=here.language.text("follow.question", question=query.summary[here.lang]),
        language=here.lang,
        url=address(f"{where}.atom") + asked,
        page=address(where) + asked,
    )
    return feeds.answer(about, history().of(sorted(told), feeds.MOST))
