"""The desk's pages and what they ask for while one types."""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

import yaml
from flask import Flask, Response, abort, jsonify, render_template, request, send_file
from werkzeug.exceptions import HTTPException

from desk import form, leaf, orders, parts, shown
from desk.blocks import Blocks, body
from desk.completion import KINDS, Completion
from desk.gate import Gate
from desk.proofs import Rules, no_rules
from desk.second import page
from desk.workbench import Order, Workbench
from graph.draft.registration import Missing
from graph.errors import DeskError, InputError, PolicyprovError
from graph.mapping.sections import Span
from graph.paths import STATIC
from graph.rdf.vocabulary import vocabulary

LANGUAGES: Mapping[str, str] = {"en": "English", "zh": "中文"}
TAGS: Mapping[str, str] = {"en": "en", "zh": "zh-Hans"}
_HERE = Path(__file__).resolve().parent
_SHARED = ("style.css", "seal.svg", "theme.js")
"""Files of the site that the desk wears too."""


@cache
def words() -> Mapping[str, Mapping[str, str]]:
    """The words of the page: key → language → words."""
    table: Mapping[str, Mapping[str, str]] = yaml.safe_load(
        (_HERE / "words.yaml").read_text("utf-8")
    )
    return table


@dataclass(frozen=True)
class Desk:
    """The articles on this desk, and the one way to each."""

    articles: Path
    registry: Path
    only: str | None = None
    rules: Rules = no_rules

    @property
    def slugs(self) -> tuple[str, ...]:
        """The articles there are, or the one that was asked for."""
        found = sorted(p.parent.name for p in self.articles.glob("*/article.yaml"))
        return tuple(slug for slug in found if self.only in (None, slug))

    def bench(self, slug: str) -> Workbench:
        """The workbench of an article; 404 for one that is not on the desk."""
        if slug not in self.slugs:
            abort(404)
        folder = self.articles / slug
        return _bench(folder, self.registry, self.rules, _written(folder))


def _written(folder: Path) -> tuple[int, ...]:
    return tuple(
        (folder / name).stat().st_mtime_ns for name in ("article.txt", "article.yaml")
        if (folder / name).is_file()
    )  # fmt: skip


@cache
def _bench(folder: Path, registry: Path, rules: Rules, _: tuple[int, ...]) -> Workbench:
    """One workbench an article, made anew when its text was written."""
    return Workbench(folder, registry, rules)


def _spoken() -> str:
    accepted = request.accept_languages.best_match(list(LANGUAGES))
    asked = request.args.get("lang") or accepted or ""
    return asked if asked in LANGUAGES else "en"


def _text(key: str, **values: object) -> str:
    return words()[key][_spoken()].format(**values)


def app(desk: Desk, gate: Gate) -> Flask:
    """The desk as a WSGI application behind its gate."""
    made = Flask("desk", root_path=str(_HERE), static_folder=None)
    made.json.sort_keys = False  # type: ignore[attr-defined]  # of flask's default provider
    gate.install(made)
    made.register_error_handler(DeskError, _refused)
    made.register_error_handler(PolicyprovError, _wrong)
    made.register_error_handler(HTTPException, _http)
    made.context_processor(_frame)
    made.add_url_rule("/", view_func=lambda: _articles(desk), endpoint="articles")
    made.add_url_rule("/static/<name>", view_func=_static)
    made.add_url_rule("/<slug>", view_func=lambda slug: _page(desk.bench(slug)), endpoint="page")
    page.install(made, desk.bench, _spoken)
    for name, view in _ASKED.items():
        made.add_url_rule(
            f"/<slug>/{name}",
            view_func=lambda slug, view=view: jsonify(view(desk.bench(slug))),
            endpoint=name,
        )
    for name, work in _SENT.items():
        made.add_url_rule(
            f"/<slug>/{name}", methods=["POST"],
            view_func=lambda slug, work=work: jsonify(work(desk.bench(slug), orders.sent())),
            endpoint=name,
        )  # fmt: skip
    return made


def _frame() -> dict[str, object]:
    code = _spoken()
    return {
        "t": _text, "lang": code, "tag": TAGS[code], "languages": LANGUAGES, "tags": TAGS,
        "spoken_in": lambda code: "?" + urlencode({**request.args, "lang": code}),
        "link": lambda path: f"{path}?lang={code}" if "lang" in request.args else path,
    }  # fmt: skip


def _told(what: str, remedy: str, status: int) -> Response:
    """An error as the page's script reads it, or as a page."""
    if request.is_json or request.accept_mimetypes.best == "application/json":
        made = jsonify(what=what, remedy=remedy)
    else:
        made = Response(render_template("error.html", what=what, remedy=remedy))
    made.status_code = status
    return made


def _refused(error: DeskError) -> Response:
    return _told(error.what, error.remedy, error.status)


def _wrong(error: PolicyprovError) -> Response:
    what, _, remedy = str(error).partition("\n  remedy: ")
    return _told(what, remedy, 422)


def _http(error: HTTPException) -> Response:
    return _told(error.description or error.name, "", error.code or 500)


def _static(name: str) -> Response:
    folder = STATIC if name in _SHARED else _HERE / "static"
    path = folder / name
    if "/" in name or not path.is_file():
        abort(404)
    return send_file(path)


def _articles(desk: Desk) -> str:
    rows = []
    for slug in desk.slugs:
        try:
            bench = desk.bench(slug)
            state = bench.state()
            bare, sentences = leaf.bare(shown.leaves(bench, state))
            rows.append({"slug": slug, "title": bench.proofs.article.title, "bare": bare,
                         "sentences": sentences, "claims": len(state.blocks.entries),
                         "proposals": len(state.proposals),
                         "findings": len(state.verdict.findings)})  # fmt: skip
        except PolicyprovError as error:
            rows.append({"slug": slug, "title": slug, "error": str(error)})
    return render_template("articles.html", rows=rows)


def _page(bench: Workbench) -> str:
    article = bench.proofs.article
    spoken = {
        k.removeprefix("js."): v[_spoken()] for k, v in words().items() if k.startswith("js.")
    }
    return render_template("desk.html", article=article, spoken=spoken, kinds=list(KINDS))


def _state(bench: Workbench) -> dict[str, Any]:
    """Everything the page shows, and the revision its next order rests on."""
    return shown.everything(bench, bench.state())


def _entry(bench: Workbench) -> dict[str, Any]:
    """One claim as fields and as text."""
    index = request.args.get("index", type=int)
    state = bench.state(judged=False)
    if index is None or not 0 <= index < len(state.blocks.entries):
        raise DeskError("no such claim", "load the article anew", 409)
    return {**shown.fields(body(state.blocks.entries[index])), "revision": state.revision}


def _verdict(bench: Workbench) -> dict[str, Any]:
    """What the build would say of the whole article as it stands."""
    return shown.verdict(bench.state())


def _complete(bench: Workbench) -> list[dict[str, str]]:
    """What may be written: `?q=` typed so far, `?kind=` of place."""
    kind = request.args.get("kind", "any")
    if kind not in KINDS:
        raise DeskError(f"no kind {kind!r}", f"use one of {', '.join(KINDS)}")
    proofs = bench.proofs
    known = Completion(vocabulary(), proofs.known, proofs.article)
    found = known.offered(request.args.get("q", "")[:200], kind)
    return [{"value": c.value, "called": c.called} for c in found]


def _judge(bench: Workbench, sent: dict[str, Any]) -> dict[str, Any]:
    """What the build would say of a claim as it is typed, and the words of its links' ends.

    With `whole: true` the rules of the whole article are asked too.
    """
    order = orders.order(sent)
    after, verdict = bench.judged(order, whole=sent.get("whole") is True)
    mine = range(order.index, order.index + len(order.claims))
    return {
        "findings": [shown.finding(f) for f in verdict.findings if f.index in mine],
        "elsewhere": [shown.finding(f) for f in verdict.findings if f.index not in mine],
        "links": [end for i in mine for end in leaf.ends(verdict.links.get(i, ()))],
        "missing": [shown.missing(m) for m in verdict.missing if _named(order, m, bench)],
        "spans": [[s.start, s.end] for i in mine for s in _spans(bench, after, i)],
        "text": form.joined(order.claims),
        "whole": verdict.whole,
    }


def _named(order: Order, missing: Missing, bench: Workbench) -> bool:
    """Whether the claims of an order name a thing, or leave it to the article."""
    whole = bench.proofs.article
    given = (whole.defaults, *(section.defaults for section in whole.sections))
    named = missing.name in {whole.document, *(name for each in given for name in each.values())}
    return named or any(missing.name in claim for claim in order.claims)


def _register(bench: Workbench, sent: dict[str, Any]) -> dict[str, Any]:
    """Add rows to the registry; the names that were added."""
    return {"added": bench.register(orders.rows(sent), str(sent.get("window", "")))}


def _spans(bench: Workbench, after: Blocks, index: int) -> tuple[Span, ...]:
    try:
        return leaf.spans(bench.proofs.article, form.read(body(after.entries[index])))
    except InputError:
        return ()


def _decide(bench: Workbench, sent: dict[str, Any]) -> dict[str, Any]:
    """Carry out an order; everything as it then stands."""
    return shown.everything(bench, bench.decide(orders.order(sent)))


def _undo(bench: Workbench, sent: dict[str, Any]) -> dict[str, Any]:
    """Take the last decision back; everything as it then stands."""
    order = orders.order({**sent, "action": "undo"})
    return shown.everything(bench, bench.undo(order.revision, order.window))


def _read(_: Workbench, sent: dict[str, Any]) -> dict[str, Any]:
    """The fields of a claim that is sent as text."""
    return shown.fields(str(sent.get("text", "")))


_ASKED = {"state": _state, "verdict": _verdict, "entry": _entry, "complete": _complete}
_SENT = {
    "judge": _judge, "decide": _decide, "undo": _undo, "register": _register, "read": _read,
    "merge": parts.merge, "split": parts.split,
}  # fmt: skip
