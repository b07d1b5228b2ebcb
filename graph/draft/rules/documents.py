"""Documents: titles between 《 and 》, and the heading of a document that is the text itself."""

import re
from collections.abc import Iterator

from graph.draft.rules.finding import Finding, Source
from graph.draft.rules.words import anyone, listed

RULE = "document/1"
_TITLE = re.compile(r"《(?P<title>[^《》]*(?:《[^《》]*》[^《》]*)*)》")
_ASIDE = re.compile(r"[（(][^）)]*[）)]$")
_ACTIONS = re.compile(f"{anyone('verbs-drawing-up')}|{anyone('verbs-issuing')}")
_ISSUED = re.compile(f"{_ACTIONS.pattern}|{anyone('verbs-following')}")


def _genre(title: str) -> str:
    """The kind that a title ends with, the shortest name of it; nothing if it names none."""
    bare = _ASIDE.sub("", title)
    ends = [genre for genre in listed("genres") if bare.endswith(genre)]
    return min(ends, key=len, default="")


def _heading(source: Source) -> Iterator[Finding]:
    if source.heading is None:
        return
    start, end = source.heading
    title = source.text[start:end].replace("\n", "").replace(" ", "")
    fields = {"title": title, "genre": _genre(title), "number": source.number, "self": "yes"}
    yield Finding("policy_document", start, end, RULE, {k: v for k, v in fields.items() if v})


def documents(source: Source) -> Iterator[Finding]:
    """The documents that a text names, in its order.

    A title in 《》 counts when it ends with a kind of document, or when a verb of issuing or of
    following one stands before it in its clause.
    """
    yield from _heading(source)
    for match in _TITLE.finditer(source.text):
        title = match["title"].replace("\n", "").strip()
        before = re.split("[，。；：]", source.text[max(0, match.start() - 24) : match.start()])[-1]
        inside = source.heading and source.heading[0] <= match.start() < source.heading[1]
        if not title or inside or not (_genre(title) or _ISSUED.search(before)):
            continue
        fields = {"title": title, "genre": _genre(title)}
        action = _ACTIONS.findall(before)
        if action:
            fields["action"] = action[-1]
        yield Finding(
            "policy_document", *match.span(), RULE, {k: v for k, v in fields.items() if v}
        )
