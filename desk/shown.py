"""An article on the desk as the page reads it: text, claims, proposals, findings."""

from dataclasses import asdict
from typing import Any

from desk import form, leaf
from desk.blocks import body, lead
from desk.journal import Journal
from desk.leaf import Leaf
from desk.proofs import Finding
from desk.workbench import State, Workbench
from graph.draft.registration import Missing
from graph.errors import InputError
from graph.rdf.vocabulary import vocabulary


def leaves(bench: Workbench, state: State) -> tuple[Leaf, ...]:
    """The text with what covers it."""
    places = leaf.covered(bench.proofs.article, state.blocks)
    return leaf.leaves(bench.proofs.article, places, state.proposals)


def everything(bench: Workbench, state: State) -> dict[str, Any]:
    """All of it, and the revision the next order rests on."""
    text = leaves(bench, state)
    bare, sentences = leaf.bare(text)
    return {
        **verdict(state), "undoable": state.undoable,
        "leaves": [asdict(each) for each in text],
        "claims": [_claim(state, index) for index in range(len(state.blocks.entries))],
        "proposals": [asdict(p) for p in state.proposals],
        "bare": bare, "sentences": sentences,
        "figures": Journal(bench.folder).figures(),
    }  # fmt: skip


def verdict(state: State) -> dict[str, Any]:
    """What the build would say of the claims of a revision, and whether all were judged."""
    found = state.verdict.findings
    return {"revision": state.revision, "whole": state.verdict.whole,
            "findings": [finding(f) for f in found]}  # fmt: skip


def finding(found: Finding) -> dict[str, Any]:
    """What the build would refuse, and where."""
    return {"what": found.what, "remedy": found.remedy, "line": found.line, "index": found.index}


def missing(found: Missing) -> dict[str, Any]:
    """A thing the registry lacks: its row as far as it is known, and what it may be already."""
    zh, of, en = found.row[1:] if found.row else ("", "", "")
    return {"name": found.name, "zh": zh, "of": of, "en": en, "same": found.same,
            "near": [{"name": name, "why": why} for name, why in found.near]}  # fmt: skip


def _claim(state: State, index: int) -> dict[str, Any]:
    text = body(state.blocks.entries[index])
    known = state.verdict.claims.get(index)
    try:
        read = form.read(text)
        label = dict(read.label)
    except InputError:
        label = {}
    return {
        "index": index, "label": label, "name": known.name if known else "",
        "quote": known.quote if known else "", "wrong": bool(state.verdict.of(index)),
        "voice": known.voice if known else "", "called": _called(known.voice) if known else {},
        "above": lead(state.blocks.entries[index]).strip(),
    }  # fmt: skip


def _called(code: str) -> dict[str, str]:
    """A code by its Chinese label, and by the last of its name."""
    terms = vocabulary()
    return {"zh": terms.labels[code][0], "en": code.rpartition("-")[2]}


def fields(text: str) -> dict[str, Any]:
    """A claim as text and as the fields of the form; no form for a claim of another shape."""
    try:
        read = form.read(text)
        return {"text": text, "form": asdict(read), "facts": form.facts_of(read)}
    except InputError:
        return {"text": text, "form": None, "facts": ()}
