"""How a text becomes the folder of an article, with what can be told of it without reading it."""

import hashlib
import json
import re
import shutil
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from graph.draft.naming import Names
from graph.draft.rules.finding import Source
from graph.errors import InputError, Place
from graph.mapping.entities import Entity
from graph.mapping.genre import DOCUMENT, PRESS
from graph.rdf.vocabulary import vocabulary

_SLUG = re.compile(r"[a-z][a-z0-9]*(?:-[a-z0-9]+)*")
_DAY = re.compile(r"-((?:19|20)\d{2})(\d{2})(\d{2})(?:-|$)")
_LARGEST = 2_000_000
"""Bytes of a text: the longest plan of the State is a tenth of it."""
_CONTROL = re.compile("[\x00-\x08\x0b-\x1f\x7f]")
_DATED = re.compile(r"^(?:19|20)\d\d年\d{1,2}月\d{1,2}日.{0,4}$")


@dataclass(frozen=True)
class Told:
    """What the person who brings a text says of it; empty is what can be inferred."""

    title: str = ""
    publisher: str = ""
    issued: str = ""
    genre: str = ""
    document: str = ""
    label: str = ""
    """Its title in English, in the words of whoever brings it."""


def text(path: Path) -> str:
    """The text of a file; raises InputError for one that cannot be the source of an article."""
    place = Place(path.name)
    if not path.is_file():
        raise InputError("there is no such file", place, "name a file of plain text")
    if path.stat().st_size > _LARGEST:
        raise InputError(
            f"{path.stat().st_size} bytes, more than {_LARGEST}",
            place,
            "bring one article at a time",
        )
    raw = path.read_bytes()
    if raw.startswith((b"\xef\xbb\xbf", b"\xff\xfe", b"\xfe\xff")):
        raise InputError("it starts with a byte order mark", place, "save it as UTF-8 without BOM")
    try:
        found = raw.decode("utf-8")
    except UnicodeDecodeError as error:
        line = raw[: error.start].count(b"\n") + 1
        raise InputError(
            f"byte {error.start} is not UTF-8", Place(path.name, line), "save it as UTF-8"
        ) from error
    if "\r" in found:
        line = found.count("\n", 0, found.index("\r")) + 1
        raise InputError(
            "a line ends with a carriage return",
            Place(path.name, line),
            "save it with Unix line ends",
        )
    control = _CONTROL.search(found)
    if control:
        line = found.count("\n", 0, control.start()) + 1
        raise InputError(
            f"a control character, U+{ord(control[0]):04X}", Place(path.name, line), "take it out"
        )
    if not found.strip():
        raise InputError("it has no text", place, "name a file with the words of the article")
    return found


_DOCUMENT = "official-document"
_VOICES = {
    _DOCUMENT: "document", "statistical-bulletin": "document", "broadcast": "anchor",
    "speech": "direct",
}  # fmt: skip
"""Genre → the voice of what nobody in the text is said to say."""


def _genre(slug: str, told: str) -> None:
    known = vocabulary().listed.items()
    genres = [name.removeprefix("c:article-type-") for name, s in known if s == "c:article-type"]
    if told and told not in genres:
        remedy = f"give --genre one of {', '.join(sorted(genres))}"
        raise InputError(f"{told!r} is no genre", Place(slug), remedy)


def _day(slug: str, told: str) -> str:
    """The day of publication: as told, or as the name of the article has it."""
    named = _DAY.search(slug)
    written = told or ("-".join(named.groups()) if named else "")
    try:
        return date.fromisoformat(written).isoformat()
    except ValueError as error:
        raise InputError(
            f"{written!r} is no day", Place(slug), "give --issued YYYY-MM-DD"
        ) from error


def _publisher(slug: str, told: str, articles: Path) -> str:
    """Who published it: as told, or whoever published the articles of that prefix."""
    if told:
        if not re.fullmatch(r"agt:[a-z0-9][a-z0-9-]*", told):
            raise InputError(
                f"{told!r} is no name of a body", Place(slug), "give --publisher agt:…"
            )
        return told
    prefix = slug.partition("-")[0]
    for path in sorted(articles.glob(f"{prefix}-*/article.yaml")):
        found = re.search(r"^publisher: (agt:\S+)$", path.read_text("utf-8"), re.MULTILINE)
        if found:
            return found[1]
    raise InputError("nobody is named as its publisher", Place(slug), "give --publisher agt:…")


def _refuse_known(text: str, articles: Path) -> None:
    digest = hashlib.sha256(text.encode()).hexdigest()
    for path in sorted(articles.glob("*/article.txt")):
        if hashlib.sha256(path.read_bytes()).hexdigest() == digest:
            raise InputError(
                "this text is already mapped", Place(f"{path.parent.name}/article.txt"),
                f"work on {path.parent.name}",
            )  # fmt: skip


def _sections(source: Source, title: str, label: str) -> list[str]:
    """The sections: the head, body and foot of a document; one body of any other text."""
    rows = source.text.split("\n")
    lines = [n for n, row in enumerate(rows, 1) if row.strip()]
    if source.heading is None:
        return [_section("body", "c:section-type-body", title, [str(n) for n in lines], label)]
    start, end = (source.text.count("\n", 0, at) + 1 for at in source.heading)
    heading = [n for n in lines if start <= n <= end]
    rest = [n for n in lines if n > end]
    head: list[int] = []
    while rest and not rows[rest[0] - 1].endswith("。") and len(head) < 3:
        head.append(rest.pop(0))
    foot: list[int] = []
    while len(rest) > 1 and (len(rows[rest[-1] - 1]) < 30 or _DATED.match(rows[rest[-1] - 1])):
        if rows[rest[-1] - 1].endswith(("。", "；", "：")):
            break
        foot.insert(0, rest.pop())
    joined = str(heading[0]) if len(heading) == 1 else str(heading)
    parts = [_section("head", "c:section-type-head", title, [joined, *map(str, head)], label)]
    parts.append(_section("body", "c:section-type-body", "正文", [str(n) for n in rest], "Body"))
    if foot:
        parts.append(
            _section(
                "foot",
                "c:section-type-imprint",
                "落款与版记",
                [str(n) for n in foot],
                "Signature and imprint",
            )
        )
    return parts


def _rendered(label: str, margin: str = "") -> str:
    """The line that renders a title in English, where somebody did."""
    return f"{margin}label: {{en: {json.dumps(label, ensure_ascii=False)}}}\n" if label else ""


def _section(slug: str, kind: str, title: str, lines: list[str], label: str) -> str:
    return (
        f"  - slug: {slug}\n    type: {kind}\n    title: {json.dumps(title, ensure_ascii=False)}\n"
        f"{_rendered(label, '    ')}"
        f"    paragraphs: [{', '.join(lines)}]\n"
    )


def _document(genre: str, title: str, told: Told, known: Mapping[str, Entity]) -> str:
    """The line that names the document a text is, where its genre is that of one.

    As told, or as registered under its title, or else after it, to be registered.
    """
    if genre != _DOCUMENT and not told.document:
        return ""
    name = told.document or Names(known).of("doc", title)
    if not re.fullmatch(DOCUMENT, name):
        what = f"{name!r} is no name of a document"
        raise InputError(what, Place(title), "give --document doc:…")
    return f"document: {name}\n"


def described(
    text: str, told: Told, issued: str, publisher: str, known: Mapping[str, Entity]
) -> str:
    """The `article.yaml` of a text; `known` are the registered things."""
    source = Source(text, date.fromisoformat(issued))
    first = next(row.strip() for row in text.split("\n") if row.strip())
    heading = text[slice(*source.heading)].replace("\n", "") if source.heading else first
    title = told.title or heading
    genre = told.genre or (_DOCUMENT if source.heading else PRESS.rpartition("type-")[2])
    return (
        f"title: {json.dumps(title, ensure_ascii=False)}\n"
        f"{_rendered(told.label)}"
        f"genre: {genre}\n"
        f"{_document(genre, title, told, known)}"
        "state: draft\n"
        f"publisher: {publisher}\n"
        f"issued: {issued}\n"
        + ('page: ""\nreprint: ""\n' if PRESS.endswith(genre) else "")
        + f"sha256: {hashlib.sha256(text.encode()).hexdigest()}\n"
        + f"defaults: {{voice: {_VOICES.get(genre, 'reporter')}, saidBy: {publisher}, "
        + "confidence: medium}\n"
        + "sections:\n"
        + "".join(_sections(source, title, told.label))
    )


def new(
    slug: str, path: Path, articles: Path, told: Told, known: Mapping[str, Entity] | None = None
) -> Path:
    """The new folder of an article with its text and its `article.yaml`; there are no claims yet.

    Raises InputError, and writes nothing, for a name that is taken or no name, a text that is not
    plain UTF-8 with Unix line ends, empty, too long or already mapped, and where nobody says who
    published it or when.
    """
    folder = articles / slug
    if not _SLUG.fullmatch(slug):
        raise InputError(
            f"{slug!r} is no name", Place(slug), "write paper-yyyymmdd-page, lower case"
        )
    if folder.exists():
        raise InputError("there is an article of this name", Place(slug), "give another name")
    source = text(path)
    _genre(slug, told.genre)
    _refuse_known(source, articles)
    publisher = _publisher(slug, told.publisher, articles)
    entry = described(source, told, _day(slug, told.issued), publisher, known or {})
    beside = articles / f".{slug}"
    shutil.rmtree(beside, ignore_errors=True)
    beside.mkdir(parents=True)
    (beside / "article.txt").write_bytes(source.encode())
    (beside / "article.yaml").write_text(entry, "utf-8")
    beside.rename(folder)
    return folder
