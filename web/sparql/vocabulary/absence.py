"""What a query asks for and no triple of the release has, with what is spelled most like it.

Bounded whatever the query and the release: so many names of a query are looked at, each by look-ups
of one triple, and what is near comes from the table of the build or a short stretch of the index.
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from difflib import SequenceMatcher
from itertools import islice

from pyoxigraph import NamedNode

from graph.errors import UnavailableError
from graph.rdf.namespaces import CONCEPTS, DEFAULT, IDS, PREFIXES, shorten, turtle
from graph.sparql.token import Kind, Token, tokens
from web.ontology.terms import files, has_ontology
from web.site.release_index import index
from web.site.release_view import View
from web.sparql.vocabulary.usage import Usage, counted, usage

_LONGEST = 1 << 14
"""Characters of a query that is looked at."""
_MOST = 24
"""Different IRIs of a query that are looked at."""
_COMPARED = 8
"""Absent names for which others are looked for."""
_NEAR = 3
_ALIKE = 0.6
"""How alike two spellings must be, from 0 to 1."""


@dataclass(frozen=True)
class Near:
    """A name that occurs: as it is shown, and the query with it in place of the absent one."""

    name: str
    query: str


@dataclass(frozen=True)
class Absent:
    """A name of the query that is in no triple, its IRI, and names that are, the nearest first."""

    name: str
    iri: str
    near: tuple[Near, ...]


@dataclass(frozen=True)
class _Read:
    """The query, the places of each of its IRIs, and the prefixes it uses."""

    query: str
    places: Mapping[str, list[Token]]
    prefixes: Mapping[str, str]

    def with_instead(self, iri: str, other: str) -> str:
        """The query with another IRI in place of one, wherever that stands."""
        name = turtle(NamedNode(other))
        prefix = name.partition(":")[0]
        if self.prefixes.get(prefix) != PREFIXES.get(prefix, ""):
            name = f"<{other}>"
        text = self.query
        for token in reversed(self.places[iri]):
            text = f"{text[: token.start]}{name}{text[token.end :]}"
        return text


def absent(view: View, query: str) -> tuple[Absent, ...]:
    """The names and IRIs of this query that are in no triple, in the order of the query.

    Empty for a query of more than 16,384 characters, and for a release without ontology or counts.
    """
    if len(query) > _LONGEST or not (counted(view.folder) and has_ontology(view.folder)):
        return ()
    read, found = _read(query), usage(view)
    looked_at = islice(read.places.items(), _MOST)
    missing = [(iri, at[0].text) for iri, at in looked_at if not _occurs(view, found, iri)]
    return tuple(
        Absent(name, iri, tuple(_nearest(view, found, read, iri)) if n < _COMPARED else ())
        for n, (iri, name) in enumerate(missing)
    )


def _read(query: str) -> _Read:
    """The IRIs that triples of the query are asked for, not those of functions and datatypes."""
    known, used = dict(PREFIXES), set[str]()
    places: dict[str, list[Token]] = {}
    read = list(tokens(query))
    for n, token in enumerate(read):
        if n and read[n - 1].says("PREFIX"):
            if n + 1 < len(read) and read[n + 1].kind is Kind.IRI:
                known[token.prefix] = read[n + 1].text[1:-1]
            used.add(token.prefix)
        elif not _is_no_term(read, n) and (iri := _iri(token, known)) is not None:
            places.setdefault(iri, []).append(token)
            if token.kind is Kind.NAME:
                used.add(token.prefix)
    return _Read(query, places, {prefix: known[prefix] for prefix in used & known.keys()})


def _is_no_term(read: list[Token], n: int) -> bool:
    before = read[n - 1] if n else None
    after = read[n + 1] if n + 1 < len(read) else None
    declares = (before is not None and before.says("BASE", "^^")) or (
        n > 1 and read[n - 2].says("PREFIX")
    )
    return declares or (after is not None and after.says("("))


def _iri(token: Token, known: Mapping[str, str]) -> str | None:
    if token.kind is Kind.IRI:
        text = token.text[1:-1]
        return text if ":" in text and "\\" not in text else None
    if token.kind is not Kind.NAME or token.prefix not in known or "\\" in token.text:
        return None
    return known[token.prefix] + token.text.partition(":")[2]


def _occurs(view: View, found: Usage, iri: str) -> bool:
    if iri in found.classes or iri in found.properties:
        return True
    try:
        node = NamedNode(iri)
    except ValueError:
        return False
    store = view.store
    found_at = (
        store.quads_for_pattern(node, None, None, DEFAULT),
        store.quads_for_pattern(None, node, None, DEFAULT),
        store.quads_for_pattern(None, None, node, DEFAULT),
    )
    return any(any(True for _ in quads) for quads in found_at) or store.contains_named_graph(node)


def _nearest(view: View, found: Usage, read: _Read, iri: str) -> Iterator[Near]:
    among = {*found.classes, *found.properties, *_concepts(view), *_neighbours(iri)}
    for _, each in sorted(_likenesses(iri, among))[:_NEAR]:
        yield Near(shorten(each), read.with_instead(iri, each))


def _concepts(view: View) -> frozenset[str]:
    """The codes of the release."""
    return view.remember(
        "concepts",
        (),
        lambda: frozenset(
            triple.subject.value
            for file in files(view.folder)
            for triple in file
            if isinstance(triple.subject, NamedNode) and triple.subject.value.startswith(CONCEPTS)
        ),
    )


def _likenesses(iri: str, among: Iterable[str]) -> Iterator[tuple[float, str]]:
    """IRIs whose last part is alike, by how unlike it is; those of one vocabulary come first."""
    space, last = _split(iri)
    matcher = SequenceMatcher(None, "", last.lower())
    for other in among:
        other_space, other_last = _split(other)
        matcher.set_seq1(other_last.lower())
        # The quick ones are upper bounds, and most names need no more.
        if matcher.real_quick_ratio() >= _ALIKE and matcher.quick_ratio() >= _ALIKE:
            alike = matcher.ratio()
            if alike >= _ALIKE:
                yield 1 - alike + (space != other_space) / 10, other


def _split(iri: str) -> tuple[str, str]:
    at = max(iri.rfind("/"), iri.rfind("#")) + 1
    return iri[:at], iri[at:]


def _neighbours(iri: str) -> Iterable[str]:
    """Things of the release whose IRIs are near this one in the order of the alphabet."""
    if not iri.startswith(IDS):
        return ()
    try:
        return index().beside(iri)
    except UnavailableError:
        # Without an index there is nothing to offer; what is absent is told all the same.
        return ()
