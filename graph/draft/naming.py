"""What the things of a draft are called: registered names first, names to register otherwise."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field

from graph.errors import Place
from graph.mapping.entities import Entity, normalised

_LONGEST = 40
"""Letters of a name made from pinyin; a person gives the name that stays."""


def slug(text: str) -> str:
    """A name in letters for Chinese words: their pinyin without tones."""
    import pypinyin  # noqa: PLC0415 - half a second to load, which only new names have to wait for

    words = [w.lower() for w in pypinyin.lazy_pinyin(text, v_to_u=False)]
    plain = [w for word in words for w in re.findall("[a-z0-9]+", word)]
    while len("-".join(plain)) > _LONGEST:
        plain.pop()
    return "-".join(plain) or "unnamed"


@dataclass
class Names:
    """The names of things, by kind and Chinese words; `added` is what the registry lacks so far."""

    registry: Mapping[str, Entity]
    added: dict[str, Entity] = field(default_factory=dict)

    def __post_init__(self) -> None:
        # Every proposal looks through all of it.
        self.registry = dict(self.registry)
        self._known = {
            (name.partition(":")[0], normalised(entity.zh)): name
            for name, entity in sorted(self.registry.items(), reverse=True)
        }

    @property
    def all(self) -> dict[str, Entity]:
        """The registered things and the proposed ones."""
        return {**self.registry, **self.added}

    def of(self, kind: str, zh: str, wanted: str = "") -> str:
        """The prefixed name of a thing: the registered one of these words, or one to register.

        `wanted` is the local name to give, pinyin if it is empty. The same words get the same name.
        """
        key = kind, normalised(zh)
        if key not in self._known:
            name = stem = f"{kind}:{wanted or slug(zh)}"
            number = 2
            while name in self.registry or name in self.added:
                name, number = f"{stem}-{number}", number + 1
            self._known[key] = name
            self.added[name] = Entity(name, zh, "", "", Place("draft.jsonl"))
        return self._known[key]

    def meet(self, claim: str) -> None:
        """Take note of the things that a written claim names and the registry lacks."""
        for name in re.findall(
            r"\b(?:agt|app|cas|doc|eff|evt|mea|obl|plc|prb|say):[a-z0-9-]+", claim
        ):
            if name not in self.registry and name not in self.added:
                self.added[name] = Entity(name, name, "", "", Place("draft.jsonl"))

    def place(self, zh: str, code: str) -> str:
        """The name of a division with this code: codes name divisions, whatever the words."""
        name = f"plc:{code}"
        if name not in self.registry and name not in self.added:
            self.added[name] = Entity(name, zh, code[:2], "", Place("draft.jsonl"))
        return name
