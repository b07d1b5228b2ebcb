"""JSON Schemas of article.yaml and claims.yaml, generated from the ontology, for editors.

An editor with a YAML language server completes keys, classes, properties and codes from them, and
underlines what no build would read. They are generous where only the build can judge: words,
numbers and names of things are its own to prove.
"""

from typing import Any

from graph.mapping.claim_reader import CLAIM_KEYS, PASSAGE_KEYS
from graph.mapping.facts import LANGUAGES
from graph.mapping.genre import DOCUMENT, STATES
from graph.mapping.short.claims import DEFAULTS
from graph.mapping.short.facts import READS
from graph.rdf.vocabulary import Vocabulary

Schema = dict[str, Any]

DRAFT = "http://json-schema.org/draft-07/schema#"
"""The version that YAML language servers read."""
_TEXT: Schema = {"type": ["string", "number", "boolean"]}
_SLUG = "^[a-z0-9]+(-[a-z0-9]+)*$"
NAMES = ("article", "claims")
"""The files that have a schema."""


def _some(items: Schema) -> Schema:
    """One value or a list of them."""
    return {"anyOf": [items, {"type": "array", "items": items, "minItems": 1}]}


def _words() -> Schema:
    """Text in languages."""
    return {
        "type": "object",
        "properties": dict.fromkeys(sorted(LANGUAGES), _TEXT),
        "additionalProperties": False,
    }


def _codes(terms: Vocabulary, scheme: str, *, short: bool = False) -> Schema:
    """The codes of a list; with `short`, without the name of the list too."""
    names = sorted(name for name, of in terms.listed.items() if of == scheme)
    bare = [name.removeprefix(f"{scheme}-") for name in names] if short else []
    return {"enum": [*bare, *names]}


def _term(name: str) -> str:
    return name.removeprefix("pp:")


def _property(terms: Vocabulary, name: str) -> Schema:
    """What may stand as a property of a fact: codes, names, facts, words or a value."""
    coercion = terms.properties[name]
    if coercion == "@id":
        schemes = {scheme for (_, path), scheme in terms.lists.items() if path == name}
        codes = [code for scheme in schemes for code in _codes(terms, scheme)["enum"]]
        named = {"enum": sorted(codes)} if codes else _TEXT
        return _some({"anyOf": [named, {"$ref": "#/definitions/fact"}]})
    return _some(_TEXT if coercion else {"anyOf": [_TEXT, _words()]})


def _fact(terms: Vocabulary) -> Schema:
    properties = {_term(name): _property(terms, name) for name in sorted(terms.properties)}
    classes = {"enum": sorted(_term(name) for name in terms.classes)}
    return {
        "type": "object",
        "properties": {
            "id": _TEXT, "type": _some(classes), "figure": _TEXT, READS: _TEXT, **properties,
        },
        "additionalProperties": False,
    }  # fmt: skip


def _spoken(terms: Vocabulary) -> Schema:
    return {
        "voice": _codes(terms, "c:voice", short=True),
        "saidBy": _some(_TEXT),
        "confidence": _codes(terms, "c:confidence", short=True),
    }


def claims(terms: Vocabulary) -> Schema:
    """The schema of `claims.yaml`."""
    passage: Schema = {
        "quote": _some(_TEXT), "inSection": {"type": "string", "pattern": _SLUG},
        "line": _some({"type": ["integer", "string"]}),
    }  # fmt: skip
    pairs = {"type": "object", "additionalProperties": _TEXT}
    known: Schema = {
        "records": {"type": "array", "items": _TEXT},
        "number": {"type": ["integer", "string"]},
        "rdfs:label": _words(), "rdfs:comment": _words(), "en": _TEXT, "zh": _TEXT,
        "statedIn": _some({"$ref": "#/definitions/passage"}), **passage,
        **_spoken(terms), "inferred": {"enum": ["high", "medium", "low"]},
        "direct": _some(_TEXT), "reported": _some(_TEXT), "readings": pairs, "mention": pairs,
        "because": pairs,
        "facts": {"type": "array", "items": {"$ref": "#/definitions/fact"}, "minItems": 1},
    }  # fmt: skip
    claim = {
        "type": "object",
        "properties": {key: known[key] for key in sorted(CLAIM_KEYS)},
        "required": ["facts"],
        "additionalProperties": False,
    }
    return {
        "$schema": DRAFT,
        "title": "claims.yaml of policyprov",
        "type": "object",
        "properties": {"claims": {"type": "array", "items": claim}},
        "required": ["claims"],
        "additionalProperties": False,
        "definitions": {
            "fact": _fact(terms),
            "passage": {
                "type": "object",
                "properties": {key: passage[key] for key in sorted(PASSAGE_KEYS)},
                "required": ["quote"],
                "additionalProperties": False,
            },
        },
    }


def _gloss() -> Schema:
    """The English rendering of a printed title."""
    return {"type": "object", "properties": {"en": _TEXT}, "additionalProperties": False}


def _listed(properties: Schema, *required: str) -> Schema:
    item = {
        "type": "object", "properties": properties, "required": list(required),
        "additionalProperties": False,
    }  # fmt: skip
    return {"type": "array", "items": item}


def article(terms: Vocabulary) -> Schema:
    """The schema of `article.yaml`."""
    day = {"type": "string", "pattern": r"^\d{4}-\d\d-\d\d$"}
    lines = {"type": ["integer", "string"]}
    defaults = {
        "type": "object",
        "properties": {key: _spoken(terms)[key] for key in DEFAULTS},
        "additionalProperties": False,
    }
    section: Schema = {
        "slug": {"type": "string", "pattern": _SLUG},
        "type": _codes(terms, "c:section-type"), "title": _TEXT, "label": _gloss(), "author": _TEXT,
        "paragraphs": {"type": "array", "items": _some(lines), "minItems": 1},
        "defaults": defaults,
    }  # fmt: skip
    erratum: Schema = {
        "record": _TEXT, "quote": _TEXT, "section": _TEXT, "line": lines, "reading": _TEXT,
        "confidence": _codes(terms, "c:confidence"), "comment": _words(),
    }  # fmt: skip
    records = {"type": "array", "items": _TEXT, "minItems": 1}
    work = {
        "type": "object",
        "properties": {"from": day, "to": day, "by": _TEXT},
        "required": ["from", "to"],
        "additionalProperties": False,
    }
    return {
        "$schema": DRAFT,
        "title": "article.yaml of policyprov",
        "type": "object",
        "properties": {
            "title": _TEXT, "label": _gloss(), "publisher": _TEXT, "issued": day,
            "page": _TEXT, "reprint": _TEXT,
            "document": {"type": "string", "pattern": f"^{DOCUMENT}$"},
            "sha256": {"type": "string", "pattern": "^[0-9a-f]{64}$"},
            "rights": {"anyOf": [_TEXT, _words()]},
            "genre": _codes(terms, "c:article-type", short=True),
            "state": {"enum": list(STATES)}, "defaults": defaults, "mapped": work,
            "sections": _listed(section, "slug", "type", "title", "paragraphs"),
            "errata": _listed(erratum, "record", "quote", "confidence", "comment"),
            "conflicts": _listed({"records": records, "comment": _words()}, "records", "comment"),
        },
        "required": ["title", "publisher", "issued", "sha256", "sections"],
        "additionalProperties": False,
    }  # fmt: skip


def schema(name: str, terms: Vocabulary) -> Schema:
    """The schema of one of `NAMES`."""
    return {"article": article, "claims": claims}[name](terms)
