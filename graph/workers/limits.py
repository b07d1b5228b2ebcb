"""What a client is told when its query got no answer: how a worker ended, or what it reported."""

import math
from collections.abc import Mapping
from dataclasses import dataclass

from graph.engines.failure import EngineFaultError, EngineGoneError, EngineSlowError
from graph.errors import (
    ForbiddenError,
    LimitError,
    NotAcceptableError,
    ParameterError,
    Position,
    QuerySyntaxError,
    ReleaseError,
    RequestError,
)
from graph.settings import Settings
from graph.workers import framing


@dataclass(frozen=True)
class _Refusal:
    """`detail` may name {value}, which is the setting's; `limit` is what `extra` calls it."""

    limit: str
    detail: str
    remedy: str
    setting: str = ""
    unit: str = ""
    again: bool = False


_MEMORY = _Refusal(
    "memory",
    "the query needed more than {value:g} MiB of memory",
    "sort, group or join fewer rows: put a LIMIT into a subquery",
    "query_memory_mb",
    "MiB",
)

_REFUSALS: Mapping[str, _Refusal] = {
    "time": _Refusal(
        "time",
        "the query took longer than {value:g} seconds",
        "ask for less: bind more terms, avoid cross products, add a LIMIT",
        "query_seconds",
        "seconds",
        again=True,
    ),
    "memory": _MEMORY,
    # Twice in a row: the kernel needs the memory back.
    "killed": _MEMORY,
    "size": _Refusal(
        "size",
        "the answer is larger than {value:g} MiB",
        "page with ORDER BY, LIMIT and OFFSET, or download a dump",
        "answer_mb",
        "MiB",
    ),
    "nesting": _Refusal(
        "nesting", "the query is too deeply nested, or crashed the engine", "write it flatter"
    ),
    "service": _Refusal("service", "a SERVICE that the query calls did not answer", "ask later"),
    "client": _Refusal("client", "the client went away", ""),
}


_CLIENTS: Mapping[str, tuple[type[RequestError], str, str]] = {
    "parameter": (ParameterError, "{}", "give absolute IRIs"),
    "dataset": (
        ParameterError,
        "the graphs to merge hold more than {} triples together",
        "name fewer, or none: the default graph holds every fact once",
    ),
    "character": (
        NotAcceptableError,
        "XML cannot hold the character {} of this answer",
        "ask for it in a format that is not XML",
    ),
}
"""What a worker reports that is the query's fault, with the place for its detail."""


_ENGINES: Mapping[str, tuple[type[RequestError], str]] = {
    "fault": (EngineFaultError, "ask another way, or tell whoever runs this server"),
    "gone": (EngineGoneError, "ask again later"),
    "slow": (EngineSlowError, "ask for less: bind more terms, add a LIMIT"),
}
"""How an engine elsewhere failed, with what can be done."""


def engine(kind: str, what: str, settings: Settings, seconds: float) -> RequestError:
    """The error for an engine elsewhere that failed so after so many seconds."""
    error, remedy = _ENGINES[kind]
    again = None if kind == "fault" else math.ceil(settings.query_seconds)
    extra: dict[str, str | int | float] = {"seconds": round(seconds, 3)}
    if kind == "slow":
        extra |= {"limit": "time", "value": settings.query_seconds, "unit": "seconds"}
    told = f"the engine behind this server {what}"
    return error(told, remedy, retry_after=again, extra=extra)


def limit(reason: str, settings: Settings, seconds: float) -> RequestError:
    """The error for a query that ended for this reason after so many seconds.

    It is a LimitError, or an EngineSlowError where the time was an engine's elsewhere. Raises
    RuntimeError for a reason that is no limit: then the server is at fault.
    """
    if reason == "time" and settings.store:
        return engine("slow", "did not answer in time", settings, seconds)
    row = _REFUSALS.get(reason)
    if row is None:
        raise RuntimeError(f"a query worker ended ({reason}); its error output says more")
    extra: dict[str, str | int | float] = {"limit": row.limit, "seconds": round(seconds, 3)}
    value = 0.0
    if row.setting:
        value = getattr(settings, row.setting)
        extra |= {"value": value, "unit": row.unit}
    again = math.ceil(settings.query_seconds) if row.again else None
    return LimitError(row.detail.format(value=value), row.remedy, retry_after=again, extra=extra)


def queue(settings: Settings) -> LimitError:
    """The error for a query that found no free worker and no place to wait, or waited too long."""
    seats, places = settings.concurrency, settings.queue
    return LimitError(
        f"{seats} queries are running and {places} may wait; no worker came free in time",
        "ask again later",
        retry_after=1 + places // seats,
        extra={"limit": "queue", "value": places, "unit": "queries"},
    )


def told(head: framing.Head, settings: Settings) -> RequestError | ReleaseError:
    """The error for what a worker reported and survived."""
    if head["error"] in _CLIENTS:
        kind, detail, remedy = _CLIENTS[head["error"]]
        return kind(detail.format(head["detail"]), remedy)
    if head["error"] in _ENGINES:
        return engine(head["error"], head["detail"], settings, head["seconds"])
    return _of_worker(head, settings)


def _of_worker(head: framing.Head, settings: Settings) -> RequestError | ReleaseError:
    match head["error"]:
        case "size":
            return limit("size", settings, head["seconds"])
        case "engine" if settings.service_allow:
            return limit("service", settings, head["seconds"])
        case "network":
            return ForbiddenError("the query calls a SERVICE; this endpoint does not federate")
        case "engine":
            return ReleaseError(f"the store cannot be read: {head['detail']}")
    position = Position(head["line"], head["column"]) if "line" in head else None
    return QuerySyntaxError(head["detail"], "see https://www.w3.org/TR/sparql11-query/", position)
