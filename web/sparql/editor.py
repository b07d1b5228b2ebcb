"""The query page: the form that works without scripts, made an editor where scripts run."""

import json
from collections.abc import Iterable, Mapping
from dataclasses import asdict
from typing import Any

from flask import Blueprint, Response, request
from pyoxigraph import Literal, NamedNode, Triple

from graph.paths import STATIC
from graph.queries import Query, canned
from graph.rdf.namespaces import PREFIXES, expand, shorten
from web.middleware.negotiated import JSON
from web.ontology.terms import files
from web.site import language
from web.site.page_context import frame
from web.site.release_view import View
from web.sparql import query_page, question_page, questions
from web.sparql.vocabulary.absence import absent
from web.sparql.vocabulary.usage import usage

editor = Blueprint("editor", __name__)

BUNDLE = "dist/editor.js"
_WORDS = (
    "label", "running", "done", "failed", "unreachable", "toolong", "copy", "copied", "download",
)  # fmt: skip
"""The words of the interface that the script says itself: `query.…`."""
_KINDS = {
    expand("owl:Class"): "class",
    expand("owl:ObjectProperty"): "property",
    expand("owl:DatatypeProperty"): "property",
    expand("owl:AnnotationProperty"): "property",
    expand("skos:Concept"): "concept",
}


def _terms(triples: Iterable[Triple], lang: str) -> list[dict[str, str]]:
    """Every declared term with its prefixed name, its label and what it is."""
    kinds: dict[str, str] = {}
    labels: dict[str, dict[str, str]] = {}
    for triple in triples:
        if not isinstance(triple.subject, NamedNode):
            continue
        name = shorten(triple.subject.value)
        if isinstance(triple.object, NamedNode) and triple.object in _KINDS:
            kinds[name] = _KINDS[triple.object]
        elif triple.predicate == expand("rdfs:label") and isinstance(triple.object, Literal):
            labels.setdefault(name, {})[triple.object.language or "en"] = triple.object.value
    # Our own terms first: they are what the data is written in.
    order = sorted(kinds, key=lambda name: (not name.startswith("pp:"), name))
    return [
        {"name": name, "kind": kinds[name], "label": labels.get(name, {}).get(lang, "")}
        for name in order
        if ":" in name and "/" not in name
    ]


def _vocabulary(view: View, lang: str) -> str:
    triples = [triple for file in files(view.folder) for triple in file]
    offered = {
        "prefixes": PREFIXES,
        "terms": _terms(triples, lang),
        "uses": {
            shorten(kind): [shorten(name) for name in properties]
            for kind, properties in usage(view).of_class.items()
        },
    }
    return json.dumps(offered, ensure_ascii=False)


def _examples() -> list[tuple[str, list[Query]]]:
    return question_page.grouped(questions.here(canned()))


def _tagged(tag: str) -> str:
    key = f"query.tag.{tag}"
    return frame().language.text(key) if key in language.messages() else tag


def _script() -> Mapping[str, Any]:
    """What the script of the page needs to know, or nothing where it was not built."""
    built = (STATIC / BUNDLE).is_file()
    language = frame().language
    said = {word: language.text(f"query.{word}") for word in _WORDS} if built else {}
    if built:
        # The script fills the braces in itself.
        said["place"] = language.text("problem.place", line="{line}", column="{column}")
        said["excerpt"] = language.text("problem.excerpt")
    return {"built": built, "words": said}


@editor.app_context_processor
def words() -> dict[str, object]:
    """What the template of the query page asks."""
    return {"examples": _examples, "script": _script, "tagged": _tagged}


@editor.get("/query", strict_slashes=False)
def page() -> Response:
    """Show the form with the query, or the example, of the address in it, and no answer yet."""
    example = questions.here(canned()).get(request.args.get("example", ""))
    return query_page.page(
        example.bare(example.text, frame().lang) if example else request.args.get("query", "")
    )


@editor.get("/query/vocabulary.json")
def vocabulary() -> Response:
    """Tell an editor the prefixes and terms it may complete, from the release's ontology.

    `uses` has the properties of each class that occurs, the most frequent first.
    """
    view, lang = frame().view, language.spoken().code
    body = view.remember("completion", lang, lambda: _vocabulary(view, lang))
    response = Response(body, content_type=JSON)
    response.headers["Cache-Control"] = "public, max-age=3600"
    response.vary.add("Accept-Language")
    return response


@editor.get("/query/absent.json")
def absent_names() -> Response:
    """Tell which names of a query are in no triple, and which names that are look most like them.

    `query` of each is the query with that name instead.
    """
    found = absent(frame().view, request.args.get("query", ""))
    response = Response(
        json.dumps({"absent": [asdict(each) for each in found]}, ensure_ascii=False),
        content_type=JSON,
    )
    response.headers["Cache-Control"] = "no-cache"
    return response
