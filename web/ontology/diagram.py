"""Diagrams of the ontology: its classes on a grid, its properties as arrows between them."""

from collections.abc import Mapping
from dataclasses import dataclass

from graph.rdf.namespaces import NS
from web.ontology.terms import OntologyTerms, Term

_WIDE, _HIGH, _ACROSS, _DOWN, _EDGE = 118, 40, 196, 96, 12

GRIDS: Mapping[str, Mapping[str, tuple[float, float]]] = {
    "evidence": {
        "Claim": (0, 0), "Passage": (1, 0), "Section": (2, 0), "Article": (3, 0),
        "Voice": (0, 1), "Span": (1, 1),
    },
    "policy": {
        "Issuance": (0, 0), "OfficialDocument": (1.5, 0), "Meeting": (3, 0),
        "LocalCase": (0, 1), "PolicyMeasure": (1.5, 1), "PolicyDocument": (3, 1),
        "Problem": (0, 2), "Effect": (1.5, 2), "DigitalPlatform": (3, 2),
        "Change": (0, 3), "Observation": (1.5, 3), "Indicator": (3, 3),
        "Period": (0, 4), "StatisticType": (3, 4),
    },
}  # fmt: skip
"""Diagram → class → its column and row. What is drawn between the classes is the ontology's."""
_USES: Mapping[str, tuple[str, str]] = {
    "inArticle": ("Section", "Article"),
    "inCase": ("PolicyMeasure", "LocalCase"),
    "claimedEffect": ("PolicyMeasure", "Effect"),
    "quantifiedBy": ("Effect", "Observation"),
    "during": ("Observation", "Period"),
}
"""Property that many classes share, so that it declares no domain → where it is drawn."""


@dataclass(frozen=True)
class Box:
    """A class at its place, in units of the view box."""

    term: Term
    x: float
    y: float
    width: int = _WIDE
    height: int = _HIGH

    @property
    def middle(self) -> tuple[float, float]:
        """Its middle."""
        return self.x + self.width / 2, self.y + self.height / 2


@dataclass(frozen=True)
class Arrow:
    """Properties from one box to another, or `kind of` where `terms` is empty.

    `both` is set when some lead back.
    """

    start: tuple[float, float]
    end: tuple[float, float]
    terms: tuple[Term, ...]
    both: bool

    @property
    def label(self) -> tuple[float, float]:
        """Where its names stand."""
        return (self.start[0] + self.end[0]) / 2, (self.start[1] + self.end[1]) / 2


@dataclass(frozen=True)
class Diagram:
    """One whole drawing."""

    name: str
    boxes: tuple[Box, ...]
    arrows: tuple[Arrow, ...]
    width: float
    height: float


def _clipped(here: Box, there: Box) -> tuple[float, float]:
    """Where the line from the middle of one box to that of another leaves the first."""
    (x, y), (to_x, to_y) = here.middle, there.middle
    across, down = to_x - x, to_y - y
    shares = [
        side / abs(way) for side, way in ((here.width / 2, across), (here.height / 2, down)) if way
    ]
    share = min(shares)
    return round(x + across * share, 1), round(y + down * share, 1)


def _ends(term: Term) -> list[tuple[str, str]]:
    shared = _USES.get(term.anchor)
    if shared:
        return [(NS + shared[0], NS + shared[1])]
    return [(start, end) for start in term.domain for end in term.range if start != end]


def _between(
    words: OntologyTerms, boxes: Mapping[str, Box]
) -> Mapping[tuple[str, str], list[Term]]:
    found: dict[tuple[str, str], list[Term]] = {}
    for term in words.properties:
        for start, end in _ends(term):
            if start in boxes and end in boxes:
                found.setdefault((start, end), []).append(term)
    for box in boxes.values():
        for parent in box.term.parents:
            if parent in boxes:
                found.setdefault((box.term.iri, parent), [])
    return found


def _arrows(words: OntologyTerms, boxes: Mapping[str, Box]) -> tuple[Arrow, ...]:
    between, found = _between(words, boxes), []
    for (start, end), terms in between.items():
        back = between.get((end, start))
        if back is not None and end < start:
            continue  # drawn the other way round
        line = _clipped(boxes[start], boxes[end]), _clipped(boxes[end], boxes[start])
        found.append(Arrow(*line, (*terms, *(back or ())), back is not None))
    return tuple(found)


def diagram(words: OntologyTerms, name: str) -> Diagram:
    """The drawing of this name; a class that the ontology no longer has is left out."""
    terms, grid = words.terms, GRIDS[name]
    boxes = {
        NS + local: Box(terms[NS + local], _EDGE + column * _ACROSS, _EDGE + row * _DOWN)
        for local, (column, row) in grid.items()
        if NS + local in terms
    }
    return Diagram(
        name=name,
        boxes=tuple(boxes.values()),
        arrows=_arrows(words, boxes),
        width=max(box.x for box in boxes.values()) + _WIDE + _EDGE,
        height=max(box.y for box in boxes.values()) + _HIGH + _EDGE,
    )
