"""What the page sends, taken apart: every part is checked before anything is done with it."""

import re
from dataclasses import asdict, replace
from typing import Any

from flask import request

from desk import form
from desk.form import Form
from desk.workbench import Order
from graph.errors import DeskError

_ROW = ("name", "zh", "of", "en")
_NAME = re.compile(r"[a-z]{3}:[a-z0-9]+(-[a-z0-9]+)*")


def sent() -> dict[str, Any]:
    """The JSON object of the request; raises DeskError for anything else."""
    found = request.get_json(silent=True)
    if not isinstance(found, dict):
        raise DeskError("the request is no JSON object", "use the desk's own page")
    return found


def _form(sent: Any) -> Form:
    """A form as the page sends it.

    Raises DeskError for another shape.
    """
    names = {f: type(v) for f, v in asdict(Form()).items()}
    if not isinstance(sent, dict) or set(sent) - names.keys():
        raise DeskError("no form of a claim", "load the page anew")
    values: dict[str, Any] = {}
    for name, kind in names.items():
        value = sent.get(name, kind())
        value = tuple(value) if kind is tuple and isinstance(value, list) else value
        if not isinstance(value, kind):
            raise DeskError(f"the field {name} is no {kind.__name__}", "load the page anew")
        values[name] = value
    return replace(Form(), **values)


def _claims(sent: dict[str, Any]) -> tuple[str, ...]:
    """The claims of a request: as text, or as a form over the text it was read from."""
    if isinstance(sent.get("text"), str):
        return form.several(sent["text"]) if sent["text"].strip() else ()
    if sent.get("form") is not None:
        before = sent.get("before") or ""
        if not isinstance(before, str):
            raise DeskError("the claim before is no text", "load the page anew")
        return (form.written(_form(sent["form"]), before),)
    return ()


def rows(sent: dict[str, Any]) -> tuple[tuple[str, str, str, str], ...]:
    """The rows of the registry that a request gives: name, Chinese name, distinction, English.

    Raises DeskError for another shape, and for a row without a name of our kind or a Chinese one.
    """
    found = []
    given = sent.get("rows")
    if not isinstance(given, list) or not given:
        raise DeskError("no rows", "load the page anew")
    for each in given:
        if not isinstance(each, dict) or set(each) != {"name", "zh", "of", "en"}:
            raise DeskError("no row of the registry", "load the page anew")
        row = tuple(each[key].strip() if isinstance(each[key], str) else "" for key in _ROW)
        if not _NAME.fullmatch(row[0]) or not row[1] or any("\n" in cell for cell in row):
            raise DeskError(
                f"{row[0]!r} with {row[1]!r} is no row of the registry",
                "write a name such as agt:li-xiang, and what it is called in Chinese", 422,
            )  # fmt: skip
        found.append((row[0], row[1], row[2], row[3]))
    return tuple(found)


def order(sent: dict[str, Any]) -> Order:
    """The order a request gives.

    Raises DeskError for a part that is missing or of another shape, InputError for a field of the
    form that cannot be read.
    """
    shape = {"action": str, "revision": str, "window": str, "index": int, "count": int}
    given = {"window": "", "index": 0, "count": 0, **{k: sent[k] for k in shape if k in sent}}
    for name, kind in shape.items():
        if type(given.get(name)) is not kind:
            raise DeskError(f"{name} is missing or no {kind.__name__}", "load the page anew")
    settled = sent.get("proposals") or []
    seconds = sent.get("seconds")
    if not isinstance(settled, list) or not all(isinstance(p, str) for p in settled):
        raise DeskError("proposals is no list of names", "load the page anew")
    if seconds is not None and not (isinstance(seconds, int | float) and 0 <= seconds < 1e6):
        raise DeskError("seconds is no number of seconds", "load the page anew")
    return Order(**given, claims=_claims(sent), proposals=tuple(settled), seconds=seconds)
