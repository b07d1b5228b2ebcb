"""The inventory of an article, made as far as a program can: what to read over, never to trust.

A row for each record that claims name, with what they say of it, and one for each number, date and
quotation of the source that no row rests on. What a person wrote stays; what the claims say
otherwise is told and not written, since an inventory measures the claims.
"""

import csv
import io
import os
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from itertools import count
from pathlib import Path

from graph import source_files as files
from graph.coverage.inventory import COLUMNS
from graph.draft.rules.finding import Finding, Source
from graph.draft.rules.grammar import findings
from graph.errors import InputError, Place
from graph.mapping import article, entities, mapped
from graph.mapping.article import Article, Erratum
from graph.mapping.claims import Claim
from graph.mapping.facts import Facts
from graph.mapping.mapped import Mapped
from graph.mapping.sections import Span
from graph.mapping.short.claims import MAPPER
from graph.mapping.verification import Proofs
from graph.rdf.vocabulary import vocabulary

Row = Mapping[str, str]
"""A row of `inventory.csv`, by its columns."""
MECHANICAL = ("section", "voice", "basis", "confidence", "spans")
"""Columns that follow from the claims or the source."""
_OPEN = {"voice": "paper"}
"""What a person may leave open, and nothing contradicts."""
_KINDS = {
    "pp:Observation": "statistic", "pp:Change": "change", "pp:PolicyMeasure": "measure",
    "pp:Effect": "effect", "pp:Issuance": "issuance", "pp:Meeting": "meeting", "pp:Event": "event",
    "pp:PolicyDocument": "policy_document", "pp:OfficialDocument": "document",
    "pp:DocumentCollection": "document_collection", "pp:Problem": "problem",
    "pp:Obligation": "obligation", "pp:LocalCase": "case", "pp:ActorGroup": "actor_group",
    "pp:AdministrativeDivision": "place", "pp:DigitalPlatform": "app", "pp:Saying": "mention",
    "org:Organization": "organization", "org:Membership": "role", "foaf:Person": "person",
}  # fmt: skip
"""Class of what a claim states first → the kind of its record."""
_FOUND = {"statistic": ("statistic", "STA"), "date": ("event", "EVT"), "speech": ("quote", "QUO")}
"""What a rule finds → the kind of a record of it, and how such records are named if none is yet."""


@dataclass(frozen=True)
class Listing:
    """An inventory as it would be written, how many rows are new, and what it says otherwise."""

    rows: tuple[Row, ...]
    of_claims: int
    of_source: int
    differing: tuple[str, ...]

    @property
    def text(self) -> str:
        """It as the file has it."""
        out = io.StringIO()
        writer = csv.DictWriter(out, COLUMNS, lineterminator="\n")
        writer.writeheader()
        writer.writerows(self.rows)
        return out.getvalue()


def _written(folder: Path) -> tuple[Row, ...]:
    """The rows there are; raises InputError for a table of other columns."""
    path, name = folder / "inventory.csv", f"{folder.name}/inventory.csv"
    if not path.is_file():
        return ()
    reader = csv.DictReader(io.StringIO(files.text(path, name), newline=""), restkey="more")
    if tuple(reader.fieldnames or ()) != COLUMNS:
        raise InputError("no inventory", Place(name, 1), f"start with {','.join(COLUMNS)}")
    rows = tuple(reader)
    for number, row in enumerate(rows, 2):
        if "more" in row or None in row.values():
            raise InputError("a row of other columns", Place(name, number), "quote its commas")
    return rows


def _spans(found: Iterable[Span]) -> str:
    return " ".join(f"{a}-{b}" for a, b in sorted({(span.start, span.end) for span in found}))


def _points(spans: str) -> set[int]:
    pairs = (span.split("-") for span in spans.split())
    return {point for start, end in pairs for point in range(int(start), int(end))}


def _of_claim(claims: list[Claim], record: str) -> Row:
    """A record as the claims that name it tell it: the printed one before what is inferred."""
    first = min(claims, key=lambda each: (each.voice == MAPPER, each.place.line))
    level = first.confidence.removeprefix("c:confidence-")
    types = [t for node in first.facts for t in node.get("type", ()) if t in _KINDS]
    return {
        "record": record, "kind": _KINDS[types[0]] if types else "fact",
        "section": first.passages[0].section, "voice": first.voice.removeprefix("c:voice-"),
        "basis": "inferred" if level.endswith("-inferred") else "explicit",
        "confidence": level.removesuffix("-inferred"),
        "spans": _spans(s for each in claims for p in each.passages for s in p.spans),
        "en": first.label.get("en", ""), "zh": first.label.get("zh", ""), "corrected": "",
    }  # fmt: skip


def _of_erratum(erratum: Erratum) -> Row:
    level = erratum.confidence.removeprefix("c:confidence-")
    return {
        "record": erratum.record, "kind": "erratum", "section": erratum.section, "voice": "mapper",
        "basis": "inferred", "confidence": level.removesuffix("-inferred"),
        "spans": _spans(erratum.spans), "en": erratum.comment.get("en", ""),
        "zh": erratum.comment.get("zh", ""), "corrected": "",
    }  # fmt: skip


def _named(each: Mapped) -> dict[str, Row]:
    """The records that claims and errata name, in the order of the claims."""
    claims: dict[str, list[Claim]] = {}
    for claim in sorted(each.claims, key=lambda claim: claim.place.line):
        for record in claim.records:
            claims.setdefault(record, []).append(claim)
    found = {record: _of_claim(of, record) for record, of in claims.items()}
    return found | {e.record: _of_erratum(e) for e in each.article.errata}


def _of_source(found: Finding, record: str, text: Article) -> Row:
    section = next(s for s in text.sections if any(found.start in p.offsets for p in s.paragraphs))
    voice = str(section.defaults.get("voice") or text.defaults.get("voice") or "paper")
    words = text.text[found.start : found.end].replace("\n", "")
    mode = found.fields.get("mode", voice.removeprefix("c:voice-"))
    return {
        "record": record, "kind": _FOUND[found.kind][0], "section": str(section.slug),
        "voice": mode, "basis": "explicit", "confidence": "high",
        "spans": f"{found.start}-{found.end}", "en": "", "zh": words, "corrected": "",
    }  # fmt: skip


def _fresh(rows: list[Row], text: Article) -> Iterator[Row]:
    """The numbers, dates and quotations of the source that no row rests on, each a row."""
    taken = {point for row in rows for point in _points(row["spans"])}
    printed = {i for s in text.sections for p in s.paragraphs for i in p.offsets}
    names = {row["record"] for row in rows}
    for found in findings(Source(text.text, date.fromisoformat(text.issued))):
        words = {i for i in range(found.start, found.end) if text.text[i] != "\n"}
        if found.kind not in _FOUND or words & taken or not words <= printed:
            continue
        kind, stem = _FOUND[found.kind]
        stem = next((_stem(r["record"]) for r in rows if r["kind"] == kind), stem)
        record = next(n for i in count(1) if (n := f"{stem}-{i:03}") not in names)
        names.add(record)
        yield _of_source(found, record, text)


def _stem(record: str) -> str:
    """The name of a record without its number."""
    return record.rpartition("-")[0]


def _filled(row: Row, told: Row) -> Row:
    return dict(row) | {key: told[key] for key in MECHANICAL if not row[key]}


def _differing(row: Row, told: Row) -> Iterator[str]:
    """Where a row says otherwise than the claims: of spans, what no claim quotes."""
    for key in MECHANICAL:
        here, there = row[key], told[key]
        same = _points(here) <= _points(there) if key == "spans" else here == there
        if not same and here != _OPEN.get(key):
            yield f"{row['record']}: the {key} is {here}, its claims say {there}"


def listing(each: Mapped, folder: Path) -> Listing:
    """The inventory of an article, refreshed; raises InputError for a file that is none."""
    named, written = _named(each), _written(folder)
    rows = [_filled(row, named.get(row["record"], row)) for row in written]
    known = {row["record"] for row in rows}
    # QUO-019 is what QUO-018 is.
    kinds = {_stem(row["record"]): row["kind"] for row in reversed(written)}
    rows += [
        dict(row) | {"kind": kinds.get(_stem(record), row["kind"])}
        for record, row in named.items() if record not in known
    ]  # fmt: skip
    told = len(rows) - len(written)
    rows += _fresh(rows, each.article)
    differing = (line for row in rows for line in _differing(row, named.get(row["record"], row)))
    return Listing(tuple(rows), told, len(rows) - len(written) - told, tuple(differing))


def refresh(folder: Path, registry: Path, *, write: bool = True) -> Listing:
    """The inventory of the article in a folder, written over the old one in whole or not at all.

    Raises InputError for an article or an inventory that cannot be read.
    """
    source = article.load(folder)
    facts = Facts(vocabulary(), entities.load(registry), source.names)
    empty = not (folder / "claims.yaml").is_file()
    each = Mapped(source, (), Proofs(), ()) if empty else mapped.load(folder, source, facts)
    found = listing(each, folder)
    if write:
        beside = folder / f".inventory.csv.{os.getpid()}"
        beside.write_text(found.text, "utf-8", newline="")
        beside.replace(folder / "inventory.csv")
    return found
