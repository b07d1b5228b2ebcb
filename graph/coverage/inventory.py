"""The facts that the mapping of an article must cover, as somebody else listed them.

`inventory.csv` has one row a fact: its record, its kind, the section and the voice it stands in,
how sure its reading is, and the code points of the source it rests on, as `12-40` or, of words in
several places, `12-18 30-40`.
"""

import csv
import io
import re
from dataclasses import dataclass
from pathlib import Path

from graph import source_files as files
from graph.errors import Errors, InputError, Place, Report, at_once
from graph.mapping.article import Article
from graph.rdf.vocabulary import vocabulary

COLUMNS = (
    "record", "kind", "section", "voice", "basis", "confidence", "spans", "en", "zh", "corrected",
)  # fmt: skip
"""What a row holds."""
KINDS = frozenset({
    "actor_group", "alias", "app", "article", "case", "change", "contradiction", "document",
    "document_collection", "effect", "erratum", "event", "fact", "issuance", "kind", "measure",
    "meeting", "mention", "obligation", "organization", "person", "place", "platform_manager",
    "policy_document", "problem", "quote", "role", "section", "statistic", "survey", "timeline",
    "work_line",
})  # fmt: skip
"""What a fact may be a fact of."""
LEVELS = {"high": 2, "medium": 1, "low": 0}
"""How sure a reading is → a number to compare."""
_SPANS = re.compile(r"(\d{1,8}-\d{1,8}( \d{1,8}-\d{1,8})*)?")


@dataclass(frozen=True)
class Record:
    """One fact of an article's inventory; `spans` are the code points it rests on."""

    name: str
    voice: str
    confidence: str
    spans: tuple[tuple[int, int], ...]


def _spans(written: str, length: int) -> tuple[tuple[int, int], ...]:
    if not _SPANS.fullmatch(written):
        raise ValueError(f"the spans {written!r}")
    pairs = (span.split("-") for span in written.split())
    found = tuple((int(start), int(end)) for start, end in pairs)
    if any(not start < end <= length for start, end in found):
        raise ValueError(f"the spans {written!r} of a source of {length} characters")
    return found


def _refused(row: dict[str, str], article: Article) -> list[tuple[str, str]]:
    """What is wrong with the words of a row, and what may stand there.

    An inventory may leave open who of the paper speaks, its reporter or its editor.
    """
    voices = {"paper"} | {
        name.removeprefix("c:voice-")
        for name, scheme in vocabulary().listed.items()
        if scheme == "c:voice"
    }
    allowed = {
        "kind": KINDS, "section": {"", *article.section}, "voice": voices, "confidence": LEVELS,
    }  # fmt: skip
    return [
        (f"the {key} {row[key]!r}", f"use one of: {', '.join(sorted(filter(None, known)))}")
        for key, known in allowed.items()
        if row[key] not in known
    ]


def load(folder: Path, article: Article, report: Report = at_once) -> tuple[Record, ...]:
    """The facts that the mapping of an article must cover, from its `inventory.csv`.

    An unknown kind, section, voice or confidence, spans outside the source, and a record listed
    twice are reported; such a row is left out. An article without the file has no such list. Raises
    InputError for a file that is no table.
    """
    name = f"{folder.name}/inventory.csv"
    if not (folder / "inventory.csv").is_file():
        return ()
    reader = csv.reader(io.StringIO(files.text(folder / "inventory.csv", name), newline=""))
    if next(reader, None) != list(COLUMNS):
        raise InputError("no inventory", Place(name, 1), f"start with {','.join(COLUMNS)}")
    found: dict[str, Record] = {}
    for values in reader:
        place, errors = Place(name, reader.line_num), Errors()
        if len(values) != len(COLUMNS):
            report(InputError(f"{len(values)} columns", place, f"write {','.join(COLUMNS)}"))
            continue
        row = dict(zip(COLUMNS, values, strict=True))
        for what, remedy in _refused(row, article):
            errors.report(InputError(what, place, remedy))
        if not row["record"] or row["record"] in found:
            what = f"the record {row['record']!r} is listed already"
            errors.report(InputError(what, place, "give each fact a name of its own"))
        try:
            spans = _spans(row["spans"], len(article.text))
        except ValueError as error:
            errors.report(InputError(str(error), place, "write code points, as 12-18 30-40"))
        for each in errors.found:
            report(each)
        if not errors.found:
            found[row["record"]] = Record(row["record"], row["voice"], row["confidence"], spans)
    return tuple(found.values())
