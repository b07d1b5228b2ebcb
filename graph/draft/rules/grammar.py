"""All rules in their order, each on the untouched text, and the hash that names them."""

import hashlib
from functools import cache
from pathlib import Path

from graph.draft.rules.bodies import bodies
from graph.draft.rules.clauses import clauses
from graph.draft.rules.dates import dates
from graph.draft.rules.documents import documents
from graph.draft.rules.figures import figures
from graph.draft.rules.finding import Finding, Source
from graph.draft.rules.measures import measures
from graph.draft.rules.meetings import meetings
from graph.draft.rules.people import people
from graph.draft.rules.places import places
from graph.draft.rules.relations import relations


def findings(source: Source) -> tuple[Finding, ...]:
    """Everything the rules find in a text, in its order.

    A document's title is not read for bodies and places; dates in it are. What one kind has taken
    is not another's: a body that begins with a place is no place.
    """
    days = tuple(dates(source))
    papers = tuple(documents(source))
    met = tuple(meetings(source, papers))
    named = tuple(places(source, (*papers, *met)))
    organs = tuple(bodies(source, named, (*papers, *met)))
    where = tuple(p for p in named if not any(p.overlaps(o) for o in organs))
    taken = (*days, *papers, *met, *organs, *where)
    counted = tuple(figures(source, taken))
    who = tuple(people(source, (*papers, *organs, *where, *met)))
    found = (*days, *papers, *met, *organs, *where, *counted, *who)
    whole = (
        *found, *clauses(source, found), *measures(source, found), *relations(source, found)
    )  # fmt: skip
    return tuple(sorted(whole, key=lambda f: (f.start, -f.end, f.kind, f.rule)))


@cache
def fingerprint() -> str:
    """Twelve hex digits that change whenever a rule or one of its lists does."""
    content = hashlib.sha256()
    for path in sorted(Path(__file__).parent.rglob("*")):
        if path.suffix in (".py", ".txt"):
            content.update(path.name.encode() + b"\0" + path.read_bytes())
    return content.hexdigest()[:12]
