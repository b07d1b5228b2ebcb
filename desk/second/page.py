"""The page of a second reading: one sentence after another, then what the answers come to."""

import re
from collections.abc import Callable, Mapping
from dataclasses import asdict
from urllib.parse import urlencode

from flask import Flask, redirect, render_template, request
from flask.typing import ResponseReturnValue

from desk.second.answers import CODED, Lot, Reading
from desk.workbench import Workbench
from graph.errors import DeskError
from graph.rdf.vocabulary import vocabulary

MOST = 200
"""Sentences of a lot."""
_NUMBER = re.compile("[0-9]{1,9}")


def install(made: Flask, bench: Callable[[str], Workbench], spoken: Callable[[], str]) -> None:
    """Add the page to the desk; `spoken` is the language of the request."""
    made.add_url_rule("/<slug>/second", "second", lambda slug: _show(bench(slug), spoken()))
    made.add_url_rule("/<slug>/second", "answer", lambda slug: _take(bench(slug)), methods=["POST"])


def _number(name: str, least: int, most: int) -> int:
    given = request.args.get(name, "")
    if not _NUMBER.fullmatch(given) or not least <= int(given) <= most:
        raise DeskError(f"{name} is {given[:20]!r}", f"give a number from {least} to {most}")
    return int(given)


def _reading(bench: Workbench) -> Reading:
    reader = request.args.get("reader", "").strip()
    if not 1 <= len(reader) <= 40:
        raise DeskError("a reader without a name", "give one of up to 40 characters")
    return Reading(bench, Lot(reader, _number("seed", 0, 10**9), _number("count", 1, MOST)))


def _show(bench: Workbench, spoken: str) -> ResponseReturnValue:
    article = bench.proofs.article
    if "reader" not in request.args:
        return render_template("second.html", article=article, most=MOST)
    found = _reading(bench)
    asked = request.args.get("number")
    number = found.next if asked is None else _number("number", 1, MOST)
    shown: dict[str, object] = {
        "here": _here, "article": article, "lot": found.lot, "number": number,
        "of": len(found.drawn), "answered": len(found.answers),
    }  # fmt: skip
    if number is None:
        return render_template("second.html", **shown, agreement=found.agreement)
    drawn, before = found.sentence(number), found.answers.get(number)
    return render_template(
        "second.html", **shown, sentence=drawn.claim.quote, relation=drawn.link.predicate,
        codes={field: _codes(start, spoken) for field, start in CODED.items()},
        given=asdict(before) if before else {},
    )  # fmt: skip


def _here(number: int) -> str:
    """The address of another sentence of the lot."""
    return f"{request.path}?{urlencode({**request.args, 'number': number})}"


def _codes(start: str, spoken: str) -> Mapping[str, str]:
    """The codes that begin so, without the beginning → what they are called."""
    terms = vocabulary()
    found = (code for code in sorted(terms.codes) if code.startswith(start))
    names = ((code, code.removeprefix(start)) for code in found)
    return {name: terms.labels[code][0] if spoken == "zh" else name for code, name in names}


def _take(bench: Workbench) -> ResponseReturnValue:
    found = _reading(bench)
    found.take(_number("number", 1, MOST), request.form)
    kept = {key: value for key, value in request.args.items() if key != "number"}
    return redirect(f"{request.path}?{urlencode(kept)}", 303)
