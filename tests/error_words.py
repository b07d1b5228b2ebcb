"""What requests are told when they are refused: the words of every error, read from the source."""

import ast
import re
from collections.abc import Iterator, Mapping

from graph.errors import RequestError
from graph.paths import ROOT
from graph.workers import limits
from web.middleware import problems

SHOWN = ("graph", "web")
"""The packages whose errors may come to be read on a page."""
FORBIDDEN = "; this endpoint queries its own data only"
KINDS: tuple[type[RequestError], ...] = (RequestError, *RequestError.__subclasses__())
MADE = {kind.__name__ for kind in KINDS}
MAKERS: Mapping[str, tuple[slice, str]] = {
    **{name: (slice(0, 2), "") for name in MADE},
    "negotiation._refused": (slice(0, 1), ""),
    "index._broken": (slice(0, 1), ""),
    "inspection._forbidden": (slice(2, 3), FORBIDDEN),
}
"""What makes an error → which of its arguments are words, and what is added to them."""


def _patterns(node: ast.expr) -> Iterator[str]:
    """The messages that an expression may be, `{}` for what is filled in; none made elsewhere."""
    match node:
        case ast.Constant(value=str(words)):
            yield words
        case ast.JoinedStr(values=list(parts)):
            yield "".join(
                str(part.value) if isinstance(part, ast.Constant) else "{}" for part in parts
            )
        case ast.IfExp():
            yield from _patterns(node.body)
            yield from _patterns(node.orelse)


def messages() -> Iterator[str]:
    """Every detail and remedy; what only programs ask (reconciliation) stays English."""
    for package in SHOWN:
        for path in sorted((ROOT / package).rglob("*.py")):
            if {"node_modules", "reconcile"} & set(path.parts):
                continue
            for node in ast.walk(ast.parse(path.read_text("utf-8"))):
                if isinstance(node, ast.Call) and isinstance(node.func, ast.Name):
                    made = node.func.id
                    made = f"{path.stem}.{made}" if made.startswith("_") else made
                    which, added = MAKERS.get(made, (slice(0, 0), ""))
                    for argument in node.args[which.start : which.stop]:
                        yield from (words + added for words in _patterns(argument))
    yield from _tabled()


def _tabled() -> Iterator[str]:
    """The words that stand in tables."""
    found: list[str] = list(problems._DETAILS.values())  # noqa: SLF001 (the catalogue itself)
    for row in limits._REFUSALS.values():  # noqa: SLF001 (the same)
        found += (row.detail, row.remedy)
    for _, detail, remedy in limits._CLIENTS.values():  # noqa: SLF001 (the same)
        found += (detail, remedy)
    found += (remedy for _, remedy in limits._ENGINES.values())  # noqa: SLF001 (the same)
    found.append("the engine behind this server {}")
    for words in found:
        if words not in ("", "{}"):
            yield re.sub(r"\{[^{}]*\}", "{}", words)
