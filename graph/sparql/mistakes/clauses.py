"""Mistakes in how the clauses of a query stand: SELECT, WHERE, FILTER, ORDER BY, LIMIT."""

from collections.abc import Iterator

from graph.sparql.mistakes import words
from graph.sparql.mistakes.reading import Finding, Reading
from graph.sparql.token import Kind, Token

_FORMS = ("SELECT", "ASK", "CONSTRUCT", "DESCRIBE")
_ORDER = {"GROUP": 0, "HAVING": 1, "ORDER": 2, "LIMIT": 3, "OFFSET": 3, "VALUES": 4}
"""The clauses behind the braces, in the order they have to stand in."""
_COMPARED = ("=", "<", ">", "!=", "<=", ">=", "&&", "||")


def nothing(reading: Reading) -> Iterator[Finding]:
    """A text without a query in it."""
    if not reading.tokens:
        yield Finding("empty", 0)
    elif all(not token.says(*_FORMS) for token in reading.tokens):
        yield Finding("no-form", reading.tokens[-1].end)


def columns(reading: Reading) -> Iterator[Finding]:
    """What stands between SELECT and the braces."""
    for index, _ in reading.words("SELECT"):
        at = index + 1
        if reading.after(index).says("DISTINCT", "REDUCED"):
            at += 1
        first = at
        while at < len(reading.tokens):
            token = reading.tokens[at]
            if token.says(",", ";"):
                yield Finding("select-comma", token.start, {"found": token.text})
            elif token.text.upper() in words.FUNCTIONS:
                yield Finding("select-bare-call", token.start, {"found": token.text.upper()})
                at = reading.pairs.get(at + 1, at)
            elif token.says("("):
                yield from _computed(reading, at)
                at = reading.pairs.get(at, at)
            elif not token.says("*") and token.kind is not Kind.VARIABLE:
                if at == first and (token.says("{", "WHERE")):
                    yield Finding("select-nothing", token.start)
                break
            at += 1


def _computed(reading: Reading, at: int) -> Iterator[Finding]:
    """A column that is computed: (… AS ?name)."""
    close = reading.pairs.get(at)
    if close is None:
        return
    inside = range(at + 1, close)
    named = [n for n in inside if reading.tokens[n].says("AS")]
    if not named:
        yield Finding("select-no-as", reading.tokens[close].start)
    elif reading.after(named[-1]).kind is not Kind.VARIABLE:
        behind = reading.after(named[-1])
        yield Finding("as-no-variable", behind.start, {"found": behind.text})


def braces(reading: Reading) -> Iterator[Finding]:
    """WHERE, ASK or OPTIONAL without a brace behind it; UNION without one before it."""
    for index, token in reading.words("WHERE", "OPTIONAL", "MINUS", "UNION", "EXISTS"):
        behind = reading.after(index)
        if not behind.says("{"):
            at = behind.start if behind.start >= 0 else token.end
            yield Finding("no-brace", at, {"found": token.text.upper()})
        elif token.says("UNION") and not reading.before(index).says("}"):
            yield Finding("union-side", token.start)
    for index, token in reading.words("ASK"):
        behind = reading.after(index)
        if behind.kind in (Kind.VARIABLE, Kind.NAME, Kind.IRI):
            yield Finding("no-brace", behind.start, {"found": token.text.upper()})


def conditions(reading: Reading) -> Iterator[Finding]:
    """FILTER and HAVING without parentheses, and signs of other languages in them."""
    for token in reading.tokens:
        if token.says("=="):
            yield Finding("double-equals", token.start)
    for index, token in reading.words("FILTER", "HAVING"):
        behind = reading.after(index)
        call = behind.text.upper() in words.FUNCTIONS or behind.kind in (Kind.NAME, Kind.IRI)
        if behind.says("(") or behind.says("EXISTS", "NOT"):
            continue
        close = reading.pairs.get(index + 2)
        compared = close is not None and reading.after(close).says(*_COMPARED)
        if not call or compared:
            at = behind.start if behind.start >= 0 else token.end
            yield Finding("no-parentheses", at, {"found": token.text.upper()})


def arguments(reading: Reading) -> Iterator[Finding]:
    """Two values side by side in the parentheses of a call, without a comma."""
    for index, token in enumerate(reading.tokens):
        close = reading.pairs.get(index + 1)
        called = token.text.upper() in words.FUNCTIONS and reading.after(index).says("(")
        if not called or close is None:
            continue
        for n in range(index + 2, close):
            if _value(reading.tokens[n]) and _value(reading.tokens[n + 1]):
                yield Finding("no-comma", reading.tokens[n + 1].start, {"call": token.text.upper()})


def _value(token: Token) -> bool:
    return token.kind in (Kind.VARIABLE, Kind.STRING, Kind.NUMBER, Kind.NAME, Kind.IRI)


def modifiers(reading: Reading) -> Iterator[Finding]:
    """GROUP and ORDER without BY, LIMIT without a number, clauses in the wrong order."""
    for index, token in reading.words("GROUP", "ORDER"):
        if not reading.after(index).says("BY"):
            at = reading.after(index).start
            yield Finding("no-by", at if at >= 0 else token.end, {"found": token.text.upper()})
    for index, token in reading.words("LIMIT", "OFFSET"):
        behind = reading.after(index)
        if behind.kind is not Kind.NUMBER:
            at = behind.start if behind.start >= 0 else token.end
            yield Finding("no-number", at, {"found": token.text.upper()})
    last = max((index for index, _ in reading.words("}")), default=-1)
    stood = ""
    for _, token in ((i, t) for i, t in reading.words(*_ORDER) if i > last):
        word = token.text.upper()
        if stood and _ORDER[word] < _ORDER[stood]:
            yield Finding("clause-order", token.start, {"found": word, "before": stood})
        stood = word


def bound(reading: Reading) -> Iterator[Finding]:
    """A variable that BIND names although its group has it already."""
    for index, _ in reading.words("BIND"):
        close = reading.pairs.get(index + 1)
        if close is None or (name := reading.tokens[close - 1]).kind is not Kind.VARIABLE:
            continue
        outer = max((o for o, c in reading.pairs.items() if o < index and c > close), default=0)
        same = (each for each in reading.tokens[outer:index] if each.kind is Kind.VARIABLE)
        if any(each.text[1:] == name.text[1:] for each in same):
            yield Finding("bound-twice", name.start, {"found": name.text})
