"""What was made is kept, until it makes room or everything is forgotten."""

from graph.memory import Memory


def test_the_least_recently_asked_for_makes_room() -> None:
    memory, made = Memory(), list[str]()

    def make(name: str) -> str:
        made.append(name)
        return name.upper()

    for name in ("a", "b", "a", "c"):
        assert memory.recall("letters", name, lambda n=name: make(n), 2) == name.upper()  # type: ignore[misc]  # a default binds the name
    assert made == ["a", "b", "c"]
    assert [memory.known("letters", name) for name in "abc"] == ["A", None, "C"]
    assert memory.known("digits", "a") is None


def test_what_is_cleared_is_made_anew_and_kept() -> None:
    memory = Memory()
    memory.recall("letters", "a", lambda: 1, 2)
    memory.clear()
    assert memory.known("letters", "a") is None
    assert memory.recall("letters", "a", lambda: 2, 2) == 2
    assert memory.recall("letters", "a", lambda: 3, 2) == 2
