"""The claims of an article: who says what in which words."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from graph.errors import Place
from graph.mapping.facts import Node, listed, nodes
from graph.mapping.sections import Span
from graph.mapping.short.claims import MAPPER
from graph.mapping.yaml_positions import Text


@dataclass(frozen=True)
class Passage:
    """The words a claim rests on: broken text as it is read, the labels of a graphic one by one."""

    name: str
    section: str
    words: tuple[str, ...]
    spans: tuple[Span, ...]

    @property
    def quote(self) -> str:
        """Its words as one text."""
        return " / ".join(self.words)

    @property
    def offsets(self) -> tuple[int | None, ...]:
        """The source offset of each character of the quote; None for those between two labels."""
        printed = (i for span in self.spans for i in range(span.start, span.end))
        found: list[int | None] = []
        for number, words in enumerate(self.words):
            found += [None] * len(" / ") if number else []
            found += [next(printed) for _ in words]
        return tuple(found)


@dataclass(frozen=True)
class Claim:
    """One claim; `name` is the prefixed name of the claim and of its graph."""

    name: str
    records: tuple[str, ...]
    label: Mapping[str, str]
    comment: Mapping[str, str]
    passages: tuple[Passage, ...]
    voice: str
    speakers: tuple[str, ...]
    confidence: str
    facts: tuple[Node, ...]
    readings: Mapping[str, Text]
    """A period's slug → the words it is read from."""
    mention: Mapping[str, Text]
    """A thing → the words of a passage that mean it."""
    because: Mapping[str, Text]
    """A thing → why so few words mean it and nothing else."""
    place: Place = field(compare=False)

    @property
    def quote(self) -> str:
        """The words of all its passages."""
        return " / ".join(p.quote for p in self.passages)

    @property
    def nodes(self) -> Iterator[Node]:
        """Every node of its facts, those inside others too."""
        return (node for fact in self.facts for node in nodes(fact))

    @property
    def printed(self) -> list[Node]:
        """Its facts without the English that renders their words."""
        return [_printed(fact) for fact in self.facts]

    @property
    def glosses(self) -> Iterator[Node]:
        """The English that renders words of its facts: ours, and no words of an article."""
        for node in self.nodes:
            for key, value in node.items():
                english = [each for each in listed(value) if _english(each)]
                if english:
                    yield {"id": node["id"], key: english}

    @property
    def inferred(self) -> bool:
        """Whether the mapper speaks, who alone may say what no words print.

        Of a quotation, an inferred confidence says that its speaker is inferred: its words are
        printed.
        """
        return self.voice == MAPPER


def _english(value: object) -> bool:
    return isinstance(value, dict) and value.get("@language") == "en"


def _printed(value: Any) -> Any:
    """A node, or a value of one, without its English words."""
    if isinstance(value, list):
        return [_printed(each) for each in value if not _english(each)]
    if not isinstance(value, dict) or "id" not in value:
        return value
    return {key: _printed(each) for key, each in value.items()}
