import shutil
from collections.abc import Callable
from pathlib import Path

import pytest
from pyoxigraph import Literal, NamedNode

from graph.errors import ReleaseError
from graph.namespaces import IDS
from web.graphview import Views

RELEASE = NamedNode(IDS + "release")


def test_a_switched_release_is_seen_at_once(publish: Callable[[str], Path]) -> None:
    """A switched release is seen at once, and a view taken before stays whole."""
    views = Views(publish("1"))
    before = views.now
    assert views.now is before
    publish("2")
    assert views.now.version == "2"
    assert views.now.text(RELEASE, "rdfs:label") == "2"
    assert before.text(RELEASE, "rdfs:label") == "1"


def test_without_a_release_there_is_no_view(publish: Callable[[str], Path]) -> None:
    """Without a release there is no view."""
    path = publish("1")
    shutil.rmtree(path.resolve())
    with pytest.raises(ReleaseError):
        _ = Views(path).now


def test_statements_know_their_claims(publish: Callable[[str], Path]) -> None:
    """Statements know their claims, and what no claim states is told apart."""
    view = Views(publish("1")).now
    thing = NamedNode(IDS + "claim/0")
    found = {s.origin: s for s in view.matching(thing, None, None)}
    assert set(found) == {"claim", "records"}
    assert found["claim"].claims == (thing,)
    assert isinstance(found["records"].triple.object, Literal)


def test_names_come_in_the_language_asked_for_or_another(publish: Callable[[str], Path]) -> None:
    """Names come in the language asked for, or another."""
    view = Views(publish("1")).now
    assert view.label(NamedNode(IDS + "claim/0"), "en") == "论断 0"
    assert view.label(NamedNode(IDS + "claim/none"), "en") is None
