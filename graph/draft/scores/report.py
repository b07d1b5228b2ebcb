"""Scores as the lines of a Markdown table."""

from collections.abc import Iterator, Mapping

from graph.draft.proposal import KINDS
from graph.draft.scores.evaluation import RECALL_ONLY, Score

_HEAD = (
    "kind", "gold", "grounded", "exact", "precision", "recall", "F", "overlap", "value",
    "fields equal", "fields invented",
)  # fmt: skip
WHOLE = "all marked whole"
"""The last row: kinds of which gold has every case."""


def table(scores: Mapping[str, Score]) -> Iterator[str]:
    """The counts by kind, and those of all kinds that gold marks whole.

    A kind that gold does not have, or has only a few cases of, has no precision.
    """
    yield f"| {' | '.join(_HEAD)} |"
    yield "|---" * len(_HEAD) + "|"
    whole = {k for k, score in scores.items() if score.gold and k not in RECALL_ONLY}
    for kind in (each for each in KINDS if each in scores):
        yield _row(kind, scores[kind], whole=kind in whole)
    yield _row(WHOLE, sum((scores[k] for k in whole), Score()), whole=True)


def _row(kind: str, score: Score, *, whole: bool) -> str:
    recall = f"{score.recall:.2f}" if score.gold else "–"
    precision, f1 = (f"{score.precision:.2f}", f"{score.f1:.2f}") if whole else ("–", "–")
    cells = (
        kind, score.gold, f"{score.grounded}/{score.found}", score.exact, precision, recall, f1,
        f"{score.overlap}/{score.gold}", f"{score.value}/{score.exact}",
        f"{score.equal}/{score.expected}", f"{score.invented}/{score.proposed}",
    )  # fmt: skip
    return f"| {' | '.join(map(str, cells))} |"
