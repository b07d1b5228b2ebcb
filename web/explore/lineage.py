"""The lineage picture: from notice to notice, the meetings between, and what it led to."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date

from graph.periods import Period
from web.drawing.svg_text import wrap
from web.site.release_queries import Row

WIDTH = 360
_SPINE, _LEFT, _PAD, _LINE, _GAP = 20, 44, 10, 18, 22
_EMS = 22.5


@dataclass(frozen=True)
class Line:
    """A line of a card: its place, its words, and which class of style it wears."""

    y: int
    words: str
    style: str
    target: str = ""


@dataclass(frozen=True)
class Box:
    """A box on the spine."""

    row: Row
    kind: str
    top: int
    height: int
    texts: tuple[Line, ...]

    @property
    def middle(self) -> int:
        """Where its dot on the spine is."""
        return self.top + 18

    @property
    def claims(self) -> tuple[str, ...]:
        """The claims it rests on."""
        return tuple(self.row.get("claims", "").split())


@dataclass(frozen=True)
class Link:
    """A bow from one document of an issuer to its next."""

    start: int
    end: int
    issuer: str


@dataclass(frozen=True)
class Lineage:
    """The whole picture, in units of its view box."""

    cards: tuple[Box, ...]
    links: tuple[Link, ...]
    fork: int
    lines: tuple[Box, ...]
    height: int
    width: int = WIDTH
    spine: int = _SPINE
    left: int = _LEFT


def _texts(top: int, parts: Sequence[tuple[str, str, str]]) -> tuple[tuple[Line, ...], int]:
    """The wrapped lines of a card, and its height."""
    texts, y = [], top + _PAD + 12
    for words, style, target in parts:
        for line in wrap(words, _EMS):
            texts.append(Line(y, line, style, target))
            y += _LINE
    return tuple(texts), y - _LINE - top + _PAD + 4


def _parts(some: Sequence[Row]) -> list[tuple[str, str, str]]:
    row = some[0]
    period = Period(date.fromisoformat(row["start"]), date.fromisoformat(row["end"]))
    # A meeting is its own heading; an issuance is headed by the document it issued.
    heading = row["label"] if row["kind"] == "meeting" else row.get("documentLabel", row["label"])
    parts = [(f"{period.slug} · {row['actorLabel']}", "when", row["actor"])]
    parts.append((heading, "what", row["event"] if row["kind"] == "meeting" else row["document"]))
    if row["kind"] == "meeting" and "documentLabel" in row:
        parts.append((f"→ {row['documentLabel']}", "report", row["document"]))
    parts += [(f"→ {r['measureLabel']}", "measure", r["measure"]) for r in some if "measure" in r]
    return parts


def _card(row: Row, kind: str, top: int, parts: Sequence[tuple[str, str, str]]) -> Box:
    texts, height = _texts(top, parts)
    return Box(row, kind, top, height, texts)


def _spine(rows: Iterable[Row]) -> tuple[Box, ...]:
    events: dict[str, list[Row]] = defaultdict(list)
    for row in rows:
        events[row["event"]].append(row)
    cards, top = [], 8
    for some in events.values():
        card = _card(some[0], some[0]["kind"], top, _parts(some))
        cards.append(card)
        top += card.height + _GAP
    return tuple(cards)


def _links(cards: Sequence[Box]) -> tuple[Link, ...]:
    last: dict[str, Box] = {}
    found = []
    for card in cards:
        if card.kind != "issuance":
            continue
        before = last.get(card.row["actor"])
        if before is not None:
            found.append(Link(before.middle, card.middle, card.row["actorLabel"]))
        last[card.row["actor"]] = card
    return tuple(found)


def _worklines(rows: Iterable[Row], top: int, measures: str) -> tuple[Box, ...]:
    cards = []
    lines: dict[str, list[Row]] = defaultdict(list)
    for row in rows:
        lines[row["line"]].append(row)
    for some in lines.values():
        head = f"{some[0]['lineLabel']} · {measures.format(n=some[0]['measures'])}"
        parts = [(head, "what", some[0]["line"])]
        parts += [(f"→ {r['caseLabel']}", "case", r["case"]) for r in some if "case" in r]
        card = _card(some[0], "line", top, parts)
        cards.append(card)
        top += card.height + _GAP // 2
    return tuple(cards)


def layout(rows: Iterable[Row], lines: Iterable[Row], measures: str) -> Lineage | None:
    """The picture of these events and lines of work; `measures` is how one says `{n}` measures."""
    cards = _spine(rows)
    if not cards:
        return None
    fork = cards[-1].top + cards[-1].height + _GAP
    below = _worklines(lines, fork + 40, measures)
    end = below[-1] if below else cards[-1]
    return Lineage(cards, _links(cards), fork, below, end.top + end.height + 8)
