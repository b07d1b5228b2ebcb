"""Every name of ours that the source spells is one that the ontology declares."""

import re

import pytest

from graph.paths import ROOT
from graph.rdf.vocabulary import Vocabulary, vocabulary

FILES = sorted(
    str(path.relative_to(ROOT))
    for pattern in (
        "desk/**/*.py",
        "graph/**/*.py",
        "web/**/*.py",
        "web/templates/**/*.html",
        "queries/**/*.rq",
    )
    for path in ROOT.glob(pattern)
)
_NAME = re.compile(r"(?<![\w:/#-])(pp:\w+|c:[a-z][\w-]*\w)(?![\w-]*[-*{])")


@pytest.fixture(scope="module")
def terms() -> Vocabulary:
    return vocabulary()


def declared(name: str, terms: Vocabulary) -> bool:
    """Whether the ontology or a code list has this name."""
    known = {*terms.classes, *terms.properties, *terms.codes, *terms.schemes}
    return name in known


@pytest.mark.parametrize("name", ["pp:typo", "c:voice-typo"])
def test_a_slip_is_found(name: str, terms: Vocabulary) -> None:
    assert _NAME.findall(f'expand("{name}")') == [name]
    assert not declared(name, terms)


def test_names_are_declared(terms: Vocabulary) -> None:
    spelled = {file: set(_NAME.findall((ROOT / file).read_text("utf-8"))) for file in FILES}
    assert sum(map(len, spelled.values())) > 100
    slips = {(file, name) for file, names in spelled.items() for name in names}
    assert not {slip for slip in slips if not declared(slip[1], terms)}
