"""Changes of claims as a Linked Data Event Stream 1.0 with Activity Streams 2.0.

A member is an activity; the named graph of its name holds what the claim says from then on. Members
stand in the order of their events, after what is said of the page, so that a client can work while
it reads.
"""

from collections.abc import Iterable, Iterator

from pyoxigraph import Literal

from graph.history.ledger import PAGE
from graph.history.schema import Event
from graph.rdf.namespaces import expand

ROOT = "/changes.trig"
"""Where the stream is described and reading begins."""
MEDIA_TYPE = "application/trig"
_PREFIXES = """\
PREFIX as: <https://www.w3.org/ns/activitystreams#>
PREFIX ldes: <https://w3id.org/ldes#>
PREFIX owl: <http://www.w3.org/2002/07/owl#>
PREFIX rdf: <http://www.w3.org/1999/02/22-rdf-syntax-ns#>
PREFIX tree: <https://w3id.org/tree#>
PREFIX xsd: <http://www.w3.org/2001/XMLSchema#>

"""


def page_path(number: int) -> str:
    """The path of a page of the stream, counted from 1."""
    return f"/changes/{number}.trig"


def member(base: str, event: int) -> str:
    """The IRI of an event, in the page that holds it; `base` is the public URL of the site."""
    return f"{base}{page_path((event - 1) // PAGE + 1)}#{event}"


def described(base: str) -> str:
    """The stream and its root node in TriG."""
    return (
        f"{_PREFIXES}<{base}{ROOT}#stream> a ldes:EventStream ;\n"
        f"  tree:view <{base}{ROOT}> ;\n"
        "  ldes:timestampPath as:published ;\n"
        "  ldes:versionOfPath as:object ;\n"
        "  ldes:versionCreatePath rdf:type ; ldes:versionCreateObject as:Create ;\n"
        "  ldes:versionUpdatePath rdf:type ; ldes:versionUpdateObject as:Update ;\n"
        "  ldes:versionDeletePath rdf:type ; ldes:versionDeleteObject as:Delete .\n"
        f"<{base}{ROOT}> a tree:Node ;\n"
        f"  tree:relation [ a tree:Relation ; tree:node <{base}{page_path(1)}> ] .\n"
    )


def written(base: str, number: int, events: tuple[Event, ...]) -> str:
    """A page of the stream in TriG; a full one leads to the next, where later events are."""
    return "".join(_page(base, number, events))


def _page(base: str, number: int, events: tuple[Event, ...]) -> Iterator[str]:
    here = f"<{base}{page_path(number)}>"
    yield f"{_PREFIXES}<{base}{ROOT}#stream> a ldes:EventStream ; tree:view {here} ;\n"
    yield "  ldes:timestampPath as:published ; ldes:versionOfPath as:object .\n"
    yield f"{here} a tree:Node .\n"
    if len(events) == PAGE:
        yield (
            f"{here} tree:relation [ a tree:GreaterThanOrEqualToRelation ;\n"
            f"  tree:node <{base}{page_path(number + 1)}> ; tree:path as:published ;\n"
            f'  tree:value "{events[-1].release.at}"^^xsd:dateTime ] .\n'
        )
    for event in events:
        yield from _member(base, event)


def _member(base: str, event: Event) -> Iterator[str]:
    name, at = f"<{member(base, event.number)}>", f'"{event.release.at}"^^xsd:dateTime'
    yield f"\n<{base}{ROOT}#stream> tree:member {name} .\n"
    yield f"{name} a as:{event.kind} ; as:object <{event.claim}> ; as:published {at} ;\n"
    yield f"  owl:versionInfo {Literal(event.release.version)} .\n"
    yield f"GRAPH {name} {{\n"
    yield from _said(event, at)
    yield "}\n"


def _said(event: Event, at: str) -> Iterable[str]:
    if event.said:
        return (f"  {line}\n" for line in event.said.splitlines())
    claim = f"<{event.claim}>"
    return (f"  {claim} a as:Tombstone ; as:deleted {at} ; as:formerType {expand('pp:Claim')} .\n",)
