"""The canned queries: one question a file, with its metadata above it and its parameters inside it.

A file is plain SPARQL that runs as it stands. Lines that start with `#+` are YAML:

    #+ summary:
    #+   en: Who issued this document, and when?
    #+   zh: 谁在何时印发了这份文件？
    #+ description:
    #+   en: …
    #+   zh: …
    #+ parameters:
    #+   - {name: document, type: iri, label: {en: document, zh: 文件}}
    #+ tags: [issuance]

A parameter is a line `VALUES ?document { <…> } # parameter` inside WHERE. The term written there is
its example and its default; binding replaces that one term by another built from a typed value, so
no text of a caller ever reaches the query. A sub-query may repeat the line, with the same term, and
is then bounded by the value too. A parameter of type `words` is looked up in the search
index: what the text holds, and what binding puts there, are the passages with those words. One of
type `things` takes any number of IRIs, with spaces between them, or `*` for whatever there is: then
its lines are left out, as in a file that holds UNDEF.

A comparison `LANG(?label) = "zh"` says in which language labels are answered; binding puts another
there. What must stay Chinese, such as names that Chinese words are looked for in, is told by
`LANGMATCHES`.
"""

import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

import yaml
from pyoxigraph import Literal, NamedNode

from graph.errors import InputError, ParameterError, Place
from graph.paths import CHECKS, QUERIES
from graph.rdf.namespaces import expand

_SLOT = re.compile(r"VALUES \?(\w+) \{ (.+) \} # parameter$", re.MULTILINE)
_LINE = re.compile(rf"^ *{_SLOT.pattern}\n", re.MULTILINE)
_LABELLED = re.compile(r'(\bLANG\(\?\w+\) = )"zh"')
_IRI = re.compile(r"<([^>]*)>")
_FORM = re.compile(r"^\s*(SELECT|ASK|CONSTRUCT|DESCRIBE)\b", re.MULTILINE)

Term = NamedNode | Literal


def _matching(pattern: str, datatype: str) -> Callable[[str], Literal]:
    def build(text: str) -> Literal:
        if not re.fullmatch(pattern, text):
            raise ValueError(f"it must match {pattern}")
        return Literal(text, datatype=expand(f"xsd:{datatype}"))

    return build


TYPES: Mapping[str, Callable[[str], Term]] = {
    "iri": NamedNode,
    "string": Literal,
    "zh": lambda text: Literal(text, language="zh"),
    "en": lambda text: Literal(text, language="en"),
    "integer": _matching(r"[+-]?\d{1,18}", "integer"),
    "decimal": _matching(r"[+-]?\d{1,18}(\.\d{1,18})?", "decimal"),
    "date": _matching(r"\d{4}-\d{2}-\d{2}", "date"),
}
"""Parameter type → how its text becomes an RDF term; ValueError when it cannot."""
WORDS = "words"
"""The parameter type that stands for the passages in which some words occur."""
THINGS = "things"
"""The parameter type that stands for any number of things, or for all there are."""
ALL = "*"
"""The value of a parameter of type `things` that stands for whatever there is."""

Finder = Callable[[str], Iterable[str]]
"""Words → the IRIs of the passages that hold them."""


@dataclass(frozen=True)
class Parameter:
    """One typed hole in a query; `example` is the term the file holds, in N-Triples syntax."""

    name: str
    type: str
    label: Mapping[str, str]
    example: str
    words: str = ""
    """The words whose passages the file holds, for a parameter of type `words`."""

    @property
    def default(self) -> str:
        """The example as a caller would type it: the IRI, the lexical form or the words."""
        if self.type == WORDS:
            return self.words
        if self.type == THINGS:
            return ALL if self.example == "UNDEF" else " ".join(_IRI.findall(self.example))
        return re.sub(r'^[<"](.*)[>"](@\w+|\^\^\S+)?$', r"\1", self.example)

    def terms(self, text: str, find: Finder | None = None) -> str:
        """The RDF terms for what a caller typed, as SPARQL writes them.

        Raises ParameterError, naming the type and an example; and what `find` raises.
        """
        if self.type == WORDS:
            if find is None:
                raise ParameterError(
                    f"parameter {self.name!r} needs a search index", "ask a server that has one"
                )
            return " ".join(str(NamedNode(iri)) for iri in find(text))
        try:
            if self.type == THINGS:
                return ALL if text == ALL else " ".join(str(NamedNode(i)) for i in text.split())
            return str(TYPES[self.type](text))
        except ValueError as error:
            raise ParameterError(
                f"parameter {self.name!r}: {text!r} is not of type {self.type} ({error})",
                f"give something like {self.default}",
            ) from error


@dataclass(frozen=True)
class Query:
    """One canned query: its question in both languages, its parameters and its SPARQL text."""

    name: str
    text: str
    form: str
    summary: Mapping[str, str]
    description: Mapping[str, str]
    parameters: tuple[Parameter, ...]
    tags: tuple[str, ...]

    @property
    def labelled(self) -> bool:
        """Whether its answer has labels, which may be asked for in another language."""
        return _LABELLED.search(self.text) is not None

    def bound(
        self, values: Mapping[str, str], find: Finder | None = None, labels: str = "zh"
    ) -> str:
        """The SPARQL text with these parameters; those not given keep their example.

        `find` looks up words; `labels` is the language of the labels, `zh` or `en`. Raises
        ParameterError for an unknown name or a value of the wrong type, and what `find` raises.
        """
        known = {p.name: p for p in self.parameters}
        for name in values:
            if name not in known:
                offered = ", ".join(known) or "none"
                raise ParameterError(
                    f"the query {self.name!r} has no parameter {name!r}", f"it takes: {offered}"
                )
        terms = {name: known[name].terms(text, find) for name, text in values.items()}

        def fill(slot: re.Match[str]) -> str:
            term = terms.get(slot[1], slot[2])
            return f"VALUES ?{slot[1]} {{ {term} }} # parameter"

        def left(slot: re.Match[str]) -> str:
            return "" if terms.get(slot[1]) == ALL else slot[0]

        # First the language: what a caller typed is never searched for it.
        labelled = _LABELLED.sub(rf'\g<1>"{labels}"', self.text)
        return _SLOT.sub(fill, _LINE.sub(left, labelled))

    def exampled(self, values: Mapping[str, str]) -> "Query":
        """The query with other examples; raises ParameterError as `bound` does."""
        return parse(self.bound(values), self.name, Place(f"{self.name}.rq")) if values else self

    def bare(self, text: str, language: str) -> str:
        """`text`, this query's own or bound, as one would write it: its question, no metadata."""
        lines = [line for line in text.splitlines() if not line.startswith("#+")]
        written = "\n".join((f"# {self.summary[language]}", "", *lines))
        return written.replace("\n\n\n", "\n\n") + "\n"


def _header(text: str, place: Place) -> Mapping[str, Any]:
    lines = [line[2:].removeprefix(" ") for line in text.splitlines() if line.startswith("#+")]
    try:
        header = yaml.safe_load("\n".join(lines))
    except yaml.YAMLError as error:
        raise InputError(f"the header is not YAML ({error})", place, "mend the #+ lines") from error
    if not isinstance(header, dict) or not {"summary", "description", "tags"} <= header.keys():
        raise InputError("no complete header", place, "give #+ summary, description and tags")
    return header


def _slots(text: str, place: Place) -> dict[str, str]:
    found: dict[str, str] = {}
    for name, example in _SLOT.findall(text):
        if found.setdefault(name, example) != example:
            raise InputError(
                f"parameter {name!r} has two values, {found[name]} and {example}",
                place,
                "write the same term in each of its lines",
            )
    return found


def _parameters(header: Mapping[str, Any], text: str, place: Place) -> tuple[Parameter, ...]:
    slots = _slots(text, place)
    declared = header.get("parameters") or []
    if {row.get("name") for row in declared} != slots.keys():
        raise InputError(
            f"the header declares {[r.get('name') for r in declared]}, the text has {list(slots)}",
            place,
            "write one `VALUES ?name { term } # parameter` line for each declared parameter",
        )
    for row in declared:
        if row.get("type") not in {*TYPES, WORDS, THINGS}:
            raise InputError(
                f"parameter {row['name']!r} has the unknown type {row.get('type')!r}",
                place,
                f"use one of: {', '.join([*TYPES, WORDS, THINGS])}",
            )
    return tuple(
        Parameter(r["name"], r["type"], r["label"], slots[r["name"]], str(r.get("words", "")))
        for r in declared
    )


def parse(text: str, name: str, place: Place) -> Query:
    """The query in this text.

    Raises InputError when the header is incomplete or does not fit the text.
    """
    header = _header(text, place)
    form = _FORM.search(text)
    if form is None:
        raise InputError("no query form", place, "write SELECT, ASK, CONSTRUCT or DESCRIBE")
    return Query(
        name=name,
        text=text,
        form=form[1],
        summary=header["summary"],
        description=header["description"],
        parameters=_parameters(header, text, place),
        tags=tuple(header["tags"]),
    )


def load(folder: Path) -> dict[str, Query]:
    """Every `.rq` file directly in a folder, by name, in alphabetical order.

    Raises InputError for a file that does not parse or is not UTF-8.
    """
    found = {}
    for path in sorted(folder.glob("*.rq")):
        place = Place(f"{folder.name}/{path.name}")
        try:
            text = path.read_text(encoding="utf-8")
        except UnicodeDecodeError as error:
            raise InputError(f"not UTF-8 ({error})", place, "save it as UTF-8") from error
        found[path.stem] = parse(text, path.stem, place)
    return found


@cache
def canned() -> Mapping[str, Query]:
    """The provenance queries of `queries/`, by name."""
    return load(QUERIES)


@cache
def checks() -> Mapping[str, Query]:
    """The queries of `queries/checks/`, each of which must return no row, by name."""
    return load(CHECKS)
