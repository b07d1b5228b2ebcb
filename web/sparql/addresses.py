"""Every address of the site as OpenAPI has it: from its route, its view, and one table."""

import re
from collections.abc import Callable, Iterator, Mapping
from functools import cache
from pathlib import Path
from typing import Any

import yaml
from werkzeug.routing import Map

from graph.errors import RequestError
from web.site.language import LANGUAGES

Object = dict[str, Any]
View = Callable[..., Any]

METHODS = frozenset(("GET", "POST", "PUT", "PATCH", "DELETE"))
"""Those that OpenAPI 3.1 can describe, without the HEAD and OPTIONS that come by themselves."""
_TABLE = Path(__file__).with_name("addresses.yaml")
_HOLE = re.compile(r"<(?:[^<>:]+:)?(\w+)>")
_STRUCTURED = re.compile("json|yaml")
TEXT: Object = {"type": "string"}
JSON: Object = {"type": ["object", "array"]}


@cache
def _table() -> Mapping[str, Any]:
    found: Mapping[str, Any] = yaml.safe_load(_TABLE.read_text("utf-8"))
    return found


def path_of(rule: str) -> str:
    """A route as OpenAPI writes it: `/a/{b}` for `/a/<path:b>`, without a slash at its end."""
    path = _HOLE.sub(r"{\1}", rule)
    return path.rstrip("/") or "/"


def described(routes: Map, views: Mapping[str, View]) -> dict[str, Object]:
    """Path → its operations, for every route there is."""
    found: dict[str, Object] = {}
    for rule in routes.iter_rules():
        path = path_of(rule.rule)
        for method in sorted(METHODS & (rule.methods or set())):
            name = re.sub(r"\W", "-", f"{rule.endpoint}-{method.lower()}-{path.strip('/')}")
            operation = _operation(rule.rule, name.strip("-"), views[rule.endpoint])
            found.setdefault(path, {})[method.lower()] = operation
    return dict(sorted(found.items()))


def _operation(rule: str, name: str, view: View) -> Object:
    told = _table()["addresses"].get(path_of(rule), {})
    types = [
        kind
        for each in told.get("types", ("html",))
        for kind in _table()["groups"].get(each, (each,))
    ]
    words = (view.__doc__ or "").strip().partition("\n")[0]
    return {
        "operationId": name,
        "summary": words.rstrip("."),
        "parameters": [*_holes(rule), *_parameters(told, types)],
        "responses": responses(types, told.get("also", ())),
    }


def _holes(rule: str) -> Iterator[Object]:
    """The parameters of a path, with their values where the route lists them."""
    for hole in _HOLE.finditer(rule):
        values = re.findall(r"'([^']+)'", hole[0])
        schema = TEXT | {"enum": values} if values else TEXT
        yield {"name": hole[1], "in": "path", "required": True, "schema": schema}


def _parameters(told: Object, types: list[str]) -> Iterator[Object]:
    for name in told.get("query", ()):
        yield parameter(name, _table()["parameters"][name], TEXT)
    if "text/html" in types:
        yield parameter("lang", "The language of a page", {"type": "string", "enum": [*LANGUAGES]})


def parameter(name: str, description: str, schema: Object, *, required: bool = False) -> Object:
    """A parameter of the query."""
    return {
        "name": name,
        "in": "query",
        "description": description,
        "required": required,
        "schema": schema,
    }


def responses(types: list[str], also: tuple[int, ...] = ()) -> Object:
    """The answers of an operation: these types, further statuses, and what may be wrong."""
    answers = {kind: {"schema": JSON if _STRUCTURED.search(kind) else TEXT} for kind in types}
    statuses = sorted({str(kind.status) for kind in RequestError.__subclasses__()})
    return {
        **({"200": {"description": "The answer", "content": answers}} if types else {}),
        **{str(status): {"description": _ALSO[status]} for status in also},
        **{status: {"$ref": "#/components/responses/Problem"} for status in statuses},
    }


_ALSO = {
    206: "The range asked for",
    302: "At that time it was elsewhere: see Location",
    303: "Elsewhere: see Location",
    304: "As the client has it already",
    410: "It was here and is gone",
}
