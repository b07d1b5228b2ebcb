"""Mistakes that a single token shows: what is not closed, not declared, or no word of SPARQL."""

from collections.abc import Iterator

from graph.rdf.namespaces import PREFIXES
from graph.sparql.mistakes import words
from graph.sparql.mistakes.reading import OPENERS, Finding, Reading
from graph.sparql.token import Kind, Token

_PLAIN = dict(
    zip(
        "“”‘’„，。、；：（）｛｝［］＜＞＝？！＊｜＆．＂＇",
        '""\'\'",.,;:(){}[]<>=?!*|&."\'',
        strict=True,
    )
)


def unclosed(reading: Reading) -> Iterator[Finding]:
    """A string or an IRI that does not end."""
    for index, token in enumerate(reading.tokens):
        if token.kind is Kind.UNCLOSED:
            yield Finding("unclosed-string", token.start, {"mark": token.text[0]})
        following = reading.after(index)
        if token.says("<") and following.kind is Kind.NAME and following.start == token.end:
            yield Finding("unclosed-iri", token.start)


def wide(reading: Reading) -> Iterator[Finding]:
    """Punctuation of Chinese typing."""
    for token in reading.tokens:
        if token.kind is Kind.WIDE:
            plain = _PLAIN.get(token.text)
            if plain is None:
                yield Finding("wide-other", token.start, {"found": token.text})
            else:
                yield Finding("wide", token.start, {"found": token.text, "plain": plain})


def prologue(reading: Reading) -> Iterator[Finding]:
    """A declaration of a prefix that is not one."""
    for index, token in enumerate(reading.tokens[: reading.opened]):
        if token.kind is Kind.AT and token.text in ("@prefix", "@base"):
            yield Finding("turtle-prefix", token.start)
        if not token.says("PREFIX"):
            continue
        name, iri, behind = (
            *reading.tokens[index + 1 : index + 4],
            *[Token(Kind.MARK, "", -1)] * 3,
        )[:3]
        if name.kind is not Kind.NAME or not name.text.endswith(":"):
            at = name.start if name.start >= 0 else token.start
            yield Finding("prefix-colon", at, {"name": name.text.partition(":")[0] or "ex"})
        elif iri.kind is not Kind.IRI:
            at = iri.start if iri.start >= 0 else name.start
            yield Finding("prefix-iri", at, {"name": name.text})
        elif behind.says(".", ";"):
            yield Finding("prefix-end", behind.start, {"found": behind.text})


def undeclared(reading: Reading) -> Iterator[Finding]:
    """A name whose prefix was not declared."""
    for index, token in enumerate(reading.tokens):
        if token.kind is not Kind.NAME or reading.before(index).says("PREFIX"):
            continue
        prefix = token.prefix
        if prefix in reading.declared or prefix == "_":
            continue
        values = {"prefix": prefix, "name": token.text}
        if prefix in PREFIXES:
            yield Finding("undeclared", token.start, values | {"iri": PREFIXES[prefix]})
        elif near := words.nearest(prefix, (*reading.declared, *PREFIXES), 0.5):
            yield Finding("undeclared-near", token.start, values | {"near": near})
        else:
            yield Finding("undeclared-unknown", token.start, values)


def brackets(reading: Reading) -> Iterator[Finding]:
    """A bracket without the other one of its pair."""
    pairs = reading.pairs
    closing = set(pairs.values())
    for index, token in enumerate(reading.tokens):
        if token.kind is not Kind.MARK:
            continue
        if token.text in OPENERS and index not in pairs:
            inner = (n for n, _ in reading.words(*OPENERS) if n > index and n not in pairs)
            if next(inner, None) is None:
                yield Finding(
                    "unclosed-bracket",
                    token.start,
                    {"open": token.text, "close": OPENERS[token.text]},
                )
        elif token.text in OPENERS.values() and index not in closing:
            yield Finding("stray-bracket", token.start, {"found": token.text})


def unknown_words(reading: Reading) -> Iterator[Finding]:
    """A word that SPARQL does not know."""
    for index, token in enumerate(reading.tokens):
        if token.kind is not Kind.WORD or token.text.upper() in words.KNOWN:
            continue
        values = {"found": token.text}
        space, dot, local = token.text.partition(".")
        near = words.meant(token.text, called=reading.after(index).says("("))
        if dot and space in {*reading.declared, *PREFIXES}:
            yield Finding("dot-for-colon", token.start, values | {"near": f"{space}:{local}"})
        elif near:
            yield Finding("misspelt", token.start, values | {"near": near})
        elif reading.after(index).says("("):
            yield Finding("unknown-function", token.start, values)
        else:
            yield Finding("bare-word", token.start, values)
