"""What a query does to answer: the engine's own plan of it, with the rows each step gave."""

import json
import re
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

ENGINE = str(Path(sys.executable).parent / "oxigraph")
_VARIABLE = re.compile(r"\?(\w+)")


@dataclass(frozen=True)
class Step:
    """A step of a plan, how many rows it gave, and the steps it takes its rows from."""

    name: str
    rows: int
    inputs: tuple["Step", ...]

    def walk(self) -> Iterator["Step"]:
        """The step itself and all below it."""
        yield self
        for step in self.inputs:
            yield from step.walk()

    def read(self) -> Iterator["Step"]:
        """The step itself and those it takes rows from, without what its rows are tested with."""
        yield self
        for step in self.inputs[: len(self.inputs) - len(self.tests)]:
            yield from step.read()

    @property
    def work(self) -> int:
        """The rows of all steps together: what the answer cost, whatever the machine."""
        return sum(step.rows for step in self.walk())

    @property
    def variables(self) -> set[str]:
        """Every variable that is named in this step or below it."""
        return {name for step in self.walk() for name in _VARIABLE.findall(step.name)}

    @property
    def tested(self) -> set[str]:
        """The variables of the rows that its tests are run for."""
        rows = self.inputs[: len(self.inputs) - len(self.tests)]
        return {name for step in rows for name in step.variables}

    @property
    def tests(self) -> tuple["Step", ...]:
        """The patterns of EXISTS and NOT EXISTS in this step, each run once for each row."""
        first = 2 if "LeftJoin(" in self.name else 1
        return self.inputs[first:] if "EXISTS {" in self.name else ()


def _step(node: dict[str, object]) -> Step:
    below = node["children"]
    rows = node["number of results"]
    assert isinstance(below, list)
    assert isinstance(rows, int)
    return Step(str(node["name"]), rows, tuple(_step(each) for each in below))


def explained(store: Path, text: str, folder: Path) -> Step:
    """The last step of the plan by which this query was answered from the store at this path.

    `folder` takes the files of the engine.
    """
    plan, answer = folder / "plan.json", folder / "answer"
    form = "nt" if re.search(r"^\s*(CONSTRUCT|DESCRIBE)\b", text, re.MULTILINE) else "csv"
    form = "srx" if re.search(r"^\s*ASK\b", text, re.MULTILINE) else form
    subprocess.run(
        [
            ENGINE, "query", "--location", str(store), "--query", text, "--stats",
            "--results-format", form, "--results-file", str(answer), "--explain-file", str(plan),
        ],
        check=True,
        capture_output=True,
    )  # fmt: skip
    return _step(json.loads(plan.read_text("utf-8"))["plan"])


def multiplied(plan: Step) -> list[str]:
    """The patterns inside EXISTS that are read whole, once for each row they are asked for.

    A pattern is looked up in an index if the row binds one of its variables. One that shares none
    with the row, as the second step of a path, is read from one end to the other each time.
    """
    return [
        each.name
        for step in plan.walk()
        for test in step.tests
        for each in test.read()
        if each.name.startswith("QuadPattern(")
        and not set(_VARIABLE.findall(each.name)) & step.tested
    ]
