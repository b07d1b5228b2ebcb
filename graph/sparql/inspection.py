r"""What a SPARQL text says outside its strings, IRIs, comments and names, without parsing it.

The engine evaluates SERVICE by calling whoever the query names. So every text is read here first,
and a text that the engine could read as a SERVICE call is refused. Three habits of its parser make
this stricter than a search for the keyword:

- Words need no boundary: `1SERVICE<x>`, `SERVICESILENT<x>` and `SERVICE:x{…}` all call.
- `<` is tried as an IRI and as "less than": in `FILTER(?a<?b)SERVICE#>` + newline + `<x>{…}` the
  piece between the angle brackets is an IRI to a tokenizer, and a call to the parser. Only an IRI
  that holds a `#` can hide something, and one with an authority (`<http://…#…>`) cannot be a
  comparison; any other is refused in a text that speaks of services.
- `\#` and `\'` in a prefixed name start no comment and no string.

One compiled pattern skips everything harmless, so the time is linear in the length of the text.
SPARQL 1.1 Query §19.8 (grammar), §19.2 (codepoint escapes).
"""

import re
from collections.abc import Collection, Iterator
from dataclasses import dataclass

from graph.errors import ForbiddenError, Position, QuerySyntaxError
from graph.tokens import ESCAPE, GAP, IRI, LETTER, MASK, NAME, RUN, STRING, finder

FORMS = ("SELECT", "ASK", "CONSTRUCT", "DESCRIBE")
UPDATES = frozenset(
    ("INSERT", "DELETE", "LOAD", "CLEAR", "DROP", "CREATE", "ADD", "MOVE", "COPY", "WITH")
)
"""What a SPARQL 1.1 Update begins with (Update §3)."""
VOLATILE = ("RAND", "NOW", "UUID", "STRUUID", "BNODE")
"""Functions whose value differs from one evaluation to the next."""
_FOLDED = tuple(name.casefold() for name in VOLATILE)

_WORDY = r"[^\x00-,/:-@\[\]-\^`{-\x7f]"
"""A letter, as tokens have it, or one of `\\.-`."""
_SERVICE = finder(
    rf"(?={_WORDY}*?(?:(?i:service)|\\[uU]))"
    rf"(?:{RUN}(?!:)|{NAME}(?={GAP}\{{))|{MASK}",
    rf"(?i:graph){GAP}(?:{NAME})",
)
_CHANGING = finder(rf"(?:{LETTER}|[.-])*?(?i:{'|'.join(VOLATILE)})(?!{LETTER}|[.:-])|{MASK}")
_CALL = re.compile(
    rf"(?i:service){GAP}(?:(?i:silent){GAP})?+(?P<iri>{IRI})", re.VERBOSE | re.DOTALL
)
_FORM = re.compile(
    rf"(?:{GAP}(?:{IRI}|{STRING}|{NAME}|(?i:prefix|base|version)(?!{LETTER})))*+{GAP}"
    rf"(?P<word>[A-Za-z]++)",
    re.VERBOSE | re.DOTALL,
)


@dataclass(frozen=True)
class Outline:
    """What the endpoint must know of a query before it is evaluated.

    `form` is None when the text does not begin like a query: the engine will say what is wrong.
    `volatile` is whether two evaluations over the same data may differ; `prologue` is what stands
    before the form. `added` are the published prefixes that are declared for it.
    """

    form: str | None
    volatile: bool
    prologue: str
    added: tuple[str, ...] = ()


def position(text: str, offset: int) -> Position:
    """The line and column of an offset in code points."""
    line_start = text.rfind("\n", 0, offset) + 1
    return Position(text.count("\n", 0, offset) + 1, offset - line_start + 1)


def outline(text: str, allowed: Collection[str] = ()) -> Outline:
    """The outline of a query that this endpoint may evaluate.

    `allowed` holds the IRIs that a SERVICE clause may call.
    Raises ForbiddenError for a SERVICE clause that calls another, QuerySyntaxError for an update.
    """
    folded = text.casefold()
    if "service" in folded or "\\u" in folded:
        _refuse_calls(text, allowed)
    volatile = any(name in folded for name in _FOLDED)
    form, prologue = _form(text)
    return Outline(form, volatile and _CHANGING.match(text) is not None, prologue)


def _form(text: str) -> tuple[str | None, str]:
    match = _FORM.match(text)
    if match is None:
        return None, ""
    word = match["word"].upper()
    if word in UPDATES:
        raise QuerySyntaxError(
            f"the text begins with {word}: this is an update, not a query",
            "this endpoint only answers queries: SELECT, ASK, CONSTRUCT or DESCRIBE",
            position(text, match.start("word")),
        )
    form = next((form for form in FORMS if word.startswith(form)), None)
    return form, text[: match.start("word")]


def _refuse_calls(text: str, allowed: Collection[str]) -> None:
    for found in _suspects(text):
        if found.text.startswith("<"):
            raise _forbidden(text, found, "this IRI could be read as a comparison and a comment")
        if "SERVICE" not in _plain(found.text):
            continue
        call = _CALL.match(text, found.start)
        if call is None or call["iri"][1:-1] not in allowed:
            raise _forbidden(text, found, "SERVICE calls another server")


@dataclass(frozen=True)
class _Suspect:
    text: str
    start: int


def _suspects(text: str) -> Iterator[_Suspect]:
    at = 0
    while match := _SERVICE.match(text, at):
        yield _Suspect(match["found"], match.start("found"))
        at = match.end()


def _plain(word: str) -> str:
    # Codepoint escapes decoded, in upper case.
    return re.sub(ESCAPE, _character, word).upper()


def _character(escape: re.Match[str]) -> str:
    code = int(escape[0].lstrip("\\uU"), 16)
    return chr(code) if code <= 0x10FFFF else "\ufffd"


def _forbidden(text: str, suspect: _Suspect, what: str) -> ForbiddenError:
    return ForbiddenError(
        f"{what}; this endpoint queries its own data only",
        "leave the SERVICE clause out and join on your side; write every IRI in full",
        position(text, suspect.start),
    )
