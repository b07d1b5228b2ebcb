"""What things are called on a page: their label, or words made from what is known of them."""

from collections.abc import Callable, Iterator

from pyoxigraph import NamedNode

from graph.rdf.namespaces import shorten
from web.site import iris, language
from web.site.release_view import View
from web.site.source_text import Rights

_LONGEST = 60
_PERCENT = "unit-percent"
_KEPT = 50_000
"""Names remembered before all are forgotten: some ten megabytes."""


def _remembered(known: dict[str, str], iri: str, make: Callable[[str], str]) -> str:
    if iri not in known:
        if len(known) > _KEPT:
            known.clear()
        known[iri] = make(iri)
    return known[iri]


class Names:
    """What the things of one release are called in one language."""

    def __init__(self, view: View, lang: str, rights: Rights) -> None:
        self._view, self._lang, self._rights = view, lang, rights
        self._known: dict[str, str] = {}
        self._marked: dict[str, str] = {}
        self._terms: dict[str, str] = {}

    def __call__(self, iri: str) -> str:
        """The name of a thing; a prefixed name or the IRI itself if nothing is known of it."""
        return _remembered(self._known, iri, self._name)

    def marked(self, iri: str) -> str:
        """The name as a page shows it, words of another language marked, made once."""
        return _remembered(self._marked, iri, lambda iri: language.marked(self(iri), self._lang))

    def term(self, iri: str) -> str:
        """What a property or a class is called: a foreign one as the interface does."""
        return _remembered(self._terms, iri, self._term)

    def _term(self, iri: str) -> str:
        short = shorten(iri)
        words = language.messages().get(f"term.{short}")
        if words is not None:
            return words[self._lang]
        return self._view.label(NamedNode(iri), self._lang) or short

    def _name(self, iri: str) -> str:
        thing = NamedNode(iri)
        label = self._view.label(thing, self._lang)
        if label and iris.kind(iri) == "erratum":
            return self._erratum(thing, label)
        if label:
            return label
        make = self._made.get(iris.kind(iri))
        return (make(thing) if make else "") or shorten(iri)

    def _erratum(self, thing: NamedNode, words: str) -> str:
        """The slip with its number, which is all of it where no words may be shown."""
        number = self._view.text(thing, "dcterms:identifier")
        if not self._rights.quotes or not number:
            return number
        return language.messages()["name.erratum"][self._lang].format(id=number, words=_cut(words))

    @property
    def _made(self) -> dict[str, Callable[[NamedNode], str]]:
        return {
            "observation": self._observation,
            "change": self._change,
            "membership": self._membership,
            "passage": self._passage,
            "span": self._span,
        }

    def _parts(self, thing: NamedNode, *names: str) -> Iterator[str]:
        for name in names:
            yield from (self(each.value) for each in self._view.things(thing, name)[:1])

    def _observation(self, thing: NamedNode) -> str:
        return ": ".join((*self._parts(thing, "pp:indicator"), self._told(thing)))

    def _told(self, observation: NamedNode) -> str:
        """A number as it is printed; on a page that is not Chinese, as it is read, and quoted."""
        text = self._view.text(observation, "pp:valueText")
        if self._lang == "zh" or not text:
            return text
        return " ".join(filter(None, (self._number(observation), f"“{text}”")))

    def _number(self, observation: NamedNode) -> str:
        """A number with its comparator and its unit, in words; empty where none is printed."""
        low, high = (self._view.text(observation, name) for name in ("pp:value", "pp:valueMax"))
        if not low:
            return ""
        units, hows = (self._view.things(observation, n) for n in ("pp:unit", "pp:comparator"))
        # An upper value says that it is a range.
        keys = [] if high else [f"explore.comparator.{_comparator(how)}" for how in hows]
        told = [language.messages().get(key, {}).get(self._lang, "") for key in keys]
        number = f"{low}–{high}" if high else low
        of = ["%" if unit.value.endswith(_PERCENT) else f"({self(unit.value)})" for unit in units]
        return " ".join(filter(None, (*told, number.replace("-", "−"), *of)))

    def _change(self, thing: NamedNode) -> str:
        ends = [
            self._told(each)
            for name in ("pp:before", "pp:after")
            for each in self._view.things(thing, name)[:1]
        ]
        before = self._view.things(thing, "pp:before")[:1]
        indicator = next((n for b in before for n in self._parts(b, "pp:indicator")), "")
        return f"{indicator}: {' → '.join(ends)}"

    def _membership(self, thing: NamedNode) -> str:
        return " · ".join(self._parts(thing, "org:member", "org:role", "org:organization"))

    def _passage(self, thing: NamedNode) -> str:
        if not self._rights.quotes:
            return " ".join(self._parts(thing, "pp:hasSpan"))
        return f"“{_cut(self._view.text(thing, 'pp:quote'))}”"

    def _span(self, thing: NamedNode) -> str:
        start, end = (self._view.text(thing, name) for name in ("oa:start", "oa:end"))
        place = f"{start}–{end}"
        if not self._rights.quotes:
            return place
        return f"{place} “{_cut(self._view.text(thing, 'oa:exact'))}”"


def _comparator(concept: NamedNode) -> str:
    return concept.value.rpartition("comparator-")[2]


def _cut(text: str) -> str:
    return text if len(text) <= _LONGEST else text[: _LONGEST - 1] + "…"
