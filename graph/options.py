"""What makes a dataclass field a setting: a variable, a rule for its values, and a reason."""

import os
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, fields
from pathlib import Path
from typing import Any

from graph.errors import SettingError
from graph.paths import ROOT

PREFIX = "POLICYPROV_"


def cores() -> int:
    """How many cores this process may use: what numbers that are left at 0 follow."""
    # Linux knows of those that a container or a unit is bound to.
    bound = getattr(os, "sched_getaffinity", None)
    return len(bound(0)) if bound is not None else os.cpu_count() or 1


def about(reason: str, **rule: object) -> dict[str, object]:
    """Metadata for a field; the rule is `least` and `most`, `choices`, or `pattern` and `shape`."""
    return {"reason": reason, **rule}


_READERS: Mapping[type, tuple[str, Callable[[str], Any]]] = {
    int: ("a whole number", int),
    float: ("a number", float),
    str: ("text", str),
    tuple: ("a list separated by spaces", lambda text: tuple(text.split())),
    Path: ("a path", Path),
}


@dataclass(frozen=True)
class Option:
    """One setting: what it is called, what it may be, and why it exists."""

    name: str
    default: object
    reason: str
    rule: Mapping[str, Any]

    @property
    def variable(self) -> str:
        """The environment variable that sets it."""
        return PREFIX + self.name.upper()

    @property
    def kind(self) -> type:
        """The Python type of its values."""
        return Path if isinstance(self.default, Path) else type(self.default)

    @property
    def shape(self) -> str:
        """What a value must look like, in words."""
        words = str(self.rule.get("shape", _READERS[self.kind][0]))
        if "choices" in self.rule:
            return "one of " + ", ".join(self.rule["choices"])
        if "least" in self.rule:
            return f"{words} from {self.rule['least']} to {self.rule['most']}"
        return words

    def read(self, text: str) -> Any:
        """The value that this text of an environment variable stands for.

        Raises SettingError when it stands for none.
        """
        try:
            return _READERS[self.kind][1](text.strip())
        except ValueError as error:
            raise self._refusal(text) from error

    def check(self, value: object) -> None:
        """Nothing, if the value obeys the rule.

        Raises SettingError otherwise.
        """
        if not all(self._obeys(part) for part in (value if isinstance(value, tuple) else (value,))):
            raise self._refusal(value)

    def _obeys(self, value: object) -> bool:
        rule = self.rule
        if "least" in rule:
            return isinstance(value, int | float) and rule["least"] <= value <= rule["most"]
        if "choices" in rule:
            return value in rule["choices"]
        return "pattern" not in rule or re.fullmatch(rule["pattern"], str(value)) is not None

    def _refusal(self, value: object) -> SettingError:
        return SettingError(f"{self.variable}={value}: it must be {self.shape}")

    @property
    def markdown(self) -> str:
        """Its row in the documentation."""
        return f"| `{self.variable}` | {self._shown} | {self.shape} | {self.reason} |"

    @property
    def _shown(self) -> str:
        if isinstance(self.default, Path):
            return f"`{self.default.relative_to(ROOT)}` in the checkout"
        return "(empty)" if self.default == () else f"`{self.default}`"


def options(settings: type) -> tuple[Option, ...]:
    """The settings that a dataclass's fields describe, in their order."""
    return tuple(
        Option(each.name, each.default, each.metadata["reason"], _rule(each.metadata))
        for each in fields(settings)
    )


def _rule(metadata: Mapping[str, Any]) -> dict[str, Any]:
    return {key: value for key, value in metadata.items() if key != "reason"}
