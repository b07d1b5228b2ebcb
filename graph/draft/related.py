"""Claims of what a document says of itself: to whom, by whose leave, after what, since when."""

from collections.abc import Iterator

from graph.draft.named import document
from graph.draft.quoting import Quote
from graph.draft.rules.finding import Finding
from graph.draft.rules.relations import PARTED
from graph.draft.writer import Entry, Writer

_TOLD = {
    "addressee": "主送：{}",
    "copiedTo": "抄送：{}",
    "approvedBy": "经{}批准",
    "issuedBy": "{}署名",
    "basedOn": "依据《{}》",
    "implements": "贯彻《{}》",
    "cites": "参照《{}》",
    "amends": "修改《{}》",
    "replaces": "取代《{}》",
    "repeals": "废止《{}》",
    "inForce": "施行期间{}",
}
"""Property → what a claim of it is called."""


def _others(writer: Writer, finding: Finding) -> list[Entry] | Entry | str:
    """What the property joins the document with: bodies, another document, a period."""
    fields = finding.fields
    if "period" in fields:
        return f"per:{fields['period']}"
    if "title" in fields:
        papers = (f for f in writer.findings if f.kind == "policy_document")
        genres = {f.fields["title"]: f.fields.get("genre", "") for f in papers}
        return document(writer, fields["title"], genres.get(fields["title"], ""))
    bodies = [writer.agent(name) for name in fields["names"].split(PARTED)]
    return bodies[0] if len(bodies) == 1 else bodies


def relation(writer: Writer, finding: Finding, quote: Quote) -> Iterator[Entry]:
    """The document of the article says something of itself: with its title, which names it."""
    prop, own = finding.fields.get("property", ""), writer.document
    if own is None or prop not in _TOLD:
        return
    title = writer.title(own) or writer.quotes.around(own.start, own.end)
    told = next(
        finding.fields[key] for key in ("period", "title", "names") if key in finding.fields
    )
    if title:
        node = {"id": writer.own, prop: _others(writer, finding)}
        label = _TOLD[prop].format(told.replace(PARTED, "，"))
        yield writer.entry(label, quote, [node], also=(title,))
