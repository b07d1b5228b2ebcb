"""The kinds of pages of tests/data/page-kinds.yaml, each in the states it has."""

from dataclasses import dataclass
from typing import Any

import published
import pytest
import yaml

from graph.paths import ROOT

WIDTHS = {"en": 1280, "zh": 390}
"""The width a kind is looked at in each language: what is found is of the one or of the other."""


@dataclass(frozen=True)
class Kind:
    """A page in a state, and what is opened on it, if anything, by a key."""

    state: str
    path: str
    press: str = ""
    shown: str = ""

    def address(self, lang: str) -> str:
        """The address of the page in a language."""
        return f"{self.path}{'&' if '?' in self.path else '?'}lang={lang}"


def _kind(state: str, row: str | dict[str, str]) -> Kind:
    fields = {"path": row} if isinstance(row, str) else dict(row)
    return Kind(state, **fields | {"path": fields["path"].format(article=published.SLUG)})


_ROWS: dict[str, list[Any]] = yaml.safe_load(
    (ROOT / "tests" / "data" / "page-kinds.yaml").read_text("utf-8")
)
KINDS = tuple(_kind(state, row) for state, rows in _ROWS.items() for row in rows)


def each_kind(*states: str) -> pytest.MarkDecorator:
    """A case for each kind of page in these states, or in all of them."""
    kinds = [kind for kind in KINDS if not states or kind.state in states]
    return pytest.mark.parametrize(
        "kind", kinds, ids=[f"{k.state} {k.path} {k.press}".strip() for k in kinds]
    )
