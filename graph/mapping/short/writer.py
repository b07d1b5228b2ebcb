"""The claims of an article written as short as they can be: the same facts, other lines.

What was written by hand stays where it is: the order of the claims, and the comments above them.
"""

import re
import unicodedata
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from statistics import median
from typing import Any

import yaml

from graph.errors import InputError
from graph.mapping.article import Article
from graph.mapping.entities import Entity
from graph.mapping.short import claims, facts
from graph.mapping.yaml_positions import Mapping as Written

_WIDTH = 160
"""Columns of a line of facts; a wider one is broken. A Chinese character takes two."""
_PIECE = re.compile("(?:'(?:[^']|'')*'|[^,']|,(?! ))*(?:, |$)")
"""A flow text up to a comma that no quoted text holds."""


@dataclass(frozen=True)
class Shortener:
    """Writes the claims of an article short."""

    article: Article
    registry: Mapping[str, Entity]
    signs: Mapping[str, tuple[str, ...]]

    def text(self, text: str, entries: list[Written]) -> str:
        """The text of a `claims.yaml`, whose claims these are, with each claim short."""
        lines = text.splitlines(keepends=True)
        starts = [entry.place.line - 1 for entry in entries]
        found = ["".join(lines[: starts[0]]).rstrip() + "\n" if starts else text]
        for number, (start, end) in enumerate(zip(starts, [*starts[1:], len(lines)], strict=True)):
            found.append("\n" + "".join(f"{line}\n" for line in self.claim(entries[number])))
            found += [line for line in lines[start:end] if line.lstrip().startswith("#")]
        return "".join(found)

    def claim(self, entry: Written) -> Iterator[str]:
        """The lines of a claim."""
        full = claims.written_out(entry, self.article)
        short = self._keys(full)
        dash = "  - "
        for key, value in short.items():
            for line in self._lines(key, value):
                yield dash + line
                dash = "    "

    def _keys(self, full: Written) -> dict[str, Any]:
        """The keys that the rest does not give, in the order they are read in."""
        stated, label = full["statedIn"], full.get("rdfs:label", {})
        alone = isinstance(stated, dict)
        found = {key: full[key] for key in ("records", "number") if full.get(key)}
        found |= {key: label[key] for key in claims.LABEL if key in label}
        found |= {key: full[key] for key in ("rdfs:comment",) if key in full}
        found |= dict(self._passage(stated)) if alone else {
            "statedIn": [dict(self._passage(each)) for each in stated]
        }  # fmt: skip
        found |= self._spoken(full)
        found |= {key: full[key] for key in ("readings", "mention", "because") if full.get(key)}
        return found | {"facts": [self._fact(fact) for fact in full["facts"]]}

    def _passage(self, stated: Written) -> Iterator[tuple[str, Any]]:
        """The keys of a passage, without a section or a line that the words give themselves."""
        yield "quote", stated["quote"]
        quotes = stated["quote"] if isinstance(stated["quote"], list) else [stated["quote"]]
        if not all(self._once(quote) for quote in quotes):
            yield from ((key, stated[key]) for key in ("inSection", "line") if key in stated)

    def _once(self, quote: str) -> bool:
        return sum(1 for s in self.article.sections for _ in s.occurrences(quote)) == 1

    def _spoken(self, full: Written) -> dict[str, Any]:
        """Voice, speaker and confidence, where leaving one out would give another."""
        kept: dict[str, Any] = {}
        bare = facts.copied(full)
        for key in claims.DEFAULTS:
            del bare[key]
        for key in claims.DEFAULTS:
            trial = facts.copied(bare)
            for done, value in kept.items():
                trial[done] = value
            if claims.written_out(trial, self.article).get(key) != full[key]:
                kept[key] = full[key]
                bare[key], bare.places[key] = full[key], full.places[key]
        return _one_key({key: _plain_code(key, value) for key, value in kept.items()})

    def _fact(self, written: Any) -> Any:
        """A fact, and those inside it, without what its short form leaves out."""
        if isinstance(written, list):
            return [self._fact(each) for each in written]
        if not isinstance(written, Written):
            return written
        written = facts.written_out(written, self.registry, self.signs)
        node = {key: self._fact(value) for key, value in written.items()}
        thing = self.registry.get(str(node.get("id")))
        if thing and "type" in node and node.get("rdfs:label") == {"zh": thing.zh}:
            del node["rdfs:label"]
        elif thing and "type" in node and "rdfs:label" not in node:
            node["rdfs:label"] = {}
        return self._figure(written, node)

    def _figure(self, written: Written, node: dict[str, Any]) -> dict[str, Any]:
        if node.get("type") != "Observation" or not isinstance(node.get("valueText"), str):
            return node
        left = ("type", "value", "valueMax", "valueText", "comparator", "unit")
        for kept in ((), ("unit",), ("comparator",), ("unit", "comparator")):
            trial = facts.copied(written)
            for key in left:
                if key in trial and key not in kept:
                    del trial[key]
            facts.put(trial, facts.READS, written["valueText"], "valueText")
            try:
                full = facts.written_out(trial, self.registry, self.signs)
            except InputError:
                continue
            if dict(full) == dict(written):
                figure = {key: node[key] for key in ("figure",) if key in node}
                rest = {k: v for k, v in node.items() if k not in left and k != "figure"}
                return figure | {facts.READS: node["valueText"]} | {k: node[k] for k in kept} | rest
        return node

    def _lines(self, key: str, value: Any) -> Iterator[str]:
        line = f"{key}: {_flow(value)}"
        if _wide(line) <= _WIDTH or isinstance(value, str):
            yield line
            return
        yield f"{key}:"
        items = value if isinstance(value, list) else [{k: v} for k, v in value.items()]
        mark = "- " if isinstance(value, list) else ""
        for item in items:
            text = _flow(item) if mark else _flow(item)[1:-1]
            if mark and isinstance(item, dict) and _wide(text) > _WIDTH:
                yield from (f"  {line}" for line in _broken(item))
            else:
                yield f"  {mark}{text}"


def _broken(item: dict[str, Any]) -> Iterator[str]:
    """A fact too wide for one line, cut after commas; what follows stands under its first key."""
    line = "- "
    for piece in _PIECE.findall(_flow(item)):
        if line.strip("- ") and _wide(line + piece.rstrip()) > _WIDTH:
            yield line.rstrip()
            line = "   "
        line += piece
    yield line.rstrip()


def _one_key(spoken: dict[str, Any]) -> dict[str, Any]:
    """Voice and what goes with it as one key, where there is one."""
    voice = spoken.get("voice")
    if voice in claims.SPEECH and "saidBy" in spoken:
        rest = {key: value for key, value in spoken.items() if key == "confidence"}
        return {voice: spoken["saidBy"]} | rest
    if voice == "mapper":
        level = spoken.get("confidence", "").removesuffix("-inferred")
        return {claims.INFERRED: level} if level else spoken
    return spoken


def _plain_code(key: str, value: Any) -> Any:
    return value.removeprefix(f"c:{key}-") if isinstance(value, str) else value


def _flow(value: Any, *, inside: bool = False) -> str:
    """A value on one line; a text is quoted only where YAML would read it as something else."""
    if isinstance(value, dict):
        pairs = (f"{key}: {_flow(each, inside=True)}" for key, each in value.items())
        return f"{{{', '.join(pairs)}}}"
    if isinstance(value, list):
        return f"[{', '.join(_flow(each, inside=True) for each in value)}]"
    return _scalar(str(value), inside=inside)


@cache
def _scalar(text: str, *, inside: bool) -> str:
    frame = f"{{a: {text}}}" if inside else f"a: {text}"
    try:
        node = yaml.compose(frame, Loader=yaml.CSafeLoader)
    except yaml.YAMLError:
        node = None
    pairs = node.value if isinstance(node, yaml.MappingNode) else []
    if len(pairs) == 1:
        value = pairs[0][1]
        plain = isinstance(value, yaml.ScalarNode) and value.style in (None, "")
        if plain and value.value == text and value.tag != "tag:yaml.org,2002:null":
            return text
    return "'" + text.replace("'", "''") + "'"


def _wide(text: str) -> int:
    return sum(2 if unicodedata.east_asian_width(c) in "WF" else 1 for c in text)


def lines_a_claim(text: str, entries: list[Written]) -> float:
    """How many lines a claim of this text takes at the median, blank ones among them."""
    starts = [entry.place.line for entry in entries]
    ends = [*starts[1:], text.count("\n") + 1]
    return median(end - start for start, end in zip(starts, ends, strict=True)) if starts else 0
