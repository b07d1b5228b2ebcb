"""What things are called on a page: their label, or words made from what is known of them."""

from collections.abc import Callable, Iterator

from pyoxigraph import NamedNode

from graph.rdf.namespaces import shorten
from web.site import iris, language
from web.site.release_view import View
from web.site.source_text import Rights

_LONGEST = 60
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
        self._terms: dict[str, str] = {}

    def __call__(self, iri: str) -> str:
        """The name of a thing; a prefixed name or the IRI itself if nothing is known of it."""
        return _remembered(self._known, iri, self._name)

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
        if iris.kind(iri) == "erratum" and not self._rights.quotes:
            return self._view.text(thing, "dcterms:identifier")
        label = self._view.label(thing, self._lang)
        if label:
            return label
        make = self._made.get(iris.kind(iri))
        return (make(thing) if make else "") or shorten(iri)

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
        text = self._view.text(thing, "pp:valueText")
        return ": ".join((*self._parts(thing, "pp:indicator"), text))

    def _change(self, thing: NamedNode) -> str:
        ends = [
            self._view.text(each, "pp:valueText")
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


def _cut(text: str) -> str:
    return text if len(text) <= _LONGEST else text[: _LONGEST - 1] + "…"
