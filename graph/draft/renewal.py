"""A source that was changed: the draft moves to the new text where its words still stand."""

import hashlib
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from pathlib import Path

from graph.draft import arrival, proposal
from graph.draft.anchors.ladder import Ladder
from graph.draft.drafting import Drafter
from graph.draft.proposal import Proposal
from graph.errors import InputError, Place
from graph.mapping import article
from graph.mapping.article import Article
from graph.mapping.entities import Entity

_SHA = re.compile(r"^sha256: *\S+", re.MULTILINE)
_PARAGRAPHS = re.compile(r"(?<=paragraphs: )\[[\d\[\], \n]*\]")


@dataclass(frozen=True)
class Moved:
    """A proposal in the new text; `how` is `exact`, `folded` or `likely`, which needs a look."""

    before: Proposal
    after: Proposal
    how: str


@dataclass(frozen=True)
class Renewal:
    """What becomes of an article when its text is exchanged.

    `lost` are proposals whose words do not stand in the new text, or say something else there, each
    with the reason; `unread` are numbers of lines of the new text that no section reads yet.
    """

    text: str
    entry: str
    moved: tuple[Moved, ...]
    lost: tuple[tuple[Proposal, str], ...]
    unread: tuple[int, ...]


def _lines(entry: str, ladder: Ladder) -> Iterator[tuple[str, str]]:
    """Each list of lines in `article.yaml`, and the same in the new text without lost ones."""
    for match in _PARAGRAPHS.finditer(entry):
        told = re.sub(r"\d+", lambda m: str(ladder.line(int(m[0])) or ""), match[0])
        while (less := re.sub(r"\[\s*,|,\s*,|,\s*\]|\[\s*\]", _tidied, told)) != told:
            told = less
        yield match[0], told


def _tidied(match: re.Match[str]) -> str:
    """What is left of two commas, or of a bracket and a comma; an empty list inside goes too."""
    plain = re.sub(r"\s", "", match[0])
    return {"[,": "[", ",,": ",", ",]": "]", "[]": ""}[plain]


def _entry(entry: str, ladder: Ladder, place: Place) -> str:
    """The `article.yaml` of the new text."""
    digest = hashlib.sha256(ladder.new.encode()).hexdigest()
    if not _SHA.search(entry):
        raise InputError("no sha256 at the start of a line", place, "write sha256: …")
    told = _SHA.sub(f"sha256: {digest}", entry)
    for before, after in _lines(entry, ladder):
        if not after:
            raise InputError(
                f"nothing is left of the lines {before}", place, "make a new article of the text"
            )
        told = told.replace(f"paragraphs: {before}", f"paragraphs: {after}", 1)
    return told


def _unread(entry: str, text: str) -> tuple[int, ...]:
    read = {int(n) for m in _PARAGRAPHS.finditer(entry) for n in re.findall(r"\d+", m[0])}
    rows = enumerate(text.split("\n"), 1)
    return tuple(n for n, row in rows if row.strip() and n not in read)


def _read(folder: Path, entry: str) -> Article:
    """The article of a folder, its `article.yaml` exchanged."""
    (folder / "article.yaml").write_text(entry, "utf-8")
    return article.load(folder)


def renew(folder: Path, path: Path, registry: Mapping[str, Entity], room: Path) -> Renewal:
    """What becomes of an article whose source is exchanged for the text of this file.

    Nothing of the article is written; `room` is an empty folder to work in. A proposal goes along
    when its words, and the words its claim quotes, still stand in the text and its claim is proven
    there. Raises InputError for a text that cannot be a source, or is the source already.
    """
    place = Place(f"{folder.name}/article.yaml")
    old, new = (folder / "article.txt").read_bytes().decode("utf-8"), arrival.text(path)
    if old == new:
        raise InputError("the text is the source already", Place(path.name), "give the new one")
    before, ladder = proposal.read(folder), Ladder(old, new)
    entry = _entry((folder / "article.yaml").read_text("utf-8"), ladder, place)
    unread = _unread(entry, new)
    copy = room / folder.name
    copy.mkdir()
    (copy / "article.txt").write_bytes(new.encode())
    moved: list[Moved] = []
    lost: list[tuple[Proposal, str]] = []
    # Lines that no section reads yet are the person's to place: the draft is proven without them.
    whole = _read(copy, entry + _rest(unread))
    with Drafter(whole, registry) as drafter:
        for each in before:
            found = ladder.find(each.start, each.end)
            if found is None:
                lost.append((each, "its words do not stand in the new text, or say something else"))
                continue
            words = new[found.start : found.end]
            claim = each.claim.replace(each.quote, words) if words != each.quote else each.claim
            there = replace(each, start=found.start, end=found.end, quote=words, claim=claim)
            refused = drafter.refusal(there)
            if refused is None:
                moved.append(Moved(each, there, found.how))
            else:
                lost.append((each, refused.what))
    return Renewal(new, entry, tuple(moved), tuple(lost), unread)


def _rest(lines: tuple[int, ...]) -> str:
    """A section of the lines that none reads yet."""
    if not lines:
        return ""
    listed = ", ".join(map(str, lines))
    head = "  - slug: unread\n    type: c:section-type-body\n    title: unread\n"
    return f"{head}    paragraphs: [{listed}]\n"


def write(folder: Path, renewal: Renewal) -> None:
    """Exchange the text of an article, its `article.yaml` and its draft, each of them whole."""
    for name, content in (("article.txt", renewal.text), ("article.yaml", renewal.entry)):
        beside = folder / f".{name}"
        beside.write_bytes(content.encode())
        beside.replace(folder / name)
    proposal.write(folder, (each.after for each in renewal.moved))
