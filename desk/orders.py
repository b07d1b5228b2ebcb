"""What the page sends, taken apart: every part is checked before anything is done with it."""

from dataclasses import asdict, replace
from typing import Any

from flask import request

from desk import form
from desk.form import Form
from desk.workbench import Order
from graph.errors import DeskError


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
