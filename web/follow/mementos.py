"""Earlier releases of a file as Mementos (RFC 7089): their list, and which was current when."""

from collections.abc import Iterator
from datetime import UTC, datetime
from email.utils import format_datetime, parsedate_to_datetime

from flask import Response

from graph.errors import ParameterError, UnknownError
from graph.snapshot import Release, kept

LINK_FORMAT = "application/link-format"


def _original(base: str, name: str) -> str:
    return f"{base}/dumps/{name}"


def _memento(base: str, release: Release, name: str) -> str:
    return f"{base}/dumps/releases/{release.version}/{name}"


def written(release: Release) -> str:
    """When a release was written, as HTTP has it."""
    return format_datetime(datetime.fromtimestamp(release.written, UTC), usegmt=True)


def holding(present: Release, name: str) -> tuple[Release, ...]:
    """The releases that are kept and have a file of this name, the oldest first.

    Raises UnknownError if none has.
    """
    found = tuple(each for each in reversed(kept(present)) if each.file(name))
    if not found:
        raise UnknownError("no release that is kept has such a file", "see /dumps/ for the list")
    return found


def time_map(base: str, found: tuple[Release, ...], name: str) -> str:
    """The TimeMap of a file, in application/link-format (RFC 6690)."""
    return ",\n".join(_links(base, found, name)) + "\n"


def _links(base: str, found: tuple[Release, ...], name: str) -> Iterator[str]:
    yield f'<{_original(base, name)}>;rel="original"'
    yield (
        f'<{base}/timemap/dumps/{name}>;rel="self";type="{LINK_FORMAT}"'
        f';from="{written(found[0])}";until="{written(found[-1])}"'
    )
    yield f'<{base}/timegate/dumps/{name}>;rel="timegate"'
    for number, each in enumerate(found):
        ends = [word for word, at in (("first", 0), ("last", len(found) - 1)) if at == number]
        relation = " ".join([*ends, "memento"])
        url = _memento(base, each, name)
        yield f'<{url}>;rel="{relation}";datetime="{written(each)}"'


def at_time(found: tuple[Release, ...], asked: str | None) -> Release:
    """The release that was the newest at this time, an HTTP date; the first if none was yet.

    Raises ParameterError for what is no date. Without one it is the newest.
    """
    if asked is None:
        return found[-1]
    try:
        moment = parsedate_to_datetime(asked)
    except ValueError as error:
        raise ParameterError(
            f"Accept-Datetime: {asked[:60]!r} is no date", f"write it like {written(found[-1])}"
        ) from error
    if moment.tzinfo is None:
        moment = moment.replace(tzinfo=UTC)
    # HTTP dates have no fraction of a second.
    before = [each for each in found if int(each.written) <= moment.timestamp()]
    return before[-1] if before else found[0]


def memento_url(base: str, release: Release, name: str) -> str:
    """Where this release's file of that name is."""
    return _memento(base, release, name)


def mark_original(response: Response, base: str, name: str) -> None:
    """Say where the earlier forms of a file are."""
    response.headers.add("Link", f'<{_original(base, name)}>; rel="original"')
    _mark(response, base, name)


def mark_memento(response: Response, base: str, release: Release, name: str) -> None:
    """Say what this is the earlier form of, and of when."""
    mark_original(response, base, name)
    response.headers["Memento-Datetime"] = written(release)


def _mark(response: Response, base: str, name: str) -> None:
    gate, whole = f"{base}/timegate/dumps/{name}", f"{base}/timemap/dumps/{name}"
    response.headers.add("Link", f'<{gate}>; rel="timegate"')
    response.headers.add("Link", f'<{whole}>; rel="timemap"; type="{LINK_FORMAT}"')
