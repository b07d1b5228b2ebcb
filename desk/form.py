"""A claim as the fields of a form, and back: what a field does not change stays as it was typed."""

import textwrap
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import lru_cache
from typing import Any

import yaml

from desk.blocks import EMPTY, body, cut
from graph.errors import InputError, Place
from graph.mapping.yaml_positions import composed

_WIDE = 10**6
"""No line is folded: a quote is copied, not wrapped."""
_FILE = "claim"
PLAIN = ("voice", "confidence", "number")
"""Keys with one value."""
SEVERAL = ("saidBy", "records")
"""Keys with one value or a list."""
TOLD = {"rdfs:label": "label", "rdfs:comment": "comment"}
"""Keys with words in both languages → the field they fill."""
PAIRS = ("mention", "because", "readings")
"""Keys that map a name to printed words; a field has one pair a line."""
_ORDER = (
    "records", "number", "rdfs:label", "rdfs:comment", "statedIn", "voice", "saidBy", "confidence",
    "mention", "because", "readings", "facts",
)  # fmt: skip


_STANDS = {
    "en": "rdfs:label", "zh": "rdfs:label", "quote": "statedIn", "inSection": "statedIn",
    "line": "statedIn", "direct": "voice", "reported": "voice", "inferred": "voice",
}  # fmt: skip
"""Short key → the key it stands for, which the form has a field for."""
_IMPLIED = {"direct": "saidBy", "reported": "saidBy", "inferred": "confidence"}
"""Short key of a voice → what else it says."""


@dataclass(frozen=True)
class Form:
    """The fields of a claim.

    `facts` is the list as YAML, `other` every key the form has no field for, as typed.
    """

    label: Mapping[str, str] = field(default_factory=dict)
    comment: Mapping[str, str] = field(default_factory=dict)
    passages: tuple[Mapping[str, Any], ...] = ()
    voice: str = ""
    confidence: str = ""
    number: str = ""
    saidBy: tuple[str, ...] = ()  # noqa: N815 - the key of the file
    records: tuple[str, ...] = ()
    mention: str = ""
    because: str = ""
    readings: str = ""
    facts: str = ""
    other: str = ""


def _node(text: str) -> yaml.MappingNode:
    node = composed(text, _FILE)
    if not isinstance(node, yaml.MappingNode):
        raise InputError("a claim is not a mapping", Place(_FILE, 1), "write records: …")
    return node


def _chunks(text: str) -> dict[str, str]:
    """The lines of each key of a claim, as typed."""
    node, lines = _node(text), text.splitlines(keepends=True)
    if node.flow_style or not node.value:
        raise InputError("a claim in braces", Place(_FILE, 1), "write each key on its own line")
    starts = [(str(key.value), key.start_mark.line) for key, _ in node.value]
    ends = [line for _, line in starts[1:]] + [len(lines)]
    if len({line for _, line in starts}) < len(starts):
        raise InputError("two keys on one line", Place(_FILE, 1), "write each on its own line")
    return {
        key: "".join(lines[start:end]) for (key, start), end in zip(starts, ends, strict=True)
    }  # fmt: skip


def _plain(node: yaml.Node) -> Any:
    """A YAML value with every scalar as text."""
    if isinstance(node, yaml.MappingNode):
        return {str(key.value): _plain(value) for key, value in node.value}
    if isinstance(node, yaml.SequenceNode):
        return [_plain(child) for child in node.value]
    return "" if node.tag == "tag:yaml.org,2002:null" else str(node.value)


def _several(value: Any) -> tuple[str, ...]:
    return tuple(value) if isinstance(value, list) else (value,) if value else ()


def _passages(value: Any) -> tuple[Mapping[str, Any], ...]:
    return tuple(p for p in (value if isinstance(value, list) else [value]) if isinstance(p, dict))


def _below(chunk: str) -> str:
    """The value of a key that stands on the lines below it, unindented."""
    first, _, rest = chunk.partition("\n")
    inline = first.partition(":")[2].strip()
    return f"{inline}\n" if inline else textwrap.dedent(rest).rstrip("\n") + "\n" if rest else ""


def _full(values: dict[str, Any]) -> dict[str, Any]:
    """The keys of a claim with the short ones written out."""
    full = {key: value for key, value in values.items() if key not in _STANDS}
    for key in ("rdfs:label", "statedIn"):
        short = {k: v for k, v in values.items() if _STANDS.get(k) == key}
        if short:
            full[key] = short
    for key in _IMPLIED.keys() & values.keys():
        inferred = key == "inferred"
        full["voice"] = "mapper" if inferred else key
        full[_IMPLIED[key]] = f"{values[key]}-inferred" if inferred else values[key]
    for key in ("voice", "confidence"):
        if full.get(key) and ":" not in full[key]:
            full[key] = f"c:{key}-{full[key]}"
    return full


def _grouped(chunks: Mapping[str, str]) -> dict[str, str]:
    """The lines of each key a field is for, those of short keys under the key they stand for."""
    found: dict[str, str] = {}
    for key, chunk in chunks.items():
        full = _STANDS.get(key, key)
        found[full] = found.get(full, "") + chunk
    return found


@lru_cache(2000)
def read(text: str) -> Form:
    """The fields of a claim written without its dash.

    Raises InputError for text that is no mapping, or has two keys on a line.
    """
    chunks = _chunks(text)
    values = _full({str(key.value): _plain(value) for key, value in _node(text).value})
    known: dict[str, Any] = {key: str(values.get(key) or "") for key in PLAIN}
    known |= {key: _several(values.get(key)) for key in SEVERAL}
    for key, name in TOLD.items():
        known[name] = values[key] if isinstance(values.get(key), dict) else {}
    for key in PAIRS:
        pairs = values.get(key)
        known[key] = "\n".join(f"{k}: {v}" for k, v in pairs.items()) if pairs else ""
    other = "".join(chunk for key, chunk in chunks.items() if _STANDS.get(key, key) not in _ORDER)
    facts = _below(chunks["facts"]) if "facts" in chunks else ""
    return Form(passages=_passages(values.get("statedIn")), facts=facts, other=other, **known)


def _dump(value: Any) -> str:
    text: str = yaml.dump(
        value, Dumper=yaml.SafeDumper, allow_unicode=True, width=_WIDE, sort_keys=False
    )
    return text


def _short(value: Sequence[str]) -> str:
    text: str = yaml.dump(
        list(value),
        Dumper=yaml.SafeDumper,
        allow_unicode=True,
        width=_WIDE,
        default_flow_style=True,
    )
    return text.strip()


def _pairs(text: str, key: str) -> dict[str, str]:
    """The pairs of a field, one a line, parted by the last colon that a blank follows."""
    found = {}
    for line in filter(None, map(str.strip, text.splitlines())):
        name, colon, words = line.partition(": ")
        if not colon or not name.strip() or not words.strip():
            raise InputError(
                f"{line!r} is no pair", Place(key), "write one a line: thing: its words"
            )
        found[name.strip()] = words.strip().strip("'\"")
    return found


def _lines(key: str, form: Form) -> str:
    """A key written anew from its field; empty for a field left empty."""
    if key == "facts":
        listed = textwrap.indent(form.facts.rstrip(), "  ")
        return f"facts:\n{listed}\n" if listed.strip() else ""
    if key == "records":
        return f"records: {_short(form.records)}\n"
    value = _value(key, form)
    return _dump({key: value}) if value else ""


def _value(key: str, form: Form) -> Any:
    if key in TOLD:
        return {tag: words for tag, words in getattr(form, TOLD[key]).items() if words}
    if key == "statedIn":
        kept = [{k: _unwrapped(v) for k, v in each.items() if v} for each in form.passages]
        return _unwrapped([each for each in kept if each])
    value = getattr(form, key)
    if key in PAIRS:
        return _pairs(value, key)
    return _unwrapped(list(value)) if key in SEVERAL else value


def _unwrapped(value: Any) -> Any:
    """One quote alone, not in a list."""
    return value[0] if isinstance(value, list | tuple) and len(value) == 1 else value


def written(form: Form, before: str = "") -> str:
    """The claim that a form says, without its dash.

    `before` is the claim the form was read from: the lines of every key whose field is unchanged
    stay as they are, comments and all. Raises InputError for a field that cannot be read.
    """
    typed = _chunks(before) if before.strip() else {}
    chunks, old = _grouped(typed), read(before) if before.strip() else Form()
    implied = {_IMPLIED[key] for key in _IMPLIED.keys() & typed.keys()}
    same = all(getattr(old, key) == getattr(form, key) for key in ("voice", *implied))
    found: dict[str, str] = {}
    for key in _ORDER:
        name = {"statedIn": "passages", **TOLD}.get(key, key)
        if key in implied and same:
            continue
        if key in chunks and getattr(old, name) == getattr(form, name) and (same or key != "voice"):
            found[key] = chunks[key]
        elif key in chunks or getattr(form, name) or (key == "records" and not typed):
            found[key] = _lines(key, form)
    order = [key for key in chunks if key in _ORDER]
    for key in _ORDER:
        if key in found and key not in order:
            after = [k for k in _ORDER[: _ORDER.index(key)] if k in order]
            order.insert(order.index(after[-1]) + 1 if after else 0, key)
    text = "".join(found[key].rstrip("\n") + "\n" for key in order if found[key])
    text += form.other
    _node(text)
    return text


def several(text: str) -> tuple[str, ...]:
    """The claims of a text that may have one, or a list of them."""
    if text.lstrip().startswith("- "):
        return tuple(body(each) for each in cut(EMPTY + textwrap.dedent(text), _FILE).entries)
    return (text,)


def joined(claims: Sequence[str]) -> str:
    """Claims as one text: one as it is, several as a list."""
    if len(claims) == 1:
        return claims[0]
    return "".join("- " + textwrap.indent(claim, "  ")[2:] for claim in claims)


def facts_of(form: Form) -> tuple[str, ...]:
    """Its facts one by one, as typed."""
    listed = form.facts if form.facts.lstrip().startswith("-") else ""
    return cut(EMPTY + listed, _FILE).entries if listed else ()


def merged(forms: Iterable[Form]) -> Form:
    """Several claims as one: the head of the first; records, passages, words, facts of all."""
    forms = tuple(forms)
    first = forms[0]
    passages: list[Mapping[str, Any]] = []
    for form in forms:
        passages += [p for p in form.passages if p not in passages]
    records = dict.fromkeys(r for form in forms for r in form.records)
    pairs = {key: "\n".join(dict.fromkeys(
        line for form in forms for line in getattr(form, key).splitlines()
    )) for key in PAIRS}  # fmt: skip
    facts = "".join(dict.fromkeys(f for form in forms for f in facts_of(form)))
    return Form(
        label=first.label, comment=first.comment, passages=tuple(passages), voice=first.voice,
        confidence=first.confidence, number=first.number, saidBy=first.saidBy,
        records=tuple(records), facts=facts, other=first.other, **pairs,
    )  # fmt: skip


def parted(form: Form, moved: Iterable[int], number: str) -> tuple[Form, Form]:
    """A claim as two on the same words: the second takes the facts of these indices.

    Raises InputError when one of the two would be left without facts.
    """
    facts, away = facts_of(form), set(moved)
    mine = "".join(f for i, f in enumerate(facts) if i not in away)
    theirs = "".join(f for i, f in enumerate(facts) if i in away)
    if not mine or not theirs:
        raise InputError(
            f"{len(facts)} facts cannot be parted so", Place(_FILE), "leave one fact on each side"
        )
    kept = (
        "comment", "passages", "voice", "confidence", "saidBy", "mention", "because", "readings",
        "other",
    )  # fmt: skip
    rest = {name: getattr(form, name) for name in kept}
    first = Form(label=form.label, number=form.number, records=form.records, facts=mine, **rest)
    return first, Form(label=form.label, number=number, records=(), facts=theirs, **rest)
