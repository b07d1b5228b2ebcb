"""Quads as compact JSON-LD 1.1 with the published context: readable, stable, and the same quads."""

import json
from collections.abc import Iterable, Mapping
from itertools import groupby
from typing import Any, BinaryIO

import pyoxigraph as ox

from graph.rdf import order
from graph.rdf.namespaces import DEFAULT, expand, shorten

_TYPE = expand("rdf:type")


def _iri(term: ox.NamedNode | ox.BlankNode) -> str:
    return str(term) if isinstance(term, ox.BlankNode) else shorten(term.value)


def _literal(literal: ox.Literal, coercion: str) -> Any:
    if literal.language:
        return {"@value": literal.value, "@language": literal.language}
    datatype = shorten(literal.datatype.value)
    if datatype in (coercion, "xsd:string") and coercion in ("", datatype):
        return literal.value
    return {"@value": literal.value, "@type": datatype}


def _value(term: Any, coercion: str) -> Any:
    if isinstance(term, ox.Literal):
        return _literal(term, coercion)
    return _iri(term) if coercion == "@id" else {"id": _iri(term)}


def _languages(terms: list[Any]) -> dict[str, Any] | None:
    """A language map, when every value has a language and none has two values."""
    tags = [t.language for t in terms if isinstance(t, ox.Literal) and t.language]
    if len(tags) != len(terms) or len(set(tags)) != len(tags):
        return None
    return dict(sorted((t.language, t.value) for t in terms))


class Writer:
    """Compacts quads with a published context, given as the JSON object that holds it."""

    def __init__(self, context: Mapping[str, Any]) -> None:
        self._context = context
        self._terms = context["@context"]

    def _property(self, predicate: ox.NamedNode, terms: list[Any]) -> tuple[str, Any]:
        name = shorten(predicate.value)
        key = name.removeprefix("pp:")
        term = self._terms.get(key) if key in self._terms else None
        coercion = term.get("@type", "") if isinstance(term, dict) else ""
        if isinstance(term, dict) and term.get("@container") == "@language":
            mapped = _languages(terms)
            if mapped is not None:
                return key, mapped
            return predicate.value, _one([_value(t, "") for t in terms])
        return (key if term else name), _one([_value(t, coercion) for t in terms])

    def _node(self, subject: Any, properties: Mapping[ox.NamedNode, list[Any]]) -> dict[str, Any]:
        node: dict[str, Any] = {"id": _iri(subject)}
        for predicate, terms in sorted(properties.items(), key=_type_first):
            if predicate == _TYPE:
                node["type"] = _one([_iri(t) for t in terms])
            else:
                key, value = self._property(predicate, terms)
                node[key] = value
        return node

    def _nodes(self, quads: Iterable[ox.Quad | ox.Triple]) -> dict[str, dict[str, Any]]:
        found: dict[Any, dict[ox.NamedNode, list[Any]]] = {}
        for q in sorted(quads, key=str):
            found.setdefault(q.subject, {}).setdefault(q.predicate, []).append(q.object)
        nodes = [self._node(subject, properties) for subject, properties in found.items()]
        return {node["id"]: node for node in nodes}

    def write(self, quads: Iterable[ox.Quad], out: BinaryIO) -> None:
        """Write quads that come in order (graph.rdf.order), holding one subject of them at a time.

        A named graph is `facts` of a node with its name, apart from the node that tells the rest.
        """
        out.write(f'{json.dumps(self._context, ensure_ascii=False)[:-1]}, "@graph": ['.encode())
        mark = "\n"
        for graph, inside in groupby(quads, key=lambda q: q.graph_name):
            named = None if graph == DEFAULT else json.dumps(_iri(graph), ensure_ascii=False)
            if named:
                out.write(f'{mark}{{"id": {named}, "facts": ['.encode())
                mark = "\n"
            for block in order.subjects(inside):
                properties: dict[ox.NamedNode, list[Any]] = {}
                for q in block:
                    properties.setdefault(q.predicate, []).append(q.object)
                node = self._node(block[0].subject, properties)
                out.write(f"{mark}{json.dumps(node, ensure_ascii=False, indent=1)}".encode())
                mark = ",\n"
            if named:
                out.write(b"]}")
        out.write(b"\n]}\n")

    def document(self, quads: Iterable[ox.Quad]) -> bytes:
        """A JSON-LD document of these quads; a named graph is `facts` of the node that names it."""
        graphs: dict[Any, list[ox.Quad]] = {}
        for q in quads:
            graphs.setdefault(q.graph_name, []).append(q)
        nodes = self._nodes(graphs.pop(ox.DefaultGraph(), []))
        for name in sorted(graphs, key=str):
            facts = list(self._nodes(graphs[name]).values())
            nodes.setdefault(_iri(name), {"id": _iri(name)})["facts"] = facts
        text = json.dumps(
            {**self._context, "@graph": list(nodes.values())}, ensure_ascii=False, indent=1
        )
        return text.encode() + b"\n"


def _type_first(item: tuple[ox.NamedNode, list[Any]]) -> tuple[bool, str]:
    return item[0] != _TYPE, item[0].value


def _one(values: list[Any]) -> Any:
    return values[0] if len(values) == 1 else values
