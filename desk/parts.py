"""What a merge or a split begins with: two claims as one, one as two."""

from typing import Any

from desk import form, shown
from desk.blocks import body
from desk.workbench import State, Workbench
from graph.errors import DeskError


def merge(bench: Workbench, sent: dict[str, Any]) -> dict[str, Any]:
    """Claims that stand next to each other as one form to begin with.

    Raises DeskError for places where no two claims stand.
    """
    index, count = sent.get("index"), sent.get("count")
    entries = bench.state(judged=False).blocks.entries
    if type(index) is not int or type(count) is not int or not (
        count > 1 and 0 <= index <= len(entries) - count
    ):  # fmt: skip
        raise DeskError("a merge needs two claims that follow one another", "choose another")
    texts = [body(entry) for entry in entries[index : index + count]]
    return shown.fields(form.written(form.merged(form.read(text) for text in texts), texts[0]))


def split(bench: Workbench, sent: dict[str, Any]) -> dict[str, Any]:
    """A claim as two on the same words; the second takes the facts that are named.

    Raises DeskError for a claim that is not there, and where no facts are named.
    """
    state = bench.state(judged=False)
    index, moved = sent.get("index"), sent.get("facts")
    if type(index) is not int or not 0 <= index < len(state.blocks.entries):
        raise DeskError("no such claim", "load the article anew", 409)
    if not isinstance(moved, list) or not all(type(each) is int for each in moved):
        raise DeskError("no facts to part", "choose facts for the second claim")
    text = body(state.blocks.entries[index])
    first, second = form.parted(form.read(text), moved, _number(state, index))
    parts = (form.written(first, text), form.written(second))
    return {"text": form.joined(parts)}


def _number(state: State, index: int) -> str:
    """The next number of a claim on the words of this one."""
    claim = state.verdict.claims.get(index)
    if claim is None:
        return "2"
    stem = claim.name.rpartition("-")[0]
    taken = [c.name.rpartition("-") for c in state.verdict.claims.values()]
    return str(1 + max(int(number) for name, _, number in taken if name == stem))
