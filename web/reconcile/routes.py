"""/reconcile: the Reconciliation Service API 0.2, as OpenRefine and others speak it."""

from flask import Blueprint, Response, render_template, request

from graph.errors import ParameterError, UnknownError
from graph.rdf.namespaces import IDS, NS
from graph.search.entries import PASSAGES
from web.evidence import passages
from web.middleware.context import address
from web.middleware.negotiated import HTML, json_
from web.reconcile import batch, entity
from web.site.page_context import frame
from web.site.release_index import index

reconcile = Blueprint("reconcile", __name__)

_SUGGESTED = 10
_FRAMED = "default-src 'none'; style-src 'self'; frame-ancestors *"
"""The preview is made to be shown inside other pages, runs nothing and takes nothing in."""


@reconcile.route("/reconcile", methods=["GET", "POST"])
def service() -> Response:
    """Describe the service, look up a batch of names (`queries`) or add columns (`extend`)."""
    here = frame()
    queries, extend = (request.values.get(name) for name in ("queries", "extend"))
    if queries is not None and extend is not None:
        raise ParameterError("there are both queries and extend", "send one of them")
    if queries is not None:
        wanted = batch.read(queries)
        return json_({key: {"result": batch.candidates(here, w)} for key, w in wanted.items()})
    if extend is not None:
        return json_(batch.extended(here, extend))
    return json_(
        {
            "versions": ["0.2"],
            "name": "policyprov",
            "identifierSpace": IDS,
            "schemaSpace": NS,
            "documentation": address("/about/reconciliation"),
            "logo": address("/static/seal.png"),
            "serviceVersion": here.view.version,
            "view": {"url": address("/page/{{id}}")},
            "defaultTypes": [entity.type_of(here, kind) for kind in entity.TYPES],
            "preview": {
                "url": address("/reconcile/preview?id={{id}}"),
                "width": 400,
                "height": 200,
            },
            "suggest": {
                what: {"service_url": address(""), "service_path": f"/reconcile/suggest/{what}"}
                for what in ("entity", "type", "property")
            },
            "extend": {
                "propose_properties": {
                    "service_url": address(""),
                    "service_path": "/reconcile/properties",
                },
                "property_settings": [],
            },
        }
    )


@reconcile.get("/reconcile/suggest/<any(entity, type, property):what>")
def suggest(what: str) -> Response:
    """Suggest things, types or columns that begin like `prefix`."""
    here, prefix = frame(), request.args.get("prefix", "")
    if what == "entity":
        found = [
            {
                "id": entity.identifier(iri),
                "name": name,
                "notable": [entity.type_of(here, kind)],
            }
            for name, kind, iri in index().suggest(prefix, _SUGGESTED)
            if kind != PASSAGES
        ]
        return json_({"result": found})
    types = [entity.type_of(here, kind) for kind in entity.TYPES]
    among = types if what == "type" else entity.properties(here, None)
    start = prefix.strip().casefold()
    return json_({"result": [e for e in among if start in f"{e['id']} {e['name']}".casefold()]})


@reconcile.get("/reconcile/properties")
def properties() -> Response:
    """List the columns that can be added to things of `type`."""
    here, kind = frame(), request.args.get("type") or None
    if kind is not None and kind not in entity.TYPES:
        raise ParameterError(f"no type is {kind[:40]!r}", f"use: {', '.join(entity.TYPES)}")
    answer = {"properties": entity.properties(here, kind)}
    return json_(answer if kind is None else answer | {"type": kind})


@reconcile.get("/reconcile/preview")
def preview() -> Response:
    """Show a thing in small, to be framed by the program that looks names up."""
    here, thing = frame(), entity.thing(request.args.get("id", ""))
    if thing is None or not here.view.known(thing):
        raise UnknownError("nothing here has that id", "take one from an answer of /reconcile")
    claims = here.view.sources_of(thing, "pp:about")
    quote = passages.claim(here.view, claims[0]).quote if claims and here.rights.quotes else ""
    body = render_template("preview.html", thing=thing.value, quote=quote)
    response = Response(body, content_type=HTML)
    response.headers["Content-Security-Policy"] = _FRAMED
    return response
