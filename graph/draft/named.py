"""Claims that something is named: a body, a place, a person, a meeting, a document."""

from collections.abc import Iterator

from graph.draft.naming import slug
from graph.draft.quoting import Quote
from graph.draft.rules import gazetteer
from graph.draft.rules.finding import Finding
from graph.draft.rules.words import listed
from graph.draft.writer import Entry, Writer


def organization(writer: Writer, finding: Finding, quote: Quote) -> Iterator[Entry]:
    """A body is named."""
    name = writer.words(finding)
    facts = [
        {
            "id": writer.names.of("agt", name),
            "type": "org:Organization",
            "rdfs:label": {"zh": name},
        }
    ]
    yield writer.entry(f"提到{name}", quote, facts)


def place(writer: Writer, finding: Finding, quote: Quote) -> Iterator[Entry]:
    """A place is named; down to counties its name is its code, of others the words tell it."""
    words, code = writer.words(finding), finding.fields.get("code", "")
    level = finding.fields.get("level", "")
    node: Entry = {"id": "", "type": "AdministrativeDivision"}
    if not code:
        official = words
        node["id"] = writer.names.of("plc", words)
    elif level in ("township", "village"):
        chain = [n for n in gazetteer.names(code) if words.find(n) >= 0]
        last = max((words.find(n) + len(n) for n in chain), default=0)
        official = words[last:]
        node["id"] = writer.names.of("plc", official, f"{code}-{slug(official)}")
    else:
        official = gazetteer.name(code)
        node["id"] = writer.names.place(official, code)
    node["rdfs:label"] = {"zh": official}
    if level:
        node["dcterms:type"] = f"c:admin-level-{level}"
    yield writer.entry(f"提到{words}", quote, [node], mention={node["id"]: words})


def person(writer: Writer, finding: Finding, quote: Quote) -> Iterator[Entry]:
    """A person is named, with the title that stands beside the name."""
    name, role = finding.fields["name"], finding.fields.get("role", "")
    node = {"id": writer.names.of("agt", name), "type": "foaf:Person", "rdfs:label": {"zh": name}}
    comment = {"en": f"The post as printed: {role}.", "zh": f"职务：{role}"} if role else None
    yield writer.entry(f"提到{name}", quote, [node], **{"rdfs:comment": comment})


def meeting(writer: Writer, finding: Finding, quote: Quote) -> Iterator[Entry]:
    """A meeting is named, and its day where the clause prints it."""
    name = writer.words(finding)
    node: Entry = {
        "id": writer.names.of("evt", name), "type": "Meeting", "rdfs:label": {"zh": name},
        "dcterms:type": "c:event-type-meeting",
    }  # fmt: skip
    day = next(
        (
            d
            for d in writer.near(finding, "date", before=False)
            if writer.words(d) in quote.text and d.fields["basis"] in ("printed", "relative")
        ),
        None,
    )
    if day:
        yield writer.entry(f"召开{name}", quote, [node | {"during": f"per:{day.fields['value']}"}])
    yield writer.entry(f"提到{name}", quote, [node])


def document(writer: Writer, title: str, genre: str) -> Entry:
    """A document of this title, with the kind that its last words name."""
    kinds = {
        sign: code for code, sign in writer.vocabulary.notation.items()
        if code.startswith("c:document-type-")
    }  # fmt: skip
    kind = next(
        (code for sign, code in kinds.items() if genre.endswith(sign)),
        "c:document-type-document",
    )
    own = writer.document is not None and writer.document.fields["title"] == title
    return {
        "id": writer.own if own else writer.names.of("doc", title),
        "type": "PolicyDocument", "rdfs:label": {"zh": title},
        "dcterms:title": {"zh": title}, "dcterms:type": kind,
    }  # fmt: skip


def policy_document(writer: Writer, finding: Finding, quote: Quote) -> Iterator[Entry]:
    """A document is named, with its kind, its number and who issued it where that is printed."""
    title = finding.fields["title"]
    node = document(writer, title, finding.fields.get("genre", ""))
    if finding is writer.document:
        yield from own_document(writer, node, quote, finding.fields.get("number", ""))
    elif finding.fields.get("action") in listed("verbs-issuing"):
        yield from issued(writer, finding, node, quote)
    yield writer.entry(f"提到《{title}》", quote, [node])


def own_document(writer: Writer, node: Entry, quote: Quote, number: str) -> Iterator[Entry]:
    """The document that is the article, with its number and the body at the head of its title."""
    body = writer.issuer
    if body:
        label = writer.names.all[body].zh
        node = node | {
            "issuedBy": {"id": body, "type": "org:Organization", "rdfs:label": {"zh": label}}
        }
    at = writer.source.text.find(number) if number else -1
    line = writer.quotes.around(at, at + len(number)) if at >= 0 else None
    if line:
        yield writer.entry("文件及其文号", quote, [node | {"documentNumber": number}], also=(line,))
    yield writer.entry("文件标题", quote, [node])


def issued(writer: Writer, finding: Finding, node: Entry, quote: Quote) -> Iterator[Entry]:
    """A document that the nearest body before it issues."""
    body = next(writer.near(finding, "organization"), None)
    if body is None or writer.words(body) not in quote.text:
        return
    name = writer.words(body)
    issuer = {
        "id": writer.names.of("agt", name),
        "type": "org:Organization",
        "rdfs:label": {"zh": name},
    }
    yield writer.entry(
        f"{name}印发《{finding.fields['title']}》", quote, [node | {"issuedBy": issuer}]
    )
