import gc
import shutil
import weakref
from collections.abc import Callable
from pathlib import Path

import pytest
from pyoxigraph import Literal, NamedNode

from graph.errors import ReleaseError
from graph.rdf.namespaces import IDS
from graph.snapshot import Follower, release
from web.site.release_view import view

RELEASE = NamedNode(IDS + "release")


def test_a_switched_release_is_seen_at_once(publish: Callable[[str], Path]) -> None:
    """A switched release is seen at once, and a view taken before stays whole."""
    follower = Follower(publish("1"))
    before = view(follower.look())
    assert view(follower.look()) is before
    publish("2")
    assert view(follower.look()).version == "2"
    assert view(follower.look()).text(RELEASE, "rdfs:label") == "2"
    assert before.text(RELEASE, "rdfs:label") == "1"


def test_nothing_is_left_of_a_release_that_is_forgotten(publish: Callable[[str], Path]) -> None:
    """What was remembered goes with it; a request in hand remembers on, until it is again."""
    old = release(publish("1"))
    seen = weakref.ref(view(old))
    assert seen() is not None
    old.forget()
    gc.collect()
    assert seen() is None
    late = view(old)
    assert late.text(RELEASE, "rdfs:label") == "1"
    assert view(old) is late
    seen = weakref.ref(late)
    del late
    old.forget()
    gc.collect()
    assert seen() is None


def test_without_a_release_there_is_no_view(publish: Callable[[str], Path]) -> None:
    path = publish("1")
    shutil.rmtree(path.resolve())
    with pytest.raises(ReleaseError):
        Follower(path)


def test_statements_know_their_claims(publish: Callable[[str], Path]) -> None:
    """Statements know their claims, and what no claim states is told apart."""
    here = view(release(publish("1")))
    thing = NamedNode(IDS + "claim/0")
    found = {s.origin: s for s in here.matching(thing, None, None)}
    assert set(found) == {"claim", "records"}
    assert found["claim"].claims == (thing,)
    assert isinstance(found["records"].triple.object, Literal)


def test_names_come_in_the_language_asked_for_or_another(publish: Callable[[str], Path]) -> None:
    here = view(release(publish("1")))
    assert here.label(NamedNode(IDS + "claim/0"), "en") == "论断 0"
    assert here.label(NamedNode(IDS + "claim/none"), "en") is None
