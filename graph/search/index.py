"""Answers from the index of a release, opened so that nothing can change it."""

import json
import sqlite3
import threading
from array import array
from collections import Counter
from collections.abc import Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any

from graph.errors import ParameterError, UnavailableError
from graph.search import pinyin
from graph.search.answer import Answer, Value
from graph.search.entries import KINDS
from graph.search.fold import fold
from graph.search.names import beside, known_as
from graph.search.question import Question
from graph.search.rows import NOWHERE, matching, read_hits, read_rows, read_texts
from graph.search.tables import FORMAT, MARK, full
from graph.search.tokens import phrase
from graph.search.writer import NAME

ORDERS = ("rank", "name", "year")
"""How hits may be ordered: as they rank, by name, by the first year that is stated of them."""
MOST = 10_000
"""Hits that are counted and can be leafed through; there may be more."""
_KEPT = 32
"""Questions of which all that they find is remembered: half a megabyte each, at most."""
_CHECKED = 1000
"""Entries whose text is looked at because pairs of syllables do not tell three for sure."""
_SURROGATES = str.maketrans(dict.fromkeys(range(55296, 57344), 65533))


@dataclass(frozen=True)
class _Found:
    """All that a question finds, at most MOST, in order, and what that can be narrowed by."""

    numbers: "array[int]"
    facets: Mapping[str, tuple[Value, ...]]
    more: bool


class Index:
    """The index in the folder of a release.

    Raises UnavailableError, here or when asked, if there is none or it is damaged.
    """

    def __init__(self, release: Path) -> None:
        self._path = release / NAME
        self._threads = threading.local()
        # Who leafs through hits asks for the same ones again, page by page.
        self._all = lru_cache(_KEPT)(self._look)
        if not self._path.is_file():
            raise _broken(f"this release has no {NAME}")
        with self._asking() as connection:
            (version,) = connection.execute("PRAGMA user_version").fetchone()
            if version != FORMAT:
                raise _broken(f"{NAME} is of format {version}, not {FORMAT}")
            known = connection.execute("SELECT id, name, value, iri, entries FROM facet")
            rows = known.fetchall()
        self._facets = {number: (name, value, iri) for number, name, value, iri, _ in rows}
        self._entries = {row[0]: row[4] for row in rows}
        self.counts: Mapping[str, int] = {row[2]: row[4] for row in rows if row[1] == "kind"}
        """Kind → how many entries are of it."""
        self._numbers: dict[tuple[str, str], list[int]] = {}
        for number, (name, value, iri) in self._facets.items():
            for key in {value, iri}:
                self._numbers.setdefault((name, key), []).append(number)

    @contextmanager
    def _asking(self) -> Any:
        """The connection of this thread, with what SQLite says of a damaged file made ours."""
        try:
            if not hasattr(self._threads, "connection"):
                self._threads.connection = sqlite3.connect(
                    f"{self._path.as_uri()}?mode=ro&immutable=1", uri=True
                )
            yield self._threads.connection
        except sqlite3.DatabaseError as error:
            raise _broken(f"{NAME} cannot be read ({error})") from error

    def search(
        self, question: Question, *, first: int = 0, size: int = 20, order: str = "rank",
        lang: str = "zh",
    ) -> Answer:  # fmt: skip
        """The hits from `first` on, at most `size`, in one of ORDERS.

        By rank, what is called exactly as the words comes before the rest. Raises ParameterError
        for a kind or a voice that there is not.
        """
        narrowed = tuple((name, tuple(values)) for name, values in question.narrowed.items())
        found = self._all(question.words, narrowed, order, lang if order == "name" else "")
        with self._asking() as connection:
            return Answer(
                total=len(found.numbers),
                more=found.more,
                hits=tuple(read_hits(connection, found.numbers[first : first + size])),
                facets=found.facets,
            )

    def _look(
        self, words: str, narrowed: tuple[tuple[str, tuple[str, ...]], ...], order: str, lang: str
    ) -> _Found:
        question = Question(words, dict(narrowed))
        with self._asking() as connection:
            found = self._found(connection, question)
            more, found = len(found) > MOST, found[:MOST]
            numbers = array("L", self._ordered(connection, found, order, lang))
            return _Found(numbers, self._counted(connection, found), more)

    def _ordered(
        self, connection: sqlite3.Connection, found: list[int], order: str, lang: str
    ) -> list[int]:
        if order == "name":
            column = "label_en" if lang == "en" else "label_zh"
            names = dict(read_rows(connection, column, found))
            return sorted(found, key=lambda number: (pinyin.order(names[number]), number))
        if order == "year":
            rows = connection.execute(
                "SELECT id, facets FROM narrowed WHERE id IN (SELECT value FROM json_each(?))",
                (json.dumps(found),),
            )
            years = {number: self._year(facets) for number, facets in rows}
            return sorted(found, key=lambda number: (years[number], number))
        return found

    def _year(self, facets: str) -> str:
        """The first year of an entry, after all years if it has none."""
        values = (self._facets[int(number)] for number in facets.split())
        return min((value for name, value, _ in values if name == "year"), default="9999")

    def passages(self, words: str) -> tuple[str, ...]:
        """The IRIs of the passages in whose quote these words stand, at most MOST."""
        question = Question(words, {"kind": ("passages",)})
        with self._asking() as connection:
            found = read_hits(connection, self._found(connection, question)[:MOST])
            return tuple(hit.iri for hit in found if question.marks(hit.quote))

    def value(self, name: str, value: str) -> Value | None:
        """A value of a facet, given as addresses have it or by its IRI, with how many have it."""
        for number in self._numbers.get((name, value), ())[:1]:
            _, short, iri = self._facets[number]
            return Value(short, iri, self._entries[number])
        return None

    @property
    def total(self) -> int:
        """How many entries there are."""
        return sum(self.counts.values())

    def numbered(self, after: int, until: int) -> list[tuple[str, str]]:
        """Kind and IRI of the entries after so many, up to the one with the number `until`.

        Counted from 1 in the order of their ranks.
        """
        with self._asking() as connection:
            rows = connection.execute(
                "SELECT kind, iri FROM entry WHERE id >= (SELECT entry FROM mark WHERE number = ?)"
                " ORDER BY id LIMIT ? OFFSET ?",
                (after // MARK, max(until - after, 0), after % MARK),
            )
            return [(kind, full(iri)) for kind, iri in rows]

    def beside(self, iri: str, most: int = 20) -> list[str]:
        """The IRIs of a kind that come before and after this one, `most` of each."""
        with self._asking() as connection:
            return beside(connection, _sound(iri), most)

    def suggest(self, text: str, most: int = 8) -> list[tuple[str, str, str]]:
        """What begins so: name, kind and IRI; then what holds these words in its name."""
        folded = fold(_sound(text)).strip()
        found: dict[str, tuple[str, str, str]] = {}
        if not folded or len(text) > 60:
            return []
        with self._asking() as connection:
            rows = connection.execute(
                "SELECT coalesce(shown, folded), kind, iri "
                "FROM called JOIN entry ON entry.id = called.entry "
                "WHERE folded >= ? AND folded < ? AND folded NOT LIKE 'id/%' "
                "ORDER BY length(folded), entry LIMIT ?",
                (folded, folded + "\U0010ffff", 4 * most),
            )
            for shown, kind, iri in rows:
                found.setdefault(full(iri), (shown, kind, full(iri)))
            if len(found) < most:
                question = Question(_sound(text))
                for hit in read_hits(connection, self._found(connection, question)[: 2 * most]):
                    label = next((n for n in hit.labels.values() if question.marks(n)), "")
                    if hit.kind != "passages" and label:
                        found.setdefault(hit.iri, (label, hit.kind, hit.iri))
        return list(found.values())[:most]

    def _found(self, connection: sqlite3.Connection, question: Question) -> list[int]:
        """The numbers of the entries found, at most one more than MOST, the first first."""
        narrowed = self._narrowed(question)
        if question.empty or (not question.parts and not narrowed):
            return []
        exact = self._called(connection, question)
        spelled = [f"text : {phrase(part)}" for part in question.parts]
        found = set(matching(connection, "words", [*spelled, *narrowed], MOST + 1))
        if question.ways:
            heard = " OR ".join(pinyin.asked(way) for way in question.ways)
            found |= self._heard(connection, question, [f"text : ({heard})", *narrowed])
        return [*exact, *sorted(found - set(exact))]

    def _heard(
        self, connection: sqlite3.Connection, question: Question, terms: list[str]
    ) -> set[int]:
        """The entries that sound so; pairs tell two syllables for sure, more are looked at."""
        found = matching(connection, "sounds", terms, MOST + 1)
        if all(len(way) < 3 for way in question.ways):
            return set(found)
        texts = read_texts(connection, found[:_CHECKED])
        return {n for n, text in texts if any(True for _ in pinyin.found_in(question.ways, text))}

    def _called(self, connection: sqlite3.Connection, question: Question) -> list[int]:
        """The entries called exactly so, or of this code or IRI."""
        folded = fold(known_as(_sound(question.words).strip()))
        rows = connection.execute(
            "SELECT entry, facets FROM called JOIN narrowed ON narrowed.id = called.entry "
            "WHERE folded = ? ORDER BY entry LIMIT 50",
            (folded,),
        )
        wanted = self._wanted(question)
        return [
            number
            for number, facets in rows
            if all(not each.isdisjoint(map(int, facets.split())) for each in wanted)
        ]

    def _wanted(self, question: Question) -> list[set[int]]:
        """For each facet that is narrowed, the numbers of the values asked for."""
        return [
            {number for value in values for number in self._number(name, value)}
            for name, values in question.narrowed.items()
            if values
        ]

    def _number(self, name: str, value: str) -> list[int]:
        known = self._numbers.get((name, value), [])
        if not known and (name == "voice" or (name == "kind" and value not in KINDS)):
            offered = sorted(v for n, v, _ in self._facets.values() if n == name)
            raise ParameterError(
                f"no {name} is called {value[:60]!r}", f"use {name}= with: {', '.join(offered)}"
            )
        return known

    def _narrowed(self, question: Question) -> list[str]:
        return [
            f"facets : ({' OR '.join(f'f{n}' for n in sorted(each))})" if each else NOWHERE
            for each in self._wanted(question)
        ]

    def _counted(
        self, connection: sqlite3.Connection, found: list[int]
    ) -> Mapping[str, tuple[Value, ...]]:
        rows = connection.execute(
            "SELECT facets FROM narrowed WHERE id IN (SELECT value FROM json_each(?))",
            (json.dumps(found),),
        )
        # Split and counted as one text: entry by entry this was half of what a search costs.
        counts = Counter(" ".join(facets for (facets,) in rows).split())
        values: dict[str, list[tuple[int, str, str]]] = {}
        for number, count in counts.items():
            name, value, iri = self._facets[int(number)]
            values.setdefault(name, []).append((-count, value, iri))
        return {
            name: tuple(Value(value, iri, -count) for count, value, iri in sorted(each))
            for name, each in values.items()
        }


def _broken(what: str) -> UnavailableError:
    return UnavailableError(what, "build the release again; pages and SPARQL answer meanwhile")


def _sound(text: str) -> str:
    """The text with half surrogates, which no database takes, made U+FFFD."""
    return text.translate(_SURROGATES)
