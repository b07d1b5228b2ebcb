"""Relations: what a document says of itself, to whom, by whose leave, after what, since when."""

import re
from collections.abc import Iterable, Iterator
from itertools import chain

from graph import periods
from graph.draft.rules.finding import Finding, Source

RULE = "relation/1"
PARTED = "|"
"""What parts the names of several bodies in a field."""
_TO = re.compile(r"^(?P<who>[^。；：:\n]{2,120})[：:]$", re.MULTILINE)
_COPY = re.compile(r"^抄送(?:[：:]| )(?P<who>[^\n：:]{2,120}?)。?$", re.MULTILINE)
_LEAVE = re.compile(
    r"(?:报?经)(?P<who>[\u4e00-\u9fff]{2,24}?)(?:审议|研究|常务会议)?(?:同意|批准|审定|通过)(?=[，。])"
)
_AFTER = {
    "basedOn": re.compile(r"(?:根据|依据|按照)$"),
    "implements": re.compile(r"(?:贯彻落实|贯彻执行|贯彻|落实)$"),
    "cites": re.compile("参照$"),
    "replaces": re.compile("(?:取代|代替)$"),
    "repeals": re.compile("废止$"),
    "amends": re.compile("(?:修改|修订)$"),
}
"""Property → what stands right before the documents that it joins."""
_OPENING = ("basedOn", "implements")
"""What only the opening of a document states: later on, 按照《…》 says how to do a thing."""
_BEFORE = {
    "repeals": re.compile(r"(?:[（(][^（）()\n]{4,30}[）)])?(?:同时|即行|予以|自行)?废止"),
    "amends": re.compile(r"(?:第[^，。；]{1,12}?)?(?:修改为|作如下修改|作出?修改)"),
}
"""Property → what stands right after the document that it joins."""
_AND = re.compile(r"^(?:[（(][^（）()\n]{4,30}[）)])?(?:和|、|以及|及)?$")
_ITEM = re.compile(r"^(?:一、|（一）|第二条|1[.．])", re.MULTILINE)
"""Where the items of a document begin: what it rests on stands before them."""
_SINCE = re.compile(r"起(?:正式)?(?:施行|实施|执行|生效)")
_UNTIL = re.compile(r"^起(?:正式)?(?:施行|实施|执行|生效)，(?:有效期)?至$")


def _made(prop: str, start: int, end: int, **fields: str) -> Finding:
    return Finding("relation", start, end, RULE, {"property": prop, **fields})


def _names(written: str) -> str:
    """The bodies of a line: those between its commas."""
    return PARTED.join(filter(None, (part.strip(" 。") for part in re.split("[，；]", written))))


def _sent(source: Source, heading_end: int) -> Iterator[Finding]:
    """To whom a document is addressed, in the line after its heading, and copied."""
    for prop, pattern, stop in (
        ("addressee", _TO, heading_end + 300),
        ("copiedTo", _COPY, len(source.text)),
    ):
        match = pattern.search(source.text, heading_end, stop)
        if match:
            yield _made(prop, *match.span(), names=_names(match["who"]))


def _leave(source: Source, heading: int, opening: int) -> Iterator[Finding]:
    """By whose leave a document is given out, as its opening says."""
    for match in _LEAVE.finditer(source.text, heading, opening):
        yield _made("approvedBy", *match.span(), names=match["who"])


def _verb(text: str, paper: Finding, opening: int) -> str:
    """The property that the words before or after a document state; nothing if they state none."""
    clause = re.split("[，。；：\n]", text[max(0, paper.start - 12) : paper.start])[-1]
    for prop, pattern in _BEFORE.items():
        if pattern.match(text, paper.end):
            return prop
    for prop, pattern in _AFTER.items():
        if pattern.search(clause) and (paper.end <= opening or prop not in _OPENING):
            return prop
    return ""


def _joined(source: Source, papers: tuple[Finding, ...], opening: int) -> Iterator[Finding]:
    """What a document does with others that it names: several after one verb are all of it.

    What stands before 取代 in its sentence, another document, is what replaces.
    """
    text, last, before = source.text, "", 0
    for at, paper in enumerate(papers):
        going = last if _AND.match(text[before : paper.start]) else ""
        last, before = _verb(text, paper, opening) or going, paper.end
        other = any(source.sentence(p.start) == source.sentence(paper.start) for p in papers[:at])
        if last and not (other and last == "replaces"):
            yield _made(last, paper.start, paper.end, title=paper.fields["title"])


def _held(source: Source, dates: tuple[Finding, ...]) -> Iterator[Finding]:
    """From when, and until when, the document itself holds."""
    text = source.text
    for day, then in zip(dates, (*dates[1:], None), strict=True):
        sentence, end = source.sentence(day.start)
        since = _SINCE.match(text, day.end)
        itself = re.search(r"本[\u4e00-\u9fff]{1,6}?自?$", text[sentence : day.start])
        if since is None or itself is None or day.fields["basis"] != "printed":
            continue
        first, last, stop = periods.parse(day.fields["value"]).start, None, since.end()
        if then and then.end <= end and _UNTIL.match(text[day.end : then.start]):
            last, stop = periods.parse(then.fields["value"]).end, then.end
        slug = periods.Period(first, last).slug
        yield _made("inForce", sentence + itself.start(), stop, period=slug)


def _signed(source: Source, bodies: tuple[Finding, ...], heading: int) -> Iterator[Finding]:
    """The line of its own in which the issuer signs: the last that is a body and nothing else."""
    text = source.text
    lines = [
        body for body in bodies
        if body.start > heading and text[body.start - 1] == "\n"
        and text[body.end : body.end + 1] in ("", "\n")
    ]  # fmt: skip
    for body in lines[-1:]:
        yield _made("issuedBy", body.start, body.end, names=body.fields["name"])


def relations(source: Source, found: Iterable[Finding]) -> Iterator[Finding]:
    """What a document says of itself, on what the other rules found; nothing of other texts.

    `property` is the property that says it; `names` are bodies, parted by |, `title` is another
    document's, `period` the slug of a period.
    """
    if source.heading is None:
        return
    found, heading = tuple(found), source.heading[1]
    papers = tuple(f for f in found if f.kind == "policy_document" and f.start >= heading)
    item = _ITEM.search(source.text, heading)
    opening = item.start() if item else len(source.text)
    yield from chain(
        _sent(source, heading),
        _leave(source, heading, opening),
        _joined(source, papers, opening),
        _held(source, tuple(f for f in found if f.kind == "date")),
        _signed(source, tuple(f for f in found if f.kind == "organization"), heading),
    )
